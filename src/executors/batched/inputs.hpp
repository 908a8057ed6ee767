#pragma once
// What a run computes with: the stimulus, the parameters as merged convolutions want them, and what it starts from.

#include "program.hpp"

#include "../aten/equations.hpp"

#include <ATen/core/Tensor.h>

#include <array>
#include <vector>

namespace cortexpr::executors::batched {

/// Tensors on their way into the node, or values within it; undefined or null where there is none.
template <class Value>
struct run_inputs {
    Value stimulus{};                 ///< (B, C, H, W), or of sequences (T B, C, H, W), the first step's images first
    std::vector<Value> weights{};     ///< by merged convolution: (target channels, source channels / groups, h, w)
    std::vector<Value> biases{};      ///< by merged convolution, of those with a nonlinearity of their own
    std::vector<Value> map_biases{};  ///< by state map (C): all others, with their signs
    std::vector<Value> output_biases{};                        ///< by area
    std::vector<Value> rates{};                                ///< by state map: 1/tau, (1, C, H or 1, W or 1)
    std::vector<Value> feedback_weights{}, feedback_biases{};  ///< by feedback edge
    std::vector<Value> states{};                               ///< by state map, before the first step
    std::vector<Value> outputs{}, feedback{};                  ///< by area, before the first step

    template <class Visitor>
    void for_each(Visitor visit) {
        visit(stimulus);
        for (auto* list : lists_of(*this))
            for (auto& value : *list) visit(value);
    }

    /// make(value) for every value, in the order of for_each.
    template <class Make>
    auto mapped(Make make) const {
        run_inputs<decltype(make(stimulus))> made{.stimulus = make(stimulus)};
        const auto from = lists_of(*this);
        const auto to = made.lists_of(made);
        for (std::size_t i = 0; i < from.size(); ++i)
            for (const auto& value : *from[i]) to[i]->push_back(make(value));
        return made;
    }

    template <class Inputs>
    static auto lists_of(Inputs& all) {
        return std::array{&all.weights, &all.biases,           &all.map_biases,      &all.output_biases,
                          &all.rates,   &all.feedback_weights, &all.feedback_biases, &all.states,
                          &all.outputs, &all.feedback};
    }
};

/// Sets what comes from parameters, by ordinary differentiable operations: signs, merging and grouping as the schedule
/// says, in the type that maps have. Rates, and biases that are added to maps, keep the parameters' type.
void pack_parameters(run_inputs<at::Tensor>& inputs, const program& program, parameter_list parameters,
                     at::ScalarType type);

}  // namespace cortexpr::executors::batched
