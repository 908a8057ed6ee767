#pragma once
// A model of the memory of autograd: bytes that it saves for the backward pass where each operation is a node of its
// own, as in the transparent executor. It counts one image in float32, without parameters, the stimulus and what the
// readout saves. tests/unit/schedule/work/autograd_memory.cpp compares it with LibTorch's allocator.

#include <cortexpr/compiler.hpp>

#include <cortexpr/schedule/work/savings.hpp>

namespace cortexpr::plan {

namespace detail {

/// Whether autograd saves the result of a nonlinearity, rather than its argument.
constexpr bool saves_result(activation function) {
    return function == activation::relu || function == activation::sigmoid || function == activation::tanh;
}

/// Maps that autograd saves of the members of a nonlinearity in turn, besides its input and result where others save
/// those.
struct pointwise_maps {
    int count = 0;
    bool result_is_saved = false;
};
constexpr pointwise_maps maps_of(const activation_function& function, bool input_is_saved, bool result_is_needed) {
    pointwise_maps all;
    bool is_saved = input_is_saved;  // of the value at hand
    const auto save = [&] {
        all.count += !is_saved;
        is_saved = true;
    };
    const auto take = [&](bool saves_what_it_gave) {
        if (!saves_what_it_gave) save();
        is_saved = false;
        if (saves_what_it_gave) save();
    };
    if (function.is_custom()) {
        take(false);
    } else {
        for (const activation member : function.members)
            if (member != activation::none) take(saves_result(member));
    }
    if (result_is_needed) save();
    all.result_is_saved = is_saved;
    return all;
}

/// Tensors that autograd holds of the equations, one operation at a time, each once.
class autograd_walk {
  public:
    constexpr explicit autograd_walk(const known_run& run) : run_(run), network_(run.network()) {
        output_is_saved_.assign(index(run.steps()) + 1, flags(network_.areas.size(), false));
    }

    constexpr std::int64_t walk() {
        for (int t = 0; t <= run_.steps(); ++t) {
            times_ = run_.times(t);
            save_states(t);
        }
        for (int t = 1; t <= run_.steps(); ++t) {
            times_ = run_.times(t);
            save_sources(t);
            save_feedback(t);
            for (std::size_t type = 0; type < network_.types.size(); ++type)
                if (run_.live().state(t, static_cast<int>(type)))
                    save_pointwise(network_.types[type].nonlinearity, network_.types[type].shape,
                                   static_cast<int>(type), network_.types[type].area, true);
        }
        save_outputs();
        return bytes_;
    }

  private:
    constexpr void save(std::int64_t elements) { save_bytes(elements * static_cast<std::int64_t>(sizeof(float))); }
    constexpr void save_bytes(std::int64_t bytes) { bytes_ += bytes * times_; }
    constexpr auto& output_flag(int t, int area) { return output_is_saved_[index(t)][index(area)]; }

    /// States after step t, which the leaky step and convolutions read.
    constexpr void save_states(int t) {
        for (std::size_t i = 0; i < network_.types.size(); ++i) {
            const int type = static_cast<int>(i);
            bool is_saved = t < run_.steps() && run_.live().state(t + 1, type);
            for (const auto& edge : network_.edges) {
                const int step = t + delay_of(network_, edge);  // the one that reads it
                if (edge.presynaptic != type || edge.upsample || step < 1 || step > run_.steps()) continue;
                is_saved |= run_.is_live(edge, step);
            }
            if (is_saved) save(network_.types[i].shape.size());
        }
    }

