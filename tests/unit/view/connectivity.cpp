// Connectivity matrices as tables and as C++, to the letter.

#include <cortexpr/view/connectivity.hpp>

#include "catch.hpp"
#include "view/networks.hpp"

#include <array>

namespace view_connectivity_test {

using namespace cortexpr;
using namespace view_test;

TEST_CASE("matrices to fill in, and those that are filled") {
    CHECK(describe::connectivity_template<neurons<Pyr, I>>() ==
          "connectivity<\n"
          "    //             Pyr I  output\n"
          "    from<stimulus, 0,  0, 0>,\n"
          "    from<Pyr,      0,  0, 0>,\n"
          "    from<I,        0,  0, 0>>\n");
    CHECK(describe::connectivity_template<neurons<I>>({.top_down = true}) ==
          "connectivity<\n"
          "    //             I  output\n"
          "    from<stimulus, 0, 0>,\n"
          "    from<top_down, 0, 0>,\n"
          "    from<I,        0, 0>>\n");
    CHECK(view::connectivity_template_table(std::array<std::string_view, 2>{"Pyr", "I"}, {.top_down = true}) ==
          "┌───────────┬─────┬───┬────────┐\n"
          "│ from \\ to │ Pyr │ I │ output │\n"
          "├───────────┼─────┼───┼────────┤\n"
          "│ stimulus  │   0 │ 0 │      0 │\n"
          "│ top_down  │   0 │ 0 │      0 │\n"
          "│ Pyr       │   0 │ 0 │      0 │\n"
          "│ I         │   0 │ 0 │      0 │\n"
          "└───────────┴─────┴───┴────────┘\n");
    CHECK(view::connectivity_table(plan_of<Everything>, plan_of<Everything>.areas[0]) ==
          "┌───────────┬──────────────┬────────────────┬───────────┬────────────────────────┐\n"
          "│ from \\ to │          Pyr │             PV │       Mix │                 output │\n"
          "├───────────┼──────────────┼────────────────┼───────────┼────────────────────────┤\n"
          "│ stimulus  │ 5x3, no bias │              1 │         1 │                      0 │\n"
          "│ top_down  │            0 │              0 │         1 │                      0 │\n"
          "│ Pyr       │            1 │ 4 groups, relu │         1 │                      1 │\n"
          "│ PV        │            1 │              1 │         0 │                      0 │\n"
          "│ Mix       │            0 │              0 │ tanh,relu │ 1x1, 2 groups, no bias │\n"
          "└───────────┴──────────────┴────────────────┴───────────┴────────────────────────┘\n");
}

}  // namespace view_connectivity_test
