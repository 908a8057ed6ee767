// Feedback inhibition: E excites I, which inhibits E. A step of the stimulus makes E overshoot and ring, and the slope
// of its answer shrinks (gain control; see presets::feedback_inhibition_wiring for where the circuit comes from).
#include "simulation.hpp"

#include <cortexpr/module/model.hpp>
#include <cortexpr/presets.hpp>

#include <torch/types.h>

#include <algorithm>

using namespace cortexpr;

namespace {

struct E : excitatory<1, tau<tau_mode::per_type, 4.0>, nonlinearity<activation::relu>> {};
struct I : inhibitory<1, tau<tau_mode::per_type, 8.0>, nonlinearity<activation::relu>> {};

constexpr edge point{.extent = {1, 1}};
struct Column : area<input<1, 1, 1>, neurons<E, I>, presets::feedback_inhibition_wiring<E, I, point>, output<1>> {};
struct Circuit : network<Column> {};

constexpr int length = 100;

void wire(model<Circuit>& net) {
    simulation::disconnect(net);
    net.set(weight_of<stimulus, E>{}, 1.0);
    net.set(weight_of<E, I>{}, 1.5);
    net.set(weight_of<I, E>{}, 4.0);
    net.set(weight_of<I, I>{}, 0.3);
}

/// Steps between the first two peaks, or 0 where there are no two.
double period(const std::vector<double>& rates) {
    std::vector<double> peaks;
    for (std::size_t t = 1; t + 1 < rates.size() && peaks.size() < 2; ++t)
        if (rates[t] > rates[t - 1] && rates[t] >= rates[t + 1]) peaks.push_back(static_cast<double>(t));
    return peaks.size() < 2 ? 0 : peaks[1] - peaks[0];
}

simulation::findings simulate(std::uint64_t seed) {
    const at::NoGradGuard no_gradients;
    const auto net = make<Circuit>({.device = "cpu", .seed = seed});
    wire(*net);
    simulation::findings found{
        .title = "E answers to a step of the stimulus, with and without feedback inhibition",
        .columns = {"circuit", "stimulus", "E peak", "E at the end", "I at the end", "period of ringing"}};
    found.plots = {simulation::rates_plot("E, stimulus 2"), simulation::rates_plot("E at the end")};
    found.plots[1].x_label = "stimulus";
    view::curve gain_intact, gain_silenced;
    gain_intact.label = "intact";
    gain_silenced.label = "I silenced";
    for (const double strength : {0.5, 1.0, 2.0, 4.0}) {
        const auto shown = at::full({1, 1, 1, 1}, strength);
        const auto with = net->run(shown, steps{length}, record<E>{}, record<I>{});
        const auto without = net->run(shown, steps{length}, record<E>{}, record<I>{}, silence<I>{});
        const auto add = [&](view::curve& gain, const auto& run) {
            auto e = simulation::mean_trace(run.template state<E>());
            const auto i = simulation::mean_trace(run.template state<I>());
            found.rows.push_back(
                {gain.label, {strength, *std::max_element(e.begin(), e.end()), e.back(), i.back(), period(e)}});
            gain.x.push_back(strength);
            gain.y.push_back(e.back());
            if (strength == 2.0) found.plots[0].curves.push_back(simulation::over_steps(gain.label, std::move(e)));
        };
        add(gain_intact, with);
        add(gain_silenced, without);
    }
    found.plots[1].curves = {std::move(gain_intact), std::move(gain_silenced)};
    found.conclusion = "Inhibition that follows excitation makes it overshoot and ring, and lowers its gain.";
    return found;
}

}  // namespace

int main(int argc, char** argv) {
    return simulation::program(argc, argv, "Feedback inhibition controls the gain.", simulate);
}