    /// What else convolutions read at a step, and what edges' own nonlinearities save.
    constexpr void save_sources(int t) {
        flags reads_stimulus(network_.areas.size(), false), reads_feedback = reads_stimulus;
        for (const auto& edge : network_.edges) {
            if (!run_.is_live(edge, t)) continue;
            const auto area = index(edge.area);
            reads_stimulus[area] |= edge.from == edge::source::stimulus;
            reads_feedback[area] |= edge.from == edge::source::top_down;
            if (edge.upsample) save(edge.input.channels * edge.output.positions());
            save(maps_of(edge.nonlinearity, false, false).count * edge.output.size());
        }
        for (std::size_t area = 0; area < network_.areas.size(); ++area) {
            if (reads_stimulus[area] && area > 0) save_output_below(static_cast<int>(area), t);
            // Without feedback it is one tensor for all steps.
            const bool is_own = t == 1 || run_.is_fed(static_cast<int>(area));
            if (reads_feedback[area] && is_own && !feedback_is_result(static_cast<int>(area), t - 1))
                save(network_.areas[area].feedback.size());
        }
    }

    /// The output of the area below, pooled and grown to this one's grid.
    constexpr void save_output_below(int area, int t) {
        const auto& below = network_.areas[index(area - 1)].output;
        const auto& input = network_.areas[index(area)].input;
        const map_shape least{input.channels, below.height < input.height ? below.height : input.height,
                              below.width < input.width ? below.width : input.width};
        const int sent = t - stimulus_delay(network_, area);
        const bool shrinks = !least.same_grid(below), grows = !least.same_grid(input);
        if (shrinks || grows) save(input.size());
        if (!shrinks && !grows) output_flag(sent, area - 1) = true;
        if (!shrinks || sent == 0) return;
        output_flag(sent, area - 1) = true;
        if (network_.pool == pool_mode::max) save_bytes(least.size() * static_cast<std::int64_t>(sizeof(std::int64_t)));
    }

    constexpr void save_feedback(int t) {
        for (const auto& edge : network_.feedback) {
            if (!run_.is_live(edge, t)) continue;
            if (edge.input.same_grid(edge.output)) {
                output_flag(t, edge.from) = true;
            } else {
                save(edge.input.channels * edge.output.positions());
            }
            save(maps_of(edge.nonlinearity, false, false).count * edge.output.size());
        }
    }
    /// Whether feedback is the result of one edge's nonlinearity, which has saved it.
    constexpr bool feedback_is_result(int area, int t) const {
        int edges = 0;
        bool is_saved = false;
        for (const auto& edge : network_.feedback) {
            if (edge.to != area) continue;
            ++edges;
            is_saved = maps_of(edge.nonlinearity, false, false).result_is_saved;
        }
        return t > 0 && edges == 1 && is_saved;
    }

    /// Counts what the sum saves that drives a neuron type, or (-1) an area's output.
    constexpr void save_pointwise(const activation_function& function, const map_shape& shape, int type, int area,
                                  bool result_is_needed) {
        int terms = 0;
        bool is_saved = false;
        for (const auto& edge : network_.edges) {
            if (edge.area != area || edge.postsynaptic != type) continue;
            ++terms;
            is_saved = edge.sign > 0 && maps_of(edge.nonlinearity, false, false).result_is_saved;
        }
        save(maps_of(function, terms == 1 && is_saved, result_is_needed).count * shape.size());
    }

    constexpr void save_outputs() {
        for (int area = 0; area < static_cast<int>(network_.areas.size()); ++area) {
            const auto& one = network_.areas[index(area)];
            times_ = 1;
            if (output_flag(0, area)) save(one.output.size());
            for (int t = 1; t <= run_.steps(); ++t) {
                times_ = run_.times(t);
                if (run_.live().output(t, area))
                    save_pointwise(one.output_nonlinearity, one.output, -1, area, output_flag(t, area) != 0);
            }
        }
    }

    const known_run& run_;
    const network& network_;
    std::vector<flags> output_is_saved_{};  ///< [step][area]
    std::int64_t bytes_ = 0;
    std::int64_t times_ = 1;  ///< steps that the one at hand stands for
};

}  // namespace detail

constexpr std::int64_t autograd_bytes(const known_run& run) { return detail::autograd_walk(run).walk(); }

}  // namespace cortexpr::plan
