// The pointwise kernels of every instruction set that this CPU has.

#include "catch.hpp"
#include "executors/planned/aligned.hpp"
#include "kernels/cpu/all_tables.hpp"

#include <cstring>
#include <vector>

namespace kernels_cpu_pointwise_test {

using namespace cortexpr;
namespace planned = cortexpr::executors::planned;
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

TEMPLATE_TEST_CASE("kernels: what a step saves past the caches is what it saves through them", "", float, double) {
    for (const auto* table : all_tables<TestType>()) {
        INFO(table->name);
        constexpr int height = 3, width = 7;
        const int lanes = table->lanes;
        const auto size = static_cast<std::size_t>(height * width * lanes);
        std::vector<TestType> drive(size), before(size), rate(static_cast<std::size_t>(lanes), TestType(0.25));
        for (std::size_t i = 0; i < size; ++i) {
            drive[i] = static_cast<TestType>(i % 11) - 5;
            before[i] = static_cast<TestType>(i % 7) / 8;
        }
        std::vector<TestType> odd(static_cast<std::size_t>(lanes), 0);  // a mask of every second lane
        for (std::size_t i = 0; i < odd.size(); i += 2) std::memset(&odd[i], 0xff, sizeof(TestType));
        const std::ptrdiff_t row = std::ptrdiff_t{width} * lanes;
        const TestType* const masks[] = {nullptr, odd.data()};
        for (const auto function : {activation::sigmoid, activation::softplus})
            for (const auto* mask : masks) {
                planned::aligned_vector<TestType> saved[2], after[2];
                for (const int streams : {0, 1}) {
                    saved[streams].assign(size, 9);
                    after[streams].assign(size, 9);
                    table->step({.height = height,
                                 .width = width,
                                 .lanes = {0, function, mask},
                                 .drive = {drive.data(), row, lanes},
                                 .before = {before.data(), row, lanes},
                                 .rate = {rate.data(), 0, 0},
                                 .after = {after[streams].data(), row, lanes},
                                 .saved = {saved[streams].data(), row, lanes},
                                 .streams = streams == 1});
                }
                CHECK(saved[0] == saved[1]);
                CHECK(after[0] == after[1]);
                CHECK(saved[0][0] != 9);
                if (lanes > 1) CHECK((saved[0][1] == 9) == (mask != nullptr));
            }
    }
}

TEMPLATE_TEST_CASE("kernels: a step that saves nothing gives the same state", "", float, double) {
    for (const auto* table : all_tables<TestType>()) {
        INFO(table->name);
        constexpr int width = 5;
        const int lanes = table->lanes, channels = 2 * lanes;  // the second vector's
        const auto size = static_cast<std::size_t>(width * channels);
        std::vector<TestType> drive(size, TestType(0.5)), before(size, TestType(0.25)), rate(size, TestType(0.5));
        std::vector<TestType> saved(size), after[2];
        for (const int saves : {0, 1}) {
            after[saves].assign(size, 9);
            kernels::map_view<TestType> kept;
            if (saves == 1) kept = {saved.data(), 0, channels};
            table->step({.height = 1,
                         .width = width,
                         .lanes = {lanes, activation::relu, nullptr},
                         .drive = {drive.data(), 0, channels},
                         .before = {before.data(), 0, channels},
                         .rate = {rate.data(), 0, 0},
                         .after = {after[saves].data(), 0, channels},
                         .saved = kept});
        }
        CHECK(after[0] == after[1]);
        CHECK(after[0].front() == 9);
        CHECK(after[0].back() == TestType(0.375));
    }
}

}  // namespace kernels_cpu_pointwise_test
