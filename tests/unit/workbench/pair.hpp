#pragma once
// A network of which analyses are known in closed form: one E and one I.

#include <cortexpr/data/labelled_images.hpp>
#include <cortexpr/module/model.hpp>

#include <memory>
#include <vector>

namespace cortexpr::test {

inline constexpr edge point{.extent = {1, 1}, .bias = false};

// One E and one I at a point, both linear where they are active.
struct Ex : excitatory<1, tau<tau_mode::per_type, 10.0>, nonlinearity<activation::relu>> {};
struct In : inhibitory<1, tau<tau_mode::per_type, 5.0>, nonlinearity<activation::relu>> {};
struct Column
    : area<input<1, 1, 1>, neurons<Ex, In>,
           connectivity<from<stimulus, point, 0, 0>, from<Ex, point, point, point>, from<In, point, point, 0>>,
           output<1>> {};
struct Pair : network<Column> {};

inline std::shared_ptr<model<Pair>> pair(double self_excitation) {
    const auto net = make<Pair>({.dtype = at::kDouble});
    net->set(weight_of<stimulus, Ex>{}, 2.0);
    net->set(weight_of<Ex, Ex>{}, self_excitation);
    net->set(weight_of<Ex, In>{}, 2.0);
    net->set(weight_of<In, Ex>{}, 1.0);
    net->set(weight_of<In, In>{}, 0.5);
    return net;
}

/// Images of one pixel, one class for each value.
inline data::labelled_images shades(const std::vector<float>& values, int repeats) {
    data::labelled_images set{.count = static_cast<int>(values.size()) * repeats,
                              .channels = 1,
                              .height = 1,
                              .width = 1,
                              .classes = static_cast<int>(values.size()),
                              .pixels = {},
                              .labels = {},
                              .scale = {},
                              .source = "shades"};
    for (int repeat = 0; repeat < repeats; ++repeat)
        for (std::size_t i = 0; i < values.size(); ++i) {
            set.numbers.push_back(values[i]);
            set.labels.push_back(static_cast<std::uint8_t>(i));
        }
    return set;
}

}  // namespace cortexpr::test
