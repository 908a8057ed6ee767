// The two orders of synapses, and what is refused.

#include "executors/sparse/index.hpp"

#include "catch.hpp"
#include "executors/sparse/networks.hpp"
#include "executors/sparse/phases.hpp"

#include <cortexpr/error.hpp>

#include <atomic>
#include <stdexcept>
#include <string>

namespace sparse_index_test {

using namespace sparse_tests;

namespace {

std::vector<std::int32_t> ends_of(const line_order& order, std::size_t synapses) {
    std::vector<std::int32_t> ends;
    for (std::size_t k = 0; k < synapses; ++k)
        ends.push_back(order.short_ends.size() > 0 ? order.short_ends[k]
                                                   : static_cast<std::int32_t>(order.long_ends[k]));
    return ends;
}

/// The user's number of each synapse in the order of rows or columns.
std::vector<std::uint32_t> users_of(const sparse_index& index, bool of_rows) {
    const auto users = index.user_of_first();
    if (of_rows == index.rows_first()) return {users.begin(), users.end()};
    std::vector<std::uint32_t> of_order;
    for (const auto first : index.first_of_second()) of_order.push_back(users[first]);
    return of_order;
}

}  // namespace

TEST_CASE("kernels: a sparse index has each synapse once in each order, ends rising") {
    for (const std::int32_t neurons : {1, 50, 65'536, 65'537, 70'000}) {
        const drawn_network network({.neurons = neurons, .synapses = 5'000});
        const sparse_index index(neurons, network.pre, network.post, network.inner_number);
        const auto count = network.pre.size();
        REQUIRE(index.synapses() == count);
        CHECK((index.rows().short_ends.size() > 0) == (neurons <= 65'536));
        for (const auto* order : {&index.rows(), &index.columns()})
            CHECK(order->short_ends.size() + order->long_ends.size() == count + kernels::synapses_ahead);
        const auto inner_number = [&](std::int32_t neuron) {
            return network.inner_number[static_cast<std::size_t>(neuron)];
        };
        const auto user_of_column = users_of(index, false), user_of_row = users_of(index, true);
        const auto by_column = ends_of(index.columns(), count), by_row = ends_of(index.rows(), count);
        std::vector<int> seen(count), seen_in_rows(count);
        bool right = true;
        for (std::size_t line = 0; line < static_cast<std::size_t>(neurons); ++line) {
            for (auto k = static_cast<std::size_t>(index.columns().starts[line]);
                 k < static_cast<std::size_t>(index.columns().starts[line + 1]); ++k) {
                const auto user = user_of_column[k];
                ++seen[user];
                right = right && inner_number(network.pre[user]) == static_cast<std::int32_t>(line) &&
                        inner_number(network.post[user]) == by_column[k];
                if (k > static_cast<std::size_t>(index.columns().starts[line]))
                    right = right && by_column[k - 1] < by_column[k];
            }
            for (auto k = static_cast<std::size_t>(index.rows().starts[line]);
                 k < static_cast<std::size_t>(index.rows().starts[line + 1]); ++k) {
                const auto user = user_of_row[k];
                ++seen_in_rows[user];
                right = right && inner_number(network.post[user]) == static_cast<std::int32_t>(line) &&
                        inner_number(network.pre[user]) == by_row[k];
                if (k > static_cast<std::size_t>(index.rows().starts[line])) right = right && by_row[k - 1] < by_row[k];
            }
        }
        CHECK(right);
        CHECK(seen == std::vector<int>(count, 1));
        CHECK(seen_in_rows == std::vector<int>(count, 1));
    }
}

TEST_CASE("kernels: values of synapses come first into the order whose lines the user's order follows") {
    // Pairs of four neurons, by postsynaptic neuron.
    std::vector<std::int32_t> inner, outer;
    for (std::int32_t i = 0; i < 4; ++i)
        for (std::int32_t j = 0; j < 4; ++j) {
            outer.push_back(i);
            inner.push_back(j);
        }
    const sparse_index by_post(4, inner, outer), by_pre(4, outer, inner);
    CHECK(by_post.rows_first());
    CHECK_FALSE(by_pre.rows_first());
    for (const auto* index : {&by_post, &by_pre}) {
        for (std::uint32_t k = 0; k < 16; ++k) {
            CHECK(index->user_of_first()[k] == k);
            CHECK(index->first_of_second()[k] == k % 4 * 4 + k / 4);
        }
    }
}

TEST_CASE("kernels: chunks of a sparse index hold about as many synapses each, whatever the rows") {
    const drawn_network network({.neurons = 4'000, .synapses = 200'000, .heavy = 4'000});
    const sparse_index index(4'000, network.pre, network.post, network.inner_number);
    for (const auto* order : {&index.rows(), &index.columns()}) {
        REQUIRE(order->chunks() > 8);
        CHECK(order->first_of_chunk.front() == 0);
        CHECK(order->first_of_chunk.back() == 4'000);
        for (int chunk = 0; chunk < order->chunks(); ++chunk) {
            const auto first = static_cast<std::size_t>(order->first_of_chunk[static_cast<std::size_t>(chunk)]);
            const auto last = static_cast<std::size_t>(order->first_of_chunk[static_cast<std::size_t>(chunk) + 1]);
            CHECK(first < last);
            CHECK(order->starts[last] - order->starts[first] <= 16'384);
        }
    }
}

TEST_CASE("kernels: a sparse index takes 12 bytes a synapse, or 16 with long numbers") {
    for (const std::int32_t neurons : {1'000, 65'537}) {
        const drawn_network network({.neurons = neurons, .synapses = 60'000});
        const sparse_index index(neurons, network.pre, network.post);
        const auto by_neuron = 2 * 8 * static_cast<std::size_t>(neurons + 1);
        const auto of_synapses = (neurons == 1'000 ? 12 : 16) * index.synapses();
        CHECK(index.bytes() >= of_synapses + by_neuron);
        CHECK(index.bytes() < of_synapses + by_neuron + 2'000);
    }
}

TEST_CASE("kernels: what is no wiring of a sparse index is refused in a sentence") {
    using numbers = std::vector<std::int32_t>;
    const auto build = [](std::int32_t neurons, const numbers& pre, const numbers& post,
                          const numbers& inner_number = {}) {
        const sparse_index index(neurons, pre, post, inner_number);
    };
    CHECK_THROWS_WITH(build(0, {}, {}), "a sparse network needs at least one neuron");
    CHECK_THROWS_WITH(build(2, {0}, {}),
                      "there are 1 presynaptic neurons and 0 postsynaptic ones; give one of each for every synapse");
    CHECK_THROWS_WITH(build(2, {0, 2}, {0, 0}), "synapse 1 has presynaptic neuron 2, but the neurons are 0 to 1");
    CHECK_THROWS_WITH(build(2, {0, 1}, {0, -1}), "synapse 1 has postsynaptic neuron -1, but the neurons are 0 to 1");
    CHECK_THROWS_WITH(build(3, {1, 0, 1}, {2, 0, 2}),
                      "synapses 0 and 2 both lead from neuron 1 to neuron 2; add them up");
    CHECK_THROWS_WITH(build(2, {}, {}, {0}), "the inner order has 1 neurons instead of 2");
    CHECK_THROWS_WITH(build(2, {}, {}, {1, 1}), "the inner order is no permutation: neuron 1 has number 1");
    CHECK_THROWS_AS(build(2, {}, {}, {0, 2}), usage_error);
}

TEST_CASE("kernels: signs and nonlinearities of a sparse network are one for each neuron") {
    using ranges = std::vector<kernels::neuron_range<float>>;
    const auto build = [](std::vector<float> sign, const ranges& of) {
        const sparse_network<float> network(sparse_index(2, {}, {}), std::move(sign), of);
    };
    const ranges right{{2, activation::relu, false}};
    CHECK_NOTHROW(build({1, -1}, right));
    CHECK_THROWS_WITH(build({1}, right), "there are 1 signs for 2 neurons; give each neuron one");
    CHECK_THROWS_WITH(build({1, 0}, right), "the sign of neuron 1 is 0; give +1 or -1");
    CHECK_THROWS_WITH(build({1, 1}, {{1, activation::relu, false}}),
                      "nonlinearities are given for 1 neurons of 2; give each neuron one");
    CHECK_THROWS_WITH(build({1, 1}, {{2, activation::relu, false}, {1, activation::tanh, false}}),
                      "the ranges of neurons with one nonlinearity must rise");
}

TEST_CASE("kernels: a sparse run saves what it is asked to save") {
    const auto network = std::make_shared<sparse_network<float>>(sparse_index(1, {}, {}), std::vector<float>{-1},
                                                                 std::vector<kernels::neuron_range<float>>{{1}});
    const float drive[] = {1, 2, 3};
    const auto team = team_of(1);
    const sparse_inputs<float> inputs{.steps = 3, .drive = drive, .drive_by_step = true};
    const sparse_run<float> last(network, inputs, saved_values::last_state, team),
        all(network, inputs, saved_values::states, team);
    CHECK(*last.signed_state(2) == -3);
    for (int t = 0; t < 3; ++t) CHECK(*all.signed_state(t) == -static_cast<float>(t + 1));
    CHECK(all.signed_state(-1) == nullptr);
    const float* adjoints[] = {nullptr, nullptr, nullptr};
    CHECK_THROWS_WITH(all.backward({.states = adjoints}, team),
                      "this run saved nothing for a backward pass; run with saved_values::for_backward");
    const sparse_run<float> whole(network, inputs, saved_values::for_backward, team);
    CHECK_THROWS_WITH(whole.backward({.states = std::span(adjoints, 2)}, team),
                      "2 adjoints of states are given for 3 steps; give one for each step, null where it is zero");
    float of_drive[] = {7, 7, 7}, rate = 7, initial = 7;
    whole.backward({.states = adjoints, .drive = of_drive, .initial = &initial, .rate = &rate}, team);
    for (const float one : {of_drive[0], of_drive[1], of_drive[2], rate, initial}) CHECK(one == 0);
    CHECK_THROWS_WITH(sparse_run<float>(network, {.batch = 0, .drive = drive}, saved_values::states, team),
                      "a run of 0 samples and 1 steps has nothing to compute; give at least one of each");
}

TEST_CASE("kernels: phases wait for the phase before, and exceptions come back") {
    for (const int threads : {1, 2, 5}) {
        std::atomic<int> done{0};
        std::atomic<bool> early{false};
        std::vector<phase> phases;
        for (int p = 0; p < 20; ++p)
            phases.push_back({p % 4 == 3 ? 0 : 7, [&, before = p / 4 * 21 + p % 4 * 7](int) {
                                  if (done.load() < before) early = true;
                                  ++done;
                              }});
        in_phases(team_of(threads), phases);
        CHECK(done == 105);
        CHECK_FALSE(early);
        phases[5].work = [](int task) {
            if (task == 3) throw std::runtime_error("broken");
        };
        done = 0;
        const thread_team one = [](std::int64_t, const std::function<void()>& work) { work(); };
        CHECK_THROWS_WITH(in_phases(one, phases), "broken");
        CHECK(done < 105);
    }
}

}  // namespace sparse_index_test
