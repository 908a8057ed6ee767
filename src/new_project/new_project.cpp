#include "new_project.hpp"

#include "../io/input_file.hpp"

#include <cortexpr/error.hpp>
#include <cortexpr/io/atomic_file.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <string_view>
#include <system_error>

namespace cortexpr::new_project {

namespace {

namespace fs = std::filesystem;

constexpr std::string_view template_name = "starter", template_prefix = "CORTEXPR_PREFIX";

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
    // Targets of CMake and of what it finds, programs and headers that the template has beside the project's own, and
    // words that can't name a namespace.
    for (const std::string_view taken :
         {"all",     "clean",    "help",      "install",  "test",     "package",   "rates",  "network",  "network_test",
          "main",    "torch",    "cortexpr",  "std",      "auto",     "bool",      "break",  "case",     "catch",
          "char",    "class",    "const",     "continue", "default",  "delete",    "do",     "double",   "else",
          "enum",    "explicit", "export",    "extern",   "false",    "float",     "for",    "friend",   "goto",
          "if",      "inline",   "int",       "long",     "mutable",  "namespace", "new",    "not",      "operator",
          "or",      "private",  "protected", "public",   "register", "requires",  "return", "short",    "signed",
          "sizeof",  "static",   "struct",    "switch",   "template", "this",      "throw",  "true",     "try",
          "typedef", "typename", "union",     "unsigned", "using",    "virtual",   "void",   "volatile", "while",
          "and",     "xor"})
        if (name == taken)
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
