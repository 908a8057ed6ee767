// Folders that are made, and what stands in their way.

#include "catch.hpp"
#include "temp_folder.hpp"

#include <cortexpr/io/folders.hpp>

#include <sys/stat.h>

#include <array>
#include <filesystem>
#include <fstream>
#include <string>

namespace io_folders_test {

namespace fs = std::filesystem;
using namespace cortexpr;
using namespace cortexpr::test;

TEST_CASE("folders: those that were made are told from the top, and can be removed") {
    const temp_folder there;
    const auto folder = there / "one" / "two" / "three";
    fs::create_directory(there / "one");
    const auto made = io::make_folders(folder);
    REQUIRE(made.size() == 2);
    CHECK(made[0] == folder.parent_path());
    CHECK(made[1] == folder);
    CHECK(io::make_folders(folder).empty());
    io::remove_folders(made);
    CHECK(fs::is_empty(there / "one"));
    std::ofstream(there / "one" / "file") << "kept";
    io::remove_folders(std::array{there / "one"});
    CHECK(fs::exists(there / "one" / "file"));
}

TEST_CASE("folders: what stands in the way is told, and nothing is left half made") {
    const temp_folder there;
    std::ofstream(there / "file") << "text";
    REQUIRE(::mkfifo((there / "pipe").c_str(), 0600) == 0);
    fs::create_symlink("nowhere", there / "link");
    const auto told = [&](const fs::path& folder) { return message_of<file_error>([&] { io::make_folders(folder); }); };
    CHECK(contains(told(there / "file"), "file: is a file, and no folder; give another name"));
    CHECK(contains(told(there / "pipe"), "pipe: is a pipe, and no folder; give another name"));
    CHECK(contains(told(there / "link"), "link: is a link that leads nowhere, and no folder; give another name"));
    CHECK(contains(told(there / "file" / "below"), "can't make this folder: "));
    CHECK(contains(told(there / "file" / "below"), "file is a file"));
    CHECK(contains(told(there / "new" / std::string(300, 'x')), "can't make this folder ("));
    CHECK_FALSE(fs::exists(there / "new"));
}

}  // namespace io_folders_test
