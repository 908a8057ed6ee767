#include "npz.hpp"

#include "../io/input_file.hpp"

#include <cortexpr/error.hpp>

#include <fmt/format.h>
#include <zip.h>

#include <array>
#include <bit>
#include <charconv>
#include <cstring>
#include <optional>
#include <span>
#include <string_view>

namespace cortexpr::data {

namespace {

constexpr std::string_view ending = ".npy";
constexpr std::uint64_t largest_ratio = 1032;  // deflate's best: 258 bytes in two bits

/// What follows `'key':` in the header's dictionary.
std::optional<std::string_view> value_of(std::string_view dictionary, std::string_view key) {
    const auto mark = fmt::format("'{}':", key);
    const auto found = dictionary.find(mark);
    if (found == std::string_view::npos) return std::nullopt;
    auto rest = dictionary.substr(found + mark.size());
    rest.remove_prefix(std::min(rest.find_first_not_of(' '), rest.size()));
    return rest;
}

std::optional<std::string> text_in(std::string_view value) {
    if (value.empty() || (value.front() != '\'' && value.front() != '"')) return std::nullopt;
    const auto end = value.find(value.front(), 1);
    if (end == std::string_view::npos) return std::nullopt;
    return std::string(value.substr(1, end - 1));
}

std::optional<std::vector<std::uint64_t>> sizes_in(std::string_view value) {
    const auto end = value.find(')');
    if (!value.starts_with('(') || end == std::string_view::npos) return std::nullopt;
    std::vector<std::uint64_t> sizes;
    const char *next = value.data() + 1, *last = value.data() + end;
    while (true) {
        while (next != last && (*next == ' ' || *next == ',')) ++next;
        if (next == last) return sizes;
        std::uint64_t size = 0;
        const auto read = std::from_chars(next, last, size);
        if (read.ec != std::errc()) return std::nullopt;
        sizes.push_back(size);
        next = read.ptr;
        if (next != last && *next == 'L') ++next;  // Python 2's
    }
}

int width_of(const npy_header& header) { return header.type.size() == 3 ? header.type[2] - '0' : 0; }

}  // namespace

bool npy_header::is_whole_numbers() const {
    const int width = width_of(*this);
    return type.size() == 3 && (type[1] == 'u' || type[1] == 'i') &&
           (width == 1 || width == 2 || width == 4 || width == 8);
}

std::string npy_header::sizes() const { return shape.empty() ? "()" : fmt::format("{}", fmt::join(shape, "x")); }

/// One array, read from its start.
class npz_file::member {
  public:
    member(const npz_file& file, const std::string& array) : file_(file), array_(array) {
        const auto name = array + std::string(ending);
        zip_stat_t status;
        ::zip_stat_init(&status);
        if (::zip_stat(file.archive_.get(), name.c_str(), 0, &status) != 0 || (status.valid & ZIP_STAT_SIZE) == 0 ||
            (status.valid & ZIP_STAT_COMP_SIZE) == 0)
            file.refuse(array, fmt::format("isn't there (the file has {})", file.names()));
        size_ = status.size;
        if (size_ / largest_ratio > status.comp_size)
            file.refuse(array,
                        fmt::format("announces {} bytes, more than can come out of {}", size_, status.comp_size));
        stream_.reset(::zip_fopen(file.archive_.get(), name.c_str(), 0));
        if (!stream_) file.refuse(array, fmt::format("can't be read ({})", ::zip_strerror(file.archive_.get())));
        read_header();
    }

    const npy_header& header() const { return header_; }

    /// The elements; checked against the archive's checksum.
    std::vector<std::uint8_t> elements(std::uint64_t width, std::uint64_t limit) {
        std::uint64_t bytes = width;
        for (const auto size : header_.shape)
            if (__builtin_mul_overflow(bytes, size, &bytes))
                file_.refuse(array_, fmt::format("announces {} elements, which is beyond 64 bits", header_.sizes()));
        if (bytes > limit)
            file_.refuse(array_, fmt::format("has {} elements of {} bytes, more than the limit of {} bytes",
                                             header_.sizes(), width, limit));
        if (size_ - read_ != bytes)
            file_.refuse(array_, fmt::format("has {} elements of {} bytes by its header, but holds {} bytes",
                                             header_.sizes(), width, size_ - read_));
        std::vector<std::uint8_t> elements(bytes);
        read(elements);
        std::array<std::uint8_t, 1> surplus{};
        if (const auto got = ::zip_fread(stream_.get(), surplus.data(), 1); got != 0)  // at the end, the checksum
            file_.refuse(array_, fmt::format("is corrupt ({})", got > 0 ? "it has surplus bytes" : reason()));
        return elements;
    }

  private:
    struct closer {
        void operator()(zip_file_t* stream) const { ::zip_fclose(stream); }
    };

    std::string reason() const { return ::zip_file_strerror(stream_.get()); }

    void read(std::span<std::uint8_t> out) {
        std::size_t filled = 0;
        while (filled < out.size()) {
            const auto got = ::zip_fread(stream_.get(), out.data() + filled, out.size() - filled);
            if (got < 0) file_.refuse(array_, fmt::format("is corrupt ({})", reason()));
            if (got == 0) file_.refuse(array_, "is cut short");
            filled += static_cast<std::size_t>(got);
        }
        read_ += out.size();
    }

