// Disinhibition: a current into VIP raises the rate of Pyr, through SST:  microcircuits
#include "figure.hpp"

#include <cortexpr/module/model.hpp>
#include <cortexpr/presets.hpp>
#include <cortexpr/workbench/wiring.hpp>

#include <torch/types.h>

#include <cstdio>

using namespace cortexpr;

// A step is a millisecond, tau counts steps.
struct Pyr : excitatory<1, tau<tau_mode::per_type, 10.0>, nonlinearity<activation::relu>> {};
struct PV : inhibitory<1, tau<tau_mode::per_type, 5.0>, nonlinearity<activation::relu>> {};
struct SST : inhibitory<1, tau<tau_mode::per_type, 10.0>, nonlinearity<activation::relu>> {};
struct VIP : inhibitory<1, tau<tau_mode::per_type, 10.0>, nonlinearity<activation::relu>> {};

constexpr edge point{.extent = {1, 1}, .bias = false};
struct Column : area<input<1, 1, 1>, neurons<Pyr, PV, SST, VIP>,
                     presets::pyr_pv_sst_vip_wiring<Pyr, PV, SST, VIP, point>, output<1>> {};
struct Circuit : network<Column> {};

namespace {

constexpr int length = 300;

/// Prints the rates before, during and after the current into VIP, and returns them as a picture.
template <class Run>
view::line_plot shown(const char* title, const Run& run) {
    auto plot = rates_figure(title, {over_steps("Pyr", numbers_of(run.template state<Pyr>())),
                                     over_steps("PV", numbers_of(run.template state<PV>())),
                                     over_steps("SST", numbers_of(run.template state<SST>())),
                                     over_steps("VIP", numbers_of(run.template state<VIP>()))});
    std::printf("%-22s", title);
    for (const auto& curve : plot.curves)
        std::printf("  %s %.2f %.2f %.2f", curve.label.c_str(), curve.y[99], curve.y[199], curve.y[299]);
    std::puts("");
    return plot;
}

}  // namespace

int main() {
    const at::NoGradGuard no_gradients;
    const auto net = make<Circuit>();
    net->set(weight_of<stimulus, Pyr>{}, 3.0);
    net->set(weight_of<Pyr, Pyr>{}, 0.5);
    net->set(weight_of<Pyr, PV>{}, 1.0);
    net->set(weight_of<Pyr, SST>{}, 1.0);
    net->set(weight_of<Pyr, VIP>{}, 0.9);
    net->set(weight_of<Pyr, to_output>{}, 1.0);
    net->set(weight_of<PV, Pyr>{}, 1.0);
    net->set(weight_of<PV, PV>{}, 0.5);
    net->set(weight_of<SST, Pyr>{}, 1.0);
    net->set(weight_of<SST, PV>{}, 0.3);
    net->set(weight_of<SST, VIP>{}, 0.3);
    net->set(weight_of<VIP, SST>{}, 0.8);

    const auto image = at::ones({1, 1, 1, 1});
    const inject<VIP> current{.current = 1, .from = 101, .to = 200};
    const auto run = [&](const auto&... perturbations) {
        return net->run(image, steps{length}, record<Pyr>{}, record<PV>{}, record<SST>{}, record<VIP>{},
                        perturbations...);
    };
    std::puts("rates at 100, 200 and 300 ms; a current into VIP from 101 to 200 ms");
    const std::vector<view::line_plot> plots{shown("intact", run(current)),
                                             shown("VIP-SST cut", run(current, cut<VIP, SST>{}))};
    view::write_svg("disinhibition.svg", plots);
    workbench::write_wiring(plan_of<Circuit>, "microcircuit.svg");
}
