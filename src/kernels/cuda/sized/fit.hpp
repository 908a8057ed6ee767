#pragma once
// Whether there can be sized kernels for a network, and its shape; the words of what is in the way.

#include "shape.hpp"

#include <cstdio>

namespace cortexpr::kernels::cuda::sized {

struct fit {
    shape of{};
    misfit obstacle = misfit::nothing;
    bool is_mixed = false;  ///< channels of one block have several nonlinearities

    bool fits() const { return obstacle == misfit::nothing && !is_mixed; }
};

/// `names`: of the state channels' nonlinearities.
inline fit fit_of(const on_chip_sizes& sizes, const std::uint8_t* names) {
    fit found{.of = {.height = sizes.height,
                     .width = sizes.width,
                     .inputs = sizes.inputs,
                     .states = sizes.states,
                     .outputs = sizes.outputs,
                     .kernel_height = sizes.kernel_height,
                     .kernel_width = sizes.kernel_width,
                     .output_sources = sizes.output_sources,
                     .live_at_last = sizes.live_at_last}};
    found.obstacle = layout_of(found.of).obstacle;
    if (found.obstacle == misfit::states) return found;
    for (int c = 0; c < sizes.states; ++c) {
        const auto name = static_cast<nonlinearity>(names[c]);
        if (c % 16 == 0) found.of.names[c / 16] = name;
        if (found.of.names[c / 16] != name) found.is_mixed = true;
    }
    return found;
}

/// Why not, in words, with the number that is too large.
inline void explain(const fit& found, char* text, std::size_t size) {
    const auto& of = found.of;
    const auto layout = layout_of(of);
    switch (found.obstacle) {
        case misfit::states:
            std::snprintf(text, size, "%d state channels are more than the %d that registers hold", of.states,
                          16 * shape::most_blocks);
            return;
        case misfit::extent:
            std::snprintf(text, size, "an extent of %d x %d is larger than 3 x 3", of.kernel_height, of.kernel_width);
            return;
        case misfit::inputs:
            std::snprintf(text, size, "%d channels of the image under %d taps are more than 30 numbers", of.inputs,
                          layout.taps);
            return;
        case misfit::map:
            std::snprintf(text, size, "a map of %d x %d is cut into more than %d groups of positions", of.height,
                          of.width, most_groups);
            return;
        case misfit::unread:
            std::snprintf(text, size, "the output reads no neuron type");
            return;
        case misfit::memory:
            std::snprintf(text, size, "%d bytes of shared memory are more than the %d of a thread block",
                          larger(layout.forward_bytes, layout.backward_bytes), most_block_bytes);
            return;
        case misfit::nothing:
            break;
    }
    if (found.is_mixed)
        std::snprintf(text, size, "types that share a block of 16 channels have different nonlinearities");
    else if (size > 0)
        text[0] = '\0';
}

}  // namespace cortexpr::kernels::cuda::sized
