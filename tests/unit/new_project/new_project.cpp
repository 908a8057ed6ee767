// A new project: the templates under its name, the whole folder or nothing.

#include "new_project/new_project.hpp"

#include "catch.hpp"
#include "temp_folder.hpp"

#include <cortexpr/error.hpp>

namespace new_project_new_project_test {

using namespace cortexpr;
using namespace cortexpr::test;
using new_project::installation;

namespace {

/// An installation of two templates.
class installed {
  public:
    installed() : from{folder_ / "starter prefix"} {
        std::filesystem::create_directories(from.templates());
        put(from.templates() / "CMakeLists.txt", "project(starter)\nset(CMAKE_PREFIX_PATH \"CORTEXPR_PREFIX\")\n");
        put(from.templates() / "main.cpp", "// starter, starter's main\n");
    }

    temp_folder folder_;
    installation from;
};

}  // namespace

TEST_CASE("a project has the templates' files, with its name and cortexpr's place in them", "[new_project]") {
    const installed one;
    const temp_folder parent;
    // A name that holds the template's is put in once.
    const auto folder = new_project::write(one.from, parent.path(), "my_starter2");
    CHECK(folder == parent / "my_starter2");
    CHECK(parent.entries() == 1);
    CHECK(contents(folder / "CMakeLists.txt") ==
          "project(my_starter2)\nset(CMAKE_PREFIX_PATH \"" + one.from.prefix.string() + "\")\n");
    CHECK(contents(folder / "main.cpp") == "// my_starter2, my_starter2's main\n");
}

TEST_CASE("what people copy from a new project's README is quoted for the shell", "[new_project]") {
    const installed one;
    const temp_folder parent;
    put(one.from.templates() / "README.md", "starter train --data CORTEXPR_PREFIX/share\n");
    const auto folder = new_project::write(one.from, parent.path(), "mine");
    CHECK(contents(folder / "README.md") == "mine train --data '" + one.from.prefix.string() + "'/share\n");
    CHECK(new_project::in_shell("/usr/local") == "/usr/local");
    CHECK(new_project::in_shell("it's") == R"('it'\''s')");
    CHECK(new_project::in_shell("").empty() == false);
}

TEST_CASE("names that CMake or C++ don't take, and those of the build, are refused", "[new_project]") {
    const installed one;
    const temp_folder parent;
    const auto refusal = [&](const std::string& name) {
        return message_of<usage_error>([&] { new_project::write(one.from, parent.path(), name); });
    };
    for (const auto* name : {"", "Circuit", "2nd", "_x", "a-b", "a b", "a/b", "..", "\xC3\xA9", "a\n"})
        CHECK(contains(refusal(name), "names no project; give small letters, digits and _"));
    for (const auto* name : {"all", "clean", "test", "install", "edit_cache", "rebuild_cache", "preinstall", "rates",
                             "torch", "c10", "main", "std", "class", "int", "constexpr", "linux"})
        CHECK(contains(refusal(name), "is taken by the build or the language"));
    CHECK(contains(refusal(std::string(300, 'x')), "a name of 300 letters is too long"));
    CHECK(parent.entries() == 0);
}

TEST_CASE("what is there already stays, and a project that can't be written leaves nothing", "[new_project]") {
    const installed one;
    const temp_folder parent;
    const auto refusal = [&](const std::filesystem::path& where) {
        return message_of<file_error>([&] { new_project::write(one.from, where, "mine"); });
    };
    put(parent / "mine", "a file");
    CHECK(is_sentence_about(refusal(parent.path()), parent / "mine"));
    CHECK(contains(refusal(parent.path()), "is there already"));
    CHECK(contents(parent / "mine") == "a file");
    std::filesystem::remove(parent / "mine");
    std::filesystem::create_symlink("nowhere", parent / "mine");  // a link to nothing is there, too
    CHECK(contains(refusal(parent.path()), "is there already"));
    std::filesystem::remove(parent / "mine");
    CHECK(contains(refusal(parent / "none"), "cannot be written"));
    std::filesystem::create_directory(one.from.templates() / "folder");  // which no template is
    CHECK_FALSE(refusal(parent.path()).empty());
    CHECK(parent.entries() == 0);
}

TEST_CASE("what an interrupted run left behind is in no project", "[new_project]") {
    const installed one;
    const temp_folder parent;
    std::filesystem::create_directory(parent / ".mine.unfinished");
    put(parent / ".mine.unfinished" / "old.cpp", "of before");
    const auto folder = new_project::write(one.from, parent.path(), "mine");
    CHECK_FALSE(std::filesystem::exists(folder / "old.cpp"));
    CHECK(parent.entries() == 1);
}

TEST_CASE("a program that isn't installed says how to install it", "[new_project]") {
    CHECK(contains(message_of<usage_error>([] { new_project::own_installation(); }),
                   "holds no installation of cortexpr; install it with cmake --install"));
}

}  // namespace new_project_new_project_test
