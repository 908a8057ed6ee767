// An .npz file that grows: what is read of it, and what is left where it isn't finished.

#include "io/npz_writer.hpp"

#include "io/npz.hpp"

#include "catch.hpp"
#include "temp_folder.hpp"

#include <cortexpr/error.hpp>

#include <sys/stat.h>

#include <array>
#include <thread>

namespace io_npz_writer_test {

using namespace cortexpr;
using namespace cortexpr::test;
using io::npz_writer;

namespace {

template <class Number>
std::span<const std::byte> bytes_of(const std::vector<Number>& numbers) {
    return std::as_bytes(std::span(numbers));
}

}  // namespace

TEST_CASE("arrays grow side by side, and are read back whole", "[npz]") {
    const temp_folder folder;
    const auto file = folder / "x.npz";
    npz_writer writer(file);
    const auto rates = writer.add("rates", "<f8", std::array<std::uint64_t, 2>{3, 2});
    const auto steps = writer.add("steps", "<i8", std::array<std::uint64_t, 1>{3});
    for (int step = 0; step < 3; ++step) {
        writer.append(rates, bytes_of<double>({step + 0.5, -1.0 * step}));
        writer.append(steps, bytes_of<std::int64_t>({step}));
    }
    writer.add_bytes("note", "text");
    writer.add_bytes("none", "");
    CHECK_FALSE(std::filesystem::exists(file));  // until it is whole
    writer.commit();
    const io::npz_file read(file);
    CHECK(read.arrays().size() == 4);
    CHECK(read.header("rates").shape == std::vector<std::uint64_t>{3, 2});
    CHECK(read.reals("rates", 1000) == std::vector<double>{0.5, 0, 1.5, -1, 2.5, -2});
    CHECK(read.whole_numbers("steps", 1000) == std::vector<std::int64_t>{0, 1, 2});
    CHECK(read.bytes("note", 1000) == std::vector<std::uint8_t>{'t', 'e', 'x', 't'});
    CHECK(read.bytes("none", 1000).empty());
    // Uncompressed, so that a reader may map it.
    const io::zip_archive archive(file, "an .npz file");
    CHECK(archive.members() == std::vector<std::string>{"rates.npy", "steps.npy", "note.npy", "none.npy"});
    CHECK(io::zip_member(archive, "rates.npy", [](const std::string&) {}).is_stored());
}

TEST_CASE("without a commit the target stays as it was, and nothing lies beside it", "[npz]") {
    const temp_folder folder;
    put(folder / "x.npz", "before");
    {
        npz_writer writer(folder / "x.npz");
        writer.add_bytes("a", "bytes");
    }
    CHECK(contents(folder / "x.npz") == "before");
    CHECK(folder.entries() == 1);
    {
        npz_writer writer(folder / "x.npz");
        writer.add_bytes("a", "bytes");
        writer.commit();
    }
    CHECK(io::npz_file(folder / "x.npz").has("a"));
    CHECK(folder.entries() == 1);
}

TEST_CASE("a link to a file stays a link", "[npz]") {
    const temp_folder folder;
    std::filesystem::create_directory(folder / "far");
    put(folder / "far" / "x.npz", "before");
    std::filesystem::create_symlink(folder / "far" / "x.npz", folder / "x.npz");
    npz_writer writer(folder / "x.npz");
    writer.add_bytes("a", "bytes");
    writer.commit();
    CHECK(std::filesystem::is_symlink(folder / "x.npz"));
    CHECK(io::npz_file(folder / "far" / "x.npz").has("a"));
}

TEST_CASE("a link to nothing is followed, and a pipe gets the archive", "[npz]") {
    const temp_folder folder;
    std::filesystem::create_symlink("later.npz", folder / "x.npz");
    const auto write = [](const std::filesystem::path& file) {
        npz_writer writer(file);
        writer.add_bytes("a", "bytes");
        writer.commit();
    };
    write(folder / "x.npz");
    CHECK(std::filesystem::is_symlink(folder / "x.npz"));
    CHECK(io::npz_file(folder / "later.npz").has("a"));
    REQUIRE(::mkfifo((folder / "pipe.npz").c_str(), 0600) == 0);
    std::string received;
    std::thread reader([&] { received = contents(folder / "pipe.npz"); });
    write(folder / "pipe.npz");
    reader.join();
    CHECK(std::filesystem::is_fifo(folder / "pipe.npz"));
    CHECK(received == contents(folder / "later.npz"));
    CHECK(folder.entries() == 3);
}

TEST_CASE("the mode of a file stays", "[npz]") {
    const temp_folder folder;
    put(folder / "x.npz", "before");
    REQUIRE(::chmod((folder / "x.npz").c_str(), 0640) == 0);
    npz_writer writer(folder / "x.npz");
    writer.add_bytes("a", "bytes");
    writer.commit();
    CHECK((std::filesystem::status(folder / "x.npz").permissions() & std::filesystem::perms::all) ==
          std::filesystem::perms{0640});
}

TEST_CASE("a folder that isn't there is refused at the start", "[npz]") {
    const temp_folder folder;
    const auto file = folder / "none" / "x.npz";
    CHECK(is_sentence_about(message_of<file_error>([&] { npz_writer{file}; }), file));
}

}  // namespace io_npz_writer_test
