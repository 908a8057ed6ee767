// Members of zip archives: which there are, that they come out as they went in, and what damaged ones say.

#include "io/zip_archive.hpp"

#include "data/files.hpp"

#include <cortexpr/error.hpp>

#include <sys/stat.h>

namespace io_zip_archive_test {

using namespace cortexpr;
using namespace cortexpr::test;
using io::zip_archive;
using io::zip_member;

namespace {

struct refused {
    std::string reason;
};

zip_member member_of(const zip_archive& archive, const std::string& name) {
    return {archive, name, [](const std::string& reason) { throw refused{reason}; }};
}

std::string content_of(const zip_archive& archive, const std::string& name) {
    auto member = member_of(archive, name);
    std::string bytes(member.size(), '\0');
    member.read(std::as_writable_bytes(std::span(bytes)));
    member.require_end();
    return bytes;
}

/// What reading all of a member is refused with; empty if it isn't.
template <class Call>
std::string reason_of(Call call) {
    try {
        call();
    } catch (const refused& fault) {
        return fault.reason;
    }
    return {};
}

}  // namespace

TEST_CASE("members come out as they went in, deflated or not", "[zip]") {
    const temp_folder folder;
    std::string long_text;
    for (int i = 0; i < 20'000; ++i) long_text += static_cast<char>('a' + i * i % 23);
    for (const bool is_deflated : {true, false}) {
        put_zip(folder / "x.zip", {{"a", "one"}, {"b/long", long_text}, {"empty", ""}}, is_deflated);
        const zip_archive archive(folder / "x.zip", "an archive");
        CHECK(archive.members() == std::vector<std::string>{"a", "b/long", "empty"});
        CHECK(archive.size() == std::filesystem::file_size(folder / "x.zip"));
        CHECK(archive.path() == (folder / "x.zip").string());
        CHECK(archive.has("b/long"));
        CHECK_FALSE(archive.has("long"));
        CHECK(content_of(archive, "a") == "one");
        CHECK(content_of(archive, "b/long") == long_text);
        CHECK(content_of(archive, "empty").empty());
        CHECK(member_of(archive, "b/long").is_stored() == !is_deflated);
    }
}

TEST_CASE("a member is read in parts, and not beyond its end", "[zip]") {
    const temp_folder folder;
    put_zip(folder / "x.zip", {{"a", "0123456789"}});
    const zip_archive archive(folder / "x.zip", "an archive");
    auto member = member_of(archive, "a");
    std::string part(4, '\0');
    const auto read = [&] { member.read(std::as_writable_bytes(std::span(part))); };
    read();
    CHECK(part == "0123");
    CHECK(contains(reason_of([&] { member.require_end(); }), "it has surplus bytes"));
    auto again = member_of(archive, "a");
    std::string longer(11, '\0');
    CHECK(reason_of([&] { again.read(std::as_writable_bytes(std::span(longer))); }) == "is cut short");
    CHECK(reason_of([&] { member_of(archive, "b"); }) == "isn't there");
}

TEST_CASE("a changed byte of a member is found by its checksum", "[zip]") {
    const temp_folder folder;
    put_zip(folder / "x.zip", {{"a", std::string(100, 'x')}}, false);
    auto bytes = contents(folder / "x.zip");
    bytes[bytes.find("xxx") + 50] = 'y';
    put(folder / "y.zip", bytes);
    const zip_archive archive(folder / "y.zip", "an archive");
    CHECK(contains(reason_of([&] { content_of(archive, "a"); }), "is corrupt"));
}

TEST_CASE("members that share their bytes are refused", "[zip]") {
    const temp_folder folder;
    std::string bytes_of_member;
    for (int i = 0; i < 1000; ++i) bytes_of_member += static_cast<char>(i * i % 251);
    put_zip(folder / "x.zip", {{"a", bytes_of_member}, {"b", bytes_of_member}}, false);
    CHECK_NOTHROW(zip_archive(folder / "x.zip", "an archive"));
    auto bytes = contents(folder / "x.zip");
    // The second name for the first one's bytes, and nothing of its own.
    const auto second = bytes.find("PK\x03\x04", 4), directory = bytes.find("PK\x01\x02");
    const auto of_second = bytes.find("PK\x01\x02", directory + 4), end = bytes.rfind("PK\x05\x06");
    REQUIRE((second != std::string::npos && of_second != std::string::npos && end != std::string::npos));
    bytes.replace(of_second + 42, 4, std::string(4, '\0'));  // where its local header is
    const auto moved = static_cast<char>(second & 0xFFU), moved_high = static_cast<char>(second >> 8U);
    bytes.replace(end + 16, 2, {moved, moved_high});  // where the directory begins
    bytes.erase(second, directory - second);
    put(folder / "y.zip", bytes);
    const auto message = message_of<file_error>([&] { zip_archive(folder / "y.zip", "an archive"); });
    CHECK(contains(message, "its members overlap"));
    CHECK(is_sentence_about(message, folder / "y.zip"));
}

TEST_CASE("a size that can't come out of the archive is refused before anything is read", "[zip]") {
    const temp_folder folder;
    put_zip(folder / "x.zip", {{"a", std::string(1000, 'x')}});
    auto bytes = contents(folder / "x.zip");
    const auto directory = bytes.find("PK\x01\x02");
    REQUIRE(directory != std::string::npos);
    bytes.replace(directory + 24, 4, "\xFF\xFF\xFF\x7F");  // the size of the content, in the central directory
    put(folder / "y.zip", bytes);
    const zip_archive archive(folder / "y.zip", "an archive");
    CHECK(contains(reason_of([&] { member_of(archive, "a"); }), "announces 2147483647 bytes, more than can come out"));
    bytes.replace(directory + 20, 4, "\xFF\xFF\xFF\x7F");  // and that of what is packed
    put(folder / "z.zip", bytes);
    const auto message = message_of<file_error>([&] {
        const zip_archive other(folder / "z.zip", "an archive");
        const auto reason = reason_of([&] { member_of(other, "a"); });
        CHECK(contains(reason, "more than the file's"));
    });
    if (!message.empty()) CHECK(is_sentence_about(message, folder / "z.zip"));
}

TEST_CASE("what is no archive is refused by what was expected", "[zip]") {
    const temp_folder folder;
    const auto refusal = [&](const std::filesystem::path& file) {
        const auto message = message_of<file_error>([&] { zip_archive(file, "an .npz file"); });
        CHECK(is_sentence_about(message, file));
        return message;
    };
    put(folder / "text", "no archive");
    CHECK(contains(refusal(folder / "text"), "can't be read as an .npz file ("));
    CHECK(contains(refusal(folder / "missing"), "cannot be opened"));
    CHECK(contains(refusal(folder.path()), "is a folder"));
    REQUIRE(::mkfifo((folder / "pipe").c_str(), 0600) == 0);
    CHECK(contains(refusal(folder / "pipe"), "is a pipe; an .npz file is read in several places, so give a file"));
    put(folder / "packed", std::string("\x1F\x8B\x08") + std::string(100, 'x'));
    CHECK(contains(refusal(folder / "packed"), "is packed by gzip; unpack it first"));
    put_zip(folder / "whole.zip", {{"a", "0123456789"}});
    const auto whole = contents(folder / "whole.zip");
    put(folder / "cut.zip", whole.substr(0, whole.size() / 2));
    CHECK(contains(refusal(folder / "cut.zip"), "can't be read as an .npz file ("));
}

TEST_CASE("two members of one name are refused", "[zip]") {
    const temp_folder folder;
    put_zip(folder / "x.zip", {{"a.npy", "first"}, {"b.npy", "second"}});
    auto bytes = contents(folder / "x.zip");
    for (auto at = bytes.find("b.npy"); at != std::string::npos; at = bytes.find("b.npy")) bytes[at] = 'a';
    put(folder / "y.zip", bytes);
    const auto message = message_of<file_error>([&] { zip_archive(folder / "y.zip", "an archive"); });
    CHECK(contains(message, "holds 'a.npy' twice, so which one counts isn't known; write it anew"));
    CHECK(is_sentence_about(message, folder / "y.zip"));
}

}  // namespace io_zip_archive_test
