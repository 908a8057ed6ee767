#pragma once
// Perturbations of a run as values: what is done to which part of a network, when and where. No LibTorch here.
// module/probes.hpp has them by the user's types, workbench/named_parts.hpp by their names.

#include <cortexpr/compiler.hpp>

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace cortexpr {

namespace detail {

/// Whether a change to neurons, edges, cells or synapses acts at a step, counted from 1.
template <class Change>
constexpr bool acts_at(const Change& one, int step) {
    return one.from <= step && (!one.to || step <= *one.to);
}

}  // namespace detail

/// The neurons of a type that a perturbation reaches: all combinations of what is listed. Indices count from 0; an
/// empty list is all of them.
struct perturbed_part {
    /// Positions and channels on the type's own grid.
    std::vector<int> subtypes{}, rows{}, columns{};
    std::vector<int> images{};  ///< of the batch

    /// Whether it reaches all neurons and images.
    bool is_whole() const { return subtypes.empty() && rows.empty() && columns.empty() && images.empty(); }
};

/// One perturbation of a run, of parts of the plan by index; module/probes.hpp has those that name types.
struct perturbation {
    /// What is done, and to what.
    enum class kind : std::uint8_t {
        silence,     ///< of a neuron type: its state is 0; the biases of its edges still act
        clamp,       ///< of a neuron type: its state is `amount`
        inject,      ///< of a neuron type: `amount` is added to its drive
        noise,       ///< of a neuron type: numbers from N(0, amount) are added to its drive, others at each step
        scale_edge,  ///< of an edge or feedback: its weights are `amount` times as large; its bias stays
        cut,         ///< of an edge or feedback: nothing passes, nor does its bias
        freeze_tau   ///< of a neuron type: its time constants are `amount` or, without one, as they are, and are not
                     ///< learnt
    };
    /// What `index` counts: neuron types, edges or feedback edges of the plan.
    enum class target : std::uint8_t { neuron_type, edge, feedback };

    kind is = kind::silence;          ///< what is done
    target of = target::neuron_type;  ///< to what
    int index = 0;                    ///< in the plan
    /// The amount of what `is` says: a rate, a current, a standard deviation, a factor, or a time constant in steps.
    std::optional<double> amount{};
    int from = 1;             ///< the first step
    std::optional<int> to{};  ///< the last one; none: that of the run
    perturbed_part where{};   ///< of a neuron type's states and drives

    /// Whether a state or a drive is changed, and not a parameter.
    constexpr bool is_of_states() const { return is <= kind::noise; }
    /// Whether it reaches a step of the run; the first is 1.
    constexpr bool acts_at(int step) const { return detail::acts_at(*this, step); }
};

/// The name that it has in C++ and on the command line: "scale_edge".
constexpr std::string_view name_of(perturbation::kind value) {
    constexpr std::string_view names[]{"silence", "clamp", "inject", "noise", "scale_edge", "cut", "freeze_tau"};
    return names[static_cast<int>(value)];
}

}  // namespace cortexpr
