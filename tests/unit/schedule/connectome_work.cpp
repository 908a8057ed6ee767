// Counted products against those that the kernels are asked for, and saved bytes against those that a run takes.

#include <cortexpr/schedule/connectome_work.hpp>

#include "address_sanitizer.hpp"
#include "catch.hpp"
#include "executors/sparse/networks.hpp"

#include <cortexpr/dsl.hpp>

#include <malloc.h>

#include <atomic>
#include <memory>
#include <vector>

namespace schedule_connectome_work_test {

using namespace sparse_tests;
using plan::connectome_part, plan::connectome_saving, plan::product_steps;

namespace {

struct Zeros : excitatory_cells<> {};
struct Ones : excitatory_cells<initial_state<fill::ones>> {};

template <class Type, weight_mode Mode = weight_mode::per_synapse>
struct Circuit : connectome<cells<Type>, synapses<as_in_the_file>, dense_stimulus_to<5, Type>,
                            dense_output_from<3, Type>, weights<Mode>> {};

template <class Declared>
constexpr product_steps synapses_of(int steps, int rules = plan::connectome_saving_count) {
    return plan::product_steps_of(plan_of<Declared>, steps, rules)[static_cast<int>(connectome_part::synapses)];
}

/// Synapses that kernels have passed.
std::atomic<std::int64_t> forward{0}, to_sources{0}, to_weights{0};

const kernels::kernel_table<float>& plain() { return kernels::kernels_for_this_cpu<float>(); }

void counted_step(const kernels::sparse_step_job<float>& job) {
    if (job.before != nullptr) forward += job.rows.starts[job.last] - job.rows.starts[job.first];
    plain().sparse.step(job);
}

void counted_adjoint(const kernels::sparse_adjoint_job<float>& job) {
    const auto passed = job.columns.starts[job.last] - job.columns.starts[job.first];
    if (job.drive_adjoint != nullptr && job.state != nullptr) to_sources += passed;
    if (job.weight_gradient != nullptr) to_weights += passed;
    plain().sparse.adjoint(job);
}

std::shared_ptr<const sparse_network<float>> counting_network(const drawn_network& drawn) {
    auto table = std::make_unique<kernels::kernel_table<float>>(plain());
    table->sparse = {counted_step, counted_adjoint};
    static std::vector<std::unique_ptr<kernels::kernel_table<float>>> tables;  // networks refer to them
    tables.push_back(std::move(table));
    const std::vector<float> signs(drawn.sign.begin(), drawn.sign.end());
    return std::make_shared<const sparse_network<float>>(
        sparse_index(drawn.of.neurons, drawn.pre, drawn.post), signs,
        std::vector<kernels::neuron_range<float>>{{.last = drawn.of.neurons}}, *tables.back());
}

/// As the planned executor runs it where the answer alone is read.
product_steps counted(int steps, bool has_start, bool trains_weights) {
    const drawn_network drawn({.neurons = 200, .synapses = 3000, .batch = 3, .shuffled = false});
    const auto network = counting_network(drawn);
    const auto team = team_of(2);
    const auto size = network->size_of_array(3);
    const auto synapses = drawn.pre.size();
    const std::vector<float> weights(synapses, 0.01F), drive(size, 0.1F), rate(200, 0.5F), start(size, 1.0F);
    forward = to_sources = to_weights = 0;
    const sparse_run<float> run(network,
                                {.batch = 3,
                                 .steps = steps,
                                 .weights = weights.data(),
                                 .drive = drive.data(),
                                 .initial = has_start ? start.data() : nullptr,
                                 .rate = rate.data()},
                                saved_values::for_backward, team);
    std::vector<float> weight_gradient(synapses), drive_adjoint(size), rate_sum(200);
    std::vector<const float*> adjoints(static_cast<std::size_t>(steps));
    adjoints.back() = start.data();
    run.backward({.weights = weights.data(),
                  .states = adjoints,
                  .weight_gradient = trains_weights ? weight_gradient.data() : nullptr,
                  .drive = drive_adjoint.data(),
                  .rate = rate_sum.data()},
                 team);
    const auto times = [&](std::int64_t passed) {
        REQUIRE(passed % std::ssize(drawn.pre) == 0);
        return static_cast<int>(passed / std::ssize(drawn.pre));
    };
    return {times(forward), times(to_sources), times(to_weights)};
}

}  // namespace

TEST_CASE("connectome work: synapses are passed as often as counted") {
    for (const int steps : {1, 2, 5}) {
        CAPTURE(steps);
        CHECK(counted(steps, false, true) == synapses_of<Circuit<Zeros>>(steps));
        CHECK(counted(steps, true, true) == synapses_of<Circuit<Ones>>(steps));
        CHECK(counted(steps, false, false) == synapses_of<Circuit<Zeros, weight_mode::frozen>>(steps));
    }
    CHECK(synapses_of<Circuit<Zeros>>(5) == product_steps{4, 4, 4});
    CHECK(synapses_of<Circuit<Ones>>(5) == product_steps{5, 4, 5});
    CHECK(synapses_of<Circuit<Zeros, weight_mode::frozen>>(5) == product_steps{4, 4, 0});
    CHECK(synapses_of<Circuit<Zeros>>(5, 0) == product_steps{5, 5, 5});
}

#ifndef CORTEXPR_ADDRESS_SANITIZER  // whose memory isn't the C library's
TEST_CASE("connectome work: a run saves as many bytes as counted") {
    constexpr int neurons = 4096, steps = 32;
    const drawn_network drawn({.neurons = neurons, .synapses = 4096, .shuffled = false});
    const auto network = counting_network(drawn);
    const std::vector<float> weights(4096), drive(network->size_of_array(1)), rate(neurons, 1.0F);
    const auto used = [] {
        const auto all = mallinfo2();
        return all.uordblks + all.hblkhd;
    };
    const auto before = used();
    const sparse_run<float> run(
        network, {.batch = 1, .steps = steps, .weights = weights.data(), .drive = drive.data(), .rate = rate.data()},
        saved_values::for_backward, team_of(1));
    const auto taken = static_cast<double>(used() - before);
    const auto counted = static_cast<double>(plan::saved_bytes_of({.cells = neurons}, steps));
    CHECK(taken >= counted);
    CHECK(taken < 1.05 * counted);
}
#endif

}  // namespace schedule_connectome_work_test
