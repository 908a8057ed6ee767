// Where the parts of a plan's picture lie: columns for steps, rows for what a step computes, and arrows that begin and
// end at their boxes. That nothing lies over anything else is tested of the whole picture.

#include "view/picture_layout.hpp"

#include "catch.hpp"
#include "schedule/networks.hpp"
#include "view/networks.hpp"

#include <algorithm>
#include <cmath>
#include <memory>

namespace view_picture_layout_test {

using namespace cortexpr;
using view::picture::layout;
using view::picture::node;

namespace {

/// A layout, with what it points into.
struct drawn {
    plan::known_run run;
    std::vector<view::convolution_row> convolutions;
    layout parts;

    drawn(const plan::network& network, int steps)
        : run(network, view::shown_run(steps)),
          convolutions(view::schedule_rows(run, run.schedule())),
          parts(run, run.schedule(), convolutions) {}
};

void for_each_picture(const std::function<void(const drawn&, int)>& check) {
    std::vector<const plan::network*> networks(test::schedules::all.begin(), test::schedules::all.end());
    networks.insert(networks.end(), {&plan_of<view_test::Digits>, &plan_of<view_test::Everything>});
    for (const auto* network : networks)
        for (const int steps : {1, 2, 5, 40}) {
            INFO(network->name << ", " << steps << " steps");
            check(drawn(*network, steps), steps);
        }
}

}  // namespace

TEST_CASE("columns are steps in their order, from before the first to the last", "[layout]") {
    for_each_picture([](const drawn& one, int steps) {
        const auto& columns = one.parts.columns();
        REQUIRE(columns.size() >= 2);
        CHECK(columns.front().step == 0);
        CHECK(columns.back().step == steps);
        for (std::size_t c = 1; c < columns.size(); ++c) {
            CHECK(columns[c].step > columns[c - 1].step);
            // No step is left out but where a gap says so.
            if (columns[c].step > columns[c - 1].step + 1) CHECK(columns[c].is_gap);
            CHECK(one.parts.middle(c) > one.parts.middle(c - 1));
        }
        CHECK_FALSE(columns.back().is_gap);
    });
    const drawn four(plan_of<view_test::Digits>, 6), many(plan_of<view_test::Digits>, 7);
    CHECK(four.parts.columns().size() == 7);  // up to four alike are all shown
    CHECK(many.parts.columns().size() == 7);  // of five, two and the last, with a gap between
    CHECK(std::ranges::count(many.parts.columns(), true, &view::picture::column::is_gap) == 1);
}

TEST_CASE("there is a row for the image, each map of states, each output and what is fed back", "[layout]") {
    for_each_picture([](const drawn& one, int) {
        const auto& network = one.run.network();
        const auto count = [&](node::kind kind) {
            return static_cast<std::size_t>(std::ranges::count(one.parts.nodes(), kind, &node::is));
        };
        CHECK(count(node::kind::image) == 1);
        CHECK(count(node::kind::states) == one.run.schedule().maps.size());
        CHECK(count(node::kind::output) == network.areas.size());
        CHECK(count(node::kind::feedback) ==
              static_cast<std::size_t>(
                  std::ranges::count_if(network.areas, [](const auto& area) { return area.feedback.channels > 0; })));
        double bottom = one.parts.heading();
        for (const auto& row : one.parts.nodes()) {
            CHECK(row.y >= bottom);
            CHECK(row.height > 0);
            bottom = row.y + row.height;
        }
        CHECK(one.parts.height() >= bottom);
    });
}

TEST_CASE("the boxes of types share their map's box, in their order", "[layout]") {
    const drawn one(plan_of<view_test::Digits>, 3);
    const auto states = std::ranges::find(one.parts.nodes(), node::kind::states, &node::is);
    REQUIRE(states != one.parts.nodes().end());
    CHECK(one.parts.types_of(*states) == std::vector{0, 1});
    const auto whole = one.parts.place(*states, 1);
    const auto first = one.parts.place_of_type(*states, whole, 0), second = one.parts.place_of_type(*states, whole, 1);
    CHECK(first.y > whole.y);
    CHECK(first.bottom() < second.y);
    CHECK(second.bottom() < whole.bottom());
    CHECK(first.x > whole.x);
    CHECK(first.right() < whole.right());
    CHECK(first.height == Approx(second.height));
}

TEST_CASE("a row starts from something where the first step reads it", "[layout]") {
    // The last of three areas has a type that starts from ones; zeros are not convolved.
    const drawn one(plan_of<test::schedules::Prompt>, 3);
    int rows = 0;
    for (const auto& row : one.parts.nodes()) {
        if (row.is != node::kind::states) continue;
        CHECK(one.parts.has_start(row) == (row.area == 2));
        ++rows;
    }
    CHECK(rows == 3);
}

TEST_CASE("arrows lie within the picture, and each convolution that is computed has one", "[layout]") {
    for_each_picture([](const drawn& one, int steps) {
        std::vector<bool> has_arrow(one.convolutions.size(), false);
        for (const auto& arrow : one.parts.arrows()) {
            has_arrow.at(static_cast<std::size_t>(arrow.convolution)) = true;
            REQUIRE(arrow.corners.size() >= 2);
            for (const auto& corner : arrow.corners) {
                CHECK((corner.x > 0 && corner.x < one.parts.width()));
                CHECK((corner.y > 0 && corner.y < one.parts.height()));
            }
            if (!arrow.badge) continue;
            const auto is_badge = [&](const auto& place) {
                return place.x == arrow.badge->x && place.y == arrow.badge->y;
            };
            CHECK(std::ranges::any_of(arrow.badge_places, is_badge));
        }
        for (std::size_t i = 0; i < has_arrow.size(); ++i) {
            bool is_computed = false;
            for (int step = 1; step <= steps; ++step) is_computed |= one.convolutions[i].is_computed(step);
            CHECK(has_arrow[i] == is_computed);
        }
    });
}

}  // namespace view_picture_layout_test
