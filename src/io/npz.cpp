#include "npz.hpp"

#include "input_file.hpp"

#include <cortexpr/error.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <span>
#include <string_view>
#include <utility>

namespace cortexpr::io {

namespace {

constexpr std::string_view ending = ".npy";

}  // namespace

/// One array, read from its start.
class npz_file::member {
  public:
    member(const npz_file& file, const std::string& array)
        : file_(file),
          array_(array),
          bytes_(archive_with(file, array), array + std::string(ending),
                 [&](const std::string& reason) { file.refuse(array, reason); }) {
        header_ = read_npy_header([this](std::span<std::uint8_t> out) { read(out); },
                                  [this](const std::string& reason) { file_.refuse(array_, reason); });
    }

    const npy_header& header() const { return header_; }

    /// The elements in C order; checked against the archive's checksum.
    std::vector<std::uint8_t> elements(std::uint64_t width, std::uint64_t limit) {
        std::uint64_t bytes = width;
        for (const auto size : header_.shape)
            if (__builtin_mul_overflow(bytes, size, &bytes))
                file_.refuse(array_, fmt::format("announces {} elements, which is beyond 64 bits", header_.sizes()));
        if (bytes > limit)
            file_.refuse(array_, fmt::format("has {} elements of {} bytes, more than the limit of {} bytes",
                                             header_.sizes(), width, limit));
        if (bytes_.size() - read_ != bytes)
            file_.refuse(array_, fmt::format("has {} elements of {} bytes by its header, but holds {} bytes",
                                             header_.sizes(), width, bytes_.size() - read_));
        std::vector<std::uint8_t> elements(bytes);
        read(elements);
        bytes_.require_end();
        return in_c_order(std::move(elements), header_, width);
    }

  private:
    static const zip_archive& archive_with(const npz_file& file, const std::string& array) {
        if (!file.has(array)) file.refuse(array, fmt::format("isn't there (the file has {})", file.names()));
        return file.archive_;
    }

    void read(std::span<std::uint8_t> out) {
        bytes_.read(std::as_writable_bytes(out));
        read_ += out.size();
    }

    const npz_file& file_;
    const std::string& array_;
    zip_member bytes_;
    std::uint64_t read_ = 0;
    npy_header header_;
};

npz_file::npz_file(const std::filesystem::path& path) : archive_(path, "an .npz file") {
    const auto members = archive_.members();
    if (!members.empty() && arrays().empty())
        throw file_error(archive_.path(), fmt::format("is a zip archive without NumPy arrays (.npy), of {}; unpack it",
                                                      shown_names(members)));
}

bool npz_file::has(const std::string& array) const { return archive_.has(array + std::string(ending)); }

std::vector<std::string> npz_file::arrays() const {
    auto all = archive_.members();
    std::erase_if(all, [](const std::string& name) { return !name.ends_with(ending); });
    for (auto& name : all) name.resize(name.size() - ending.size());
    return all;
}

std::string npz_file::names() const {
    constexpr std::size_t most = 3;
    auto names = arrays();
    if (names.empty()) return "no arrays";
    for (auto& name : names) name = shown_name(name);
    return first_names(names, most);
}

bool npz_file::is_model() const {
    return std::ranges::any_of(arrays(), [](const std::string& name) {
        return name.find("areas.") != std::string::npos || name.find("readout.") != std::string::npos ||
               name.ends_with("hh.indices");
    });
}

void npz_file::refuse(const std::string& array, const std::string& reason) const {
    throw file_error(path(), fmt::format("its array {} {}", shown_name(array), reason));
}

npy_header npz_file::header(const std::string& array) const { return member(*this, array).header(); }

std::vector<std::uint8_t> npz_file::bytes(const std::string& array, std::uint64_t limit) const {
    member of(*this, array);
    if (!of.header().is_bytes())
        refuse(array,
               fmt::format("has elements '{}'; images are read as unsigned bytes (uint8, 0 to 255), so convert them",
                           of.header().type));
    return of.elements(1, limit);
}

std::vector<std::uint8_t> npz_file::elements(const std::string& array, std::uint64_t width) const {
    return member(*this, array).elements(width, UINT64_MAX);
}

std::vector<std::int64_t> npz_file::whole_numbers(const std::string& array, std::uint64_t limit,
                                                  std::string_view what) const {
    member of(*this, array);
    const auto& type = of.header().type;
    if (!is_npy_integer(type))
        refuse(array, fmt::format("has elements '{}'; {} are read as whole numbers, so convert them", type, what));
    const auto width = npy_width(type).value_or(1);  // integers have one
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
