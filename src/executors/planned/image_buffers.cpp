#include "image_buffers.hpp"

#include "../../kernels/cpu/counted_operations.hpp"

namespace cortexpr::executors::planned {

using source = plan::edge::source;

template <class Scalar>
image_buffers<Scalar>::image_buffers(const program<Scalar>& program, const starts<Scalar>& given,
                                     const overrides<Scalar>& overridden, int state_steps)
    : whole_(program),
      program_(&program),
      facts_(program.facts()),
      given_(given),
      overridden_(overridden),
      nonzero_(program.network().types.size()),
      scratch_(program.scratch_size()) {
    for (const auto& map : program.maps()) {
        auto& steps = states_.emplace_back();
        for (int step = 0; step < state_steps; ++step) steps.push_back(zeros(map.layout));
        upsampled_.push_back(map.what.half ? zeros(map.on_full_grid) : buffer());
    }
    for (const auto& area : program.areas()) {
        stimulus_.push_back(zeros(area.input));
        feedback_.push_back(zeros(area.feedback));
        first_output_.push_back(zeros(area.output.without_border()));
        shrunk_.emplace_back();
    }
    for (std::size_t a = 1; a < program.areas().size(); ++a) {
        const auto &below = program.areas()[a - 1].output, &input = program.areas()[a].input;
        const auto positions = std::min(below.height, input.height) * std::min(below.width, input.width);
        shrunk_[a].resize(static_cast<std::size_t>(positions) * static_cast<std::size_t>(input.stride));
    }
    for (const auto& edge : program.feedback()) feedback_sources_.push_back(zeros(edge.source));
}

template <class Scalar>
void image_buffers<Scalar>::start_image(std::int64_t image, Scalar* saved) {
    image_ = image;
    saved_ = saved;
    const auto& network = program_->network();
    for (std::size_t type = 0; type < network.types.size(); ++type) {
        const int map = program_->schedule().map_of_type[type];
        const auto& layout = program_->maps()[index(map)].layout;
        const int first = program_->schedule().channel_of_type[type];
        const int channels = network.types[type].shape.channels;
        if (given_.states[type]) {
            read_planes<Scalar>(given_.states[type].at(image), state(map, 0), size_of(layout), channels, first);
        } else {
            clear_type(static_cast<int>(type), state(map, 0));
        }
    }
    for (std::size_t m = 0; m < program_->maps().size(); ++m)
        round(state(static_cast<int>(m), 0), program_->maps()[m].layout);
    for (std::size_t a = 0; a < program_->areas().size(); ++a) {
        const auto& area = program_->areas()[a];
        const auto received = area.feedback.view(feedback_[a].data());
        if (given_.feedback[a]) {
            read_planes<Scalar>(given_.feedback[a].at(image), received, size_of(area.feedback), area.feedback.channels);
        } else {
            fill_map(received, size_of(area.feedback), area.feedback.stride, Scalar{0});
        }
        round(received, area.feedback);
        if (given_.outputs[a])
            read_planes<Scalar>(given_.outputs[a].at(image), area.output.without_border().view(first_output_[a].data()),
                                size_of(area.output), area.output.channels);
    }
    if (!program_->request().is_sequence) load_stimulus(0, 1);
}

template <class Scalar>
auto image_buffers<Scalar>::output_before(int area, int step) -> constant_view {
    const auto& layout = program_->areas()[index(area)].output;
    if (step == 0) return layout.without_border().view(static_cast<const Scalar*>(first_output_[index(area)].data()));
    return saved_view(program_->saved().of(plan::saved_map::kind::output, area, step), layout);
}

template <class Scalar>
void image_buffers<Scalar>::load_stimulus(int area, int step) {
    const auto& input = program_->areas()[index(area)].input;
    const auto to = input.view(stimulus_[index(area)].data());
    if (area == 0) {
        read_planes<Scalar>(given_.stimulus.at(image_, step), to, size_of(input), input.channels);
        round(to, input);
        return;
    }
    const auto& below = program_->areas()[index(area - 1)].output;
    const auto from = output_before(area - 1, step - plan::stimulus_delay(program_->network(), area));
    const map_size least{std::min(below.height, input.height), std::min(below.width, input.width)};
    auto shrunk = from;
    if (least != size_of(below)) {
        const mutable_view between{shrunk_[index(area)].data(), std::ptrdiff_t{least.width} * input.stride,
                                   input.stride};
        pool_map<Scalar>(program_->network().pool, {from, size_of(below)}, {between, least}, input.channels);
        shrunk = between;
    }
    if (least == size_of(input)) {
        copy_map<Scalar>(shrunk, to, size_of(input), input.channels);
    } else {
        interpolate_map<Scalar>({shrunk, least}, {to, size_of(input)}, input.channels);
    }
    round(to, input);
}

template <class Scalar>
auto image_buffers<Scalar>::source_of(const ready_convolution<Scalar>& one, int state_step) -> constant_view {
    const auto& what = one.what;
    constant_view map;
    if (what.from == source::stimulus) {
        map = one.source.view(static_cast<const Scalar*>(stimulus_[index(what.area)].data()));
    } else if (what.from == source::top_down) {
        map = one.source.view(static_cast<const Scalar*>(feedback_[index(what.area)].data()));
    } else if (what.upsample) {
        const auto& layout = program_->maps()[index(what.source_map)].on_full_grid;
        const auto to = layout.view(upsampled_[index(what.source_map)].data());
        interpolate_map<Scalar>({state(what.source_map, state_step), size_of(one.source)}, {to, size_of(layout)},
                                one.source.channels);
        round(to, layout);
        map = to;
    } else {
        map = state(what.source_map, state_step);
    }
    return from_first_tap(map, what.extent);
}

template <class Scalar>
auto image_buffers<Scalar>::feedback_source(int edge, int step) -> constant_view {
    const auto& ready = program_->feedback()[index(edge)];
    const int from = program_->network().feedback[index(edge)].from;
    const auto& sent = program_->areas()[index(from)].output;
    const auto to = ready.source.view(feedback_sources_[index(edge)].data());
    const auto output = output_before(from, step);
    if (size_of(sent) == size_of(ready.source)) {
        copy_map<Scalar>(output, to, size_of(sent), sent.channels);
    } else {
        interpolate_map<Scalar>({output, size_of(sent)}, {to, size_of(ready.source)}, sent.channels);
    }
    round(to, ready.source);
    return from_first_tap(to, ready.what.extent);
}

template <class Scalar>
const std::uint8_t* image_buffers<Scalar>::live_blocks(const packing& packed, int map,
                                                       const std::vector<std::uint8_t>& types) {
    const auto blocks = packed.blocks();
    live_blocks_.assign(blocks.size(), 0);
    const auto& network = program_->network();
    for (const int type : program_->maps()[index(map)].what.types) {
        if (!types[index(type)]) continue;
        const int first = program_->schedule().channel_of_type[index(type)];
        const int last = first + network.types[index(type)].shape.channels;
        for (std::size_t b = 0; b < blocks.size(); ++b)
            live_blocks_[b] |= static_cast<std::uint8_t>(
                first < blocks[b].first + blocks[b].vectors * program_->kernels().lanes && last > blocks[b].first);
    }
    return live_blocks_.data();
}

template <class Scalar>
const std::vector<std::uint8_t>& image_buffers<Scalar>::nonzero_states(int step) {
    for (std::size_t type = 0; type < nonzero_.size(); ++type)
        nonzero_[type] = static_cast<std::uint8_t>(!facts_.state_is_zero(static_cast<int>(type), step));
    return nonzero_;
}

template <class Scalar>
void image_buffers<Scalar>::convolve(const ready_convolution<Scalar>& one, const packed_weights<Scalar>& weights,
                                     kernels::convolution_job<Scalar> job) {
    prepare(job, one, weights.ranges);
    job.weights = weights.values.data();
    if (one.has_kinks && &weights == &one.forward) {
        job.tap_weights = one.forward_taps.values.data();
        job.tap_blocks = one.forward_taps.ranges.blocks().data();
    }
    operations_ += kernels::operations_of(job, weights.is_winograd, program_->kernels().lanes);
    program_->convolution_kernels(weights.is_winograd).convolve(job);
}

template class image_buffers<float>;
template class image_buffers<double>;

}  // namespace cortexpr::executors::planned
