// Files that must not load: every one is refused with one sentence that names it.

#include "catch.hpp"

#include <sys/resource.h>
#include <sys/stat.h>
#include <zlib.h>

#include <array>
#include <cortexpr/data/batches.hpp>
#include <cortexpr/io/safetensors.hpp>
#include <cstdio>

#include "temp_folder.hpp"

namespace io_safetensors_bad_test {

using namespace cortexpr;
using namespace cortexpr::test;
using io::dtype;
using io::read_safetensors;

namespace {

std::string length_bytes(std::uint64_t length) {
    std::string bytes;
    for (int shift = 0; shift < 64; shift += 8) bytes += static_cast<char>(length >> shift);
    return bytes;
}

std::string file_of(std::string_view header, std::string_view payload = {}) {
    return length_bytes(header.size()).append(header).append(payload);
}

// The text of the refusal; empty when the file loads.
std::string refusal(const std::filesystem::path& file, std::string_view content) {
    put(file, content);
    const std::string message = message_of<file_error>([&] { read_safetensors(file); });
    if (!message.empty()) CHECK(is_sentence_about(message, file));
    return message;
}

// A header with one tensor 'a' of the given fields.
std::string tensor(const std::string& type, const std::string& shape, const std::string& offsets) {
    return R"({"a":{"dtype":)" + type + R"(,"shape":)" + shape + R"(,"data_offsets":)" + offsets + "}}";
}

// A header with the tensors 'a' and 'b' of bytes.
std::string two_tensors(const std::string& size_a, const std::string& offsets_a, const std::string& size_b,
                        const std::string& offsets_b) {
    const auto entry = [](const char* name, const std::string& size, const std::string& offsets) {
        return std::string("\"") + name + R"(":{"dtype":"U8","shape":[)" + size + R"(],"data_offsets":[)" + offsets +
               "]}";
    };
    return "{" + entry("a", size_a, offsets_a) + "," + entry("b", size_b, offsets_b) + "}";
}

std::string small_file(const temp_folder& folder) {
    const std::string payload = "0123456789abcdefghij";
    const auto bytes = std::as_bytes(std::span(payload));
    const std::vector<io::tensor_record> tensors{{"rnn.areas.0.bias", dtype::f32, {4}, bytes.first(16)},
                                                 {"mask", dtype::boolean, {2, 2}, bytes.last(4)},
                                                 {"none", dtype::f64, {0}, {}}};
    write_safetensors(folder / "small", tensors, {{"epoch", "10"}});
    return contents(folder / "small");
}

long peak_kilobytes() {
    rusage usage{};
    ::getrusage(RUSAGE_SELF, &usage);
    return usage.ru_maxrss;
}

struct bad_file {
    const char* what;
    std::string content;
    const char* said;
};

std::vector<bad_file> bad_files() {
    const std::string good = tensor("\"U8\"", "[4]", "[0,4]");
    const auto header = [](std::string text) { return file_of(text, "1234"); };
    const auto nested = [](char open, std::size_t depth) { return std::string(depth, open); };
    std::vector<bad_file> files{
        {"nothing at all", "", "has 0 bytes"},
        {"part of a length", "\x01\x02\x03", "has 3 bytes"},
        {"a length only", length_bytes(10), "is longer than the 0 bytes that follow"},
        {"length zero", length_bytes(0), "does not begin with '{'"},
        {"length 0xFFFFFFF0", length_bytes(0xFFFFFFF0) + "{}", "is longer than the 2 bytes that follow"},
        {"the largest length", length_bytes(~std::uint64_t{0}) + "{}", "is longer than the 2 bytes that follow"},
        {"the sign bit as length", length_bytes(std::uint64_t{1} << 63) + "{}",
         "is longer than the 2 bytes that follow"},
        {"a length one too large", length_bytes(good.size() + 5) + good + "1234", "bytes that follow"},
        {"a length one too small", length_bytes(good.size() - 1) + good + "1234", "is no valid UTF-8 JSON"},
        {"an array", header("[]"), "does not begin with '{'"},
        {"a space first", header(" " + good), "does not begin with '{'"},
        {"a byte order mark", header("\xEF\xBB\xBF" + good), "does not begin with '{'"},
        {"a picture", std::string("\x89PNG\r\n\x1a\n") + std::string(100, 'x'),
         "is a PNG image, and no safetensors file"},
        {"a zip file", std::string("PK\x03\x04\0\0\0\0", 8) + std::string(100, 'x'), "is a zip archive, as PyTorch"},
        {"a packed file", std::string("\x1F\x8B\x08") + std::string(100, 'x'), "is packed by gzip; unpack it first"},
        {"JSON cut short", header(good.substr(0, good.size() - 1)), "is no valid UTF-8 JSON"},
        {"JSON twice", header(good + good), "is no valid UTF-8 JSON"},
        {"zeros after JSON", header(good + std::string(8, '\0')), "is no valid UTF-8 JSON"},
        {"anything after a zero", header(good + std::string(1, '\0') + "garbage"), "is no valid UTF-8 JSON"},
        {"a comment", header("{/* */}"), "is no valid UTF-8 JSON"},
        {"a trailing comma", header("{\"__metadata__\":{},}"), "is no valid UTF-8 JSON"},
        {"bytes that are not UTF-8", header("{\"\xFF\":{}}"), "is no valid UTF-8 JSON"},
        {"an overlong encoding", header("{\"\xC0\xAF\":{}}"), "is no valid UTF-8 JSON"},
        {"a surrogate", header("{\"\xED\xA0\x80\":{}}"), "is no valid UTF-8 JSON"},
        {"half an escaped surrogate", header("{\"\\ud800\":{}}"), "is no valid UTF-8 JSON"},
        {"a control character", header("{\"a\nb\":{}}"), "is no valid UTF-8 JSON"},
        {"NaN", header(R"({"a":NaN})"), "is no valid UTF-8 JSON"},
        {"nested arrays", header("{\"a\":" + nested('[', 100'000)), "has an array for 'a'"},
        {"nested objects in a tensor", header(R"({"a":{"dtype":{"b":)"), "has an object as dtype of tensor 'a'"},
        {"nested arrays in a shape", header(R"({"a":{"shape":)" + nested('[', 100'000)), "has an array within shape"},
        {"an object in a shape", header(R"({"a":{"shape":[{}]}})"), "has an object within shape"},
        {"an object in the metadata", header(R"({"__metadata__":{"a":{}}})"), "has an object in __metadata__ for 'a'"},
        {"a number in the metadata", header(R"({"__metadata__":{"a":1}})"), "has the number 1 in __metadata__"},
        {"null in the metadata", header(R"({"__metadata__":{"a":null}})"), "has null in __metadata__"},
        {"metadata that is a text", header(R"({"__metadata__":"a"})"), "has the text 'a' for '__metadata__'"},
        {"a tensor that is a number", header(R"({"a":1.5})"), "has the number '1.5' for 'a'"},
        {"a tensor that is true", header(R"({"a":true})"), "has a boolean for 'a'"},
        {"metadata twice", header(R"({"__metadata__":{},"__metadata__":{}})"), "the key '__metadata__' twice"},
        {"a metadata key twice", header(R"({"__metadata__":{"a":"1","a":"2"}})"), "the key 'a' twice"},
        {"a metadata key twice by escapes", header(R"({"__metadata__":{"a":"1","\u0061":"2"}})"), "the key 'a' twice"},
        {"a tensor twice", header(good.substr(0, good.size() - 1) + "," + good.substr(1)), "the key 'a' twice"},
        {"a field twice", header(R"({"a":{"dtype":"U8","dtype":"U8"}})"), "the key 'dtype' twice"},
        {"an unknown field", header(R"({"a":{"dtype":"U8","strides":[1]}})"), "unknown key 'strides' for tensor 'a'"},
        {"no dtype", header(R"({"a":{"shape":[4],"data_offsets":[0,4]}})"), "lacks dtype, shape or data_offsets"},
        {"no shape", header(R"({"a":{"dtype":"U8","data_offsets":[0,4]}})"), "lacks dtype, shape or data_offsets"},
        {"no offsets", header(R"({"a":{"dtype":"U8","shape":[4]}})"), "lacks dtype, shape or data_offsets"},
        {"an unknown dtype", header(tensor("\"OBJECT\"", "[4]", "[0,4]")), "unknown element type 'OBJECT'"},
        {"a dtype in lower case", header(tensor("\"u8\"", "[4]", "[0,4]")), "unknown element type 'u8'"},
        {"a dtype of another kind", header(tensor("4", "[4]", "[0,4]")), "has the number 4 as dtype"},
        {"a shape of another kind", header(tensor("\"U8\"", "4", "[0,4]")), "has the number 4 as shape"},
        {"a text as a size", header(tensor("\"U8\"", "[\"4\"]", "[0,4]")), "has the text '4' within shape"},
        {"a negative size", header(tensor("\"U8\"", "[-4]", "[0,4]")), "has the number -4 within shape"},
        {"a size with a point", header(tensor("\"U8\"", "[4.0]", "[0,4]")), "has the number '4.0' within shape"},
        {"a size of 64 bits", header(tensor("\"U8\"", "[18446744073709551615]", "[0,4]")), "beyond 63 bits"},
        {"a size beyond 64 bits", header(tensor("\"U8\"", "[18446744073709551617]", "[0,4]")), "within shape"},
        {"a product that overflows", header(tensor("\"U8\"", "[4294967296,4294967296]", "[0,4]")), "beyond 64 bits"},
        {"a product that wraps to 4", header(tensor("\"U8\"", "[4611686018427387905,4]", "[0,4]")), "beyond 64 bits"},
        {"bytes that overflow", header(tensor("\"F64\"", "[4611686018427387904]", "[0,4]")), "beyond 64 bits"},
        {"4 GiB in 80 bytes", header(tensor("\"U8\"", "[65536,65536]", "[0,4294967296]")), "but 4 bytes follow"},
        {"4 GiB in 4 bytes", header(tensor("\"U8\"", "[65536,65536]", "[0,4]")), "takes 4294967296"},
        {"a shape too small", header(tensor("\"U8\"", "[3]", "[0,4]")), "4 bytes, but U8 of shape (3) takes 3"},
        {"a shape of other elements", header(tensor("\"F32\"", "[4]", "[0,4]")), "F32 of shape (4) takes 16"},
        {"offsets backwards", header(tensor("\"U8\"", "[4]", "[4,0]")), "run backwards"},
        {"a negative offset", header(tensor("\"U8\"", "[4]", "[-4,0]")), "has the number -4 within data_offsets"},
        {"one offset", header(tensor("\"U8\"", "[4]", "[0]")), "fewer than two offsets"},
        {"three offsets", header(tensor("\"U8\"", "[4]", "[0,4,4]")), "more than two offsets"},
        {"offsets beyond the end", header(tensor("\"U8\"", "[5]", "[0,5]")), "but 4 bytes follow"},
        {"a hole at the start", header(tensor("\"U8\"", "[3]", "[1,4]")), "leaves a hole before tensor 'a'"},
        {"bytes that no tensor owns", header(tensor("\"U8\"", "[3]", "[0,3]")),
         "announces 3 bytes of tensors, but 4 follow"},
        {"bytes without any tensor", header("{}"), "announces 0 bytes of tensors, but 4 follow"},
        {"an overlap", header(two_tensors("3", "0,3", "2", "2,4")), "has an overlap before tensor 'b'"},
        {"two tensors in one place", header(two_tensors("4", "0,4", "4", "0,4")), "has an overlap before tensor 'b'"},
        {"a hole between", header(two_tensors("1", "0,1", "2", "2,4")), "leaves a hole before tensor 'b'"},
        {"an empty tensor out of place", header(two_tensors("4", "0,4", "0", "2,2")), "before tensor 'b'"},
        {"a checksum without its companions",
         header(R"({"__metadata__":{"cortexpr.crc32":"00000000"},)" + good.substr(1)), "are there"},
        {"a format without checksums", header(R"({"__metadata__":{"cortexpr.format":"1"},)" + good.substr(1)),
         "are there"},
    };
    std::string axes = "[1";
    for (int axis = 1; axis < 65; ++axis) axes += ",1";
    files.push_back({"65 axes of one", header(tensor("\"U8\"", axes + "]", "[0,1]")), "more than 64 axes"});
    return files;
}

}  // namespace

TEST_CASE("the corpus of bad safetensors files is refused, each for its own reason, at no cost") {
    const temp_folder folder;
    put(folder / "good", file_of(tensor("\"U8\"", "[4]", "[0,4]"), "1234"));
    CHECK(read_safetensors(folder / "good").tensors().size() == 1);
    put(folder / "padded", file_of(tensor("\"U8\"", "[4]", "[0,4]") + "   ", "1234"));
    CHECK(read_safetensors(folder / "padded").tensors().size() == 1);

    const auto files = bad_files();
    CHECK(files.size() >= 60);
    const long before = peak_kilobytes();
    for (const bad_file& file : files) {
        INFO(file.what);
        const std::string message = refusal(folder / "bad", file.content);
        INFO(message);
        CHECK(message.find(file.said) != std::string::npos);
    }
    CHECK(peak_kilobytes() - before < 8 * 1024);
}

TEST_CASE("a header beyond the format's limit is refused before it is read") {
    const temp_folder folder;
    const auto file = folder / "sparse";
    put(file, length_bytes(100'000'001) + "{");
    std::filesystem::resize_file(file, 200'000'000);  // takes no room on the disk
    const long before = peak_kilobytes();
    const std::string message = message_of<file_error>([&] { read_safetensors(file); });
    CHECK(message.find("announces a header of 100000001 bytes, the format allows 100000000") != std::string::npos);
    CHECK(peak_kilobytes() - before < 8 * 1024);
}

TEST_CASE("every flipped bit of a file that cortexpr wrote is refused") {
    const temp_folder folder;
    const std::string good = small_file(folder);
    for (std::size_t bit = 0; bit < good.size() * 8; ++bit) {
        std::string damaged = good;
        damaged[bit / 8] = static_cast<char>(damaged[bit / 8] ^ (1 << (bit % 8)));
        INFO("bit " << bit % 8 << " of byte " << bit / 8);
        REQUIRE_FALSE(refusal(folder / "flipped", damaged).empty());
    }
}

TEST_CASE("every value of every byte of a file that cortexpr wrote is refused but the right one") {
    const temp_folder folder;
    const std::string good = small_file(folder);
    // A handful of values per byte beside the single flips: those that mean something in JSON.
    for (std::size_t place = 0; place < good.size(); ++place) {
        for (const char value : {'\0', ' ', '"', '{', '}', '[', ',', '0', '1', '9', 'a', '\\', '\xFF'}) {
            if (good[place] == value) continue;
            std::string damaged = good;
            damaged[place] = value;
            INFO("byte " << place << " as " << static_cast<int>(value));
            REQUIRE_FALSE(refusal(folder / "changed", damaged).empty());
        }
    }
}

TEST_CASE("every truncation, extension, swap and zeroed stretch is refused") {
    const temp_folder folder;
    const std::string good = small_file(folder);
    for (std::size_t length = 0; length < good.size(); ++length) {
        INFO("length " << length);
        REQUIRE_FALSE(refusal(folder / "cut", good.substr(0, length)).empty());
    }
    for (const std::size_t surplus : {1, 2, 7, 8, 64, 4096}) {
        CHECK_FALSE(refusal(folder / "long", good + std::string(surplus, '\0')).empty());
        CHECK_FALSE(refusal(folder / "long", good + good.substr(0, std::min(surplus, good.size()))).empty());
    }
    split_mix_64 draw(5);
    const auto size = static_cast<std::uint32_t>(good.size());
    for (int round = 0; round < 2000; ++round) {
        std::string damaged = good;
        const std::uint32_t length = 1 + draw.below(32);
        const std::uint32_t from = draw.below(size - length);
        const std::uint32_t to = draw.below(size - length);
        damaged.replace(to, length, round % 2 == 0 ? good.substr(from, length) : std::string(length, '\0'));
        if (damaged == good) continue;
        INFO("round " << round);
        REQUIRE_FALSE(refusal(folder / "spliced", damaged).empty());
    }
}

TEST_CASE("random damage to a larger file is refused, and the tensor is named") {
    const temp_folder folder;
    std::string payload(200'000, '\0');
    split_mix_64 draw(6);
    for (char& byte : payload) byte = static_cast<char>(draw());
    const auto bytes = std::as_bytes(std::span(payload));
    const std::vector<io::tensor_record> tensors{{"first", dtype::f32, {40'000}, bytes.first(160'000)},
                                                 {"second", dtype::u8, {40'000}, bytes.last(40'000)}};
    write_safetensors(folder / "large", tensors);
    const std::string good = contents(folder / "large");
    for (int round = 0; round < 300; ++round) {
        std::string damaged = good;
        const std::size_t place = draw.below(static_cast<std::uint32_t>(good.size()));
        damaged[place] = static_cast<char>(damaged[place] ^ (1 << draw.below(8)));
        const std::string message = refusal(folder / "damaged", damaged);
        REQUIRE_FALSE(message.empty());
        const std::size_t start = good.size() - payload.size();
        if (place >= start) {
            const char* name =
                place < start + 160'000 ? "tensor 'first' has the checksum" : "tensor 'second' has the checksum";
            CHECK(message.find(name) != std::string::npos);
        }
    }
}

TEST_CASE("a format version of the future is refused by its number") {
    const temp_folder folder;
    std::string file = small_file(folder);
    const auto value_of = [&](const std::string& key) { return file.find('"' + key + "\":\"") + key.size() + 4; };
    file.replace(value_of("cortexpr.format"), 1, "2");
    CHECK(refusal(folder / "future", file).find("does not have the checksum") != std::string::npos);
    // Made sound again by the rule of the format: the checksum covers length and header, with its own digits as zeros.
    const std::size_t digits = value_of("cortexpr.header_crc32");
    const std::size_t header_end = 8 + static_cast<unsigned char>(file[0]) + 256 * static_cast<unsigned char>(file[1]);
    file.replace(digits, 8, "00000000");
    const auto checksum = ::crc32(0, reinterpret_cast<const Bytef*>(file.data()), static_cast<uInt>(header_end));
    std::array<char, 9> text{};
    std::snprintf(text.data(), text.size(), "%08lx", checksum);
    file.replace(digits, 8, text.data());
    CHECK(refusal(folder / "future", file).find("has cortexpr format version '2', this program reads version 1") !=
          std::string::npos);
}

TEST_CASE("a missing safetensors file, a folder, a device and an empty pipe are refused with the reason") {
    const temp_folder folder;
    const auto said = [](const std::filesystem::path& file) {
        return message_of<file_error>([&] { read_safetensors(file); });
    };
    CHECK(said(folder / "none").find("cannot be opened (No such file or directory)") != std::string::npos);
    CHECK(said(folder.path()).find("is a folder") != std::string::npos);
    CHECK(said("/dev/zero").find("is neither a file nor a pipe") != std::string::npos);
    REQUIRE(::mkfifo((folder / "pipe").c_str(), 0600) == 0);
    CHECK(said(folder / "pipe").find("is a pipe with nothing in it") != std::string::npos);
}

TEST_CASE("names in messages are bounded and on one line") {
    const temp_folder folder;
    const std::string message =
        refusal(folder / "name", file_of("{\"" + std::string(79, 'n') + "\xC3\xA4 and on\\nand on\":1}"));
    CHECK(message.find(std::string(79, 'n') + "...'") != std::string::npos);
    CHECK(refusal(folder / "name", file_of(R"({"two\nlines":1})")).find("'two?lines'") != std::string::npos);
}

}  // namespace io_safetensors_bad_test
