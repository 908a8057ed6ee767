#pragma once
// False, but only once the template around it is instantiated.

#include <cortexpr/compiler.hpp>

namespace cortexpr::errors {

/// An error asks for `never<itself>`: that is what Clang quotes, with the user's types and numbers in it.
template <class Error>
inline constexpr bool never = false;

}  // namespace cortexpr::errors
