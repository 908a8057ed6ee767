// An ONNX model's bytes, taken apart again: which operations are in it, in which order, and with what.

#include "onnx/graph.hpp"

#include "catch.hpp"

#include <bit>
#include <cstring>

namespace onnx_graph_test {

using namespace cortexpr;
using onnx::attributes;
using onnx::graph;
using strings = std::vector<std::string>;

namespace {

/// A message of Protocol Buffers: its fields by number, in order; numbers as text, other kinds as bytes.
class decoded {
  public:
    explicit decoded(std::string_view bytes) {
        const auto varint = [&] {
            std::uint64_t value = 0;
            for (unsigned shift = 0;; shift += 7) {
                REQUIRE_FALSE(bytes.empty());
                const auto byte = static_cast<unsigned char>(bytes.front());
                bytes.remove_prefix(1);
                value |= std::uint64_t{byte & 0x7FU} << shift;
                if (byte < 0x80) return value;
            }
        };
        while (!bytes.empty()) {
            const auto tag = varint();
            if (tag % 8 == 0) {
                fields_.emplace_back(tag / 8, std::to_string(static_cast<std::int64_t>(varint())));
                continue;
            }
            const auto size = tag % 8 == 2 ? varint() : tag % 8 == 5 ? 4 : 8;
            REQUIRE(size <= bytes.size());
            fields_.emplace_back(tag / 8, bytes.substr(0, size));
            bytes.remove_prefix(size);
        }
    }

    strings all(std::uint64_t field) const {
        strings found;
        for (const auto& [number, value] : fields_)
            if (number == field) found.push_back(value);
        return found;
    }
    std::string one(std::uint64_t field) const {
        const auto found = all(field);
        return found.size() == 1 ? found.front() : std::to_string(found.size()) + " values";
    }
    decoded part(std::uint64_t field) const { return decoded(one(field)); }

  private:
    std::vector<std::pair<std::uint64_t, std::string>> fields_;
};

/// (type, name) of the operations of a model.
std::vector<std::pair<std::string, std::string>> operations_in(const std::string& model) {
    std::vector<std::pair<std::string, std::string>> all;
    for (const auto& node : decoded(model).part(7).all(1)) all.emplace_back(decoded(node).one(4), decoded(node).one(3));
    return all;
}

}  // namespace

TEST_CASE("a model has the operations that its outputs need, in their order", "[onnx]") {
    graph all;
    all.input("x", {"batch", 3});
    const auto first = all.add("Relu", {"x"}, "rate"), unused = all.add("Neg", {first}, "minus"),
               second = all.add("Add", {first, "x"}, "rate");
    CHECK(first == "rate");
    CHECK(second == "rate.2");  // a label that is there gets a number
    CHECK(all.add("Add", {first, unused}, "other") == "other");
    all.output("y", second, {"batch", 3});
    const auto model = all.model("test", {});
    CHECK(operations_in(model) ==
          std::vector<std::pair<std::string, std::string>>{{"Relu", "rate"}, {"Add", "rate.2"}, {"Identity", "y"}});
    const auto network = decoded(model).part(7);
    const decoded add(network.all(1)[1]);
    CHECK(add.all(1) == strings{"rate", "x"});
    CHECK(add.all(2) == strings{"rate.2"});
    CHECK(network.one(2) == "test");
}

TEST_CASE("a model says which format and operators it is in, and what is noted", "[onnx]") {
    graph all;
    const decoded model(all.model("empty", {{"b", "2"}, {"a", ""}}));
    CHECK(model.one(1) == "8");
    CHECK(model.one(2) == "cortexpr");
    CHECK(model.part(8).one(1).empty());  // the operators of ONNX itself
    CHECK(model.part(8).one(2) == "18");
    const auto notes = model.all(14);
    REQUIRE(notes.size() == 2);
    CHECK(decoded(notes[0]).one(1) == "a");
    CHECK(decoded(notes[1]).one(2) == "2");
    CHECK(model.part(7).all(1).empty());
}

TEST_CASE("inputs and outputs have shapes, whose sides may be left open", "[onnx]") {
    graph all;
    all.input("x", {"batch", 3, 28});
    all.output("y", "x", {});
    const auto network = decoded(all.model("m", {})).part(7);
    const auto input = network.part(11);
    CHECK(input.one(1) == "x");
    const auto type = input.part(2).part(1);
    CHECK(type.one(1) == "1");  // float32
    const auto sides = type.part(2).all(1);
    REQUIRE(sides.size() == 3);
    CHECK(decoded(sides[0]).one(2) == "batch");
    CHECK(decoded(sides[0]).all(1).empty());
    CHECK(decoded(sides[1]).one(1) == "3");
    CHECK(decoded(sides[2]).one(1) == "28");
    CHECK(network.part(12).one(1) == "y");
    CHECK(network.part(12).part(2).part(1).one(2).empty());  // a scalar
}

TEST_CASE("constants are written once, and only where they are used", "[onnx]") {
    graph all;
    const std::vector<float> weights{1.5F, -2};
    const std::vector<std::int64_t> shape{2, 1}, sizes{3, -1};
    const auto weight = all.constant("w", weights, shape);
    CHECK(all.constant("w", std::vector<float>{9}, std::vector<std::int64_t>{1}) == weight);
    const auto size = all.constant("size", sizes);
    all.constant("unused", weights, shape);
    all.output("y", all.add("Reshape", {weight, size}, "r"), {});
    const auto constants = decoded(all.model("m", {})).part(7).all(5);
    REQUIRE(constants.size() == 2);
    const decoded of_sizes(constants[0]), of_weights(constants[1]);  // in the order of their names
    CHECK(of_weights.one(8) == "w");
    CHECK(of_weights.all(1) == strings{"2", "1"});
    CHECK(of_weights.one(2) == "1");
    CHECK(of_weights.one(9) == std::string("\0\0\xC0\x3F\0\0\0\xC0", 8));
    CHECK(of_sizes.one(8) == "size");
    CHECK(of_sizes.all(1) == strings{"2"});
    CHECK(of_sizes.one(2) == "7");
    CHECK(of_sizes.one(9).size() == 16);
}

TEST_CASE("attributes have names, kinds and values", "[onnx]") {
    graph all;
    all.output("y",
               all.add("Conv", {"x"}, "c",
                       attributes().number("group", -3).numbers("pads", {1, 0}).real("alpha", 1).text("mode", "max")),
               {});
    const auto found = decoded(decoded(all.model("m", {})).part(7).all(1).at(0)).all(5);
    REQUIRE(found.size() == 4);
    CHECK(decoded(found[0]).one(1) == "group");
    CHECK(decoded(found[0]).one(20) == "2");
    CHECK(decoded(found[0]).one(3) == "-3");
    CHECK(decoded(found[1]).one(20) == "7");
    CHECK(decoded(found[1]).all(8) == strings{"1", "0"});
    CHECK(decoded(found[2]).one(20) == "1");
    CHECK(decoded(found[2]).one(2) == std::string("\0\0\x80\x3F", 4));
    CHECK(decoded(found[3]).one(20) == "3");
    CHECK(decoded(found[3]).one(4) == "max");
}

}  // namespace onnx_graph_test
