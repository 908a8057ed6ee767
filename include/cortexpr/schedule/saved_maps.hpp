#pragma once
// The maps that the planned executor saves of each image in the forward pass for the backward pass. Not among them are
// parameters, the stimulus, which the caller holds anyway, and what the readout saves.

#include <cortexpr/compiler.hpp>

#include <cortexpr/schedule/run_facts.hpp>

namespace cortexpr::plan {

struct saved_map {
    enum class kind : std::uint8_t {
        state,           ///< by state map: the nonlinearity's result, or its argument
        output,          ///< by area: what other areas read
        output_drive,    ///< by area: the argument of the output's nonlinearity
        feedback,        ///< by area: what it receives at the next step
        edge_drive,      ///< by merged convolution: the argument of the edge's own nonlinearity
        feedback_drive,  ///< by feedback edge: the same
    };
    static constexpr int kinds = 6;

    kind is = kind::state;
    int index = 0;  ///< of its state map, area, convolution or feedback edge
    int step = 0;   ///< 0 for a constant drive, which all steps share
    map_shape shape{};

    /// Whether the forward pass reads it later, too, so that it is needed without a backward pass.
    constexpr bool is_read_forward() const { return is != kind::state; }
};

/// Of the drive of a merged convolution that has a nonlinearity, and so its target's whole map to itself.
constexpr map_shape drive_shape(const run_facts& run, const merged_convolution& one) {
    return one.to_output() ? run.network().areas[index(one.area)].output
                           : run.schedule().maps[index(one.target_map)].shape();
}

/// Step by step.
constexpr std::vector<saved_map> saved_maps(const run_facts& run) {
    using kind = saved_map::kind;
    const auto& network = run.network();
    const auto& maps = run.schedule().maps;
    const auto& convolutions = run.schedule().convolutions;
    std::vector<saved_map> all;
    const auto save = [&all](bool is_needed, kind is, std::size_t index, int step, const map_shape& shape) {
        if (is_needed) all.push_back({is, static_cast<int>(index), step, shape});
    };
    const auto save_edge_drives = [&](bool are_constant, int step) {
        for (std::size_t c = 0; c < convolutions.size(); ++c) {
            const auto& one = convolutions[c];
            save(!one.is_plain() && run.is_constant_drive(one) == are_constant &&
                     run.is_live(one, are_constant ? 1 : step),
                 kind::edge_drive, c, step, drive_shape(run, one));
        }
    };
    save_edge_drives(true, 0);
    for (int t = 1; t <= run.steps(); ++t) {
        for (std::size_t m = 0; m < maps.size(); ++m)
            save(run.map_is_live(static_cast<int>(m), t), kind::state, m, t, maps[m].shape());
        for (std::size_t a = 0; a < network.areas.size(); ++a) {
            const auto& area = network.areas[a];
            const int own = static_cast<int>(a);
            const bool is_live = run.live().output(t, own);
            save(is_live && run.output_has_readers(own), kind::output, a, t, area.output);
            save(is_live && area.output_nonlinearity != activation::none, kind::output_drive, a, t, area.output);
            save(run.live().fed_back(t, own), kind::feedback, a, t, area.feedback);
        }
        save_edge_drives(false, t);
        for (std::size_t f = 0; f < network.feedback.size(); ++f) {
            const auto& edge = network.feedback[f];
            save(edge.nonlinearity != activation::none && run.is_live(edge, t), kind::feedback_drive, f, t,
                 edge.output);
        }
    }
    return all;
}

/// The bytes of one image's saved maps in float32. `Run` says how many equal steps each of its steps stands for
/// (known_run).
template <class Run>
constexpr std::int64_t saved_bytes(const Run& run) {
    std::int64_t elements = 0;
    for (const auto& map : saved_maps(run)) elements += map.shape.size() * run.times(map.step);
    return elements * static_cast<std::int64_t>(sizeof(float));
}

}  // namespace cortexpr::plan
