// The CPU's stand-in for warp instructions does what the instructions do. Expected positions are those of the layouts
// by strides, (thread, value) -> position in a matrix stored by columns, that NVIDIA's CuTe writes down for
// mma.sync.m16n8k16.

#include "catch.hpp"
#include "kernels/cuda/host_block.hpp"

#include <cmath>
#include <limits>

using namespace cortexpr::kernels;
using namespace cortexpr::kernels::cuda;

namespace {

using words = host_block::per_lane<std::uint32_t, 4>;
using sums = host_block::per_lane<float, 4>;

/// Small whole numbers, of which all sums are exact.
float left_element(int row, int depth) { return static_cast<float>((row * 7 + depth * 3) % 11 - 5); }
float right_element(int depth, int column) { return static_cast<float>((depth * 5 + column * 2) % 9 - 4); }

bfloat16 exact(float value) { return narrowed(value); }

/// The product that each lane must hold, m + 16 n from (4, 8), (2, 2) by strides (32, 1), (16, 8).
void check_product(const sums& found, int first_column) {
    for (int lane = 0; lane < 32; ++lane)
        for (int i = 0; i < 4; ++i) {
            const int position = lane % 4 * 32 + lane / 4 + i % 2 * 16 + i / 2 * 8;
            const int row = position % 16, column = position / 16 + first_column;
            float expected = 0;
            for (int depth = 0; depth < 16; ++depth)
                expected += left_element(row, depth) * right_element(depth, column);
            CHECK(found.at(lane, i) == expected);
        }
}

}  // namespace

TEST_CASE("warp products: fragments lie as the instruction wants them") {
    words left, right;
    for (int lane = 0; lane < 32; ++lane)
        for (int i = 0; i < 4; ++i) {
            bfloat16 a[2], b[2];
            for (int v = 0; v < 2; ++v) {
                // Left: m + 16 k from (4, 8), (2, 2, 2) by (32, 1), (16, 8, 128).
                const int position = lane % 4 * 32 + lane / 4 + v * 16 + i % 2 * 8 + i / 2 * 128;
                a[v] = exact(left_element(position % 16, position / 16));
                // Right: n + 8 k from (4, 8), (2, 2) by (16, 1), (8, 64); two products side by side.
                const int other = lane % 4 * 16 + lane / 4 + v * 8 + i % 2 * 64;
                b[v] = exact(right_element(other / 8, other % 8 + i / 2 * 8));
            }
            left.at(lane, i) = pair_of(a[0], a[1]);
            right.at(lane, i) = pair_of(b[0], b[1]);
        }
    for (const int half : {0, 1}) {
        sums found{};
        host_block::multiply(found, left, right, 2 * half);
        check_product(found, 8 * half);
    }
}

TEST_CASE("warp products: matrices loaded from memory, plain and transposed, multiply to the same") {
    // Left by rows, and by columns; right by rows of depth: as maps lie in memory.
    constexpr int stride = 24;
    alignas(16) bfloat16 by_row[16 * stride], by_depth[16 * stride], right_rows[16 * stride];
    for (int i = 0; i < 16; ++i)
        for (int k = 0; k < 16; ++k) {
            by_row[i * stride + k] = exact(left_element(i, k));
            by_depth[k * stride + i] = exact(left_element(i, k));
            right_rows[k * stride + i] = exact(right_element(k, i));
        }
    host_block::per_lane<const bfloat16*, 1> rows;
    const auto loaded = [&](const bfloat16* map, auto row, auto column, auto transposed) {
        words result;
        for (int lane = 0; lane < 32; ++lane) rows.at(lane, 0) = map + row(lane) * stride + column(lane);
        host_block::load_matrices<decltype(transposed)::value>(result, rows);
        return result;
    };
    const auto low = [](int lane) { return lane % 16; };
    const auto high = [](int lane) { return lane / 16 * 8; };
    const auto right = loaded(right_rows, low, high, std::true_type{});
    const auto plain = loaded(by_row, low, high, std::false_type{});
    const auto turned = loaded(
        by_depth, [](int lane) { return lane % 8 + lane / 16 * 8; }, [](int lane) { return lane / 8 % 2 * 8; },
        std::true_type{});
    for (const auto& left : {plain, turned})
        for (const int half : {0, 1}) {
            sums found{};
            host_block::multiply(found, left, right, 2 * half);
            check_product(found, 8 * half);
        }
}

TEST_CASE("warp products: bfloat16 rounds to the nearest, ties to even") {
    CHECK(narrowed(1.0F).bits == 0x3F80);
    CHECK(narrowed(number_of(0x3F808000U)).bits == 0x3F80);  // half way: down to even
    CHECK(narrowed(number_of(0x3F818000U)).bits == 0x3F82);  // half way: up to even
    CHECK(narrowed(number_of(0x3F808001U)).bits == 0x3F81);
    CHECK(std::isinf(widened(narrowed(std::numeric_limits<float>::max()))));
    CHECK(std::isnan(widened(narrowed(std::numeric_limits<float>::quiet_NaN()))));
    CHECK(std::isnan(widened(narrowed(number_of(0x7F800001U)))));  // whose upper half is infinity's
    CHECK(narrowed_pair(1.0F, -2.0F) == 0xC0003F80U);
}
