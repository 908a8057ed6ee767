#pragma once
// Neurons and the synapses between them, as data: what a loader or generator gives, and what a connectome network is
// built from. A synapse leads from its presynaptic to its postsynaptic neuron; as a matrix, rows are postsynaptic.

#include <cortexpr/compiler.hpp>

#include <cortexpr/dsl/options.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace cortexpr::circuit {

/// Neurons are numbered 0 to N-1 in the order in which the file, or the generator, names them.
struct neurons {
    std::vector<std::int32_t> types;      ///< by neuron: index into type_names
    std::vector<std::string> type_names;  ///< each at least once among the neurons, unless a declaration names it
    std::vector<std::string> ids;         ///< by neuron: its id as text; empty where the number is the id
    std::vector<neuron_class> classes;    ///< by neuron; empty where the declaration of the type says it

    /// How many neurons there are.
    std::size_t size() const noexcept { return types.size(); }
};

/// One entry for each connected pair, in the order in which the file first names the pair.
struct synapses {
    /// Neurons by number, from 0.
    std::vector<std::int32_t> presynaptic, postsynaptic;  ///< neurons by number
    std::vector<double> weights;  ///< strength or number of contacts; negative only from a hybrid neuron

    /// How many connected pairs there are.
    std::size_t size() const noexcept { return weights.size(); }
};

/// A network of single neurons as it was measured or generated.
struct graph {
    circuit::neurons neurons;    ///< in the order of their numbers
    circuit::synapses synapses;  ///< between them
};

}  // namespace cortexpr::circuit
