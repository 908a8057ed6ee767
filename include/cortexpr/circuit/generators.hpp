#pragma once
// Made-up circuits, and a type graph expanded over an eye. Everything follows from the options and the seed, with the
// same bits on every machine.
//
//     const auto sheet = circuit::topographic({.rows = 40, .columns = 40, .deviation = 3, .partners = 32});
//     const auto brain = circuit::synthetic_brain({.neurons = 138'639, .synapses = 15'091'983});

#include <cortexpr/compiler.hpp>

#include <cortexpr/circuit/graph.hpp>
#include <cortexpr/error.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace cortexpr::circuit {

/// A sheet of neurons, as `topographic` draws it.
struct topographic_options {
    /// Places of the sheet.
    std::int32_t rows = 40, columns = 40;
    double deviation = 3;        ///< of the distance between partners, by axis, in places of the sheet
    std::int32_t partners = 32;  ///< presynaptic neurons of each neuron
    bool self = false;           ///< each neuron also connects to itself, besides its partners
    std::uint64_t seed = 1;      ///< the same seed gives the same graph
};

/// A sheet of neurons, number row * columns + column, of one type. Each neuron receives synapses from `partners`
/// different others, drawn from a normal distribution around it, rounded to the nearest place; what falls off the sheet
/// or is there is drawn again. Weights: |N(0, 1)| sqrt(2 / partners). Ids are empty.
/// \throws usage_error  sizes that make no sense, or too few places in reach of a neuron
graph topographic(const topographic_options& options);

/// Neurons of several types, as `typed` draws them.
struct typed_options {
    std::vector<std::int32_t> counts;  ///< neurons of each type
    /// The probability of a synapse between two neurons: probabilities[post * types + pre], rows postsynaptic as in
    /// every matrix.
    std::vector<double> probabilities;
    std::vector<std::string> names{};     ///< of the types; "type_0" and so on where there are none
    std::vector<neuron_class> classes{};  ///< of the types; none: the graph has no classes
    bool self = false;                    ///< neurons may connect to themselves
    std::uint64_t seed = 1;               ///< the same seed gives the same graph
};

/// Neurons by type, in their order; weights are 1. The time is proportional to the number of synapses.
/// \throws usage_error  sizes that don't fit, or what is no probability
graph typed(const typed_options& options);

/// A brain of many types, as `synthetic_brain` draws it.
struct synthetic_brain_options {
    std::int32_t neurons = 47'521;      ///< all types together
    std::int64_t synapses = 4'623'254;  ///< connected pairs, exactly
    std::int32_t columnar_types = 65;   ///< each tiles a sheet of columns
    std::int32_t wide_types = 8;  ///< of 17 cells each, if there are enough neurons; see a large part of the sheet
    double inhibitory = 0.38;     ///< share of the types
    std::uint64_t seed = 1;       ///< the same seed gives the same graph
};

/// A circuit with the statistics of a fly's optic lobe at any size: in-degrees that are log-normal over types and over
/// cells, about 14 presynaptic types for each type, partners near the target's column (3 % anywhere), geometric numbers
/// of contacts as weights. Neurons are numbered in random order. \throws usage_error  sizes that make no sense
graph synthetic_brain(const synthetic_brain_options& options);

/// Expands a graph of cell types, in the JSON of flyvis (nodes with patterns, edges with offsets), over a hexagonal
/// eye: columns (u, v) with |u|, |v|, |u + v| <= radius. An edge's offset [du, dv] leads from the cell in column (u, v)
/// to the one in (u + du, v + dv), with the number of contacts as weight. Where an edge has three offsets or more,
/// columns in their convex hull that the data lack get `fill` contacts (as flyvis does, the hull without its row of
/// least dv).
///
/// Types are in the order of the file. A type whose edges are all of one sign is excitatory or inhibitory; one that has
/// both is hybrid, with negative weights for its inhibitory synapses. Ids are NAME(u,v).
/// \throws usage_error  the text is no such graph
graph over_hexagonal_eye(std::string_view json, std::int32_t radius = 15, double fill = 1);

}  // namespace cortexpr::circuit
