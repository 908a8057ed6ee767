#pragma once
// Where an example's data lie: beside the program, in the build folder as after installing.

#include <filesystem>
#include <map>
#include <string>
#include <system_error>

/// The folder PREFIX/share/cortexpr/NAME of an installed PREFIX/bin/program. Null where there is no such folder.
inline const char* example_data(const char* name) {
    static std::map<std::string, std::string> folders;  // what is returned points into them
    const auto [place, is_new] = folders.try_emplace(name);
    if (is_new)
        place->second = [name] {
            std::error_code fault;
            const auto program = std::filesystem::read_symlink("/proc/self/exe", fault);
            const auto data = program.parent_path().parent_path() / "share" / "cortexpr" / name;
            return !fault && std::filesystem::is_directory(data, fault) ? data.string() : std::string();
        }();
    return place->second.empty() ? nullptr : place->second.c_str();
}

/// The same, or the bare name where there is no such folder, which the error about it then names.
inline std::string example_folder(const char* name) {
    const auto* folder = example_data(name);
    return folder == nullptr ? name : folder;
}
