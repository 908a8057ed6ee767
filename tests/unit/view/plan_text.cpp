// A plan's tables to the letter, that their figures are the schedule's, and that its picture shows what is computed.

#include "catch.hpp"
#include "view/networks.hpp"

#include <cortexpr/error.hpp>
#include <cortexpr/schedule/work/work.hpp>
#include <cortexpr/view/plan.hpp>

#include <fmt/format.h>

#include <cmath>
#include <fstream>
#include <regex>
#include <sstream>
#include <vector>

namespace view_plan_text_test {

using namespace cortexpr;
using namespace view_test;

namespace {

std::string content(const std::string& name) {
    std::ifstream file(CORTEXPR_SOURCE_DIR "/" + name);
    std::stringstream text;
    text << file.rdbuf();
    return text.str();
}
std::string expected(const char* name) { return content("tests/unit/view/expected/" + std::string(name)); }

std::ptrdiff_t count(const std::string& text, const std::string& part) {
    std::ptrdiff_t found = 0;
    for (auto place = text.find(part); place != std::string::npos; place = text.find(part, place + 1)) ++found;
    return found;
}

/// Numbers of an SVG's elements of one class, by attribute.
std::vector<std::vector<double>> numbers(const std::string& svg, const std::string& pattern) {
    std::vector<std::vector<double>> all;
    const std::regex wanted(pattern);
    for (auto match = std::sregex_iterator(svg.begin(), svg.end(), wanted); match != std::sregex_iterator(); ++match) {
        auto& one = all.emplace_back();
        for (std::size_t i = 1; i < match->size(); ++i) one.push_back(std::stod((*match)[i]));
    }
    return all;
}

struct Late : network<V1, Next, area_delay<1>> {};

struct Many : excitatory<34> {};
struct Small : area<input<1, 6, 6>, neurons<Many>, connectivity<from<stimulus, 1, 0>, from<Many, 1, 1>>, output<4>> {};
struct Wide : classifier<network<Small>, classes<2>, readout_pool<pool_mode::max>> {};

}  // namespace

TEST_CASE("the plan of the digits example's network, and of one with every option") {
    CHECK(view::plan_text<Digits>(5) == expected("digits_plan.txt"));
    CHECK(view::plan_text<Everything>(4) == expected("everything_plan.txt"));
}

TEST_CASE("which kernels a GPU runs, and why not others") {
    const auto told = view::gpu_text(plan_of<Digits>);
    CHECK(told ==
          "kernels on a CUDA GPU (Hopper)\n"
          "bfloat16: on chip, by kernels for these sizes\n"
          "  shared memory: forward 115344 bytes, backward 230616\n"
          "  an image: 7 warps, each for 14 x 8 positions; a multiprocessor: 2 images forward, 1 backward\n"
          "float32 and tf32: batched: LibTorch convolves, cortexpr's kernels step the states\n");
    CHECK(count(view::gpu_text(plan_of<Late>), "not on chip: [cortexpr O0") == 1);
    CHECK(count(view::gpu_text(plan_of<Wide>),
                "no kernels for these sizes alone, which are faster: 34 state channels are "
                "more than the 32 that registers hold\n") == 1);
}

TEST_CASE("the page about performance shows the plan as it is") {
    CHECK(view::plan_svg<Digits>(5) == content("docs/images/plan.svg"));
    const auto page = content("docs/performance.md");
    std::istringstream lines(view::plan_text<Digits>(5));
    int rows = 0;
    for (std::string line; std::getline(lines, line);) {
        if (count(line, "│") != 9 || count(line, " % ") != 3) continue;
        // The same cells, as Markdown has them.
        line = std::regex_replace(line, std::regex(" *│ *"), " | ");
        INFO(line);
        CHECK(page.find(line.substr(1, line.size() - 2)) != std::string::npos);
        ++rows;
    }
    CHECK(rows == 11);
}

TEST_CASE("a plan's convolutions add up to what is left to do") {
    for (const int steps : {1, 3, 40}) {
        const auto text = view::plan_text<Everything>(steps);
        std::int64_t sum = 0;
        std::istringstream lines(text);
        const std::regex row("│ *([0-9,]+) │ *[0-9.]+ % │$");
        std::smatch found;
        for (std::string line; std::getline(lines, line) && line.find("forward, to") == std::string::npos;)
            if (std::regex_search(line, found, row)) {
                std::string digits = found[1];
                std::erase(digits, ',');
                sum += std::stoll(digits);
            }
        CHECK(sum == plan::work_of(plan_of<Everything>, {.steps = steps}).computed.operations.all());
    }
}

TEST_CASE("steps alike stand in one column, in the table and in the picture") {
    CHECK(view::plan_text<Digits>(100).find("│ 1 │ 2 to 99 │ 100 │") != std::string::npos);
    const auto picture = view::plan_svg<Digits>(100);
    for (const char* step : {"step 1<", "step 2<", "step 3<", "step 99<", "step 100<"}) {
        INFO(step);
        CHECK(count(picture, step) == 1);
    }
    CHECK(count(picture, "step 50<") == 0);
    CHECK(count(picture, "…") == 2);  // in the rows of states and output
}

TEST_CASE("the picture has a full box for what is computed, a hollow one for what is not, and a badge for each arrow") {
    const auto picture = view::plan_svg<Digits>(5);
    CHECK(count(picture, "class=\"unread\"") == 4 + 1 + 1);  // outputs, inhibition at the last step, the legend's
    CHECK(count(picture, "class=\"fill0\"") == 5 + 1);       // E
    CHECK(count(picture, "class=\"fill1\"") == 4 + 1);       // I
    CHECK(count(picture, "class=\"fill6\"") == 1 + 1);       // output
    CHECK(count(picture, "class=\"badge\"") == 1 + 4 + 1 + 3);
    CHECK(picture.find("V1: E, -I to E, I; 32 to 32 channels, 3x3; 4 of 5 steps") != std::string::npos);
    CHECK(picture.find("prefers-color-scheme:dark") != std::string::npos);
}

TEST_CASE("nothing in a picture lies over something else") {
    for (const auto* plan : {&plan_of<Digits>, &plan_of<Everything>, &plan_of<Pair>, &plan_of<Late>})
        for (const int steps : {1, 2, 5, 30}) {
            INFO(plan->name << ", " << steps << " steps");
            const auto picture = view::plan_svg(*plan, steps);
            const auto badges = numbers(picture, "class=\"badge\" cx=\"([0-9.]+)\" cy=\"([0-9.]+)\"");
            const auto boxes = numbers(picture,
                                       "<rect class=\"(?:fill[0-9]|unread)\" x=\"([0-9.]+)\" y=\"([0-9.]+)\" "
                                       "width=\"([0-9.]+)\" height=\"([0-9.]+)\"");
            REQUIRE(boxes.size() > 2);
            for (std::size_t i = 0; i < badges.size(); ++i) {
                for (std::size_t k = 0; k < i; ++k)
                    CHECK(std::hypot(badges[i][0] - badges[k][0], badges[i][1] - badges[k][1]) > 17);
                for (const auto& box : boxes) {
                    const bool is_clear = badges[i][0] + 8.5 <= box[0] || badges[i][0] - 8.5 >= box[0] + box[2] ||
                                          badges[i][1] + 8.5 <= box[1] || badges[i][1] - 8.5 >= box[1] + box[3];
                    CHECK(is_clear);
                }
            }
            for (std::size_t i = 0; i < boxes.size(); ++i)
                for (std::size_t k = 0; k < i; ++k) {
                    const auto &one = boxes[i], &other = boxes[k];
                    const bool is_clear = one[0] + one[2] <= other[0] || other[0] + other[2] <= one[0] ||
                                          one[1] + one[3] <= other[1] || other[1] + other[3] <= one[1];
                    CHECK(is_clear);
                }
        }
}

TEST_CASE("where every step's answer is read, outputs are computed at each") {
    const auto text = view::plan_text<Digits>(5, view::answers_read::all);
    CHECK(text.starts_with("Digits: one image, 5 steps, of which every step's answer is read\n"));
    CHECK(count(text, "1 of 5") == 2);  // the stimulus, forward and to its weights
    const auto picture = view::plan_svg<Digits>(5, view::answers_read::all);
    CHECK(count(picture, "class=\"unread\"") == 1 + 1);  // inhibition at the last step, the legend's
    CHECK(count(picture, "class=\"fill6\"") == 5 + 1);   // output
    CHECK(count(picture, "class=\"badge\"") == 1 + 4 + 5 + 3);
    CHECK(count(picture, "V1: E to output; 16 to 32 channels, 3x3; 5 of 5 steps") == 1);
}

TEST_CASE("a plan of no steps is refused") {
    CHECK_THROWS_WITH(view::plan_text<Digits>(0), "a plan of 0 steps was asked for; a run has at least 1");
    CHECK_THROWS_AS(view::plan_svg<Digits>(-1), usage_error);
}

}  // namespace view_plan_text_test
