// Values of a description: each kind is taken as it is, and any other is refused with its place.

#include "describe/entry.hpp"

#include "catch.hpp"
#include "temp_folder.hpp"

#include <cortexpr/dsl/options.hpp>

#include <limits>

namespace describe_entry_test {

using namespace cortexpr;
using describe::entry;
using json = entry::json;

namespace {

const json told = json::parse(R"({
    "areas": [{"name": "V1", "size": [3, 4], "half": true, "rate": 0.5, "kind": "hybrid", "none": null}],
    "edges": [{"from": "E", "to": "I"}, {"from": "E"}]})");

template <class Call>
std::string refusal(Call call) {
    return test::message_of<usage_error>(call);
}

}  // namespace

TEST_CASE("values are reached by keys and places", "[entry]") {
    const entry whole(told);
    const auto area = whole.at("areas").list().at(0);
    CHECK(area.at("name").text() == "V1");
    CHECK(area.at("half").flag());
    CHECK(area.at("rate").number() == 0.5);
    CHECK(area.at("none").is_null());
    CHECK(area.has("none"));
    CHECK_FALSE(area.has("nothing"));
    const auto [height, width] = area.at("size").pair();
    CHECK(height.whole() == 3);
    CHECK(width.whole() == 4);
    CHECK(width.is_number());
    CHECK(area.at("kind").word<neuron_class>(3) == neuron_class::hybrid);
    CHECK(area.at("kind").choice({"a", "hybrid", "hybrid"}) == 1);
    CHECK(whole.at("edges").list().size() == 2);
}

TEST_CASE("a place is a JSON pointer, with the names that stand there", "[entry]") {
    const entry whole(told);
    CHECK(whole.place() == "the description");
    CHECK(whole.at("areas").place() == "/areas");
    CHECK(whole.at("areas").list()[0].place() == "/areas/0 (\"V1\")");
    CHECK(whole.at("areas").list()[0].at("size").list()[1].place() == "/areas/0/size/1");
    CHECK(whole.at("edges").list()[0].place() == "/edges/0 (\"E\" to \"I\")");
    CHECK(refusal([&] { whole.at("edges").list()[0].say("is missing"); }) == "/edges/0 (\"E\" to \"I\") is missing");
    CHECK(refusal([&] { whole.at("areas").list()[0].at("colour"); }) == "/areas/0 (\"V1\") has no \"colour\"; add it");
    CHECK(refusal([&] { whole.at("colour"); }) == "the description has no \"colour\"; add it");
}

TEST_CASE("a value of another kind is refused with what it is", "[entry]") {
    const auto of = [](const char* text, auto take) {
        const auto value = json::parse(text);
        return refusal([&] { take(entry(value, "/x")); });
    };
    const auto whole = [](const entry& one) { std::ignore = one.whole(); };
    const auto number = [](const entry& one) { std::ignore = one.number(); };
    const auto flag = [](const entry& one) { std::ignore = one.flag(); };
    const auto text = [](const entry& one) { std::ignore = one.text(); };
    const auto list = [](const entry& one) { std::ignore = one.list(); };
    const auto pair = [](const entry& one) { std::ignore = one.pair(); };
    const auto choice = [](const entry& one) { std::ignore = one.choice({"a", "b"}); };
    for (const auto* good : {"0", "1000000"}) CHECK(of(good, whole).empty());
    for (const std::string wrong :
         {"-1", "1000001", "1.5", "2.0", "\"3\"", "null", "true", "9223372036854775808", "18446744073709551615"})
        CHECK(of(wrong.c_str(), whole) == "/x is " + wrong + "; give a whole number from 0 to 1000000");
    CHECK(of("-7", number).empty());
    CHECK(of("\"7\"", number) == "/x is \"7\"; give a number");
    CHECK(of("false", flag).empty());
    CHECK(of("0", flag) == "/x is 0; give true or false");
    CHECK(of("\"\"", text) == "/x is \"\"; give a name");
    CHECK(of("[1]", text) == "/x is array; give a name");
    CHECK(of("[]", list).empty());
    CHECK(of("{\"a\": 1}", list) == "/x is object; give a list");
    CHECK(of("[1, 2]", pair).empty());
    CHECK(of("[1, 2, 3]", pair) == "/x is array; give a list of two numbers");
    CHECK(of("\"c\"", choice) == "/x is \"c\"; give one of a, b");
    CHECK(of("1", choice) == "/x is 1; give one of a, b");
    CHECK(of("3", [](const entry& one) { std::ignore = one.at("key"); }) == "/x is 3; give an object");
    const json nothing;
    CHECK(refusal([&] { std::ignore = entry(nothing).list(); }) == "the description is null; give a list");
}

}  // namespace describe_entry_test
