// What silencing each class of interneurons does to pyramidal cells: VIP inhibits SST, which inhibits Pyr, so VIP
// disinhibits Pyr.
#include "interneuron_circuit.hpp"

#include <torch/types.h>

using namespace cortexpr;
using namespace simulation;

namespace {

constexpr int length = 120;
constexpr int silence_from = 61;  // the step from which a class is silenced

simulation::findings simulate(std::uint64_t seed) {
    const at::NoGradGuard no_gradients;
    const auto net = make<Circuit>({.device = "cpu", .seed = seed});
    wire(*net);
    simulation::findings found{.title = "Rates after one class of interneurons has been silenced",
                               .columns = {"silenced", "Pyr", "PV", "SST", "VIP", "Pyr before"}};
    const auto shown = at::ones({1, 1, 1, 1});
    const auto add = [&](const char* silenced, const auto&... option) {
        const auto run =
            net->run(shown, steps{length}, record<Pyr>{}, record<PV>{}, record<SST>{}, record<VIP>{}, option...);
        auto plot = simulation::rates_plot(silenced);
        plot.curves = {simulation::over_steps("Pyr", simulation::mean_trace(run.template state<Pyr>())),
                       simulation::over_steps("PV", simulation::mean_trace(run.template state<PV>())),
                       simulation::over_steps("SST", simulation::mean_trace(run.template state<SST>())),
                       simulation::over_steps("VIP", simulation::mean_trace(run.template state<VIP>()))};
        simulation::row rates{silenced, {}};
        for (const auto& curve : plot.curves) rates.numbers.push_back(curve.y.back());
        rates.numbers.push_back(plot.curves.front().y[silence_from - 2]);
        found.rows.push_back(std::move(rates));
        found.plots.push_back(std::move(plot));
    };
    add("none");
    add("PV", silence<PV>{.from = silence_from});
    add("SST", silence<SST>{.from = silence_from});
    add("VIP", silence<VIP>{.from = silence_from});
    found.conclusion = "Without VIP, SST is free to fire and Pyr falls; without PV or SST, Pyr rises.";
    return found;
}

}  // namespace

int main(int argc, char** argv) {
    return simulation::program(argc, argv, "What silencing a class of interneurons does.", simulate);
}
