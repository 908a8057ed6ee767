#pragma once
// A network of either family, of areas or a connectome, as the workbench takes it: the module itself stands for it.
//
//     workbench::record_to_file(*net, examples, "rates.npz", {.arrays = {workbench::array_in(*net, "Mi1:2..")}});
//
// Cells of a connectome, as people type them:
//
//     Mi1                a cell type
//     Mi1[0..3,7]        some of its cells, in the graph's order, from 0
//     AVAL               a cell by its id; where the graph has no ids, by its number
//     Mi1-T4a            the synapses from one type onto another, also Mi1->T4a
//     Mi1:2..4=0.5       steps and amount, as of areas (workbench/named_parts.hpp)
//
// As values: the index of a neuron type is that of a cell type in the plan, its subtypes are cells of the type, and the
// index of an edge is presynaptic type * types + postsynaptic type.

#include <cortexpr/compiler.hpp>

#include <cortexpr/before_libtorch.hpp>

#include <cortexpr/error.hpp>
#include <cortexpr/module/connectome_module.hpp>
#include <cortexpr/module/network_module.hpp>
#include <cortexpr/run/perturbation.hpp>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace cortexpr::workbench {

class probed_network;

/// A network, which must outlive this.
class any_network {
  public:
    /// A network of areas.
    any_network(network_module& network);  // NOLINT(google-explicit-constructor): the module stands for it
    /// A connectome.
    any_network(connectome_module& network);  // NOLINT(google-explicit-constructor): likewise

    /// The network itself.
    trainable& module() const;
    /// The name of the declaration.
    std::string name() const;
    /// The names of its neuron types, "V1.E", or cell types, "Mi1", in the order of the declaration.
    std::vector<std::string> type_names() const;

    /// The network as one of areas; null if it is a connectome.
    network_module* areas() const { return areas_; }
    /// The network as a connectome; null if it is one of areas.
    connectome_module* connectome() const { return connectome_; }

    /// What both families have in common, for the workbench's own code.
    const probed_network& probed() const { return *probed_; }

  private:
    network_module* areas_ = nullptr;
    connectome_module* connectome_ = nullptr;
    std::shared_ptr<const probed_network> probed_;
};

/// A perturbation of a kind, of what a text names: "L1:2.." to silence, "Mi1-T4a=0.5" to scale.
/// \throws usage_error  also where the network has no such part, with the nearest name that it has
perturbation perturbation_in(const any_network& network, perturbation::kind kind, std::string_view text);

/// With its kind before it: "silence L1:2..", "scale_edge V1.E-V1.I=0.5". \throws usage_error  likewise
perturbation perturbation_in(const any_network& network, std::string_view text);

/// The same the other way round: "silence L1:2..".
std::string text_of(const any_network& network, const perturbation& one);

/// What a run of a connectome is asked for, with perturbations besides what it has: for connectome_module::run.
/// \throws usage_error  what doesn't fit the network
connectome_request with_perturbations(connectome_module& network, const std::vector<perturbation>& all,
                                      connectome_request request = {});

}  // namespace cortexpr::workbench
