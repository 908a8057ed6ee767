#pragma once
// What stands in the way of LibTorch's headers, as a sentence. Public headers that include LibTorch include this
// before.

#include <cortexpr/compiler.hpp>

#ifdef I
#error \
    "LibTorch's headers use the name I, a macro of <complex.h>: include <complex.h> after cortexpr, or #undef I before"
#include <cortexpr/compilation_stopped>
#endif
