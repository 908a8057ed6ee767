// What the planned executor computes, counted while it runs, is what the schedule says; and its kernels are the same
// functions on every instruction set.

#include "catch.hpp"
#include "executors/networks.hpp"
#include "executors/planned/backward_pass.hpp"
#include "executors/planned/forward_pass.hpp"
#include "kernels/cpu/tables.hpp"

#include <cortexpr/schedule/work/work.hpp>

#include <algorithm>
#include <cmath>
#include <deque>
#include <random>
#include <vector>

namespace planned_counted_operations_test {

using namespace cortexpr;
using namespace cortexpr::test;
namespace planned = cortexpr::executors::planned;

namespace {

// Channels that are whole blocks of every instruction set, in each group: what is padded is counted too.
struct Exciting : excitatory<32> {};
struct Inhibiting : inhibitory<32> {};
struct Seed
    : area<input<1, 12, 9>, neurons<Exciting, Inhibiting>,
           connectivity<from<stimulus, 1, 1, 0>, from<Exciting, 1, 1, 1>, from<Inhibiting, 1, 1, 0>>, output<32>> {};
struct Classifier : classifier<network<Seed>, classes<3>, hidden<7>, readout_pool<pool_mode::max, 2, 2>> {};
struct Averaging : classifier<network<Seed>, classes<3>, hidden<7>, readout_pool<pool_mode::average, 2, 2>> {};

struct Grouped : excitatory<64> {};
struct Coarse : inhibitory<32, half_density> {};
struct Options : area<input<2, 7, 10>, neurons<Grouped, Coarse, Exciting>,
                      connectivity<from<stimulus, edge{.extent = {5, 3}}, 1, 0, 1>,
                                   from<Grouped, edge{.groups = 2}, edge{.nonlinearity = activation::tanh}, 1, 1>,
                                   from<Coarse, 1, 1, 1, edge{.nonlinearity = activation::relu}>,
                                   from<Exciting, 1, 0, edge{.extent = {1, 1}}, 0>>,
                      output<32, activation::relu>> {};

struct Low : area<input<1, 6, 6>, feedback_channels<32>, neurons<Exciting, Inhibiting>,
                  connectivity<from<stimulus, 1, 0, 0>, from<top_down, 1, edge{.nonlinearity = activation::relu}, 0>,
                               from<Exciting, 1, 1, 1>, from<Inhibiting, 1, 0, 0>>,
                  output<32>> {};
struct High
    : area<input<32, 3, 4>, neurons<Exciting>, connectivity<from<stimulus, 1, 0>, from<Exciting, 1, 1>>, output<32>> {};
struct Prompt : network<Low, High, feedback<High, Low>> {};
struct Late : classifier<network<Low, High, feedback<High, Low, edge{.nonlinearity = activation::tanh}>, area_delay<1>>,
                         classes<3>, hidden<7>, readout_pool<pool_mode::max>> {};
// An area alone receives no feedback: it stays as it starts, zeros (Low) or ones.
struct Told : area<input<1, 6, 6>, feedback_channels<32, neuron_class::hybrid, fill::ones>, neurons<Exciting>,
                   connectivity<from<stimulus, 1, 0>, from<top_down, 1, 1>, from<Exciting, 1, 1>>, output<32>> {};
// Tiles of both extents, on a map that neither divides.
template <activation Function>
struct Broad : area<input<1, 9, 14>, neurons<Exciting, Inhibiting>,
                    connectivity<from<stimulus, 1, 1, 0>, from<Exciting, 1, edge{.extent = {5, 5}}, 1>,
                                 from<Inhibiting, 1, edge{.nonlinearity = Function}, 0>>,
                    output<32>> {};
template <activation Function>
using broad_classifier =
    classifier<network<Broad<Function>>, classes<3>, hidden<7>, readout_pool<pool_mode::max, 1, 2>>;
struct Tiled : broad_classifier<activation::tanh> {};
struct Kinked : broad_classifier<activation::relu> {};

std::vector<float> drawn(std::size_t size, unsigned seed) {
    std::mt19937 generator(seed);
    std::uniform_real_distribution<float> uniform(0.1F, 1.0F);
    std::vector<float> values(size);
    for (auto& value : values) value = uniform(generator);
    return values;
}

/// What a run asks its kernels for, and what it keeps, of one image whose results' gradients are all there.
class counted_pass {
  public:
    counted_pass(const plan::network& plan, const plan::run& run) : plan_(plan), run_(run) {
        for (const auto& parameter : plan.parameters) {
            const auto& values = buffers_.emplace_back(drawn(static_cast<std::size_t>(parameter.size()), 1));
            parameters_.push_back(values.data());
        }
    }

