#pragma once
// What analyses and figures ask of a connectome's cells and synapses.

#include <cortexpr/module/connectome_module.hpp>

#include <ATen/core/Tensor.h>
#include <ATen/ops/tensor.h>

#include <cstddef>
#include <utility>
#include <vector>

namespace cortexpr::workbench {

/// The type of each cell.
inline std::vector<std::size_t> types_of_cells(const connectome_module& network) {
    std::vector<std::size_t> types(static_cast<std::size_t>(network.cell_count()));
    for (std::size_t type = 0; type < network.plan().types.size(); ++type)
        for (const auto cell : network.cells_of(static_cast<int>(type))) types[static_cast<std::size_t>(cell)] = type;
    return types;
}

/// The weight of each synapse with the sign of its source, (synapses), float64.
inline at::Tensor signed_synaptic_weights(connectome_module& network) {
    std::vector<double> signs;
    for (const auto cell : network.presynaptic_cells())
        signs.push_back(network.classes_of_cells()[static_cast<std::size_t>(cell)] == neuron_class::inhibitory ? -1
                                                                                                               : 1);
    return network.synaptic_weights().detach().cpu().to(at::kDouble) * at::tensor(signs, at::kDouble);
}

/// The number by which a perturbation names the synapses from one cell type onto another.
inline int number_of_edge(const plan::connectome& network, int from, int to) {
    return from * static_cast<int>(network.types.size()) + to;
}
/// From which type onto which.
inline std::pair<int, int> ends_of_edge(const plan::connectome& network, int number) {
    const auto types = static_cast<int>(network.types.size());
    return {number / types, number % types};
}

}  // namespace cortexpr::workbench
