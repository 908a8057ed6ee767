#pragma once
// What a run of a connectome is asked and gives. Cells are numbered as in its graph.

#include <cortexpr/compiler.hpp>

#include <cortexpr/before_libtorch.hpp>

#include <cortexpr/run/continuous.hpp>
#include <cortexpr/run/options.hpp>
#include <cortexpr/run/perturbation.hpp>

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <optional>
#include <vector>

namespace cortexpr {

/// Cells whose state is held at a value, from a step (the first is 1) to another one, inclusive.
struct clamp_cells {
    std::vector<std::int32_t> cells;  ///< by number in the graph, from 0
    double value = 0;                 ///< 0 silences
    int from = 1;                     ///< the first step, counted from 1
    std::optional<int> to{};          ///< the last one; none: that of the run
};

/// A constant that is added to the drive of cells, from a step to another one, inclusive.
struct inject_cells {
    std::vector<std::int32_t> cells;  ///< by number in the graph, from 0
    double current = 0;               ///< in units of the drive z
    int from = 1;                     ///< the first step, counted from 1
    std::optional<int> to{};          ///< the last one; none: that of the run
};

/// Currents from N(0, deviation), others for each cell, sample and step, from the network's generator.
struct noise_cells {
    std::vector<std::int32_t> cells;  ///< by number in the graph, from 0
    double deviation = 0;             ///< standard deviation, from 0, in units of the drive z
    int from = 1;                     ///< the first step, counted from 1
    std::optional<int> to{};          ///< the last one; none: that of the run
};

/// Synapses whose weights are this many times as large.
struct scale_synapses {
    std::vector<std::int32_t> synapses;  ///< by number in the graph, from 0
    double factor = 1;                   ///< from 0, which cuts them
    int from = 1;                        ///< the first step, counted from 1
    std::optional<int> to{};             ///< the last one; none: that of the run
};

/// Cells whose time constants are not learnt, and have this value if there is one.
struct freeze_tau_cells {
    std::vector<std::int32_t> cells;  ///< by number in the graph, from 0
    std::optional<double> value{};    ///< in steps, at least 1; none: as they are
    int from = 1;                     ///< the first step, counted from 1
    std::optional<int> to{};          ///< the last one; none: that of the run
};

/// What one run is asked for.
struct connectome_request {
    std::optional<int> steps{};  ///< for a still input (B, S); a sequence brings its own number
    cortexpr::layout layout = cortexpr::layout::batch_first;  ///< of recordings: batch or time first
    at::Tensor initial_state{};                               ///< (B, N) or (1, N); undefined: as declared
    bool record_states = false;                               ///< keep the state of each step, (B, T, N)
    bool record_outputs = false;                              ///< keep the output of each step
    std::vector<clamp_cells> clamps{};                        ///< in the order in which they act
    std::vector<inject_cells> injections{};                   ///< added up where several reach a cell
    std::vector<noise_cells> noises{};                        ///< likewise; not in continuous time
    std::vector<scale_synapses> scales{};                     ///< multiplied where several reach a synapse
    std::vector<freeze_tau_cells> frozen_taus{};              ///< the last one that reaches a cell counts
    std::optional<continuous_time> continuous{};              ///< in place of steps; see continuous_time
    bool all_logits = false;                                  ///< classifiers: logits of every step, (T, B, classes)
};

/// What a run gives; what was not asked for is undefined.
struct connectome_result {
    at::Tensor states{};          ///< (B, T, N), or time first
    at::Tensor outputs{};         ///< (B, T, O), or time first
    at::Tensor final_state{};     ///< (B, N); feed it to the next run
    at::Tensor output{};          ///< at the last step, (B, O)
    std::vector<double> times{};  ///< in continuous time: of the states
    at::Tensor logits{};          ///< classifiers: (B, classes), or (T, B, classes)
};

}  // namespace cortexpr
