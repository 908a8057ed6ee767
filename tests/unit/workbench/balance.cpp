// Excitation and inhibition against weights times rates, and against the drive.

#include "catch.hpp"
#include "executors/scheduled.hpp"
#include "temp_folder.hpp"
#include "workbench/circuit.hpp"
#include "workbench/pair.hpp"

#include <cortexpr/data/gratings.hpp>
#include <cortexpr/train/images_of.hpp>
#include <cortexpr/train/trainer.hpp>
#include <cortexpr/workbench/balance.hpp>

namespace workbench_balance_test {

using namespace cortexpr;
using namespace cortexpr::test;

TEST_CASE("balance: currents of a pair of E and I are weights times rates") {
    const auto net = pair(0.5);
    const auto set = shades({1, 2}, 1);
    const auto found = workbench::balance_of(*net, set, {.steps = 6, .batch_size = 1});
    run_request request{.steps = 6};
    request.record_states = {true, true};
    const at::NoGradGuard no_gradients;
    net->eval();
    const auto run = net->network_module::run(images_of(set).to(at::kDouble), request);
    const auto rate = [&](std::size_t type, int step) {
        return run.states[type].select(1, step - 1).mean().item<double>();
    };
    const auto& e = found[0];
    CHECK(e.steps == std::vector<int>{2, 3, 4, 5, 6});
    using source = workbench::current_source;
    const auto current = [&](const workbench::type_balance& of, source from) {
        return of.current[static_cast<std::size_t>(from)];
    };
    for (std::size_t i = 0; i < 5; ++i) {
        const int before = static_cast<int>(i) + 1;
        CHECK(current(e, source::stimulus)[i] == Approx(2 * 1.5));
        CHECK(current(e, source::excitatory)[i] == Approx(0.5 * rate(0, before)));
        CHECK(current(e, source::inhibitory)[i] == Approx(-rate(1, before)));
        CHECK(e.excitation[i] == Approx(3 + 0.5 * rate(0, before)));
        CHECK(e.ratio[i] == Approx(rate(1, before) / (3 + 0.5 * rate(0, before))));
        CHECK(found[1].excitation[i] == Approx(2 * rate(0, before)));
    }
    CHECK(current(e, source::feedback).empty());
    CHECK(current(found[1], source::stimulus).empty());
    CHECK(e.ratio_by_neuron.item<double>() == Approx(e.ratio.back()));
    CHECK(e.correlation == Approx(1));  // both double with the stimulus
    CHECK_THROWS_AS(workbench::balance_of(*net, set, {.steps = 1}), usage_error);
}

TEST_CASE("balance: currents beyond all numbers have none") {
    const auto net = make<Tiny>({.seed = 1});
    const at::NoGradGuard no_gradients;
    // Sigmoids keep the rates within 1, whatever drives them.
    for (const auto& edge : plan_of<Tiny>.edges)
        if (edge.from == plan::edge::source::stimulus)
            net->set(edge.weight, at::full_like(net->parameter(edge.weight), 3e38));
    data::labelled_images set{.count = 2,
                              .channels = 2,
                              .height = 6,
                              .width = 5,
                              .classes = 3,
                              .pixels = {},
                              .labels = {0, 1},
                              .scale = {},
                              .source = "bright"};
    set.numbers.assign(2 * set.image_size(), 2.0F);
    const auto message = message_of<divergence_error>([&] { workbench::balance_of(*net, set, {.steps = 3}); });
    CHECK(contains(message, "become infinite at step 2, so their balance has no value; scale the weights down"));
}

TEST_CASE("balance: currents add up to the drive, between areas, with feedback and a delay") {
    for (const auto* plan : {&plan_of<Two>, &plan_of<Prompt>}) {
        network_module net(*plan, {.dtype = at::kDouble});
        draw(net);
        // Small drives, from which a sigmoid can be inverted.
        for (int i = 0; i < net.parameter_count(); ++i)
            if (plan->parameters[static_cast<std::size_t>(i)].is != plan::parameter::role::tau)
                net.set(i, net.parameter(i).detach() * 0.02);
        net.eval();
        const auto& in = plan->areas.front().input;
        data::labelled_images set = data::gratings(
            {.channels = in.channels, .height = in.height, .width = in.width, .angles = 2, .phases = 2, .period = 3});
        const auto found = workbench::balance_of(net, set, {.steps = 4, .batch_size = 3});
        const at::NoGradGuard no_gradients;
        auto request = everything(*plan);
        const auto run = net.run(images_of(set).to(at::kDouble), request);
        for (std::size_t type = 0; type < plan->types.size(); ++type) {
            const auto& one = plan->types[type];
            // The drive is known where the nonlinearity is one-to-one and easily inverted.
            if (one.nonlinearity != activation::none && one.nonlinearity != activation::sigmoid) continue;
            const auto tau = net.parameter(one.tau_parameter);
            const auto f =
                run.states[type].select(1, 2) + tau * (run.states[type].select(1, 3) - run.states[type].select(1, 2));
            const auto drive = one.nonlinearity == activation::none ? f : (f / (1 - f)).log();
            const auto& biases = found[type].current[static_cast<std::size_t>(workbench::current_source::bias)];
            REQUIRE_FALSE(biases.empty());
            double bias = 0;
            for (const auto& edge : plan->edges)
                if (edge.postsynaptic == static_cast<int>(type) && edge.nonlinearity == activation::none &&
                    edge.bias >= 0)
                    bias += edge.sign * net.parameter(edge.bias).mean().item<double>();
            CHECK(biases.back() == Approx(bias));
            CHECK(std::abs(bias) > 1e-6);
            CHECK(found[type].excitation.back() - found[type].inhibition.back() ==
                  Approx(drive.mean().item<double>() - bias).epsilon(1e-9));
            double sum = 0;
            for (const auto& currents : found[type].current) sum += currents.empty() ? 0 : currents.back();
            CHECK(sum == Approx(drive.mean().item<double>()).epsilon(1e-9));
        }
    }
}

TEST_CASE("balance: of a connectome, currents are those of the equations") {
    const auto net = make<Sides>(pathway(), {.dtype = at::kDouble});
    const auto examples = views(6);
    const auto found = workbench::balance_of(*net, examples, {.steps = 4, .batch_size = 4});
    const at::NoGradGuard no_gradients;
    const auto inputs = images_of(examples).to(at::kDouble);
    const auto states = net->run(inputs, steps{4}, record_states{}).states;
    const auto weights = net->synaptic_weights();
    const auto lamina = net->cells_of<Lamina>();
    // By source, mean over the medulla's cells and the examples, at step 4, from the rates of step 3.
    double excitatory = 0, inhibitory = 0;
    for (std::int64_t i = 0; i < net->synapse_count(); ++i) {
        const auto from = net->presynaptic_cells()[static_cast<std::size_t>(i)],
                   to = net->postsynaptic_cells()[static_cast<std::size_t>(i)];
        if (std::ranges::count(net->cells_of<Medulla>(), to) == 0) continue;
        const double current = (weights[i] * states.select(2, from).select(1, 2).sum()).item<double>() / (6 * 4);
        (std::ranges::count(lamina, from) == 1 ? inhibitory : excitatory) += current;
    }
    const auto& medulla = found[2];
    const auto current_of = [&](workbench::current_source source) {
        return medulla.current[static_cast<std::size_t>(source)].back();
    };
    CHECK(current_of(workbench::current_source::excitatory) == Approx(excitatory));
    CHECK(current_of(workbench::current_source::inhibitory) == Approx(-inhibitory));
    CHECK(medulla.excitation.back() == Approx(excitatory));
    CHECK(medulla.inhibition.back() == Approx(inhibitory));
    CHECK(medulla.ratio.back() == Approx(inhibitory / excitatory));
    CHECK(medulla.ratio_by_neuron.numel() == 4);
    CHECK(medulla.steps == std::vector<int>{2, 3, 4});
    // The eye hears the stimulus alone.
    CHECK(found[0].current[static_cast<std::size_t>(workbench::current_source::excitatory)].empty());
    CHECK(found[0].current[0].back() == Approx(inputs.mean().item<double>()));
    const auto cut_late = workbench::balance_of(
        *net, examples,
        {.steps = 4, .perturbations = {workbench::perturbation_in(*net, perturbation::kind::cut, "Lamina-Medulla:4")}});
    CHECK(cut_late[2].inhibition[1] == Approx(medulla.inhibition[1]));
    CHECK(cut_late[2].inhibition.back() == 0);
    auto of_an_image = workbench::perturbation_in(*net, perturbation::kind::silence, "Lamina");
    of_an_image.where.images = {1};
    CHECK_THROWS_WITH(workbench::balance_of(*net, examples, {.perturbations = {of_an_image}}),
                      "balance is a mean over all images, so its perturbations name none");
}

}  // namespace workbench_balance_test
