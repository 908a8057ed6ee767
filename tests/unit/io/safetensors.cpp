#include "catch.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <bit>
#include <cmath>
#include <cortexpr/io/safetensors.hpp>
#include <cstring>
#include <limits>
#include <thread>

#include "temp_folder.hpp"

namespace io_safetensors_test {

using namespace cortexpr;
using namespace cortexpr::test;
using io::dtype;
using io::read_safetensors;
using io::tensor_record;
using io::write_safetensors;

namespace {

std::span<const std::byte> bytes_of(std::string_view text) { return std::as_bytes(std::span(text)); }

std::string text_of(const tensor_record& tensor) {
    return {reinterpret_cast<const char*>(tensor.bytes.data()), tensor.bytes.size()};
}

template <typename Element>
std::vector<Element> elements_of(const io::tensor_file& file, std::string_view name) {
    const tensor_record* tensor = file.find(name);
    REQUIRE(tensor != nullptr);
    std::vector<Element> elements(tensor->bytes.size() / sizeof(Element));
    std::memcpy(elements.data(), tensor->bytes.data(), tensor->bytes.size());
    return elements;
}

std::string refusal(std::vector<tensor_record> tensors, const io::metadata_map& metadata = {}) {
    const temp_folder folder;
    const std::string message = message_of<usage_error>([&] { write_safetensors(folder / "file", tensors, metadata); });
    CHECK(folder.entries() == 0);
    return message;
}

}  // namespace

TEST_CASE("tensors of every element type come back as they were written") {
    const temp_folder folder;
    std::vector<tensor_record> written;
    const std::string content = "0123456789abcdefghijklmn";
    for (int code = 0; code <= static_cast<int>(dtype::c64); ++code) {
        const auto type = static_cast<dtype>(code);
        written.push_back(
            {"of " + std::string(io::name_of(type)), type, {3, 1}, bytes_of(content).first(3 * io::size_of(type))});
    }
    written.push_back({"scalar", dtype::i64, {}, bytes_of("12345678")});
    written.push_back({"empty", dtype::f32, {0, 5}, {}});
    written.push_back({"also empty", dtype::f64, {2, 0}, {}});
    written.push_back({"näme with \"quotes\" \\ and\nlines", dtype::u8, {1}, bytes_of("x")});
    const io::metadata_map metadata{{"cortexpr.network", "Digits"}, {"epoch", "10"}, {"", "τ"}};
    write_safetensors(folder / "file", written, metadata);

    const io::tensor_file read = read_safetensors(folder / "file");
    CHECK(read.checksummed());
    CHECK(read.metadata() == metadata);
    CHECK(read.tensors().size() == written.size());
    for (const tensor_record& tensor : written) {
        const tensor_record* found = read.find(tensor.name);
        REQUIRE(found != nullptr);
        CHECK(found->type == tensor.type);
        CHECK(found->shape == tensor.shape);
        CHECK(text_of(*found) == text_of(tensor));
        CHECK(reinterpret_cast<std::uintptr_t>(found->bytes.data()) % io::size_of(tensor.type) == 0);
    }
    CHECK(read.find("none") == nullptr);
}

TEST_CASE("a safetensors file is read from a pipe as from a disk") {
    const temp_folder folder;
    const std::string values(std::size_t{1} << 20U, 'v');  // more than a pipe holds
    const auto file = folder / "file";
    write_safetensors(file, std::vector<tensor_record>{{"a", dtype::u8, {1 << 20}, bytes_of(values)}}, {});
    std::array<int, 2> ends{};
    REQUIRE(::pipe(ends.data()) == 0);
    std::thread writer([&] {
        const std::string content = contents(file);
        for (std::size_t done = 0; done < content.size();) {
            const auto count = ::write(ends[1], content.data() + done, content.size() - done);
            if (count <= 0) break;
            done += static_cast<std::size_t>(count);
        }
        ::close(ends[1]);
    });
    const auto read = read_safetensors("/dev/fd/" + std::to_string(ends[0]));
    writer.join();
    ::close(ends[0]);
    CHECK(text_of(read.tensors().at(0)) == values);
}

TEST_CASE("metadata that is null is none") {
    const temp_folder folder;
    std::string header = R"({"__metadata__":null,"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}})";
    std::string content(8, '\0');
    content[0] = static_cast<char>(header.size());
    put(folder / "file", content + header + 'x');
    const auto read = read_safetensors(folder / "file");
    CHECK(read.metadata().empty());
    CHECK(text_of(read.tensors().at(0)) == "x");
}

