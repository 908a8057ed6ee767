#include "input_file.hpp"
#include "other_format.hpp"
#include "safetensors_header.hpp"
#include "tensor_file_builder.hpp"

#include <cortexpr/io/safetensors.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <stdexcept>
#include <utility>

namespace cortexpr::io {

static_assert(std::endian::native == std::endian::little,
              "safetensors files are little-endian and are read as they are");

namespace {

// Whether the file carries cortexpr's checksums. Damage to one of the three keys leaves the others, and is refused.
bool carries_checksums(const input_file& file, const metadata_map& metadata) {
    const auto present = std::ranges::count_if(std::array{format_key, payload_checksum_key, header_checksum_key},
                                               [&](std::string_view key) { return metadata.contains(key); });
    if (present == 0) return false;
    if (present < 3) {
        file.refuse(fmt::format("is corrupt: of its keys {}, {} and {} only {} are there", format_key,
                                payload_checksum_key, header_checksum_key, present));
    }
    return true;
}

// Python's safetensors writes old notes beside new weights where it is given them.
constexpr std::string_view written_anew =
    "if another program changed it on purpose, that one has to leave out the metadata whose names begin with cortexpr.";

void check_header(const input_file& file, std::string_view text, const metadata_map& metadata) {
    const std::size_t position = find_header_checksum(text);
    const std::string& recorded = metadata.find(header_checksum_key)->second;
    if (position == std::string_view::npos || recorded != checksum_text(header_checksum(text, position))) {
        file.refuse(fmt::format("is corrupt: its header does not have the checksum {} that it records; {}",
                                shown_name(recorded), written_anew));
    }
    // Asked after the checksum: a version that was damaged is not a version of the future.
    const std::string& version = metadata.find(format_key)->second;
    if (version != format_version) {
        file.refuse(fmt::format("has cortexpr format version {}, this program reads version {}", shown_name(version),
                                format_version));
    }
}

void check_payload(const input_file& file, const std::vector<tensor_record>& tensors, std::string_view recorded) {
    for (const tensor_record& tensor : tensors) {
        const std::string_view expected = recorded.substr(0, recorded.find(','));
        const std::string found = checksum_text(checksum_of(tensor.bytes));
        if (found != expected) {
            file.refuse(fmt::format("is corrupt: tensor {} has the checksum {}, {} was expected; {}",
                                    shown_name(tensor.name), found, shown_name(expected), written_anew));
        }
        recorded.remove_prefix(std::min(recorded.size(), expected.size() + 1));
    }
    if (!recorded.empty()) file.refuse("is corrupt: it records more checksums than it has tensors");
}

}  // namespace

class safetensors_reader {
  public:
    explicit safetensors_reader(const std::filesystem::path& path) : file_(path) {}

    tensor_file read() {
        safetensors_header header = read_header();
        tensor_file_builder result(payload_bytes_);
        if (file_.read(result.payload()) < payload_bytes_) file_.refuse("became shorter while it was read");
        for (header_entry& entry : header.entries)
            result.add(std::move(entry.name), entry.type, std::move(entry.shape), entry.begin);
        if (checksummed_) check_payload(file_, result.tensors(), header.metadata.find(payload_checksum_key)->second);
        return std::move(result).finish(checksummed_, callers(std::move(header.metadata)));
    }

    metadata_map read_metadata() { return callers(read_header().metadata); }

  private:
    safetensors_header read_header() {
        const std::string text = read_header_text();
        safetensors_header header = parse(text);
        checksummed_ = carries_checksums(file_, header.metadata);
        if (checksummed_) check_header(file_, text, header.metadata);
        return header;
    }

    /// Without the bookkeeping.
    static metadata_map callers(metadata_map all) {
        for (const auto key : {format_key, payload_checksum_key, header_checksum_key}) all.erase(std::string(key));
        return all;
    }

    /// A file of another format, whose start gave no length.
    void require_own_format(std::span<const std::uint8_t> start) const {
        file_.require_unpacked();
        if (std::memcmp(start.data(), "PK\x03\x04", 4) == 0)
            file_.refuse("is a zip archive, as PyTorch and NumPy write; it is read in several places, so give a file");
        if (const auto other = other_format(std::as_bytes(start)); !other.empty())
            file_.refuse(fmt::format("is {}, and no safetensors file", other));
    }

    std::string read_header_text() {
        std::array<std::uint8_t, 8> prefix{};
        if (file_.read(std::as_writable_bytes(std::span(prefix))) < prefix.size()) {
            file_.refuse(fmt::format("is no safetensors file: it has {} bytes, the header's length alone takes {}",
                                     file_.size(), prefix.size()));
        }
        std::uint64_t length = 0;
        for (std::size_t index = prefix.size(); index-- > 0;) length = length << 8U | prefix[index];
        const std::uint64_t rest = file_.size() - prefix.size();
        if (length > std::min(rest, largest_header)) require_own_format(prefix);
        if (length > rest) {
            file_.refuse(fmt::format(
                "is no safetensors file or is cut short: the header that its first 8 bytes announce is longer than the "
                "{} bytes that follow",
                rest));
        }
        if (length > largest_header) {
            file_.refuse(fmt::format("announces a header of {} bytes, the format allows {}", length, largest_header));
        }
        payload_bytes_ = rest - length;
        std::string text(length, '\0');
        if (file_.read(std::as_writable_bytes(std::span(text))) < text.size()) {
            file_.refuse("became shorter while it was read");
        }
        return text;
    }

    safetensors_header parse(std::string_view text) {
        try {
            return parse_header(text, payload_bytes_);
        } catch (const std::invalid_argument& fault) {
            file_.refuse(fmt::format("is no sound safetensors file: its header {}", fault.what()));
        }
    }

    input_file file_;
    std::uint64_t payload_bytes_ = 0;
    bool checksummed_ = false;
};

tensor_file read_safetensors(const std::filesystem::path& file) { return safetensors_reader(file).read(); }

metadata_map read_safetensors_metadata(const std::filesystem::path& file) {
    return safetensors_reader(file).read_metadata();
}

}  // namespace cortexpr::io
