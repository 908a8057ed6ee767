// The adjoint of forward_pass. With h the states of a map, y the output of an area, b the feedback that an area
// receives at the next step, x its stimulus, r = 1/tau, and W any convolution, step t computes, area by area and then
// b:
//
//     z(t) = bias + W x(t) + W h(t-1) + W b(t-1)        h(t) = h(t-1) + r (phi(z(t)) - h(t-1))
//     y(t) = g(bias + W h(t) + W x(t) + W b(t-1))       b(t) = bias + W y(t) of later areas
//
// where x(t) of an area above the first is y(t) of the area below, or y(t-1) with area_delay. The adjoint v' of a value
// v is the gradient of the loss by v. Steps go from the last to the first, and each value is taken when all that reads
// it has sent its share:
//
//     1. receive            what the caller sends to h'(t), y'(t), b'(t)
//     2. propagate_feedback y'(t) += W^T b'(t): step t computes b last, and the outputs that it reads come next
//     3. area by area, from the last, because y(t) of the area below may be x(t):
//        propagate_output   h'(t), x'(t), b'(t-1) += W^T (g' y'(t)): before the states, because y(t) reads h(t)
//        propagate_states   z'(t) = r phi' h'(t), h'(t-1) = (1 - r) h'(t): assigned by the leaky step, so before
//                           what the convolutions add: h'(t-1), x'(t), b'(t-1) += W^T z'(t)
//        propagate_stimulus y'(t) or y'(t-1) of the area below += x'(t)
//
// Each W^T goes with its weights' gradient: with s the source and a the sum that W adds to, W' += s a' and bias' += a'.
// It reads s: states of all steps are replayed before the backward pass starts, and load_feedback(step - 1) brings back
// b(t-1), which convolutions of step t read. The leaky step gives r' += (phi(z(t)) - h(t-1)) h'(t), tau' = -r' / tau^2.
// A constant drive enters all z(t) alike, so its adjoint is the sum of z'(t), and the adjoints of its convolutions run
// once, after all steps.
//
// h', y' and b' exist for two steps at a time, by the parity of the step: step t reads its own and adds to those of
// step t - 1. y' and b' of step t - 1 are cleared before, where they are not zero still; h'(t-1) is written first by
// propagate_states. z' and x' live within a step; the first convolution that reaches x' writes it. `..._has_adjoint_`
// says what is not zero.

#include "backward_pass.hpp"

#include "../../interruption.hpp"

#include <algorithm>

