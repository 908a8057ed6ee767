// The plan of a connectome, to the letter.

#include "catch.hpp"

#include <cortexpr/dsl.hpp>
#include <cortexpr/error.hpp>
#include <cortexpr/view/plan.hpp>

namespace view_connectome_plan_test {

using namespace cortexpr;

namespace {

struct R : excitatory_cells<> {};
struct L1 : inhibitory_cells<> {};
struct Drawn : hybrid_cells<initial_state<fill::uniform>> {};

struct Motion : connectome<cells<R, L1>, synapses<projects<R, L1>, projects<L1, R>>, stimulus_to<R>,
                           dense_output_from<3, L1, R>> {};
struct Directions : classifier<Motion, classes<4>, hidden<16>> {};
struct Bare : connectome<cells<Drawn>, synapses<as_in_the_file>, sparse_stimulus_to<5, all_cells>, output_from<Drawn>,
                         weights<weight_mode::frozen>> {};

}  // namespace

TEST_CASE("the plan of a classifier of cells that start from zeros") {
    CHECK(view::plan_text(plan_of<Directions>, {.cells = 30, .weights = {0, 100, 90, 112}}, 5) ==
          R"(Directions: one still input, 5 steps, of which the answer is read

)");
}

TEST_CASE("the plan of frozen synapses between cells whose start is drawn") {
    CHECK(view::plan_text(plan_of<Bare>, {.cells = 30, .weights = {50, 100, 0, 0}}, 3) ==
          R"(Bare: one still input, 3 steps, of which the answer is read

)");
}

TEST_CASE("a connectome's plan of no steps is refused") {
    CHECK_THROWS_WITH(view::plan_text(plan_of<Bare>, {.cells = 3}, 0), Catch::Contains("at least 1"));
}

}  // namespace view_connectome_plan_test
