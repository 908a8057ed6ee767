#pragma once
// Whether a graph, and what leads to it and from it, fits a declaration. The graph may be a user's own: nothing of it
// is taken for granted.

#include "connectome_layout.hpp"

#include <cortexpr/circuit/files.hpp>
#include <cortexpr/circuit/graph.hpp>
#include <cortexpr/circuit/projection.hpp>
#include <cortexpr/plan/connectome.hpp>

#include <cstdint>
#include <vector>

namespace cortexpr {

/// Cells as a plan has them.
struct checked_cell_list {
    std::vector<std::int32_t> types;    ///< indices into the plan's
    std::vector<neuron_class> classes;  ///< the type's or, of a hybrid type, that which the graph says
};

/// \throws usage_error  a graph that isn't sound in itself, or has cells or synapses that aren't declared so
checked_cell_list checked_cells(const plan::connectome& plan, const circuit::graph& graph);

/// \param total  of the sizes of all weights onto each cell
/// \throws usage_error  one that no number holds
void require_finite_totals(const circuit::graph& graph, const std::vector<double>& total);

/// Of a sparse one, whose cells and size are laid out. \throws usage_error  an entry that isn't sound
void require_sound_projection(const plan::connectome& plan, const circuit::projection& given,
                              const laid_projection& laid, std::size_t cells, circuit::expected_projection::end which);

}  // namespace cortexpr
