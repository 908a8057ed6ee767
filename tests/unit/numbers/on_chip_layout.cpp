// How a map lies in shared memory: that taps are offsets, that borders are borders, and that parts don't overlap.

#include <cortexpr/numbers/on_chip_layout.hpp>

#include "catch.hpp"

#include <set>
#include <vector>

using namespace cortexpr::kernels;

namespace {

std::vector<on_chip_sizes> sizes() {
    std::vector<on_chip_sizes> all;
    for (const auto& [height, width] : {std::pair(1, 1), std::pair(1, 9), std::pair(7, 5), std::pair(28, 28)})
        for (const auto& [kernel_height, kernel_width] :
             {std::pair(1, 1), std::pair(1, 3), std::pair(3, 3), std::pair(5, 3)})
            for (const int states : {1, 16, 17, 48})
                all.push_back({.height = height,
                               .width = width,
                               .inputs = 3,
                               .states = states,
                               .outputs = 20,
                               .kernel_height = kernel_height,
                               .kernel_width = kernel_width,
                               .steps = 4,
                               .output_sources = 1,
                               .live_at_last = 1});
    return all;
}

}  // namespace

TEST_CASE("a tap of any position is its neighbour, or a zero of the border", "[on_chip]") {
    for (const auto& one : sizes()) {
        const auto layout = layout_of(one);
        INFO(one.height << "x" << one.width << ", " << one.kernel_height << "x" << one.kernel_width);
        const auto position = [&](int y, int x) { return y * layout.pitch + x; };
        std::set<int> positions;
        for (int y = 0; y < one.height; ++y)
            for (int x = 0; x < one.width; ++x) CHECK(positions.insert(position(y, x)).second);
        CHECK(*positions.rbegin() == layout.positions - 1);
        for (int y = 0; y < one.height; ++y)
            for (int x = 0; x < one.width; ++x)
                for (int tap = 0; tap < layout.taps; ++tap) {
                    const int found = position(y, x) + layout.tap_offset(tap, one);
                    const int row = y + tap / one.kernel_width - one.kernel_height / 2,
                              column = x + tap % one.kernel_width - one.kernel_width / 2;
                    const bool is_inside = row >= 0 && row < one.height && column >= 0 && column < one.width;
                    // One check for all, because they are many.
                    const bool is_right = is_inside ? found == position(row, column)
                                                    : !positions.contains(found) && found >= -layout.guard &&
                                                          found < layout.bordered - layout.guard;
                    if (!is_right) FAIL("tap " << tap << " of " << y << ", " << x);
                }
    }
}

TEST_CASE("tiles, blocks and parts cover what there is, and no more than one beyond", "[on_chip]") {
    for (const auto& one : sizes()) {
        const auto layout = layout_of(one);
        CHECK(layout.padded_positions() >= layout.positions);
        CHECK(layout.padded_positions() - layout.positions < on_chip_layout::mma_tile_positions);
        CHECK(layout.bordered == layout.padded_positions() + 2 * layout.guard);
        CHECK(layout.channels >= one.states);
        CHECK(layout.channels - one.states < on_chip_layout::block_channels);
        CHECK(layout.stride / 8 % 2 == 1);  // 16-byte rows: an odd number of them
        CHECK(layout.splits >= 1);
        CHECK(layout.splits <= on_chip_layout::most_splits);
        for (const auto part : {layout.map, layout.input, layout.by_channel, layout.state_weights, layout.adjoint})
            CHECK(part % 16 == 0);  // read as vectors of 16 bytes
        CHECK(layout.map >= 2U * static_cast<std::size_t>(layout.bordered * layout.channels));
        CHECK(layout.forward_bytes > 2 * layout.map + layout.input + layout.state_weights);
        CHECK(layout.backward_bytes > 2 * layout.map + layout.input + layout.adjoint);
    }
    CHECK(detail::blocks_of(0) == 0);
    CHECK(detail::blocks_of(16) == 1);
    CHECK(detail::blocks_of(17) == 2);
    CHECK(detail::bits_in(0) == 0);
    CHECK(detail::bits_in(0x80000001U) == 2);
    CHECK(detail::bits_in(~0U) == 32);
}

TEST_CASE("numbers of one kind begin where those before end", "[on_chip]") {
    for (const auto& one : sizes()) {
        const on_chip_offsets offsets(one);
        const std::ptrdiff_t taps = std::ptrdiff_t{one.kernel_height} * one.kernel_width;
        CHECK(offsets.state_weights == 0);
        CHECK(offsets.input_weights == taps * one.states * one.states);
        CHECK(offsets.output_weights - offsets.input_weights == taps * 3 * one.states);
        CHECK(offsets.bias - offsets.output_weights == taps * one.states * 20);
        CHECK(offsets.rate - offsets.bias == one.states);
        CHECK(offsets.output_bias - offsets.rate == one.states);
        CHECK(offsets.size - offsets.output_bias == 20);
    }
}
