#include "npz_writer.hpp"

#include "npy.hpp"

#include <cortexpr/error.hpp>

#include <fcntl.h>
#include <fmt/format.h>
#include <stdlib.h>
#include <unistd.h>
#include <zip.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <system_error>
#include <tuple>

namespace cortexpr::io {

namespace {

struct discard {
    void operator()(zip_t* archive) const { ::zip_discard(archive); }
};

/// Brings what was written to the disk, so that a machine that loses power has the old file or the new one.
bool sync(const std::filesystem::path& path) {
    const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (descriptor < 0) return false;
    const bool is_done = ::fsync(descriptor) == 0;
    ::close(descriptor);
    return is_done;
}

}  // namespace

npz_writer::npz_writer(std::filesystem::path target) : target_(std::move(target)) {
    std::error_code ignored;
    if (std::filesystem::is_symlink(target_, ignored) && std::filesystem::exists(target_, ignored))
        target_ = std::filesystem::canonical(target_);
    if (std::filesystem::is_directory(target_, ignored)) throw file_error(target_.string(), "is a folder");
    const auto parent = target_.has_parent_path() ? target_.parent_path() : std::filesystem::path(".");
    std::string pattern = (parent / fmt::format(".{}.XXXXXX", target_.filename().string())).string();
    if (::mkdtemp(pattern.data()) == nullptr) fail("create a folder beside it");
    folder_ = pattern;
}

npz_writer::~npz_writer() {
    members_.clear();
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
}

void npz_writer::fail(const std::string& action) const {
    throw file_error(target_.string(), fmt::format("can't {} ({})", action, std::strerror(errno)));
}

std::size_t npz_writer::add(const std::string& name, std::string_view type, std::span<const std::uint64_t> shape) {
    const auto file = folder_ / fmt::format("{}.npy", members_.size());
    members_.push_back({name, file, std::make_unique<std::ofstream>(file, std::ios::binary)});
    const auto start = npy_start(type, shape);
    append(members_.size() - 1, std::as_bytes(std::span(start)));
    return members_.size() - 1;
}

void npz_writer::append(std::size_t array, std::span<const std::byte> elements) {
    members_[array].stream->write(reinterpret_cast<const char*>(elements.data()),
                                  static_cast<std::streamsize>(elements.size()));
    if (!*members_[array].stream) fail("be written");
}

void npz_writer::add_bytes(const std::string& name, std::string_view bytes) {
    append(add(name, "|u1", std::array{std::uint64_t{bytes.size()}}), std::as_bytes(std::span(bytes)));
}

void npz_writer::commit() {
    for (auto& member : members_)
        if (!member.stream->flush()) fail("be written");
    const auto packed = folder_ / "packed.npz";
    int problem = 0;
    std::unique_ptr<zip_t, discard> archive(::zip_open(packed.c_str(), ZIP_CREATE | ZIP_EXCL, &problem));
    if (!archive) {
        errno = problem;
        fail("be written");
    }
    for (const auto& member : members_) {
        auto* source = ::zip_source_file(archive.get(), member.file.c_str(), 0, -1);
        const auto index =
            source == nullptr ? -1
                              : ::zip_file_add(archive.get(), (member.name + ".npy").c_str(), source, ZIP_FL_ENC_UTF_8);
        if (index < 0 ||
            ::zip_set_file_compression(archive.get(), static_cast<zip_uint64_t>(index), ZIP_CM_STORE, 0) != 0)
            throw file_error(target_.string(), fmt::format("can't be packed ({})", ::zip_strerror(archive.get())));
    }
    if (::zip_close(archive.get()) != 0)
        throw file_error(target_.string(), fmt::format("can't be packed ({})", ::zip_strerror(archive.get())));
    std::ignore = archive.release();  // closed
    if (!sync(packed) || ::rename(packed.c_str(), target_.c_str()) != 0) fail("be written");
    if (!sync(target_.has_parent_path() ? target_.parent_path() : ".")) fail("bring its folder to the disk");
}

}  // namespace cortexpr::io
