#pragma once
// What a run gives, whatever holds it. No LibTorch here.

#include <cortexpr/compiler.hpp>

#include <utility>
#include <vector>

namespace cortexpr {

/// One Value for each thing that a run can give; what was not asked for is empty or undefined.
template <class Value>
struct run_values {
    std::vector<Value> states{};        ///< by neuron type: (B, T, C, H, W), or time first
    std::vector<Value> final_states{};  ///< by neuron type: (B, C, H, W); feed them to the next run
    std::vector<Value> outputs{};       ///< by area: (B, T, C, H, W), or time first
    std::vector<Value> feedback{};      ///< by area: (B, T, C, H, W), or time first
    Value output{};                     ///< the last area's output at the last step: (B, C, H, W)
    Value
        features{};  ///< classifiers: the pooled output, (S, B, ...), of every step (S = T) or of the last one (S = 1)

    /// Calls visit(value) for every value, always in the same order.
    template <class Visitor>
    void for_each(Visitor visit) {
        for (auto* list : {&states, &final_states, &outputs, &feedback})
            for (auto& value : *list) visit(value);
        visit(output);
        visit(features);
    }

    /// make(value) for every value, in the order of for_each.
    template <class Make>
    auto mapped(Make make) const {
        run_values<decltype(make(std::declval<const Value&>()))> made;
        const auto map_list = [&make](const auto& from, auto& to) {
            for (const auto& value : from) to.push_back(make(value));
        };
        map_list(states, made.states);
        map_list(final_states, made.final_states);
        map_list(outputs, made.outputs);
        map_list(feedback, made.feedback);
        made.output = make(output);
        made.features = make(features);
        return made;
    }
};

}  // namespace cortexpr
