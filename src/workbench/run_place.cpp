#include "run_place.hpp"

#include <cortexpr/error.hpp>

#include <fmt/format.h>

#include <system_error>

namespace cortexpr::workbench {

std::string run_beside(const std::filesystem::path& given, const char* name) {
    std::error_code ignored;
    const auto folder = given.has_parent_path() ? given.parent_path() : std::filesystem::path(".");
    const bool is_of_run =
        std::filesystem::is_regular_file(given, ignored) && std::filesystem::is_regular_file(folder / name, ignored);
    return is_of_run ? folder.string() : std::string();
}

void require_folder_of_run(const std::filesystem::path& given, const char* name) {
    std::error_code ignored;
    if (!std::filesystem::exists(given, ignored))
        throw file_error(given.string(), "isn't there; give the folder of a training run that has ended");
    if (std::filesystem::is_directory(given, ignored)) return;
    const auto folder = run_beside(given, name);
    throw file_error(given.string(), folder.empty() ? "is no folder; give that of a training run that has ended"
                                                    : fmt::format("is a file; give the folder of its run, {}", folder));
}

}  // namespace cortexpr::workbench
