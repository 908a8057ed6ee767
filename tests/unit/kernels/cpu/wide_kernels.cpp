// Kernels of 512-bit vectors for a processor that may have none: AVX-512's code, each vector held in smaller ones.
// Linked before the library, in whose position it says which kernels the planned executor runs.

#define CORTEXPR_INSTRUCTION_SET wide
#define CORTEXPR_VECTOR_BYTES 64
#include "kernels/cpu/table_of.hpp"

#include <cstdio>
#include <cstdlib>

namespace cortexpr::kernels {

#ifdef __AVX2__
namespace {

[[maybe_unused]] const bool can_run = [] {
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) return true;
    std::fputs("SKIPPED: this processor has no AVX2, in which 512-bit vectors are emulated\n", stderr);
    std::_Exit(77);
}();

}  // namespace
#endif

template <>
const kernel_table<float>& kernels_for_this_cpu<float>() {
    static constexpr auto table = wide::table<float>("wide");
    return table;
}
template <>
const kernel_table<double>& kernels_for_this_cpu<double>() {
    static constexpr auto table = wide::table<double>("wide");
    return table;
}

}  // namespace cortexpr::kernels
