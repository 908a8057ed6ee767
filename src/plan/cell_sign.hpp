#pragma once
// Where a cell's rates may be negative.

#include <cortexpr/plan/connectome.hpp>

namespace cortexpr::plan {

/// Whether a negative rate turns no sign: the cell has none, or rates of its type can be negative as they are. That a
/// type is hybrid says nothing of a cell to which the files give a class.
inline bool may_be_negative(const cell_type& type, neuron_class of_cell) {
    if (of_cell == neuron_class::hybrid) return true;
    if (type.kind != neuron_class::hybrid) return type.signed_rates;
    return (!type.rectified && can_be_negative(type.nonlinearity)) || type.initial_state == fill::normal;
}

}  // namespace cortexpr::plan