TEST_CASE("equal content gives equal files, whatever the order it is given in") {
    const temp_folder folder;
    const std::vector<tensor_record> one{{"b", dtype::u8, {2}, bytes_of("xy")},
                                         {"a", dtype::f32, {1}, bytes_of("1234")},
                                         {"c", dtype::f32, {1}, bytes_of("5678")}};
    const std::vector<tensor_record> other{one[2], one[0], one[1]};
    write_safetensors(folder / "one", one);
    write_safetensors(folder / "other", other);
    const std::string file = contents(folder / "one");
    CHECK(file == contents(folder / "other"));
    CHECK(file.ends_with("12345678xy"));
    CHECK(static_cast<unsigned char>(file[0]) % 8 == 0);  // the header's length, so the payload is aligned
}

TEST_CASE("a file without tensors is read and written") {
    const temp_folder folder;
    write_safetensors(folder / "none", {});
    CHECK(read_safetensors(folder / "none").tensors().empty());
}

TEST_CASE("a file that Python wrote is read") {
    const io::tensor_file file = read_safetensors(std::string(CORTEXPR_SOURCE_DIR) + "/tests/data/python.safetensors");
    CHECK_FALSE(file.checksummed());
    CHECK(file.metadata() == io::metadata_map{{"format", "pt"}, {"note", "naïve τ"}});
    CHECK(file.tensors().size() == 8);
    CHECK(elements_of<float>(file, "weight") ==
          std::vector<float>{1.0F, -2.5F, 3.25F, 0.0F, 1e-3F, std::numeric_limits<float>::infinity()});
    CHECK(file.find("weight")->shape == std::vector<std::int64_t>{2, 3});
    CHECK(elements_of<double>(file, "tau") == std::vector<double>{1.5, 2.0});
    CHECK(elements_of<std::uint16_t>(file, "half") == std::vector<std::uint16_t>{0x3C00, 0xBC00, 0x3800});
    CHECK(elements_of<std::uint16_t>(file, "brain") == std::vector<std::uint16_t>{0x3F80, 0xBF80});
    CHECK(elements_of<std::int64_t>(file, "step") == std::vector<std::int64_t>{12345678901});
    CHECK(file.find("step")->shape.empty());
    CHECK(elements_of<std::uint8_t>(file, "mask") == std::vector<std::uint8_t>{1, 0, 1});
    CHECK(file.find("mask")->type == dtype::boolean);
    CHECK(file.find("empty")->shape == std::vector<std::int64_t>{0, 4});
    CHECK(elements_of<std::uint8_t>(file, "byte") == std::vector<std::uint8_t>{0, 255});
}

TEST_CASE("tensors that cannot be written are refused, and nothing is written") {
    CHECK(contains(refusal({{"a", dtype::u8, {1}, bytes_of("x")}, {"a", dtype::f32, {0}, {}}}), "'a' is given twice"));
    CHECK(contains(refusal({{"a", dtype::f32, {1, 2}, bytes_of("1234567")}}),
                   "7 bytes, which do not fit F32 of shape (1, 2)"));
    CHECK(contains(refusal({{"a", dtype::f32, {-1, -1}, bytes_of("1234")}}), "do not fit"));
    CHECK(contains(refusal({{"a", dtype::f32, {std::int64_t{1} << 62, 4}, {}}}), "do not fit"));
    CHECK(contains(refusal({{"a", dtype::u8, std::vector<std::int64_t>(65, 1), bytes_of("x")}}), "65 axes"));
    CHECK(contains(refusal({{"__metadata__", dtype::u8, {1}, bytes_of("x")}}), "the format reserves"));
    CHECK(contains(refusal({{"a\xFFz", dtype::u8, {1}, bytes_of("x")}}), "not UTF-8"));
    CHECK(contains(refusal({}, {{"key", "\xC3"}}), "not UTF-8"));
    for (const char* key : {"cortexpr.format", "cortexpr.crc32", "cortexpr.header_crc32"}) {
        CHECK(contains(refusal({}, {{key, "1"}}), "is reserved"));
    }
    CHECK(contains(refusal({}, {{"long", std::string(100'000'000, 'x')}}), "the safetensors format allows 100000000"));
}

TEST_CASE("a file that cannot be written leaves the old one") {
    const temp_folder folder;
    const std::vector<tensor_record> tensors{{"a", dtype::u8, {1}, bytes_of("x")}};
    CHECK(is_sentence_about(message_of<file_error>([&] { write_safetensors(folder / "none" / "f", tensors); }),
                            folder / "none" / "f"));
    std::filesystem::create_directory(folder / "taken");
    CHECK_THROWS_AS(write_safetensors(folder / "taken", tensors), file_error);
    write_safetensors(folder / "file", tensors);
    const std::string before = contents(folder / "file");
    CHECK_THROWS_AS(write_safetensors(folder / "file", std::vector<tensor_record>{tensors[0], tensors[0]}),
                    usage_error);
    CHECK(contents(folder / "file") == before);
}

}  // namespace io_safetensors_test
