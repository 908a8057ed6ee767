#pragma once
// Bytes as text, for pictures within pictures and pages.

#include <cortexpr/compiler.hpp>

#include <string>
#include <string_view>

namespace cortexpr::io {

/// RFC 4648, with padding and without line breaks.
std::string base64(std::string_view bytes);

}  // namespace cortexpr::io
