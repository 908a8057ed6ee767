#pragma once
// What is saved and damaged: a small network, and the state of a run that it is in.

#include "train/networks.hpp"

#include <cortexpr/module/network_module.hpp>
#include <cortexpr/train/checkpoint.hpp>

#include <cstdlib>

namespace cortexpr::test {

inline network_module& small() {
    static network_module one(plan_of<train_test::Small>, module_options{.seed = 1});
    return one;
}

/// A run that has come to the end of an epoch.
inline training_state after(int epochs) {
    training_state state;
    state.epochs = epochs;
    state.iterations = epochs;
    return state;
}

inline bool is_long() { return std::getenv("CORTEXPR_LONG_TESTS") != nullptr; }

}  // namespace cortexpr::test
