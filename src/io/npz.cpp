#include "npz.hpp"

#include "input_file.hpp"

#include <cortexpr/error.hpp>

#include <fmt/format.h>
#include <zip.h>

#include <algorithm>
#include <array>
#include <span>
#include <string_view>
#include <system_error>

namespace cortexpr::io {

namespace {

constexpr std::string_view ending = ".npy";
constexpr std::uint64_t largest_ratio = 1032;  // deflate's best: 258 bytes in two bits

}  // namespace

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
        header_ = read_npy_header([this](std::span<std::uint8_t> out) { read(out); },
                                  [this](const std::string& reason) { file_.refuse(array_, reason); });
    }

    const npz_file& file_;
    const std::string& array_;
    std::unique_ptr<zip_file_t, closer> stream_;
    std::uint64_t size_ = 0, read_ = 0;
    npy_header header_;
};

void npz_file::closer::operator()(zip* archive) const { ::zip_discard(archive); }

npz_file::npz_file(const std::filesystem::path& path) : path_(path.string()) {
    std::error_code ignored;
    if (std::filesystem::is_fifo(path, ignored))
        throw file_error(path_, "is a pipe; an .npz file is read in several places, so give a file");
    const input_file regular(path);  // its words for what isn't there, or is no file
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
        all += (all.empty() ? "" : ", ") + shown_name(name);
    }
    if (all.empty()) return "no arrays";
    return count > most ? all + ", ..." : all;
}

void npz_file::refuse(const std::string& array, const std::string& reason) const {
    throw file_error(path_, fmt::format("its array {} {}", shown_name(array), reason));
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

std::vector<std::int64_t> npz_file::whole_numbers(const std::string& array, std::uint64_t limit,
                                                  std::string_view what) const {
    member of(*this, array);
    const auto& type = of.header().type;
    if (!is_npy_integer(type))
        refuse(array, fmt::format("has elements '{}'; {} are read as whole numbers, so convert them", type, what));
    const auto width = *npy_width(type);
    return npy_whole_numbers(type, of.elements(width, limit), width);
}

std::vector<double> npz_file::reals(const std::string& array, std::uint64_t limit) const {
    member of(*this, array);
    const auto& type = of.header().type;
    const auto width = npy_width(type);
    if (!width) refuse(array, fmt::format("has elements '{}', which are no numbers that could be read", type));
    return npy_reals(type, of.elements(*width, limit), *width);
}

}  // namespace cortexpr::io
