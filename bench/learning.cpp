// The program of `app` for one of the networks that bench/learning_table.py trains:  learning NETWORK train ...
//
// `learning` alone prints the networks' names.
#include "learning_networks.hpp"

#include <cortexpr/app.hpp>
#include <cortexpr/data/correlated_dots.hpp>

#include <array>
#include <cstdio>
#include <string_view>

using namespace cortexpr;
using namespace cortexpr::learning;

namespace {

/// Those of examples/moving_dots.cpp, half as many.
data::labelled_images dots(data::split part) {
    const bool training = part == data::split::train;
    return data::correlated_dots({.height = 20,
                                  .width = 20,
                                  .frames = 6,
                                  .dots = 16,
                                  .correlation = 0.8,
                                  .max_speed = 2,
                                  .count = training ? 2000 : 1000},
                                 training ? 1 : 2);
}

struct choice {
    std::string_view name;
    int (*run)(int argc, char** argv);
};

template <class Declared>
int of_digits(int argc, char** argv) {
    return app<Declared>(argc, argv);
}

using digit = input<1, 28, 28>;
constexpr auto sigmoid = activation::sigmoid, relu = activation::relu;

constexpr std::array choices{
    choice{"hierarchy", of_digits<At_defaults<Three<sigmoid>>>},
    choice{"hierarchy_feedback", of_digits<At_defaults<Three_with_feedback<sigmoid>>>},
    choice{"hierarchy_relu", of_digits<At_defaults<Three<relu>>>},
    choice{"hierarchy_feedback_relu", of_digits<At_defaults<Three_with_feedback<relu>>>},
    choice{"four_areas", of_digits<At_defaults<Four>>},
    choice{"columns", of_digits<At_defaults<Columns>>},
    choice{"half_density", of_digits<At_defaults<Half_density>>},
    choice{"moving_dots", [](int argc, char** argv) { return app<Dots>(argc, argv, {.make_data = dots}); }},
    choice{"spatial_1e1i1a", of_digits<presets::spatial_1e1i1a<10, digit>>},
    choice{"spatial_1h1a", of_digits<presets::spatial_1h1a<10, digit>>},
    choice{"spatial_4h1a", of_digits<presets::spatial_4h1a<10, digit>>},
    choice{"spatial_4h1a_v2", of_digits<presets::spatial_4h1a_v2<10, digit>>},
    choice{"spatial_big_1h1a", of_digits<presets::spatial_big_1h1a<10, digit>>},
    choice{"spatial_big_1h2a", of_digits<presets::spatial_big_1h2a<10, digit>>},
    choice{"spatial_big_1h2af", of_digits<presets::spatial_big_1h2af<10, digit>>},
};

}  // namespace

int main(int argc, char** argv) {
    for (const auto& one : choices)
        if (argc > 1 && one.name == argv[1]) return one.run(argc - 1, argv + 1);
    for (const auto& one : choices) std::printf("%.*s\n", static_cast<int>(one.name.size()), one.name.data());
    return argc > 1 ? 2 : 0;
}
