#pragma once
// Pictures of a wiring as SVG: which types connect to which, and how many partners neurons have.

#include <cortexpr/compiler.hpp>

#include <cortexpr/circuit/graph.hpp>
#include <cortexpr/error.hpp>

#include <string>

namespace cortexpr::view {

/// A field for each pair of types, presynaptic types down the y axis and postsynaptic ones along the x axis: the number
/// of contacts (the sum of weights) that a postsynaptic neuron receives on average, on a logarithmic scale; blue where
/// they excite in sum, orange where they inhibit, grey where the graph has no classes.
/// \throws usage_error  a graph without neurons
std::string type_matrix_svg(const circuit::graph& circuit, const std::string& title = {});

/// The share of neurons with at least a number of presynaptic partners (in-degree) or postsynaptic ones (out-degree),
/// both axes logarithmic. \throws usage_error  a graph without synapses
std::string degrees_svg(const circuit::graph& circuit, const std::string& title = {});

}  // namespace cortexpr::view
