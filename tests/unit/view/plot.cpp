#include "catch.hpp"

#include <algorithm>
#include <cmath>
#include <cortexpr/view/plot.hpp>

#include "temp_folder.hpp"

namespace view_plot_test {

using namespace cortexpr;
using namespace cortexpr::test;
using view::curve;
using view::line_plot;

namespace {

line_plot example() {
    return {.title = "Accuracy",
            .x_label = "epoch",
            .y_label = "accuracy",
            .curves = {{.label = "train", .x = {1, 2, 3}, .y = {0.5, 0.75, 0.9}, .dashed = true, .colour = 0},
                       {.label = "test", .x = {1, 2, 3}, .y = {0.6, 0.8, 0.88}, .dashed = false, .colour = 0}},
            .percent = true};
}

// Every text between `before` and the next `after`.
std::vector<std::string> between(const std::string& text, const std::string& before, const std::string& after) {
    std::vector<std::string> found;
    for (std::size_t place = text.find(before); place != std::string::npos; place = text.find(before, place)) {
        place += before.size();
        const std::size_t end = text.find(after, place);
        REQUIRE(end != std::string::npos);
        found.push_back(text.substr(place, end - place));
    }
    return found;
}

// What stands left of the vertical axis.
std::vector<std::string> y_labels(const std::string& svg) {
    return between(svg, "text-anchor=\"end\" fill=\"#57606a\">", "<");
}

// The paths of the first curve, without its line in the legend.
std::vector<std::string> first_curve(const std::string& svg) {
    auto paths = between(svg, "class=\"line0\" d=\"", "\"");
    std::erase_if(paths, [](const std::string& path) { return path.find('L') == std::string::npos; });
    return paths;
}

// A tag's name and its attributes: name="value" after one space each, no name twice.
void demand_attributes(const std::string& tag) {
    std::size_t place = tag.find_first_of(" /");
    std::vector<std::string> names;
    while (place < tag.size() && tag[place] == ' ') {
        const std::size_t equals = tag.find("=\"", place);
        REQUIRE(equals != std::string::npos);
        const std::string name = tag.substr(place + 1, equals - place - 1);
        REQUIRE(name.find_first_not_of("abcdefghijklmnopqrstuvwxyzBV12-") == std::string::npos);
        REQUIRE(std::find(names.begin(), names.end(), name) == names.end());
        names.push_back(name);
        const std::size_t end = tag.find('"', equals + 2);
        REQUIRE(end != std::string::npos);
        place = end + 1;
    }
    REQUIRE((place >= tag.size() || tag.substr(place) == "/"));
}

// A reader of just enough XML: every element is closed in order, nothing stands outside of the root, only the five
// entities occur. Returns the number of elements.
int demand_well_formed(const std::string& xml) {
    std::vector<std::string> open;
    int elements = 0;
    for (std::size_t place = 0; place < xml.size();) {
        if (xml[place] != '<') {
            REQUIRE((!open.empty() || xml[place] == '\n'));
            REQUIRE(xml[place] != '>');
            if (xml[place] == '&') {
                const std::string entity = xml.substr(place, xml.find(';', place) - place);
                REQUIRE((entity == "&amp" || entity == "&lt" || entity == "&gt" || entity == "&quot"));
            }
            ++place;
            continue;
        }
        const std::size_t end = xml.find('>', place);
        REQUIRE(end != std::string::npos);
        const std::string tag = xml.substr(place + 1, end - place - 1);
        REQUIRE(tag.find('<') == std::string::npos);
        if (tag.front() == '/') {
            REQUIRE(!open.empty());
            REQUIRE(open.back() == tag.substr(1));
            open.pop_back();
        } else {
            ++elements;
            demand_attributes(tag);
            if (tag.back() != '/') open.push_back(tag.substr(0, tag.find(' ')));
        }
        place = end + 1;
    }
    REQUIRE(open.empty());
    return elements;
}

}  // namespace

TEST_CASE("a plot is well-formed SVG with its words in it") {
    const std::string svg = view::to_svg(example());
    CHECK(demand_well_formed(svg) > 20);
    CHECK(svg.starts_with("<svg xmlns=\"http://www.w3.org/2000/svg\""));
    for (const char* word : {">Accuracy<", ">epoch<", ">accuracy<", ">train<", ">test<"}) CHECK(contains(svg, word));
    CHECK(contains(svg, "prefers-color-scheme:dark"));
    CHECK(svg == view::to_svg(example()));
    CHECK_FALSE(contains(svg, "nan"));
    CHECK_FALSE(contains(svg, "inf"));
}

TEST_CASE("a percent axis shows fractions as percentages") {
    const std::string svg = view::to_svg(example());
    CHECK(y_labels(svg) == std::vector<std::string>{"50 %", "60 %", "70 %", "80 %", "90 %"});
    CHECK(between(svg, "<title>test: ", "</title>") == std::vector<std::string>{"1, 60 %", "2, 80 %", "3, 88 %"});
    CHECK(between(svg, "text-anchor=\"middle\" fill=\"#57606a\">", "<") == std::vector<std::string>{"1", "2", "3"});
}

TEST_CASE("points lie where their values are on the axes") {
    line_plot plot{.title = "", .x_label = "x", .y_label = "y", .percent = false};
    plot.curves.push_back({.label = "line", .x = {0, 5, 10}, .y = {0, 50, 100}, .dashed = false, .colour = {}});
    const std::string svg = view::to_svg(plot);
    const auto paths = first_curve(svg);
    REQUIRE(paths.size() == 1);
    double x[3]{};
    double y[3]{};
    REQUIRE(std::sscanf(paths[0].c_str(), "M%lf %lfL%lf %lfL%lf %lf", &x[0], &y[0], &x[1], &y[1], &x[2], &y[2]) == 6);
    CHECK(x[1] == Approx((x[0] + x[2]) / 2).margin(0.02));
    CHECK(y[1] == Approx((y[0] + y[2]) / 2).margin(0.02));
    CHECK(x[0] < x[2]);
    CHECK(y[0] > y[2]);
    // The lines of the grid at 0 and 100 run through the first and last point.
    const auto grid = between(svg, "class=\"grid\" d=\"M", "H");
    REQUIRE(grid.size() == 6);
    CHECK(std::stod(grid.front().substr(grid.front().find(' '))) == Approx(y[0]).margin(0.02));
    CHECK(std::stod(grid.back().substr(grid.back().find(' '))) == Approx(y[2]).margin(0.02));
}

TEST_CASE("points that are not finite interrupt a line, and a lone point is marked") {
    line_plot plot = example();
    plot.curves = {{.label = "gaps", .x = {}, .y = {}, .dashed = false, .colour = {}}};
    for (int point = 0; point < 100; ++point) {
        plot.curves[0].x.push_back(point);
        plot.curves[0].y.push_back(point == 3 || point == 50 || point == 52 ? NAN : 0.5 + 0.001 * point);
    }
    const std::string svg = view::to_svg(plot);
    demand_well_formed(svg);
    const auto paths = first_curve(svg);
    REQUIRE(paths.size() == 1);
    CHECK(std::count(paths[0].begin(), paths[0].end(), 'M') == 4);
    CHECK(std::count(paths[0].begin(), paths[0].end(), 'L') == 97 - 4);
    CHECK(between(svg, "<title>gaps: ", "</title>") == std::vector<std::string>{"51, 55.1 %"});
}

TEST_CASE("several panels stand two in a row under one title, each as wide as a column") {
    std::vector<line_plot> panels{example(), example()};
    const std::string svg = view::to_svg(panels, "both");
    demand_well_formed(svg);
    CHECK(contains(svg, "viewBox=\"0 0 642 "));
    CHECK(between(svg, ">Accuracy", "<").size() == 2);
    CHECK(between(svg, "<title>both", "<").size() == 1);
    CHECK(contains(svg, "id=\"panel0\""));
    CHECK(contains(svg, "id=\"panel1\""));
    const auto height = [](const std::string& picture) {
        return std::stod(between(picture, "height=\"", "\"").front());
    };
    panels.push_back(example());
    const std::string three = view::to_svg(panels, "all");
    CHECK(contains(three, "viewBox=\"0 0 642 "));
    CHECK(height(three) > 1.5 * height(svg));
}

TEST_CASE("a square plot has one unit for both axes, and a scatter no lines") {
    line_plot plot{.title = "plane", .x_label = "real", .y_label = "imaginary", .is_square = true};
    plot.curves.push_back({.label = "points", .x = {-1, 1, 0}, .y = {0, 0, 0.5}, .is_scatter = true});
    const std::string svg = view::to_svg(plot);
    demand_well_formed(svg);
    CHECK(first_curve(svg).empty());
    const auto across = between(svg, "<circle cx=\"", "\""), up = between(svg, " cy=\"", "\"");
    REQUIRE(across.size() == 4);  // the legend's first
    CHECK(std::stod(across[2]) - std::stod(across[1]) ==
          Approx(4 * (std::stod(up[1]) - std::stod(up[3]))).margin(0.05));
}

TEST_CASE("a y range given is kept, and what lies outside is clipped") {
    line_plot plot = example();
    plot.y_range = {0.0, 1.0};
    CHECK(y_labels(view::to_svg(plot)) == std::vector<std::string>{"0 %", "20 %", "40 %", "60 %", "80 %", "100 %"});
    plot.y_range = {0.7, 0.7};
    CHECK_THROWS_AS(view::to_svg(plot), usage_error);
}

TEST_CASE("labels are escaped, and curves after the seventh have its colours with gaps") {
    line_plot plot = example();
    plot.title = "a < b & \"c\" >\x01 d";
    plot.curves.clear();
    for (int number = 0; number < 9; ++number) {
        plot.curves.push_back(
            {.label = std::string(40, 'm'), .x = {0}, .y = {0.1 * number}, .dashed = false, .colour = {}});
    }
    const std::string svg = view::to_svg(plot);
    demand_well_formed(svg);
    CHECK(contains(svg, "a &lt; b &amp; &quot;c&quot; &gt; d"));
    CHECK(contains(svg, "class=\"mark6\""));
    CHECK_FALSE(contains(svg, "class=\"mark7\""));
    for (auto& curve : plot.curves) {
        curve.x = {0, 1};
        curve.y = {0, 1};
    }
    const auto lines = view::to_svg(plot);
    demand_well_formed(lines);
    CHECK(contains(lines, "stroke-dasharray=\"7 4\""));
    CHECK_FALSE(contains(lines, "stroke-dasharray=\"3 3\""));
}

TEST_CASE("what is counted has no ticks between whole numbers") {
    line_plot plot = example();
    plot.curves = {{.label = "run", .x = {1, 2}, .y = {0.5, 0.6}}};
    CHECK(contains(view::to_svg(plot), ">1.2<"));
    plot.has_whole_x = true;
    CHECK_FALSE(contains(view::to_svg(plot), ">1.2<"));
    CHECK(contains(view::to_svg(plot), ">1<"));
    CHECK(contains(view::to_svg(plot), ">2<"));
}

TEST_CASE("an axis of whole numbers names no half, though it begins at one") {
    line_plot plot = example();
    plot.curves = {{.label = "training", .x = {0.5, 1}, .y = {0.5, 0.6}}};
    CHECK(contains(view::to_svg(plot), ">0.7<"));
    plot.has_whole_x = true;
    CHECK(contains(view::to_svg(plot), ">1<"));
    CHECK_FALSE(contains(view::to_svg(plot), ">0.7<"));
}

TEST_CASE("one epoch has one tick, in the middle") {
    line_plot plot = example();
    plot.has_whole_x = true;
    for (auto& one : plot.curves) {
        one.x.resize(1);
        one.y.resize(1);
    }
    const auto svg = view::to_svg(plot);
    CHECK(between(svg, "text-anchor=\"middle\" fill=\"#57606a\">", "<") == std::vector<std::string>{"1"});
    demand_well_formed(svg);
}

TEST_CASE("no title, name or label is wider than the picture") {
    line_plot plot = example();
    const std::string longest(120, 'n');
    plot.title = "Mean rates, bands: deviation over images";
    plot.x_label = plot.y_label = plot.curves[0].label = longest;
    const auto svg = view::to_svg(std::span(&plot, 1), longest);
    CHECK(contains(svg, ">Mean rates, bands:"));
    CHECK_FALSE(contains(svg, ">Mean rates, bands: deviation over images<"));  // in two lines
    const auto texts = between(svg, "<text", "</text>");
    REQUIRE(texts.size() > 5);
    for (const auto& text : texts) CHECK(text.substr(text.find('>') + 1).size() < 55);
    demand_well_formed(svg);
}

TEST_CASE("names that differ in their middle alone are told apart in the legend") {
    line_plot plot = example();
    plot.curves.clear();
    for (const char* rate : {"0.001", "0.003"})
        for (const char* optimiser : {"adam", "sgd"})
            plot.curves.push_back(
                {.label = std::string("learning_rate=") + rate + ",optimiser=" + optimiser + ",seed=0",
                 .x = {1, 2},
                 .y = {0.5, 0.6}});
    plot.curves.push_back({.label = "other", .x = {1, 2}, .y = {0.5, 0.6}});
    const auto svg = view::to_svg(plot);
    demand_well_formed(svg);
    const auto texts = between(svg, "fill=\"#1f2328\">", "<");
    for (const char* line :
         {"learning_rate=0.001,", "learning_rate=0.003,", "optimiser=adam,seed=0", "optimiser=sgd,seed=0"})
        CHECK(std::count(texts.begin(), texts.end(), line) == 2);
    // Each in a row of its own, and the axes below all of them.
    std::vector<double> rows;
    for (const auto& place : between(svg, "<text class=\"ink\" x=\"90\" y=\"", "\"")) rows.push_back(std::stod(place));
    REQUIRE(rows.size() == 9);
    for (std::size_t i = 1; i < rows.size(); ++i) CHECK(rows[i] - rows[i - 1] == Approx(18));
    CHECK(std::stod(between(svg, "class=\"grid\" d=\"M64 ", "H").back()) > rows.back());
}

TEST_CASE("plots that show nothing are refused") {
    CHECK_THROWS_AS(view::to_svg(std::span<const line_plot>()), usage_error);
    line_plot plot = example();
    plot.curves[0].y.pop_back();
    CHECK(message_of<usage_error>([&] { view::to_svg(plot); }) == "the curve 'train' has 3 x values and 2 y values");
    plot.curves.clear();
    CHECK(message_of<usage_error>([&] { view::to_svg(plot); }) == "the plot 'Accuracy' has no finite point");
    plot.curves.push_back({.label = "nan", .x = {1}, .y = {NAN}, .dashed = false, .colour = {}});
    CHECK_FALSE(plot.curves[0].draws_any());
    CHECK_THROWS_AS(view::to_svg(plot), usage_error);
}

TEST_CASE("a plot is written as a file") {
    const temp_folder folder;
    const std::vector<line_plot> panels{example()};
    view::write_svg(folder / "plot.svg", panels);
    CHECK(contents(folder / "plot.svg") == view::to_svg(example()));
    CHECK_THROWS_AS(view::write_svg(folder / "none" / "plot.svg", panels), file_error);
}

TEST_CASE("extreme values still give finite coordinates") {
    for (const double scale : {1e-300, 1e-9, 1e9, 1e300}) {
        line_plot plot = example();
        plot.percent = false;
        plot.curves = {
            {.label = "s", .x = {0, scale, 2 * scale}, .y = {-scale, 0, scale}, .dashed = false, .colour = {}}};
        const std::string svg = view::to_svg(plot);
        demand_well_formed(svg);
        CHECK_FALSE(contains(svg, "nan"));
        CHECK_FALSE(contains(svg, "inf"));
    }
}

}  // namespace view_plot_test
