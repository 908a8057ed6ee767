#pragma once
// A folder with a project of one's own: a network, its program, its tests.

#include <filesystem>
#include <string>

namespace cortexpr::new_project {

/// What a new project is written from, and what it will find cortexpr by.
struct installation {
    std::filesystem::path prefix;

    std::filesystem::path templates() const { return prefix / "share/cortexpr/starter"; }
};

/// A path as a shell takes it: in quotes where it holds a blank or another sign of the shell's.
std::string in_shell(const std::string& path);

/// That of this program. \throws usage_error  it isn't installed, but runs where it was built
installation own_installation();

/// Copies the templates into the folder `name` below `parent`, under that name: the whole folder or nothing.
/// \throws usage_error  a name that CMake and C++ don't take
/// \throws file_error   a folder that is there already or can't be written
/// \return the folder
std::filesystem::path write(const installation& from, const std::filesystem::path& parent, const std::string& name);

}  // namespace cortexpr::new_project
