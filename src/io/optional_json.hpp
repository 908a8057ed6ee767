#pragma once
// A value that may be missing as JSON: null stands for none.

#include <nlohmann/json.hpp>

#include <optional>

template <class Value>
struct nlohmann::adl_serializer<std::optional<Value>> {
    static void to_json(json& object, const std::optional<Value>& value) { object = value ? json(*value) : json(); }
    static void from_json(const json& object, std::optional<Value>& value) {
        value = object.is_null() ? std::nullopt : std::optional(object.get<Value>());
    }
};
