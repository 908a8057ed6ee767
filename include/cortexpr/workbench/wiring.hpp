#pragma once
// A network's wiring as a circuit diagram: areas as boxes, neuron types as nodes (of a connectome, cell types, whose
// edges are as thick as there are synapses), edges that end in an arrowhead where they excite, in a bar where they
// inhibit and in a circle where their source may do both. Laid out by Graphviz. No LibTorch here.

#include <cortexpr/compiler.hpp>

#include <cortexpr/circuit/graph.hpp>
#include <cortexpr/error.hpp>
#include <cortexpr/plan/connectome.hpp>
#include <cortexpr/plan/network.hpp>

#include <filesystem>
#include <string>

namespace cortexpr::workbench {

/// In Graphviz's language, to be changed by hand.
std::string wiring_graph(const plan::network& network);
/// The same for a connectome with the cells and synapses of a graph.
std::string wiring_graph(const plan::connectome& network, const circuit::graph& circuit);

/// What is to be said of a diagram whose edges are too many for layers (more than 150), which would take Graphviz
/// minutes: its nodes then stand in a circle and its edges have no labels. Empty of others.
std::string wiring_note(const plan::network& network);
/// Likewise.
std::string wiring_note(const plan::connectome& network, const circuit::graph& circuit);

/// The diagram in SVG. \throws file_error  Graphviz draws nothing
std::string wiring_svg(const plan::network& network);
/// Likewise.
std::string wiring_svg(const plan::connectome& network, const circuit::graph& circuit);

/// The diagram, by the end of the file's name: .svg, .png, .pdf, or .dot for the text above. The file is written whole
/// or not at all. \throws usage_error  a name of another kind   \throws file_error
void write_wiring(const plan::network& network, const std::filesystem::path& file);
/// Likewise.
void write_wiring(const plan::connectome& network, const circuit::graph& circuit, const std::filesystem::path& file);

}  // namespace cortexpr::workbench
