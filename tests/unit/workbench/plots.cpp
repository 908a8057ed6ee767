// Figures of runs, recordings and weights.

#include "catch.hpp"
#include "count_of.hpp"
#include "executors/networks.hpp"
#include "temp_folder.hpp"
#include "view/svg.hpp"
#include "workbench/circuit.hpp"

#include <cortexpr/module/model.hpp>
#include <cortexpr/plan/names.hpp>
#include <cortexpr/workbench/plots.hpp>

#include <ATen/ops/zeros.h>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

namespace workbench_plots_test {

using namespace cortexpr;
using namespace cortexpr::test;

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

TEST_CASE("plots: runs are called by what tells them apart") {
    const temp_folder folder;
    const auto labels = [&](const std::vector<std::string>& names) {
        std::vector<std::filesystem::path> runs;
        for (const auto& name : names) {
            runs.push_back(folder / name);
            std::filesystem::create_directories(runs.back());
            put(runs.back() / "curves.csv", "event,epoch,test_loss,test_accuracy\nepoch,1,1.5,0.5\n");
        }
        std::vector<std::string> all;
        const auto plots = workbench::learning_curves(runs);
        for (const auto& curve : plots.front().curves) all.push_back(curve.label);
        return all;
    };
    using strings = std::vector<std::string>;
    // A sweep's, without the settings that all of them have.
    CHECK(labels({"lr=1,optimiser=adam,seed=0", "lr=2,optimiser=adam,seed=0", "lr=2,optimiser=sgd,seed=0"}) ==
          strings{"lr=1,optimiser=adam", "lr=2,optimiser=adam", "lr=2,optimiser=sgd"});
    CHECK(labels({"class_weights=1,2,seed=0", "class_weights=1,2,seed=1"}) == strings{"seed=0", "seed=1"});
    CHECK(labels({"class_weights=1,2,seed=0", "class_weights=1,3,seed=0"}) ==
          strings{"class_weights=1,2", "class_weights=1,3"});
    CHECK(labels({"lr=1,seed=0"}) == strings{"lr=1,seed=0"});
    // With what they lie in where they have one name.
    CHECK(labels({"da/run", "db/run/", "other"}) == strings{"da/run", "db/run", "other"});
    CHECK(labels({"da/x/run", "db/x/run"}) == strings{"da/x/run", "db/x/run"});
    CHECK(labels({"da/lr=1,seed=0", "db/lr=1,seed=0"}) == strings{"da/lr=1,seed=0", "db/lr=1,seed=0"});
    CHECK(labels({"other", "other"}) == strings{"other", "other"});  // one run
    const auto sweep =
        labels({"learning_rate=0.001,optimiser=rmsprop,seed=0", "learning_rate=0.003,optimiser=rmsprop,seed=0",
                "learning_rate=0.001,optimiser=adam,seed=1", "learning_rate=0.001,optimiser=rmsprop,seed=1"});
    std::set<std::vector<std::string>> shown;
    for (const auto& lines : view::svg::labels_of(sweep, 217)) shown.insert(lines);
    CHECK(shown.size() == sweep.size());
}

TEST_CASE("plots: losses of several kinds have a panel each") {
    const temp_folder folder;
    const auto run = [&](const char* name, const char* settings) {
        std::filesystem::create_directory(folder / name);
        put(folder / name / "curves.csv", "event,epoch,test_loss,test_accuracy\nepoch,1,1.5,0.5\n");
        if (settings != nullptr) put(folder / name / "summary.json", fmt::format(R"({{"settings": {}}})", settings));
        return folder / name;
    };
    const auto entropy = run("a", R"({"loss": "cross-entropy"})"), squares = run("b", R"({"loss": "squared-error"})"),
               steps = run("c", R"({"loss": "cross-entropy", "loss_all_steps": true})"), unknown = run("d", nullptr);
    const auto titles = [](const std::vector<std::filesystem::path>& runs) {
        std::vector<std::string> all;
        for (const auto& plot : workbench::learning_curves(runs)) all.push_back(plot.title + '|' + plot.y_label);
        return all;
    };
    using strings = std::vector<std::string>;
    CHECK(titles({entropy, unknown}) == strings{"Test loss|cross-entropy", "Test accuracy|accuracy"});
    CHECK(titles({unknown}) == strings{"Test loss|loss", "Test accuracy|accuracy"});
    CHECK(titles({entropy, squares, steps}) == strings{"Test loss: cross-entropy|cross-entropy",
                                                       "Test loss: cross-entropy, all steps|cross-entropy, all steps",
                                                       "Test loss: squared-error|squared-error",
                                                       "Test accuracy|accuracy"});
    CHECK(titles({entropy, squares, unknown}).front() == "Test loss: of unknown kind|loss");
}

TEST_CASE("plots: another file of a run in the place of its curves is told its folder") {
    const temp_folder folder;
    const auto told = [&](const char* name) {
        const std::vector<std::filesystem::path> runs{folder / name};
        return message_of<file_error>([&] { workbench::learning_curves(runs); });
    };
    CHECK(contains(told("missing"), "isn't there; give the folder of a training run, or its curves.csv"));
    put(folder / "summary.json", "{}");
    CHECK(contains(told("summary.json"), "holds no curves; give the folder of a training run, or its curves.csv"));
    put(folder / "curves.csv", "x\n");
    CHECK(contains(told("summary.json"), "holds no curves; give the folder of its run, " + folder.path().string()));
    CHECK(contains(told("curves.csv"), "holds no curves; give the folder of a training run"));
}

TEST_CASE("plots: curves that were changed or damaged are refused by their line") {
    const temp_folder folder;
    const std::vector<std::filesystem::path> runs{folder / "curves.csv"};
    const auto plots = [&](const std::string& lines) {
        put(folder / "curves.csv", "event,epoch,test_loss,test_r2\n" + lines);
        return workbench::learning_curves(runs);
    };
    const auto told = [&](const std::string& lines) {
        const auto message = message_of<file_error>([&] { plots(lines); });
        CHECK(is_sentence_about(message, folder / "curves.csv"));
        return message;
    };
    CHECK(contains(told("epoch,1,2,0.5\nepoch,2,low,0.5\n"), "has 'low' in line 3, column test_loss, where a number"));
    CHECK(contains(told("epoch,1,,0.5\n"), "has '' in line 2, column test_loss"));
    for (const auto* epoch : {"nan", "0", "-1", "1.5", "one"})
        CHECK(contains(told(std::string("epoch,") + epoch + ",2,0.5\n"), "column epoch, where a whole number from 1"));
    CHECK(contains(told("epoch,1\nepoch,2,2,0.5\n"), "has 2 cells in line 2, where the header has 4"));
    CHECK(contains(told("epoch,1,nan,0.5\nepoch,2,inf,0.5\n"), "has no finite number in its column test_loss"));
    CHECK(contains(told(""), "has no epoch that was finished"));
    // Within the last line, training may have been ended.
    CHECK(plots("epoch,1,2,0.5\nepoch,2").front().curves.front().x == std::vector<double>{1});
    // Targets that are all alike have no R2, but a loss.
    CHECK(plots("epoch,1,2,nan\n").size() == 1);
    CHECK(plots("epoch,1,2,0.5\nepoch,2,1,nan\n").size() == 2);
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
    CHECK(count_of(svg, "fill-opacity") == 1);
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
    const std::string name = fmt::format("{}->{}", plan::source_name(plan, plan.edges[2]),
                                         plan::target_name(plan, plan.edges[2]));  // of one area, which needs no name
    CHECK(workbench::kernel_maps(*net, {{.index = 2}}).panels.front().label == name);
    CHECK(picture.panels[2].label.starts_with(name + "\nlargest "));
    CHECK_THROWS_AS(workbench::kernel_maps(*net, {{.index = 99}}), usage_error);
    CHECK_THROWS_AS(workbench::kernel_maps(*net, {{.index = 0, .is_feedback = true}}), usage_error);
    CHECK(view::to_svg(picture).find("nan") == std::string::npos);
}

TEST_CASE("plots: kernels of feedback are drawn, too") {
    const auto net = make<Two>({.dtype = at::kDouble});
    const auto& plan = plan_of<Two>;
    const auto all = workbench::kernel_maps(*net);
    REQUIRE(all.panels.size() == plan.edges.size() + 1);
    CHECK(all.panels.back().label.starts_with("Upper->Lower\nlargest "));
    CHECK(all.panels.front().label.starts_with(plan::full_name(plan, plan.edges.front()) + "\n"));
    const auto weights = net->parameter(plan.feedback.front().weight);
    const auto one = workbench::kernel_maps(*net, {workbench::edge_in(plan, "Upper-Lower")}).panels.front();
    CHECK(one.label == "Upper->Lower");
    CHECK(one.columns == 4 * weights.size(0) - 1);
    CHECK(one.rows == 4 * weights.size(1) - 1);
    CHECK(one.values[static_cast<std::size_t>(4 * one.columns + 5)] == Approx(weights[1][1][0][1].item<double>()));
}

TEST_CASE("plots: of a connectome with many edges, those with most synapses are drawn, and it is said") {
    constexpr int count = 14;
    std::vector<std::string> names;
    for (int i = 0; i < count; ++i) names.push_back(fmt::format("T{}", i));
    std::vector<plan::cell_type> types;
    connectome_data data;
    for (std::int32_t i = 0; i < count; ++i) {
        types.push_back(plan_of<Pathway>.types.front());
        types.back().name = names[static_cast<std::size_t>(i)];
        data.graph.neurons.types.push_back(i);
        for (std::int32_t j = 0; j < count; ++j) {
            data.graph.synapses.presynaptic.push_back(i);
            data.graph.synapses.postsynaptic.push_back(j);
            data.graph.synapses.weights.push_back(1);
        }
    }
    data.graph.neurons.type_names = names;
    connectome_module network({.name = "Dense", .types = types, .any_synapses = true}, data);
    CHECK(workbench::weight_histograms(network).size() == 12);
    CHECK(workbench::drawn_edges(network) == "72 of 196 edges, those with most synapses");
    const auto few = make<Pathway>(pathway());
    CHECK(workbench::drawn_edges(*few).empty());
}

TEST_CASE("plots: of a connectome, rates of types and signed weights from type to type") {
    const auto net = make<Sides>(pathway(), {.dtype = at::kDouble});
    const temp_folder folder;
    workbench::record_to_file(*net, normal({5, 3}, 3), folder / "x.npz",
                              {.steps = 4,
                               .arrays = {workbench::array_in(*net, "Medulla:2.."), workbench::array_in(*net, "LA"),
                                          workbench::array_in(*net, "logits")}});
    const workbench::recording_file file(folder / "x.npz");
    const auto traces = workbench::rate_traces(file);
    REQUIRE(traces.curves.size() == 2);
    CHECK(traces.curves[0].x == std::vector<double>{2, 3, 4});
    CHECK(traces.curves[0].y.back() == Approx(file.array("Medulla").select(1, 2).mean().item<double>()));
    CHECK(traces.curves[1].label == "LA");
    CHECK(message_of<usage_error>([&] { workbench::activity_maps(file); }) ==
          "Medulla was recorded of cells, which have no places on a map; draw plot rates");

    const auto plots = workbench::weight_histograms(*net);
    REQUIRE(plots.size() == 2);  // nothing is sent to the eye
    CHECK(plots[0].title == "onto Lamina");
    CHECK(plots[1].curves.size() == 3);
    for (const auto& plot : plots)
        for (const auto& curve : plot.curves) {
            double sum = 0;
            for (std::size_t i = 0; i < curve.x.size(); ++i) {
                sum += curve.y[i];
                if (curve.label == "Lamina-Medulla" && curve.x[i] > 0.05) CHECK(curve.y[i] == 0);
                if (curve.label.starts_with("Eye-") && curve.x[i] < -0.05) CHECK(curve.y[i] == 0);
            }
            CHECK(sum == Approx(1));
        }
}

}  // namespace workbench_plots_test
