#pragma once
// A value that has a name as JSON. Every file that has such values in JSON includes this: without it, the library takes
// enumerators for numbers, and a program must not have both.

#include <cortexpr/named_value.hpp>

#include <nlohmann/json.hpp>

#include <string>

/// By name. An unknown one throws usage_error.
template <cortexpr::NamedValue Value>
struct nlohmann::adl_serializer<Value> {
    static void to_json(json& object, Value value) { object = std::string(cortexpr::name_of(value)); }
    static void from_json(const json& object, Value& value) {
        value = cortexpr::value_named<Value>(object.get<std::string>());
    }
};
