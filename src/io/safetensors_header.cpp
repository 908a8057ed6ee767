#include "safetensors_header.hpp"

#include "dtype.hpp"
#include "input_file.hpp"
#include "little_endian.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include <zlib.h>

#include <algorithm>
#include <limits>
#include <set>
#include <stdexcept>

namespace cortexpr::io {

namespace {

using nlohmann::json;

constexpr std::size_t checksum_digits = 8;

// Takes the header event by event, so that no tree is built, nesting is bounded by what the format has, and a repeated
// key is noticed. Each handler returns false to stop; `reason` then says why.
class header_handler final : public nlohmann::json_sax<json> {
  public:
    safetensors_header header;
    std::string reason;

    bool null() override {
        // Python's safetensors reads it as no metadata.
        return place_ == place::top && key_ == "__metadata__" ? true : unexpected("null");
    }
    bool boolean(bool /*value*/) override { return unexpected("a boolean"); }
    bool number_integer(number_integer_t value) override { return unexpected(fmt::format("the number {}", value)); }
    bool number_float(number_float_t /*value*/, const string_t& text) override {
        return unexpected("the number " + shown_name(text));
    }
    bool binary(binary_t& /*value*/) override { return unexpected("binary data"); }

    bool number_unsigned(number_unsigned_t value) override {
        if (place_ == place::shape) {
            if (entry().shape.size() == largest_rank) {
                return refuse(fmt::format("gives {} more than {} axes", shown(), largest_rank));
            }
            if (value > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max())) {
                return refuse(fmt::format("gives {} the size {}, which is beyond 63 bits", shown(), value));
            }
            entry().shape.push_back(static_cast<std::int64_t>(value));
            return true;
        }
        if (place_ == place::offsets) {
            if (offsets_ == 2) return refuse(fmt::format("gives {} more than two offsets", shown()));
            (offsets_++ == 0 ? entry().begin : entry().end) = value;
            return true;
        }
        return unexpected(fmt::format("the number {}", value));
    }

    bool string(string_t& value) override {
        if (place_ == place::metadata) {
            header.metadata[key_] = std::move(value);
            return true;
        }
        if (place_ == place::tensor && key_ == "dtype") {
            const auto type = dtype_named(value);
            if (!type) return refuse(fmt::format("gives {} the unknown element type {}", shown(), shown_name(value)));
            entry().type = *type;
            return true;
        }
        return unexpected("the text " + shown_name(value));
    }

    bool start_object(std::size_t /*size*/) override {
        if (place_ == place::outside) {
            place_ = place::top;
            return true;
        }
        if (place_ != place::top) return unexpected("an object");
        place_ = key_ == "__metadata__" ? place::metadata : place::tensor;
        fields_.clear();
        if (place_ == place::tensor) header.entries.push_back({key_, {}, {}, 0, 0});
        return true;
    }

    bool key(string_t& value) override {
        // The keys of a tensor are three at most, all others can be many.
        auto& seen = place_ == place::top ? names_ : fields_;
        if (!seen.insert(value).second) return refuse("has the key " + shown_name(value) + " twice");
        if (place_ == place::tensor && value != "dtype" && value != "shape" && value != "data_offsets") {
            return refuse(fmt::format("has the unknown key {} for {}", shown_name(value), shown()));
        }
        key_ = std::move(value);
        return true;
    }

    bool end_object() override {
        if (place_ == place::tensor && fields_.size() < 3) {
            return refuse(fmt::format("lacks dtype, shape or data_offsets for {}", shown()));
        }
        place_ = place_ == place::top ? place::outside : place::top;
        return true;
    }

    bool start_array(std::size_t /*size*/) override {
        if (place_ != place::tensor || key_ == "dtype") return unexpected("an array");
        place_ = key_ == "shape" ? place::shape : place::offsets;
        offsets_ = 0;
        return true;
    }

    bool end_array() override {
        if (place_ == place::offsets && offsets_ < 2)
            return refuse(fmt::format("gives {} fewer than two offsets", shown()));
        place_ = place::tensor;
        return true;
    }

    bool parse_error(std::size_t position, const std::string& /*token*/, const json::exception& /*error*/) override {
        return refuse(fmt::format("is no valid UTF-8 JSON at byte {}", position));
    }

  private:
    enum class place : std::uint8_t { outside, top, metadata, tensor, shape, offsets };

    header_entry& entry() { return header.entries.back(); }
    std::string shown() { return "tensor " + shown_name(entry().name); }

    bool refuse(std::string text) {
        reason = std::move(text);
        return false;
    }