namespace cortexpr::executors::planned {

using kind = plan::saved_map::kind;
using source = plan::edge::source;

template <class Scalar>
backward_pass<Scalar>::backward_pass(const program<Scalar>& program, const starts<Scalar>& given,
                                     const overrides<Scalar>& overridden, const values<const Scalar>& adjoints,
                                     const starts<Scalar>& results, const std::vector<bool>& needs_grad)
    : base(program, given, overridden, program.facts().steps() + 1),
      adjoints_(adjoints),
      results_(results),
      parameter_needs_grad_(needs_grad) {
    const auto twice = [](const map_layout& layout) {
        std::vector<buffer> both;
        for (int i = 0; i < 2; ++i) both.push_back(zeros(layout));
        return both;
    };
    for (const auto& map : program.maps()) {
        state_adjoints_.push_back(twice(map.layout));
        drive_adjoints_.push_back(zeros(map.layout));
        constant_drive_adjoints_.push_back(program.facts().has_constant_stimulus(map.what.area) ? zeros(map.layout)
                                                                                                : buffer());
        upsampled_adjoints_.push_back(map.what.half ? zeros(map.on_full_grid) : buffer());
        spread_adjoints_.push_back(map.what.half ? zeros(map.on_full_grid) : buffer());
    }
    int widest = 0;
    for (std::size_t a = 0; a < program.areas().size(); ++a) {
        const auto& area = program.areas()[a];
        feedback_adjoints_.push_back(twice(area.feedback));
        output_adjoints_.push_back(twice(area.output));
        stimulus_adjoints_.push_back(zeros(area.input));
        widest = std::max(widest, area.input.stride);
        shrunk_adjoints_.emplace_back(base::shrunk_[a].size());
    }
    for (const auto& one : program.convolutions())
        edge_adjoints_.push_back(one.what.is_plain() ? buffer() : zeros(one.target));
    for (const auto& one : program.feedback()) {
        feedback_edge_adjoints_.push_back(one.what.is_plain() ? buffer() : zeros(one.target));
        feedback_source_adjoints_.push_back(zeros(one.source));
        widest = std::max(widest, one.source.stride);
    }
    no_adjoint_.assign(index(widest), Scalar{0});
    type_has_adjoint_.assign(2, std::vector<std::uint8_t>(program.network().types.size()));
    feedback_has_adjoint_.assign(2, std::vector<std::uint8_t>(program.areas().size()));
    output_has_adjoint_ = feedback_has_adjoint_;
    stimulus_has_adjoint_.resize(program.areas().size());
    active_types_.resize(program.network().types.size());
    sources_with_gradient_.resize(program.network().types.size());
}

template <class Scalar>
void backward_pass<Scalar>::run(std::int64_t image, const Scalar* saved, const std::int32_t* argmax,
                                Scalar* gradients) {
    // The pass only reads what was saved.
    base::start_image(image, const_cast<Scalar*>(saved));
    replay_states();
    const int steps = facts_.steps(), areas = static_cast<int>(program_->areas().size());
    for (std::size_t m = 0; m < program_->maps().size(); ++m)
        clear(state_adjoint(static_cast<int>(m), steps), program_->maps()[m].layout);
    clear_step(steps);
    stimulus_has_adjoint_.front() = 0;
    for (int step = steps; step >= 1; --step) {
        interruption::look();
        base::enter(step);
        gradients_ = gradients + program_->gradient_start();
        clear_step(step - 1);
        receive(step);
        propagate_feedback(step);
        for (int area = areas - 1; area >= 0; --area) {
            if (facts_.stimulus_arrives(area, step)) base::load_stimulus(area, step);
            load_feedback(area, step - 1);
            if (area > 0 || facts_.is_sequence()) stimulus_has_adjoint_[index(area)] = 0;
            if (area + 1 == areas && facts_.has_features(step)) propagate_features(step, argmax);
            if (output_has_adjoint_[index(step) % 2][index(area)]) propagate_output(area, step);
            propagate_states(area, step);
            if (stimulus_has_adjoint_[index(area)] && (area > 0 || facts_.is_sequence()))
                propagate_stimulus(area, step);
        }
        if (base::begins_part(step)) propagate_constant_drive();
    }
    finish();
}

template <class Scalar>
void backward_pass<Scalar>::clear_constant_drive() {
    for (std::size_t m = 0; m < program_->maps().size(); ++m)
        if (!constant_drive_adjoints_[m].empty())
            clear(program_->maps()[m].layout.view(constant_drive_adjoints_[m].data()), program_->maps()[m].layout);
}

template <class Scalar>
void backward_pass<Scalar>::clear_step(int step) {
    for (std::size_t a = 0; a < program_->areas().size(); ++a) {
        const auto& area = program_->areas()[a];
        auto& feeds = feedback_has_adjoint_[index(step) % 2][a];
        auto& sends = output_has_adjoint_[index(step) % 2][a];
        if (feeds) clear(feedback_adjoint(static_cast<int>(a), step), area.feedback);
        if (sends) clear(output_adjoint(static_cast<int>(a), step), area.output);
        feeds = sends = 0;
    }
    type_has_adjoint_[index(step) % 2].assign(active_types_.size(), 0);
}

template <class Scalar>
void backward_pass<Scalar>::replay_states() {
    for (int step = 1; step <= facts_.steps(); ++step) {
        base::enter(step);
        for (int type = 0; type < static_cast<int>(active_types_.size()); ++type) {
            const int m = program_->schedule().map_of_type[index(type)];
            const auto& map = program_->maps()[index(m)];
            if (facts_.is_silenced(type, step)) {
                base::clear_type(type, state(m, step));
            } else if (facts_.live().state(step, type)) {
                for (const auto& lanes : program_->lanes_of(type))
                    program_->kernels().replay(
                        {.height = map.layout.height,
                         .width = map.layout.width,
                         .lanes = lanes,
                         .saved = saved_view(program_->saved().of(kind::state, m, step), map.layout),
                         .before = state(m, step - 1),
                         .rate = map.rates(),
                         .after = state(m, step)});
                if (base::holds(type, step)) base::hold(type, step, state(m, step));
            }
        }
        for (std::size_t m = 0; m < program_->maps().size(); ++m)
            round(state(static_cast<int>(m), step), program_->maps()[m].layout);
    }
}

/// What an area receives at the step after `step`.
template <class Scalar>
void backward_pass<Scalar>::load_feedback(int a, int step) {
    const auto& area = program_->areas()[index(a)];
    if (area.feedback.channels == 0 || area.feedback_edges.empty()) return;
    const auto received = area.feedback.view(base::feedback_[index(a)].data());
    const auto size = size_of(area.feedback);
    if (step > 0) {
        const auto offset = program_->saved().of(kind::feedback, a, step);
        if (offset != saved_offsets<Scalar>::none)
            copy_map<Scalar>(saved_view(offset, area.feedback), received, size, area.feedback.channels);
    } else if (given_.feedback[index(a)]) {
        read_planes<Scalar>(given_.feedback[index(a)].at(image_), received, size, area.feedback.channels);
        round(received, area.feedback);
    } else {
        clear(received, area.feedback);
    }
}

/// Adds what the caller says of the values of a step.
template <class Scalar>
void backward_pass<Scalar>::receive(int step) {
    const auto& network = program_->network();
    const bool is_last = step == facts_.steps();
    const auto now = index(step) % 2;
    for (std::size_t type = 0; type < network.types.size(); ++type) {
        const int m = program_->schedule().map_of_type[type];
        const auto add = [&](const planes<const Scalar>& from, int from_step) {
            if (!from) return;
            add_planes<Scalar>(from.at(image_, from_step), state_adjoint(m, step),
                               size_of(program_->maps()[index(m)].layout), network.types[type].shape.channels,
                               program_->schedule().channel_of_type[type]);
            type_has_adjoint_[now][type] = 1;
        };
        add(adjoints_.states[type], step);
        if (is_last) add(adjoints_.final_states[type], 1);
    }
    for (int a = 0; a < static_cast<int>(network.areas.size()); ++a) {
        const auto& area = program_->areas()[index(a)];
        const auto add = [&](const planes<const Scalar>& from, int from_step) {
            if (!from) return;
            add_planes<Scalar>(from.at(image_, from_step), output_adjoint(a, step), size_of(area.output),
                               area.output.channels);
            output_has_adjoint_[now][index(a)] = 1;
        };
        add(adjoints_.outputs[index(a)], step);
        if (is_last && a + 1 == static_cast<int>(network.areas.size())) add(adjoints_.output, 1);
        if (!adjoints_.feedback[index(a)]) continue;
        add_planes<Scalar>(adjoints_.feedback[index(a)].at(image_, step), feedback_adjoint(a, step),
                           size_of(area.feedback), area.feedback.channels);
        feedback_has_adjoint_[now][index(a)] = 1;
    }
}

template <class Scalar>
void backward_pass<Scalar>::propagate_output(int a, int step) {
    const auto& area = program_->areas()[index(a)];
    const auto adjoint = output_adjoint(a, step);
    const auto drive = program_->saved().of(kind::output_drive, a, step);
    Scalar* bias_gradient = gradients_ + area.output_bias_gradient;
    if (drive == saved_offsets<Scalar>::none) {
        add_sum_over_positions<Scalar>(adjoint, size_of(area.output), area.output.channels, bias_gradient);
    } else {
        for (const auto& lanes : area.output_lanes)
            program_->kernels().apply_adjoint({.height = area.output.height,
                                               .width = area.output.width,
                                               .lanes = lanes,
                                               .value = saved_view(drive, area.output),
                                               .sum_adjoint = adjoint,
                                               .value_adjoint = adjoint,
                                               .bias_gradient = bias_gradient});
    }
    round(adjoint, area.output);
    for (const int c : area.into_output) propagate_convolution(c, step, adjoint, nullptr);
}

/// The adjoint of the readout's features: scattered over the output's map or, where a feature comes from one position
/// and nothing stands between, straight to what that position reads.
template <class Scalar>
void backward_pass<Scalar>::propagate_features(int step, const std::int32_t* argmax) {
    if (!adjoints_.features) return;
    const auto& head = program_->network().readout;
    const int last = static_cast<int>(program_->areas().size()) - 1;
    const auto& layout = program_->areas().back().output;
    const bool every = program_->request().requested.every_answer;
    const Scalar* adjoint = adjoints_.features.at(image_, every ? step : 1);
    if (every && head.pool == pool_mode::max)
        argmax += static_cast<std::ptrdiff_t>(step - 1) * program_->feature_count();
    const bool is_sparse = plan::maxima_are_sparse(program_->network());
    if (!is_sparse) output_has_adjoint_[index(step) % 2][index(last)] = 1;
    const auto scattered = output_adjoint(last, step);
    for (int c = 0; c < layout.channels; ++c)
        for (int y = 0; y < head.pool_height; ++y)
            for (int x = 0; x < head.pool_width; ++x, ++adjoint) {
                if (head.pool == pool_mode::max) {
                    const int position = *argmax++, row = position / layout.width, column = position % layout.width;
                    if (is_sparse) {
                        if (*adjoint != 0) propagate_to_position(step, row, column, c, *adjoint);
                    } else {
                        scattered.at(row, column)[c] += *adjoint;
                    }
                    continue;
                }
                const auto rows = pooled_from(y, layout.height, head.pool_height);
                const auto columns = pooled_from(x, layout.width, head.pool_width);
                const auto count = static_cast<Scalar>((rows.last - rows.first) * (columns.last - columns.first));
                for (int row = rows.first; row < rows.last; ++row)
                    for (int column = columns.first; column < columns.last; ++column)
                        scattered.at(row, column)[c] += *adjoint / count;
            }
}

/// The adjoint of one position and channel of the last area's output.
template <class Scalar>
void backward_pass<Scalar>::propagate_to_position(int step, int row, int column, int channel, Scalar adjoint) {
    const auto& area = program_->areas().back();
    const int lanes = program_->kernels().lanes;
    gradients_[area.output_bias_gradient + index(channel)] += adjoint;
    for (const int c : area.into_output) {
        const auto& one = program_->convolutions()[index(c)];
        if (one.is_cut()) continue;
        const auto& extent = one.what.extent;
        const auto& taps = one.taps();
        const auto& block = taps.ranges.blocks()[index(channel / (2 * lanes))];
        const bool from_states = one.what.from == source::neuron_type;
        const auto read =
            from_states ? constant_view(state(one.what.source_map, step))
                        : one.source.view(static_cast<const Scalar*>(base::stimulus_[index(one.what.area)].data()));
        const auto read_adjoint = adjoint_of_source(one, step);
        auto weight = block.first_weight + index(channel - block.first);
        const auto step_of_weight = index(block.vectors * lanes);
        const auto operations = std::int64_t{2} * extent.height * extent.width * block.sources;
        weight_operations_ += operations;
        if (read_adjoint.origin != nullptr) base::operations_ += operations;
        for (int tap_y = 0; tap_y < extent.height; ++tap_y)
            for (int tap_x = 0; tap_x < extent.width; ++tap_x) {
                const int y = row + tap_y - extent.height / 2, x = column + tap_x - extent.width / 2;
                for (int r = block.first_range; r < block.first_range + block.ranges; ++r) {
                    const auto& range = taps.ranges.channel_ranges()[index(r)];
                    for (int s = range.first; s < range.first + range.count; ++s, weight += step_of_weight) {
                        gradients_[one.tap_gradient + weight] += adjoint * read.at(y, x)[s];
                        if (read_adjoint.origin != nullptr) read_adjoint.at(y, x)[s] += adjoint * taps.values[weight];
                    }
                }
            }
    }
}

template <class Scalar>
auto backward_pass<Scalar>::adjoint_of_source(const ready_convolution<Scalar>& one, int step) -> mutable_view {
    if (one.what.from == source::neuron_type) {
        for (const auto& edge : one.connections) type_has_adjoint_[index(step) % 2][index(edge.source_type)] = 1;
        return state_adjoint(one.what.source_map, step);
    }
    if (!stimulus_needs_grad(one.what.area, step)) return {};
    const auto adjoint = one.source.view(stimulus_adjoints_[index(one.what.area)].data());
    auto& is_reached = stimulus_has_adjoint_[index(one.what.area)];
    if (!is_reached) clear(adjoint, one.source);
    is_reached = 1;
    return adjoint;
}

template <class Scalar>
void backward_pass<Scalar>::propagate_states(int a, int step) {
    const auto now = index(step) % 2, before = index(step - 1) % 2;
    for (const int m : program_->areas()[index(a)].maps) {
        const auto& map = program_->maps()[index(m)];
        const auto drive = map.layout.view(drive_adjoints_[index(m)].data());
        for (const int type : map.what.types) {
            const bool is_active = type_has_adjoint_[now][index(type)] && facts_.live().state(step, type);
            active_types_[index(type)] = static_cast<std::uint8_t>(is_active);
            if (is_active && base::holds(type, step)) base::hold(type, step, state_adjoint(m, step), true);
        }
        round(state_adjoint(m, step), map.layout);
        for (const int type : map.what.types) {
            if (!active_types_[index(type)]) {
                // Zeros where others add to, and where convolutions read whole vectors.
                for (const auto& zero : {state_adjoint(m, step - 1), drive}) base::clear_type(type, zero);
                continue;
            }
            for (const auto& lanes : program_->lanes_of(type))
                program_->kernels().step_adjoint(
                    {.height = map.layout.height,
                     .width = map.layout.width,
                     .lanes = lanes,
                     .saved = saved_view(program_->saved().of(kind::state, m, step), map.layout),
                     .before = state(m, step - 1),
                     .rate = map.rates(),
                     .after_adjoint = state_adjoint(m, step),
                     .drive_adjoint = drive,
                     .before_adjoint = state_adjoint(m, step - 1),
                     .constant_drive_adjoint = constant_drive_adjoints_[index(m)].empty()
                                                   ? mutable_view{}
                                                   : map.layout.view(constant_drive_adjoints_[index(m)].data()),
                     .rate_gradient = {gradients_ + map.rate_gradient, map.rates().row, map.rates().pixel},
                     .bias_gradient = gradients_ + map.bias_gradient});
            type_has_adjoint_[before][index(type)] = static_cast<std::uint8_t>(keeps_adjoint(type, step - 1));
        }
        round(drive, map.layout);
    }
    propagate_drives(a, step);
}

/// From the adjoints of an area's drives to what its convolutions read.
template <class Scalar>
void backward_pass<Scalar>::propagate_drives(int a, int step) {
    const auto& network = program_->network();
    for (const int c : program_->areas()[index(a)].into_states) {
        const auto& one = program_->convolutions()[index(c)];
        if (facts_.is_constant_drive(one.what)) continue;
        bool any = false;
        for (const auto& edge : one.what.edges)
            any |= active_types_[index(network.edges[index(edge)].postsynaptic)] != 0;
        if (any)
            propagate_convolution(c, step, one.target.view(drive_adjoints_[index(one.what.target_map)].data()),
                                  &active_types_);
    }
}

template <class Scalar>
bool backward_pass<Scalar>::keeps_adjoint(int type, int step) const {
    return step > 0 ? facts_.live().state(step, type) : static_cast<bool>(results_.states[index(type)]);
}

template <class Scalar>
bool backward_pass<Scalar>::stimulus_needs_grad(int a, int step) const {
    if (a == 0) return static_cast<bool>(results_.stimulus);
    return facts_.reads_output_below(a, step) || results_.outputs[index(a - 1)];
}

/// To the area below, or to the caller's sequence.
template <class Scalar>
void backward_pass<Scalar>::propagate_stimulus(int a, int step) {
    const auto& input = program_->areas()[index(a)].input;
    const auto adjoint = input.view(stimulus_adjoints_[index(a)].data());
    if (a == 0) {
        write_planes<Scalar>(adjoint, results_.stimulus.at(image_, step), size_of(input), input.channels);
        return;
    }
    const int sent = step - plan::stimulus_delay(program_->network(), a);
    const auto& below = program_->areas()[index(a - 1)].output;
    const auto to = output_adjoint(a - 1, sent);
    output_has_adjoint_[index(sent) % 2][index(a - 1)] = 1;
    const map_size least{std::min(below.height, input.height), std::min(below.width, input.width)};
    const bool shrinks = least != size_of(below), grows = least != size_of(input);
    const mutable_view between{shrunk_adjoints_[index(a)].data(), std::ptrdiff_t{least.width} * input.stride,
                               input.stride};
    constant_view arriving = adjoint;
    if (grows && shrinks) {
        fill_map(between, least, input.channels, Scalar{0});
        add_interpolation_adjoint<Scalar>({adjoint, size_of(input)}, {between, least}, input.channels);
        arriving = between;
    } else if (grows) {
        add_interpolation_adjoint<Scalar>({adjoint, size_of(input)}, {to, least}, input.channels);
        return;
    }
    if (shrinks) {
        add_pool_adjoint<Scalar>(program_->network().pool, {base::output_before(a - 1, sent), size_of(below)},
                                 {arriving, least}, to, input.channels);
    } else {
        add_map<Scalar>(arriving, to, size_of(input), input.channels);
    }
}

/// The convolutions of a constant drive, once for all steps of a part.
template <class Scalar>
void backward_pass<Scalar>::propagate_constant_drive() {
    if (facts_.is_sequence()) return;
    for (std::size_t type = 0; type < active_types_.size(); ++type)
        active_types_[type] = static_cast<std::uint8_t>(facts_.live().state(1, static_cast<int>(type)));
    for (const int c : program_->areas().front().into_states) {
        const auto& one = program_->convolutions()[index(c)];
        if (!facts_.is_constant_drive(one.what)) continue;
        const auto adjoint = one.target.view(constant_drive_adjoints_[index(one.what.target_map)].data());
        round(adjoint, one.target);
        if (facts_.is_live(one.what, 1)) propagate_convolution(c, 1, adjoint, &active_types_);
    }
    clear_constant_drive();
}

/// The adjoints of what the image started with.
template <class Scalar>
void backward_pass<Scalar>::finish() {
    const auto& network = program_->network();
    const auto image = image_;
    const auto& input = program_->areas().front().input;
    if (results_.stimulus && !facts_.is_sequence())
        write_planes<Scalar>(
            stimulus_has_adjoint_.front() ? constant_view(input.view(stimulus_adjoints_.front().data())) : nothing(),
            results_.stimulus.at(image), size_of(input), input.channels);
    for (std::size_t type = 0; type < network.types.size(); ++type) {
        if (!results_.states[type]) continue;
        const int m = program_->schedule().map_of_type[type];
        write_planes<Scalar>(state_adjoint(m, 0), results_.states[type].at(image),
                             size_of(program_->maps()[index(m)].layout), network.types[type].shape.channels,
                             program_->schedule().channel_of_type[type]);
    }
    for (int a = 0; a < static_cast<int>(network.areas.size()); ++a) {
        const auto& area = program_->areas()[index(a)];
        if (results_.feedback[index(a)])
            write_planes<Scalar>(feedback_adjoint(a, 0), results_.feedback[index(a)].at(image), size_of(area.feedback),
                                 area.feedback.channels);
        if (results_.outputs[index(a)])
            write_planes<Scalar>(output_adjoint(a, 0), results_.outputs[index(a)].at(image), size_of(area.output),
                                 area.output.channels);
    }
}

template class backward_pass<float>;
template class backward_pass<double>;

}  // namespace cortexpr::executors::planned
