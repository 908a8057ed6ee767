#include "image_pass.hpp"

namespace cortexpr::executors::planned {

using source = plan::edge::source;

namespace {

/// sums[c] += the sum over places of channel c.
template <class Scalar>
void add_sum_over_places(kernels::map_view<const Scalar> map, map_size size, int channels, Scalar* sums) {
    for (int y = 0; y < size.height; ++y)
        for (int x = 0; x < size.width; ++x)
            for (int c = 0; c < channels; ++c) sums[c] += map.at(y, x)[c];
}

}  // namespace

template <class Scalar>
backward_pass<Scalar>::backward_pass(const program<Scalar>& program, const starts<Scalar>& given,
                                     const values<const Scalar>& adjoints, const starts<Scalar>& results,
                                     const std::vector<bool>& wanted)
    : base(program, given, program.request().steps + 1),
      adjoints_(adjoints),
      results_(results),
      wanted_parameters_(wanted) {
    const auto twice = [](const map_layout& layout) { return std::vector<buffer>(2, base::zeros(layout)); };
    for (const auto& map : program.maps()) {
        const auto& full = program.areas()[at(map.what.area)].output;
        const auto on_full = layout_of(map.layout.channels, full.height, full.width, full.border_y, full.border_x,
                                       program.kernels().lanes);
        state_adjoints_.push_back(twice(map.layout));
        drive_adjoints_.push_back(base::zeros(map.layout));
        static_adjoints_.push_back(map.what.area == 0 && !program.request().is_sequence ? base::zeros(map.layout)
                                                                                        : buffer());
        upsampled_adjoints_.push_back(map.what.half ? base::zeros(on_full) : buffer());
        spread_adjoints_.push_back(map.what.half ? base::zeros(on_full) : buffer());
    }
    for (std::size_t a = 0; a < program.areas().size(); ++a) {
        const auto& area = program.areas()[a];
        feedback_adjoints_.push_back(twice(area.feedback));
        output_adjoints_.push_back(twice(area.output));
        stimulus_adjoints_.push_back(base::zeros(area.input));
        shrunk_adjoints_.emplace_back(base::shrunk_[a].size());
    }
    for (const auto& one : program.convolutions())
        edge_adjoints_.push_back(one.what.is_plain() ? buffer() : base::zeros(one.target));
    for (const auto& one : program.feedback()) {
        feedback_edge_adjoints_.push_back(one.what.is_plain() ? buffer() : base::zeros(one.target));
        feedback_source_adjoints_.push_back(base::zeros(one.source));
    }
    type_has_adjoint_.assign(2, std::vector<std::uint8_t>(program.network().types.size()));
    feedback_has_adjoint_.assign(2, std::vector<std::uint8_t>(program.areas().size()));
    output_has_adjoint_ = feedback_has_adjoint_;
    stimulus_has_adjoint_.resize(program.areas().size());
    active_types_.resize(program.network().types.size());
    wanted_sources_.resize(program.network().types.size());
}

template <class Scalar>
void backward_pass<Scalar>::run(std::int64_t image, const Scalar* kept, const std::int32_t* places, Scalar* gradients) {
    gradients_ = gradients;
    // The pass only reads what was kept.
    base::start_image(image, const_cast<Scalar*>(kept));
    replay_states();
    const int steps = program_.request().steps, areas = static_cast<int>(program_.areas().size());
    for (std::size_t m = 0; m < program_.maps().size(); ++m) {
        clear(state_adjoint(static_cast<int>(m), steps), program_.maps()[m].layout);
        if (!static_adjoints_[m].empty())
            clear(program_.maps()[m].layout.view(static_adjoints_[m].data()), program_.maps()[m].layout);
    }
    type_has_adjoint_[at(steps) % 2].assign(active_types_.size(), 0);
    clear_step(steps);
    clear(program_.areas().front().input.view(stimulus_adjoints_.front().data()), program_.areas().front().input);
    for (int step = steps; step >= 1; --step) {
        clear_step(step - 1);
        type_has_adjoint_[at(step - 1) % 2].assign(active_types_.size(), 0);
        receive(step);
        step_back_feedback(step);
        for (int area = areas - 1; area >= 0; --area) {
            if (program_.hears_stimulus(area, step)) base::load_stimulus(area, step);
            load_feedback(area, step - 1);
            if (area > 0 || program_.request().is_sequence) {
                clear(program_.areas()[at(area)].input.view(stimulus_adjoints_[at(area)].data()),
                      program_.areas()[at(area)].input);
                stimulus_has_adjoint_[at(area)] = 0;
            }
            if (area + 1 == areas && program_.has_features(step)) step_back_features(step, places);
            if (output_has_adjoint_[at(step) % 2][at(area)]) step_back_output(area, step);
            step_back_states(area, step);
            if (stimulus_has_adjoint_[at(area)] && (area > 0 || program_.request().is_sequence))
                step_back_stimulus(area, step);
        }
    }
    step_back_static_input();
    finish();
}

template <class Scalar>
void backward_pass<Scalar>::clear_step(int step) {
    for (std::size_t a = 0; a < program_.areas().size(); ++a) {
        const auto& area = program_.areas()[a];
        clear(feedback_adjoint(static_cast<int>(a), step), area.feedback);
        clear(output_adjoint(static_cast<int>(a), step), area.output);
    }
    feedback_has_adjoint_[at(step) % 2].assign(program_.areas().size(), 0);
    output_has_adjoint_[at(step) % 2].assign(program_.areas().size(), 0);
}

template <class Scalar>
void backward_pass<Scalar>::replay_states() {
    for (int step = 1; step <= program_.request().steps; ++step) {
        for (int type = 0; type < static_cast<int>(active_types_.size()); ++type) {
            const int m = program_.schedule().map_of_type[at(type)];
            const auto& map = program_.maps()[at(m)];
            if (program_.is_silent(type, step)) {
                auto silent = state(m, step);
                silent.origin += program_.schedule().channel_of_type[at(type)];
                fill_map(silent, size_of(map.layout), program_.network().types[at(type)].shape.channels, Scalar{0});
            } else if (program_.live().state(step, type)) {
                for (const auto& lanes : program_.lanes_of(type))
                    program_.kernels().replay(
                        {.height = map.layout.height,
                         .width = map.layout.width,
                         .lanes = lanes,
                         .kept = base::kept_view(program_.kept().states[at(m)][at(step)], map.layout),
                         .before = state(m, step - 1),
                         .rate = map.rates(),
                         .after = state(m, step)});
            }
        }
        for (std::size_t m = 0; m < program_.maps().size(); ++m)
            base::round(state(static_cast<int>(m), step), program_.maps()[m].layout);
    }
}

/// What an area heard at the step after `step`.
template <class Scalar>
void backward_pass<Scalar>::load_feedback(int a, int step) {
    const auto& area = program_.areas()[at(a)];
    if (area.feedback.channels == 0 || area.feedback_edges.empty()) return;
    const auto heard = area.feedback.view(base::feedback_[at(a)].data());
    const auto size = size_of(area.feedback);
    if (step > 0) {
        const auto place = program_.kept().feedback[at(a)][at(step)];
        if (place != kept_places::none)
            copy_map<Scalar>(base::kept_view(place, area.feedback), heard, size, area.feedback.channels);
    } else if (given_.feedback[at(a)]) {
        read_planes<Scalar>(given_.feedback[at(a)].at(base::image_), heard, size, area.feedback.channels);
        base::round(heard, area.feedback);
    } else {
        clear(heard, area.feedback);
    }
}

/// Adds what the caller says of the values of a step.
template <class Scalar>
void backward_pass<Scalar>::receive(int step) {
    const auto& network = program_.network();
    const bool is_last = step == program_.request().steps;
    const auto now = at(step) % 2;
    for (std::size_t type = 0; type < network.types.size(); ++type) {
        const int m = program_.schedule().map_of_type[type];
        const auto add = [&](const planes<const Scalar>& from, int from_step) {
            if (!from) return;
            add_planes<Scalar>(from.at(base::image_, from_step), state_adjoint(m, step),
                               size_of(program_.maps()[at(m)].layout), network.types[type].shape.channels,
                               program_.schedule().channel_of_type[type]);
            type_has_adjoint_[now][type] = 1;
        };
        add(adjoints_.states[type], step);
        if (is_last) add(adjoints_.final_states[type], 1);
    }
    for (int a = 0; a < static_cast<int>(network.areas.size()); ++a) {
        const auto& area = program_.areas()[at(a)];
        const auto add = [&](const planes<const Scalar>& from, int from_step) {
            if (!from) return;
            add_planes<Scalar>(from.at(base::image_, from_step), output_adjoint(a, step), size_of(area.output),
                               area.output.channels);
            output_has_adjoint_[now][at(a)] = 1;
        };
        add(adjoints_.outputs[at(a)], step);
        if (is_last && a + 1 == static_cast<int>(network.areas.size())) add(adjoints_.answer, 1);
        if (!adjoints_.feedback[at(a)]) continue;
        add_planes<Scalar>(adjoints_.feedback[at(a)].at(base::image_, step), feedback_adjoint(a, step),
                           size_of(area.feedback), area.feedback.channels);
        feedback_has_adjoint_[now][at(a)] = 1;
    }
}

template <class Scalar>
void backward_pass<Scalar>::step_back_feedback(int step) {
    const auto now = at(step) % 2, before = at(step - 1) % 2;
    for (int a = 0; a < static_cast<int>(program_.areas().size()); ++a) {
        if (!feedback_has_adjoint_[now][at(a)]) continue;
        const auto& area = program_.areas()[at(a)];
        const auto adjoint = feedback_adjoint(a, step);
        if (area.feedback_edges.empty()) {  // nobody sends any: it stays what it was
            add_map<Scalar>(adjoint, feedback_adjoint(a, step - 1), size_of(area.feedback), area.feedback.channels);
            feedback_has_adjoint_[before][at(a)] = 1;
            continue;
        }
        for (const int edge : area.feedback_edges) {
            const auto& one = program_.feedback()[at(edge)];
            auto arriving = adjoint;
            if (one.what.is_plain()) {
                add_sum_over_places<Scalar>(adjoint, size_of(area.feedback), area.feedback.channels,
                                            gradients_ + one.bias_gradient);
                base::round(adjoint, area.feedback);
            } else {
                arriving = area.feedback.view(feedback_edge_adjoints_[at(edge)].data());
                apply_adjoint(one, program_.kept().feedback_drives[at(edge)][at(step)], adjoint, arriving);
            }
            add_weight_gradient(one, base::feedback_source(edge, step), arriving, nullptr, nullptr);
            const int from = program_.network().feedback[at(edge)].from;
            const auto& sent = program_.areas()[at(from)].output;
            const auto source_adjoint = one.source.view(feedback_source_adjoints_[at(edge)].data());
            clear(source_adjoint, one.source);
            send_back(one, arriving, source_adjoint, one.source, nullptr, nullptr);
            if (size_of(sent) == size_of(one.source)) {
                add_map<Scalar>(source_adjoint, output_adjoint(from, step), size_of(sent), sent.channels);
            } else {
                add_interpolation_adjoint<Scalar>(source_adjoint, size_of(one.source), output_adjoint(from, step),
                                                  size_of(sent), sent.channels);
            }
            output_has_adjoint_[now][at(from)] = 1;
        }
    }
}

template <class Scalar>
void backward_pass<Scalar>::step_back_output(int a, int step) {
    const auto& area = program_.areas()[at(a)];
    const auto adjoint = output_adjoint(a, step);
    const auto drive = program_.kept().output_drives[at(a)][at(step)];
    Scalar* bias_gradient = gradients_ + area.output_bias_gradient;
    if (drive == kept_places::none) {
        add_sum_over_places<Scalar>(adjoint, size_of(area.output), area.output.channels, bias_gradient);
    } else {
        for (const auto& lanes : area.output_lanes)
            program_.kernels().apply_adjoint({.height = area.output.height,
                                              .width = area.output.width,
                                              .lanes = lanes,
                                              .value = base::kept_view(drive, area.output),
                                              .sum_adjoint = adjoint,
                                              .value_adjoint = adjoint,
                                              .bias_gradient = bias_gradient});
    }
    base::round(adjoint, area.output);
    for (const int c : area.into_output) {
        const auto& one = program_.convolutions()[at(c)];
        if (one.what.is_plain()) {
            step_back_convolution(one, step, adjoint, nullptr);
        } else {
            const auto arriving = one.target.view(edge_adjoints_[at(c)].data());
            apply_adjoint(one, program_.kept().edge_drives[at(c)][at(step)], adjoint, arriving);
            step_back_convolution(one, step, arriving, nullptr);
        }
    }
}

/// The adjoint of the readout's features: scattered over the output's map or, where a feature comes from one place and
/// nothing stands between, straight to what that place reads.
template <class Scalar>
void backward_pass<Scalar>::step_back_features(int step, const std::int32_t* places) {
    if (!adjoints_.features) return;
    const auto& head = program_.network().readout;
    const int last = static_cast<int>(program_.areas().size()) - 1;
    const auto& layout = program_.areas().back().output;
    const bool every = program_.request().reads.every_answer;
    const Scalar* adjoint = adjoints_.features.at(base::image_, every ? step : 1);
    if (every && head.pool == pool_mode::max)
        places += static_cast<std::ptrdiff_t>(step - 1) * program_.feature_count();
    const bool is_sparse = program_.features_are_sparse();
    if (!is_sparse) output_has_adjoint_[at(step) % 2][at(last)] = 1;
    const auto scattered = output_adjoint(last, step);
    for (int c = 0; c < layout.channels; ++c)
        for (int y = 0; y < head.pool_height; ++y)
            for (int x = 0; x < head.pool_width; ++x, ++adjoint) {
                if (head.pool == pool_mode::max) {
                    const int place = *places++, row = place / layout.width, column = place % layout.width;
                    if (is_sparse) {
                        if (*adjoint != 0) step_back_place(step, row, column, c, *adjoint);
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

/// The adjoint of one place and channel of the last area's output.
template <class Scalar>
void backward_pass<Scalar>::step_back_place(int step, int row, int column, int channel, Scalar adjoint) {
    const auto& area = program_.areas().back();
    const int lanes = program_.kernels().lanes;
    gradients_[area.output_bias_gradient + at(channel)] += adjoint;
    for (const int c : area.into_output) {
        const auto& one = program_.convolutions()[at(c)];
        const auto& extent = one.what.extent;
        const auto& taps = one.taps();
        const auto& block = taps.places.blocks()[at(channel / (2 * lanes))];
        const bool from_states = one.what.from == source::neuron_type;
        const auto read = from_states
                              ? constant_view(state(one.what.source_map, step))
                              : one.source.view(static_cast<const Scalar*>(base::stimulus_[at(one.what.area)].data()));
        mutable_view back{};
        if (from_states) {
            back = state_adjoint(one.what.source_map, step);
            for (const auto& edge : one.connections) type_has_adjoint_[at(step) % 2][at(edge.slot)] = 1;
        } else if (stimulus_is_wanted(one.what.area, step)) {
            back = one.source.view(stimulus_adjoints_[at(one.what.area)].data());
            stimulus_has_adjoint_[at(one.what.area)] = 1;
        }
        auto index = block.first_weight + at(channel - block.first);
        const auto step_of_index = at(block.vectors * lanes);
        const auto operations = std::int64_t{2} * extent.height * extent.width * block.sources;
        weight_operations_ += operations;
        if (back.origin != nullptr) base::operations_ += operations;
        for (int tap_y = 0; tap_y < extent.height; ++tap_y)
            for (int tap_x = 0; tap_x < extent.width; ++tap_x) {
                const int y = row + tap_y - extent.height / 2, x = column + tap_x - extent.width / 2;
                for (int r = block.first_run; r < block.first_run + block.runs; ++r) {
                    const auto& run = taps.places.runs()[at(r)];
                    for (int s = run.first; s < run.first + run.count; ++s, index += step_of_index) {
                        gradients_[one.tap_gradient + index] += adjoint * read.at(y, x)[s];
                        if (back.origin != nullptr) back.at(y, x)[s] += adjoint * taps.values[index];
                    }
                }
            }
    }
}

template <class Scalar>
void backward_pass<Scalar>::step_back_states(int a, int step) {
    const auto& network = program_.network();
    const auto now = at(step) % 2, before = at(step - 1) % 2;
    for (const int m : program_.areas()[at(a)].maps) {
        const auto& map = program_.maps()[at(m)];
        const auto drive = map.layout.view(drive_adjoints_[at(m)].data());
        for (int type = 0; type < static_cast<int>(network.types.size()); ++type) {
            if (program_.schedule().map_of_type[at(type)] != m) continue;
            const bool is_active = type_has_adjoint_[now][at(type)] && program_.live().state(step, type);
            active_types_[at(type)] = static_cast<std::uint8_t>(is_active);
        }
        base::round(state_adjoint(m, step), map.layout);
        for (int type = 0; type < static_cast<int>(network.types.size()); ++type) {
            if (program_.schedule().map_of_type[at(type)] != m) continue;
            if (!active_types_[at(type)]) {
                // Zeros where others add to, and where convolutions read whole vectors.
                for (auto zero : {state_adjoint(m, step - 1), drive}) {
                    zero.origin += program_.schedule().channel_of_type[at(type)];
                    fill_map(zero, size_of(map.layout), network.types[at(type)].shape.channels, Scalar{0});
                }
                continue;
            }
            for (const auto& lanes : program_.lanes_of(type))
                program_.kernels().step_adjoint(
                    {.height = map.layout.height,
                     .width = map.layout.width,
                     .lanes = lanes,
                     .kept = base::kept_view(program_.kept().states[at(m)][at(step)], map.layout),
                     .before = state(m, step - 1),
                     .rate = map.rates(),
                     .after_adjoint = state_adjoint(m, step),
                     .drive_adjoint = drive,
                     .before_adjoint = state_adjoint(m, step - 1),
                     .drive_sum = static_adjoints_[at(m)].empty() ? mutable_view{}
                                                                  : map.layout.view(static_adjoints_[at(m)].data()),
                     .rate_gradient = {gradients_ + map.rate_gradient, map.rates().row, map.rates().pixel},
                     .bias_gradient = gradients_ + map.bias_gradient});
            type_has_adjoint_[before][at(type)] = static_cast<std::uint8_t>(keeps_adjoint(type, step - 1));
        }
        base::round(drive, map.layout);
    }
    for (const int c : program_.areas()[at(a)].into_states) {
        const auto& one = program_.convolutions()[at(c)];
        if (program_.is_still(one)) continue;
        bool any = false;
        for (const auto& edge : one.what.edges) any |= active_types_[at(network.edges[at(edge)].postsynaptic)] != 0;
        if (!any) continue;
        const auto drive = one.target.view(drive_adjoints_[at(one.what.target_map)].data());
        if (one.what.is_plain()) {
            step_back_convolution(one, step, drive, &active_types_);
        } else {
            const auto arriving = one.target.view(edge_adjoints_[at(c)].data());
            apply_adjoint(one, program_.kept().edge_drives[at(c)][at(step)], drive, arriving);
            only_.assign(active_types_.size(), 0);
            only_[at(network.edges[at(one.what.edges.front())].postsynaptic)] = 1;
            step_back_convolution(one, step, arriving, &only_);
        }
    }
}

template <class Scalar>
bool backward_pass<Scalar>::keeps_adjoint(int type, int step) const {
    return step > 0 ? program_.live().state(step, type) : static_cast<bool>(results_.states[at(type)]);
}

template <class Scalar>
bool backward_pass<Scalar>::stimulus_is_wanted(int a, int step) const {
    if (a == 0) return static_cast<bool>(results_.stimulus);
    return step > program_.network().area_delay || results_.outputs[at(a - 1)];
}

/// To the area below, or to the caller's sequence.
template <class Scalar>
void backward_pass<Scalar>::step_back_stimulus(int a, int step) {
    const auto& input = program_.areas()[at(a)].input;
    const auto adjoint = input.view(stimulus_adjoints_[at(a)].data());
    if (a == 0) {
        write_planes<Scalar>(adjoint, results_.stimulus.at(base::image_, step), size_of(input), input.channels);
        return;
    }
    const int sent = step - program_.network().area_delay;
    const auto& below = program_.areas()[at(a - 1)].output;
    const auto to = output_adjoint(a - 1, sent);
    output_has_adjoint_[at(sent) % 2][at(a - 1)] = 1;
    const map_size least{std::min(below.height, input.height), std::min(below.width, input.width)};
    const bool shrinks = least != size_of(below), grows = least != size_of(input);
    const mutable_view between{shrunk_adjoints_[at(a)].data(), std::ptrdiff_t{least.width} * input.stride,
                               input.stride};
    constant_view arriving = adjoint;
    if (grows && shrinks) {
        fill_map(between, least, input.channels, Scalar{0});
        add_interpolation_adjoint<Scalar>(adjoint, size_of(input), between, least, input.channels);
        arriving = between;
    } else if (grows) {
        add_interpolation_adjoint<Scalar>(adjoint, size_of(input), to, least, input.channels);
        return;
    }
    if (shrinks) {
        add_pool_adjoint<Scalar>(program_.network().pool, base::output_before(a - 1, sent), size_of(below), arriving,
                                 least, to, input.channels);
    } else {
        add_map<Scalar>(arriving, to, size_of(input), input.channels);
    }
}

/// A still image's convolutions, once for all steps: into types that are read at all, and so at the first step.
template <class Scalar>
void backward_pass<Scalar>::step_back_static_input() {
    if (program_.request().is_sequence) return;
    for (std::size_t type = 0; type < active_types_.size(); ++type)
        active_types_[type] = static_cast<std::uint8_t>(program_.live().state(1, static_cast<int>(type)));
    for (const int c : program_.areas().front().into_states) {
        const auto& one = program_.convolutions()[at(c)];
        if (!program_.is_still(one)) continue;
        auto adjoint = one.target.view(static_adjoints_[at(one.what.target_map)].data());
        base::round(adjoint, one.target);
        if (!one.what.is_plain()) {
            if (program_.kept().edge_drives[at(c)][0] == kept_places::none) continue;
            const auto arriving = one.target.view(edge_adjoints_[at(c)].data());
            apply_adjoint(one, program_.kept().edge_drives[at(c)][0], adjoint, arriving);
            adjoint = arriving;
        }
        step_back_convolution(one, 1, adjoint, &active_types_);
    }
}

/// The adjoints of what the image started with.
template <class Scalar>
void backward_pass<Scalar>::finish() {
    const auto& network = program_.network();
    const auto image = base::image_;
    const auto& input = program_.areas().front().input;
    if (results_.stimulus && !program_.request().is_sequence)
        write_planes<Scalar>(input.view(stimulus_adjoints_.front().data()), results_.stimulus.at(image), size_of(input),
                             input.channels);
    for (std::size_t type = 0; type < network.types.size(); ++type) {
        if (!results_.states[type]) continue;
        const int m = program_.schedule().map_of_type[type];
        write_planes<Scalar>(state_adjoint(m, 0), results_.states[type].at(image),
                             size_of(program_.maps()[at(m)].layout), network.types[type].shape.channels,
                             program_.schedule().channel_of_type[type]);
    }
    for (int a = 0; a < static_cast<int>(network.areas.size()); ++a) {
        const auto& area = program_.areas()[at(a)];
        if (results_.feedback[at(a)])
            write_planes<Scalar>(feedback_adjoint(a, 0), results_.feedback[at(a)].at(image), size_of(area.feedback),
                                 area.feedback.channels);
        if (results_.outputs[at(a)])
            write_planes<Scalar>(output_adjoint(a, 0), results_.outputs[at(a)].at(image), size_of(area.output),
                                 area.output.channels);
    }
}

template class backward_pass<float>;
template class backward_pass<double>;

}  // namespace cortexpr::executors::planned
