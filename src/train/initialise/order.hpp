#pragma once
// In which order a stimulus reaches the neuron types, and by which edges.

#include <cortexpr/plan/network.hpp>

#include <vector>

namespace cortexpr {

struct order_of_arrival {
    std::vector<bool> brings;  ///< by edge: whether it brings its target the first response. Every loop of the network,
                               ///< within areas or between them, has an edge that doesn't.
    int steps = 1;             ///< after which all that a stimulus can reach has answered it

    /// In which stage what arrives at a type is fitted, an area's output, and feedback: after all that brings it.
    std::vector<int> type_stage, output_stage;
    int feedback_stage = 0;
    int stages = 1;
};

order_of_arrival order_of(const plan::network& network);

}  // namespace cortexpr
