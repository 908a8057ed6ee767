#include "zip_archive.hpp"

#include "byte_stream.hpp"
#include "input_file.hpp"

#include <cortexpr/error.hpp>

#include <fmt/format.h>
#include <zip.h>

#include <algorithm>
#include <array>
#include <utility>

namespace cortexpr::io {

std::string zip_reason(int code) {
    zip_error_t error;
    ::zip_error_init_with_code(&error, code);
    std::string reason = ::zip_error_strerror(&error);
    ::zip_error_fini(&error);
    return reason;
}

void zip_archive::closer::operator()(zip* archive) const { ::zip_discard(archive); }

zip_archive::zip_archive(const std::filesystem::path& path, std::string_view kind) : path_(path.string()) {
    std::error_code ignored;
    if (std::filesystem::is_fifo(path, ignored))
        throw file_error(path_, fmt::format("is a pipe; {} is read in several places, so give a file", kind));
    const input_file regular(path);  // its words for what isn't there, or is no file
    size_ = regular.size();
    int problem = 0;
    archive_.reset(::zip_open(path.c_str(), ZIP_RDONLY, &problem));
    if (archive_) {
        refuse_twins();
        refuse_overlaps(kind);
        return;
    }
    regular.require_unpacked();
    throw file_error(path_, fmt::format("can't be read as {} ({})", kind, zip_reason(problem)));
}

/// Readers would differ about which of two members of one name counts.
void zip_archive::refuse_twins() const {
    auto names = members();
    std::ranges::sort(names);
    if (const auto twin = std::ranges::adjacent_find(names); twin != names.end())
        throw file_error(
            path_, fmt::format("holds {} twice, so which one counts isn't known; write it anew", shown_name(*twin)));
}

/// Entries of the directory that share their bytes would unpack to more than can come out of the file.
void zip_archive::refuse_overlaps(std::string_view kind) const {
    std::uint64_t packed = 0;
    const auto count = ::zip_get_num_entries(archive_.get(), 0);
    for (zip_int64_t index = 0; index < count; ++index) {
        zip_stat_t status;
        ::zip_stat_init(&status);
        const bool is_known = ::zip_stat_index(archive_.get(), static_cast<zip_uint64_t>(index), 0, &status) == 0 &&
                              (status.valid & ZIP_STAT_COMP_SIZE) != 0;
        if (!is_known || status.comp_size > size_) continue;  // whoever reads it says so
        packed += status.comp_size;
        if (packed > size_)
            throw file_error(path_, fmt::format("can't be read as {}: its members overlap, they announce more bytes "
                                                "together than the file's {}",
                                                kind, size_));
    }
}

bool zip_archive::has(const std::string& member) const {
    return ::zip_name_locate(archive_.get(), member.c_str(), 0) >= 0;
}

std::vector<std::string> zip_archive::members() const {
    std::vector<std::string> all;
    const auto count = ::zip_get_num_entries(archive_.get(), 0);
    for (zip_int64_t index = 0; index < count; ++index)
        if (const auto* name = ::zip_get_name(archive_.get(), static_cast<zip_uint64_t>(index), 0); name != nullptr)
            all.emplace_back(name);
    return all;
}

void zip_member::closer::operator()(zip_file* stream) const { ::zip_fclose(stream); }

zip_member::zip_member(const zip_archive& archive, const std::string& name, refusal refuse)
    : refuse_(std::move(refuse)) {
    zip_stat_t status;
    ::zip_stat_init(&status);
    constexpr zip_uint64_t needed = ZIP_STAT_SIZE | ZIP_STAT_COMP_SIZE | ZIP_STAT_COMP_METHOD;
    if (::zip_stat(archive.archive_.get(), name.c_str(), 0, &status) != 0 || (status.valid & needed) != needed)
        refuse_("isn't there");
    size_ = status.size;
    is_stored_ = status.comp_method == ZIP_CM_STORE;
    if (status.comp_size > archive.size())
        refuse_(fmt::format("announces {} bytes, more than the file's {}", status.comp_size, archive.size()));
    if (size_ / largest_deflate_ratio > status.comp_size)
        refuse_(fmt::format("announces {} bytes, more than can come out of {}", size_, status.comp_size));
    stream_.reset(::zip_fopen(archive.archive_.get(), name.c_str(), 0));
    if (!stream_) refuse_(fmt::format("can't be read ({})", ::zip_strerror(archive.archive_.get())));
}

std::string zip_member::reason() const { return ::zip_file_strerror(stream_.get()); }

void zip_member::read(std::span<std::byte> out) {
    while (!out.empty()) {
        const auto got = ::zip_fread(stream_.get(), out.data(), out.size());
        if (got < 0) refuse_(fmt::format("is corrupt ({})", reason()));
        if (got == 0) refuse_("is cut short");
        out = out.subspan(static_cast<std::size_t>(got));
    }
}

void zip_member::require_end() {
    std::array<std::uint8_t, 1> surplus{};
    if (const auto got = ::zip_fread(stream_.get(), surplus.data(), 1); got != 0)  // at the end, the checksum
        refuse_(fmt::format("is corrupt ({})", got > 0 ? "it has surplus bytes" : reason()));
}

}  // namespace cortexpr::io
