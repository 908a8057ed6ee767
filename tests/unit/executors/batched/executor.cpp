// What the batched executor asks LibTorch for, observed while it runs: no more than the schedule says.

#include "catch.hpp"
#include "executors/networks.hpp"

#include <cortexpr/schedule/work/work.hpp>

#include <ATen/record_function.h>

#include <map>
#include <string>

namespace batched_executor_test {

using namespace cortexpr;
using namespace cortexpr::test;

namespace {

struct Exciting : excitatory<16> {};
struct Inhibiting : inhibitory<16> {};
struct Layer
    : area<input<1, 12, 9>, neurons<Exciting, Inhibiting>,
           connectivity<from<stimulus, 1, 1, 0>, from<Exciting, 1, 1, 1>, from<Inhibiting, 1, 1, 0>>, output<32>> {};
struct Seed : classifier<network<Layer>, classes<4>, hidden<8>, readout_pool<pool_mode::max>> {};

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
        network_module net(plan_of<Seed>, {.executor = executor::batched});
        observed seen;
        at::Tensor logits;
        {
            const observation here(seen);
            logits = net.run(normal({batch, 1, 12, 9}, 1, at::kFloat), {.steps = 5, .answer_only = answer_only}).logits;
        }
        const auto work = plan::work_of(plan_of<Seed>, {.steps = 5, .requested = {.final_states = !answer_only}});
        CHECK(seen.forward_operations == batch * work.direct().operations.forward);
        CHECK(seen.calls["aten::convolution"] == 1 + 4 + 1);  // the input; states at steps 2 to 5; the last output
    }
}

TEST_CASE("batched: weight gradients are one call for all steps that use the same channels, without copies",
          "[observed]") {
    network_module net(plan_of<Seed>, {.executor = executor::batched});
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
    network_module net(plan_of<Seed>, {.executor = executor::batched});
    observed seen;
    {
        const observation here(seen);
        net.run(normal({batch, 1, 12, 9}, 1, at::kFloat), {.steps = 5, .all_logits = true, .answer_only = true});
    }
    CHECK(seen.calls["aten::convolution"] == 1 + 4 + 1);
    CHECK(seen.calls["aten::max"] == 1);
}

TEST_CASE("batched: a sequence's convolutions are one call for all steps", "[observed]") {
    network_module net(plan_of<Seed>, {.executor = executor::batched});
    observed seen;
    {
        const observation here(seen);
        net.run(normal({batch, 5, 1, 12, 9}, 1, at::kFloat), {.steps = {}, .answer_only = true});
    }
    CHECK(seen.calls["aten::convolution"] == 1 + 4 + 1);
}

}  // namespace batched_executor_test