    bool unexpected(const std::string& what) {
        switch (place_) {
            case place::outside:
                return refuse("is " + what + ", an object was expected");
            case place::top:
                return refuse("has " + what + " for " + shown_name(key_) + ", an object was expected");
            case place::metadata:
                return refuse("has " + what + " in __metadata__ for " + shown_name(key_) + ", a text was expected");
            case place::tensor:
                return refuse(fmt::format("has {} as {} of {}", what, key_, shown()));
            default:
                return refuse(fmt::format("has {} within {} of {}", what, key_, shown()));
        }
    }

    place place_ = place::outside;
    std::string key_;
    int offsets_ = 0;
    std::set<std::string, std::less<>> names_;
    std::set<std::string, std::less<>> fields_;
};

[[noreturn]] void refuse(const std::string& reason) { throw std::invalid_argument(reason); }

// The format asks that the tensors fill the payload without holes and overlaps.
void check_layout(const std::vector<header_entry>& entries, std::uint64_t payload_bytes) {
    std::uint64_t reached = 0;
    for (const header_entry& entry : entries) {
        const std::string shown = "tensor " + shown_name(entry.name);
        if (entry.end < entry.begin) {
            refuse(fmt::format("gives {} the offsets {} to {}, which run backwards", shown, entry.begin, entry.end));
        }
        if (entry.end > payload_bytes) {
            refuse(fmt::format("gives {} the offsets {} to {}, but {} bytes follow the header", shown, entry.begin,
                               entry.end, payload_bytes));
        }
        if (entry.begin != reached) {
            refuse(fmt::format("{} {}: it begins at offset {}, {} was expected",
                               entry.begin < reached ? "has an overlap before" : "leaves a hole before", shown,
                               entry.begin, reached));
        }
        const auto needed = byte_count(entry.type, entry.shape);
        const std::string shape = fmt::format("{} of shape ({})", name_of(entry.type), fmt::join(entry.shape, ", "));
        if (!needed) refuse(fmt::format("gives {} {}, which is beyond 64 bits", shown, shape));
        if (*needed != entry.end - entry.begin) {
            refuse(fmt::format("gives {} {} bytes, but {} takes {}", shown, entry.end - entry.begin, shape, *needed));
        }
        reached = entry.end;
    }
    if (reached != payload_bytes) {
        refuse(fmt::format("announces {} bytes of tensors, but {} follow it", reached, payload_bytes));
    }
}

}  // namespace

safetensors_header parse_header(std::string_view text, std::uint64_t payload_bytes) {
    // The parser would step over a byte order mark and leading spaces, which the format excludes.
    if (text.empty() || text.front() != '{') refuse("does not begin with '{'");
    // It would also take a zero byte for the end.
    if (const auto zero = text.find('\0'); zero != std::string_view::npos) {
        refuse(fmt::format("is no valid UTF-8 JSON at byte {}", zero));
    }
    header_handler handler;
    if (!json::sax_parse(text.begin(), text.end(), &handler)) refuse(handler.reason);
    auto& entries = handler.header.entries;
    std::ranges::stable_sort(entries, {}, [](const header_entry& entry) { return std::pair(entry.begin, entry.end); });
    check_layout(entries, payload_bytes);
    return std::move(handler.header);
}

std::string checksum_text(std::uint32_t checksum) { return fmt::format("{:08x}", checksum); }

std::uint32_t checksum_of(std::span<const std::byte> bytes, std::uint32_t before) noexcept {
    if (bytes.empty()) return before;  // zlib would begin anew where there is no memory
    return static_cast<std::uint32_t>(
        ::crc32_z(before, reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size()));
}

std::size_t find_header_checksum(std::string_view text) noexcept {
    // Quotes within a JSON string are escaped, so this can only be the key itself.
    static const std::string pattern = fmt::format("\"{}\":\"", header_checksum_key);
    const std::size_t position = text.find(pattern);
    if (position == std::string_view::npos || position + pattern.size() + checksum_digits > text.size()) {
        return std::string_view::npos;
    }
    return position + pattern.size();
}

std::uint32_t header_checksum(std::string_view text, std::size_t position) noexcept {
    const auto length = little_endian(std::uint64_t{text.size()});
    static constexpr std::string_view zeros = "00000000";
    static_assert(zeros.size() == checksum_digits);
    std::uint32_t checksum = checksum_of(std::as_bytes(std::span(length)));
    checksum = checksum_of(std::as_bytes(std::span(text.substr(0, position))), checksum);
    checksum = checksum_of(std::as_bytes(std::span(zeros)), checksum);
    return checksum_of(std::as_bytes(std::span(text.substr(position + checksum_digits))), checksum);
}

}  // namespace cortexpr::io
