// What the planned executor computes, counted while it runs, is what the schedule says; and its kernels are the same
// functions on every instruction set.

#include "catch.hpp"
#include "engine/planned/image_pass.hpp"
#include "kernels/cpu/tables.hpp"
#include "torch/networks.hpp"

#include <algorithm>
#include <cmath>
#include <random>
#include <vector>

using namespace cortexpr;
using namespace cortexpr::test;
namespace planned = cortexpr::engine::planned;

namespace {

// Channels that are whole vectors of every instruction set: what is padded is counted too.
struct Exciting : excitatory<32> {};
struct Inhibiting : inhibitory<32> {};
struct Seed
    : area<input<1, 12, 9>, neurons<Exciting, Inhibiting>,
           connectivity<from<stimulus, 1, 1, 0>, from<Exciting, 1, 1, 1>, from<Inhibiting, 1, 1, 0>>, output<32>> {};

std::vector<float> drawn(std::size_t size, unsigned seed) {
    std::mt19937 generator(seed);
    std::uniform_real_distribution<float> uniform(0.1F, 1.0F);
    std::vector<float> values(size);
    for (auto& value : values) value = uniform(generator);
    return values;
}

/// Operations that a forward pass asked its kernels for.
std::int64_t counted(const plan::network& plan, int steps, const plan::reads& reads) {
    std::vector<std::vector<float>> parameters;
    std::vector<const float*> pointers;
    for (const auto& parameter : plan.parameters) {
        parameters.push_back(drawn(static_cast<std::size_t>(parameter.size()), 1));
        pointers.push_back(parameters.back().data());
    }
    planned::program_request request{.steps = steps,
                                     .reads = reads,
                                     .starts_at_zero = std::vector<bool>(plan.types.size(), true),
                                     .feedback_starts_at_zero = std::vector<bool>(plan.areas.size(), true)};
    const planned::program<float> program(plan, request, pointers, kernels::kernels_for_this_cpu<float>());
    auto image = drawn(static_cast<std::size_t>(plan.areas.front().input.size()), 2);
    const auto types = plan.types.size(), areas = plan.areas.size();
    const planned::starts<float> given{.stimulus = {image.data(), 0, 0},
                                       .states = std::vector<planned::planes<float>>(types),
                                       .outputs = std::vector<planned::planes<float>>(areas),
                                       .feedback = std::vector<planned::planes<float>>(areas)};
    const planned::values<float> results{.states = given.states,
                                         .final_states = given.states,
                                         .outputs = given.outputs,
                                         .feedback = given.outputs,
                                         .answer = {},
                                         .features = {}};
    planned::forward_pass<float> pass(program, given, results);
    std::vector<float> kept(program.kept().size);
    pass.run(0, kept.data(), nullptr);
    return pass.operations();
}

template <class Scalar>
std::vector<Scalar> applied(const kernels::kernel_table<Scalar>& table, const activation_function& function,
                            std::vector<Scalar> values) {
    std::vector<Scalar> results(values.size());
    for (int first = 0; first < static_cast<int>(values.size()); first += table.lanes)
        table.apply({.height = 1,
                     .width = 1,
                     .lanes = {first, function, nullptr},
                     .value = {values.data(), 0, 0},
                     .sum = {results.data(), 0, 0},
                     .replace = true});
    return results;
}

}  // namespace

TEST_CASE("planned: the operations of a forward pass are those that the schedule counts") {
    const auto& plan = plan_of<Seed>;
    // The stimulus' one channel reaches all 64 targets in whole vectors, so nothing is padded.
    CHECK(counted(plan, 5, {}) == plan::work_of(plan, 5, {}).computed);
    CHECK(counted(plan, 1, {}) == plan::work_of(plan, 1, {}).computed);
    CHECK(counted(plan, 3, {.final_states = true}) == plan::work_of(plan, 3, {.final_states = true}).computed);
    CHECK(counted(plan, 4, {.outputs = {1}}) == plan::work_of(plan, 4, {.outputs = {1}}).computed);
}

TEST_CASE("planned: kernels of all instruction sets agree, far arguments included") {
    std::vector<float> values;
    for (float x = -120; x < 120; x += 0.37F) values.push_back(x);
    for (const float x : {0.0F, -0.0F, 1e-30F, 88.5F, -88.5F, 1e30F, -1e30F}) values.push_back(x);
    values.resize((values.size() + 15) / 16 * 16);
    const auto& here = kernels::kernels_for_this_cpu<float>();
    for (int i = 0; i <= static_cast<int>(activation::hard_tanh); ++i) {
        const activation_function function = activation(i);
        INFO(std::string_view(name_of(activation(i))));
        const std::vector<double> twice(values.begin(), values.end());
        const auto exact = applied(kernels::kernels_for_this_cpu<double>(), function, twice);
        const auto fast = applied(here, function, values),
                   portable = applied(kernels::portable_float, function, values);
        for (std::size_t k = 0; k < values.size(); ++k) {
            INFO(values[k]);
            const double bound = 1e-6 * std::max(std::abs(exact[k]), 1e-3);
            CHECK(std::abs(fast[k] - exact[k]) <= bound);
            CHECK(std::abs(portable[k] - exact[k]) <= bound);
        }
    }
}
