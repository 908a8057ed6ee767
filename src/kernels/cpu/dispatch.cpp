#include "tables.hpp"

#include <cstdlib>
#include <string_view>
#include <type_traits>

namespace cortexpr::kernels {

namespace {

enum class instruction_set : std::uint8_t { portable, avx2, avx512 };

instruction_set best_of_this_cpu() {
#ifdef CORTEXPR_HAS_X86_KERNELS
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512dq"))
        return instruction_set::avx512;
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) return instruction_set::avx2;
#endif
    return instruction_set::portable;
}

instruction_set chosen() {
    const auto best = best_of_this_cpu();
    const char* wish = std::getenv("CORTEXPR_CPU");
    if (wish == nullptr) return best;
    const std::string_view name = wish;
    const auto wanted = name == "portable" ? instruction_set::portable
                        : name == "avx2"   ? instruction_set::avx2
                                           : instruction_set::avx512;
    return wanted < best ? wanted : best;
}

}  // namespace

template <class Scalar>
const kernel_table<Scalar>& kernels_for_this_cpu() {
    static const instruction_set set = chosen();
    constexpr bool is_float = std::is_same_v<Scalar, float>;
    const auto pick = [](const auto& single, const auto& twice) -> const kernel_table<Scalar>& {
        if constexpr (is_float) {
            return single;
        } else {
            return twice;
        }
    };
#ifdef CORTEXPR_HAS_X86_KERNELS
    if (set == instruction_set::avx512) return pick(avx512_float, avx512_double);
    if (set == instruction_set::avx2) return pick(avx2_float, avx2_double);
#endif
    return pick(portable_float, portable_double);
}

template const kernel_table<float>& kernels_for_this_cpu<float>();
template const kernel_table<double>& kernels_for_this_cpu<double>();

}  // namespace cortexpr::kernels
