// Feedforward inhibition: the stimulus excites E at once and, through I, inhibits it a little later, so that E answers
// to a narrow time window after the onset (F. Pouille, M. Scanziani, "Enforcement of temporal fidelity in pyramidal
// cells by somatic feed-forward inhibition", Science 2001).
#include "simulation.hpp"

#include <cortexpr/module/model.hpp>
#include <cortexpr/presets.hpp>

#include <fmt/format.h>
#include <torch/types.h>

#include <algorithm>

using namespace cortexpr;

namespace {

struct E : excitatory<1, tau<tau_mode::per_type, 2.0>, nonlinearity<activation::relu>> {};
struct I : inhibitory<1, tau<tau_mode::per_type, 4.0>, nonlinearity<activation::relu>> {};

constexpr edge point{.extent = {1, 1}};
struct Column : area<input<1, 1, 1>, neurons<E, I>, presets::feedforward_inhibition_wiring<E, I, point>, output<1>> {};
struct Circuit : network<Column> {};

constexpr int length = 40;

void wire(model<Circuit>& net) {
    simulation::disconnect(net);
    net.set(weight_of<stimulus, E>{}, 1.0);
    net.set(weight_of<stimulus, I>{}, 1.0);
    net.set(weight_of<E, E>{}, 0.2);
    net.set(weight_of<I, E>{}, 1.1);
    net.set(weight_of<I, I>{}, 0.1);
}

/// Steps from the first at which the rate is above half of its peak to the last.
double width_at_half(const std::vector<double>& rates) {
    const double half = *std::max_element(rates.begin(), rates.end()) / 2;
    return static_cast<double>(std::count_if(rates.begin(), rates.end(), [half](double rate) { return rate > half; }));
}

simulation::findings simulate(std::uint64_t seed) {
    const at::NoGradGuard no_gradients;
    const auto net = make<Circuit>({.device = "cpu", .seed = seed});
    wire(*net);
    simulation::findings found{
        .title = "E answers to a step of the stimulus, with and without feedforward inhibition",
        .columns = {"circuit", "stimulus", "E peak", "E at the end", "I at the end", "steps above half of the peak"}};
    for (const double strength : {0.5, 1.0, 2.0}) {
        const auto shown = at::full({1, 1, 1, 1}, strength);
        const auto with = net->run(shown, steps{length}, record<E>{}, record<I>{});
        const auto without = net->run(shown, steps{length}, record<E>{}, record<I>{}, silence<I>{});
        const auto add = [&](const char* circuit, const auto& run) {
            auto e = simulation::mean_trace(run.template state<E>());
            const auto i = simulation::mean_trace(run.template state<I>());
            found.rows.push_back(
                {circuit, {strength, *std::max_element(e.begin(), e.end()), e.back(), i.back(), width_at_half(e)}});
            return e;
        };
        const auto intact = add("intact", with), silenced = add("I silenced", without);
        auto plot = simulation::rates_plot(fmt::format("Stimulus {}", strength));
        plot.curves = {simulation::over_steps("intact", intact), simulation::over_steps("I silenced", silenced)};
        found.plots.push_back(std::move(plot));
    }
    found.conclusion = "With inhibition the answer is a short pulse at the onset; without it, it lasts.";
    return found;
}

}  // namespace

int main(int argc, char** argv) {
    return simulation::program(argc, argv, "Feedforward inhibition makes answers short.", simulate);
}
