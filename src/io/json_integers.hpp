#pragma once
// Integers in JSON that comes from elsewhere: a number with a fraction or an exponent may be beyond every integer, and
// to convert it then has no defined result.

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace cortexpr::io {

/// Throws nlohmann::json::type_error where `like` has an integer and `given` another number; members by name, elements
/// like the first. Whatever else differs is for the reader to refuse.
inline void require_integers(const nlohmann::json& given, const nlohmann::json& like) {
    if (like.is_number_integer() && given.is_number_float())
        throw nlohmann::json::type_error::create(302, fmt::format("type must be integer, but is {}", given.dump()),
                                                 &given);
    if (like.is_array() && !like.empty() && given.is_array())
        for (const auto& element : given) require_integers(element, like.front());
    if (!like.is_object() || !given.is_object()) return;
    for (const auto& [name, value] : like.items())
        if (const auto found = given.find(name); found != given.end()) require_integers(*found, value);
}

}  // namespace cortexpr::io
