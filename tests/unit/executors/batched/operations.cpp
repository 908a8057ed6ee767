// What the batched executor asks LibTorch for, observed while it runs: no more than the schedule says. And the adjoint
// of each operation on maps: for any x and y, <f(x), y> = <x, f*(y)> where f is linear.

#include "executors/batched/operations.hpp"
#include "catch.hpp"
#include "executors/networks.hpp"

#include <cortexpr/schedule/work/work.hpp>

#include <ATen/record_function.h>

#include <cmath>
#include <map>
#include <optional>
#include <string>

namespace batched_operations_test {

using namespace cortexpr;
using namespace cortexpr::test;

namespace {

struct Exciting : excitatory<16> {};
struct Inhibiting : inhibitory<16> {};
struct Layer
    : area<input<1, 12, 9>, neurons<Exciting, Inhibiting>,
           connectivity<from<stimulus, 1, 1, 0>, from<Exciting, 1, 1, 1>, from<Inhibiting, 1, 1, 0>>, output<32>> {};
struct Judged : classifier<network<Layer>, classes<4>, hidden<8>, readout_pool<pool_mode::max>> {};

/// Calls by name, and operations of convolutions (two for each multiply-add, edges of maps counted as their middle).
struct observed {
    std::map<std::string, int> calls;
    std::int64_t forward_operations = 0;
};
thread_local observed* observer = nullptr;

std::int64_t operations(const at::RecordFunction& call) {
    const auto inputs = call.inputs();
    const auto input = inputs[0].toTensor(), weight = inputs[1].toTensor();
    return 2 * weight.numel() * input.size(0) * input.size(2) * input.size(3);
}

std::unique_ptr<at::ObserverContext> note(const at::RecordFunction& call) {
    if (observer == nullptr) return nullptr;
    const std::string name = call.name();
    ++observer->calls[name];
    if (name == "aten::convolution") observer->forward_operations += operations(call);
    return nullptr;
}

/// Observes the thread's calls for the time of a scope.
class observation {
  public:
    explicit observation(observed& into)
        : handle_(at::addThreadLocalCallback(
              at::RecordFunctionCallback(note).needsInputs(true).scopes({at::RecordScope::FUNCTION}))) {
        observer = &into;
    }
    observation(const observation&) = delete;
    observation& operator=(const observation&) = delete;
    ~observation() {
        at::removeCallback(handle_);
        observer = nullptr;
    }

  private:
    at::CallbackHandle handle_;
};

constexpr std::int64_t batch = 3;

}  // namespace

TEST_CASE("batched: a classifier's forward pass is what the schedule computes", "[observed]") {
    for (const bool answer_only : {true, false}) {
        network_module net(plan_of<Judged>, {.executor = executor::batched});
        observed seen;
        at::Tensor logits;
        {
            const observation here(seen);
            logits = net.run(normal({batch, 1, 12, 9}, 1, at::kFloat), {.steps = 5, .answer_only = answer_only}).logits;
        }
        const auto work = plan::work_of(plan_of<Judged>, {.steps = 5, .requested = {.final_states = !answer_only}});
        CHECK(seen.forward_operations == batch * work.direct().operations.forward);
        CHECK(seen.calls["aten::convolution"] == 1 + 4 + 1);  // the input; states at steps 2 to 5; the last output
    }
}

TEST_CASE("batched: weight gradients are one call for all steps that use the same channels, without copies",
          "[observed]") {
    network_module net(plan_of<Judged>, {.executor = executor::batched});
    net.eval();
    const auto logits = net.run(normal({batch, 1, 12, 9}, 1, at::kFloat), {.steps = 5, .answer_only = true}).logits;
    const auto loss = logits.square().sum();
    observed seen;
    {
        const observation here(seen);
        loss.backward();
    }
    const int to_sources = 4 + 1;      // states before steps 2 to 5, and from the last output; the image wants none
    const int to_weights = 1 + 2 + 1;  // the input; steps 2 to 4, and step 5, where only one type is read; the output
    CHECK(seen.calls["aten::convolution_backward"] == to_sources + to_weights);
    CHECK(seen.calls["aten::cat"] == 0);
}

TEST_CASE("batched: outputs that are all requested and that no area reads are one convolution", "[observed]") {
    network_module net(plan_of<Judged>, {.executor = executor::batched});
    observed seen;
    {
        const observation here(seen);
        net.run(normal({batch, 1, 12, 9}, 1, at::kFloat), {.steps = 5, .all_logits = true, .answer_only = true});
    }
    CHECK(seen.calls["aten::convolution"] == 1 + 4 + 1);
    CHECK(seen.calls["aten::max"] == 1);
}

TEST_CASE("batched: a sequence's convolutions are one call for all steps", "[observed]") {
    network_module net(plan_of<Judged>, {.executor = executor::batched});
    observed seen;
    {
        const observation here(seen);
        net.run(normal({batch, 5, 1, 12, 9}, 1, at::kFloat), {.steps = {}, .answer_only = true});
    }
    CHECK(seen.calls["aten::convolution"] == 1 + 4 + 1);
}

TEST_CASE("batched: an operation's backward pass is its adjoint") {
    namespace batched = executors::batched;
    using batched::slice;
    const auto check = [](std::int64_t images, std::int64_t channel_count, const auto& operation) {
        batched::tape tape(true);
        const auto x = batched::channels_last(normal({images, channel_count, 5, 7}, 1));
        const auto from = tape.made(x.clone(), true);
        const auto result = operation(tape, from);
        const auto value = result->value().clone();
        const auto y = batched::channels_last(normal(value.sizes(), 2));
        slice(result).receive(y.clone());
        tape.run_backward();
        const double there = (value * y).sum().template item<double>();
        const double back = (x * from->take_adjoint()).sum().template item<double>();
        CHECK(there == Approx(back).epsilon(1e-12));
        CHECK(std::abs(there) > 1e-3);
    };
    check(2, 3, [](auto& tape, const auto& map) { return batched::interpolated(tape, map, 8, 9); });
    check(2, 3, [](auto& tape, const auto& map) { return batched::interpolated(tape, map, 3, 4); });
    for (const auto mode : {pool_mode::max, pool_mode::average}) {
        check(2, 3, [mode](auto& tape, const auto& map) { return batched::pooled(tape, map, mode, 2, 3); });
        check(2, 3, [mode](auto& tape, const auto& map) { return batched::fitted(tape, map, mode, 3, 9); });
        check(2, 3, [mode](auto& tape, const auto& map) { return batched::fitted(tape, map, mode, 5, 7); });
    }
    check(4, 3, [](auto& tape, const auto& map) {
        return batched::joined(tape, {slice(map, 2, 1, {0, 3}), slice(map, 0, 2, {0, 3})});
    });
    check(2, 4, [](auto& tape, const auto& map) {
        // Both halves of the channels on one another, and the second half once more.
        const auto half = [&](std::int64_t first) { return batched::joined(tape, {slice(map, 0, 2, {first, 2})}); };
        return batched::added(tape, {{half(0)}, {half(2)}, {half(2)}}, {}, 2);
    });
    std::optional<batched::convolution> convolution;  // which the backward pass needs
    check(2, 3, [&](auto& tape, const auto& map) {
        convolution.emplace(tape, tape.made(normal({6, 3, 3, 3}, 3), false), nullptr,
                            batched::convolution::shape{.extent = {3, 3}});
        return (*convolution)(map, {0, 3}, {2, 4});
    });
}

}  // namespace batched_operations_test
