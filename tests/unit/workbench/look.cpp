// Circuit diagrams and figures.

#include "catch.hpp"
#include "executors/networks.hpp"
#include "temp_folder.hpp"

#include <cortexpr/module/model.hpp>
#include <cortexpr/plan/names.hpp>
#include <cortexpr/workbench/movie.hpp>
#include <cortexpr/workbench/picture.hpp>
#include <cortexpr/workbench/plots.hpp>
#include <cortexpr/workbench/report.hpp>
#include <cortexpr/workbench/wiring.hpp>

#include <ATen/ops/zeros.h>

#include <gif_lib.h>

#include <algorithm>
#include <cmath>
#include <cstring>

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
    view::line_plot plot{.title = "p", .x_label = "x", .y_label = "y"};
    plot.curves = {{.label = "a", .x = {1, 2, 3}, .y = {1, 2, 3}, .low = {0, 1, 2}, .high = {2, 3, 9}}};
    const auto svg = view::to_svg(plot);
    CHECK(count(svg, "fill-opacity") == 1);
    CHECK(svg.find(">10<") != std::string::npos);  // the axis reaches the band's end
    plot.curves.front().high.pop_back();
    CHECK_THROWS_AS(view::to_svg(plot), usage_error);
}

TEST_CASE("plots: singular values of an edge's weights, group by group") {
    const auto net = make<Tiny>({.dtype = at::kDouble});
    const auto& plan = plan_of<Tiny>;
    int grouped = -1, plain = -1;
    for (int i = 0; i < static_cast<int>(plan.edges.size()); ++i)
        (plan.edges[static_cast<std::size_t>(i)].groups == 2 ? grouped : plain) = i;
    const at::NoGradGuard no_gradients;
    // Two groups of one postsynaptic subtype, which hear a kernel of 3 and one of 4.
    auto weights = at::zeros({2, 2, 3, 3}, at::kDouble);
    weights[0][0][1][1] = 3;
    weights[1][1][0][2] = 4;
    net->set(plan.edges[static_cast<std::size_t>(grouped)].weight, weights);
    const auto plots = workbench::weight_spectra(*net);
    REQUIRE(plots.size() == 1);
    const auto& curve = *std::ranges::find(plots[0].curves, "E-I", &view::curve::label);
    CHECK(curve.y == std::vector<double>{4, 3});
    CHECK(curve.x == std::vector<double>{1, 2});
    // The squares of all add up to those of the weights.
    const auto& edge = plan.edges[static_cast<std::size_t>(plain)];
    for (const auto& one : plots[0].curves) {
        if (one.label != std::string(plan::source_name(plan, edge)) + "-" + std::string(plan::target_name(plan, edge)))
            continue;
        double sum = 0;
        for (const double value : one.y) sum += value * value;
        CHECK(sum == Approx(net->parameter(edge.weight).square().sum().item<double>()));
    }
}

TEST_CASE("plots: kernels lie where their subtypes say, with the sign of their source") {
    const auto net = make<Tiny>({.dtype = at::kDouble});
    const auto& plan = plan_of<Tiny>;
    const auto picture = workbench::kernel_maps(*net);
    REQUIRE(picture.panels.size() == plan.edges.size());
    for (std::size_t i = 0; i < plan.edges.size(); ++i) {
        const auto& edge = plan.edges[i];
        const auto weights = net->parameter(edge.weight);
        const auto& panel = picture.panels[i];
        CHECK(panel.rows == 4 * weights.size(1) - 1);
        CHECK(panel.columns == 4 * weights.size(0) - 1);
        const auto value = [&](std::int64_t row, std::int64_t column) {
            return panel.values[static_cast<std::size_t>(row * panel.columns + column)];
        };
        const auto post = weights.size(0) - 1, pre = weights.size(1) - 1;
        const double largest = weights.abs().max().item<double>();
        CHECK(value(4 * pre + 2, 4 * post + 1) ==
              Approx(edge.sign * weights[post][pre][2][1].item<double>() / largest));
        CHECK(std::isnan(value(0, 3)));
    }
    CHECK(workbench::kernel_maps(*net, {2}).panels.front().label == plan::full_name(plan, plan.edges[2]));
    CHECK_THROWS_AS(workbench::kernel_maps(*net, {99}), usage_error);
    CHECK(view::to_svg(picture).find("nan") == std::string::npos);
}

