// Feedback completes a contour: V2 joins two bars across a gap and tells V1, which then answers in the gap, where
// nothing is shown, a few steps late (T. S. Lee, M. Nguyen, "Dynamics of subjective contour formation in the early
// visual cortex", PNAS 2001).
#include "simulation.hpp"

#include <cortexpr/module/model.hpp>

#include <fmt/format.h>
#include <torch/types.h>

#include <algorithm>

using namespace cortexpr;

namespace {

struct E : excitatory<1, tau<tau_mode::per_type, 2.0>, nonlinearity<activation::relu>> {};
struct I : inhibitory<1, tau<tau_mode::per_type, 2.0>, nonlinearity<activation::relu>> {};
struct Contour : excitatory<1, tau<tau_mode::per_type, 2.0>, nonlinearity<activation::relu>> {};

constexpr int side = 24;
constexpr edge point{.extent = {1, 1}};
constexpr edge row_of_positions{.extent = {1, 7}};

// clang-format off
struct V1 : area<
    input<1, side, side>,
    feedback_channels<1, neuron_class::excitatory>,
    neurons<E, I>,
    connectivity<
        //             E      I      output
        from<stimulus, point, 0,     0>,
        from<top_down, point, 0,     0>,
        from<E,        0,     point, point>,
        from<I,        point, 0,     0>>,
    output<1>> {};

/// Hears seven positions in a row, and answers where more than half of them are active.
struct V2 : area<
    input<1, side / 2, side / 2>,
    neurons<Contour>,
    connectivity<
        //             Contour        output
        from<stimulus, row_of_positions, 0>,
        from<Contour,  0,             point>>,
    output<1>> {};
// clang-format on

struct Visual : network<V1, V2, feedback<V2, V1, point>> {};

constexpr int length = 80, top = 11, gap_start = 10, gap = 4, bar = 10;

void wire(model<Visual>& net) {
    simulation::disconnect(net);
    net.set(weight_of<V1, stimulus, E>{}, 1.0);
    net.set(weight_of<V1, top_down, E>{}, 1.0);
    net.set(weight_of<V1, E, I>{}, 0.5);
    net.set(weight_of<V1, I, E>{}, 0.5);
    net.set(weight_of<V1, E, to_output>{}, 1.0);
    net.set(weight_of<V2, stimulus, Contour>{}, 0.25);
    net.set(bias_of<V2, stimulus, Contour>{}, -0.85);
    net.set(weight_of<V2, Contour, to_output>{}, 1.0);
}

/// A horizontal bar left of the gap and, or not, one to the right of it.
at::Tensor bars(bool left, bool right) {
    auto image = at::zeros({1, 1, side, side});
    auto rows = image.narrow(2, top, 2);
    if (left) rows.narrow(3, gap_start - bar, bar).fill_(1);
    if (right) rows.narrow(3, gap_start + gap, bar).fill_(1);
    return image;
}

simulation::findings simulate(std::uint64_t seed) {
    const at::NoGradGuard no_gradients;
    const auto net = make<Visual>({.device = "cpu", .seed = seed});
    wire(*net);
    simulation::findings found{.title = "What V1 answers in a gap between two bars, and beside it",
                               .columns = {"shown", "feedback", "in the gap", "on a bar", "first step in the gap"}};
    auto plot = simulation::rates_plot("V1 in the gap");
    for (const double strength : {0.6, 0.0}) {
        net->set(weight_of<feedback<V2, V1>>{}, strength);
        const auto add = [&](const char* shown, const at::Tensor& image) {
            const auto rates = net->run(image, steps{length}, record<V1, E>{}).state<V1, E>();
            const auto course = [&](int first_column, int columns) {
                return simulation::mean_trace(rates.narrow(3, top, 2).narrow(4, first_column, columns));
            };
            auto in_gap = course(gap_start + 1, gap - 2);
            const auto on_bar = course(gap_start - 4, 2);
            const auto first = std::find_if(in_gap.begin(), in_gap.end(), [](double rate) { return rate > 0.01; });
            const bool answers = first != in_gap.end();
            found.rows.push_back({shown,
                                  {strength, in_gap.back(), on_bar.back(),
                                   answers ? static_cast<double>(first - in_gap.begin() + 1) : 0}});
            if (strength > 0 || shown == std::string("both bars"))
                plot.curves.push_back(simulation::over_steps(
                    fmt::format("{}{}", shown, strength > 0 ? "" : ", no feedback"), std::move(in_gap)));
        };
        add("both bars", bars(true, true));
        add("left bar", bars(true, false));
        add("nothing", bars(false, false));
    }
    found.plots = {std::move(plot)};
    found.conclusion = "With feedback V1 answers in the gap too, late, and only between two bars.";
    return found;
}

}  // namespace

int main(int argc, char** argv) {
    return simulation::program(argc, argv, "Feedback from V2 completes a contour in V1.", simulate);
}
