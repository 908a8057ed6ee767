// An inhibition-stabilised network: E excites itself so strongly that only inhibition keeps it from running away.
// Silencing I lets E run away, and more drive to I lowers I: the paradoxical response (M. V. Tsodyks et al.,
// "Paradoxical effects of external modulation of inhibitory interneurons", J. Neurosci. 1997). Beside it, the same
// circuit with weaker self-excitation, which is stable by itself and does neither.
#include "simulation.hpp"

#include <cortexpr/module/model.hpp>

#include <torch/types.h>

#include <array>

using namespace cortexpr;

namespace {

struct E : excitatory<1, tau<tau_mode::per_type, 10.0>, nonlinearity<activation::relu>> {};
struct I : inhibitory<1, tau<tau_mode::per_type, 5.0>, nonlinearity<activation::relu>> {};

constexpr edge point{.extent = {1, 1}};
struct Column : area<input<1, 1, 1>, neurons<E, I>,
                     connectivity<from<stimulus, point, 0, 0>, from<E, point, point, point>, from<I, point, point, 0>>,
                     output<1>> {};
struct Circuit : network<Column> {};

constexpr int length = 180;
constexpr int changed = 61;  // the step from which I is driven or silenced
constexpr std::array currents{0.0, 0.25, 0.5, 1.0};

struct circuit {
    const char* name;
    double self_excitation;  // above 1, E alone runs away
};
constexpr std::array circuits{circuit{"inhibition-stabilised", 1.5}, circuit{"stable by itself", 0.5}};

void wire(model<Circuit>& net, double self_excitation) {
    simulation::disconnect(net);
    net.set(weight_of<stimulus, E>{}, 2.0);
    net.set(weight_of<E, E>{}, self_excitation);
    net.set(weight_of<E, I>{}, 2.0);
    net.set(weight_of<I, E>{}, 1.0);
    net.set(weight_of<I, I>{}, 0.5);
}

simulation::findings simulate(std::uint64_t seed) {
    const at::NoGradGuard no_gradients;
    const auto net = make<Circuit>({.device = "cpu", .seed = seed});
    simulation::findings found{.title = "Drive to I, and I silenced, in two circuits",
                               .columns = {"circuit", "current into I", "E before", "E at the end", "I before",
                                           "I 3 steps later", "I at the end", "E with I silenced"}};
    found.plots = {simulation::rates_plot("a current of 1 into I from step 61"), simulation::rates_plot("I at the end"),
                   simulation::rates_plot("E, with I silenced from step 61")};
    found.plots[1].x_label = "current into I";
    found.plots[2].y_range = {0, 20};
    const auto shown = at::ones({1, 1, 1, 1});
    for (const auto& [name, self_excitation] : circuits) {
        wire(*net, self_excitation);
        const auto silenced =
            simulation::mean_trace(net->run(shown, steps{length}, record<E>{}, silence<I>{.from = changed}).state<E>());
        found.plots[2].curves.push_back(simulation::over_steps(name, silenced));
        view::curve response;
        response.label = name;
        for (const double current : currents) {
            const auto run = net->run(shown, steps{length}, record<E>{}, record<I>{},
                                      inject<I>{.current = current, .from = changed});
            const auto e = simulation::mean_trace(run.state<E>()), i = simulation::mean_trace(run.state<I>());
            found.rows.push_back(
                {name, {current, e[changed - 2], e.back(), i[changed - 2], i[changed + 2], i.back(), silenced.back()}});
            response.x.push_back(current);
            response.y.push_back(i.back());
            if (current != currents.back()) continue;
            found.plots[0].curves.push_back(simulation::over_steps(std::string("E, ") + name, e));
            found.plots[0].curves.push_back(simulation::over_steps(std::string("I, ") + name, i));
            found.plots[0].curves.back().dashed = true;
            found.plots[0].curves.back().colour = static_cast<int>(found.plots[1].curves.size());
            found.plots[0].curves[found.plots[0].curves.size() - 2].colour = found.plots[0].curves.back().colour;
        }
        found.plots[1].curves.push_back(std::move(response));
    }
    found.conclusion =
        "Where inhibition stabilises the circuit, drive to I raises I for a moment and lowers it in the end, and "
        "without I "
        "the rates of E run away. Where E is stable by itself, neither happens.";
    return found;
}

}  // namespace

int main(int argc, char** argv) {
    return simulation::program(argc, argv, "The paradoxical response of an inhibition-stabilised network.", simulate);
}
