#pragma once
// JSON as text.

#include <nlohmann/json.hpp>

#include <string>

namespace cortexpr::io {

/// A value's text; what is no UTF-8, as a file's name may be, stands as U+FFFD. `indent` is by level; -1: in one line.
template <class Json>
std::string json_text(const Json& value, int indent = -1) {
    return value.dump(indent, ' ', /*ensure_ascii=*/false, Json::error_handler_t::replace);
}

}  // namespace cortexpr::io
