// Which table of kernels runs, and what is refused.

#include "kernels/cpu/dispatch.hpp"
#include "catch.hpp"

#include <cortexpr/error.hpp>

#include <algorithm>
#include <string>

namespace kernels_cpu_dispatch_test {

using namespace cortexpr;

TEST_CASE("kernels: a table by its name, the fastest without one") {
    const auto tables = kernels::tables_for_this_cpu<double>();
    CHECK(&kernels::kernels_named<double>(nullptr) == tables.back());
    for (const auto* table : tables) CHECK(&kernels::kernels_named<double>(table->name) == table);
    CHECK(tables.size() == kernels::tables_for_this_cpu<float>().size());
}

TEST_CASE("kernels: what names no instruction set, or one that this CPU lacks, is refused in a sentence") {
    for (const char* name : {"nonsense", "AVX2", ""})
        CHECK_THROWS_WITH(
            kernels::kernels_named<float>(name),
            "CORTEXPR_CPU is \"" + std::string(name) + "\" in the environment; use portable, avx2 or avx512");
    const auto tables = kernels::tables_for_this_cpu<float>();
    for (const std::string name : {"portable", "avx2", "avx512"}) {
        if (std::ranges::any_of(tables, [&](const auto* table) { return table->name == name; })) continue;
        CHECK_THROWS_AS(kernels::kernels_named<float>(name.c_str()), usage_error);
        CHECK_THROWS_WITH(
            kernels::kernels_named<float>(name.c_str()),
            Catch::Matchers::StartsWith("CORTEXPR_CPU is \"" + name +
                                        "\" in the environment, but this CPU can't run that; use portable"));
    }
}

}  // namespace kernels_cpu_dispatch_test
