#include "catch.hpp"

#include <cortexpr/view/table.hpp>

namespace view_table_test {

using namespace cortexpr;
using view::alignment;
using view::table;
using view::table_style;

namespace {

table example() {
    table edges({{"edge"}, {"weights", alignment::right}, {"|", alignment::right}});
    edges.row({"E→I", "256", "a"}).rule().row({"total", "1 024", "b|c"});
    return edges;
}

}  // namespace

TEST_CASE("a table of box-drawing characters") {
    CHECK(example().text() ==
          "┌───────┬─────────┬─────┐\n"
          "│ edge  │ weights │   | │\n"
          "├───────┼─────────┼─────┤\n"
          "│ E→I   │     256 │   a │\n"
          "├───────┼─────────┼─────┤\n"
          "│ total │   1 024 │ b|c │\n"
          "└───────┴─────────┴─────┘\n");
}

TEST_CASE("a table of plain ASCII") {
    CHECK(example().text(table_style::ascii) ==
          "+-------+---------+-----+\n"
          "| edge  | weights |   | |\n"
          "+-------+---------+-----+\n"
          "| E→I   |     256 |   a |\n"
          "+-------+---------+-----+\n"
          "| total |   1 024 | b|c |\n"
          "+-------+---------+-----+\n");
}

TEST_CASE("a Markdown table") {
    CHECK(example().text(table_style::markdown) ==
          "| edge  | weights |   \\| |\n"
          "|-------|--------:|-----:|\n"
          "| E→I   |     256 |    a |\n"
          "| total |   1 024 | b\\|c |\n");
}

TEST_CASE("a table of titles only, and tables that cannot be") {
    CHECK(table({{"a"}}).text(table_style::ascii) == "+---+\n| a |\n+---+\n+---+\n");
    CHECK(table({{"a"}}).text(table_style::markdown) == "| a   |\n|-----|\n");
    CHECK_THROWS_AS(table({}), usage_error);
    CHECK_THROWS_AS(table({{"a"}}).row({}), usage_error);
    CHECK_THROWS_AS(table({{"a"}}).row({"1", "2"}), usage_error);
}

TEST_CASE("the width of a text is its code points") {
    CHECK(view::text_width("") == 0);
    CHECK(view::text_width("τ → E") == 5);
}

}  // namespace view_table_test
