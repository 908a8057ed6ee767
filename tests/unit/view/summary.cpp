// A network's tables, to the letter, and that their figures add up.

#include "catch.hpp"
#include "view/networks.hpp"

#include <cortexpr/error.hpp>
#include <cortexpr/plan/facts.hpp>
#include <cortexpr/view/summary.hpp>

#include <fstream>
#include <sstream>
#include <vector>

namespace summary_test {

using namespace cortexpr;
using namespace view_test;

namespace {

std::string expected(const char* name) {
    std::ifstream file(CORTEXPR_SOURCE_DIR "/tests/unit/view/expected/" + std::string(name));
    std::stringstream text;
    text << file.rdbuf();
    return text.str();
}

/// The sum of the numbers in the columns of that title, over all tables that have one.
std::int64_t sum_of(const std::string& text, const std::string& title) {
    std::istringstream lines(text);
    std::int64_t sum = 0;
    std::size_t column = 0;  // 0: the table hasn't it
    for (std::string line; std::getline(lines, line);) {
        std::vector<std::string> cells;
        std::size_t start = 0;
        for (std::size_t bar = line.find("│"); bar != std::string::npos; bar = line.find("│", start)) {
            cells.push_back(line.substr(start, bar - start));
            start = bar + std::string("│").size();
        }
        if (line.starts_with("┌")) column = 0;
        if (cells.empty()) continue;
        const auto digits = [](std::string cell) {
            std::erase_if(cell, [](char c) { return c == ' ' || c == ','; });
            return cell;
        };
        if (column > 0) sum += std::stoll(digits(cells.at(column)));
        for (std::size_t i = 1; column == 0 && i < cells.size(); ++i)
            if (digits(cells[i]) == title) column = i;
    }
    return sum;
}

}  // namespace

TEST_CASE("the summary of the digits example's network, and of one with every option") {
    CHECK(view::summary<Digits>(5) == expected("digits.txt"));
    CHECK(view::summary<Everything>(4) == expected("everything.txt"));
}

TEST_CASE("the figures of a summary add up to the network's") {
    for (const int steps : {1, 2, 7}) {
        CHECK(sum_of(view::summary<Digits>(steps), "operations") == plan::forward_flops(plan_of<Digits>, steps));
        CHECK(sum_of(view::summary<Everything>(steps), "operations") ==
              plan::forward_flops(plan_of<Everything>, steps));
    }
    CHECK(sum_of(view::summary<Digits>(5), "parameters") == 25'290);
    CHECK(sum_of(view::summary<Everything>(5), "parameters") == parameter_count<Everything>);
    CHECK(sum_of(view::summary<Pair>(5), "parameters") == parameter_count<Pair>);
}

TEST_CASE("a summary of no steps is refused") {
    CHECK_THROWS_WITH(view::summary<Digits>(0), "a summary of 0 steps was asked for; a run has at least 1");
}

}  // namespace summary_test
