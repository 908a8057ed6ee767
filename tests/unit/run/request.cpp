// What runs give: time, recordings, steering, densities, resizing.

#include "catch.hpp"
#include "executors/networks.hpp"

#include <ATen/ops/adaptive_max_pool2d.h>
#include <ATen/ops/upsample_bilinear2d.h>

#include <algorithm>

namespace run_request_test {

using namespace cortexpr;
using namespace cortexpr::test;

namespace {

run_request everything(const plan::network& plan, int steps) {
    run_request request{.steps = steps};
    request.record_states.assign(plan.types.size(), true);
    request.record_outputs.assign(plan.areas.size(), true);
    return request;
}

}  // namespace

TEST_CASE("shapes of all that a run gives") {
    network_module net(plan_of<Tiny>);
    auto request = everything(net.plan(), 4);
    const auto images = normal({3, 2, 6, 5}, 1, at::kFloat);
    auto result = net.run(images, request);
    CHECK(result.logits.sizes() == at::IntArrayRef({3, 3}));
    CHECK(result.output.sizes() == at::IntArrayRef({3, 3, 6, 5}));
    CHECK(result.states[0].sizes() == at::IntArrayRef({3, 4, 4, 6, 5}));
    CHECK(result.states[1].sizes() == at::IntArrayRef({3, 4, 2, 6, 5}));
    CHECK(result.outputs[0].sizes() == at::IntArrayRef({3, 4, 3, 6, 5}));
    CHECK(result.final_states[1].equal(result.states[1].select(1, 3)));
    CHECK(result.output.equal(result.outputs[0].select(1, 3)));
    CHECK(!result.feedback[0].defined());
    request.layout = layout::time_first;
    request.all_logits = true;
    net.eval();
    result = net.run(images, request);
    CHECK(result.logits.sizes() == at::IntArrayRef({4, 3, 3}));
    CHECK(result.states[0].sizes() == at::IntArrayRef({4, 3, 4, 6, 5}));
    const auto lean = net.run(images, {.steps = 4});
    CHECK(!lean.states[0].defined());
    CHECK(!lean.outputs[0].defined());
    CHECK(lean.logits.equal(result.logits[3]));
}

TEST_CASE("a run in continuous time has steps of length 1, the last one may be shorter") {
    CHECK(steps_of({.start = 0, .end = 3}) == 3);
    CHECK(steps_of({.start = 1, .end = 3.5}) == 3);
    CHECK(steps_of({.start = 2, .end = 0}) == 2);
    CHECK(steps_of({.start = 0, .end = 0.1}) == 1);
    CHECK(steps_of({.start = 0, .end = 1.1 + 2.2 - 0.3}) == 3);  // 3.0000000000000004
    CHECK(steps_of({.start = 1, .end = 1}) == 1);
    CHECK(steps_of({.start = 0, .end = 1e300}) == 1000000000);
}

TEST_CASE("a sequence that repeats an image is that image shown, in both layouts") {
    network_module net(plan_of<Two>, {.dtype = at::kDouble});
    const auto images = normal({3, 2, 6, 5}, 1);
    const auto shown = net.run(images, {.steps = 4}).output;
    CHECK(net.run(images.unsqueeze(1).repeat({1, 4, 1, 1, 1}), {}).output.equal(shown));
    CHECK(net.run(images.unsqueeze(0).repeat({4, 1, 1, 1, 1}), {.steps = {}, .layout = layout::time_first})
              .output.equal(shown));
}

TEST_CASE("a run goes on from the final states of another") {
    network_module net(plan_of<V1>, {.dtype = at::kDouble});
    const auto images = normal({3, 2, 6, 5}, 1);
    const auto whole = net.run(images, {.steps = 5});
    const auto first = net.run(images, {.steps = 2});
    const auto second = net.run(images, {.steps = 3, .initial_states = first.final_states});
    CHECK(second.output.equal(whole.output));
    CHECK(second.final_states[1].equal(whole.final_states[1]));
}

TEST_CASE("initial outputs and feedback are heard at the first step") {
    network_module net(plan_of<Two>, {.dtype = at::kDouble});
    const auto images = normal({3, 2, 6, 5}, 1);
    auto request = everything(net.plan(), 4);
    request.record_feedback = {true, false};
    const auto whole = net.run(images, request);
    CHECK(whole.feedback[0].sizes() == at::IntArrayRef({3, 4, 2, 6, 5}));
    const auto first = net.run(images, {.steps = 2});
    const auto rest = net.run(images, {.steps = 2,
                                       .initial_states = first.final_states,
                                       .initial_outputs = {whole.outputs[0].select(1, 1), at::Tensor()},
                                       .initial_feedback = {whole.feedback[0].select(1, 1), at::Tensor()}});
    CHECK(rest.output.equal(whole.output));
    const auto without = net.run(images, {.steps = 2, .initial_states = first.final_states});
    CHECK(!without.output.equal(whole.output));
}

TEST_CASE("what is recorded changes nothing") {
    network_module net(plan_of<Two>, {.dtype = at::kDouble});
    const auto images = normal({3, 2, 6, 5}, 1);
    auto request = everything(net.plan(), 4);
    request.record_feedback = {true, false};
    CHECK(net.run(images, request).output.equal(net.run(images, {.steps = 4}).output));
}

TEST_CASE("both precisions agree") {
    network_module single(plan_of<Two>, {.seed = 3}), exact(plan_of<Two>, {.dtype = at::kDouble, .seed = 3});
    const auto images = normal({3, 2, 6, 5}, 1);
    CHECK(largest_difference(single.run(images.to(at::kFloat), {.steps = 5}).output,
                             exact.run(images, {.steps = 5}).output) < 1e-5);
}

TEST_CASE("the same seed gives the same bits, dropout and gradients too; eval drops nothing") {
    network_module one(plan_of<Tiny>, {.seed = 3}), same(plan_of<Tiny>, {.seed = 3});
    const auto images = normal({8, 2, 6, 5}, 1, at::kFloat);
    at::Tensor last;
    for (int repetition = 0; repetition < 2; ++repetition) {
        const auto logits = one.run(images, {.steps = 3}).logits;
        CHECK(logits.equal(same.run(images, {.steps = 3}).logits));
        if (last.defined()) CHECK(!logits.equal(last));  // another mask
        last = logits;
    }
    one.run(images, {.steps = 3}).logits.square().sum().backward();
    same.run(images, {.steps = 3}).logits.square().sum().backward();
    for (int i = 0; i < static_cast<int>(one.plan().parameters.size()); ++i)
        CHECK(one.parameter(i).grad().equal(same.parameter(i).grad()));
    one.eval();
    CHECK(one.run(images, {.steps = 3}).logits.equal(one.run(images, {.steps = 3}).logits));
}

TEST_CASE("dropout keeps the expected value of the logits") {
    network_module net(plan_of<Tiny>, {.dtype = at::kDouble, .seed = 3});
    const auto images = normal({1, 2, 6, 5}, 1).expand({4000, 2, 6, 5});
    const auto dropped = net.run(images, {.steps = 2}).logits;
    net.eval();
    const auto without = net.run(images.slice(0, 0, 1), {.steps = 2}).logits;
    CHECK(dropped.std(0).min().item<double>() > 1e-3);
    const auto error_of_mean = dropped.std(0) / std::sqrt(4000.0);
    CHECK(((dropped.mean(0) - without[0]).abs() / error_of_mean).max().item<double>() < 4);
}

TEST_CASE("images of a batch know nothing of each other") {
    network_module net(plan_of<Two>, {.dtype = at::kDouble});
    const auto images = normal({5, 2, 6, 5}, 1);
    const auto order = at::tensor({3, 0, 4, 2, 1});
    const auto straight = net.run(images, {.steps = 4}).output;
    CHECK(largest_difference(net.run(images.index_select(0, order), {.steps = 4}).output,
                             straight.index_select(0, order)) < 1e-14);
    CHECK(largest_difference(net.run(images.slice(0, 2, 3), {.steps = 4}).output, straight.slice(0, 2, 3)) < 1e-14);
}

TEST_CASE("sigmoid states stay between 0 and 1, whatever the weights") {
    network_module net(plan_of<Tiny>, {.dtype = at::kDouble});
    {
        const at::NoGradGuard no_grad;
        for (const auto& parameter : net.parameters()) parameter.mul_(50);
    }
    net.project();
    const auto result = net.run(10 * normal({3, 2, 6, 5}, 1), everything(net.plan(), 20));
    for (const auto& states : result.states) {
        CHECK(states.min().item<double>() >= 0);
        CHECK(states.max().item<double>() <= 1);
    }
}

TEST_CASE("a silenced type is 0 from its step on, and the others stop hearing it") {
    network_module net(plan_of<V1>, {.dtype = at::kDouble});
    {
        const at::NoGradGuard no_grad;  // without the bias of its edges, a silent type is no type
        for (const auto* name : {"areas.0.convs.2->0.0.bias", "areas.0.convs.2->1.0.bias"})
            net.parameter(index_of(net.plan(), name)).zero_();
    }
    const auto images = normal({3, 2, 6, 5}, 1);
    auto request = everything(net.plan(), 5);
    const auto intact = net.run(images, request);
    request.perturbations = {{.is = perturbation::kind::silence, .index = 1, .from = 3}};
    const auto silenced = net.run(images, request);
    CHECK(silenced.states[1].slice(1, 0, 2).equal(intact.states[1].slice(1, 0, 2)));
    CHECK(silenced.states[1].slice(1, 2).abs().max().item<double>() == 0);
    CHECK(silenced.states[0].slice(1, 0, 3).equal(intact.states[0].slice(1, 0, 3)));
    const auto released = silenced.states[0].select(1, 3) - intact.states[0].select(1, 3);
    CHECK(released.min().item<double>() >= 0);  // less inhibition
    CHECK(released.max().item<double>() > 0);
}

TEST_CASE("states start as declared, or as given") {
    struct Ones : excitatory<2, initial_state<fill::ones>> {};
    struct Uniform : excitatory<2, initial_state<fill::uniform>> {};
    struct Normal : hybrid<2, initial_state<fill::normal>> {};
    struct Slow : excitatory<2, tau<tau_mode::per_type, 1e9>> {};
    struct Starts
        : area<input<1, 30, 30>, neurons<Ones, Uniform, Normal, Slow>,
               connectivity<from<stimulus, 1, 1, 1, 1, 0>, from<Ones, 0, 0, 0, 0, 1>, from<Uniform, 0, 0, 0, 0, 1>,
                            from<Normal, 0, 0, 0, 0, 1>, from<Slow, 0, 0, 0, 0, 1>>,
               output<1>> {};
    network_module net(plan_of<Starts>, {.dtype = at::kDouble, .seed = 1});
    {
        const at::NoGradGuard no_grad;  // with a huge tau the first state is the initial one
        for (int i = 0; i < 4; ++i) net.parameter(index_of(net.plan(), "areas.0.tau." + std::to_string(i))).fill_(1e15);
    }
    const auto images = at::zeros({4, 1, 30, 30}, at::kDouble);
    const auto states = net.run(images, {.steps = 1}).final_states;
    CHECK(largest_difference(states[0], at::ones_like(states[0])) < 1e-12);
    CHECK(states[1].min().item<double>() >= 0);
    CHECK(states[1].max().item<double>() <= 1);
    CHECK(states[1].mean().item<double>() == Approx(0.5).margin(0.02));
    CHECK(states[1].std().item<double>() == Approx(std::sqrt(1 / 12.0)).margin(0.02));
    CHECK(states[2].mean().item<double>() == Approx(0).margin(0.05));
    CHECK(states[2].std().item<double>() == Approx(1).margin(0.05));
    CHECK(states[3].abs().max().item<double>() < 1e-12);
    CHECK(!net.run(images, {.steps = 1}).final_states[1].equal(states[1]));  // drawn anew
    network_module same(plan_of<Starts>, {.dtype = at::kDouble, .seed = 1});
    const auto given = at::full({4, 2, 30, 30}, 0.25, at::kDouble);
    const auto started =
        net.run(images, {.steps = 1, .initial_states = {at::Tensor(), at::Tensor(), at::Tensor(), given}});
    CHECK(largest_difference(started.final_states[3], given) < 1e-12);
    for (int i = 0; i < 4; ++i) {
        const at::NoGradGuard no_grad;
        same.parameter(index_of(same.plan(), "areas.0.tau." + std::to_string(i))).fill_(1e15);
    }
    CHECK(same.run(images, {.steps = 1}).final_states[1].equal(states[1]));
}

TEST_CASE("a half-density type lives on the halved grid, hears the full one and is heard by it") {
    struct Full : excitatory<3> {};
    struct Half : inhibitory<2, half_density> {};
    struct OtherHalf : excitatory<4, half_density> {};
    struct Mixed : area<input<1, 7, 10>, neurons<Full, Half, OtherHalf>,
                        connectivity<from<stimulus, 1, 1, 0, 0>, from<Full, 1, edge{.extent = {5, 3}}, 1, 1>,
                                     from<Half, 1, 1, 1, 1>, from<OtherHalf, edge{.extent = {1, 3}}, 1, 1, 0>>,
                        output<2>> {};
    network_module net(plan_of<Mixed>, {.dtype = at::kDouble});
    const auto result = net.run(normal({3, 1, 7, 10}, 1), everything(net.plan(), 4));
    CHECK(result.states[0].sizes() == at::IntArrayRef({3, 4, 3, 7, 10}));
    CHECK(result.states[1].sizes() == at::IntArrayRef({3, 4, 2, 4, 5}));
    CHECK(result.states[2].sizes() == at::IntArrayRef({3, 4, 4, 4, 5}));
    CHECK(result.outputs[0].sizes() == at::IntArrayRef({3, 4, 2, 7, 10}));
}

TEST_CASE("an edge into a half-density type looks at the positions of even row and column") {
    struct Half : excitatory<1, half_density, nonlinearity<activation::relu>> {};
    struct Sampling : area<input<1, 5, 6>, neurons<Half>,
                           connectivity<from<stimulus, edge{.extent = {1, 1}, .bias = false}, 0>,
                                        from<Half, 0, edge{.extent = {1, 1}, .bias = false}>>,
                           output<1>> {};
    network_module net(plan_of<Sampling>, {.dtype = at::kDouble, .executor = executor::transparent});
    {
        const at::NoGradGuard no_grad;
        for (const auto& parameter : net.parameters()) parameter.fill_(1);
    }
    const auto image = at::arange(30, at::kDouble).view({1, 1, 5, 6});
    const auto result = net.run(image, {.steps = 1});
    const auto sampled = image.slice(2, 0, 5, 2).slice(3, 0, 6, 2);
    CHECK(result.final_states[0].equal(sampled));
    CHECK(result.output.equal(at::upsample_bilinear2d(sampled, {5, 6}, false)));
}

TEST_CASE("between areas, sides that shrink are pooled before sides that grow are interpolated") {
    struct Through : hybrid<1, nonlinearity<activation::none>> {};
    constexpr edge identity{.extent = {1, 1}, .bias = false};
    using through = connectivity<from<stimulus, identity, 0>, from<Through, 0, identity>>;
    struct Tall : area<input<1, 8, 3>, neurons<Through>, through, output<1>> {};
    struct Wide : area<input<1, 4, 6>, neurons<Through>, through, output<1>> {};
    struct Turned : network<Tall, Wide> {};
    network_module net(plan_of<Turned>, {.dtype = at::kDouble, .executor = executor::transparent});
    {
        const at::NoGradGuard no_grad;
        for (const auto& parameter : net.parameters()) parameter.fill_(1);
    }
    const auto image = normal({1, 1, 8, 3}, 1);
    const auto pooled = std::get<0>(at::adaptive_max_pool2d(image, {4, 3}));
    CHECK(net.run(image, {.steps = 1}).output.equal(at::upsample_bilinear2d(pooled, {4, 6}, false)));
}

TEST_CASE("the output's nonlinearity is applied, after the sum") {
    struct Plain : area<input<2, 6, 5>, neurons<E>, connectivity<from<stimulus, 1, 1>, from<E, 1, 1>>, output<3>> {};
    struct Squashed : area<input<2, 6, 5>, neurons<E>, connectivity<from<stimulus, 1, 1>, from<E, 1, 1>>,
                           output<3, activation::tanh>> {};
    constexpr auto transparent = executor::transparent;
    network_module plain(plan_of<Plain>, {.seed = 1, .executor = transparent});
    network_module squashed(plan_of<Squashed>, {.seed = 1, .executor = transparent});
    const auto images = normal({3, 2, 6, 5}, 1, at::kFloat);
    CHECK(squashed.run(images, {.steps = 3}).output.equal(plain.run(images, {.steps = 3}).output.tanh()));
}

}  // namespace run_request_test
