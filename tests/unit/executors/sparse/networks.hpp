#pragma once
// Drawn sparse networks, and their runs in plain loops of double precision: what the sparse kernels are held to.

#include "executors/sparse/run.hpp"
#include "kernels/cpu/all_tables.hpp"

#include <cortexpr/numbers/activation.hpp>

#include <cstdint>
#include <vector>

namespace sparse_tests {

using namespace cortexpr;
using namespace cortexpr::executors::sparse;
using cortexpr::test::all_tables;

struct shape {
    std::int32_t neurons = 1, synapses = 0;
    int batch = 1, steps = 3;
    bool shuffled = true, drive_by_step = false, has_initial = true, has_rate = true;
    std::int32_t heavy = 0;  ///< synapses onto neuron 0, beside the others
    std::vector<kernels::pointwise_function<double>> functions{activation::sigmoid};  ///< by range
    bool rectified = false;
    bool last_adjoint_only = false;
    std::uint32_t seed = 1;
};

/// All in the user's order; arrays over neurons and samples as [neuron][batch], one after another by step.
struct drawn_network {
    explicit drawn_network(const shape& with);

    int range_of(std::int32_t neuron) const;

    shape of;
    std::vector<std::int32_t> pre, post, inner_number;
    std::vector<double> weight, sign, rate, drive, initial, adjoint;  ///< adjoint of all states
};

struct results {
    std::vector<double> states;  ///< [step][neuron][batch]
    std::vector<double> weight_gradient, drive, initial, rate;
};

/// In plain loops.
results expected(const drawn_network& network);
/// sum of adjoint * state over all that has an adjoint.
double loss(const drawn_network& network, const std::vector<double>& states);

/// As many threads as that.
thread_team team_of(int threads);

/// With the kernels of a table.
template <class Scalar>
results computed(const drawn_network& network, const kernels::kernel_table<Scalar>& table, int threads = 1);

/// The largest difference, relative to the largest of `wanted` or 1.
double error_of(const std::vector<double>& got, const std::vector<double>& wanted);

}  // namespace sparse_tests
