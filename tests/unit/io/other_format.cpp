// What is said of files that are given as safetensors.

#include "io/other_format.hpp"

#include "data/files.hpp"

#include <cortexpr/io/safetensors.hpp>

namespace io_other_format_test {

using namespace cortexpr;
using namespace cortexpr::test;
using namespace std::string_view_literals;

namespace {

std::string_view format_of(std::string_view bytes) { return io::other_format(std::as_bytes(std::span(bytes))); }

}  // namespace

TEST_CASE("files of other formats are known by their first bytes", "[other_format]") {
    CHECK(format_of("\x89HDF\r\n\x1a\n"sv) == "an HDF5 file, as recordings are");
    CHECK(format_of("{\"name\": \"Digits\"}"sv) == "a JSON text, as describe writes");
    CHECK(format_of("{\n  \"a\": 1}"sv) == "a JSON text, as describe writes");
    CHECK(format_of("\x80\x02\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20"sv).empty());  // PyTorch before 1.6: its reader's
    CHECK(format_of("\x80\x04\x95\x1d\x00\x00\x00\x00"sv) == "a pickle of Python");
    CHECK(format_of("\x80\x02}q\x00X\x04\x00"sv) == "a pickle of Python");
    CHECK(format_of("\0\0\x08\x03\0\0\xea\x60"sv) == "an IDX file, as MNIST's images and labels are");
    CHECK(format_of("\0\0\x08\x01\0\0\x01\0"sv) == "an IDX file, as MNIST's images and labels are");
    CHECK(format_of("\x89PNG\r\n\x1a\n"sv) == "a PNG image");
    CHECK(format_of("epochs = 5\n"sv) == "a text");
    CHECK(format_of("[train]\r\n"sv) == "a text");
}

TEST_CASE("what may be safetensors, or is of an unknown format, has no other format", "[other_format]") {
    CHECK(format_of("{\0\0\0\0\0\0\0{}"sv).empty());  // a header of 123 bytes
    CHECK(format_of("\x80\x02\0\0\0\0\0\0"sv).empty());
    CHECK(format_of("\0\0\x08\x03"sv).empty());
    CHECK(format_of("\xfe\xed\xfa\xce\xfe\xed\xfa\xce"sv).empty());
}

TEST_CASE("a file is looked into where it is one", "[other_format]") {
    const temp_folder folder;
    put(folder / "a.safetensors", "epochs = 5\n");
    CHECK(io::other_format_of(folder / "a.safetensors") == "a text");
    CHECK(io::other_format_of(folder / "none").empty());
    CHECK(io::other_format_of(folder.path()).empty());
    CHECK(contains(message_of<file_error>([&] { io::read_safetensors(folder / "a.safetensors"); }),
                   "is a text, and no safetensors file"));
}

TEST_CASE("PyTorch's format of old is refused, and nothing else is", "[other_format]") {
    const temp_folder folder;
    const auto file = folder / "a.pt";
    for (const auto bytes : {"\x80\x02\x8a\x0a\x6c\xfc\x9c"sv, "PK\x03\x04 and more"sv, ""sv}) {
        put(file, bytes);
        CHECK_NOTHROW(io::refuse_old_pytorch(file));
    }
    CHECK_NOTHROW(io::refuse_old_pytorch(folder / "none"));
    put(file, "\x80\x02\x8a\x0a\x6c\xfc\x9c\x46\xf9 and more"sv);
    const auto message = message_of<file_error>([&] { io::refuse_old_pytorch(file); });
    CHECK(is_sentence_about(message, file));
    CHECK(contains(message, "save it again with torch.save"));
}

}  // namespace io_other_format_test
