// Perturbed runs by every executor: the same values and gradients, and those that the equations say.

#include "catch.hpp"
#include "executors/scheduled.hpp"
#include "executors/shared_work.hpp"

#include <cortexpr/data/batches.hpp>
#include <cortexpr/module/model.hpp>
#include <cortexpr/module/stored_module.hpp>

#include <ATen/Parallel.h>
#include <ATen/ops/cat.h>
#include <fmt/format.h>
#include <torch/csrc/autograd/autograd.h>

#include <array>
#include <optional>
#include <string>
#include <utility>

namespace perturbed_run_test {

using namespace cortexpr;
using namespace cortexpr::test;

namespace {

using kind = perturbation::kind;
using target = perturbation::target;

constexpr std::array scheduled{executor::planned, executor::batched};

/// Values are recorded, and gradients taken, as the transparent executor has them.
void compare(const plan::network& plan, const std::vector<perturbation>& perturbations, run_request request,
             bool is_sequence = false) {
    request.perturbations = perturbations;
    const auto stimulus = stimulus_for(plan, is_sequence, request.layout);
    if (is_sequence) request.steps.reset();
    const auto transparent = run_with(executor::transparent, plan, request, stimulus);
    for (const auto with : scheduled) {
        INFO(name_of(with));
        const auto ours = run_with(with, plan, request, stimulus);
        CHECK(largest_error(ours.values, transparent.values) < 1e-12);
        CHECK(largest_error(ours.gradients, transparent.gradients) < 1e-11);
    }
}

void compare(const plan::network& plan, const std::vector<perturbation>& perturbations) {
    compare(plan, perturbations, everything(plan));
}

at::Tensor answer_of(const run_result& result) { return result.logits.defined() ? result.logits : result.output; }

/// The states of a type at all steps of a run, (B, T, C, H, W).
at::Tensor states_of(network_module& net, const std::vector<perturbation>& perturbations, std::size_t type, int steps,
                     const at::Tensor& stimulus) {
    run_request request{.steps = steps, .perturbations = perturbations};
    request.record_states.assign(net.plan().types.size(), true);
    return net.run(stimulus, request).states[type];
}

std::string refusal(const plan::network& plan, const perturbation& one, int steps = 3) {
    network_module net(plan, {.dtype = at::kDouble});
    try {
        net.run(stimulus_for(plan, false, layout::batch_first), {.steps = steps, .perturbations = {one}});
    } catch (const usage_error& problem) {
        return problem.what();
    }
    return "";
}

}  // namespace

TEST_CASE("perturbed: states that are held and currents, in every type, at some steps and neurons") {
    for (const auto* plan : subjects)
        for (int type = 0; type < static_cast<int>(plan->types.size()); ++type) {
            INFO(plan->name << ", " << plan->types[static_cast<std::size_t>(type)].name);
            const perturbed_part some{.subtypes = {0}, .rows = {1, 2}, .columns = {0}, .images = {0, 2}};
            if (type % 2 == 0) compare(*plan, {{.is = kind::clamp, .index = type, .amount = 0.4}});
            compare(*plan, {{.is = kind::inject, .index = type, .amount = 0.7, .from = 2},
                            {.is = kind::noise, .index = type, .amount = 0.5, .where = {.subtypes = {1}}},
                            {.is = kind::clamp, .index = type, .amount = 0.3, .from = 2, .to = 2, .where = some},
                            {.is = kind::silence, .index = type, .from = 3, .to = 3}});
        }
}

// By turns, so that each edge is cut, or scaled, always or for some steps, with all others of its turn.
TEST_CASE("perturbed: edges and feedback that are cut or scaled, and time constants, always and for some steps") {
    for (const auto* plan : subjects)
        for (int turn = 0; turn < 4; ++turn) {
            INFO(plan->name << ", turn " << turn);
            std::vector<perturbation> all;
            const auto add = [&](target of, int index) {
                const int way = (index + turn) % 4;
                if (way == 0) all.push_back({.is = kind::cut, .of = of, .index = index});
                if (way == 1) all.push_back({.is = kind::cut, .of = of, .index = index, .from = 2, .to = 3});
                if (way == 2)
                    all.push_back({.is = kind::scale_edge, .of = of, .index = index, .amount = 0.3, .from = 2});
            };
            for (int edge = 0; edge < static_cast<int>(plan->edges.size()); ++edge) add(target::edge, edge);
            for (int edge = 0; edge < static_cast<int>(plan->feedback.size()); ++edge) add(target::feedback, edge);
            for (int type = turn; type < static_cast<int>(plan->types.size()); type += 4) {
                all.push_back({.is = kind::freeze_tau, .index = type});
                all.push_back({.is = kind::freeze_tau, .index = type, .amount = 1.7, .from = 3});
            }
            compare(*plan, all);
        }
}

TEST_CASE("perturbed: many at once, in sequences, from given starts, of what is read alone") {
    for (const auto* plan : subjects) {
        INFO(plan->name);
        const int last = static_cast<int>(plan->types.size()) - 1, edges = static_cast<int>(plan->edges.size());
        std::vector<perturbation> all{{.is = kind::silence, .index = 0, .from = 3},
                                      {.is = kind::clamp, .index = last, .amount = 0.2, .where = {.columns = {1}}},
                                      {.is = kind::noise, .index = last, .amount = 0.2, .from = 2},
                                      {.is = kind::freeze_tau, .index = last, .amount = 2, .to = 1},
                                      {.is = kind::cut, .of = target::edge, .index = edges - 1, .from = 2, .to = 2},
                                      {.is = kind::scale_edge, .of = target::edge, .index = 0, .amount = 0.5}};
        for (int edge = 0; edge < static_cast<int>(plan->feedback.size()); ++edge)
            all.push_back({.is = kind::cut, .of = target::feedback, .index = edge, .from = 2});
        compare(*plan, all, with_starts(*plan, everything(*plan)));
        compare(*plan, all, {.steps = some_steps, .answer_only = true});
        if (plan->has_readout()) compare(*plan, all, {.steps = some_steps, .all_logits = true});
        auto request = everything(*plan);
        request.layout = plan->has_readout() ? layout::batch_first : layout::time_first;
        compare(*plan, all, request, true);
    }
}

TEST_CASE("perturbed: each kind by itself, at one neuron, step and image as well as everywhere") {
    for (const auto* plan : {&plan_of<Two>, &plan_of<Tiny>, &plan_of<Unheard>}) {
        const auto& shape = plan->types.back().shape;
        const int type = static_cast<int>(plan->types.size()) - 1;
        const perturbed_part one{
            .subtypes = {shape.channels - 1}, .rows = {shape.height - 1}, .columns = {0}, .images = {1}};
        for (const auto is : {kind::silence, kind::clamp, kind::inject, kind::noise})
            for (const auto& where : {perturbed_part{}, one})
                for (const auto& [from, to] :
                     {std::pair{1, std::optional<int>()}, {2, std::optional(2)}, {some_steps, std::optional<int>()}}) {
                    INFO(plan->name << ", " << name_of(is) << ", from " << from);
                    perturbation what{.is = is, .index = type, .from = from, .to = to, .where = where};
                    if (is != kind::silence) what.amount = 0.4;
                    compare(*plan, {what},
                            {.steps = some_steps, .record_states = std::vector<bool>(plan->types.size(), true)});
                }
    }
}

// Combinations by chance: kinds, parts, steps and amounts, several at once.
TEST_CASE("perturbed: drawn perturbations of drawn networks' parts") {
    for (std::uint64_t seed = 0; seed < 40; ++seed) {
        split_mix_64 draw_from(seed);
        const auto below = [&draw_from](int count) {
            return static_cast<int>(draw_from.below(static_cast<std::uint32_t>(count)));
        };
        const auto& plan = *subjects[seed % subjects.size()];
        std::vector<perturbation> all;
        for (int count = 1 + below(5); count > 0; --count) {
            perturbation one{.is = static_cast<kind>(below(7)), .from = 1 + below(some_steps)};
            if (below(2) == 0) one.to = one.from + below(some_steps);
            const bool is_of_edges = one.is == kind::scale_edge || one.is == kind::cut;
            const bool is_feedback = is_of_edges && !plan.feedback.empty() && below(3) == 0;
            one.of = !is_of_edges ? target::neuron_type : is_feedback ? target::feedback : target::edge;
            one.index = below(static_cast<int>(!is_of_edges  ? plan.types.size()
                                               : is_feedback ? plan.feedback.size()
                                                             : plan.edges.size()));
            if (one.is != kind::silence && one.is != kind::cut)
                one.amount = (one.is == kind::freeze_tau ? 1 : 0) + 0.1 * below(12);
            if (one.is_of_states()) {
                const auto& shape = plan.types[static_cast<std::size_t>(one.index)].shape;
                if (below(2) == 0) one.where.subtypes = {below(shape.channels)};
                if (below(3) == 0) one.where.rows = {below(shape.height)};
                if (below(3) == 0) one.where.columns = {below(shape.width)};
                if (below(3) == 0) one.where.images = {below(3)};
            }
            all.push_back(one);
        }
        std::string told;
        for (const auto& one : all) told += fmt::format(" {} {}", name_of(one.is), one.index);
        INFO("seed " << seed << ", " << plan.name << ":" << told);
        compare(plan, all);
    }
}

TEST_CASE("perturbed: an image's numbers don't depend on the others of the batch, nor their bits on threads") {
    const every_run_is_shared shared;
    const auto& plan = plan_of<Judge>;
    network_module net(plan, {.dtype = at::kDouble});
    net.eval();
    draw(net);
    const at::NoGradGuard no_gradients;
    const auto images = stimulus_for(plan, false, layout::batch_first);
    const std::vector<perturbation> all{
        {.is = kind::inject, .index = 0, .amount = 0.4, .from = 2, .where = {.rows = {1}}},
        {.is = kind::clamp, .index = 1, .amount = 0.2, .to = 3},
        {.is = kind::cut, .of = target::edge, .index = 5, .from = 3}};
    const auto logits = [&](const at::Tensor& shown) {
        return net.run(shown, {.steps = 4, .perturbations = all}).logits;
    };
    const auto whole = logits(images);
    for (const int threads : {1, 3}) {
        const threads_for_a_while several(threads);
        CHECK(at::equal(logits(images), whole));
    }
    for (int i = 0; i < 3; ++i)
        CHECK(largest_difference(logits(images.narrow(0, i, 1)), whole.narrow(0, i, 1)) < 1e-12);
}

TEST_CASE("perturbed: what is held is held, and a current is what a bias would be") {
    const auto& plan = plan_of<Judge>;
    network_module net(plan, {.dtype = at::kDouble});
    net.eval();
    draw(net);
    const at::NoGradGuard no_gradients;
    const auto image = stimulus_for(plan, false, layout::batch_first);
    const auto free = states_of(net, {}, 0, 4, image);
    const auto held = states_of(
        net, {{.is = kind::clamp, .amount = 0.25, .from = 2, .to = 3, .where = {.subtypes = {4}, .images = {1}}}}, 0, 4,
        image);
    CHECK((held.slice(1, 1, 3).slice(0, 1, 2).select(2, 4) == 0.25).all().item<bool>());
    CHECK(at::equal(held.slice(1, 1, 2).select(2, 3), free.slice(1, 1, 2).select(2, 3)));
    CHECK(at::equal(held.select(0, 0), free.select(0, 0)));
    CHECK(largest_difference(held.select(1, 3).select(0, 1), free.select(1, 3).select(0, 1)) > 1e-6);

    const auto driven = states_of(net, {{.is = kind::inject, .amount = 0.5}}, 0, 1, image);
    int edge = -1;
    for (int i = 0; i < static_cast<int>(plan.edges.size()); ++i) {
        const auto& one = plan.edges[static_cast<std::size_t>(i)];
        if (one.postsynaptic == 0 && one.bias >= 0 && one.sign > 0 && one.nonlinearity == activation::none) edge = i;
    }
    REQUIRE(edge >= 0);
    const int parameter = plan.edges[static_cast<std::size_t>(edge)].bias;
    net.set(parameter, net.parameter(parameter) + 0.5);
    CHECK(largest_difference(states_of(net, {}, 0, 1, image), driven) < 1e-12);
}

TEST_CASE("perturbed: cutting an edge is setting its weights and bias to 0, and scaling it scales its weights") {
    const auto& plan = plan_of<Two>;
    const auto image = stimulus_for(plan, false, layout::batch_first);
    const at::NoGradGuard no_gradients;
    network_module net(plan, {.dtype = at::kDouble});
    draw(net);
    for (int edge = 0; edge < static_cast<int>(plan.edges.size()); ++edge) {
        const auto& one = plan.edges[static_cast<std::size_t>(edge)];
        INFO("edge " << edge);
        const auto with = [&](perturbation what) {
            what.of = target::edge;
            what.index = edge;
            return net.run(image, {.steps = 4, .perturbations = {what}}).output;
        };
        const auto cut = with({.is = kind::cut}), halved = with({.is = kind::scale_edge, .amount = 0.5});
        const auto changed = std::dynamic_pointer_cast<network_module>(net.clone());
        changed->set(one.weight, net.parameter(one.weight) * 0.5);
        CHECK(largest_difference(changed->run(image, {.steps = 4}).output, halved) < 1e-12);
        changed->set(one.weight, 0);
        if (one.bias >= 0) changed->set(one.bias, 0);
        CHECK(largest_difference(changed->run(image, {.steps = 4}).output, cut) < 1e-12);
    }
}

TEST_CASE("perturbed: noise has its deviation, differs by step and image, and comes from the network's generator") {
    const auto& plan = plan_of<Two>;
    network_module net(plan, {.dtype = at::kDouble, .seed = 3});
    for (int i = 0; i < net.parameter_count(); ++i)
        net.set(i, plan.parameters[static_cast<std::size_t>(i)].constraint == plan::parameter::bound::at_least_one
                       ? 1.0
                       : 0.0);
    net.generator(at::detail::createCPUGenerator(5));
    const auto image = normal({64, 2, 6, 5}, 1);
    const auto type = static_cast<std::size_t>(2);  // hybrid, so without a nonlinearity that cuts
    const std::vector<perturbation> noisy{{.is = kind::noise, .index = 2, .amount = 0.1, .from = 2}};
    const at::NoGradGuard no_gradients;
    const auto states = states_of(net, noisy, type, 3, image);
    const auto rest = states.select(1, 0);
    CHECK(rest.abs().max().item<double>() == Approx(rest.abs().min().item<double>()));
    CHECK(states.select(1, 1).std().item<double>() > 0.01);
    CHECK(largest_difference(states.select(1, 1), states.select(1, 2)) > 0.01);
    CHECK(largest_difference(states.select(0, 0), states.select(0, 1)) > 0.01);
    net.generator(at::detail::createCPUGenerator(5));
    CHECK(at::equal(states_of(net, noisy, type, 3, image), states));
}

// A number of noise is a function of its image's key, its type, step and position.
TEST_CASE("perturbed: noise is the same for any threads, batches, executors, and whatever else is done") {
    const every_run_is_shared shared;
    const auto& plan = plan_of<Two>;
    const perturbation noise{.is = kind::noise, .index = 1, .amount = 0.3, .from = 2, .to = 3};
    const auto images = normal({5, 2, 6, 5}, 1);
    const at::NoGradGuard no_gradients;
    const auto network = [&](executor with, at::ScalarType dtype) {
        auto net = std::make_unique<network_module>(plan, module_options{.dtype = dtype, .executor = with});
        draw(*net);
        net->generator(at::detail::createCPUGenerator(5));
        return net;
    };
    const auto states = [&](network_module& net, const std::vector<perturbation>& all, const at::Tensor& shown) {
        return states_of(net, all, 1, 4, shown);
    };
    const auto whole = states(*network(executor::planned, at::kDouble), {noise}, images);
    CHECK(largest_difference(whole, states(*network(executor::planned, at::kDouble), {}, images)) > 0.01);

    for (const int threads : {1, 3}) {
        const threads_for_a_while several(threads);
        CHECK(at::equal(states(*network(executor::planned, at::kDouble), {noise}, images), whole));
    }
    const auto halves = network(executor::planned, at::kDouble);
    const auto first = states(*halves, {noise}, images.slice(0, 0, 2));
    const auto second = states(*halves, {noise}, images.slice(0, 2));
    CHECK(at::equal(at::cat({first, second}), whole));

    for (const auto with : {executor::transparent, executor::batched})
        CHECK(largest_difference(states(*network(with, at::kDouble), {noise}, images), whole) < 1e-12);
    for (const auto with : {executor::transparent, executor::batched, executor::planned})
        CHECK(largest_difference(states(*network(with, at::kFloat), {noise}, images.to(at::kFloat)).to(at::kDouble),
                                 whole) < 1e-5);

    // One subtype and image has the numbers that it has when all have some.
    const auto part = states(
        *network(executor::planned, at::kDouble),
        {{.is = kind::noise, .index = 1, .amount = 0.3, .from = 2, .to = 2, .where = {.subtypes = {1}, .images = {3}}},
         {.is = kind::inject, .index = 0, .amount = 0.1, .from = 4}},
        images);
    const auto free = states(*network(executor::planned, at::kDouble), {}, images);
    CHECK(at::equal(part[3][1][1], whole[3][1][1]));
    CHECK(at::equal(part[3][1][0], free[3][1][0]));
    CHECK(at::equal(part[2][1], free[2][1]));
}

TEST_CASE("perturbed: two kinds of noise on a type are drawn apart, and a run goes on with other numbers") {
    const auto& plan = plan_of<Two>;
    network_module net(plan, {.dtype = at::kDouble});
    draw(net);
    const auto images = normal({2, 2, 6, 5}, 1);
    const at::NoGradGuard no_gradients;
    const auto with = [&](const std::vector<perturbation>& all) {
        net.generator(at::detail::createCPUGenerator(5));
        return states_of(net, all, 2, 1, images);
    };
    const perturbation noise{.is = kind::noise, .index = 2, .amount = 0.1};
    auto twice = noise;
    twice.amount = 0.2;
    CHECK(largest_difference(with({noise, noise}), with({twice})) > 0.01);
    const auto once = with({noise});
    CHECK(largest_difference(states_of(net, {noise}, 2, 1, images), once) > 0.01);
}

// One run of several parts in the planned executor, several runs in the others.
TEST_CASE("perturbed: edges and time constants that change at several steps, in sequences and training, any threads") {
    const every_run_is_shared shared;
    for (const auto* plan : subjects) {
        INFO(plan->name);
        std::vector<perturbation> all;
        for (int edge = 0; edge < static_cast<int>(plan->edges.size()); ++edge)
            all.push_back({.is = edge % 2 == 0 ? kind::cut : kind::scale_edge,
                           .of = target::edge,
                           .index = edge,
                           .amount = 0.4,
                           .from = 1 + edge % some_steps,
                           .to = 1 + edge % some_steps + edge % 2});
        for (int edge = 0; edge < static_cast<int>(plan->feedback.size()); ++edge)
            all.push_back({.is = kind::cut, .of = target::feedback, .index = edge, .from = 2, .to = 2 + edge});
        all.push_back({.is = kind::freeze_tau, .index = 0, .amount = 2.5, .from = 2, .to = 3});
        for (auto& one : all)
            if (one.is == kind::cut) one.amount.reset();
        compare(*plan, all);
        compare(*plan, all, with_starts(*plan, everything(*plan)), true);
        compare(*plan, all, {.steps = some_steps, .answer_only = true});
        auto of_all = all;  // nothing is left at one step
        for (auto& one : of_all)
            if (one.of != target::neuron_type)
                one = {.is = kind::cut, .of = one.of, .index = one.index, .from = 3, .to = 3};
        compare(*plan, of_all);
        const auto request = [&] {
            auto one = everything(*plan);
            one.perturbations = all;
            return one;
        }();
        const auto stimulus = stimulus_for(*plan, false, request.layout);
        const auto with_threads = [&](int count) {
            const threads_for_a_while several(count);
            return run_with(executor::planned, *plan, request, stimulus);
        };
        const auto one = with_threads(1), several = with_threads(3);
        CHECK(largest_error(one.values, several.values) == 0);
        CHECK(largest_error(one.gradients, several.gradients) == 0);
    }
}

TEST_CASE("perturbed: what doesn't fit is refused in a sentence") {
    const auto& plan = plan_of<Two>;
    CHECK(refusal(plan, {.is = kind::clamp, .amount = -1}) ==
          "clamp of Lower.E holds a negative rate, -1, which would turn the sign of an excitatory neuron; give one "
          "from 0");
    CHECK(refusal(plan, {.is = kind::clamp}) == "clamp of Lower.E lacks its amount");
    CHECK(refusal(plan, {.is = kind::silence, .index = 7}) == "a perturbation names number 7 of 3");
    CHECK(refusal(plan, {.is = kind::silence, .from = 4}) == "silence of Lower.E begins at step 4, but the run has 3");
    CHECK(refusal(plan, {.is = kind::silence, .from = 0}) == "silence of Lower.E begins at step 0; steps count from 1");
    CHECK(refusal(plan, {.is = kind::silence, .from = 3, .to = 2}) ==
          "silence of Lower.E ends at step 2, before it begins at 3");
    CHECK(refusal(plan, {.is = kind::silence, .where = {.subtypes = {4}}}) ==
          "silence of Lower.E names subtype 4; there are subtypes 0 to 3");
    CHECK(refusal(plan, {.is = kind::silence, .where = {.images = {3}}}) ==
          "silence of Lower.E names image 3; there are images 0 to 2");
    CHECK(refusal(plan, {.is = kind::noise, .amount = -0.5}) ==
          "noise of Lower.E has the deviation -0.5; give one from 0");
    CHECK(refusal(plan, {.is = kind::freeze_tau, .amount = 0.5}) ==
          "freeze_tau of Lower.E has the time constant 0.5; give one from 1");
    CHECK(refusal(plan, {.is = kind::cut, .of = target::edge, .where = {.rows = {1}}}) ==
          "cut of Lower.stimulus->E acts as a whole; leave subtypes, positions and images out");
    CHECK(refusal(plan, {.is = kind::scale_edge, .of = target::feedback, .amount = -2}) ==
          "scale_edge of Upper->Lower has the factor -2, which would turn signs of weights; give one from 0");
    CHECK(refusal(plan, {.is = kind::cut}) == "cut of Lower.E is none; cut acts on edges and feedback");
    CHECK(refusal(plan, {.is = kind::silence, .of = target::edge}) ==
          "silence of Lower.stimulus->E is none; silence acts on neuron types");
}

TEST_CASE("perturbed: by type, in a run and in all runs of a network") {
    const auto net = make<Two>({.dtype = at::kDouble});
    draw(*net);
    const auto image = stimulus_for(plan_of<Two>, false, layout::batch_first);
    const at::NoGradGuard no_gradients;
    const auto output = [&](const std::vector<perturbation>& perturbations) {
        return net->network_module::run(image, {.steps = 4, .perturbations = perturbations}).output;
    };
    const auto typed = net->run(image, steps{4}, clamp<Lower, E>{.value = 0.5, .to = 2}, inject<Upper, H>{.current = 1},
                                scale_edge<Lower, E, I>{.factor = 2}, cut<Lower, I, E>{.from = 3},
                                silence<feedback<Upper, Lower>>{}, freeze_tau<Lower, E>{.value = 3},
                                silence<Lower, I>{.where = {.subtypes = {1}}}, silence<Lower, I>{.from = 4});
    const auto edge_of = [](int from, int to) {
        for (int i = 0;; ++i) {
            const auto& one = plan_of<Two>.edges[static_cast<std::size_t>(i)];
            if (one.presynaptic == from && one.postsynaptic == to) return i;
        }
    };
    const std::vector<perturbation> same{
        {.is = kind::clamp, .index = 0, .amount = 0.5, .to = 2},
        {.is = kind::inject, .index = 2, .amount = 1},
        {.is = kind::scale_edge, .of = target::edge, .index = edge_of(0, 1), .amount = 2},
        {.is = kind::cut, .of = target::edge, .index = edge_of(1, 0), .from = 3},
        {.is = kind::cut, .of = target::feedback, .index = 0},
        {.is = kind::freeze_tau, .index = 0, .amount = 3},
        {.is = kind::silence, .index = 1, .where = {.subtypes = {1}}},
        {.is = kind::silence, .index = 1, .from = 4}};
    CHECK(at::equal(typed.final_output(), output(same)));

    const auto free = output({});
    net->perturb(silence<Lower, I>{}, cut<feedback<Upper, Lower>>{});
    CHECK(net->perturbations().size() == 2);
    const auto silenced = net->forward(image, steps{4});
    CHECK(largest_difference(silenced, free) > 1e-6);
    CHECK(largest_difference(std::dynamic_pointer_cast<model<Two>>(net->clone())->forward(image, steps{4}), silenced) ==
          0);
    net->perturb();
    CHECK(at::equal(output({{.is = kind::silence, .index = 1}, {.is = kind::cut, .of = target::feedback}}), silenced));
    CHECK(at::equal(net->forward(image, steps{4}), free));
}

TEST_CASE("perturbed: a network learns with a perturbation as the transparent executor does") {
    const auto& plan = plan_of<Tiny>;
    std::vector<at::Tensor> answers;
    for (const auto with : {executor::transparent, executor::planned, executor::batched}) {
        network_module net(plan, {.dtype = at::kDouble, .executor = with});
        net.eval();
        draw(net);
        net.perturb({{.is = kind::silence, .index = 1, .from = 2},
                     {.is = kind::inject, .index = 0, .amount = 0.1, .where = {.subtypes = {1, 2}}},
                     {.is = kind::freeze_tau, .index = 0}});
        const auto image = normal({3, 2, 6, 5}, 5);
        const auto tau = net.parameter(plan.types[0].tau_parameter).detach().clone();
        for (int i = 0; i < 3; ++i) {
            std::vector<at::Tensor> learnt;
            for (int k = 0; k < net.parameter_count(); ++k) learnt.push_back(net.parameter(k));
            const auto loss = net.run(image, {.steps = 4}).logits.square().sum();
            const auto gradients = torch::autograd::grad({loss}, learnt, {}, std::nullopt, false, true);
            const at::NoGradGuard no_gradients;
            for (std::size_t k = 0; k < learnt.size(); ++k)
                if (gradients[k].defined()) learnt[k].sub_(gradients[k], 0.01);
            net.project();
        }
        CHECK(at::equal(net.parameter(plan.types[0].tau_parameter), tau));
        const at::NoGradGuard no_gradients;
        answers.push_back(answer_of(net.run(image, {.steps = 4})));
    }
    CHECK(largest_difference(answers[1], answers[0]) < 1e-11);
    CHECK(largest_difference(answers[2], answers[0]) < 1e-11);
}

}  // namespace perturbed_run_test
