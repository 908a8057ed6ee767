// The rules by which less is done, in their order, and what a counted run knows beside the facts of a run.

#include <cortexpr/schedule/work/savings.hpp>

#include "catch.hpp"
#include "schedule/networks.hpp"

#include <set>
#include <string>

using namespace cortexpr;
using namespace cortexpr::test::schedules;
using plan::saving;

namespace {

struct Many : excitatory<32> {};
struct Large : area<input<3, 28, 28>, neurons<Many>, connectivity<from<stimulus, 1, 0>, from<Many, 1, 1>>, output<32>> {
};

}  // namespace

TEST_CASE("each rule has a name and a meaning of its own", "[schedule]") {
    std::set<std::string_view> names, meanings;
    for (int i = 0; i < plan::saving_count; ++i) {
        const auto words = plan::words_of(static_cast<saving>(i));
        CHECK_FALSE(words.name.empty());
        CHECK_FALSE(words.meaning.empty());
        CHECK(names.insert(words.name).second);
        CHECK(meanings.insert(words.meaning).second);
    }
    CHECK(plan::words_of(static_cast<saving>(plan::saving_count)).name.empty());
}

TEST_CASE("rules apply from the first one on", "[schedule]") {
    for (int count = 0; count <= plan::saving_count; ++count)
        for (int i = 0; i < plan::saving_count; ++i)
            CHECK(plan::applied_savings{count}.has(static_cast<saving>(i)) == (i < count));
    CHECK(plan::applied_savings{}.has(saving::fused_pointwise));
    CHECK_FALSE(plan::applied_savings{0}.has(saving::only_live_outputs));
}

TEST_CASE("an edge goes as Winograd where its merged convolution pays", "[schedule]") {
    int winograd = 0, direct = 0;
    std::vector<const plan::network*> networks(all.begin(), all.end());
    networks.push_back(&plan_of<Large>);
    for (const auto* network : networks) {
        const plan::known_run run(*network, plan::run{.steps = 2});
        for (const auto& one : run.schedule().convolutions)
            for (const int number : one.edges) {
                const bool is_winograd = run.is_winograd(network->edges[plan::index(number)]);
                CHECK(is_winograd == plan::pays_as_winograd(*network, one));
                ++(is_winograd ? winograd : direct);
            }
        for (const auto& edge : network->feedback) CHECK(run.is_winograd(edge) == plan::pays_as_winograd(edge));
    }
    CHECK(winograd >= 2);
    CHECK(direct > 2);
}

TEST_CASE("a step of a shortened run stands for several", "[schedule]") {
    const plan::known_run whole(plan_of<One>, plan::run{.steps = 3});
    for (int t = 0; t <= 3; ++t) CHECK(whole.times(t) == 1);
    const plan::known_run few(plan_of<One>, plan::shortened_run{.run = {.steps = 2}, .times = {1, 5, 1}});
    CHECK(few.times(1) == 5);
    CHECK(few.times(2) == 1);
}
