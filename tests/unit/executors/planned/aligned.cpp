// Memory that runs give back to each other.

#include "executors/planned/aligned.hpp"

#include "address_sanitizer.hpp"
#include "catch.hpp"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace planned_aligned_test {

using namespace cortexpr::executors::planned;

TEST_CASE("planned: blocks start with a line of the cache, and those given back are taken again") {
    for (const std::size_t bytes : {std::size_t{8}, std::size_t{5000}, std::size_t{123'456}, std::size_t{3} << 20}) {
        auto* const block = take_block(bytes);
        CHECK(reinterpret_cast<std::uintptr_t>(block) % cortexpr::cache_line == 0);
        give_back_block(block, bytes);
    }
#ifndef CORTEXPR_ADDRESS_SANITIZER
    constexpr std::size_t bytes = 77'824;
    auto* const first = take_block(bytes);
    auto* const second = take_block(bytes);
    CHECK(first != second);
    give_back_block(first, bytes);
    auto* const other = take_block(bytes + cortexpr::cache_line);
    CHECK(other != first);  // of another size
    CHECK(take_block(bytes) == first);
    give_back_block(first, bytes);
    give_back_block(second, bytes);
    give_back_block(other, bytes + cortexpr::cache_line);
#endif
}

TEST_CASE("planned: no more is kept than a process can spare") {
    constexpr std::size_t bytes = std::size_t{1} << 20;
    std::vector<void*> blocks(400);
    for (auto& block : blocks) block = take_block(bytes);
    for (auto* block : blocks) give_back_block(block, bytes);  // most go back to the heap
    constexpr std::size_t most = std::size_t{16} << 20;
    CHECK(waiting_bytes() <= most);
    aligned_vector<float> values(bytes / sizeof(float), 3);
    CHECK(values.back() == 3);
    std::vector<void*> small(1000);  // more than there is room for
    for (auto& block : small) block = take_block(4096);
    for (auto* block : small) give_back_block(block, 4096);
    CHECK(waiting_bytes() <= most);
    CHECK(aligned_vector<float>(1024, 2).back() == 2);
}

}  // namespace planned_aligned_test
