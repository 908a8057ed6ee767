// What only a run can know, and the sentences that say so.

#include "catch.hpp"
#include "executors/networks.hpp"

#include <cmath>

namespace validation_test {

using namespace cortexpr;
using namespace cortexpr::test;

namespace {

/// The text of the usage_error that a run throws.
std::string refusal(network_module& net, const at::Tensor& input, const run_request& request) {
    try {
        net.run(input, request);
    } catch (const usage_error& error) {
        return error.what();
    }
    return "no refusal";
}

}  // namespace

TEST_CASE("images of another shape") {
    network_module net(plan_of<Tiny>, {.dtype = at::kDouble});
    CHECK(
        refusal(net, at::zeros({7, 2, 5, 6}, at::kDouble), {.steps = 3}) ==
        "area V1 takes images (B, 2, 6, 5) or sequences (B, T, 2, 6, 5), but the input has shape (7, 2, 5, 6); resize "
        "it, or declare input<2, 5, 6>");
    CHECK(refusal(net, at::zeros({2, 6, 5}, at::kDouble), {.steps = 3}) ==
          "area V1 takes images (B, 2, 6, 5) or sequences (B, T, 2, 6, 5), but the input has shape (2, 6, 5); add the "
          "dimension of the batch with input.unsqueeze(0)");
    CHECK(refusal(net, at::zeros({7, 2, 4, 6, 5}, at::kDouble), {}) ==
          "area V1 takes images (B, 2, 6, 5) or sequences (B, T, 2, 6, 5), but the input has shape (7, 2, 4, 6, 5); "
          "resize it, or declare input<4, 6, 5>");
    CHECK(refusal(net, at::zeros({60}, at::kDouble), {.steps = 3}) ==
          "area V1 takes images (B, 2, 6, 5) or sequences (B, T, 2, 6, 5), but the input has shape (60,); give 4 or 5 "
          "dimensions");
    CHECK(refusal(net, at::zeros({0, 2, 6, 5}, at::kDouble), {.steps = 3}) ==
          "the input (0, 2, 6, 5) holds no images; give a batch of at least 1");
    CHECK(refusal(net, at::Tensor(), {.steps = 3}) ==
          "the input of Tiny is an undefined tensor; give images or a sequence");
}

TEST_CASE("grey images without their dimension of channels") {
    struct Grey : area<input<1, 6, 5>, neurons<E, I>,
                       connectivity<from<stimulus, 1, 1, 0>, from<E, 1, 1, 1>, from<I, 1, 1, 0>>, output<3>> {};
    network_module net(plan_of<Grey>);
    CHECK(
        refusal(net, at::zeros({7, 6, 5}), {.steps = 3}) ==
        "area Grey takes images (B, 1, 6, 5) or sequences (B, T, 1, 6, 5), but the input has shape (7, 6, 5); add the "
        "dimension of channels with input.unsqueeze(1)");
}

TEST_CASE("another element type or device than the parameters'") {
    network_module net(plan_of<Tiny>);
    CHECK(refusal(net, at::zeros({7, 2, 6, 5}, at::kByte), {.steps = 3}) ==
          "the input has element type uint8, but the network's parameters are float32; convert it with "
          "tensor.to(torch::kFloat), and scale pixels as in training");
    CHECK(refusal(net, at::zeros({7, 2, 6, 5}, at::device(at::kMeta)), {.steps = 3}) ==
          "the input is on device meta, but the network's parameters are on cpu; move one of them with .to(device)");
}

TEST_CASE("numbers of steps that are missing or contradict the input") {
    network_module net(plan_of<Tiny>, {.dtype = at::kDouble});
    const auto images = at::zeros({7, 2, 6, 5}, at::kDouble), sequence = at::zeros({7, 4, 2, 6, 5}, at::kDouble);
    CHECK(refusal(net, images, {}) ==
          "the input (7, 2, 6, 5) is a still image and says nothing about time; say for how many steps it is shown, as "
          "in "
          "steps{5}");
    CHECK(refusal(net, images, {.steps = 0}) == "0 steps were asked for; a run has at least 1 and at most 1,000,000");
    CHECK(refusal(net, sequence, {.steps = 3}) ==
          "the input (7, 4, 2, 6, 5) is a sequence of 4 steps, but 3 were asked for; leave steps out");
    CHECK(refusal(net, sequence, {.steps = 7}) ==
          "the input (7, 4, 2, 6, 5) is a sequence of 4 steps, but 7 were asked for; leave steps out, or give its "
          "layout: "
          "batch or time first");
    CHECK(refusal(net, at::zeros({7, 0, 2, 6, 5}, at::kDouble), {}) ==
          "the input (7, 0, 2, 6, 5) is a sequence of no steps; give at least 1");
    CHECK(refusal(net, sequence, {.steps = 4}) == "no refusal");
}

TEST_CASE("initial states that do not fit") {
    network_module net(plan_of<Tiny>, {.dtype = at::kDouble});
    const auto images = at::zeros({7, 2, 6, 5}, at::kDouble);
    const auto start_of_e = [&](const at::Tensor& state) {
        return refusal(net, images, {.steps = 1, .initial_states = {state, at::Tensor()}});
    };
    CHECK(start_of_e(at::zeros({1, 4, 6, 5}, at::kDouble)) ==
          "the initial state of E in V1 must have shape (7, 4, 6, 5), but has (1, 4, 6, 5); its batch is the input's");
    CHECK(start_of_e(at::zeros({7, 4, 6, 5})) ==
          "the initial state of E in V1 has element type float32, but the network's parameters are float64; convert it "
          "with tensor.to(torch::kDouble)");
    CHECK(start_of_e(at::full({7, 4, 6, 5}, -0.1, at::kDouble)) ==
          "the initial state of E in V1 holds negative rates, which would turn the sign of an excitatory type; give "
          "rates "
          ">= 0, or declare the type with signed_rates");
    CHECK(start_of_e(at::ones({7, 4, 6, 5}, at::kDouble)) == "no refusal");
    for (const double odd : {static_cast<double>(NAN), HUGE_VAL, -HUGE_VAL}) {
        auto state = at::ones({7, 4, 6, 5}, at::kDouble);
        state[3][2][1] = odd;
        CHECK(start_of_e(state) == "the initial state of E in V1 holds a value that is infinite or NaN");
    }
    CHECK(start_of_e(at::ones({7, 4, 6, 5}, at::kDouble).to_sparse()) ==
          "the initial state of E in V1 is a sparse tensor; give tensor.to_dense()");
    CHECK(refusal(net, images, {.steps = 1, .initial_states = {at::Tensor()}}) ==
          "initial_states has 1 entries; give one for each of the 2 neuron types, or none");
    CHECK(refusal(net, images, {.steps = 1, .initial_feedback = {at::zeros({7, 2, 6, 5}, at::kDouble)}}) ==
          "area V1 hears no feedback, so it takes no initial one; declare feedback_channels");
    network_module two(plan_of<Two>, {.dtype = at::kDouble});
    CHECK(refusal(two, images, {.steps = 1, .initial_outputs = {at::zeros({7, 3, 3, 8}, at::kDouble), at::Tensor()}}) ==
          "the initial output of Lower must have shape (7, 3, 6, 5), but has (7, 3, 3, 8); its batch is the input's");
}

TEST_CASE("requests about what the network hasn't") {
    network_module net(plan_of<V1>, {.dtype = at::kDouble});
    const auto images = at::zeros({7, 2, 6, 5}, at::kDouble);
    CHECK(refusal(net, images, {.steps = 1, .record_feedback = {true}}) ==
          "area V1 hears no feedback, so none can be recorded");
    const auto silenced_from = [](int step) {
        return std::vector<perturbation>{{.is = perturbation::kind::silence, .index = 1, .from = step}};
    };
    CHECK(refusal(net, images, {.steps = 1, .perturbations = silenced_from(-2)}) ==
          "silence of V1.I begins at step -2; steps count from 1");
    CHECK(refusal(net, images, {.steps = 3, .perturbations = silenced_from(4)}) ==
          "silence of V1.I begins at step 4, but the run has 3");
    CHECK(refusal(net, images, {.steps = 3, .perturbations = silenced_from(3)}) == "no refusal");
    CHECK(refusal(net, images.to_sparse(), {.steps = 1}) == "the input is a sparse tensor; give tensor.to_dense()");
    CHECK(refusal(net, images, {.steps = 1, .all_logits = true}) ==
          "V1 is no classifier, so it has no logits; record its outputs");
    CHECK(refusal(net, images, {.steps = 1, .record_outputs = {true, true}}) ==
          "record_outputs has 2 entries; give one for each of the 1 areas, or none");
}

TEST_CASE("positions and precisions where no network can live") {
    CHECK_THROWS_WITH(network_module(plan_of<V1>, {.dtype = at::kHalf}),
                      "a network's parameters can't be float16; choose torch::kFloat or torch::kDouble");
    CHECK_THROWS_WITH(network_module(plan_of<V1>, {.device = "gpu"}),
                      "\"gpu\" is no device for a network; use \"cpu\", \"cuda\" or \"cuda:1\"");
    CHECK_THROWS_WITH(network_module(plan_of<V1>, {.device = "meta"}),
                      "\"meta\" is no device for a network; use \"cpu\", \"cuda\" or \"cuda:1\"");
}

TEST_CASE("a GPU is used, or one sentence says why it can't be") {
    try {
        network_module net(plan_of<Tiny>, {.device = "cuda", .seed = 1});
        network_module on_cpu(plan_of<Tiny>, {.seed = 1});
        const auto images = normal({3, 2, 6, 5}, 1, at::kFloat);
        const auto logits = net.run(images.to(net.device()), {.steps = 3}).logits;
        CHECK(logits.is_cuda());
        CHECK(largest_difference(logits.cpu(), on_cpu.run(images, {.steps = 3}).logits) < 1e-2);  // TF32
    } catch (const usage_error& error) {
        const std::string told = error.what();
        INFO(told);
        CHECK(told.starts_with("device \"cuda\" can't be had: "));
        CHECK(told.ends_with("; use device \"cpu\""));
        CHECK(told.find('\n') == std::string::npos);
    }
}

}  // namespace validation_test
