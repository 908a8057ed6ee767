// The order of neurons inside.

#include "executors/sparse/inner_order.hpp"

#include "catch.hpp"

#include <algorithm>
#include <cstddef>
#include <numeric>
#include <random>
#include <set>
#include <utility>

namespace sparse_inner_order_test {

using cortexpr::executors::sparse::inner_order;

namespace {

using numbers = std::vector<std::int32_t>;

std::size_t index_of(std::int32_t number) { return static_cast<std::size_t>(number); }

struct wiring {
    numbers types, pre, post;
};

/// Sheets of side x side neurons, one for each type, numbered at random. Each neuron hears some within two positions of
/// its own, of any type.
wiring sheets(std::int32_t side, std::int32_t types) {
    std::mt19937 draw(1);
    const auto below = [&draw](std::int32_t count) {
        return static_cast<std::int32_t>(draw() % static_cast<std::uint32_t>(count));
    };
    const auto positions = side * side;
    numbers number(index_of(positions * types));
    std::iota(number.begin(), number.end(), 0);
    for (std::size_t i = number.size() - 1; i > 0; --i)
        std::swap(number[i], number[index_of(below(static_cast<std::int32_t>(i + 1)))]);
    wiring made;
    made.types.resize(number.size());
    for (std::int32_t type = 0; type < types; ++type)
        for (std::int32_t position = 0; position < positions; ++position) {
            const auto to = number[index_of(type * positions + position)];
            made.types[index_of(to)] = type;
            std::set<std::int32_t> heard;
            while (heard.size() < 20) {
                const auto row = std::clamp(position / side + below(5) - 2, 0, side - 1);
                const auto column = std::clamp(position % side + below(5) - 2, 0, side - 1);
                heard.insert(number[index_of(below(types) * positions + row * side + column)]);
            }
            for (const auto from : heard) {
                made.pre.push_back(from);
                made.post.push_back(to);
            }
        }
    return made;
}

/// How many others a block of 64 neighbours hears, on average.
double heard_by_block(const wiring& of, const numbers& inner) {
    const auto blocks = inner.size() / 64;
    std::vector<std::set<std::int32_t>> heard(blocks + 1);
    for (std::size_t k = 0; k < of.pre.size(); ++k) heard[index_of(inner[index_of(of.post[k])]) / 64].insert(of.pre[k]);
    std::size_t sum = 0;
    for (std::size_t block = 0; block < blocks; ++block) sum += heard[block].size();
    return static_cast<double>(sum) / static_cast<double>(blocks);
}

/// By type, and by number within one.
numbers by_type(const numbers& types) {
    numbers sorted(types.size()), inner(types.size());
    std::iota(sorted.begin(), sorted.end(), 0);
    std::ranges::stable_sort(sorted, {}, [&](std::int32_t neuron) { return types[index_of(neuron)]; });
    for (std::size_t i = 0; i < sorted.size(); ++i) inner[index_of(sorted[i])] = static_cast<std::int32_t>(i);
    return inner;
}

bool is_permutation_by_type(const numbers& types, const numbers& inner) {
    numbers type_of_inner(types.size(), -1);
    for (std::size_t i = 0; i < types.size(); ++i) type_of_inner.at(index_of(inner[i])) = types[i];
    return std::ranges::is_sorted(type_of_inner) && type_of_inner.front() >= 0;
}

}  // namespace

TEST_CASE("kernels: neurons near each other in the wiring are near each other inside") {
    const auto drawn = sheets(60, 3);  // 10,800 neurons
    const auto inner = inner_order(drawn.types, drawn.pre, drawn.post);
    REQUIRE(is_permutation_by_type(drawn.types, inner));
    // 64 neighbours hear about 12 x 12 positions of three types; 64 of the user's order about 1,200 neurons.
    CHECK(heard_by_block(drawn, by_type(drawn.types)) > 1'100);
    CHECK(heard_by_block(drawn, inner) < 700);
    CHECK(inner_order(drawn.types, drawn.pre, drawn.post) == inner);
}

TEST_CASE("kernels: small networks keep the user's order within a type") {
    const auto drawn = sheets(20, 3);
    CHECK(inner_order(drawn.types, drawn.pre, drawn.post) == by_type(drawn.types));
    CHECK(inner_order({}, {}, {}).empty());
}

TEST_CASE("kernels: any wiring has an inner order") {
    numbers each_its_own(9'000), one_type(9'000);
    std::iota(each_its_own.begin(), each_its_own.end(), 0);
    numbers loops(9'000);
    std::iota(loops.begin(), loops.end(), 0);
    for (const auto& types : {each_its_own, one_type}) {
        CHECK(is_permutation_by_type(types, inner_order(types, {}, {})));
        CHECK(is_permutation_by_type(types, inner_order(types, loops, loops)));
        const numbers hub(9'000, 17);
        CHECK(is_permutation_by_type(types, inner_order(types, loops, hub)));
        CHECK(is_permutation_by_type(types, inner_order(types, hub, loops)));
    }
    numbers types(9'000);  // some types have no neuron
    for (std::size_t i = 0; i < types.size(); ++i) types[i] = static_cast<std::int32_t>(i % 5 * 7);
    CHECK(is_permutation_by_type(types, inner_order(types, loops, loops)));
}

}  // namespace sparse_inner_order_test
