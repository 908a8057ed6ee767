#include "catch.hpp"
#include "temp_folder.hpp"

#include "data/picture.hpp"

#include <cortexpr/view/maps.hpp>

#include "view/png.hpp"
#include "view/svg.hpp"

#include <cmath>

namespace view_maps_test {

using namespace cortexpr;
using namespace cortexpr::test;
using view::colour_scale;
using view::map_picture;

TEST_CASE("maps: colours run from end to end of the scale") {
    using rgb = std::array<std::uint8_t, 3>;
    CHECK(view::colour_at(0, colour_scale::viridis) == rgb{68, 1, 84});
    CHECK(view::colour_at(1, colour_scale::viridis) == rgb{253, 231, 37});
    CHECK(view::colour_at(0, colour_scale::around_zero) == rgb{0, 114, 178});
    CHECK(view::colour_at(0.5, colour_scale::around_zero) == rgb{255, 255, 255});
    CHECK(view::colour_at(1, colour_scale::around_zero) == rgb{213, 94, 0});
    CHECK(view::colour_at(0.25, colour_scale::around_zero) == rgb{128, 185, 217});
    CHECK(view::colour_at(7, colour_scale::viridis) == view::colour_at(1, colour_scale::viridis));
    // Viridis gets lighter all the way, so that it can be read without colours.
    double before = -1;
    for (int i = 0; i <= 50; ++i) {
        const auto [red, green, blue] = view::colour_at(i / 50.0, colour_scale::viridis);
        const double luminance = 0.2126 * red + 0.7152 * green + 0.0722 * blue;
        CHECK(luminance > before);
        before = luminance;
    }
}

TEST_CASE("maps: a PNG is read back as it was written") {
    const temp_folder folder;
    const std::vector<std::uint8_t> pixels{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 255, 0, 128, 3, 2, 1};
    put(folder / "a.png", view::to_png(3, 2, pixels));
    const auto read = data::read_picture(folder / "a.png", 100);
    CHECK(read.width == 3);
    CHECK(read.height == 2);
    CHECK(read.pixels == pixels);
    CHECK_THROWS_AS(view::to_png(2, 2, pixels), usage_error);
}

TEST_CASE("maps: panels, labels and a scale that says what it is of") {
    map_picture picture{
        .title = "Maps", .value_label = "rate", .panels = {}, .across = 2, .row_titles = {"V1.E", "V1.I"}};
    for (const auto* label : {"step 1", "step 2", "step 3", "step 4"})
        picture.panels.push_back({.label = label, .rows = 2, .columns = 3, .values = {0, 1, 2, 3, 4, 8}});
    const auto svg = view::to_svg(picture);
    for (const auto* word : {">Maps<", ">rate<", ">V1.I<", ">step 4<", ">0<", ">8<"}) CHECK(contains(svg, word));
    CHECK(contains(svg, "width=\"321\""));
    std::size_t pictures = 0;
    for (auto at = svg.find("<image "); at != std::string::npos; at = svg.find("<image ", at + 1)) ++pictures;
    CHECK(pictures == 5);  // and the scale
    CHECK_FALSE(contains(svg, "http://www.w3.org/1999"));
    for (auto& panel : picture.panels) panel.values[0] = 2e-4;
    CHECK(contains(view::to_svg(picture), ">0<"));  // and not >0.0002<, too long for its place
    picture.scale = colour_scale::around_zero;
    CHECK(contains(view::to_svg(picture), ">-8<"));
    picture.panels[1].values[2] = NAN;
    CHECK_FALSE(contains(view::to_svg(picture), "nan"));
    for (auto& panel : picture.panels) panel.values.assign(6, 0);
    CHECK_FALSE(contains(view::to_svg(picture), "nan"));
}

TEST_CASE("maps: no text leaves the picture or runs into another one") {
    map_picture picture{.title = "",
                        .value_label = "change of rate / stimulus",
                        .panels = {},
                        .across = 3,
                        .scale = colour_scale::around_zero,
                        .caption = "rows 0 to 27, columns 0 to 27; sum over 3 channels; lag: steps before the rate"};
    for (const auto* label : {"V1.stimulus->V1.Pyr", "V1.stimulus->V1.PV", "V1.E->I\nlargest 3.3"})
        picture.panels.push_back({.label = label, .rows = 1, .columns = 2, .values = {2.9e-5, -1e-5}});
    const auto svg = view::to_svg(picture);
    CHECK(contains(svg, ">rows 0 to 27, columns 0 to 27; sum over 3<"));
    CHECK(contains(svg, ">channels; lag: steps before the rate<"));
    // The first number of the scale stands around the bar's end.
    const auto end = svg.find(">-2.9e-05<");
    REQUIRE(end != std::string::npos);
    const auto start = svg.rfind("<text", end);
    CHECK(std::stod(svg.substr(svg.find("x=\"", start) + 3)) >= view::svg::length_of("-2.9e-05", 11) / 2);
    // Labels no wider than their map, in lines where they would look alike else.
    CHECK(contains(svg, ">V1.E-&gt;I<"));
    CHECK(contains(svg, ">largest 3.3<"));
    constexpr double width = (321.0 - 2 * 14 + 6) / 3 - 6;
    std::size_t lines = 0;
    for (auto at = svg.find("class=\"soft\""); at != std::string::npos; at = svg.find("class=\"soft\"", at + 1)) {
        const auto first = svg.find('>', at) + 1;
        auto words = svg.substr(first, svg.find('<', first) - first);
        if (const auto escaped = words.find("&gt;"); escaped != std::string::npos) words.replace(escaped, 4, ">");
        if (words.find("V1") == std::string::npos && words.find("stimulus") == std::string::npos) continue;
        ++lines;
        CHECK(view::svg::length_of(words, 11) <= width + 0.01);
    }
    CHECK(lines >= 3);
}

TEST_CASE("maps: pictures that show nothing are refused") {
    map_picture picture{.title = "", .value_label = "", .panels = {}};
    CHECK_THROWS_AS(view::to_svg(picture), usage_error);
    picture.panels.push_back({.label = "a", .rows = 2, .columns = 2, .values = {1, 2, 3}});
    CHECK(message_of<usage_error>([&] { view::to_svg(picture); }) == "the map 'a' has 3 values on 2x2 positions");
    picture.panels.back().values.push_back(4);
    picture.row_titles = {"a", "b"};
    CHECK_THROWS_AS(view::to_svg(picture), usage_error);
}

}  // namespace view_maps_test
