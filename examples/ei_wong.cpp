// A decision between two directions by an excitatory-inhibitory circuit, after K.-F. Wong, X.-J. Wang, "A recurrent
// network mechanism of time integration in perceptual decisions", J. Neurosci. 2006: two pools of excitatory cells
// excite themselves and share one pool of inhibitory cells. Evidence is noisy; the winner stays on when it has gone.
#include "simulation.hpp"

#include <cortexpr/module/model.hpp>
#include <cortexpr/presets.hpp>

#include <fmt/format.h>
#include <torch/types.h>

using namespace cortexpr;

namespace {

struct E : excitatory<2, tau<tau_mode::per_type, 15.0>> {};  // the subtypes are the pools: for right and for left
struct I : inhibitory<1, tau<tau_mode::per_type, 2.0>> {};

constexpr edge point{.extent = {1, 1}};
struct LIP : area<input<2, 1, 1>, neurons<E, I>, presets::ei_wiring<E, I, point>, output<2>> {};
struct Decision : network<LIP> {};

constexpr int trials = 400, steps_before = 20, steps_with = 100, steps_after = 40;
constexpr int steps_in_all = steps_before + steps_with + steps_after;

void wire(model<Decision>& net) {
    simulation::disconnect(net);
    net.set(weight_of<stimulus, E>{}, 2 * at::eye(2).view({2, 2, 1, 1}));
    net.set(bias_of<stimulus, E>{}, -4);
    net.set(bias_of<stimulus, I>{}, -2);
    net.set(weight_of<E, E>{}, 12 * at::eye(2).view({2, 2, 1, 1}));
    net.set(weight_of<E, I>{}, 4);
    net.set(weight_of<I, E>{}, 5);
}

/// Evidence for both directions, around 1, that differs on average by the coherence; noise is new at every step.
at::Tensor evidence(double coherence, at::Generator draws) {
    auto shown = at::zeros({trials, steps_in_all, 2, 1, 1});
    auto with = shown.narrow(1, steps_before, steps_with);
    constexpr double noise = 0.8;
    with.normal_(1.0, noise, std::move(draws));
    with.select(2, 0).add_(coherence / 2);
    with.select(2, 1).sub_(coherence / 2);
    return shown;
}

simulation::findings simulate(std::uint64_t seed) {
    const at::NoGradGuard no_gradients;
    const auto net = make<Decision>({.device = "cpu", .seed = seed});
    wire(*net);
    simulation::findings found{.title = "Two pools decide which of two noisy inputs is stronger",
                               .columns = {"coherence", "right choices %", "decided %", "decision step",
                                           "winner's rate", "loser's rate", "winner 40 steps later"}};
    auto trial = simulation::rates_plot("One trial at coherence 0.128");
    auto choices = simulation::rates_plot("Choices of the stronger input");
    choices.x_label = "coherence";
    choices.y_label = "share of trials";
    choices.percent = true;
    choices.curves.resize(1);
    choices.curves[0].label = "right choices";
    for (const double coherence : {0.0, 0.064, 0.128, 0.256, 0.512}) {
        const auto rates =
            net->run(evidence(coherence, net->generator()), record<E>{}).state<E>().flatten(2);  // (B, T, 2)
        const auto at_end = rates.select(1, steps_before + steps_with - 1);
        const auto right = at_end.select(1, 0) > at_end.select(1, 1);
        const auto above = std::get<0>(rates.max(2)) > 0.5;  // (B, T)
        const auto decided = above.any(1);
        const auto step = above.to(at::kInt).argmax(1) - steps_before;
        const auto winner = std::get<0>(at_end.max(1)), loser = std::get<0>(at_end.min(1));
        const auto later = std::get<0>(rates.select(1, steps_in_all - 1).max(1));
        const auto mean = [](const at::Tensor& values) { return values.to(at::kDouble).mean().item<double>(); };
        found.rows.push_back({fmt::format("{}", coherence),
                              {100 * mean(right), 100 * mean(decided), mean(step.masked_select(decided)), mean(winner),
                               mean(loser), mean(later)}});
        choices.curves[0].x.push_back(coherence);
        choices.curves[0].y.push_back(mean(right));
        if (coherence == 0.128)
            for (const int pool : {0, 1})
                trial.curves.push_back(simulation::over_steps(
                    pool == 0 ? "for right" : "for left",
                    simulation::mean_trace(rates.narrow(0, 0, 1).narrow(2, pool, 1).view({1, steps_in_all, 1, 1, 1}))));
    }
    found.plots = {std::move(trial), std::move(choices)};
    found.conclusion = "More coherent evidence is judged better and faster; the choice is remembered when it has gone.";
    return found;
}

}  // namespace

int main(int argc, char** argv) {
    return simulation::program(argc, argv, "Two pools of neurons decide between two directions.", simulate);
}
