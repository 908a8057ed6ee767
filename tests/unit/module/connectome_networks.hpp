#pragma once
// Connectomes of the tests: declared with every option of types, and graphs for them.

#include "catch.hpp"

#include <cortexpr/dsl.hpp>
#include <cortexpr/module/connectome_model.hpp>

#include <algorithm>
#include <random>

namespace cortexpr::connectome_networks {

struct R : excitatory_cells<no_tau> {};
struct L1 : inhibitory_cells<tau<tau_mode::per_type, 2.0>, nonlinearity<activation::relu>> {};
struct Mi1 : excitatory_cells<nonlinearity<activation::tanh>, rectified, bias<bias_mode::per_type, 0.1>,
                              tau<tau_mode::per_neuron, uniform_draw{1, 4}>> {};
struct Mod : hybrid_cells<nonlinearity<chain(activation::softplus, activation::tanh)>, bias<bias_mode::none>> {};

/// Of any first two types.
template <class First, class Second, weight_mode Mode>
struct motion_of : connectome<cells<First, Second, Mi1, Mod>,
                              synapses<projects<First, Second, Mi1>, projects<Second, Mi1, Second>,
                                       projects<Mi1, Mod, Second>, projects<Mod, Mi1>>,
                              stimulus_to<First>, output_from<Mi1, Mod>, weights<Mode>> {};
template <weight_mode Mode>
struct Motion : motion_of<R, L1, Mode> {};
struct Directions : classifier<Motion<weight_mode::per_synapse>, classes<4>, hidden<16>> {};

/// Of one type, with projections from the input's channels and to the output's.
template <class Type>
struct dense_of
    : connectome<cells<Type>, synapses<as_in_the_file>, dense_stimulus_to<5, all_cells>, dense_output_from<3, Type>> {};
template <class Type>
struct sparse_of
    : connectome<cells<Type>, synapses<as_in_the_file>, sparse_stimulus_to<5, Type>, sparse_output_from<3, all_cells>> {
};
struct Ex : excitatory_cells<> {};
struct Dense : dense_of<Ex> {};
struct Sparse : sparse_of<Ex> {};

/// Cells in mixed order, connected as Motion declares, each pair of cells with some probability.
inline connectome_data motion_graph(std::uint32_t seed, double density = 0.3) {
    std::mt19937 draws(seed);
    connectome_data data;
    auto& [neurons, synapses] = data.graph;
    neurons.type_names = {"Mi1", "R", "Mod", "L1"};  // another order than the declaration's
    for (int cell = 0; cell < 40; ++cell) neurons.types.push_back(static_cast<std::int32_t>(draws() % 4));
    for (int type = 0; type < 4; ++type) neurons.types.push_back(type);
    const auto connects = [](const std::string& pre, const std::string& post) {
        for (const auto& pair : {"RL1", "RMi1", "L1Mi1", "L1L1", "Mi1Mod", "Mi1L1", "ModMi1"})
            if (pre + post == pair) return true;
        return false;
    };
    const auto count = static_cast<std::int32_t>(neurons.size());
    for (std::int32_t pre = 0; pre < count; ++pre)
        for (std::int32_t post = 0; post < count; ++post) {
            const auto name = [&](std::int32_t cell) {
                return neurons.type_names[static_cast<std::size_t>(neurons.types[static_cast<std::size_t>(cell)])];
            };
            if (!connects(name(pre), name(post)) || draws() % 1000 >= density * 1000) continue;
            synapses.presynaptic.push_back(pre);
            synapses.postsynaptic.push_back(post);
            synapses.weights.push_back(1 + draws() % 20);
        }
    return data;
}

inline connectome_data small_graph() {
    connectome_data data;
    data.graph.neurons.type_names = {"Ex"};
    data.graph.neurons.types = {0, 0, 0, 0};
    data.graph.synapses = {.presynaptic = {0, 1, 2, 3}, .postsynaptic = {1, 2, 3, 0}, .weights = {1, 2, 3, 4}};
    data.stimulus = {.cells = {0, 0, 3}, .channels = {0, 4, 2}, .weights = {1, 0.5, -1}};
    data.output = {.cells = {1, 2, 2}, .channels = {0, 0, 2}, .weights = {1, 2, 3}};
    return data;
}

inline std::vector<at::Tensor> gradients_of(connectome_module& net, const at::Tensor& loss) {
    for (auto& parameter : net.parameters()) parameter.mutable_grad() = at::Tensor();
    loss.backward();
    std::vector<at::Tensor> all;
    for (const auto& parameter : net.parameters())
        all.push_back(parameter.grad().defined() ? parameter.grad() : at::zeros_like(parameter));
    return all;
}

inline double gap(const at::Tensor& one, const at::Tensor& other) {
    if (one.numel() == 0) return 0;
    return (one.detach() - other.detach()).abs().max().item<double>() /
           (1e-300 + other.detach().abs().max().item<double>());
}

/// Gradients against central differences, at some values of each leaf.
template <class Loss>
void compare_with_differences(const Loss& loss, const std::vector<at::Tensor>& leaves,
                              const std::vector<at::Tensor>& gradients) {
    const at::NoGradGuard no_grad;
    constexpr double h = 1e-6;
    REQUIRE(gradients.size() == leaves.size());
    for (std::size_t i = 0; i < leaves.size(); ++i) {
        auto values = leaves[i].view(-1);
        for (std::int64_t k = 0; k < values.numel(); k += std::max<std::int64_t>(values.numel() / 5, 1)) {
            const double before = values[k].item<double>();
            values[k] = before + h;
            const double up = loss().template item<double>();
            values[k] = before - h;
            const double down = loss().template item<double>();
            values[k] = before;
            CAPTURE(i, k);
            CHECK(gradients[i].reshape(-1)[k].item<double>() ==
                  Approx((up - down) / (2 * h)).epsilon(1e-5).margin(1e-8));
        }
    }
}

}  // namespace cortexpr::connectome_networks
