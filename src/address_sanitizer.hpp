#pragma once
// Whether memory is that of the address sanitizer: GCC defines a macro, Clang has a feature.

#if defined(__SANITIZE_ADDRESS__)
#define CORTEXPR_ADDRESS_SANITIZER
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define CORTEXPR_ADDRESS_SANITIZER
#endif
#endif
