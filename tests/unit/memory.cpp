// Memory for large arrays: how it lies, and that it is used again.

#include "memory.hpp"

#include "catch.hpp"

#include <array>
#include <cstdint>
#include <numeric>
#include <utility>

namespace memory_test {

using namespace cortexpr;

TEST_CASE("memory that comes back is used again where it fits, and not for what is much smaller") {
    constexpr std::size_t megabyte = std::size_t{1} << 20;
    memory_store store(4);
    auto large = store.take(20 * megabyte), medium = store.take(12 * megabyte + 1);
    CHECK(reinterpret_cast<std::uintptr_t>(large.data()) % 64 == 0);
    CHECK(medium.size() >= 12 * megabyte + 1);
    CHECK(medium.size() < 12 * megabyte + megabyte);  // its end takes no whole huge page
    const auto *at_large = large.data(), *at_medium = medium.data();
    store.give_back(std::move(large));
    store.give_back(std::move(medium));
    const auto other = store.take(5 * megabyte);
    CHECK(other.data() != at_large);
    CHECK(other.data() != at_medium);
    const auto smallest = store.take(11 * megabyte), next = store.take(19 * megabyte);
    CHECK(smallest.data() == at_medium);
    CHECK(next.data() == at_large);
    const auto fresh = store.take(19 * megabyte);
    CHECK(fresh.data() != at_large);
    CHECK(store.take(0).size() == 0);
}

TEST_CASE("where more comes back than a store holds, the memory that waits longest is freed", "[memory]") {
    constexpr std::size_t megabyte = std::size_t{1} << 20;
    memory_store store(1);
    auto first = store.take(4 * megabyte), second = store.take(8 * megabyte);
    const auto* at_second = second.data();
    store.give_back(std::move(first));
    store.give_back(std::move(second));
    const auto again = store.take(8 * megabyte);
    CHECK(again.data() == at_second);
}

TEST_CASE("a borrowed array is whole, on a line of the cache, and goes back when it ends or is moved over",
          "[memory]") {
    memory_store store(2);
    const float* first = nullptr;
    {
        borrowed_array<float> values(store, 1000);
        first = values.data();
        CHECK(reinterpret_cast<std::uintptr_t>(first) % cache_line == 0);
        REQUIRE(values.size() == 1000);
        std::iota(values.data(), values.data() + values.size(), 0.0F);
        CHECK(values.data()[999] == 999.0F);
        auto moved = std::move(values);
        CHECK(moved.data() == first);
        CHECK(moved.data()[999] == 999.0F);
    }
    borrowed_array<float> again(store, 1000);
    CHECK(again.data() == first);
    borrowed_array<float> other(store, 1000);
    CHECK(other.data() != first);
}

TEST_CASE("an array that isn't borrowed is as long as asked, and an empty one is no memory", "[memory]") {
    for (const std::size_t size : {std::size_t{1}, std::size_t{63}, std::size_t{600'000}}) {
        big_array<double> values(size);
        REQUIRE(values.size() == size);
        CHECK(reinterpret_cast<std::uintptr_t>(values.data()) % cache_line == 0);
        values[0] = 1;
        values[size - 1] = 2;
        CHECK(values.span().back() == 2);
    }
    CHECK(big_array<double>(0).size() == 0);
    CHECK(whole_lines<float>(1) == 16);
    CHECK(whole_lines<double>(16) == 16);
}

}  // namespace memory_test
