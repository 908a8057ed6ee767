#pragma once
// One table for each instruction set; built where the compiler knows it (CORTEXPR_HAS_X86_KERNELS).

#include "kernels.hpp"

namespace cortexpr::kernels {

extern const kernel_table<float> portable_float, avx2_float, avx512_float;
extern const kernel_table<double> portable_double, avx2_double, avx512_double;

}  // namespace cortexpr::kernels