    void read_header() {
        std::array<std::uint8_t, 8> start{};
        read(start);
        if (std::memcmp(start.data(), "\x93NUMPY", 6) != 0) file_.refuse(array_, "is no .npy array");
        const bool is_first_version = start[6] == 1;
        std::array<std::uint8_t, 4> length_bytes{};
        read(std::span(length_bytes).first(is_first_version ? 2 : 4));
        std::size_t length = 0;
        for (std::size_t i = length_bytes.size(); i-- > 0;) length = length << 8U | length_bytes[i];
        constexpr std::size_t longest = 1U << 16U;
        if (length > longest) file_.refuse(array_, fmt::format("has a header of {} bytes, which is no .npy's", length));
        std::vector<std::uint8_t> text(length);
        read(text);
        const std::string_view dictionary(reinterpret_cast<const char*>(text.data()), text.size());
        const auto type = value_of(dictionary, "descr"), order = value_of(dictionary, "fortran_order"),
                   shape = value_of(dictionary, "shape");
        const auto sizes = shape ? sizes_in(*shape) : std::nullopt;
        if (!type || !order || !sizes) file_.refuse(array_, "has no header that could be understood");
        header_.type = text_in(*type).value_or("of several fields");
        header_.fortran_order = order->starts_with("True");
        header_.shape = *sizes;
    }

    const npz_file& file_;
    const std::string& array_;
    std::unique_ptr<zip_file_t, closer> stream_;
    std::uint64_t size_ = 0, read_ = 0;
    npy_header header_;
};

void npz_file::closer::operator()(zip* archive) const { ::zip_discard(archive); }

npz_file::npz_file(const std::filesystem::path& path) : path_(path.string()) {
    const io::input_file regular(path);  // its words for what isn't there, or is no file
    int problem = 0;
    archive_.reset(::zip_open(path.c_str(), ZIP_RDONLY, &problem));
    if (archive_) return;
    zip_error_t error;
    ::zip_error_init_with_code(&error, problem);
    const std::string reason = ::zip_error_strerror(&error);
    ::zip_error_fini(&error);
    throw file_error(path_, fmt::format("can't be read as an .npz file ({})", reason));
}

bool npz_file::has(const std::string& array) const {
    return ::zip_name_locate(archive_.get(), (array + std::string(ending)).c_str(), 0) >= 0;
}

std::string npz_file::names() const {
    std::string all;
    constexpr zip_int64_t most = 12;
    const auto count = ::zip_get_num_entries(archive_.get(), 0);
    for (zip_int64_t index = 0; index < std::min(count, most); ++index) {
        std::string_view name = ::zip_get_name(archive_.get(), static_cast<zip_uint64_t>(index), 0);
        if (name.ends_with(ending)) name.remove_suffix(ending.size());
        all += (all.empty() ? "" : ", ") + io::shown_name(name);
    }
    if (all.empty()) return "no arrays";
    return count > most ? all + ", ..." : all;
}

void npz_file::refuse(const std::string& array, const std::string& reason) const {
    throw file_error(path_, fmt::format("its array {} {}", io::shown_name(array), reason));
}

npy_header npz_file::header(const std::string& array) const { return member(*this, array).header(); }

std::vector<std::uint8_t> npz_file::bytes(const std::string& array, std::uint64_t limit) const {
    member of(*this, array);
    if (!of.header().is_bytes())
        refuse(array,
               fmt::format("has elements '{}'; images are read as unsigned bytes (uint8, 0 to 255), so convert them",
                           of.header().type));
    if (of.header().fortran_order && of.header().shape.size() > 1)
        refuse(array, "is in Fortran order; save it through numpy.ascontiguousarray");
    return of.elements(1, limit);
}

std::vector<std::int64_t> npz_file::whole_numbers(const std::string& array, std::uint64_t limit) const {
    member of(*this, array);
    if (!of.header().is_whole_numbers())
        refuse(array,
               fmt::format("has elements '{}'; labels are read as whole numbers, so convert them", of.header().type));
    const auto width = static_cast<std::size_t>(width_of(of.header()));
    const bool is_big = of.header().type[0] == '>';
    const bool is_signed = of.header().type[1] == 'i';
    const auto bytes = of.elements(width, limit);
    std::vector<std::int64_t> numbers;
    numbers.reserve(bytes.size() / width);
    for (std::size_t first = 0; first < bytes.size(); first += width) {
        std::uint64_t value = 0;
        for (std::size_t i = 0; i < width; ++i) value = value << 8U | bytes[first + (is_big ? i : width - 1 - i)];
        const unsigned unused = 64U - 8U * static_cast<unsigned>(width);
        // Shifted up and down again, a negative number fills the bits above it with its sign.
        if (is_signed)
            numbers.push_back(std::bit_cast<std::int64_t>(value << unused) >> unused);
        else
            numbers.push_back(value > INT64_MAX ? INT64_MAX : static_cast<std::int64_t>(value));
    }
    return numbers;
}

}  // namespace cortexpr::data
