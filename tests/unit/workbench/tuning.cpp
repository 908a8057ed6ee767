// Tuning of rates that are known.

#include "catch.hpp"
#include "executors/scheduled.hpp"
#include "temp_folder.hpp"
#include "workbench/circuit.hpp"
#include "workbench/pair.hpp"

#include <cortexpr/data/gratings.hpp>
#include <cortexpr/train/images_of.hpp>
#include <cortexpr/workbench/tuning.hpp>

#include <ATen/ops/stack.h>

#include <cmath>
#include <numbers>

namespace workbench_tuning_test {

using namespace cortexpr;
using namespace cortexpr::test;

TEST_CASE("tuning: curves, preference and selectivity of rates that are known") {
    // At the first step h = relu(2 s) / 10.
    const auto net = pair(1.5);
    const auto set = shades({0, 1, 4, 3}, 3);
    const auto found = workbench::tuning_of(*net, set, {.steps = 1, .batch_size = 5});
    REQUIRE(found.size() == 2);
    const auto& e = found[0];
    CHECK(e.rates.flatten()[2].item<double>() == Approx(0.8));
    CHECK(e.deviation.max().item<double>() == Approx(0).margin(1e-7));
    CHECK(e.preferred.item<std::int64_t>() == 2);
    CHECK(e.selectivity.item<double>() == Approx((4.0 - 4.0 / 3) / (4.0 + 4.0 / 3)));
    CHECK(e.aligned.size() == 4);
    CHECK(e.aligned[0] == Approx(0.8));
    CHECK(e.aligned[3] == Approx(0).margin(1e-12));
    CHECK_FALSE(e.vector_length.defined());
    CHECK(e.mean_rate == Approx(0.4));
    CHECK(found[1].selectivity.item<double>() == 0);  // silent
}

TEST_CASE("tuning: mean rates are over examples, and a class of one is not ranked") {
    const auto net = pair(1.5);
    auto set = shades({0, 1, 4, 3}, 3);
    set.count = 11;  // two examples of the last class
    set.numbers.pop_back();
    set.labels.pop_back();
    auto found = workbench::tuning_of(*net, set, {.steps = 1})[0];
    CHECK(found.mean_rate == Approx(0.2 * (3 * (0 + 1 + 4) + 2 * 3) / 11));
    CHECK(found.aligned.size() == 4);
    set.count = 10;  // one
    set.numbers.erase(set.numbers.begin() + 7);
    set.labels.erase(set.labels.begin() + 7);
    found = workbench::tuning_of(*net, set, {.steps = 1})[0];
    CHECK(found.aligned.size() == 3);
    CHECK(found.aligned[0] == Approx(0.8));
    CHECK(found.selectivity.item<double>() == Approx((4.0 - 0.5) / (4.0 + 0.5)));
    // One example each: every example is a class.
    found = workbench::tuning_of(*net, shades({0, 1, 4, 3}, 1), {.steps = 1})[0];
    CHECK(found.aligned.size() == 4);
    CHECK(found.selectivity.item<double>() == Approx((4.0 - 4.0 / 3) / (4.0 + 4.0 / 3)));
}

TEST_CASE("tuning: a cosine of a circular variable has the vector length 1/2 at its peak") {
    const auto net = pair(1.5);
    std::vector<float> values;
    for (int i = 0; i < 8; ++i) values.push_back(static_cast<float>(1 + std::cos(2 * std::numbers::pi * (i - 3) / 8)));
    const auto found = workbench::tuning_of(*net, shades(values, 2), {.steps = 1, .period = 180});
    CHECK(found[0].vector_length.item<double>() == Approx(0.5).epsilon(1e-6));
    CHECK(found[0].vector_angle.item<double>() == Approx(3 * 180 / 8.0).epsilon(1e-6));
    // -4 to 3 steps from the preferred value.
    CHECK(found[0].aligned[4] == Approx(0.4).epsilon(1e-6));
    CHECK(found[0].aligned[0] == Approx(0).margin(1e-6));
    CHECK(found[0].aligned[3] == Approx(found[0].aligned[5]));
}

TEST_CASE("tuning: rates by hand, over steps of sequences, with what is preferred by other examples") {
    const auto net = make<Tiny>({.dtype = at::kDouble, .seed = 4});
    const auto set =
        data::gratings({.channels = 2, .height = 6, .width = 5, .angles = 3, .phases = 5, .period = 3, .frames = 4});
    const auto found = workbench::tuning_of(*net, set, {.batch_size = 4, .from = 2});
    net->eval();
    const at::NoGradGuard no_gradients;
    run_request request;
    request.record_states = {true, true};
    const auto run = net->network_module::run(images_of(set).to(at::kDouble), request);
    const auto rates = run.states[0].slice(1, 1).mean(1).view({3, 5, 4, 6, 5});
    CHECK(largest_difference(found[0].rates, rates.mean(1)) < 1e-12);
    CHECK(largest_difference(found[0].deviation, rates.std(1, false)) < 1e-7);
    const auto even = at::stack({rates.select(1, 0), rates.select(1, 2), rates.select(1, 4)}).mean(0).flatten(1);
    const auto odd = at::stack({rates.select(1, 1), rates.select(1, 3)}).mean(0).flatten(1);
    const auto best = odd.gather(0, even.argmax(0).unsqueeze(0)).mean().item<double>();
    CHECK(found[0].aligned[0] == Approx(best));
    // A perturbation of one image is of no other, whichever batch shows it.
    perturbation once{.is = perturbation::kind::clamp, .index = 0, .amount = 0.5};
    once.where.images = {7};
    const auto held = workbench::tuning_of(*net, set, {.batch_size = 4, .from = 2, .perturbations = {once}});
    CHECK(largest_difference(held[0].rates[0], found[0].rates[0]) < 1e-12);
    CHECK(largest_difference(held[0].rates[1], found[0].rates[1] + (0.5 - rates[1][2]) / 5) < 1e-12);
    CHECK(message_of<usage_error>([&] { workbench::tuning_of(*net, set, {.from = 5}); }) ==
          "rates from step 5 on were asked for, but the run has steps 1 to 4");
}

TEST_CASE("tuning: of a connectome, rates by class are means of runs") {
    const auto net = make<Sides>(pathway(), {.dtype = at::kDouble});
    const auto examples = views(20);
    const auto found = workbench::tuning_of(*net, examples, {.steps = 4, .batch_size = 7});
    const at::NoGradGuard no_gradients;
    const auto run = net->run(images_of(examples).to(at::kDouble), steps{4}, record_states{});
    for (int type = 0; type < 3; ++type) {
        const auto rates = states_of(*net, run.states, type).select(1, 3).view({10, 2, -1}).mean(0);
        const auto& one = found[static_cast<std::size_t>(type)];
        CHECK(at::allclose(one.rates, rates, 1e-9));
        CHECK(one.selectivity.sizes() == rates[0].sizes());
        CHECK(one.preferred.equal(rates.argmax(0)));
    }
    // The eye's cells answer to what they are shown alone.
    CHECK(found[0].selectivity[1].item<double>() < found[0].selectivity[0].item<double>());
    const auto held = workbench::tuning_of(
        *net, examples,
        {.steps = 4, .perturbations = {workbench::perturbation_in(*net, perturbation::kind::clamp, "Eye=0.5")}});
    CHECK((held[0].rates == 0.5).all().item<bool>());
    CHECK(held[2].selectivity.max().item<double>() < 1e-12);
    CHECK_THROWS_WITH(workbench::tuning_of(*net, examples, {.batch_size = 0}),
                      "batches of 0 examples were asked for; one holds at least 1");
}

}  // namespace workbench_tuning_test
