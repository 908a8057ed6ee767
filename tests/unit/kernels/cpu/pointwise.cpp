// The pointwise kernels of every instruction set that this CPU has.

#include "catch.hpp"
#include "kernels/cpu/all_tables.hpp"

#include <vector>

namespace kernels_cpu_pointwise_test {

using namespace cortexpr;
using cortexpr::test::all_tables;

TEMPLATE_TEST_CASE("kernels: what is applied comes with its sign, added or in place of what was there", "", float,
                   double) {
    for (const auto* table : all_tables<TestType>()) {
        INFO(table->name);
        const auto lanes = static_cast<std::size_t>(table->lanes);
        std::vector<TestType> value(lanes);
        for (std::size_t i = 0; i < lanes; ++i) value[i] = static_cast<TestType>(i) - 1;
        for (const TestType sign : {TestType{1}, TestType{-1}})
            for (const bool replace : {false, true}) {
                std::vector<TestType> sum(lanes, 7);
                table->apply({.height = 1,
                              .width = 1,
                              .lanes = {0, activation::relu, nullptr},
                              .sign = sign,
                              .value = {value.data(), 0, 0},
                              .sum = {sum.data(), 0, 0},
                              .replace = replace});
                for (std::size_t i = 0; i < lanes; ++i)
                    CHECK(sum[i] == (replace ? 0 : 7) + sign * (value[i] > 0 ? value[i] : 0));
            }
    }
}

}  // namespace kernels_cpu_pointwise_test
