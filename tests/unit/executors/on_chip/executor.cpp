// The on-chip executor with its kernels run on the CPU in a GPU's position: a declared network's logits, and the
// gradients of its own parameters, are those of the transparent executor in double precision.

#include "executors/on_chip/executor.hpp"
#include "catch.hpp"
#include "executors/emulated_kernels.hpp"
#include "executors/networks.hpp"
#include "gpu.hpp"
#include "train/optimiser.hpp"

#include <cortexpr/error.hpp>
#include <cortexpr/module/model.hpp>

#include <ATen/core/grad_mode.h>
#include <torch/csrc/autograd/autograd.h>

#include <algorithm>
#include <string>

namespace on_chip_executor_test {

using namespace cortexpr;
using namespace cortexpr::test;

namespace {

// Types that don't fill blocks of 16, groups, a tau for the whole type, an edge without bias.
struct Pyr : excitatory<12, nonlinearity<activation::softplus>> {};
struct PV : inhibitory<6, tau<tau_mode::per_type, 2.0>> {};
struct SST : inhibitory<4> {};
struct Area : area<input<2, 7, 6>, neurons<Pyr, PV, SST>,
                   connectivity<from<stimulus, 1, 1, 0, 0>,                               //
                                from<Pyr, edge{.groups = 2}, 1, edge{.bias = false}, 1>,  //
                                from<PV, 1, 0, 0, 0>,                                     //
                                from<SST, 0, 1, 0, edge{.groups = 2}>>,
                   output<10>> {};
struct Seen : classifier<network<Area>, classes<3>, hidden<6>, readout_pool<pool_mode::max>> {};
static_assert(fits_on_chip<Seen>);

// The one that emulated_kernels has sized kernels of.
struct E : excitatory<16> {};
struct I : inhibitory<10, nonlinearity<activation::softplus>> {};
struct SizedArea
    : area<input<2, 9, 12>, neurons<E, I>,
           connectivity<from<stimulus, 1, 1, 0>, from<E, edge{.groups = 2}, 1, 1>, from<I, 1, 0, 0>>, output<6>> {};
struct Sized : classifier<network<SizedArea>, classes<3>, hidden<6>, readout_pool<pool_mode::max>> {};

constexpr int images = 3;
constexpr module_options on_chip{.executor = executor::on_chip, .precision = precision::bfloat16};

/// Values between bounds that keep Dale's law and taus, small enough for softplus not to run away.
void draw(network_module& net) {
    const at::NoGradGuard no_grad;
    for (int i = 0; i < static_cast<int>(net.plan().parameters.size()); ++i) {
        using bound = plan::parameter::bound;
        const auto constraint = net.plan().parameters[static_cast<std::size_t>(i)].constraint;
        const auto drawn = normal(net.parameter(i).sizes(), 20 + static_cast<std::uint64_t>(i));
        net.set(i, constraint == bound::at_least_one ? 1 + drawn.abs()
                   : constraint == bound::free       ? 0.3 * drawn
                                                     : 0.08 * drawn.abs());
    }
}

at::Tensor shown(at::ScalarType type = at::kFloat) { return normal({images, 2, 7, 6}, 1).to(type); }
at::Tensor shown_to(const network_module& net) {
    const auto& input = net.plan().areas.front().input;
    return normal({images, input.channels, input.height, input.width}, 1).to(net.dtype()).to(net.device());
}

struct outcome {
    at::Tensor logits;
    std::vector<at::Tensor> gradients;
};

outcome run_of(network_module& net, const run_request& request) {
    net.eval();
    draw(net);
    const auto logits = net.run(shown_to(net), request).logits;
    (logits * normal(logits.sizes(), 2, net.dtype()).to(net.device())).sum().backward();
    outcome result{logits.detach().cpu(), {}};
    for (int i = 0; i < static_cast<int>(net.plan().parameters.size()); ++i)
        result.gradients.push_back(net.parameter(i).grad().cpu());
    return result;
}

const run_request answer{.steps = 4, .answer_only = true};

void compare(network_module& net) {
    network_module exact_net(net.plan(), {.dtype = at::kDouble, .executor = executor::transparent});
    const auto exact = run_of(exact_net, answer), ours = run_of(net, answer);
    CHECK(ours.logits.scalar_type() == at::kFloat);
    CHECK(largest_difference(ours.logits, exact.logits) < 0.01 * exact.logits.abs().max().item<double>());
    for (std::size_t i = 0; i < exact.gradients.size(); ++i) {
        INFO(std::string_view(net.plan().parameters[i].name));
        CHECK(largest_difference(ours.gradients[i], exact.gradients[i]) <
              0.02 * exact.gradients[i].abs().max().item<double>() + 1e-9);
    }
}

}  // namespace

TEST_CASE("on chip: logits and all gradients") {
    const emulated_kernels kernels;
    network_module net(plan_of<Seen>, on_chip);
    compare(net);
    CHECK(emulated_kernels::calls().on_chip_forward == 1);
    CHECK(emulated_kernels::calls().on_chip_backward == 1);
    CHECK(emulated_kernels::calls().merges == 1);
    CHECK(emulated_kernels::calls().splits == 1);
    CHECK(emulated_kernels::calls().steps == 0);
}

TEST_CASE("on chip: kernels that are made for a network's sizes give its logits and gradients") {
    const emulated_kernels kernels;
    network_module net(plan_of<Sized>, on_chip);
    CHECK(executors::reason_against_sized_kernels(net.plan(), at::kCPU).empty());
    compare(net);
    CHECK(emulated_kernels::calls().on_chip_forward == 1);
    CHECK(emulated_kernels::calls().on_chip_backward == 1);
    // An image that starts where no bulk copy can.
    const auto images = shown_to(net), moved = at::empty({images.numel() + 1}).narrow(0, 1, images.numel());
    const auto unaligned = moved.copy_(images.flatten()).view(images.sizes());
    CHECK(at::equal(net.run(unaligned, answer).logits, net.run(images, answer).logits));
}

TEST_CASE("on chip: why a network has no kernels of its own is told") {
    const emulated_kernels kernels;
    CHECK(executors::reason_against_sized_kernels(plan_of<Seen>, at::kCPU) ==
          "types that share a block of 16 channels have different nonlinearities");
    setenv("CORTEXPR_CUDA", "any_size", 1);
    CHECK(executors::reason_against_sized_kernels(plan_of<Sized>, at::kCPU) ==
          "CORTEXPR_CUDA is any_size in the environment");
    network_module net(plan_of<Sized>, on_chip);
    compare(net);
    unsetenv("CORTEXPR_CUDA");
}

TEST_CASE("cuda: on chip, the same bits twice", "[.cuda]") {
    for (const auto& plan : {plan_of<Seen>, plan_of<Sized>}) {
        if (!has_gpu(plan)) return;
        const module_options there{.device = "cuda", .executor = executor::on_chip, .precision = precision::bfloat16};
        network_module net(plan, there), again(plan, there);
        compare(net);
        run_of(again, answer);
        for (int i = 0; i < static_cast<int>(net.plan().parameters.size()); ++i)
            CHECK(at::equal(net.parameter(i).grad(), again.parameter(i).grad()));
    }
}

namespace {

// Each type hears all others, so that there are more parameters than a launch takes.
template <int Number>
struct One : excitatory<1> {};
struct Many
    : area<input<1, 4, 4>, neurons<One<0>, One<1>, One<2>, One<3>, One<4>, One<5>, One<6>, One<7>, One<8>, One<9>>,
           connectivity<from<stimulus, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0>,  //
                        from<One<0>, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1>,    //
                        from<One<1>, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1>,    //
                        from<One<2>, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1>,    //
                        from<One<3>, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1>,    //
                        from<One<4>, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1>,    //
                        from<One<5>, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1>,    //
                        from<One<6>, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1>,    //
                        from<One<7>, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1>,    //
                        from<One<8>, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1>,    //
                        from<One<9>, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1>>,
           output<2>> {};
struct Crowd : classifier<network<Many>, classes<2>, hidden<4>, readout_pool<pool_mode::max>> {};
static_assert(fits_on_chip<Crowd>);

}  // namespace

TEST_CASE("on chip: more parameters than a launch takes are the batched executor's") {
    const emulated_kernels kernels;
    network_module net(plan_of<Crowd>, on_chip);
    net.eval();
    const auto logits = net.run(normal({2, 1, 4, 4}, 1, at::kFloat), answer).logits;
    CHECK(logits.defined());
    CHECK(emulated_kernels::calls().merges == 0);
    CHECK(emulated_kernels::calls().steps > 0);
}

TEST_CASE("on chip: nothing is saved where no gradient is requested, and one step is a run too") {
    network_module exact_net(plan_of<Seen>, {.dtype = at::kDouble, .executor = executor::transparent});
    const emulated_kernels kernels;
    network_module net(plan_of<Seen>, on_chip);
    const at::NoGradGuard no_grad;
    for (const int steps : {1, 2, 5}) {
        for (auto* one : {&net, &exact_net}) one->eval();
        draw(net);
        draw(exact_net);
        const run_request request{.steps = steps, .answer_only = true};
        const auto exact = exact_net.run(shown(at::kDouble), request).logits;
        CHECK(largest_difference(net.run(shown(), request).logits, exact) < 0.01 * exact.abs().max().item<double>());
    }
    CHECK(emulated_kernels::calls().on_chip_backward == 0);
}

TEST_CASE("on chip: runs that are asked for more are the batched executor's") {
    const emulated_kernels kernels;
    network_module net(plan_of<Seen>, on_chip),
        batched(plan_of<Seen>, {.executor = executor::batched, .precision = precision::bfloat16});
    draw(net);
    draw(batched);
    net.eval();
    batched.eval();
    run_request recorded = answer, silenced = answer, started = answer, all_logits = answer, whole = answer;
    recorded.record_states = {true, false, false};
    silenced.perturbations = {{.is = perturbation::kind::silence, .index = 1, .from = 2}};
    started.initial_states = {normal({images, 12, 7, 6}, 3, at::kFloat).abs(), {}, {}};
    all_logits.all_logits = true;
    whole.answer_only = false;
    for (const auto& request : {recorded, silenced, started, all_logits, whole})
        CHECK(at::equal(net.run(shown(), request).logits, batched.run(shown(), request).logits));
    const auto sequence = normal({images, 2, 2, 7, 6}, 4, at::kFloat);
    CHECK(net.run(sequence, {.steps = {}, .answer_only = true}).logits.defined());
    auto seen = shown().requires_grad_();
    net.run(seen, answer).logits.sum().backward();
    CHECK(seen.grad().abs().sum().item<double>() > 0);
    CHECK(emulated_kernels::calls().on_chip_forward == 0);
    net.run(shown(), answer);
    CHECK(emulated_kernels::calls().on_chip_forward == 1);
}

TEST_CASE("on chip: chosen for bfloat16 where a network fits") {
    const module_options rounded{.precision = precision::bfloat16};
    CHECK(network_module(plan_of<Seen>, rounded).executor() == executor::planned);
    {
        const emulated_kernels kernels;
        CHECK(network_module(plan_of<Seen>, rounded).executor() == executor::on_chip);
        CHECK(network_module(plan_of<Two>, rounded).executor() == executor::planned);
        CHECK(network_module(plan_of<Seen>, {.executor = executor::batched, .precision = precision::bfloat16})
                  .executor() == executor::batched);
        CHECK(network_module(plan_of<Seen>, {}).executor() == executor::planned);
    }
    const emulated_kernels kernels(1000);
    CHECK(network_module(plan_of<Seen>, rounded).executor() == executor::planned);
}

TEST_CASE("on chip: what can't be had is said in a sentence") {
    CHECK_THROWS_WITH(network_module(plan_of<Seen>, on_chip),
                      "executor on_chip needs a CUDA GPU and cortexpr's CUDA kernels (libcortexpr_cuda.so), which "
                      "device \"cpu\" lacks; use executor batched");
    {
        const emulated_kernels kernels;
        CHECK_THROWS_WITH(network_module(plan_of<Seen>, {.executor = executor::on_chip}),
                          "executor on_chip keeps states as bfloat16; ask for precision bfloat16 with it");
        CHECK_THROWS_WITH(
            network_module(plan_of<Two>, on_chip),
            "executor on_chip can't run Two: [cortexpr O01] the on-chip executor ends in a readout, and this "
            "network has none; declare a classifier, or use another executor");
    }
    const emulated_kernels kernels(1000);
    CHECK_THROWS_WITH(
        network_module(plan_of<Seen>, on_chip),
        "executor on_chip can't run Seen: [cortexpr O13] the states of this network need more bytes of shared "
        "memory than a multiprocessor has; declare fewer channels or a smaller map, or use another "
        "executor");
    network_module net(plan_of<Seen>, {});
    CHECK_THROWS_AS(net.executor(executor::on_chip), usage_error);
    CHECK(net.executor() == executor::planned);
}

TEST_CASE(
    "on chip: second derivatives are refused, frozen parameters get no gradient, the backward pass outlives the "
    "module") {
    const emulated_kernels kernels;
    at::Tensor loss, weight;
    {
        network_module net(plan_of<Seen>, on_chip);
        draw(net);
        net.freeze(0);
        weight = net.parameter(1);
        loss = net.run(shown(), answer).logits.square().sum();
        CHECK_THROWS_WITH(torch::autograd::grad({loss}, {weight}, {}, /*retain_graph=*/true, /*create_graph=*/true),
                          "the on_chip executor has no second derivatives; ask the network for the transparent one");
        const auto frozen = net.parameter(0);
        torch::autograd::backward({loss}, {}, /*retain_graph=*/true);
        CHECK_FALSE(frozen.grad().defined());
        CHECK(weight.grad().abs().sum().item<double>() > 0);
        weight.mutable_grad().reset();
    }
    loss.backward();
    CHECK(weight.grad().abs().sum().item<double>() > 0);
}

TEST_CASE("on chip: as part of the program, and it learns") {
    const emulated_kernels kernels;
    const auto net = make<Seen, executor::on_chip>({.seed = 3});
    CHECK(net->executor() == executor::on_chip);
    CHECK(net->precision() == precision::bfloat16);
    net->eval();  // without dropout
    const auto labels = at::arange(3, at::kLong);
    optimiser adam(*net, {});
    double first = 0, last = 0;
    for (int i = 0; i < 60; ++i) {
        const auto loss = at::cross_entropy_loss(net->forward(shown(), steps{3}), labels);
        last = loss.item<double>();
        if (i == 0) first = last;
        loss.backward();
        adam.step(0.02);
    }
    CHECK(last < 0.5 * first);
}

}  // namespace on_chip_executor_test
