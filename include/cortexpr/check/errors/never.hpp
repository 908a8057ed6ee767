#pragma once
// False, but only once the template around it is instantiated.

namespace cortexpr::errors {

template <class...>
inline constexpr bool never = false;
template <auto...>
inline constexpr bool never_value = false;

}  // namespace cortexpr::errors
