#pragma once
// The rules of a nonlinearity, wherever it stands.

#include <cortexpr/compiler.hpp>

#include <cortexpr/check/diagnosis.hpp>
#include <cortexpr/dsl/activation.hpp>

namespace cortexpr::check {

constexpr rule broken_by(const activation_function& function) {
    if (function.is_custom()) return function.custom->is_complete ? rule::none : rule::incomplete_custom;
    if (function.length < 1 || function.length > activation_function::most) return rule::chain_length;
    for (int i = 0; function.length > 1 && i < function.length; ++i)
        if (function.members[static_cast<std::size_t>(i)] == activation::none) return rule::none_in_chain;
    return rule::none;
}

}  // namespace cortexpr::check
