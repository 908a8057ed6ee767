// Queries of recorded states: every combination of what can be fixed, in both layouts, and what is out of range.

#include "catch.hpp"
#include "executors/networks.hpp"

#include <cortexpr/module/model.hpp>

#include <tuple>
#include <utility>

namespace module_query_test {

using namespace cortexpr;
using namespace cortexpr::test;

namespace {

constexpr unsigned kinds = 5;  // step, image, subtype, row, column
constexpr int at[kinds] = {2, 1, 3, 4, 2};

/// The selectors of a combination, as constants where there are some.
template <unsigned Kind, bool Constant>
auto selector() {
    if constexpr (Kind == 0) {
        if constexpr (Constant)
            return step<at[0] + 1>{};
        else
            return at_step{at[0] + 1};
    } else if constexpr (Kind == 1) {
        return in_batch{at[1]};
    } else if constexpr (Kind == 2) {
        if constexpr (Constant)
            return subtype<at[2]>{};
        else
            return of_subtype{at[2]};
    } else if constexpr (Kind == 3) {
        if constexpr (Constant)
            return row<at[3]>{};
        else
            return at_row{at[3]};
    } else {
        if constexpr (Constant)
            return column<at[4]>{};
        else
            return at_column{at[4]};
    }
}
template <unsigned Combination, bool Constant, unsigned... Kind>
auto selectors(std::integer_sequence<unsigned, Kind...>) {
    const auto one = []<unsigned K>(std::integral_constant<unsigned, K>) {
        if constexpr ((Combination >> K & 1U) != 0)
            return std::tuple(selector<K, Constant>());
        else
            return std::tuple<>();
    };
    return std::tuple_cat(one(std::integral_constant<unsigned, Kind>{})...);
}

/// The same part of the recording, (B, T, C, H, W), by LibTorch's indexing alone.
at::Tensor part(const at::Tensor& states, unsigned combination) {
    using at::indexing::Slice;
    std::vector<at::indexing::TensorIndex> indices(5, Slice());
    const unsigned dimension[kinds] = {1, 0, 2, 3, 4};
    for (unsigned kind = 0; kind < kinds; ++kind)
        if ((combination >> kind & 1U) != 0) indices[dimension[kind]] = at[kind];
    return states.index(indices);
}

template <class Recording, unsigned... Combination>
void check_all(const Recording& run, const at::Tensor& states, bool time_first,
               std::integer_sequence<unsigned, Combination...>) {
    const auto check = [&]<unsigned C>(std::integral_constant<unsigned, C>) {
        const auto ask = [&](const auto&... all) { return run.template query<V1, E>(all...); };
        auto wanted = part(states, C);
        if (time_first && (C & 3U) == 0) wanted = wanted.transpose(0, 1);  // both dimensions are still there
        INFO("combination " << C << (time_first ? ", time first" : ", batch first"));
        const std::make_integer_sequence<unsigned, kinds> every;
        CHECK(std::apply(ask, selectors<C, false>(every)).equal(wanted));
        CHECK(std::apply(ask, selectors<C, true>(every)).equal(wanted));
    };
    (check(std::integral_constant<unsigned, Combination>{}), ...);
}

template <class Query>
std::string refusal(const Query& query) {
    try {
        query();
    } catch (const usage_error& error) {
        return error.what();
    }
    return "no refusal";
}

}  // namespace

TEST_CASE("a query is the part of the recording that it names, for every combination") {
    const auto net = make<V1>({.dtype = at::kDouble, .seed = 1});
    const auto images = normal({3, 2, 6, 5}, 1);
    const std::make_integer_sequence<unsigned, 1U << kinds> combinations;
    const auto batch_first = net->run(images, step_count<4>{}, record<V1, E>{});
    const auto states = batch_first.state<V1, E>();
    CHECK(states.sizes() == at::IntArrayRef({3, 4, 4, 6, 5}));
    check_all(batch_first, states, false, combinations);
    const auto time_first = net->run(images, steps{4}, layout::time_first, record<V1, E>{});
    CHECK(time_first.state<E>().sizes() == at::IntArrayRef({4, 3, 4, 6, 5}));
    check_all(time_first, states, true, combinations);
}

TEST_CASE("positions, order and short names in a query") {
    const auto net = make<V1>({.dtype = at::kDouble, .seed = 1});
    const auto run = net->run(normal({3, 2, 6, 5}, 1), steps{4}, record<V1, E>{}, record<I>{});
    const auto trace = run.query<V1, E>(at_position{4, 2}, of_subtype{3}, in_batch{1});
    CHECK(trace.sizes() == at::IntArrayRef({4}));
    CHECK(trace.equal(run.query<E>(in_batch{1}, subtype<3>{}, position<4, 2>{})));
    CHECK(trace.equal(run.state<E>().select(0, 1).select(1, 3).select(1, 4).select(1, 2)));
    CHECK(run.query<I>(at_step{4}).equal(run.final_state<I>()));
    CHECK(run.query<I>(subtype<1>{}).sizes() == at::IntArrayRef({3, 4, 6, 5}));
    CHECK(run.query<I>().equal(run.state<I>()));
}

TEST_CASE("a half-density type is asked for positions of its own grid") {
    struct Half : inhibitory<2, half_density> {};
    struct Mixed : area<input<1, 7, 10>, neurons<E, Half>,
                        connectivity<from<stimulus, 1, 1, 0>, from<E, 1, 1, 1>, from<Half, 1, 1, 0>>, output<2>> {};
    const auto net = make<Mixed>({.dtype = at::kDouble});
    const auto run = net->run(normal({2, 1, 7, 10}, 1), steps{2}, record<Half>{});
    CHECK(run.query<Half>(position<3, 4>{}).equal(run.state<Half>().select(3, 3).select(3, 4)));
    CHECK(refusal([&] {
              run.query<Half>(at_position{3, 5});
          }) == "column 5 of Half in Mixed was asked for, but its recording has columns 0 to 4");
}

TEST_CASE("numbers out of range are refused in a sentence") {
    const auto net = make<V1>({.dtype = at::kDouble});
    const auto run = net->run(normal({3, 2, 6, 5}, 1), steps{4}, record<V1, E>{});
    CHECK(refusal([&] { run.query<V1, E>(at_step{5}); }) ==
          "step 5 of E in V1 was asked for, but its recording has steps 1 to 4");
    CHECK(refusal([&] { run.query<V1, E>(at_step{0}); }) ==
          "step 0 of E in V1 was asked for, but its recording has steps 1 to 4");
    CHECK(refusal([&] { run.query<V1, E>(step<9>{}); }) ==  // the number of steps was no constant
          "step 9 of E in V1 was asked for, but its recording has steps 1 to 4");
    CHECK(refusal([&] { run.query<V1, E>(in_batch{3}); }) ==
          "image 3 of E in V1 was asked for, but its recording has images 0 to 2");
    CHECK(refusal([&] { run.query<V1, E>(in_batch{-1}); }) ==
          "image -1 of E in V1 was asked for, but its recording has images 0 to 2");
    CHECK(refusal([&] { run.query<V1, E>(of_subtype{4}); }) ==
          "subtype 4 of E in V1 was asked for, but its recording has subtypes 0 to 3");
    CHECK(refusal([&] { run.query<V1, E>(at_row{6}); }) ==
          "row 6 of E in V1 was asked for, but its recording has rows 0 to 5");
    CHECK(refusal([&] { run.query<V1, E>(at_column{5}, in_batch{0}); }) ==
          "column 5 of E in V1 was asked for, but its recording has columns 0 to 4");
    CHECK(refusal([&] {
              run.query<V1, E>(at_step{4}, in_batch{2}, of_subtype{3}, at_position{5, 4});
          }) == "no refusal");
}

TEST_CASE("a constant number of steps is the same number") {
    const auto net = make<V1>({.dtype = at::kDouble, .seed = 2});
    const auto images = normal({3, 2, 6, 5}, 1);
    CHECK(net->run(images, step_count<4>{}).final_state<E>().equal(net->run(images, steps{4}).final_state<E>()));
}

}  // namespace module_query_test
