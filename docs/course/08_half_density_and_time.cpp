// Sparse, slow interneurons beside fast pyramidal cells:  half_density_and_time
#include "figure.hpp"

#include <cortexpr/module/model.hpp>

#include <torch/types.h>

#include <algorithm>
#include <cmath>
#include <cstdio>

using namespace cortexpr;

using linear = nonlinearity<activation::relu>;  // linear above 0
struct Pyr : excitatory<4, tau<tau_mode::per_type, 2.0>, linear> {};
struct SST : inhibitory<4, tau<tau_mode::per_subtype, uniform_draw{5, 15}>, linear, half_density> {};

constexpr edge point{.extent = {1, 1}, .bias = false};
constexpr edge own{.extent = {1, 1}, .groups = 4, .bias = false};  // from a subtype to the same subtype

// clang-format off
struct V1 : area<
    input<1, 12, 12>,
    neurons<Pyr, SST>,
    connectivity<
        //             Pyr    SST    output
        from<stimulus, point, 0,     0>,
        from<Pyr,      0,     own,   point>,
        from<SST,      own,   0,     0>>,
    output<4>> {};
// clang-format on

struct Circuit : network<V1> {};

namespace {

constexpr int length = 60;

/// Rates of a subtype at position (4, 4) of the full grid, which is (2, 2) of the half one.
std::vector<double> trace(const at::Tensor& states, int subtype, int position) {
    return numbers_of(states.index({0, at::indexing::Slice(), subtype, position, position}));
}

}  // namespace

int main() {
    const at::NoGradGuard no_gradients;
    const auto net = make<Circuit>({.device = "cpu", .seed = 3});
    net->set(weight_of<stimulus, Pyr>{}, 1.0);
    net->set(weight_of<Pyr, SST>{}, 1.0);
    net->set(weight_of<Pyr, to_output>{}, 1.0);
    net->set(weight_of<SST, Pyr>{}, 0.0);  // SST listens and, for now, says nothing

    const auto image = at::ones({1, 1, 12, 12});
    const auto alone = net->run(image, steps{length}, record<Pyr>{}, record<SST>{});
    const at::Tensor pyr = alone.state<Pyr>(), sst = alone.state<SST>();
    std::printf("Pyr: %d x %d x %d neurons;  SST: %d x %d x %d neurons\n", int(pyr.size(2)), int(pyr.size(3)),
                int(pyr.size(4)), int(sst.size(2)), int(sst.size(3)), int(sst.size(4)));

    // h(t) = f/tau + (1 - 1/tau) h(t-1): after t steps of a constant drive, 1 - (1 - 1/tau)^t of the way is done.
    std::printf("Pyr after 1, 2, 3 steps:");
    for (int t = 1; t <= 3; ++t)
        std::printf("  %.4f (%.4f by the formula)", pyr.index({0, t - 1, 0, 4, 4}).item<double>(),
                    1 - std::pow(0.5, t));
    std::puts("");

    std::puts("SST subtype   tau     first step above 63 %");
    const at::Tensor& taus = net->parameter(tau_of<SST>{});  // (1, 4, 1, 1)
    for (int subtype = 0; subtype < 4; ++subtype) {
        const auto rates = trace(sst, subtype, 2);
        int step = 1;
        while (rates[static_cast<std::size_t>(step - 1)] < 0.632) ++step;
        std::printf("%d             %5.2f   %d\n", subtype, taus[0][subtype][0][0].item<double>(), step);
    }

    net->set(weight_of<SST, Pyr>{}, 1.0);  // now it inhibits: late, so that Pyr overshoots
    const auto run = net->run(image, steps{length}, record<Pyr>{}, record<SST>{});
    const auto fast = net->run(image, steps{length}, record<Pyr>{}, record<SST>{}, freeze_tau<SST>{.value = 1});
    std::puts("Pyr, subtype 0:              peak   at the end");
    auto plot = rates_figure("Pyr, subtype 0");
    const auto add = [&](const char* label, const at::Tensor& states) {
        auto rates = trace(states, 0, 4);
        std::printf("%-27s  %.3f  %.3f\n", label, *std::max_element(rates.begin(), rates.end()), rates.back());
        plot.curves.push_back(over_steps(label, std::move(rates)));
    };
    add("SST as slow as drawn", run.state<Pyr>());
    add("SST with tau 1", fast.state<Pyr>());
    view::write_svg("tau.svg", std::span(&plot, 1));
}
