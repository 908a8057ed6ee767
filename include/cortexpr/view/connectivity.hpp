#pragma once
// Connectivity matrices as tables and pictures.

#include <cortexpr/compiler.hpp>

#include <cortexpr/describe/declaration.hpp>

#include <span>
#include <string>
#include <string_view>

namespace cortexpr::view {

/// An empty connectivity matrix to fill in: a row for each source, a column for each target.
std::string connectivity_template_table(std::span<const std::string_view> neuron_types,
                                        describe::template_options options = {});

/// The connectivity matrix of an area as a table; a cell says extent, groups, bias and nonlinearity where they aren't
/// 3x3, 1, yes and none, "1" where all of them are, and "0" where there is no edge.
std::string connectivity_table(const plan::network& network, const plan::area& area);

/// The same of all areas as a picture in SVG: presynaptic rows, postsynaptic columns, kernel extents in the cells and
/// the class of what sends as their colour.
std::string connectivity_svg(const plan::network& network, const std::string& title = {});

}  // namespace cortexpr::view
