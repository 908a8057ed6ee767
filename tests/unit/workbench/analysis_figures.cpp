// Figures of analyses.

#include "catch.hpp"
#include "executors/scheduled.hpp"

#include <cortexpr/data/gratings.hpp>
#include <cortexpr/module/model.hpp>
#include <cortexpr/workbench/analysis_figures.hpp>

#include <ATen/ops/zeros.h>

namespace workbench_analysis_figures_test {

using namespace cortexpr;
using namespace cortexpr::test;

TEST_CASE("figures of analyses hold what was found") {
    const auto net = make<Tiny>({.dtype = at::kDouble});
    draw(*net);
    const auto& plan = plan_of<Tiny>;
    const auto set = data::gratings({.channels = 2, .height = 6, .width = 5, .angles = 3, .phases = 2, .period = 3});
    const auto tuning = workbench::tuning_of(*net, set, {.steps = 2, .period = 180});
    const auto plots = workbench::tuning_plots(plan, tuning, 180);
    REQUIRE(plots.size() == 2);
    CHECK(plots[0].curves[1].label == "V1.I");
    CHECK(plots[0].curves[0].x == std::vector<double>{-60, 0, 60});
    double all = 0;
    for (const double share : plots[1].curves[0].y) all += share;
    CHECK(all == Approx(1));
    const auto fields = workbench::fields_by_gradient(*net, workbench::neurons_in(plan, "E"), normal({1, 2, 6, 5}, 2),
                                                      {.steps = 3, .by_lag = true});
    const auto maps = workbench::field_maps(plan, fields);
    CHECK(maps.panels.size() == 12);
    CHECK(maps.row_titles.front() == "V1.E[0]@3,2");
    CHECK(maps.caption.ends_with("; sum over 2 channels; lag: steps before the rate"));
    CHECK(maps.panels[1].label == "lag 1");
    const auto many_lags = workbench::fields_by_gradient(*net, workbench::neurons_in(plan, "E[0]"),
                                                         normal({1, 2, 6, 5}, 2), {.steps = 10, .by_lag = true});
    CHECK(workbench::field_maps(plan, many_lags).panels[9].label == "9");  // there is no room for words
    CHECK(maps.panels[1].values[7] == Approx(fields[0].weights[1].sum(0)[1][2].item<double>()));
    // Only what isn't 0, and two rows and columns around it.
    workbench::receptive_field point_field{.of = {}, .weights = at::zeros({1, 1, 12, 12}, at::kDouble)};
    point_field.weights[0][0][3][8] = 1;
    const auto cut_out = workbench::field_maps(plan, std::vector{point_field});
    CHECK(cut_out.panels[0].rows == 5);
    CHECK(cut_out.panels[0].values[2 * 5 + 2] == 1);
    CHECK(cut_out.caption == "rows 1 to 5, columns 6 to 10");
    const auto spectrum = workbench::spectrum_of(*net, normal({1, 2, 6, 5}, 2), {.steps = 2});
    const auto plane = workbench::spectrum_plot(spectrum);
    CHECK(plane.curves[0].x.size() == spectrum.whole.eigenvalues.size());
    CHECK(plane.is_square);
    const auto balance = workbench::balance_plots(plan, workbench::balance_of(*net, set, {.steps = 3}));
    CHECK(balance.size() == 3);
    CHECK(balance[0].curves.size() == 4);  // stimulus, excitatory, inhibitory, biases
}

}  // namespace workbench_analysis_figures_test
