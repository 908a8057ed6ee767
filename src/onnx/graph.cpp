#include "graph.hpp"

#include <fmt/format.h>

#include <ranges>
#include <utility>

namespace cortexpr::onnx {

namespace {

// Numbers of fields, and of kinds.
enum model_field : std::uint8_t { ir_version = 1, producer = 2, graph_of = 7, opset = 8, metadata = 14 };
enum graph_field : std::uint8_t { node = 1, graph_name = 2, initializer = 5, graph_input = 11, graph_output = 12 };
enum node_field : std::uint8_t { node_input = 1, node_output = 2, node_name = 3, node_type = 4, node_attribute = 5 };
enum attribute_field : std::uint8_t {
    attribute_name = 1,
    one_real = 2,
    one_number = 3,
    one_text = 4,
    many_numbers = 8,
    attribute_kind = 20
};
enum tensor_field : std::uint8_t { sides = 1, element_type = 2, tensor_name = 8, raw_bytes = 9 };
constexpr std::int64_t format = 8, operations = 18;           // what ONNX 1.13 and later read
constexpr std::int64_t float_elements = 1, int_elements = 7;  // of tensors

message attribute(std::string_view name, std::int64_t kind) {
    message one;
    one.text(attribute_name, name).number(attribute_kind, kind);
    return one;
}

template <class Element>
message tensor(const std::string& name, std::int64_t type, std::span<const Element> elements,
               std::span<const std::int64_t> shape) {
    message one;
    one.numbers(sides, shape).number(element_type, type).text(tensor_name, name);
    return one.text(raw_bytes, {reinterpret_cast<const char*>(elements.data()), elements.size_bytes()});
}

message value_info(const std::string& name, const std::vector<side>& shape) {
    message all;
    for (const auto& one : shape) {
        message dimension;
        if (one.name.empty())
            dimension.number(1, one.size);
        else
            dimension.text(2, one.name);
        all.part(1, dimension);
    }
    message tensor_type, type, info;
    tensor_type.number(1, float_elements).part(2, all);
    type.part(1, tensor_type);
    return info.text(1, name).part(2, type);
}

}  // namespace

attributes& attributes::number(std::string_view name, std::int64_t value) {
    all_.push_back(attribute(name, 2).number(one_number, value));
    return *this;
}

attributes& attributes::numbers(std::string_view name, std::initializer_list<std::int64_t> values) {
    all_.push_back(attribute(name, 7).numbers(many_numbers, {values.begin(), values.size()}));
    return *this;
}

attributes& attributes::real(std::string_view name, float value) {
    all_.push_back(attribute(name, 1).real(one_real, value));
    return *this;
}

attributes& attributes::text(std::string_view name, std::string_view value) {
    all_.push_back(attribute(name, 3).text(one_text, value));
    return *this;
}

value graph::add(std::string_view type, std::vector<value> inputs, std::string_view label, const attributes& with) {
    const int number = ++labels_.try_emplace(std::string(label), 0).first->second;
    auto name = number == 1 ? std::string(label) : fmt::format("{}.{}", label, number);
    message encoded;
    for (const auto& one : with.all_) encoded.part(node_attribute, one);
    operations_.push_back({std::string(type), std::move(inputs), name, std::move(encoded)});
    return name;
}

value graph::constant(const std::string& name, std::span<const float> elements, std::span<const std::int64_t> shape) {
    constants_.try_emplace(name, tensor(name, float_elements, elements, shape));
    return name;
}

value graph::constant(const std::string& name, std::span<const std::int64_t> elements) {
    const auto count = static_cast<std::int64_t>(elements.size());
    constants_.try_emplace(name, tensor(name, int_elements, elements, std::span(&count, 1)));
    return name;
}

void graph::input(const std::string& name, const std::vector<side>& shape) {
    inputs_and_outputs_.part(graph_input, value_info(name, shape));
}

void graph::output(const std::string& name, const value& of, const std::vector<side>& shape) {
    operations_.push_back({"Identity", {of}, name, {}});
    inputs_and_outputs_.part(graph_output, value_info(name, shape));
    outputs_.push_back(name);
}

std::set<value> graph::needed() const {
    std::set<value> all(outputs_.begin(), outputs_.end());
    for (const auto& one : std::views::reverse(operations_))
        if (all.contains(one.output)) all.insert(one.inputs.begin(), one.inputs.end());
    return all;
}

std::string graph::model(std::string_view name, const std::map<std::string, std::string>& notes) const {
    const auto used = needed();
    message network;
    for (const auto& one : operations_) {
        if (!used.contains(one.output)) continue;
        message encoded;
        for (const auto& source : one.inputs) encoded.text(node_input, source);
        encoded.text(node_output, one.output).text(node_name, one.output).text(node_type, one.type);
        network.text(node, encoded.bytes() + one.attributes.bytes());
    }
    network.text(graph_name, name);
    for (const auto& [key, bytes] : constants_)
        if (used.contains(key)) network.part(initializer, bytes);
    message whole, operation_set;
    operation_set.text(1, "").number(2, operations);
    whole.number(ir_version, format).text(producer, "cortexpr");
    whole.text(graph_of, network.bytes() + inputs_and_outputs_.bytes()).part(opset, operation_set);
    for (const auto& [key, text] : notes) whole.part(metadata, message().text(1, key).text(2, text));
    return whole.bytes();
}

}  // namespace cortexpr::onnx
