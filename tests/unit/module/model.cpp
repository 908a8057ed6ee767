// The typed shell: the same runs, by the user's names.

#include <cortexpr/module/model.hpp>

#include "catch.hpp"
#include "executors/networks.hpp"

namespace module_model_test {

using namespace cortexpr;
using namespace cortexpr::test;

TEST_CASE("forward gives logits of a classifier, and the last output of a network") {
    const auto net = cortexpr::make<Tiny>({.dtype = at::kDouble, .seed = 1});
    net->eval();
    const auto images = normal({3, 2, 6, 5}, 1);
    const auto logits = net->forward(images, steps{4});
    network_module untyped(plan_of<Tiny>, {.dtype = at::kDouble, .seed = 1});
    untyped.eval();
    CHECK(logits.equal(untyped.run(images, {.steps = 4}).logits));
    const auto sequence = images.unsqueeze(1).repeat({1, 4, 1, 1, 1});
    CHECK(net->forward(sequence).equal(logits));
    CHECK(net->forward(sequence.transpose(0, 1), layout::time_first).equal(logits));
    const auto area = cortexpr::make<V1>({.dtype = at::kDouble, .seed = 1});
    CHECK(area->forward(images, steps{4}).sizes() == at::IntArrayRef({3, 3, 6, 5}));
}

TEST_CASE("states, outputs and feedback by name") {
    const auto net = cortexpr::make<Two>({.dtype = at::kDouble, .seed = 1});
    const auto images = normal({3, 2, 6, 5}, 1);
    const auto run = net->run(images, steps{4}, record<Lower, I>{}, record<Upper, H>{}, record_output<Lower>{},
                              record_feedback<Lower>{});
    const auto untyped = net->run(images, {.steps = 4,
                                           .record_states = {false, true, true},
                                           .record_outputs = {true, false},
                                           .record_feedback = {true, false}});
    CHECK(run.state<Lower, I>().equal(untyped.states[1]));
    CHECK(run.state<Upper, H>().equal(untyped.states[2]));
    CHECK(run.output<Lower>().equal(untyped.outputs[0]));
    CHECK(run.feedback<Lower>().equal(untyped.feedback[0]));
    CHECK(run.final_state<Lower, E>().equal(untyped.final_states[0]));
    CHECK(run.final_output().equal(untyped.output));
    CHECK(run.state<Lower, I>().sizes() == at::IntArrayRef({3, 4, 2, 6, 5}));
}

TEST_CASE("in a network of one area, its name may be left out") {
    const auto net = cortexpr::make<Tiny>({.seed = 1});
    net->eval();
    const auto images = normal({3, 2, 6, 5}, 1, at::kFloat);
    const auto run = net->run(images, steps{4}, record<E>{}, record<V1, I>{}, record_output<>{}, all_logits{});
    CHECK(run.state<V1, E>().equal(run.state<E>()));
    CHECK(run.state<I>().sizes() == at::IntArrayRef({3, 4, 2, 6, 5}));
    CHECK(run.output().equal(run.output<V1>()));
    CHECK(run.logits().sizes() == at::IntArrayRef({4, 3, 3}));
    CHECK(net->weight<E, I>().is_same(net->weight<V1, E, I>()));
    const auto time_first = net->run(images, steps{4}, layout::time_first, record<E>{});
    CHECK(time_first.state<E>().transpose(0, 1).equal(run.state<E>()));
}

TEST_CASE("silencing and starting by name") {
    const auto net = cortexpr::make<Two>({.dtype = at::kDouble, .seed = 1});
    const auto images = normal({3, 2, 6, 5}, 1);
    const auto rates = at::rand({3, 2, 6, 5}, at::kDouble), output = at::rand({3, 3, 6, 5}, at::kDouble),
               feedback = at::rand({3, 2, 6, 5}, at::kDouble);
    const auto run = net->run(images, steps{4}, start<Lower, I>{rates}, start_output<Lower>{output},
                              start_feedback<Lower>{feedback}, silence<Upper, H>{.from = 3}, record<Upper, H>{});
    const auto untyped =
        net->run(images, {.steps = 4,
                          .initial_states = {at::Tensor(), rates, at::Tensor()},
                          .initial_outputs = {output, at::Tensor()},
                          .initial_feedback = {feedback, at::Tensor()},
                          .perturbations = {{.is = perturbation::kind::silence, .index = 2, .from = 3}}});
    CHECK(run.final_output().equal(untyped.output));
    CHECK(run.state<Upper, H>().slice(1, 2).abs().max().item<double>() == 0);
    CHECK(!run.final_output().equal(net->forward(images, steps{4})));
}

TEST_CASE("parameters by name, and frozen by name") {
    const auto net = cortexpr::make<Two>();
    const auto named = net->named_parameters();
    CHECK(net->weight<Lower, E, I>().is_same(named["areas.0.convs.2->1.0.weight"]));
    CHECK(net->bias<Lower, top_down, E>().is_same(named["areas.0.convs.1->0.0.bias"]));
    CHECK(net->weight<Upper, stimulus, H>().is_same(named["areas.1.convs.0->0.0.weight"]));
    CHECK(net->weight<Upper, H, to_output>().is_same(named["areas.1.out_convs.1->out.0.weight"]));
    CHECK(net->tau<Lower, I>().is_same(named["areas.0.tau.1"]));
    CHECK(net->weight<feedback<Upper, Lower>>().is_same(named["feedback_convs.1->0.1.weight"]));
    CHECK(net->bias<feedback<Upper, Lower>>().is_same(named["feedback_convs.1->0.1.bias"]));
    net->freeze(weight_of<Lower, E, I>{}, tau_of<Upper, H>{}, bias_of<feedback<Upper, Lower>>{});
    int frozen = 0;
    for (const auto& parameter : net->parameters()) frozen += !parameter.requires_grad();
    CHECK(frozen == 3);
    CHECK(!net->tau<Upper, H>().requires_grad());
    net->unfreeze(tau_of<Upper, H>{});
    CHECK(net->tau<Upper, H>().requires_grad());
    CHECK(!net->weight<Lower, E, I>().requires_grad());
}

TEST_CASE("what doesn't exist is known not to, without an error") {
    STATIC_REQUIRE(names_type<Two, Lower, E>);
    STATIC_REQUIRE(!names_type<Two, Upper, E>);
    STATIC_REQUIRE(!names_type<Two, E>);  // which area's?
    STATIC_REQUIRE(names_type<Tiny, E>);
    STATIC_REQUIRE(names_parameter<Tiny, weight_of<V1, E, I>>);
    STATIC_REQUIRE(!names_parameter<Tiny, bias_of<V1, E, I>>);
    STATIC_REQUIRE(!names_parameter<Tiny, weight_of<V1, I, to_output>>);
    STATIC_REQUIRE(!names_parameter<Two, weight_of<feedback<Lower, Upper>>>);
}

TEST_CASE("parameters are set by name, whole or to one number") {
    const auto net = make<Tiny>({.device = "cpu", .seed = 1});
    const auto others = net->weight<E, E>().clone();
    net->set(weight_of<E, I>{}, 0.5);
    CHECK(net->weight<E, I>().eq(0.5).all().item<bool>());
    const auto kernel = at::rand_like(net->weight<I, E>());
    net->set(weight_of<I, E>{}, kernel);
    CHECK(at::equal(net->weight<I, E>(), kernel));
    CHECK_FALSE(net->weight<I, E>().is_same(kernel));
    net->set(bias_of<stimulus, E>{}, -3);  // a hybrid source is free
    CHECK(net->bias<stimulus, E>().eq(-3).all().item<bool>());
    net->set(tau_of<E>{}, 4);
    CHECK(net->tau<E>().eq(4).all().item<bool>());
    CHECK(net->weight<E, I>().requires_grad());
    CHECK(at::equal(net->weight<E, E>(), others));
}

TEST_CASE("values that a parameter can't have are refused, and nothing is changed") {
    using Catch::Matchers::Contains;
    const auto net = make<Tiny>({.device = "cpu", .seed = 1});
    const auto before = net->weight<I, E>().clone();
    CHECK_THROWS_WITH(net->set(weight_of<I, E>{}, -0.25),
                      Contains("convs.2->0.0.weight can't be -0.25: its source is excitatory or inhibitory"));
    CHECK_THROWS_WITH(net->set(weight_of<I, E>{}, at::ones({4, 2, 3, 5})),
                      Contains("has shape (4, 2, 3, 3), but its new values have shape (4, 2, 3, 5)"));
    CHECK_THROWS_WITH(net->set(tau_of<E>{}, 0.5), Contains("tau.0 can't be 0.5: a time constant is 1 step or more"));
    CHECK(at::equal(net->weight<I, E>(), before));
}

}  // namespace module_model_test
