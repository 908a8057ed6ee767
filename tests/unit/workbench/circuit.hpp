#pragma once
// A small connectome with ids, and examples for it.

#include <cortexpr/data/labelled_images.hpp>
#include <cortexpr/module/connectome_model.hpp>

#include <string>
#include <vector>

namespace cortexpr::test {

struct Eye : excitatory_cells<no_tau> {};
struct Lamina
    : inhibitory_cells<tau<tau_mode::per_type, 2.0>, nonlinearity<activation::relu>, bias<bias_mode::per_type, 0.2>> {};
struct Medulla : excitatory_cells<bias<bias_mode::per_neuron, 0.1>, tau<tau_mode::per_neuron, 1.5>> {};

struct Pathway
    : connectome<
          cells<Eye, Lamina, Medulla>,
          synapses<projects<Eye, Lamina, Medulla>, projects<Lamina, Medulla>, projects<Medulla, Medulla, Lamina>>,
          stimulus_to<Eye>, output_from<Medulla>> {};
struct Sides : classifier<Pathway, classes<2>, hidden<6>> {};

/// Three cells of the eye, two of the lamina and four of the medulla, in mixed order, all that may be connected is.
inline connectome_data pathway(bool with_ids = true) {
    connectome_data data;
    auto& [neurons, synapses] = data.graph;
    neurons.type_names = {"Medulla", "Eye", "Lamina"};  // another order than the declaration's
    neurons.types = {0, 1, 2, 0, 1, 0, 2, 1, 0};
    if (with_ids) neurons.ids = {"M1", "R1", "LA", "M2", "R2", "M3", "LB", "R3", "M4"};
    const auto connects = [](int pre, int post) {
        if (pre == 1) return post != 1;
        return pre == 2 ? post == 0 : post != 1;
    };
    for (std::int32_t pre = 0; pre < 9; ++pre)
        for (std::int32_t post = 0; post < 9; ++post) {
            if (!connects(neurons.types[static_cast<std::size_t>(pre)], neurons.types[static_cast<std::size_t>(post)]))
                continue;
            synapses.presynaptic.push_back(pre);
            synapses.postsynaptic.push_back(post);
            synapses.weights.push_back(1 + (pre * 5 + post * 3) % 7);
        }
    return data;
}

/// Three numbers each, of two classes.
inline data::labelled_images views(int count) {
    data::labelled_images set{.count = count,
                              .channels = 1,
                              .height = 1,
                              .width = 3,
                              .classes = 2,
                              .pixels = {},
                              .labels = {},
                              .scale = {},
                              .source = "views"};
    for (int i = 0; i < count; ++i) {
        set.labels.push_back(static_cast<std::uint8_t>(i % 2));
        for (int k = 0; k < 3; ++k)
            set.numbers.push_back(static_cast<float>((i % 2 == 0 ? k : 2 - k) + 0.1 * ((i * 7 + k) % 5)));
    }
    return set;
}

}  // namespace cortexpr::test
