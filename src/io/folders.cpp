#include <cortexpr/io/folders.hpp>

#include <fmt/format.h>

#include <ranges>
#include <string>
#include <string_view>
#include <system_error>

namespace cortexpr::io {
namespace fs = std::filesystem;

namespace {

std::string_view file_kind_of(const fs::file_status& status) {
    switch (status.type()) {
        case fs::file_type::regular:
            return "a file";
        case fs::file_type::fifo:
            return "a pipe";
        case fs::file_type::socket:
            return "a socket";
        case fs::file_type::block:
        case fs::file_type::character:
            return "a device";
        case fs::file_type::symlink:
            return "a link that leads nowhere";
        default:
            return "no folder";
    }
}

/// Why a folder can't be made, or used: what stands at `path`, on the way to it or in its place.
std::string obstacle_at(const fs::path& path, const fs::path& folder, const std::error_code& problem) {
    std::error_code ignored;
    const auto status = fs::exists(path, ignored) ? fs::status(path, ignored) : fs::symlink_status(path, ignored);
    if (!fs::exists(status) || fs::is_directory(status))
        return fmt::format("can't make this folder ({})", problem.message());
    if (path == folder) return fmt::format("is {}, and no folder; give another name", file_kind_of(status));
    return fmt::format("can't make this folder: {} is {}", path.string(), file_kind_of(status));
}

}  // namespace

std::vector<fs::path> make_folders(const fs::path& folder) {
    std::vector<fs::path> made;
    fs::path path;
    std::error_code problem;
    for (const auto& part : folder) {
        path /= part;
        if (fs::create_directory(path, problem)) made.push_back(path);
        if (!problem) continue;
        const auto obstacle = obstacle_at(path, folder, problem);
        remove_folders(made);
        throw file_error(folder.string(), obstacle);
    }
    return made;
}

void remove_folders(std::span<const fs::path> made) noexcept {
    std::error_code ignored;
    for (const auto& folder : made | std::views::reverse) fs::remove(folder, ignored);
}

}  // namespace cortexpr::io
