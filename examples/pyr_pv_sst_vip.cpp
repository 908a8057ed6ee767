// Pyramidal cells with PV, SST and VIP interneurons, and what silencing each class does. VIP inhibits SST, which
// inhibits Pyr: VIP disinhibits Pyr (C. K. Pfeffer et al., "Inhibition of inhibition in visual cortex: the logic of
// connections between molecularly distinct interneurons", Nat. Neurosci. 2013).
#include "simulation.hpp"

#include <cortexpr/module/model.hpp>
#include <cortexpr/presets.hpp>

#include <torch/types.h>

using namespace cortexpr;

namespace {

struct Pyr : excitatory<1, tau<tau_mode::per_type, 4.0>, nonlinearity<activation::relu>> {};
struct PV : inhibitory<1, tau<tau_mode::per_type, 3.0>, nonlinearity<activation::relu>> {};
struct SST : inhibitory<1, tau<tau_mode::per_type, 6.0>, nonlinearity<activation::relu>> {};
struct VIP : inhibitory<1, tau<tau_mode::per_type, 4.0>, nonlinearity<activation::relu>> {};

constexpr edge point{.extent = {1, 1}};
struct Column : area<input<1, 1, 1>, neurons<Pyr, PV, SST, VIP>,
                     presets::pyr_pv_sst_vip_wiring<Pyr, PV, SST, VIP, point>, output<1>> {};
struct Circuit : network<Column> {};

constexpr int length = 120;
constexpr int lesion = 61;  // the step from which a class is silenced

void wire(model<Circuit>& net) {
    simulation::disconnect(net);
    net.set(weight_of<stimulus, Pyr>{}, 3.0);
    net.set(weight_of<Pyr, Pyr>{}, 0.5);
    net.set(weight_of<Pyr, PV>{}, 1.0);
    net.set(weight_of<Pyr, SST>{}, 1.0);
    net.set(weight_of<Pyr, VIP>{}, 0.9);
    net.set(weight_of<PV, Pyr>{}, 1.0);
    net.set(weight_of<PV, PV>{}, 0.5);
    net.set(weight_of<SST, Pyr>{}, 1.0);
    net.set(weight_of<SST, PV>{}, 0.3);
    net.set(weight_of<SST, VIP>{}, 0.3);
    net.set(weight_of<VIP, SST>{}, 0.8);
}

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
        rates.numbers.push_back(plot.curves.front().y[lesion - 2]);
        found.rows.push_back(std::move(rates));
        found.plots.push_back(std::move(plot));
    };
    add("none");
    add("PV", silence<PV>{.from = lesion});
    add("SST", silence<SST>{.from = lesion});
    add("VIP", silence<VIP>{.from = lesion});
    found.conclusion = "Without VIP, SST is free to fire and Pyr falls; without PV or SST, Pyr rises.";
    return found;
}

}  // namespace

int main(int argc, char** argv) {
    return simulation::program(argc, argv, "What silencing a class of interneurons does.", simulate);
}
