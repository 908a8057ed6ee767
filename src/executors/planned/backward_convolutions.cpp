// The adjoints of convolutions: weights' gradients, and what reaches the source.

#include "../../kernels/cpu/counted_operations.hpp"
#include "backward_pass.hpp"

namespace cortexpr::executors::planned {

using kind = plan::saved_map::kind;
using source = plan::edge::source;

template <class Scalar>
void backward_pass<Scalar>::apply_adjoint(const ready_convolution<Scalar>& one, std::size_t offset,
                                          constant_view sum_adjoint, mutable_view value_adjoint) {
    for (const auto& lanes : one.lanes)
        program_->kernels().apply_adjoint({.height = one.target.height,
                                           .width = one.target.width,
                                           .lanes = lanes,
                                           .sign = static_cast<Scalar>(one.sign),
                                           .value = saved_view(offset, one.target),
                                           .sum_adjoint = sum_adjoint,
                                           .value_adjoint = value_adjoint,
                                           .bias_gradient = gradients_ + one.bias_gradient});
    round(value_adjoint, one.target);
}

/// Weights' gradients, and what reaches the source, from the adjoint of the sum that a convolution drives.
template <class Scalar>
void backward_pass<Scalar>::propagate_convolution(int c, int step, mutable_view adjoint,
                                                  const std::vector<std::uint8_t>* target_types) {
    const auto& one = program_->convolutions()[index(c)];
    if (one.is_cut()) return;
    const auto& what = one.what;
    const bool from_states = what.from == source::neuron_type;
    const int source_step = facts_.source_step(what, step);
    if (!what.is_plain()) {
        const auto arriving = one.target.view(edge_adjoints_[index(c)].data());
        const int saved_step = facts_.is_constant_drive(what) ? program_->constant_step() : step;
        apply_adjoint(one, program_->saved().of(kind::edge_drive, c, saved_step), adjoint, arriving);
        adjoint = arriving;
        if (target_types != nullptr) {
            only_.assign(target_types->size(), 0);
            only_[index(program_->network().edges[index(what.edges.front())].postsynaptic)] = 1;
            target_types = &only_;
        }
    }
    if (!facts_.source_is_zero(one.what, step)) {
        const auto* blocks = target_types == nullptr
                                 ? nullptr
                                 : base::live_blocks(one.gradient_packing(), what.target_map, *target_types);
        add_weight_gradient(one, base::source_of(one, source_step), adjoint,
                            from_states ? base::nonzero_states(source_step).data() : nullptr, blocks);
    }
    const std::uint8_t* read_sources = target_types == nullptr ? nullptr : target_types->data();
    if (what.from == source::stimulus) {
        propagate_to_stimulus(one, step, adjoint, read_sources);
    } else if (what.from == source::top_down) {
        if (!facts_.feedback_is_sent(what.area, step) && !results_.feedback[index(what.area)]) return;
        feedback_has_adjoint_[index(source_step) % 2][index(what.area)] = 1;
        const auto to = feedback_adjoint(what.area, source_step);
        propagate(one, adjoint, {to, to, one.source}, read_sources);
    } else {
        propagate_to_states(one, source_step, adjoint, read_sources);
    }
}

template <class Scalar>
void backward_pass<Scalar>::propagate_to_stimulus(const ready_convolution<Scalar>& one, int step, mutable_view adjoint,
                                                  const std::uint8_t* read_sources) {
    const int area = one.what.area;
    if (!stimulus_needs_grad(area, step)) return;
    const auto to = one.source.view(stimulus_adjoints_[index(area)].data());
    auto& is_reached = stimulus_has_adjoint_[index(area)];
    propagate(one, adjoint, {is_reached ? to : nothing(), to, one.source}, read_sources);
    is_reached = 1;
}

template <class Scalar>
void backward_pass<Scalar>::propagate_to_states(const ready_convolution<Scalar>& one, int state_step,
                                                mutable_view adjoint, const std::uint8_t* read_sources) {
    sources_with_gradient_.assign(sources_with_gradient_.size(), 0);
    bool any = false;
    for (const auto& edge : one.connections) {
        if (!keeps_adjoint(edge.source_type, state_step)) continue;
        any = true;
        sources_with_gradient_[index(edge.source_type)] = 1;
        type_has_adjoint_[index(state_step) % 2][index(edge.source_type)] = 1;
    }
    if (!any) return;
    const int map = one.what.source_map;
    const auto* blocks = base::live_blocks(one.adjoint.ranges, map, sources_with_gradient_);
    const auto to = state_adjoint(map, state_step);
    if (!one.what.upsample) {
        propagate(one, adjoint, {to, to, one.source, blocks}, read_sources);
        return;
    }
    const auto& layout = program_->maps()[index(map)].on_full_grid;
    const auto between = layout.view(upsampled_adjoints_[index(map)].data());
    clear(between, layout);  // also what isn't needed
    propagate(one, adjoint, {between, between, layout, blocks}, read_sources);
    add_interpolation_adjoint<Scalar>({between, size_of(layout)}, {to, size_of(one.source)}, one.source.channels);
}

template <class Scalar>
void backward_pass<Scalar>::add_weight_gradient(const ready_convolution<Scalar>& one, constant_view from,
                                                constant_view adjoint, const std::uint8_t* read_sources,
                                                const std::uint8_t* blocks) {
    bool any = false;
    for (const auto& edge : one.connections) any |= parameter_needs_grad_[index(edge.parameter)];
    if (!any) return;
    kernels::weight_gradient_job<Scalar> job{.source = from,
                                             .stride = one.what.stride,
                                             .adjoint = adjoint,
                                             .height = one.target.height,
                                             .width = one.target.width,
                                             .gradient = gradients_ + one.weight_gradient,
                                             .source_is_read = read_sources,
                                             .block_is_live = blocks};
    base::prepare(job, one, one.gradient_packing());
    weight_operations_ += kernels::operations_of(job, one.is_winograd, program_->kernels().lanes);
    program_->convolution_kernels(one.is_winograd).add_weight_gradient(job);
}

/// The sum, on the grid of its layout, = start + the transposed convolution of an adjoint.
template <class Scalar>
void backward_pass<Scalar>::propagate(const ready_convolution<Scalar>& one, mutable_view adjoint,
                                      const source_adjoint& to, const std::uint8_t* read_sources) {
    if (one.what.stride == 2) {
        // Between the positions of the coarse grid stand zeros on the fine one.
        const auto& fine = program_->maps()[index(one.what.target_map)].on_full_grid;
        const auto spread = fine.view(spread_adjoints_[index(one.what.target_map)].data());
        for (int y = 0; y < one.target.height; ++y)
            for (int x = 0; x < one.target.width; ++x)
                std::copy_n(adjoint.at(y, x), one.target.channels, spread.at(2 * y, 2 * x));
        adjoint = spread;
    }
    kernels::convolution_job<Scalar> job;
    job.source = base::from_first_tap(adjoint, one.what.extent);
    job.start = to.start;
    job.target = to.sum;
    job.height = to.layout.height;
    job.width = to.layout.width;
    job.source_is_read = read_sources;
    job.block_is_live = to.live_blocks;
    base::convolve(one, one.adjoint, job);
}

template <class Scalar>
void backward_pass<Scalar>::propagate_feedback(int step) {
    const auto now = index(step) % 2, before = index(step - 1) % 2;
    for (int a = 0; a < static_cast<int>(program_->areas().size()); ++a) {
        if (!feedback_has_adjoint_[now][index(a)]) continue;
        const auto& area = program_->areas()[index(a)];
        const auto adjoint = feedback_adjoint(a, step);
        if (area.feedback_edges.empty()) {  // no area sends any: it stays what it was
            add_map<Scalar>(adjoint, feedback_adjoint(a, step - 1), size_of(area.feedback), area.feedback.channels);
            feedback_has_adjoint_[before][index(a)] = 1;
            continue;
        }
        for (const int edge : area.feedback_edges) {
            const auto& one = program_->feedback()[index(edge)];
            if (one.is_cut()) continue;
            auto arriving = adjoint;
            if (one.what.is_plain()) {
                add_sum_over_positions<Scalar>(adjoint, size_of(area.feedback), area.feedback.channels,
                                               gradients_ + one.bias_gradient);
                round(adjoint, area.feedback);
            } else {
                arriving = area.feedback.view(feedback_edge_adjoints_[index(edge)].data());
                apply_adjoint(one, program_->saved().of(kind::feedback_drive, edge, step), adjoint, arriving);
            }
            add_weight_gradient(one, base::feedback_source(edge, step), arriving, nullptr, nullptr);
            const int from = program_->network().feedback[index(edge)].from;
            const auto& sent = program_->areas()[index(from)].output;
            const auto resized = one.source.view(feedback_source_adjoints_[index(edge)].data());
            propagate(one, arriving, {nothing(), resized, one.source}, nullptr);
            if (size_of(sent) == size_of(one.source)) {
                add_map<Scalar>(resized, output_adjoint(from, step), size_of(sent), sent.channels);
            } else {
                add_interpolation_adjoint<Scalar>({resized, size_of(one.source)},
                                                  {output_adjoint(from, step), size_of(sent)}, sent.channels);
            }
            output_has_adjoint_[now][index(from)] = 1;
        }
    }
}

template void backward_pass<float>::propagate_convolution(int, int, mutable_view, const std::vector<std::uint8_t>*);
template void backward_pass<double>::propagate_convolution(int, int, mutable_view, const std::vector<std::uint8_t>*);
template void backward_pass<float>::propagate_feedback(int);
template void backward_pass<double>::propagate_feedback(int);

}  // namespace cortexpr::executors::planned
