// Text and numbers as SVG wants them.

#include "view/svg.hpp"

#include "catch.hpp"
#include "temp_folder.hpp"

namespace view_svg_test {

using namespace cortexpr;
using test::contains;
namespace svg = view::svg;

TEST_CASE("text can end no element and no attribute", "[svg]") {
    CHECK(svg::escaped("a<b> & \"c\"") == "a&lt;b&gt; &amp; &quot;c&quot;");
    CHECK(svg::escaped("&amp;") == "&amp;amp;");
    CHECK(svg::escaped(std::string("\0a\n\x1F b\t", 7)) == "a b");  // what XML can't write
    CHECK(svg::escaped("\xCF\x84 \xE2\x80\xA6") == "\xCF\x84 \xE2\x80\xA6");
    CHECK(svg::escaped("a\xff\xfe<\xE2\x80") == "a\xEF\xBF\xBD\xEF\xBF\xBD&lt;\xEF\xBF\xBD\xEF\xBF\xBD");
    CHECK(svg::escaped("\xEF\xBF\xBE\xEF\xBF\xBF.") == "\xEF\xBF\xBD\xEF\xBF\xBD.");  // which XML has no room for
    CHECK(svg::escaped("").empty());
}

TEST_CASE("numbers have two decimals at most, and no more than they need", "[svg]") {
    CHECK(svg::number(0) == "0");
    CHECK(svg::number(-0.0) == "0");
    CHECK(svg::number(-0.004) == "0");
    CHECK(svg::number(-0.006) == "-0.01");
    CHECK(svg::number(1.5) == "1.5");
    CHECK(svg::number(1.25) == "1.25");
    CHECK(svg::number(2.999) == "3");
    CHECK(svg::number(100) == "100");
    CHECK(svg::number(1e6) == "1000000");
}

TEST_CASE("texts that are too long lose their middle, or go on in another line", "[svg]") {
    CHECK(svg::shortened("V1.E", 100) == "V1.E");
    const std::string name = std::string(40, 'a') + std::string(40, 'b');
    const auto shown = svg::shortened(name, 70);
    CHECK(svg::length_of(shown) <= 70);
    CHECK(svg::length_of(shown) > 55);
    CHECK(shown.starts_with("aaa"));
    CHECK(shown.ends_with("bbb"));
    CHECK(contains(shown, "…"));
    CHECK(svg::shortened("ττττττττττττ", 40) == "ττ…ττ");  // no letter is cut
    CHECK(svg::length_of("mmmm") > 2 * svg::length_of("iiii"));
    CHECK(svg::lines_of("Mean rates", 200) == std::vector<std::string>{"Mean rates"});
    CHECK(svg::lines_of("Mean rates, and bands", 85) == std::vector<std::string>{"Mean rates,", "and bands"});
    for (const auto& line : svg::lines_of("of " + name, 70)) CHECK(svg::length_of(line) <= 70);
    CHECK(svg::lines_of("", 70) == std::vector<std::string>{""});
}

TEST_CASE("labels that would look alike when shortened are broken into lines instead", "[svg]") {
    using labels = std::vector<std::vector<std::string>>;
    CHECK(svg::labels_of({"V1.E", "V1.I"}, 100) == labels{{"V1.E"}, {"V1.I"}});
    const std::string longest(30, 'n');
    const auto alone = svg::labels_of({longest, "b"}, 80);
    CHECK(alone[0] == std::vector{svg::shortened(longest, 80)});
    CHECK(svg::labels_of({longest, longest}, 80)[1].size() == 1);  // one name
    const auto found =
        svg::labels_of({"rate=0.001,optimiser=adam,seed=0", "rate=0.003,optimiser=adam,seed=0", "c"}, 130);
    REQUIRE(found.size() == 3);
    CHECK(found[0] == std::vector<std::string>{"rate=0.001,", "optimiser=adam,", "seed=0"});
    CHECK(found[1].front() == "rate=0.003,");
    CHECK(found[2] == std::vector<std::string>{"c"});
    const auto broken = svg::labels_of({longest + "1" + longest, longest + "2" + longest}, 60);
    CHECK(broken[0].size() > 2);  // between letters where a name has no parts
    for (const auto& line : broken[0]) CHECK(svg::length_of(line) <= 60);
    const std::string wide(13, 'M');  // what is left behind a break is looked at again
    const auto narrow = svg::labels_of({"-" + wide + "1" + wide, "-" + wide + "2" + wide}, 57);
    for (const auto& line : narrow[0]) CHECK(svg::length_of(line) <= 57);
}

TEST_CASE("a page has its size, its title and rules for dark viewers", "[svg]") {
    const auto page = svg::page(120.5, 80, "<rates>", ".mine{fill:red}");
    CHECK(
        page.starts_with("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"120.5\" height=\"80\" "
                         "viewBox=\"0 0 120.5 80\""));
    CHECK(contains(page, "<title>&lt;rates&gt;</title>"));
    CHECK(contains(page, ".grid{stroke:#2f353d}.mine{fill:red}}</style>"));
    CHECK(contains(page, "<rect class=\"page\" width=\"120.5\" height=\"80\""));
    CHECK_FALSE(contains(page, "</svg>"));  // the caller's
}

}  // namespace view_svg_test
