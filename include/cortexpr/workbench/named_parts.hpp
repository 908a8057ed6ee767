#pragma once
// Parts of a network, and what is done to them, as people type them:
//
//     V1.E                        a neuron type
//     V1.E[0..3,7]@10..12,5:2..   some of its subtypes, at rows 10 to 12 of column 5, from step 2 on
//     V1.E-V1.I                   an edge, also V1.E->I; stimulus, feedback and output are ends, too
//     V2-V1                       a feedback
//
// Behind the name, in any order: [subtypes], @rows,columns (* for all), #images, :steps (2, 2..4, 2.. or ..4) and
// =amount. Steps count from 1, all else from 0, and both ends of a range belong to it. No LibTorch here.

#include <cortexpr/compiler.hpp>

#include <cortexpr/error.hpp>
#include <cortexpr/plan/network.hpp>
#include <cortexpr/run/perturbation.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace cortexpr::workbench {

/// A part of a network as people type it, "V1.E[3]@14,14:2..5=0.5": name, neurons, steps, amount.
struct named_part {
    std::string name;                ///< "V1.E", "V1.E-V1.I" or "V2-V1"
    perturbed_part where{};          ///< which neurons
    int from = 1;                    ///< the first step, counted from 1
    std::optional<int> to{};         ///< the last one; none: that of the run
    std::optional<double> amount{};  ///< after '='

    /// Whether steps were typed.
    bool has_steps() const { return from != 1 || to.has_value(); }
};

/// \throws usage_error  what can't be understood, in the words of the user
named_part part_in(std::string_view text);

/// Numbers of images, in the order given: "0..9,12". \throws usage_error  likewise, and for an image that is named
/// twice
std::vector<int> images_in(std::string_view list);

/// An edge of an area, or feedback between areas, by its index in the plan.
struct edge_index {
    int index = 0;             ///< among the edges, or among the feedback edges
    bool is_feedback = false;  ///< which of both
};

/// An edge, "V1.E-V1.I", or feedback, "V2-V1". \throws usage_error  the network has none of that name, with the nearest
/// that it has
edge_index edge_in(const plan::network& network, std::string_view text);

/// A perturbation of a kind, of what a text names: "V1.I:2.." to silence, "V1.E=0.5" to clamp.
/// \throws usage_error  also where the network has no such part, with the nearest name that it has
perturbation perturbation_in(const plan::network& network, perturbation::kind kind, std::string_view text);

/// With its kind before it: "silence V1.I:2..", "scale_edge V1.E-V1.I=0.5".
perturbation perturbation_in(const plan::network& network, std::string_view text);

/// The same the other way round: "silence V1.I:2..".
std::string text_of(const plan::network& network, const perturbation& one);

/// "0..3,7"
std::string text_of(const std::vector<int>& indices);

}  // namespace cortexpr::workbench
