// The steps of forward_pass (planned/backward_pass.cpp has the equations and their adjoints), each operation over the
// whole batch. The order of operations is that of their results; the tape runs their adjoints in reverse, so it needs
// no order of its own. Before the loop, the stimulus drives of all steps are computed together; after it, outputs that
// no area reads, if all steps need the same channels: few large convolutions instead of many small ones. Convolutions
// read ranges of channels that hold the live types (program.hpp), and steps with the same range share memory, so that
// one call gives the weight gradient of all of them.

#include "time_loop.hpp"

#include "../../interruption.hpp"

namespace cortexpr::executors::batched {

namespace {

using source = plan::edge::source;

channels relative(const channels& range, const channels& to) { return {range.first - to.first, range.count}; }

}  // namespace

time_loop::time_loop(const program& program, tape& tape, run_inputs<variable> inputs, std::int64_t images,
                     const perturbed_states* perturbed)
    : program_(program),
      tape_(tape),
      inputs_(std::move(inputs)),
      images_(images),
      perturbed_(perturbed),
      options_(inputs_.stimulus->value().options().requires_grad(false)) {
    make_convolutions();
    make_memory();
    const auto rows = index(program_.steps()) + 1;
    const auto by_step = [rows](auto& table, std::size_t count) { table.assign(count, std::vector<slice>(rows)); };
    const auto areas = program_.network().areas.size(), maps = program_.schedule().maps.size();
    by_step(states_, maps);
    by_step(upsampled_, maps);
    for (auto* table : {&outputs_, &feedback_, &from_below_}) by_step(*table, areas);
    for (std::size_t m = 0; m < maps; ++m) states_[m][0] = inputs_.states[m];
    for (std::size_t a = 0; a < areas; ++a) {
        outputs_[a][0] = inputs_.outputs[a];
        feedback_[a][0] = inputs_.feedback[a];
    }
}

void time_loop::make_convolutions() {
    const auto& convolutions = program_.schedule().convolutions;
    for (std::size_t i = 0; i < convolutions.size(); ++i) {
        const auto& one = convolutions[i];
        const int groups = one.edges.size() == 1 ? program_.network().edges[index(one.edges.front())].groups : 1;
        convolutions_.emplace_back(tape_, inputs_.weights[i], inputs_.biases[i],
                                   convolution::shape{one.extent, one.stride, groups});
    }
    const auto& feedback = program_.network().feedback;
    for (std::size_t i = 0; i < feedback.size(); ++i)
        feedback_convolutions_.emplace_back(tape_, inputs_.feedback_weights[i], inputs_.feedback_biases[i],
                                            convolution::shape{.extent = feedback[i].extent});
}

/// Steps that compute the same channels share memory, so that their weight gradients need no copies.
void time_loop::make_memory() {
    const auto& maps = program_.schedule().maps;
    for (std::size_t m = 0; m < maps.size(); ++m) {
        const int map = static_cast<int>(m);
        memory_of_step_.emplace_back(index(program_.steps()) + 1);
        const bool is_shared = tape_.is_recording() || program_.output_is_late(maps[m].area);
        for (int step = 1; step <= program_.steps();) {
            const int alike = program_.steps_alike(map, step);
            const std::vector<std::int64_t> sizes{images_, program_.state_channels(map, step).count, maps[m].height,
                                                  maps[m].width};
            for (int i = 0; i < alike; ++i) memory_of_step_[m][index(step + i)] = {state_memory_.size(), i};
            state_memory_.emplace_back(sizes, options_, alike, is_shared);
            drive_memory_.emplace_back(sizes, options_, alike, true);
            step += alike;
        }
    }
    tape_.on_backward([this] {
        for (auto& memory : drive_memory_) memory.forget();
    });
}

run_values<result> time_loop::run(const result_request& request) {
    const auto& network = program_.network();
    last_output_is_left_out_ = output_is_for_features_alone(request);
    make_constant_drives();
    for (int step = 1; step <= program_.steps(); ++step) {
        interruption::look();
        for (int area = 0; area < static_cast<int>(network.areas.size()); ++area) {
            step_states(area, step);
            if (program_.facts().live().output(step, area) && !program_.output_is_late(area) && !is_left_out(area))
                outputs_[index(area)][index(step)] = output_from(area, output_sources(area, step), images_);
        }
        step_feedback(step);
        forget(step);
    }
    make_late_outputs();
    auto all = recorded();
    if (request.answer) all.output = {{outputs_.back().back()}, false, network.areas.back().output};
    if (request.features) all.features = features();
    return all;
}

run_values<result> time_loop::recorded() const {
    const auto& network = program_.network();
    const auto& requested = program_.requested();
    const auto steps_of = [](const std::vector<slice>& by_step) {
        return std::vector<slice>(by_step.begin() + 1, by_step.end());
    };
    run_values<result> all;
    all.states.resize(network.types.size());
    all.final_states = all.states;
    all.outputs.resize(network.areas.size());
    all.feedback = all.outputs;
    for (std::size_t i = 0; i < network.types.size(); ++i) {
        const int type = static_cast<int>(i);
        if (requested.final_states)
            all.final_states[i] = {{state_of(type, program_.steps())}, false, network.types[i].shape};
        if (!flag(requested.states, i)) continue;
        all.states[i] = {{}, true, network.types[i].shape};
        for (int step = 1; step <= program_.steps(); ++step) all.states[i].parts.push_back(state_of(type, step));
    }
    for (std::size_t i = 0; i < network.areas.size(); ++i) {
        if (flag(requested.outputs, i)) all.outputs[i] = {steps_of(outputs_[i]), true, network.areas[i].output};
        if (flag(requested.feedback, i)) all.feedback[i] = {steps_of(feedback_[i]), true, network.areas[i].feedback};
    }
    return all;
}

/// What the stimulus adds to the drives of the first area, for all steps at once, with all biases; of types that are
/// live at any step, and so at the first one.
void time_loop::make_constant_drives() {
    const auto& schedule = program_.schedule();
    constant_drives_.resize(schedule.maps.size());
    for (std::size_t m = 0; m < schedule.maps.size(); ++m) {
        const auto range = program_.state_channels(static_cast<int>(m), 1);
        std::vector<term> terms;
        for (std::size_t i = 0; i < schedule.convolutions.size(); ++i) {
            const auto& one = schedule.convolutions[i];
            if (!program_.facts().is_stimulus_drive(one) || one.target_map != static_cast<int>(m)) continue;
            const auto part = program_.use_of(one, 1);
            if (part.is_empty()) continue;
            terms.push_back(edge_term(i, part, inputs_.stimulus));
            terms.back().first_channel -= range.first;
        }
        if (terms.empty()) continue;
        const auto& bias = inputs_.map_biases[m];
        constant_drives_[m] = added(tape_, terms, bias == nullptr ? slice() : slice(bias, 0, 1, range), range.count);
    }
}

slice time_loop::constant_drive_of(int map, int step) const {
    const auto range = program_.state_channels(map, step);
    if (const auto& drive = constant_drives_[index(map)]; drive != nullptr) {
        const auto first = program_.facts().is_sequence() ? (step - 1) * images_ : 0;
        return {drive, first, images_, relative(range, program_.state_channels(map, 1))};
    }
    const auto& bias = inputs_.map_biases[index(map)];
    return bias == nullptr ? slice() : slice(bias, 0, 1, range);
}

term time_loop::edge_term(std::size_t i, const use& part, const slice& from) {
    const auto& one = program_.schedule().convolutions[i];
    const auto range = program_.channels_used(one);
    const auto sum = convolutions_[i](from, relative(part.columns, range.columns), relative(part.rows, range.rows));
    if (one.is_plain()) return {sum, part.rows.first};
    const int sign = program_.network().edges[index(one.edges.front())].sign;
    return {applied_to(tape_, one.nonlinearity, sign, sum), part.rows.first, false};
}

slice time_loop::from_below(int area, int step) {
    if (area == 0)
        return program_.facts().is_sequence() ? slice(inputs_.stimulus).of_images((step - 1) * images_, images_)
                                              : slice(inputs_.stimulus);
    auto& result = from_below_[index(area)][index(step)];
    const auto& sent = outputs_[index(area - 1)][index(step - plan::stimulus_delay(program_.network(), area))];
    if (!result && sent) {
        const auto& grid = program_.network().areas[index(area)].input;
        result = fitted(tape_, sent.of, program_.network().pool, grid.height, grid.width);
    }
    return result;
}

slice time_loop::source_of(std::size_t i, const use& part, int step) {
    const auto& one = program_.schedule().convolutions[i];
    const int source_step = program_.facts().source_step(one, step);
    slice from;
    if (one.from == source::stimulus) {
        from = from_below(one.area, step);
    } else if (one.from == source::top_down) {
        from = feedback_[index(one.area)][index(source_step)];
    } else {
        from = state_source(one, part.columns, source_step);
        if (from && one.upsample) {
            auto& whole = upsampled_[index(one.source_map)][index(source_step)];
            const auto& grid = program_.network().areas[index(one.area)].input;
            if (!whole) whole = interpolated(tape_, from.of, grid.height, grid.width);
            from = whole.narrowed(from.which);
        }
    }
    return from || one.is_plain() ? from : zero_source(one, part.columns);
}

slice time_loop::state_source(const plan::merged_convolution& one, const channels& columns, int step) const {
    const auto& state = states_[index(one.source_map)][index(step)];
    const auto range = program_.state_channels(one.source_map, step);
    const bool is_there = state && columns.first >= range.first && columns.end() <= range.end();
    return is_there ? state.narrowed(relative(columns, range)) : slice();
}

/// For the nonlinearity of an edge, which may make something of zeros.
slice time_loop::zero_source(const plan::merged_convolution& one, const channels& columns) const {
    const auto& edge = program_.network().edges[index(one.edges.front())];
    const auto& grid = one.upsample ? edge.output : edge.input;
    return tape_.made(new_map({images_, columns.count, grid.height, grid.width}, options_).zero_(), false);
}

std::vector<term> time_loop::drives_of(int map, int step) {
    const auto& convolutions = program_.schedule().convolutions;
    const auto range = program_.state_channels(map, step);
    std::vector<term> terms;
    for (std::size_t i = 0; i < convolutions.size(); ++i) {
        if (convolutions[i].target_map != map || program_.facts().is_stimulus_drive(convolutions[i])) continue;
        const auto part = program_.use_of(convolutions[i], step);
        if (part.is_empty()) continue;
        const auto from = source_of(i, part, step);
        if (!from) continue;
        terms.push_back(edge_term(i, part, from));
        terms.back().first_channel -= range.first;
    }
    return terms;
}

void time_loop::step_states(int area, int step) {
    const auto& maps = program_.schedule().maps;
    for (std::size_t m = 0; m < maps.size(); ++m) {
        const int map = static_cast<int>(m);
        const auto range = program_.state_channels(map, step);
        if (maps[m].area != area || range.is_empty()) continue;
        const auto where = memory_of_step_[m][index(step)];
        const auto& before = states_[m][index(step - 1)];
        auto drives = drives_of(map, step);
        add_currents(map, step, drives);
        const auto stepped_on = stepped(
            tape_,
            {.drives = std::move(drives),
             .constant_drive = constant_drive_of(map, step),
             .before = before ? before.narrowed(relative(range, program_.state_channels(map, step - 1))) : slice(),
             .rate = slice(inputs_.rates[m]).narrowed(range),
             .segments = program_.segments(map, step),
             .zeros = program_.silent_channels(map, step),
             .after = state_memory_[where.memory].at(where.step),
             .drive_adjoints = &drive_memory_[where.memory],
             .step = where.step});
        states_[m][index(step)] = with_held(map, step, stepped_on);
    }
}

void time_loop::add_currents(int map, int step, std::vector<term>& drives) const {
    const auto first = program_.state_channels(map, step).first;
    for (const int type : program_.schedule().maps[index(map)].types) {
        if (!injects_at(perturbed_, index(type), step) || !program_.facts().live().state(step, type)) continue;
        const auto& shape = program_.network().types[index(type)].shape;
        const auto current = perturbed_->types[index(type)].current_at(step).to(options_.dtype());
        const auto whole = current.expand({images_, shape.channels, shape.height, shape.width});
        drives.push_back({tape_.made(channels_last(whole), false), program_.range_of(type).first - first, false});
    }
}

variable time_loop::with_held(int map, int step, variable state) const {
    const auto first = program_.state_channels(map, step).first;
    for (const int type : program_.schedule().maps[index(map)].types)
        if (holds_at(perturbed_, index(type), step) && program_.facts().live().state(step, type))
            state = held(tape_, state, program_.range_of(type).first - first,
                         perturbed_->types[index(type)].mask_at(step), perturbed_->types[index(type)].value_at(step));
    return state;
}

template <class Read>
std::vector<time_loop::output_source> time_loop::output_sources(int area, int step, Read read) {
    const auto& convolutions = program_.schedule().convolutions;
    std::vector<output_source> sources;
    for (std::size_t i = 0; i < convolutions.size(); ++i) {
        if (convolutions[i].area != area || !convolutions[i].to_output()) continue;
        const auto part = program_.use_of(convolutions[i], step);
        const auto from = part.is_empty() ? slice() : read(i, part);
        if (from) sources.push_back({i, part, from});
    }
    return sources;
}

std::vector<time_loop::output_source> time_loop::output_sources(int area, int step) {
    return output_sources(area, step, [&](std::size_t one, const use& part) { return source_of(one, part, step); });
}

std::vector<time_loop::output_source> time_loop::late_output_sources(int area) {
    return output_sources(area, 1, [&](std::size_t one, const use& part) {
        const auto& convolution = program_.schedule().convolutions[one];
        std::vector<slice> sources;
        for (int step = 1; step <= program_.steps(); ++step)
            sources.push_back(state_source(convolution, part.columns, step));
        auto joined = batched::joined(tape_, sources);
        const auto& grid = program_.network().areas[index(area)].input;
        if (convolution.upsample) joined = interpolated(tape_, joined, grid.height, grid.width);
        return slice(joined);
    });
}

variable time_loop::output_from(int area, const std::vector<output_source>& sources, std::int64_t images) {
    const auto& declared = program_.network().areas[index(area)];
    const auto& shape = declared.output;
    std::vector<term> terms;
    for (const auto& one : sources) terms.push_back(edge_term(one.convolution, one.part, one.from));
    if (terms.empty())
        terms.push_back(
            {tape_.made(new_map({images, shape.channels, shape.height, shape.width}, options_).zero_(), false)});
    const auto drive = added(tape_, terms, output_bias(area), shape.channels);
    return applied_to(tape_, declared.output_nonlinearity, 1, drive);
}

slice time_loop::output_bias(int area) const {
    const auto& bias = inputs_.output_biases[index(area)];
    return bias == nullptr ? slice() : slice(bias, 0, 1, {0, program_.network().areas[index(area)].output.channels});
}

void time_loop::make_late_outputs() {
    for (int area = 0; area < static_cast<int>(program_.network().areas.size()); ++area) {
        if (!program_.output_is_late(area) || is_left_out(area)) continue;
        const slice all = output_from(area, late_output_sources(area), images_ * program_.steps());
        for (int step = 1; step <= program_.steps(); ++step)
            outputs_[index(area)][index(step)] = all.of_images((step - 1) * images_, images_);
    }
}

/// What earlier areas will hear at the next step.
void time_loop::step_feedback(int step) {
    const auto& network = program_.network();
    for (int area = 0; area < static_cast<int>(network.areas.size()); ++area) {
        auto& received = feedback_[index(area)][index(step)];
        if (!program_.facts().is_fed(area)) {
            received = feedback_[index(area)][index(step - 1)];
            continue;
        }
        if (!program_.facts().live().fed_back(step, area)) continue;
        std::vector<term> terms;
        for (std::size_t i = 0; i < network.feedback.size(); ++i) {
            const auto& edge = network.feedback[i];
            if (edge.to != area) continue;
            const auto sent =
                interpolated(tape_, outputs_[index(edge.from)][index(step)].of, edge.output.height, edge.output.width);
            const auto sum = feedback_convolutions_[i](sent, {0, edge.input.channels}, {0, edge.output.channels});
            const bool is_plain = edge.nonlinearity == activation::none;
            terms.push_back({applied_to(tape_, edge.nonlinearity, 1, sum), 0, is_plain});
        }
        received = added(tape_, terms, {}, network.areas[index(area)].feedback.channels);
    }
}

/// Lets go of what neither later steps nor the results read.
void time_loop::forget(int step) {
    const auto& requested = program_.requested();
    const auto& maps = program_.schedule().maps;
    const auto before = index(step - 1);
    for (auto& by_step : upsampled_) by_step[before] = {};
    for (auto& by_step : from_below_) by_step[before] = {};
    for (std::size_t m = 0; m < maps.size(); ++m) {
        bool is_read = program_.output_is_late(maps[m].area);
        for (const int type : maps[m].types) is_read = is_read || flag(requested.states, index(type));
        if (!is_read) states_[m][before] = {};
    }
    for (std::size_t area = 0; area < outputs_.size(); ++area) {
        const bool is_answer = area + 1 == outputs_.size() && requested.every_answer;
        if (!flag(requested.outputs, area) && !is_answer) outputs_[area][before] = {};
        if (!flag(requested.feedback, area)) feedback_[area][before] = {};
    }
}

slice time_loop::state_of(int type, int step) const {
    if (program_.facts().state_is_zero(type, step)) return {};
    const int map = program_.schedule().map_of_type[index(type)];
    return states_[index(map)][index(step)].narrowed(
        relative(program_.range_of(type), program_.state_channels(map, step)));
}

/// Whether the last area's output is read for the sake of its maxima alone.
bool time_loop::output_is_for_features_alone(const result_request& request) const {
    const auto& network = program_.network();
    const auto& requested = program_.requested();
    const int last = static_cast<int>(network.areas.size()) - 1;
    if (!request.features || request.answer || flag(requested.outputs, index(last)) ||
        program_.facts().output_has_readers(last))
        return false;
    return program_.output_is_late(last) || program_.steps() == 1 ||
           !requested.every_answer;  // states of other steps are gone
}

variable time_loop::features_from(const std::vector<output_source>& sources, std::int64_t images) {
    const auto& network = program_.network();
    const auto& head = network.readout;
    const int last = static_cast<int>(network.areas.size()) - 1;
    const auto* kernels = options_.dtype() == at::kDouble ? nullptr : kernels_on(options_.device());
    if (kernels != nullptr && sources.size() == 1 && head.pool == pool_mode::max &&
        network.areas.back().output_nonlinearity == activation::none) {
        const auto& [number, part, from] = sources.front();
        const auto& one = program_.schedule().convolutions[number];
        const bool has_groups = one.edges.size() == 1 && network.edges[index(one.edges.front())].groups > 1;
        if (one.is_plain() && !has_groups && part.rows == program_.target_channels(one))
            return convolutions_[number].maxima(*kernels, from,
                                                relative(part.columns, program_.channels_used(one).columns), part.rows,
                                                output_bias(last), {head.pool_height, head.pool_width});
    }
    return pooled(tape_, output_from(last, sources, images), head.pool, head.pool_height, head.pool_width);
}

result time_loop::features() {
    const auto& head = program_.network().readout;
    const int last = static_cast<int>(program_.network().areas.size()) - 1;
    result all{{}, true, {program_.network().areas.back().output.channels, head.pool_height, head.pool_width}};
    const bool all_steps = program_.requested().every_answer;
    const auto pool = [&](const variable& maps) {
        return slice(pooled(tape_, maps, head.pool, head.pool_height, head.pool_width));
    };
    if (program_.output_is_late(last) && all_steps) {
        const slice whole = is_left_out(last) ? features_from(late_output_sources(last), images_ * program_.steps())
                                              : pool(outputs_.back().back().of);
        for (int step = 0; step < program_.steps(); ++step)
            all.parts.push_back(whole.of_images(step * images_, images_));
        return all;
    }
    if (is_left_out(last)) {
        all.parts.emplace_back(features_from(output_sources(last, program_.steps()), images_));
        return all;
    }
    for (int step = all_steps ? 1 : program_.steps(); step <= program_.steps(); ++step)
        all.parts.push_back(pool(batched::joined(tape_, {outputs_.back()[index(step)]})));
    return all;
}

}  // namespace cortexpr::executors::batched
