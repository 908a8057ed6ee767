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

┌───────────────────┬──────────┬─────────┬─────────┬────────────┬────────────┬────────────┬────────┐
│ product           │ kind     │ weights │ forward │ to sources │ to weights │ operations │  share │
├───────────────────┼──────────┼─────────┼─────────┼────────────┼────────────┼────────────┼────────┤
│ cells -> cells    │ synapses │     100 │ 4 of 5  │ 4 of 5     │ 4 of 5     │      2,400 │ 66.4 % │
│ L1, R -> output   │ dense    │      90 │ 1 of 5  │ 1 of 5     │ 1 of 5     │        540 │ 15.0 % │
│ output -> readout │ dense    │     112 │ once    │ once       │ once       │        672 │ 18.6 % │
└───────────────────┴──────────┴─────────┴─────────┴────────────┴────────────┴────────────┴────────┘
forward, to sources, to weights: steps at which it is computed, and its gradients are

┌────────────────────────────────────┬─────────┬─────────┬──────────┬─────────┐
│ rule                               │ forward │   share │ backward │   share │
├────────────────────────────────────┼─────────┼─────────┼──────────┼─────────┤
│ one product for each part and step │   2,124 │ 100.0 % │    4,248 │ 100.0 % │
├────────────────────────────────────┼─────────┼─────────┼──────────┼─────────┤
│ only live outputs                  │     720 │  33.9 % │    1,440 │  33.9 % │
│ zero states                        │     200 │   9.4 % │      200 │   4.7 % │
│ only requested gradients           │       0 │   0.0 % │      200 │   4.7 % │
├────────────────────────────────────┼─────────┼─────────┼──────────┼─────────┤
│ left to do                         │   1,204 │  56.7 % │    2,408 │  56.7 % │
└────────────────────────────────────┴─────────┴─────────┴──────────┴─────────┘
only live outputs: outputs are computed only at the steps at which they are needed
zero states: no synapse is read at a first step that starts from zeros
only requested gradients: gradients of stimulus and initial states are computed only on request (autograd does so, too)

saved for the backward pass: 1,200 bytes; a gather and a scatter for each step would save 3,200, a value for each synapse besides
)");
}

TEST_CASE("the plan of frozen synapses between cells whose start is drawn") {
    CHECK(view::plan_text(plan_of<Bare>, {.cells = 30, .weights = {50, 100, 0, 0}}, 3) ==
          R"(Bare: one still input, 3 steps, of which the answer is read

┌───────────────────────┬──────────┬─────────┬─────────┬────────────┬────────────┬────────────┬────────┐
│ product               │ kind     │ weights │ forward │ to sources │ to weights │ operations │  share │
├───────────────────────┼──────────┼─────────┼─────────┼────────────┼────────────┼────────────┼────────┤
│ stimulus -> all cells │ sparse   │      50 │ 1 of 3  │ -          │ 1 of 3     │        200 │ 16.7 % │
│ cells -> cells        │ synapses │     100 │ 3 of 3  │ 2 of 3     │ -          │      1,000 │ 83.3 % │
└───────────────────────┴──────────┴─────────┴─────────┴────────────┴────────────┴────────────┴────────┘
forward, to sources, to weights: steps at which it is computed, and its gradients are

┌────────────────────────────────────┬─────────┬─────────┬──────────┬─────────┐
│ rule                               │ forward │   share │ backward │   share │
├────────────────────────────────────┼─────────┼─────────┼──────────┼─────────┤
│ one product for each part and step │     900 │ 100.0 % │    1,800 │ 100.0 % │
├────────────────────────────────────┼─────────┼─────────┼──────────┼─────────┤
│ input out of the time loop         │     200 │  22.2 % │      400 │  22.2 % │
│ only requested gradients           │       0 │   0.0 % │      300 │  16.7 % │
│ frozen weights                     │       0 │   0.0 % │      600 │  33.3 % │
├────────────────────────────────────┼─────────┼─────────┼──────────┼─────────┤
│ left to do                         │     700 │  77.8 % │      500 │  27.8 % │
└────────────────────────────────────┴─────────┴─────────┴──────────┴─────────┘
input out of the time loop: what a still stimulus drives is computed once, not at every step
only requested gradients: gradients of stimulus and initial states are computed only on request (autograd does so, too)
frozen weights: synapses that aren't trained have no gradient

saved for the backward pass: 720 bytes; a gather and a scatter for each step would save 1,920, a value for each synapse besides
)");
}

TEST_CASE("a connectome's plan of no steps is refused") {
    CHECK_THROWS_WITH(view::plan_text(plan_of<Bare>, {.cells = 3}, 0), Catch::Contains("at least 1"));
}

}  // namespace view_connectome_plan_test
