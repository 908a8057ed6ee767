#include "new_project.hpp"

#include "../io/input_file.hpp"

#include <cortexpr/error.hpp>
#include <cortexpr/io/atomic_file.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <string_view>
#include <system_error>

namespace cortexpr::new_project {

namespace {

namespace fs = std::filesystem;

constexpr std::string_view template_name = "starter", template_prefix = "CORTEXPR_PREFIX";

/// That no project may have, since a target, file or namespace of it would be called so.
constexpr auto taken_names = std::to_array<std::string_view>(
    {// Targets that CMake makes, or keeps for itself.
     "all", "clean", "codegen", "depend", "edit_cache", "help", "install", "list_install_components", "package",
     "package_source", "preinstall", "rebuild_cache", "test",
     // Those of what the project links.
     "c10", "c10_cuda", "cortexpr", "headeronly", "torch", "torch_cpu", "torch_cpu_library", "torch_cuda",
     "torch_cuda_library", "torch_library", "torch_nvshmem",
     // Programs and files of the template.
     "main", "network", "network_test", "rates",
     // Words of C++, and macros of GCC.
     "alignas", "alignof", "and", "and_eq", "asm", "auto", "bitand", "bitor", "bool", "break", "case", "catch", "char",
     "char16_t", "char32_t", "char8_t", "class", "co_await", "co_return", "co_yield", "compl", "concept", "const",
     "const_cast", "consteval", "constexpr", "constinit", "continue", "decltype", "default", "delete", "do", "double",
     "dynamic_cast", "else", "enum", "explicit", "export", "extern", "false", "float", "for", "friend", "goto", "if",
     "inline", "int", "linux", "long", "mutable", "namespace", "new", "noexcept", "not", "not_eq", "nullptr",
     "operator", "or", "or_eq", "posix", "private", "protected", "public", "register", "reinterpret_cast", "requires",
     "return", "short", "signed", "sizeof", "static", "static_assert", "static_cast", "std", "struct", "switch",
     "template", "this", "thread_local", "throw", "true", "try", "typedef", "typeid", "typename", "union", "unix",
     "unsigned", "using", "virtual", "void", "volatile", "wchar_t", "while", "xor", "xor_eq"});

std::string replaced(std::string text, std::string_view old, std::string_view by) {
    for (auto at = text.find(old); at != std::string::npos; at = text.find(old, at + by.size()))
        text.replace(at, old.size(), by);
    return text;
}

void require_name(const std::string& name) {
    const auto is_letter = [](unsigned char one) { return std::islower(one) != 0; };
    const auto is_part = [&](unsigned char one) { return is_letter(one) || std::isdigit(one) != 0 || one == '_'; };
    if (name.empty() || !is_letter(static_cast<unsigned char>(name.front())) || !std::ranges::all_of(name, is_part))
        throw usage_error(
            fmt::format("\"{}\" names no project; give small letters, digits and _, as my_circuit", name));
    constexpr std::size_t longest = 100;  // the template's name and ".unfinished" stand beside it in file names
    if (name.size() > longest)
        throw usage_error(
            fmt::format("a name of {} letters is too long for a project; give {} at most", name.size(), longest));
    if (std::ranges::find(taken_names, name) != taken_names.end())
        throw usage_error(
            fmt::format("\"{}\" is taken by the build or the language; name the project otherwise", name));
}

/// Removed with all that is in it, unless it was kept.
class unfinished_folder {
  public:
    /// Empty, whatever an interrupted run left there.
    explicit unfinished_folder(fs::path path) : path_(std::move(path)) {
        fs::remove_all(path_);
        fs::create_directory(path_);
    }
    unfinished_folder(const unfinished_folder&) = delete;
    unfinished_folder& operator=(const unfinished_folder&) = delete;
    ~unfinished_folder() {
        std::error_code ignored;
        if (!path_.empty()) fs::remove_all(path_, ignored);
    }

    const fs::path& path() const { return path_; }
    void keep_as(const fs::path& name) {
        fs::rename(path_, name);
        path_.clear();
    }

  private:
    fs::path path_;
};

}  // namespace

std::string in_shell(const std::string& path) {
    constexpr std::string_view plain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./+@:,%~";
    if (!path.empty() && path.find_first_not_of(plain) == std::string::npos) return path;
    return '\'' + replaced(path, "'", "'\\''") + '\'';
}

installation own_installation() {
    const installation found{fs::read_symlink("/proc/self/exe").parent_path().parent_path()};
    if (!fs::exists(found.templates()))
        throw usage_error(
            fmt::format("{} holds no installation of cortexpr; install it with cmake --install build/release "
                        "--prefix PREFIX, and run PREFIX/bin/cortexpr",
                        found.prefix.string()));
    return found;
}

fs::path write(const installation& from, const fs::path& parent, const std::string& name) {
    require_name(name);
    const auto folder = (parent / name).lexically_normal();
    if (fs::exists(fs::symlink_status(folder)))
        throw file_error(folder.string(), "is there already; name the project otherwise, or remove it");
    try {
        unfinished_folder made(parent / fmt::format(".{}.unfinished", name));
        for (const auto& file : fs::directory_iterator(from.templates())) {
            auto text = replaced(io::input_file(file.path()).text(), template_name, name);
            const bool is_read_by_people = file.path().extension() == ".md";
            const auto prefix = from.prefix.string();
            text = replaced(std::move(text), template_prefix, is_read_by_people ? in_shell(prefix) : prefix);
            io::write_file(made.path() / file.path().filename(), text);
        }
        made.keep_as(folder);
    } catch (const fs::filesystem_error& problem) {
        throw file_error(folder.string(), "cannot be written (" + problem.code().message() + ")");
    }
    return folder;
}

}  // namespace cortexpr::new_project
