#pragma once
// A declared network as JSON: all that was declared, enough to declare it again (describe/declaration.hpp writes that).

#include <cortexpr/compiler.hpp>

#include <cortexpr/plan/connectome.hpp>
#include <cortexpr/plan/lower.hpp>

#include <nlohmann/json_fwd.hpp>

namespace cortexpr::describe {

/// {"name", "kind": "classifier", "regressor" or "network", "areas": [{"name", "input", "feedback", "neuron_types",
/// "edges", "output"}], "pool", "area_delay", "feedback", "readout", "reference"}. Sizes are [height, width]; a
/// nonlinearity is a list of names, applied from the first to the last, or {"custom": name}; what there is none of is
/// null. "reference" is reference_arguments(network).
nlohmann::ordered_json to_json(const plan::network& network);

/// {"name", "kind": "classifier", "regressor" or "connectome", "cell_types", "synapses": "as_in_the_file" or a list of
/// {"from", "to"}, "weights", "stimulus", "output", "readout"}. A projection's "cell_types" is "all_cells" or a list;
/// its "size" is null where the number of cells says it. How many cells there are, only the files say.
nlohmann::ordered_json to_json(const plan::connectome& network);

/// The keyword arguments that build the same network in bioplnn: {"rnn": {...}, "classifier": {...} or null}, and as
/// "differences" what they cannot say, in sentences: what the reference hasn't, or does otherwise. Matrices of extents
/// must reach it as NumPy object arrays of tuples; it takes nested lists for a matrix of three dimensions.
nlohmann::ordered_json reference_arguments(const plan::network& network);

/// The same of a declaration: to_json<Digits>().
template <class Declared>
auto to_json() {
    return to_json(plan_of<Declared>);
}

}  // namespace cortexpr::describe
