// A plan that owns its storage.

#include <cortexpr/plan/stored.hpp>

#include "catch.hpp"
#include "describe/same_plan.hpp"
#include "view/networks.hpp"

#include <memory>
#include <optional>
#include <utility>

namespace plan_stored_test {

using namespace cortexpr;
using namespace view_test;

TEST_CASE("a stored network is the same plan in storage of its own") {
    const plan::stored_network stored(plan_of<Everything>);
    CHECK(same_plan(stored.network(), plan_of<Everything>));
    CHECK(stored.network().types.data() != plan_of<Everything>.types.data());
    CHECK(stored.network().name.data() != plan_of<Everything>.name.data());
    CHECK(stored.network().types[0].name.data() != plan_of<Everything>.types[0].name.data());
}

TEST_CASE("copies of a stored network outlive it, and what was moved from still has one") {
    std::optional<plan::stored_network> first(plan_of<Digits>);
    plan::stored_network copy = *first, moved = std::move(*first);
    CHECK(same_plan(first->network(), plan_of<Digits>));
    first.reset();
    CHECK(same_plan(copy.network(), plan_of<Digits>));
    copy = plan::stored_network(plan_of<Pair>);
    CHECK(same_plan(copy.network(), plan_of<Pair>));
    CHECK(same_plan(moved.network(), plan_of<Digits>));
}

}  // namespace plan_stored_test
