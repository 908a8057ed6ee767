#include "fma_peak.hpp"

#include "kernels/cpu/kernels.hpp"

#include <algorithm>
#include <chrono>
#include <string_view>
#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace bench {

namespace {

#if defined(__x86_64__)
constexpr int rounds = 100'000;
constexpr int sums = 12;  // more than a multiplier's latency times those that a core has

// The sums are kept as inputs and outputs of nothing, so that no compiler takes them apart or away.

[[gnu::target("avx512f")]] void multiply_add_64() {
    __m512 sum[sums]{};
    const auto factor = _mm512_set1_ps(0.5F), term = _mm512_set1_ps(1.0F);
    for (int round = 0; round < rounds; ++round) {
#pragma GCC unroll 12
        for (auto& one : sum) {
            one = _mm512_fmadd_ps(one, factor, term);
            asm volatile("" : "+v"(one));
        }
    }
}
[[gnu::target("avx2,fma")]] void multiply_add_32() {
    __m256 sum[sums]{};
    const auto factor = _mm256_set1_ps(0.5F), term = _mm256_set1_ps(1.0F);
    for (int round = 0; round < rounds; ++round) {
#pragma GCC unroll 12
        for (auto& one : sum) {
            one = _mm256_fmadd_ps(one, factor, term);
            asm volatile("" : "+x"(one));
        }
    }
}
#endif

}  // namespace

double fma_peak() {
    double best = 0;
#if defined(__x86_64__)
    using clock = std::chrono::steady_clock;
    const std::string_view table = cortexpr::kernels::kernels_for_this_cpu<float>().name;
    if (table != "avx512" && table != "avx2") return 0;
    const bool is_wide = table == "avx512";
    for (const auto start = clock::now(); clock::now() - start < std::chrono::milliseconds(100);) {
        const auto before = clock::now();
        is_wide ? multiply_add_64() : multiply_add_32();
        const auto seconds = std::chrono::duration<double>(clock::now() - before).count();
        best = std::max(best, 2e-9 * rounds * sums * (is_wide ? 16 : 8) / seconds);
    }
#endif
    return best;
}

}  // namespace bench
