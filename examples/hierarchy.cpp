// Four areas of shrinking maps. A stimulus climbs one area a step (area_delay<1>), and positions higher up look at
// larger parts of it: latencies and receptive fields, the latter as gradients of a rate with respect to the image.
#include "simulation.hpp"

#include <cortexpr/module/model.hpp>
#include <cortexpr/presets.hpp>
#include <cortexpr/train/initialise.hpp>

#include <torch/csrc/autograd/autograd.h>
#include <torch/types.h>

#include <cmath>

using namespace cortexpr;

namespace {

struct V1 : presets::ei<input<1, 32, 32>, 8, 4, 8> {};
struct V2 : presets::ei<input<8, 16, 16>, 8, 4, 8> {};
struct V4 : presets::ei<input<8, 8, 8>, 8, 4, 8> {};
struct IT : presets::ei<input<8, 4, 4>, 8, 4, 8> {};
struct Visual : network<V1, V2, V4, IT, pool<pool_mode::average>, area_delay<1>> {};

using E = presets::Exc<8>;
constexpr int length = 8, batch = 16, side = 32;

/// The first step at which two recordings (B, T, C, H, W) differ, from 1.
double latency(const at::Tensor& with, const at::Tensor& without) {
    return (with - without).abs().amax({0, 2, 3, 4}).gt(0).to(at::kInt).argmax().item<double>() + 1;
}

/// How wide a part of the images (B, 1, H, W) a rate looks at: twice the standard deviation, along both axes, of the
/// positions around their centre of mass, each weighted with the size of the rate's gradient there. In pixels.
double receptive_field(const at::Tensor& states, const at::Tensor& images) {
    const auto last = states.select(1, length - 1);
    const auto rate = last.select(2, last.size(2) / 2).select(2, last.size(3) / 2).sum();
    const auto gradient = torch::autograd::grad({rate}, {images}, {}, /*retain_graph=*/true)[0];
    const auto weight = gradient.abs().mean(at::IntArrayRef{0, 1}).to(at::kDouble);
    const auto positions = at::arange(side, at::kDouble);
    double variance = 0;
    for (const std::int64_t other_axis : {1, 0}) {
        const at::Tensor profile = weight.sum(at::IntArrayRef(other_axis)) / weight.sum();
        const at::Tensor centre = (profile * positions).sum();
        variance += (profile * (positions - centre).square()).sum().item<double>() / 2;
    }
    return 2 * std::sqrt(variance);
}

simulation::findings simulate(std::uint64_t seed) {
    const auto net = make<Visual>({.device = "cpu", .seed = seed});
    auto images = at::rand({batch, 1, side, side}, net->generator(), at::TensorOptions(at::kFloat));
    initialise(*net, initialisation::balanced, seed, images, length);
    net->eval();
    images.requires_grad_(true);
    const auto look = [&](const at::Tensor& shown) {
        return net->run(shown, steps{length}, record<V1, E>{}, record<V2, E>{}, record<V4, E>{}, record<IT, E>{});
    };
    const auto run = look(images), blank = look(at::zeros_like(images));

    simulation::findings found{
        .title = "A stimulus on its way up",
        .columns = {"area", "positions a side", "latency (steps)", "receptive field (pixels)", "parameters"}};
    auto plot = simulation::rates_plot("Difference that the stimulus makes, as a share of the last");
    plot.y_label = "share";
    const auto add = [&](const plan::area& area, const at::Tensor& with, const at::Tensor& without) {
        std::int64_t parameters = 0;
        for (const auto& edge : net->plan().edges_of(area))
            for (const int index : {edge.weight, edge.bias})
                if (index >= 0) parameters += net->plan().parameters[static_cast<std::size_t>(index)].size();
        for (const auto& type : net->plan().types_of(area))
            parameters += net->plan().parameters[static_cast<std::size_t>(type.tau_parameter)].size();
        found.rows.push_back({std::string(area.name),
                              {static_cast<double>(area.input.height), latency(with, without),
                               receptive_field(with, images), static_cast<double>(parameters)}});
        auto course = simulation::mean_trace((with - without).abs());
        const double last = course.back();
        for (double& value : course) value /= last;
        plot.curves.push_back(simulation::over_steps(std::string(area.name), std::move(course)));
    };
    const auto& areas = net->plan().areas;
    add(areas[0], run.state<V1, E>(), blank.state<V1, E>());
    add(areas[1], run.state<V2, E>(), blank.state<V2, E>());
    add(areas[2], run.state<V4, E>(), blank.state<V4, E>());
    add(areas[3], run.state<IT, E>(), blank.state<IT, E>());
    found.plots = {std::move(plot)};
    found.conclusion = "Each area answers a step after the one below, and looks at a larger part of the image.";
    return found;
}

}  // namespace

int main(int argc, char** argv) {
    return simulation::program(argc, argv, "Latencies and receptive fields of four areas.", simulate);
}
