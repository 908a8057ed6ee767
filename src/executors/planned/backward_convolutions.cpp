// The adjoints of convolutions: weights' gradients, and what reaches the source.

#include "counted_operations.hpp"
#include "image_pass.hpp"

namespace cortexpr::executors::planned {

using source = plan::edge::source;

namespace {

/// The grid that the convolution of an upsampled map works on.
template <class Scalar>
map_layout upsampled_layout(const program<Scalar>& program, const ready_convolution<Scalar>& one) {
    const auto& full = program.areas()[static_cast<std::size_t>(one.what.area)].output;
    return layout_of(one.source.channels, full.height, full.width, full.border_y, full.border_x,
                     program.kernels().lanes);
}

}  // namespace

template <class Scalar>
void backward_pass<Scalar>::apply_adjoint(const ready_convolution<Scalar>& one, std::size_t place,
                                          constant_view sum_adjoint, mutable_view value_adjoint) {
    for (const auto& lanes : one.lanes)
        program_.kernels().apply_adjoint({.height = one.target.height,
                                          .width = one.target.width,
                                          .lanes = lanes,
                                          .sign = static_cast<Scalar>(one.sign),
                                          .value = base::kept_view(place, one.target),
                                          .sum_adjoint = sum_adjoint,
                                          .value_adjoint = value_adjoint,
                                          .bias_gradient = gradients_ + one.bias_gradient});
    base::round(value_adjoint, one.target);
}

/// Weights' gradients, and what reaches the source. `adjoint` is that of a plain sum, or of the edge's own drive.
template <class Scalar>
void backward_pass<Scalar>::step_back_convolution(const ready_convolution<Scalar>& one, int step, mutable_view adjoint,
                                                  const std::vector<std::uint8_t>* target_types) {
    const auto& what = one.what;
    const bool from_states = what.from == source::neuron_type;
    const int state_step = what.to_output() ? step : step - 1;
    if (program_.source_is_nonzero(one, from_states ? state_step : step - 1)) {
        const auto* blocks = target_types == nullptr
                                 ? nullptr
                                 : base::wanted_blocks(one.gradient_places(), what.target_map, *target_types);
        add_weight_gradient(one, base::source_of(one, state_step), adjoint,
                            from_states ? base::nonzero_states(state_step).data() : nullptr, blocks);
    }
    const std::uint8_t* slots = target_types == nullptr ? nullptr : target_types->data();
    if (what.from == source::stimulus) {
        if (!stimulus_is_wanted(what.area, step)) return;
        stimulus_has_adjoint_[at(what.area)] = 1;
        send_back(one, adjoint, one.source.view(stimulus_adjoints_[at(what.area)].data()), one.source, slots, nullptr);
    } else if (what.from == source::top_down) {
        const bool is_fed = !program_.areas()[at(what.area)].feedback_edges.empty();
        if ((step == 1 || !is_fed) && !results_.feedback[at(what.area)]) return;
        feedback_has_adjoint_[at(step - 1) % 2][at(what.area)] = 1;
        send_back(one, adjoint, feedback_adjoint(what.area, step - 1), one.source, slots, nullptr);
    } else {
        send_back_to_states(one, state_step, adjoint, slots);
    }
}

template <class Scalar>
void backward_pass<Scalar>::send_back_to_states(const ready_convolution<Scalar>& one, int state_step,
                                                mutable_view adjoint, const std::uint8_t* slots) {
    wanted_sources_.assign(wanted_sources_.size(), 0);
    bool any = false;
    for (const auto& edge : one.connections) {
        if (!keeps_adjoint(edge.slot, state_step)) continue;
        any = true;
        wanted_sources_[at(edge.slot)] = 1;
        type_has_adjoint_[at(state_step) % 2][at(edge.slot)] = 1;
    }
    if (!any) return;
    const int map = one.what.source_map;
    const auto* blocks = base::wanted_blocks(one.adjoint.places, map, wanted_sources_);
    const auto to = state_adjoint(map, state_step);
    if (!one.what.upsample) {
        send_back(one, adjoint, to, one.source, slots, blocks);
        return;
    }
    const auto layout = upsampled_layout(program_, one);
    const auto between = layout.view(upsampled_adjoints_[at(map)].data());
    clear(between, layout);
    send_back(one, adjoint, between, layout, slots, blocks);
    add_interpolation_adjoint<Scalar>(between, size_of(layout), to, size_of(one.source), one.source.channels);
}

template <class Scalar>
void backward_pass<Scalar>::add_weight_gradient(const ready_convolution<Scalar>& one, constant_view from,
                                                constant_view adjoint, const std::uint8_t* slots,
                                                const std::uint8_t* blocks) {
    bool any = false;
    for (const auto& edge : one.connections) any |= wanted_parameters_[at(edge.weight)];
    if (!any) return;
    kernels::weight_gradient_job<Scalar> job{.source = from,
                                             .stride = one.what.stride,
                                             .adjoint = adjoint,
                                             .height = one.target.height,
                                             .width = one.target.width,
                                             .gradient = gradients_ + one.weight_gradient,
                                             .slot_is_read = slots,
                                             .block_is_wanted = blocks};
    base::prepare(job, one, one.gradient_places());
    weight_operations_ += operations_of(job, one.is_by_tiles, program_.kernels().lanes);
    program_.convolution_kernels(one.is_by_tiles).add_weight_gradient(job);
}

/// source_adjoint, on the grid of `layout`, += the transposed convolution of an adjoint.
template <class Scalar>
void backward_pass<Scalar>::send_back(const ready_convolution<Scalar>& one, mutable_view adjoint,
                                      mutable_view source_adjoint, const map_layout& layout, const std::uint8_t* slots,
                                      const std::uint8_t* blocks) {
    if (one.what.stride == 2) {
        // Between the places of the coarse grid stand zeros on the fine one.
        const auto fine = layout_of(one.target.channels, layout.height, layout.width, layout.border_y, layout.border_x,
                                    program_.kernels().lanes);
        const auto spread = fine.view(spread_adjoints_[at(one.what.target_map)].data());
        for (int y = 0; y < one.target.height; ++y)
            for (int x = 0; x < one.target.width; ++x)
                std::copy_n(adjoint.at(y, x), one.target.channels, spread.at(2 * y, 2 * x));
        adjoint = spread;
    }
    kernels::convolution_job<Scalar> job;
    job.source = base::from_first_tap(adjoint, one.what.extent);
    job.start = source_adjoint;
    job.target = source_adjoint;
    job.height = layout.height;
    job.width = layout.width;
    job.slot_is_read = slots;
    job.block_is_wanted = blocks;
    base::convolve(one, one.adjoint, job);
}

template void backward_pass<float>::apply_adjoint(const ready_convolution<float>&, std::size_t, constant_view,
                                                  mutable_view);
template void backward_pass<float>::step_back_convolution(const ready_convolution<float>&, int, mutable_view,
                                                          const std::vector<std::uint8_t>*);
template void backward_pass<float>::add_weight_gradient(const ready_convolution<float>&, constant_view, constant_view,
                                                        const std::uint8_t*, const std::uint8_t*);
template void backward_pass<float>::send_back(const ready_convolution<float>&, mutable_view, mutable_view,
                                              const map_layout&, const std::uint8_t*, const std::uint8_t*);
template void backward_pass<double>::apply_adjoint(const ready_convolution<double>&, std::size_t, constant_view,
                                                   mutable_view);
template void backward_pass<double>::step_back_convolution(const ready_convolution<double>&, int, mutable_view,
                                                           const std::vector<std::uint8_t>*);
template void backward_pass<double>::add_weight_gradient(const ready_convolution<double>&, constant_view, constant_view,
                                                         const std::uint8_t*, const std::uint8_t*);
template void backward_pass<double>::send_back(const ready_convolution<double>&, mutable_view, mutable_view,
                                               const map_layout&, const std::uint8_t*, const std::uint8_t*);

}  // namespace cortexpr::executors::planned
