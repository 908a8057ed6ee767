// Circuit diagrams and figures.

#include "catch.hpp"
#include "executors/networks.hpp"
#include "temp_folder.hpp"

#include <cortexpr/module/model.hpp>
#include <cortexpr/workbench/plots.hpp>
#include <cortexpr/workbench/wiring.hpp>

using namespace cortexpr;
using namespace cortexpr::test;

namespace {

int count(const std::string& text, const std::string& part) {
    int found = 0;
    for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++found;
    return found;
}

}  // namespace

TEST_CASE("wiring: each edge once, with the head of its source's class and its extent") {
    const auto text = workbench::wiring_graph(plan_of<Two>);
    // Lower: 8 edges, Upper: 4, between the areas: 1, feedback: 1.
    CHECK(count(text, " -> ") == static_cast<int>(plan_of<Two>.edges.size()) + 2);
    CHECK(count(text, "arrowhead=tee") == 2);     // I to E and to I
    CHECK(count(text, "arrowhead=normal") == 3);  // E to E, to I and to the output
    CHECK(count(text, "subgraph cluster") == 2);
    CHECK(count(text, "style=dashed") == 1);
    CHECK(count(text, "a step later") == 1);  // area_delay
    CHECK(count(workbench::wiring_graph(plan_of<Tiny>), "3x3, 2 groups") == 1);
    CHECK(count(workbench::wiring_graph(plan_of<Tiny>), "3 classes") == 1);
}

TEST_CASE("wiring: drawn into files of several kinds, whole or not at all") {
    const temp_folder folder;
    workbench::write_wiring(plan_of<Two>, folder / "a.svg");
    const auto svg = contents(folder / "a.svg");
    CHECK(svg.find("<svg") != std::string::npos);
    CHECK(svg.find(">Upper<") != std::string::npos);
    workbench::write_wiring(plan_of<Two>, folder / "a.png");
    CHECK(contents(folder / "a.png").starts_with("\x89PNG"));
    workbench::write_wiring(plan_of<Two>, folder / "a.dot");
    CHECK(contents(folder / "a.dot") == workbench::wiring_graph(plan_of<Two>));
    CHECK(message_of<usage_error>([&] {
              workbench::write_wiring(plan_of<Two>, folder / "a.gif");
          }).find("end it in .svg, .png, .pdf or .dot") != std::string::npos);
    CHECK(folder.entries() == 3);
}

TEST_CASE("plots: learning curves of several runs") {
    const temp_folder folder;
    for (const auto* name : {"one", "two"}) {
        std::filesystem::create_directory(folder / name);
        put(folder / name / "curves.csv",
            "event,epoch,iteration,train_loss,train_accuracy,test_loss,test_accuracy,images_per_second,seconds\n"
            "interval,1,10,2,0.1,,,100,1\nepoch,1,10,2,0.1,1.5,0.5,100,1\nepoch,2,20,1,0.4,0.75,0.625,100,1\n");
    }
    const std::vector<std::filesystem::path> runs{folder / "one", folder / "two" / "curves.csv"};
    const auto plots = workbench::learning_curves(runs);
    REQUIRE(plots.size() == 2);
    REQUIRE(plots[0].curves.size() == 2);
    CHECK(plots[0].curves[1].label == "two");
    CHECK(plots[0].curves[1].x == std::vector<double>{1, 2});
    CHECK(plots[0].curves[1].y == std::vector<double>{1.5, 0.75});
    CHECK(plots[1].curves[0].y == std::vector<double>{0.5, 0.625});
    const std::vector<std::filesystem::path> none{folder / "three"};
    CHECK(is_sentence_about(message_of<file_error>([&] { workbench::learning_curves(none); }), folder / "three"));
    put(folder / "one" / "curves.csv", "event,epoch\nepoch,1\n");
    CHECK(message_of<file_error>([&] { workbench::learning_curves(runs); }).find("has no column test_loss") !=
          std::string::npos);
}

TEST_CASE("plots: rates of a recording, with their spread over images") {
    const auto net = make<Tiny>({.dtype = at::kDouble});
    const auto inputs = normal({5, 2, 6, 5}, 3);
    const temp_folder folder;
    workbench::record_to_file(
        *net, inputs, folder / "x.npz",
        {.steps = 4,
         .arrays = {workbench::array_in(plan_of<Tiny>, "V1.E:2.."), workbench::array_in(plan_of<Tiny>, "logits")}});
    const workbench::recording_file file(folder / "x.npz");
    const auto plot = workbench::rate_traces(file);
    REQUIRE(plot.curves.size() == 1);
    const auto& curve = plot.curves.front();
    CHECK(curve.x == std::vector<double>{2, 3, 4});
    const auto last = file.array("V1.E").select(1, 2).flatten(1).mean(1);
    CHECK(curve.y.back() == Approx(last.mean().item<double>()));
    CHECK(curve.high.back() - curve.y.back() == Approx(last.std(0, false).item<double>()));
    CHECK(view::to_svg(plot).find("fill-opacity") != std::string::npos);
}

TEST_CASE("plots: histograms of weights hold every weight, with its sign") {
    const auto net = make<Two>({});
    const auto plots = workbench::weight_histograms(*net);
    REQUIRE(plots.size() == 3);  // two areas and feedback
    for (const auto& plot : plots)
        for (const auto& curve : plot.curves) {
            double sum = 0;
            for (const double share : curve.y) sum += share;
            CHECK(sum == Approx(1));
        }
    for (const auto& curve : plots[0].curves)
        for (std::size_t i = 0; i < curve.x.size(); ++i)
            if (curve.label.starts_with("I-") && curve.x[i] > 0.05) CHECK(curve.y[i] == 0);
}

TEST_CASE("plots: a band is drawn behind its curve, and must fit it") {
    view::line_plot plot{.title = "p", .x_label = "x", .y_label = "y", .curves = {}, .y_range = {}};
    plot.curves = {{.label = "a", .x = {1, 2, 3}, .y = {1, 2, 3}, .low = {0, 1, 2}, .high = {2, 3, 9}}};
    const auto svg = view::to_svg(plot);
    CHECK(count(svg, "fill-opacity") == 1);
    CHECK(svg.find(">10<") != std::string::npos);  // the axis reaches the band's end
    plot.curves.front().high.pop_back();
    CHECK_THROWS_AS(view::to_svg(plot), usage_error);
}
