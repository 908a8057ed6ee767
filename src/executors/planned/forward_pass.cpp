#include "forward_pass.hpp"

#include "../../interruption.hpp"

#include <algorithm>

namespace cortexpr::executors::planned {

using kind = plan::saved_map::kind;
using source = plan::edge::source;

namespace {

/// A job without what is to be read and written.
template <class Scalar>
kernels::convolution_job<Scalar> job_of(const ready_convolution<Scalar>& one) {
    kernels::convolution_job<Scalar> job;
    job.stride = one.what.stride;
    job.height = one.target.height;
    job.width = one.target.width;
    return job;
}

}  // namespace

template <class Scalar>
forward_pass<Scalar>::forward_pass(const program<Scalar>& program, const starts<Scalar>& given,
                                   const overrides<Scalar>& overridden, const values<Scalar>& results, bool streams)
    : base(program, given, overridden, 2), results_(results), streams_(streams) {
    for (const auto& map : program.maps()) {
        drives_.push_back(zeros(map.layout));
        constant_drives_.push_back(program.facts().has_constant_stimulus(map.what.area) ? zeros(map.layout) : buffer());
    }
    for (const auto& area : program.areas()) outputs_.push_back(zeros(area.output.without_border()));
    live_types_.resize(program.network().types.size());
}

template <class Scalar>
void forward_pass<Scalar>::run(std::int64_t image, Scalar* saved, std::int32_t* argmax) {
    base::start_image(image, saved);
    const int areas = static_cast<int>(program_->areas().size());
    for (int step = 1; step <= facts_.steps(); ++step) {
        interruption::look();
        base::enter(step);
        if (base::begins_part(step)) compute_constant_drive();
        for (int area = 0; area < areas; ++area) {
            if (facts_.stimulus_arrives(area, step)) base::load_stimulus(area, step);
            step_states(area, step);
            if (facts_.live().output(step, area)) compute_output(area, step);
        }
        if (facts_.has_features(step)) {
            read_features(step, argmax);
            if (argmax != nullptr) argmax += program_->feature_count();
        }
        compute_feedback(step);
        report(step);
    }
}

/// The constant drive of the first area's states: biases and what a still image adds at every step.
template <class Scalar>
void forward_pass<Scalar>::compute_constant_drive() {
    if (facts_.is_sequence()) return;
    find_live_types(1);
    for (const int m : program_->areas().front().maps) {
        if (!facts_.map_is_live(m, 1)) continue;
        const auto& map = program_->maps()[index(m)];
        const auto sum = map.layout.view(constant_drives_[index(m)].data());
        const auto drive = add_convolutions(program_->areas().front().into_states, m, 0, {map.bias.data(), 0, 0}, sum);
        if (drive.origin != sum.origin) copy_map<Scalar>(drive, sum, size_of(map.layout), map.layout.stride);
    }
}

template <class Scalar>
void forward_pass<Scalar>::find_live_types(int step) {
    for (std::size_t type = 0; type < live_types_.size(); ++type)
        live_types_[type] = static_cast<std::uint8_t>(facts_.live().state(step, static_cast<int>(type)));
}

/// phi(W x + b) of one edge, with its sign.
template <class Scalar>
void forward_pass<Scalar>::add_own_edge(const ready_convolution<Scalar>& one, std::size_t saved_offset,
                                        const std::uint8_t* blocks, constant_view source,
                                        const std::uint8_t* read_sources, mutable_view sum) {
    const auto drive = saved_view(saved_offset, one.target);
    auto job = job_of(one);
    job.source = source;
    job.start = {one.bias.data(), 0, 0};
    job.target = drive;
    job.source_is_read = read_sources;
    job.block_is_live = blocks;
    base::convolve(one, one.forward, job);
    for (const auto& lanes : one.lanes)
        program_->kernels().apply({.height = one.target.height,
                                   .width = one.target.width,
                                   .lanes = lanes,
                                   .sign = static_cast<Scalar>(one.sign),
                                   .value = drive,
                                   .sum = sum});
}

template <class Scalar>
auto forward_pass<Scalar>::drive_of(int m, int step) -> constant_view {
    const auto& map = program_->maps()[index(m)];
    constant_view start{map.bias.data(), 0, 0};
    if (!constant_drives_[index(m)].empty())
        start = map.layout.view(static_cast<const Scalar*>(constant_drives_[index(m)].data()));
    return add_convolutions(program_->areas()[index(map.what.area)].into_states, m, step, start,
                            map.layout.view(drives_[index(m)].data()));
}

template <class Scalar>
auto forward_pass<Scalar>::with_currents(int m, int step, constant_view drive) -> constant_view {
    const auto& map = program_->maps()[index(m)];
    const auto sum = map.layout.view(drives_[index(m)].data());
    for (const int type : map.what.types) {
        if (!live_types_[index(type)] || !base::injects(type, step)) continue;
        if (drive.origin != sum.origin) copy_map<Scalar>(drive, sum, size_of(map.layout), map.layout.stride);
        drive = sum;
        const auto& added = base::overridden_[index(type)];
        const int first = program_->schedule().channel_of_type[index(type)];
        const int channels = program_->network().types[index(type)].shape.channels;
        const auto own = sum.from_channel(first);
        if (added.current)
            program_->kernels().add_current({.height = map.layout.height,
                                             .width = map.layout.width,
                                             .channels = channels,
                                             .current = added.current.at(image_, step),
                                             .drive = own});
        for (const auto& noise : added.noise) {
            if (!noise.acts(image_, step)) continue;
            noise_scratch_.resize(kernels::noise_scratch(map.layout.width, channels));
            program_->kernels().add_noise({.height = map.layout.height,
                                           .width = map.layout.width,
                                           .channels = channels,
                                           .drive = own,
                                           .amount = noise.amount,
                                           .amounts = noise.amounts,
                                           .key = static_cast<std::uint64_t>(noise.keys[image_]),
                                           .step = static_cast<std::uint32_t>(step),
                                           .stream = noise.stream,
                                           .scratch = noise_scratch_.data()});
        }
    }
    return drive;
}

/// `sum` = `start` + what those convolutions of a list give that drive a map, or an output (-1), plain ones first. At
/// step 0 those of a still image, else the others. Where nothing is added, `start` is returned and `sum` stays as it
/// is.
template <class Scalar>
auto forward_pass<Scalar>::add_convolutions(const std::vector<int>& convolutions, int target_map, int step,
                                            constant_view start, mutable_view sum) -> constant_view {
    const bool to_output = target_map < 0, is_constant = step == 0;
    const int state_step = is_constant ? 0 : step - plan::state_delay(to_output);
    const auto& nonzero = base::nonzero_states(state_step);
    for (const bool plain : {true, false})
        for (const int c : convolutions) {
            const auto& one = program_->convolutions()[index(c)];
            if (one.is_cut() || one.what.target_map != target_map || one.what.is_plain() != plain) continue;
            if (facts_.is_constant_drive(one.what) != is_constant) continue;
            const auto offset =
                program_->saved().of(kind::edge_drive, c, is_constant ? program_->constant_step() : step);
            const bool is_left_out =
                plain ? !to_output && facts_.source_is_zero(one.what, step) : offset == saved_offsets<Scalar>::none;
            if (is_left_out) continue;
            const auto* read_sources = one.what.from == source::neuron_type ? nonzero.data() : nullptr;
            const auto* blocks = to_output ? nullptr : base::live_blocks(one.forward.ranges, target_map, live_types_);
            if (plain) {
                auto job = job_of(one);
                job.source = base::source_of(one, state_step);
                job.start = start;
                job.target = sum;
                job.source_is_read = read_sources;
                job.block_is_live = blocks;
                base::convolve(one, one.forward, job);
            } else {
                if (start.origin != sum.origin) copy_map<Scalar>(start, sum, size_of(one.target), one.target.stride);
                add_own_edge(one, offset, blocks, base::source_of(one, state_step), read_sources, sum);
            }
            start = sum;
        }
    return start;
}

template <class Scalar>
void forward_pass<Scalar>::step_states(int a, int step) {
    find_live_types(step);
    for (const int m : program_->areas()[index(a)].maps) {
        const auto& map = program_->maps()[index(m)];
        const auto after = state(m, step);
        const bool is_live = facts_.map_is_live(m, step);
        const auto drive = is_live ? with_currents(m, step, drive_of(m, step)) : constant_view{};
        for (const int type : map.what.types) {
            if (facts_.is_silenced(type, step)) {
                base::clear_type(type, after);
            } else if (live_types_[index(type)]) {
                const auto offset = program_->saved().of(kind::state, m, step);
                const auto saved =
                    offset == saved_offsets<Scalar>::none ? mutable_view{} : saved_view(offset, map.layout);
                for (const auto& lanes : program_->lanes_of(type))
                    program_->kernels().step({.height = map.layout.height,
                                              .width = map.layout.width,
                                              .lanes = lanes,
                                              .drive = drive,
                                              .before = state(m, step - 1),
                                              .rate = map.rates(),
                                              .after = after,
                                              .saved = saved,
                                              .streams = streams_});
                if (base::holds(type, step)) base::hold(type, step, after);
            }
        }
        round(after, map.layout);
    }
}

template <class Scalar>
auto forward_pass<Scalar>::output_view(int a, int step) -> mutable_view {
    const auto& layout = program_->areas()[index(a)].output;
    const auto offset = program_->saved().of(kind::output, a, step);
    if (offset != saved_offsets<Scalar>::none) return saved_view(offset, layout);
    return layout.without_border().view(outputs_[index(a)].data());
}

template <class Scalar>
void forward_pass<Scalar>::compute_output(int a, int step) {
    const auto& area = program_->areas()[index(a)];
    const auto output = output_view(a, step);
    const auto drive_offset = program_->saved().of(kind::output_drive, a, step);
    const auto sum = drive_offset == saved_offsets<Scalar>::none ? output : saved_view(drive_offset, area.output);
    const auto drive = add_convolutions(area.into_output, -1, step, {area.output_bias.data(), 0, 0}, sum);
    if (drive.origin != sum.origin) copy_map<Scalar>(drive, sum, size_of(area.output), area.output.stride);
    if (drive_offset == saved_offsets<Scalar>::none) return;
    for (const auto& lanes : area.output_lanes)
        program_->kernels().apply({.height = area.output.height,
                                   .width = area.output.width,
                                   .lanes = lanes,
                                   .value = sum,
                                   .sum = output,
                                   .replace = true});
}

/// What earlier areas will hear at the next step.
template <class Scalar>
void forward_pass<Scalar>::compute_feedback(int step) {
    for (std::size_t a = 0; a < program_->areas().size(); ++a) {
        const auto offset = program_->saved().of(kind::feedback, static_cast<int>(a), step);
        if (offset == saved_offsets<Scalar>::none) continue;
        const auto& area = program_->areas()[a];
        const auto received = area.feedback.view(base::feedback_[a].data());
        bool is_first = true;
        for (const int edge : area.feedback_edges) {
            const auto& one = program_->feedback()[index(edge)];
            if (one.is_cut()) continue;
            if (!one.what.is_plain()) {
                if (is_first) fill_map(received, size_of(area.feedback), area.feedback.stride, Scalar{0});
                add_own_edge(one, program_->saved().of(kind::feedback_drive, edge, step), nullptr,
                             base::feedback_source(edge, step), nullptr, received);
            } else {
                auto job = job_of(one);
                job.source = base::feedback_source(edge, step);
                job.start = received;
                job.target = received;
                if (is_first) {
                    job.start = {one.bias.data(), 0, 0};
                } else {
                    for (int y = 0; y < area.feedback.height; ++y)
                        for (int x = 0; x < area.feedback.width; ++x)
                            for (int c = 0; c < area.feedback.channels; ++c) received.at(y, x)[c] += one.bias[index(c)];
                }
                base::convolve(one, one.forward, job);
            }
            is_first = false;
        }
        if (is_first) fill_map(received, size_of(area.feedback), area.feedback.stride, Scalar{0});
        round(received, area.feedback);
        copy_map<Scalar>(received, saved_view(offset, area.feedback), size_of(area.feedback), area.feedback.stride);
    }
}

template <class Scalar>
void forward_pass<Scalar>::report(int step) {
    const auto& network = program_->network();
    const auto& schedule = program_->schedule();
    const bool is_last = step == facts_.steps();
    for (std::size_t type = 0; type < network.types.size(); ++type) {
        const int map = schedule.map_of_type[type];
        const auto& layout = program_->maps()[index(map)].layout;
        const auto write = [&](const planes<Scalar>& to, int to_step) {
            if (to)
                write_planes<Scalar>(state(map, step), to.at(image_, to_step), size_of(layout),
                                     network.types[type].shape.channels, schedule.channel_of_type[type]);
        };
        write(results_.states[type], step);
        if (is_last) write(results_.final_states[type], 1);
    }
    for (int a = 0; a < static_cast<int>(network.areas.size()); ++a) {
        const auto& area = program_->areas()[index(a)];
        const auto write = [&](const planes<Scalar>& to, int to_step) {
            if (to)
                write_planes<Scalar>(output_view(a, step), to.at(image_, to_step), size_of(area.output),
                                     area.output.channels);
        };
        write(results_.outputs[index(a)], step);
        if (is_last && a + 1 == static_cast<int>(network.areas.size())) write(results_.output, 1);
        if (results_.feedback[index(a)])
            write_planes<Scalar>(area.feedback.view(base::feedback_[index(a)].data()),
                                 results_.feedback[index(a)].at(image_, step), size_of(area.feedback),
                                 area.feedback.channels);
    }
}

/// The readout's pooled features, (channel, row, column), and of maxima the position where each comes from.
template <class Scalar>
void forward_pass<Scalar>::read_features(int step, std::int32_t* argmax) {
    const auto& head = program_->network().readout;
    const int last = static_cast<int>(program_->areas().size()) - 1;
    const auto& layout = program_->areas().back().output;
    const constant_view output = output_view(last, step);
    const int feature_step = program_->request().requested.every_answer ? step : 1;
    Scalar* feature = results_.features.at(image_, feature_step);
    if (head.pool == pool_mode::max) return read_largest(output, feature, argmax);
    for (int c = 0; c < layout.channels; ++c)
        for (int y = 0; y < head.pool_height; ++y)
            for (int x = 0; x < head.pool_width; ++x, ++feature) {
                const auto rows = pooled_from(y, layout.height, head.pool_height);
                const auto columns = pooled_from(x, layout.width, head.pool_width);
                Scalar sum = 0;
                for (int row = rows.first; row < rows.last; ++row)
                    for (int column = columns.first; column < columns.last; ++column) sum += output.at(row, column)[c];
                *feature = sum / static_cast<Scalar>((rows.last - rows.first) * (columns.last - columns.first));
            }
}

template <class Scalar>
void forward_pass<Scalar>::read_largest(constant_view output, Scalar* features, std::int32_t* argmax) {
    const auto& head = program_->network().readout;
    const auto& layout = program_->areas().back().output;
    const int lanes = program_->kernels().lanes, windows = head.pool_height * head.pool_width;
    std::vector<Scalar> values(index(lanes));
    std::vector<std::int32_t> found(index(lanes));
    for (int y = 0; y < head.pool_height; ++y)
        for (int x = 0; x < head.pool_width; ++x) {
            const auto rows = pooled_from(y, layout.height, head.pool_height);
            const auto columns = pooled_from(x, layout.width, head.pool_width);
            for (int first = 0; first < layout.channels; first += lanes) {
                program_->kernels().largest({.map = output.from_channel(first),
                                             .first_row = rows.first,
                                             .last_row = rows.last,
                                             .first_column = columns.first,
                                             .last_column = columns.last,
                                             .map_width = layout.width,
                                             .value = values.data(),
                                             .argmax = found.data()});
                for (int c = first; c < std::min(first + lanes, layout.channels); ++c) {
                    const int feature = c * windows + y * head.pool_width + x;
                    features[feature] = values[index(c - first)];
                    if (argmax != nullptr) argmax[feature] = found[index(c - first)];
                }
            }
        }
}

template class forward_pass<float>;
template class forward_pass<double>;

}  // namespace cortexpr::executors::planned
