// Operations by edge, step and rule: laws that hold of any network. Numbers worked out by hand are in
// tests/static/work.cpp.

#include <cortexpr/schedule/work/operations.hpp>

#include "catch.hpp"
#include "schedule/networks.hpp"

using namespace cortexpr;
using namespace cortexpr::test::schedules;
using plan::applied_savings;
using plan::known_run;
using plan::operations;
using plan::operations_of;

namespace {

constexpr applied_savings none{0};

std::vector<plan::run> runs() {
    return {{.steps = 1},
            {.steps = 3},
            {.steps = 4, .is_sequence = true},
            {.steps = 3, .requested = {.every_answer = true}},
            {.steps = 5, .requested = {.final_states = true}}};
}

template <class Check>
void for_each_run(Check check) {
    for (const auto* network : all)
        for (const auto& run : runs()) {
            INFO(network->name << ", " << run.steps << " steps");
            check(known_run(*network, run));
        }
}

}  // namespace

TEST_CASE("without rules each edge costs its convolution thrice at every step", "[schedule]") {
    for_each_run([](const known_run& run) {
        operations sum;
        for (int t = 1; t <= run.steps(); ++t) {
            for (const auto& edge : run.network().edges) {
                const auto one = plan::flops(edge);
                CHECK(operations_of(run, edge, t, none) == operations{one, one, one});
                sum += {one, one, one};
            }
            for (const auto& edge : run.network().feedback) {
                const auto one = plan::flops(edge);
                CHECK(operations_of(run, edge, t, none) == operations{one, one, one});
                sum += {one, one, one};
            }
        }
        CHECK(operations_of(run, none) == sum);
    });
}

TEST_CASE("a rule adds nothing, but for that which counts a cost", "[schedule]") {
    for_each_run([](const known_run& run) {
        for (int count = 0; count < plan::saving_count; ++count) {
            const auto before = operations_of(run, {count}), after = operations_of(run, {count + 1});
            CHECK(after.forward <= before.forward);
            CHECK(after.weight_gradients <= before.weight_gradients);
            if (static_cast<plan::saving>(count) == plan::saving::spread_adjoints)
                CHECK(after.data_gradients >= before.data_gradients);
            else
                CHECK(after.data_gradients <= before.data_gradients);
        }
    });
}

TEST_CASE("what is not live, and a source of zeros, costs nothing", "[schedule]") {
    for_each_run([](const known_run& run) {
        for (const auto& edge : run.network().edges)
            for (int t = 1; t <= run.steps(); ++t) {
                const auto left = operations_of(run, edge, t);
                if (!run.is_live(edge, t)) CHECK(left == operations{});
                if (run.source_is_zero(edge, t)) CHECK(left.weight_gradients == 0);
                if (run.source_is_zero(edge, t) && edge.presynaptic >= 0) CHECK(left.forward == 0);
                if (run.is_constant_drive(edge) && t > 1) CHECK(left == operations{});
                if (!run.source_has_gradient(edge, t)) CHECK(left.data_gradients == 0);
            }
    });
    // The last step's feedback is not live.
    for (const auto& edge : plan_of<Judge>.feedback)
        CHECK(operations_of(known_run(plan_of<Judge>, {.steps = 3}), edge, 3) == operations{});
}

TEST_CASE("operations add and subtract part by part", "[schedule]") {
    operations sum{1, 2, 3};
    CHECK(sum.backward() == 5);
    CHECK(sum.all() == 6);
    sum.add({10, 20, 30}, 3);
    CHECK(sum == operations{31, 62, 93});
    sum += {1, 1, 1};
    CHECK(sum - operations{32, 3, 4} == operations{0, 60, 90});
}