TEST_CASE("plots: activity maps and a movie of a recording") {
    const auto net = make<Tiny>({.dtype = at::kDouble});
    const temp_folder folder;
    workbench::record_to_file(
        *net, normal({3, 2, 6, 5}, 3), folder / "x.npz",
        {.steps = 9,
         .arrays = {workbench::array_in(plan_of<Tiny>, "V1.E"), workbench::array_in(plan_of<Tiny>, "V1.I:7..8")}});
    const workbench::recording_file file(folder / "x.npz");
    const auto maps = workbench::activity_maps(file);
    CHECK(maps.across == 6);
    CHECK(maps.row_titles == std::vector<std::string>{"V1.E", "V1.I"});
    REQUIRE(maps.panels.size() == 12);
    std::vector<std::string> labels;
    for (const auto& panel : maps.panels) labels.push_back(panel.label);
    CHECK(labels == std::vector<std::string>{"step 1", "step 3", "step 4", "step 6", "step 7", "step 9", "step 7",
                                             "step 8", "", "", "", ""});
    const auto rates = file.array("V1.E");
    CHECK(maps.panels[2].values[7] == Approx(rates.select(1, 3).select(2, 1).select(2, 2).mean().item<double>()));
    CHECK(workbench::activity_maps(file, 2).panels[5].values[29] ==
          Approx(rates[2][8].select(1, 5).select(1, 4).mean().item<double>()));
    CHECK_THROWS_AS(workbench::activity_maps(file, 3), usage_error);

    workbench::write_movie(file, folder / "x.gif", {.image = 1, .seconds_a_step = 0.25});
    int fault = 0;
    auto* movie = ::DGifOpenFileName((folder / "x.gif").c_str(), &fault);
    REQUIRE(movie != nullptr);
    REQUIRE(::DGifSlurp(movie) == GIF_OK);
    CHECK(movie->ImageCount == 9);
    CHECK(movie->SWidth == 642);
    ::GraphicsControlBlock control{};
    CHECK(::DGifSavedExtensionToGCB(movie, 3, &control) == GIF_OK);
    CHECK(control.DelayTime == 25);
    // The frames differ, and the colours are those of the maps.
    CHECK(std::memcmp(movie->SavedImages[0].RasterBits, movie->SavedImages[8].RasterBits, 642 * 200) != 0);
    const auto first = movie->SColorMap->Colors[0];
    CHECK(view::colour_at(0, false) == std::array<std::uint8_t, 3>{first.Red, first.Green, first.Blue});
    ::DGifCloseFile(movie, &fault);
    CHECK_THROWS_AS(workbench::write_movie(file, folder / "x.mp4", {}), usage_error);
    CHECK_THROWS_AS(workbench::write_movie(file, folder / "y.gif", {.image = 3}), usage_error);
    CHECK(folder.entries() == 2);
}

TEST_CASE("pictures: SVG as it is, PNG at the resolution of papers, and nothing else") {
    const temp_folder folder;
    const std::string svg =
        R"(<svg xmlns="http://www.w3.org/2000/svg" width="96" height="48"><rect width="48" height="48" fill="#0072b2"/></svg>)";
    workbench::write_picture(folder / "a.svg", svg);
    CHECK(contents(folder / "a.svg") == svg);
    workbench::write_picture(folder / "a.png", svg);
    CHECK(contents(folder / "a.png").substr(16, 8) == std::string("\0\0\x01\x2c\0\0\0\x96", 8));  // 300 x 150
    const auto pixels = workbench::drawn(svg, 96);
    CHECK(pixels.width == 96);
    CHECK(pixels.height == 48);
    REQUIRE(pixels.values.size() == 96 * 48 * 3);
    CHECK(std::vector<int>(pixels.values.begin(), pixels.values.begin() + 3) == std::vector<int>{0, 0x72, 0xb2});
    CHECK(pixels.values[95 * 3] == 255);
    CHECK(message_of<usage_error>([&] {
              workbench::write_picture(folder / "a.pdf", svg);
          }).find("end it in .svg or .png") != std::string::npos);
    CHECK(message_of<usage_error>([&] {
              workbench::write_picture(folder / "b.png", "no picture");
          }).find("can't be drawn") != std::string::npos);
    CHECK(folder.entries() == 2);
}

TEST_CASE("reports: what of a run is there, and nothing from elsewhere") {
    const temp_folder folder;
    const auto run = folder / "run<1>";
    std::filesystem::create_directory(run);
    CHECK(is_sentence_about(message_of<file_error>([&] { workbench::report_page(plan_of<Tiny>, run); }), run));
    put(run / "summary.json", R"({"network": "Tiny", "settings": {"steps": 3, "learning_rate": 0.001, "data": "a & b"},
                                  "versions": {"cortexpr": "9.8.7"}, "test_accuracy": 0.5, "iterations": 12345, "finished": false})");
    const auto page = workbench::report_page(plan_of<Tiny>, run);
    for (const auto* words : {"Tiny: run&lt;1&gt;", "50.00 %", "12,345", "no, interrupted", "a &amp; b", "9.8.7",
                              "<h2>Network</h2>", "<h2>Plan</h2>"})
        CHECK(contains(page, words));
    for (const auto* words : {"<h2>Weights</h2>", "<h2>Learning</h2>", "http", "<script"})
        CHECK_FALSE(contains(page, words));
    const auto net = make<Tiny>({});
    net->save((run / "model.safetensors").string());
    put(folder / "p.json",
        R"({"perturbations": [{"perturbation": "cut a<b", "types": {"V1.E": {"rate": {"mean": 0.25}}}}]})");
    const auto more = workbench::report_page(plan_of<Tiny>, run, {folder / "p.json"});
    CHECK(contains(more, "<h2>Weights</h2>"));
    CHECK(contains(more, "cut a&lt;b"));
    CHECK(contains(more, "V1.E 0.25"));
    CHECK_THROWS_AS(workbench::report_page(plan_of<Two>, run), usage_error);
    put(folder / "q.json", R"({"perturbations": [{}]})");
    CHECK_THROWS_AS(workbench::report_page(plan_of<Tiny>, run, {folder / "q.json"}), file_error);
    CHECK_THROWS_AS(workbench::report_page(plan_of<Tiny>, run, {folder / "missing.svg"}), file_error);
}
