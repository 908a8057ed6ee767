// Texts of JSON are measured before they are read.

#include "io/json_bounds.hpp"

#include "catch.hpp"

#include <nlohmann/json.hpp>

#include <functional>
#include <string>

namespace io_json_bounds_test {

using namespace cortexpr;

TEST_CASE("a text of JSON is read within its bounds", "[json_bounds]") {
    CHECK(io::json_beyond(R"({"a": [1, "two", {"b": null}], "c": "]}\\\"[{"})").empty());
    CHECK(io::json_beyond("").empty());
    CHECK(io::json_beyond("no \"JSON").empty());  // that is the parser's to say
    CHECK(io::json_beyond("\"\\").empty());
    CHECK(io::json_beyond("]]}}").empty());
    CHECK(io::json_beyond("12345", {.bytes = 5}).empty());
    CHECK(io::json_beyond("123456", {.bytes = 5}) == "has 6 bytes of JSON, of which 5 are read at most");
    CHECK(io::json_beyond(std::uint64_t{6}, {.bytes = 5}) == "has 6 bytes of JSON, of which 5 are read at most");
    CHECK(io::json_beyond(std::uint64_t{5}, {.bytes = 5}).empty());
}

TEST_CASE("brackets within brackets are counted", "[json_bounds]") {
    const auto deep = [](int depth) {
        std::string text;
        for (int i = 0; i < depth; ++i) text += i % 2 == 0 ? "[" : "{\"a\":";
        return text;
    };
    CHECK(io::json_beyond(deep(64)).empty());
    CHECK(io::json_beyond(deep(65)) == "has brackets within brackets, more than 64 deep; write it anew");
    CHECK(io::json_beyond("\"" + deep(64) + std::string(100, '[')).empty());  // a text
    CHECK(io::json_beyond("[[],[]]", {.depth = 2}).empty());
    CHECK_FALSE(io::json_beyond("[[],[[]]]", {.depth = 2}).empty());
}

TEST_CASE("texts and numbers are bounded", "[json_bounds]") {
    const io::json_bounds bounds{.token = 10};
    const std::string fault = "has a text, a number or a gap of more than 10 bytes; write it anew";
    CHECK(io::json_beyond("[\"0123456789\", 123456789, \"0123456789\", \t12345]", bounds).empty());
    CHECK(io::json_beyond("[1,          2]", bounds) == fault);
    CHECK(io::json_beyond("[\"0123456789a\"]", bounds) == fault);
    CHECK(io::json_beyond("{\"0123456789a\"", bounds) == fault);
    CHECK(io::json_beyond("[1, 12345678901]", bounds) == fault);
    CHECK(io::json_beyond("\"" + std::string(100, '\\'), bounds) == fault);
}

TEST_CASE("the memory of a tree is counted, but for what is left out", "[json_bounds]") {
    const auto list = [](int count) {
        std::string text = "[0";
        for (int i = 1; i < count; ++i) text += ",0";
        return text + "]";
    };
    const io::json_bounds bounds{.tree = 10'000, .left_out = "epochs"};
    CHECK(io::json_beyond(list(100), bounds).empty());
    CHECK(io::json_beyond(list(1000), bounds) ==
          "has so many values that they take more than 0 MB of memory; write it anew");
    const auto summary = [&](const std::string& name, int count, int other) {
        return "{\"a\": {\"b\": 1}, \"" + name + "\": {\"c\": " + list(count) + ", \"d\": 2}, \"e\": " + list(other) +
               "}";
    };
    CHECK(io::json_beyond(summary("epochs", 1000, 10), bounds).empty());
    CHECK_FALSE(io::json_beyond(summary("epoch", 1000, 10), bounds).empty());
    CHECK_FALSE(io::json_beyond(summary("epochs", 10, 1000), bounds).empty());
    CHECK_FALSE(io::json_beyond("{\"x\": {\"epochs\": " + list(1000) + "}}", bounds).empty());
    CHECK_FALSE(io::json_beyond("[\"epochs\", " + list(1000) + "]", bounds).empty());
    CHECK_FALSE(io::json_beyond("[\"" + std::string(20'000, 'x') + "\"]", bounds).empty());

    const auto read = nlohmann::json::parse(summary("epochs", 3, 2), io::json_without("epochs"));
    CHECK(read == nlohmann::json::parse(R"({"a": {"b": 1}, "e": [0, 0]})"));
    const auto nested = nlohmann::ordered_json::parse(R"({"a": {"epochs": 1}})", io::json_without("epochs"));
    CHECK(nested.at("a").at("epochs") == 1);
}

TEST_CASE("a key that an object has twice is noted", "[json_bounds]") {
    const auto repeated = [](const char* text) {
        io::json_key_check keys;
        CHECK_FALSE(nlohmann::json::parse(text, std::ref(keys)).is_null());
        return keys.fault();
    };
    CHECK(repeated(R"({"a": 1, "b": {"a": 2}, "c": [{"a": 3}, {"a": 4}, {"b": {}}], "d": {"a": 5}})").empty());
    CHECK(repeated(R"([1, "a", "a"])").empty());
    CHECK(repeated(R"({"a": 1, "b": {"a": 2}, "a": 3})") == "has the key 'a' twice in one object; remove one");
    CHECK(repeated(R"({"c": [{"x": 1}, {"y": {}, "y": 2}], "c": 3})") ==
          "has the key 'y' twice in one object; remove one");
}

}  // namespace io_json_bounds_test
