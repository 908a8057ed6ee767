// A schedule in words: each convolution once, its steps those of the count of operations, and steps that are alike.

#include "view/schedule_rows.hpp"

#include "catch.hpp"
#include "schedule/networks.hpp"
#include "temp_folder.hpp"
#include "view/networks.hpp"

#include <cortexpr/error.hpp>

namespace view_schedule_rows_test {

using namespace cortexpr;
using view::convolution_row;

namespace {

plan::known_run run_of(const plan::network& network, int steps) { return {network, view::shown_run(steps)}; }

std::vector<convolution_row> rows_of(const plan::known_run& run) { return view::schedule_rows(run, run.schedule()); }

}  // namespace

TEST_CASE("what is told of a convolution's work is what is counted", "[schedule_rows]") {
    for (const auto* network : test::schedules::all)
        for (const int steps : {1, 2, 6}) {
            INFO(network->name << ", " << steps << " steps");
            const auto run = run_of(*network, steps);
            plan::operations sum;
            std::size_t edges = 0, feedback = 0;
            for (const auto& one : rows_of(run)) {
                REQUIRE(one.steps.size() == static_cast<std::size_t>(steps));
                sum += one.all();
                (one.is_feedback ? feedback : edges) += one.what.edges.size();
                for (int step = 1; step <= steps; ++step)
                    CHECK(one.is_computed(step) == (one.steps[static_cast<std::size_t>(step - 1)].forward > 0));
            }
            CHECK(sum == plan::operations_of(run));
            CHECK(edges == network->edges.size());
            CHECK(feedback == network->feedback.size());
        }
}

TEST_CASE("convolutions are told by the names of what they connect", "[schedule_rows]") {
    const auto run = run_of(plan_of<view_test::Digits>, 5);
    const auto all = rows_of(run);
    REQUIRE(all.size() == 3);
    CHECK(all[0].sources == "stimulus");
    CHECK(all[0].targets == "E, I");
    CHECK(all[0].channels == "1 to 32");
    CHECK(all[1].area == "V1");
    CHECK(all[1].sources == "E, -I");
    CHECK(all[1].targets == "E, I");
    CHECK(all[1].channels == "32 to 32");  // each type once
    CHECK(all[1].grid == "28x28");
    CHECK(all[1].extent == "3x3");
    CHECK(all[1].groups == "1");
    CHECK(all[1].nonlinearity == "-");
    CHECK(all[2].targets == "output");
    const auto rich = rows_of(run_of(plan_of<view_test::Everything>, 3));
    CHECK(rich.back().area == "feedback");
    CHECK(rich.back().sources == "Top");
    CHECK(rich.back().targets == "Low");
    CHECK(rich.back().nonlinearity == "relu6,tanh");
    CHECK(rich.back().channels == "4 to 2");
    CHECK(rich.back().is_feedback);
}

TEST_CASE("steps that are alike are one group, and all groups are all steps", "[schedule_rows]") {
    for (const auto* network : test::schedules::all)
        for (const int steps : {1, 2, 3, 30}) {
            INFO(network->name << ", " << steps << " steps");
            const auto run = run_of(*network, steps);
            const auto convolutions = rows_of(run);
            const auto groups = view::equal_steps_of(run, convolutions);
            int next = 1;
            for (const auto& group : groups) {
                CHECK(group.first == next);
                CHECK(group.last >= group.first);
                next = group.last + 1;
                for (const auto& one : convolutions)
                    for (int step = group.first; step < group.last; ++step)
                        CHECK(one.is_computed(step) == one.is_computed(step + 1));
            }
            CHECK(next == steps + 1);
            // A start, a middle and an end, whose lengths don't grow with the run.
            CHECK(groups.size() <= 8);
        }
    const auto run = run_of(plan_of<view_test::Digits>, 100);
    const auto groups = view::equal_steps_of(run, rows_of(run));
    REQUIRE(groups.size() == 3);
    CHECK(groups[1].first == 2);
    CHECK(groups[1].last == 99);
}

TEST_CASE("a plan is told of one step at least", "[schedule_rows]") {
    CHECK(view::shown_run(1).steps == 1);
    CHECK_FALSE(view::shown_run(1).requested.every_answer);
    CHECK(view::shown_run(2, view::answers_read::all).requested.every_answer);
    CHECK(test::message_of<usage_error>([] { view::shown_run(0); }) ==
          "a plan of 0 steps was asked for; a run has at least 1");
}

}  // namespace view_schedule_rows_test
