// The spectrum of the linearised circuit, in closed form and by differences.

#include "catch.hpp"
#include "executors/scheduled.hpp"
#include "train/evaluation_mode.hpp"
#include "workbench/circuit.hpp"
#include "workbench/pair.hpp"

#include <cortexpr/train/health.hpp>
#include <cortexpr/train/images_of.hpp>
#include <cortexpr/workbench/named_parts.hpp>
#include <cortexpr/workbench/spectrum.hpp>

#include <ATen/ops/linalg_eigvals.h>
#include <ATen/ops/ones.h>
#include <ATen/ops/zeros.h>

#include <array>
#include <cmath>
#include <complex>

namespace workbench_spectrum_test {

using namespace cortexpr;
using namespace cortexpr::test;

namespace {

/// Eigenvalues of ((a, b), (c, d)).
std::array<std::complex<double>, 2> eigenvalues(double a, double b, double c, double d) {
    const std::complex<double> root = std::sqrt(std::complex<double>((a - d) * (a - d) / 4 + b * c));
    return {(a + d) / 2 + root, (a + d) / 2 - root};
}

struct Driven : excitatory<2> {};
/// No area sends the feedback that it hears: it stays what the run drew.
struct Alone : area<input<1, 4, 4>, feedback_channels<2, neuron_class::hybrid, fill::normal>, neurons<Driven>,
                    connectivity<from<stimulus, 1, 0>, from<top_down, 1, 0>, from<Driven, 1, 1>>, output<1>> {};

}  // namespace

TEST_CASE("spectrum: rows of the step are taken at the feedback of the run, which was drawn") {
    network_module net(plan_of<Alone>, {.dtype = at::kDouble, .seed = 3});
    const auto again = std::dynamic_pointer_cast<network_module>(net.clone());
    const auto image = at::ones({1, 1, 4, 4}, at::kDouble);
    std::complex<double> sum = 0;  // of eigenvalues, and so the trace
    for (const auto& one : workbench::spectrum_of(net, image, {.steps = 3}).whole.eigenvalues) sum += one;

    const evaluation_mode mode(*again);  // draws as the spectrum does
    const auto run = again->run(image, {.steps = 3, .record_feedback = {true}});
    const auto feedback = run.feedback[0].select(1, -1), rest = run.final_states[0];
    double trace = 0;
    const double by = 1e-6;
    for (std::int64_t k = 0; k < rest.numel(); ++k) {
        const auto after = [&](double moved) {
            const auto state = rest.detach().clone();
            state.view(-1)[k] += moved;
            const auto next =
                again->run(image, {.steps = 1, .initial_states = {state}, .initial_feedback = {feedback}});
            return next.final_states[0].flatten()[k].item<double>();
        };
        trace += (after(by) - after(-by)) / (2 * by);
    }
    CHECK(sum.real() == Approx(trace).epsilon(1e-6));
    CHECK(std::abs(sum.imag()) < 1e-9);
}

TEST_CASE("spectrum: a pair of E and I has the eigenvalues of its two by two matrix") {
    for (const double self_excitation : {1.5, 0.5}) {
        const auto net = pair(self_excitation);
        const auto found = workbench::spectrum_of(*net, at::ones({1, 1, 1, 1}, at::kDouble), {.steps = 200});
        const auto expected = eigenvalues(1 + (self_excitation - 1) / 10, -0.1, 0.4, 1 - 1.5 / 5);
        REQUIRE(found.whole.eigenvalues.size() == 2);
        CHECK(std::abs(found.whole.eigenvalues[0] - expected[0]) < 1e-7);
        CHECK(std::abs(found.whole.eigenvalues[1] - expected[1]) < 1e-7);
        CHECK(found.whole.abscissa() == Approx(expected[0].real() - 1));
        REQUIRE(found.excitation);
        CHECK(found.excitation->radius() == Approx(1 + (self_excitation - 1) / 10));
        CHECK(found.is_stable());
        CHECK(found.is_inhibition_stabilised() == (self_excitation > 1));
        CHECK(loops(*net, at::ones({1, 1, 1, 1}, at::kDouble), 200).is_inhibition_stabilised() ==
              (self_excitation > 1));
    }
}

TEST_CASE("spectrum: perturbations count where they act at the step after the last") {
    const auto net = pair(1.5);
    const auto image = at::ones({1, 1, 1, 1}, at::kDouble);
    const auto found = [&](std::vector<perturbation> all) {
        net->perturb(std::move(all));
        const auto spectrum = workbench::spectrum_of(*net, image, {.steps = 6}).whole.eigenvalues;
        const auto gain = loops(*net, image, 6).gain;
        CHECK(net->perturbations().size() <= 1);  // as it was
        net->perturb({});
        return std::pair(spectrum, gain);
    };
    const auto perturbation_of = [](perturbation::kind kind, const char* text) {
        return workbench::perturbation_in(plan_of<Pair>, kind, text);
    };
    using kind = perturbation::kind;
    const auto [whole, gain] = found({});
    const auto [cut, cut_gain] = found({perturbation_of(kind::cut, "Column.In-Column.Ex")});
    REQUIRE(std::abs(cut[0] - whole[0]) > 1e-3);
    for (const auto& [text, acts] : {std::pair{"Column.In-Column.Ex:..2", false},
                                     {"Column.In-Column.Ex:3..", true},
                                     {"Column.In-Column.Ex:2..6", false},
                                     {"Column.In-Column.Ex:2..7", true}}) {
        INFO(text);
        const auto [eigenvalues, here] = found({perturbation_of(kind::cut, text)});
        for (std::size_t i = 0; i < 2; ++i)
            CHECK(std::abs(eigenvalues[i] - (acts ? cut : whole)[i]) < 1e-9);  // linear where both are active
        CHECK(here == Approx(acts ? cut_gain : gain).epsilon(1e-3));
    }
    // Silenced until the third step, inhibition is back at the seventh.
    CHECK(std::abs(found({perturbation_of(kind::silence, "Column.In:..2")}).first[0] - whole[0]) < 1e-9);
    CHECK(found({perturbation_of(kind::silence, "Column.In:2..")}).first[1] == 0.0);
    // Noise moves the rates and is no part of the step, here a linear one.
    const auto noisy = found({perturbation_of(kind::noise, "Column.Ex=0.01")});
    for (std::size_t i = 0; i < 2; ++i) CHECK(std::abs(noisy.first[i] - whole[i]) < 1e-9);
    CHECK(noisy.second == Approx(gain).epsilon(1e-3));
}

TEST_CASE("spectrum: of a connectome, too, whether it has perturbations or is given them") {
    const auto net = make<Sides>(pathway(), {.dtype = at::kDouble});
    const auto input = images_of(views(3), 1, 1).to(at::kDouble);
    const auto radius = [&](const std::vector<perturbation>& all = {}) {
        return workbench::spectrum_of(*net, input, {.steps = 4, .perturbations = all}).whole.radius();
    };
    const auto silenced = [&](const char* text) {
        return workbench::perturbation_in(*net, perturbation::kind::silence, text);
    };
    // The slowest cells are the lamina's.
    const double without = radius({silenced("Lamina:2..")});
    CHECK(radius({silenced("Lamina:2..4")}) > without + 0.01);
    net->perturb(workbench::with_perturbations(*net, {silenced("Lamina:2..")}));
    CHECK(radius() == Approx(without));
    CHECK(net->perturbations().clamps.front().from == 2);  // as it was
    net->perturb({});
    const auto noise = workbench::perturbation_in(*net, perturbation::kind::noise, "Medulla=0.1");
    CHECK(radius({noise}) > 0);
}

TEST_CASE(
    "spectrum: J is the derivative of the step, with feedback and delays, and Arnoldi finds what the matrix has") {
    for (const auto* plan : {&plan_of<Two>, &plan_of<Tiny>, &plan_of<Prompt>}) {
        network_module net(*plan, {.dtype = at::kDouble});
        draw(net);
        const auto stimulus = stimulus_for(*plan, false, layout::batch_first).narrow(0, 0, 1);
        const auto all = workbench::spectrum_of(net, stimulus, {.steps = 4});
        const auto few = workbench::spectrum_of(net, stimulus, {.steps = 4, .dense_up_to = 0, .leading = 6});
        CHECK(all.whole.is_complete);
        CHECK(static_cast<std::int64_t>(all.whole.eigenvalues.size()) == all.whole.size);
        CHECK_FALSE(few.whole.is_complete);
        CHECK(few.whole.radius() == Approx(all.whole.radius()).epsilon(1e-6));
        CHECK(few.whole.abscissa() == Approx(all.whole.abscissa()).epsilon(1e-6).margin(1e-8));
        // The largest, none left out, and at most a pair more that is the rightmost.
        REQUIRE(few.whole.eigenvalues.size() >= 4);
        CHECK(few.whole.eigenvalues.size() <= 6 + 2);
        for (std::size_t i = 0; i < 4; ++i)
            CHECK(std::abs(few.whole.eigenvalues[i]) == Approx(std::abs(all.whole.eigenvalues[i])).epsilon(1e-5));
        CHECK(few.excitation->radius() == Approx(all.excitation->radius()).epsilon(1e-6));
        CHECK(few.excitation->size == static_cast<std::int64_t>(all.excitation->eigenvalues.size()));
        // The sum of all eigenvalues is the trace: by differences of the step in the rates, for the network without
        // feedback.
        if (!plan->feedback.empty()) continue;
        const at::NoGradGuard no_gradients;
        net.eval();
        const auto rest = net.run(stimulus, {.steps = 4}).final_states;
        double trace = 0, sum = 0;
        for (std::size_t type = 0; type < rest.size(); ++type)
            for (std::int64_t i = 0; i < rest[type].numel(); ++i) {
                const auto moved = [&](double by) {
                    auto states = rest;
                    states[type] = states[type].clone();
                    states[type].view({-1})[i] += by;
                    const auto after = net.run(stimulus, {.steps = 1, .initial_states = states}).final_states[type];
                    return after.contiguous().view({-1})[i].item<double>();
                };
                trace += (moved(1e-6) - moved(-1e-6)) / 2e-6;
            }
        for (const auto& one : all.whole.eigenvalues) sum += one.real();
        CHECK(sum == Approx(trace).epsilon(1e-6));
    }
}

TEST_CASE("spectrum: of a connectome, the matrix is that of finite differences") {
    const auto net = make<Sides>(pathway(), {.dtype = at::kDouble});
    const auto input = images_of(views(3), 1, 1).to(at::kDouble);
    const auto found = workbench::spectrum_of(*net, input, {.steps = 4});
    CHECK(found.whole.size == 9);
    REQUIRE(found.excitation);
    CHECK(found.excitation->size == 7);
    const at::NoGradGuard no_gradients;
    const auto state = net->run(input, steps{4}).final_state;
    const auto step = [&](const at::Tensor& from) { return net->run(input, steps{1}, start_cells{from}).final_state; };
    const double change = 1e-6;
    auto matrix = at::zeros({9, 9}, at::kDouble);
    for (std::int64_t cell = 0; cell < 9; ++cell) {
        auto more = state.clone(), less = state.clone();
        more[0][cell] += change;
        less[0][cell] -= change;
        if (less[0][cell].item<double>() < 0) less = state;  // rates of cells with a sign aren't negative
        const double width = (more[0][cell] - less[0][cell]).item<double>();
        matrix.select(1, cell).copy_((step(more) - step(less))[0] / width);
    }
    const auto radius = at::linalg_eigvals(matrix).abs().max().item<double>();
    CHECK(found.whole.radius() == Approx(radius).epsilon(1e-4));
    // Without the synapses of the medulla onto itself and the lamina, nothing goes round but what decays.
    std::vector<perturbation> cuts;
    for (const auto* text : {"Medulla-Medulla", "Medulla-Lamina"})
        cuts.push_back(workbench::perturbation_in(*net, perturbation::kind::cut, text));
    const auto open = workbench::spectrum_of(*net, input, {.steps = 4, .perturbations = cuts});
    CHECK(open.whole.radius() == Approx(1 - 1 / 2.0).epsilon(1e-6));  // the lamina, whose time constant is largest
}

}  // namespace workbench_spectrum_test
