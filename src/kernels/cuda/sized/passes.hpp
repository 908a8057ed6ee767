#pragma once
// The sized kernels' jobs, from those of the library's functions.

#include "../on_chip.hpp"
#include "job.hpp"

namespace cortexpr::kernels::cuda::sized {

/// Parts of what a pass saves.
struct saved_parts {
    unsigned char *states, *drives, *patches;

    saved_parts(void* saved, const layout& layout, int steps, int images) {
        const auto count = static_cast<std::size_t>(images);
        states = static_cast<unsigned char*>(saved);
        drives = states + count * saved_states_bytes(layout.state_bytes, steps);
        patches = drives + count * saved_drives_bytes(layout.blocks, layout.drive_bytes, steps);
    }
};

inline pack_job packing_of(const on_chip_forward_job& job) {
    return {job.parameters.state_weights, job.parameters.input_weights, job.parameters.output_weights,
            job.parameters.bias, static_cast<unsigned char*>(job.packed)};
}

inline forward_job pass_of(const on_chip_forward_job& job) {
    forward_job pass{
        .with = {static_cast<const unsigned char*>(job.packed), job.parameters.rate, job.parameters.output_bias},
        .steps = job.sizes.steps,
        .images = job.images,
        .stimulus = job.stimulus,
        .features = job.features,
        .argmax = job.argmax};
    if (job.saved != nullptr) {
        const saved_parts parts(job.saved, layout_of(job.choice.shape), job.sizes.steps, job.images);
        pass.states = parts.states;
        pass.drives = parts.drives;
        pass.patches = parts.patches;
    }
    return pass;
}

inline backward_job pass_of(const on_chip_backward_job& job) {
    const saved_parts parts(const_cast<void*>(job.saved), layout_of(job.choice.shape), job.sizes.steps, job.images);
    return {.with = {static_cast<const unsigned char*>(job.packed), job.parameters.rate, job.parameters.output_bias},
            .steps = job.sizes.steps,
            .images = job.images,
            .stimulus = job.stimulus,
            .states = parts.states,
            .drives = parts.drives,
            .argmax = job.argmax,
            .feature_adjoint = job.feature_adjoint,
            .slices = job.partial};
}

inline sum_job sums_of(const on_chip_backward_job& job) {
    const saved_parts parts(const_cast<void*>(job.saved), layout_of(job.choice.shape), job.sizes.steps, job.images);
    return {job.images,    on_chip_slices(job.choice, job.sizes, job.images),
            job.partial,   job.feature_adjoint,
            parts.patches, job.gradient};
}

}  // namespace cortexpr::kernels::cuda::sized
