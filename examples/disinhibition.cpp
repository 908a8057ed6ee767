// A current into VIP disinhibits pyramidal cells, and it does so through SST: with the edge from VIP to SST cut, or
// with SST clamped, Pyr doesn't notice.
#include "interneuron_circuit.hpp"

#include <torch/types.h>

using namespace cortexpr;
using namespace simulation;

namespace {

constexpr int length = 200;
constexpr int driven = 61;  // the step from which VIP is driven

simulation::findings simulate(std::uint64_t seed) {
    const at::NoGradGuard no_gradients;
    const auto net = make<Circuit>({.device = "cpu", .seed = seed});
    wire(*net);
    simulation::findings found{.title = "Rates after a current into VIP",
                               .columns = {"circuit", "current into VIP", "Pyr", "PV", "SST", "VIP", "Pyr before"}};
    found.plots = {simulation::rates_plot("a current of 1 into VIP from step 61"), simulation::rates_plot("Pyr")};
    found.plots[1].x_label = "current into VIP";
    const auto shown = at::ones({1, 1, 1, 1});
    const auto add = [&](const char* name, const auto&... perturbation) {
        view::curve response;
        response.label = name;
        for (const double current : {0.0, 0.25, 0.5, 1.0}) {
            const auto run = net->run(shown, steps{length}, record<Pyr>{}, record<PV>{}, record<SST>{}, record<VIP>{},
                                      inject<VIP>{.current = current, .from = driven}, perturbation...);
            const std::vector<view::curve> traces{
                simulation::over_steps("Pyr", simulation::mean_trace(run.template state<Pyr>())),
                simulation::over_steps("PV", simulation::mean_trace(run.template state<PV>())),
                simulation::over_steps("SST", simulation::mean_trace(run.template state<SST>())),
                simulation::over_steps("VIP", simulation::mean_trace(run.template state<VIP>()))};
            simulation::row rates{name, {current}};
            for (const auto& trace : traces) rates.numbers.push_back(trace.y.back());
            rates.numbers.push_back(traces.front().y[driven - 2]);
            response.x.push_back(current);
            response.y.push_back(traces.front().y.back());
            if (current == 1.0 && found.plots[0].curves.empty()) found.plots[0].curves = traces;
            found.rows.push_back(std::move(rates));
        }
        found.plots[1].curves.push_back(std::move(response));
    };
    add("intact");
    add("VIP-SST cut", cut<VIP, SST>{});
    add("SST clamped", clamp<SST>{.value = 0.5});
    found.conclusion =
        "VIP silences SST and Pyr rises. Without the edge from VIP to SST, or with SST clamped, VIP has no effect on "
        "Pyr.";
    return found;
}

}  // namespace

int main(int argc, char** argv) {
    return simulation::program(argc, argv, "VIP disinhibits pyramidal cells through SST.", simulate);
}
