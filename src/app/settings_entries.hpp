#pragma once
// What a file of settings says, TOML or JSON, before anyone asks what it means.

#include <nlohmann/json.hpp>

#include <filesystem>
#include <string>
#include <vector>

namespace cortexpr::application {

/// One line of such a file.
struct file_entry {
    std::string table{};  ///< "grid" under [grid]; empty above all tables
    std::string key{};
    nlohmann::json value{};
    int line = 0;
};

/// All entries, in the order of their lines. Tables stand one deep. \throws file_error  with the line
std::vector<file_entry> read_entries(const std::filesystem::path& file);

/// The same of a text in TOML that stands in `file`, or will. \throws file_error  likewise
std::vector<file_entry> entries_in(const std::filesystem::path& file, const std::string& text);

/// \throws file_error  about this line
[[noreturn]] void refuse_line(const std::filesystem::path& file, int line, const std::string& what);

}  // namespace cortexpr::application