    plan::operations operations() {
        const planned::program<float> program(plan_, {run_}, parameters_, kernels::kernels_for_this_cpu<float>());
        saved_bytes_ = static_cast<std::int64_t>(program.saved().size() * sizeof(float));
        std::vector<float> saved(program.saved().size()), gradients(program.gradient_size());
        std::vector<std::int32_t> positions(static_cast<std::size_t>(run_.steps * plan_.readout.features));
        const auto given = starts();
        const auto results = values<float>();
        const planned::overrides<float> untouched;
        planned::forward_pass<float> forward(program, given, untouched, results, false);
        forward.run(0, saved.data(), positions.data());
        const auto adjoints = values<const float>();
        const std::vector<bool> needs_grad(plan_.parameters.size(), true);
        const auto none = no_starts();
        planned::backward_pass<float> backward(program, given, untouched, adjoints, none, needs_grad);
        backward.run(0, saved.data(), positions.data(), gradients.data());
        return {forward.operations(), backward.operations(), backward.weight_operations()};
    }
    std::int64_t saved_bytes() const { return saved_bytes_; }

  private:
    float* filled(std::int64_t size) { return buffers_.emplace_back(drawn(static_cast<std::size_t>(size), 2)).data(); }
    planned::starts<float> no_starts() const {
        const auto areas = plan_.areas.size();
        return {.stimulus = {},
                .states = std::vector<planned::planes<float>>(plan_.types.size()),
                .outputs = std::vector<planned::planes<float>>(areas),
                .feedback = std::vector<planned::planes<float>>(areas)};
    }
    planned::starts<float> starts() {
        auto all = no_starts();
        const auto image = plan_.areas.front().input.size();
        all.stimulus = {filled(run_.steps * image), 0, run_.is_sequence ? image : 0};
        for (std::size_t a = 0; a < plan_.areas.size(); ++a)
            if (plan_.areas[a].initial_feedback != fill::zeros)
                all.feedback[a] = {filled(plan_.areas[a].feedback.size()), 0, 0};
        return all;
    }
    /// All that is read, or its gradients.
    template <class Scalar>
    planned::values<Scalar> values() {
        planned::values<Scalar> all{
            .states = {}, .final_states = {}, .outputs = {}, .feedback = {}, .output = {}, .features = {}};
        const auto& requested = run_.requested;
        const auto planes_if = [this](bool is_read, std::int64_t size) {
            return is_read ? planned::planes<Scalar>{filled(run_.steps * size), 0, size} : planned::planes<Scalar>{};
        };
        const auto flag = [](const plan::flags& list, std::size_t i) { return !list.empty() && list[i]; };
        for (std::size_t i = 0; i < plan_.types.size(); ++i) {
            const auto size = plan_.types[i].shape.size();
            all.states.push_back(planes_if(flag(requested.states, i), size));
            all.final_states.push_back(planes_if(requested.final_states, size));
        }
        for (std::size_t i = 0; i < plan_.areas.size(); ++i) {
            all.outputs.push_back(planes_if(flag(requested.outputs, i), plan_.areas[i].output.size()));
            all.feedback.push_back(planes_if(flag(requested.feedback, i), plan_.areas[i].feedback.size()));
        }
        all.output = planes_if(!plan_.has_readout(), plan_.areas.back().output.size());
        all.features = planes_if(plan_.has_readout(), plan_.readout.features);
        return all;
    }

    const plan::network& plan_;
    plan::run run_;
    std::deque<std::vector<float>> buffers_;
    std::vector<const float*> parameters_;
    std::int64_t saved_bytes_ = 0;
};

void compare(const plan::network& plan, const plan::run& run) {
    INFO(plan.name << ", " << run.steps << " steps");
    counted_pass pass(plan, run);
    const auto counted = pass.operations();
    const auto expected = plan::work_of(plan, run);
    CHECK(counted.forward == expected.computed.operations.forward);
    CHECK(counted.data_gradients == expected.computed.operations.data_gradients);
    CHECK(counted.weight_gradients == expected.computed.operations.weight_gradients);
    CHECK(pass.saved_bytes() == expected.saved_bytes);
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

TEST_CASE("planned: operations, forward and backward, and bytes saved are those that the schedule counts") {
    for (const auto* plan :
         {&plan_of<Seed>, &plan_of<Classifier>, &plan_of<Averaging>, &plan_of<Options>, &plan_of<Prompt>,
          &plan_of<Late>, &plan_of<Low>, &plan_of<Told>, &plan_of<Tiled>, &plan_of<Kinked>}) {
        for (const int steps : {1, 2, 5}) compare(*plan, {.steps = steps});
        compare(*plan, {.steps = 3, .is_sequence = true});
        compare(*plan, {.steps = 3, .requested = {.final_states = true}});
        if (plan->has_readout()) compare(*plan, {.steps = 3, .requested = {.every_answer = true}});
        plan::requested recorded{.states = plan::flags(plan->types.size(), false),
                                 .outputs = plan::flags(plan->areas.size(), true)};
        recorded.states.front() = true;
        compare(*plan, {.steps = 4, .requested = recorded});
        plan::requested silence;
        silence.silenced_from.assign(plan->types.size(), 0);
        silence.silenced_from.back() = 3;
        compare(*plan, {.steps = 5, .requested = silence});
    }
    compare(plan_of<Late>, {.steps = 3, .requested = {.feedback = {1, 0}}});
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

}  // namespace planned_counted_operations_test
