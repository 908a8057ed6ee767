#pragma once
// An ONNX model while it is made: operations on named values, each a map or a matrix of float32. Source of the numbers
// of fields and of the operations' meaning: ONNX's own description of its format and operators, opset 18.

#include "../io/protobuf.hpp"

#include <cstdint>
#include <initializer_list>
#include <map>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace cortexpr::onnx {

using message = io::protobuf_message;

/// A value's name within the model.
using value = std::string;

/// An operation's attributes.
class attributes {
  public:
    attributes& number(std::string_view name, std::int64_t value);
    attributes& numbers(std::string_view name, std::initializer_list<std::int64_t> values);
    attributes& real(std::string_view name, float value);
    attributes& text(std::string_view name, std::string_view value);

  private:
    friend class graph;
    std::vector<message> all_;
};

/// A side of a shape: a number, or a name where it is left open.
struct side {
    side(std::int64_t value) : size(value) {}
    side(const char* value) : name(value) {}
    std::int64_t size = 0;
    std::string name{};
};

class graph {
  public:
    /// What an operation gives; its name begins with `label`.
    value add(std::string_view operation, std::vector<value> inputs, std::string_view label,
              const attributes& with = {});
    /// A constant; one of a name that is there already is the same one.
    value constant(const std::string& name, std::span<const float> elements, std::span<const std::int64_t> shape);
    value constant(const std::string& name, std::span<const std::int64_t> elements);

    void input(const std::string& name, const std::vector<side>& shape);
    /// The model's output, which gives `of` its name.
    void output(const std::string& name, const value& of, const std::vector<side>& shape);

    /// The bytes of the model: the operations that the outputs need, in order.
    std::string model(std::string_view name, const std::map<std::string, std::string>& notes) const;

  private:
    struct operation {
        std::string type;
        std::vector<value> inputs;
        value output;
        message attributes;
    };
    std::set<value> needed() const;

    std::vector<operation> operations_;
    std::map<std::string, message> constants_;
    message inputs_and_outputs_;
    std::vector<value> outputs_;
    std::map<std::string, int, std::less<>> labels_;
};

}  // namespace cortexpr::onnx
