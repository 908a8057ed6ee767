#pragma once
// Which compilers and standards the library takes: one sentence for all others. Every public header includes this
// first, so that the sentence comes before anything that such a compiler does not understand.

#if defined(__clang__) && defined(__apple_build_version__)
#if __clang_major__ < 17
#define CORTEXPR_REFUSES_COMPILER
#error "cortexpr needs Apple's Clang 17 or later, because older ones take no double as a template argument"
#endif
#elif defined(__clang__)
#if __clang_major__ < 18
#define CORTEXPR_REFUSES_COMPILER
#error "cortexpr needs Clang 18 or later (or GCC 12), because older ones take no double as a template argument"
#endif
#elif defined(__GNUC__)
#if __GNUC__ < 12
#define CORTEXPR_REFUSES_COMPILER
#error "cortexpr needs GCC 12 or later (or Clang 18)"
#endif
#else
#define CORTEXPR_REFUSES_COMPILER
#error "cortexpr needs GCC 12 or Clang 18, or a later one of them; it does not know this compiler"
#endif

#if !defined(CORTEXPR_REFUSES_COMPILER) && (!defined(__cplusplus) || __cplusplus < 202002L)
#define CORTEXPR_REFUSES_COMPILER
#error "cortexpr needs C++20 or later: compile with -std=c++20, or set CMAKE_CXX_STANDARD to 20"
#endif

#ifdef CORTEXPR_REFUSES_COMPILER
// There is no such file: a missing one is what ends a compilation at once, and #error does not.
#include <cortexpr/compilation_stopped>
#endif
