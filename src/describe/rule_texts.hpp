#pragma once
// The rules of check/ in words that fit behind a place in a description.

#include <cortexpr/check/diagnosis.hpp>

#include <string_view>

namespace cortexpr::describe {

/// What is wrong and what to do. Only rules that a description can break have a text.
std::string_view text_of(rule broken);

}  // namespace cortexpr::describe
