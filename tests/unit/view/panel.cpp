// Axes in pictures: where values lie, which ticks there are, and that all is drawn within the panel.

#include "view/panel.hpp"

#include "catch.hpp"
#include "count_of.hpp"
#include "temp_folder.hpp"

#include <cmath>

namespace view_panel_test {

using namespace cortexpr;
using test::contains;
using test::count_of;
namespace svg = view::svg;

namespace {

std::vector<std::string> labels_of(const svg::scale& values, int wanted = 5) {
    std::vector<std::string> labels;
    for (const auto& one : svg::ticks_of(values, wanted)) labels.push_back(one.label);
    return labels;
}

using strings = std::vector<std::string>;

}  // namespace

TEST_CASE("a scale leads from its ends to its ends, evenly or by factors", "[panel]") {
    const svg::scale linear{-2, 6, 100, 20};  // downwards, as y axes are
    CHECK(linear.place(-2) == Approx(100));
    CHECK(linear.place(6) == Approx(20));
    CHECK(linear.place(2) == Approx(60));
    CHECK(linear.place(10) == Approx(-20));  // beyond it, too
    const svg::scale logarithmic{1, 10'000, 0, 80, true};
    CHECK(logarithmic.place(1) == Approx(0).margin(1e-12));
    CHECK(logarithmic.place(10) == Approx(20));
    CHECK(logarithmic.place(1000) == Approx(60));
    CHECK(logarithmic.place(10'000) == Approx(80));
}

TEST_CASE("ticks are round, and within the scale", "[panel]") {
    CHECK(labels_of({0, 10}) == strings{"0", "2", "4", "6", "8", "10"});
    CHECK(labels_of({0.5, 9.5}) == strings{"2", "4", "6", "8"});
    CHECK(labels_of({0, 1}, 2) == strings{"0.0", "0.5", "1.0"});
    CHECK(labels_of({1, 1000, 0, 1, true}) == strings{"1", "10", "100", "1000"});
    CHECK(labels_of({0.0005, 20, 0, 1, true}) == strings{"0.001", "0.01", "0.1", "1", "10"});
    CHECK(labels_of({1e-5, 1e5, 0, 1, true}).front() == "1e-5");
    CHECK(labels_of({1e-5, 1e5, 0, 1, true}).back() == "1e5");
    CHECK(labels_of({2, 9, 0, 1, true}).empty());  // no power of ten between
    for (const double size : {1e-6, 0.3, 7.0, 4e8})
        for (const auto& one : svg::ticks_of({-size / 3, size}, 4)) {
            CHECK(one.value >= -size / 3 * (1 + 1e-6));
            CHECK(one.value <= size * (1 + 1e-6));
        }
}

TEST_CASE("axes have a line for each tick, and their labels are text", "[panel]") {
    const svg::box panel{10, 20, 100, 50};
    CHECK(panel.right() == 110);
    CHECK(panel.bottom() == 70);
    const auto drawn = svg::axes(panel, {0, 1, 10, 110}, {{0.5, "half"}}, {0, 2, 70, 20}, {{0, "0"}, {1, "<1>"}});
    CHECK(count_of(drawn, "class=\"grid\"") == 2);
    CHECK(count_of(drawn, "class=\"axis\"") == 2);  // one tick, and the two lines as one path
    CHECK(contains(drawn, "d=\"M10 45H110\""));     // the value 1 in the middle
    CHECK(contains(drawn, "d=\"M60 70v4\""));
    CHECK(contains(drawn, "d=\"M10 20V70H110\""));
    CHECK(contains(drawn, ">half</text>"));
    CHECK(contains(drawn, ">&lt;1&gt;</text>"));
}

TEST_CASE("texts lie where they are put, and a title only where there is one", "[panel]") {
    CHECK(svg::text(1.5, 2, "a & b", "ink", "x=\"y\"") ==
          "<text class=\"ink\" x=\"1.5\" y=\"2\" x=\"y\" fill=\"#1f2328\">a &amp; b</text>\n");
    CHECK(contains(svg::text(0, 0, "a", "soft"), "fill=\"#57606a\""));
    CHECK(contains(svg::turned_text(3, 4, -90, "up", "ink"), "transform=\"translate(3 4) rotate(-90)\""));
    CHECK(svg::heading(100, "").empty());
    CHECK(contains(svg::heading(100, "rates"), "x=\"50\""));
}

}  // namespace view_panel_test
