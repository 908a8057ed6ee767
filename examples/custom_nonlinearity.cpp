// A nonlinearity of one's own: the power law of the stabilised supralinear network. Weak stimuli add up more than
// linearly, strong ones less, because inhibition catches up. Y. Ahmadian, D. B. Rubin, K. D. Miller, "Analysis of the
// stabilized supralinear network", Neural Comput. 2013; the parameters are those of D. B. Rubin, S. D. Van Hooser,
// K. D. Miller, "The stabilized supralinear network", Neuron 2015.
#include "simulation.hpp"

#include <cortexpr/module/model.hpp>
#include <cortexpr/presets.hpp>

#include <fmt/format.h>
#include <torch/types.h>

#include <cmath>
#include <utility>

using namespace cortexpr;

namespace {

/// k [z]+^2 with k = 0.04.
struct PowerLaw {
    static constexpr bool can_be_negative = false;
    static constexpr bool is_smooth = true;  // its slope has no jump, at 0 neither
    template <class Real>
    static Real value(Real z) {
        return z > 0 ? Real(0.04) * z * z : Real(0);
    }
    template <class Real>
    static Real slope(Real z) {
        return z > 0 ? Real(0.08) * z : Real(0);
    }
};

struct E : excitatory<1, tau<tau_mode::per_type, 20.0>, nonlinearity<custom<PowerLaw>>> {};
struct I : inhibitory<1, tau<tau_mode::per_type, 10.0>, nonlinearity<custom<PowerLaw>>> {};

constexpr edge point{.extent = {1, 1}};
struct Column : area<input<1, 1, 1>, neurons<E, I>, presets::ei_wiring<E, I, point>, output<1>> {};
struct Circuit : network<Column> {};

constexpr int length = 400;  // a step is a millisecond

void wire(model<Circuit>& net) {
    simulation::disconnect(net);
    net.set(weight_of<stimulus, E>{}, 1.0);
    net.set(weight_of<stimulus, I>{}, 1.0);
    net.set(weight_of<E, E>{}, 1.25);
    net.set(weight_of<E, I>{}, 1.2);
    net.set(weight_of<I, E>{}, 0.65);
    net.set(weight_of<I, I>{}, 0.5);
}

/// The rates of E and I that a constant stimulus ends in.
std::pair<double, double> settled(model<Circuit>& net, double strength) {
    const auto run = net.run(at::full({1, 1, 1, 1}, strength), steps{length});
    return {run.final_state<E>().item<double>(), run.final_state<I>().item<double>()};
}

simulation::findings simulate(std::uint64_t seed) {
    const at::NoGradGuard no_gradients;
    const auto net = make<Circuit>({.device = "cpu", .seed = seed});
    wire(*net);
    simulation::findings found{
        .title = "Rates that a constant stimulus ends in, and the exponent with which E grows with it",
        .columns = {"stimulus", "E", "I", "exponent"}};
    view::curve of_e, of_i;
    of_e.label = "E";
    of_i.label = "I";
    double last_strength = 0.5, last_rate = settled(*net, last_strength).first;
    for (const double strength : {1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0}) {
        const auto [e, i] = settled(*net, strength);
        const double exponent = std::log(e / last_rate) / std::log(strength / last_strength);
        found.rows.push_back({fmt::format("{}", strength), {e, i, exponent}});
        of_e.x.push_back(strength);
        of_i.x.push_back(strength);
        of_e.y.push_back(e);
        of_i.y.push_back(i);
        last_strength = strength;
        last_rate = e;
    }
    auto plot = simulation::rates_plot("Rates that a constant stimulus ends in");
    plot.x_label = "stimulus";
    plot.curves = {std::move(of_e), std::move(of_i)};
    found.plots = {std::move(plot)};
    found.conclusion = "E grows faster than the stimulus while it is weak, and slower when it is strong.";
    return found;
}

}  // namespace

int main(int argc, char** argv) {
    return simulation::program(argc, argv, "The stabilised supralinear network.", simulate);
}
