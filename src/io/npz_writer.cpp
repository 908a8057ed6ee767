#include "npz_writer.hpp"

#include "input_file.hpp"
#include "npy.hpp"
#include "zip_archive.hpp"

#include <cortexpr/error.hpp>

#include <fmt/format.h>
#include <zip.h>

#include <array>
#include <cerrno>

namespace cortexpr::io {

namespace {

struct discard {
    void operator()(zip_t* archive) const { ::zip_discard(archive); }
};

}  // namespace

npz_writer::npz_writer(const std::filesystem::path& target)
    : target_(target), file_(target), folder_(file_.workshop(), target) {}

void npz_writer::fail(const std::string& action) const {
    throw file_error(target_.string(), fmt::format("can't {} ({})", action, system_reason(errno)));
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
    const auto refuse = [this](const std::string& reason) {
        throw file_error(target_.string(), fmt::format("can't be packed ({})", reason));
    };
    if (!archive) refuse(zip_reason(problem));
    for (const auto& member : members_) {
        auto* source = ::zip_source_file(archive.get(), member.file.c_str(), 0, -1);
        const auto index =
            source == nullptr ? -1
                              : ::zip_file_add(archive.get(), (member.name + ".npy").c_str(), source, ZIP_FL_ENC_UTF_8);
        if (index < 0) ::zip_source_free(source);  // the archive has it only where it was added
        if (index < 0 ||
            ::zip_set_file_compression(archive.get(), static_cast<zip_uint64_t>(index), ZIP_CM_STORE, 0) != 0)
            refuse(::zip_strerror(archive.get()));
    }
    if (::zip_close(archive.get()) != 0) refuse(::zip_strerror(archive.get()));
    std::ignore = archive.release();  // closed
    file_.take(packed);
    file_.commit();
}

}  // namespace cortexpr::io
