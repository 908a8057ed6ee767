// Threads of own kernels.

#include "executors/threads.hpp"

#include "catch.hpp"
#include "executors/shared_work.hpp"
#include "interruption.hpp"

#include <ATen/Parallel.h>
#include <ATen/ops/ones.h>

#include <atomic>
#include <filesystem>
#include <iterator>
#include <mutex>
#include <set>
#include <stdexcept>
#include <thread>

namespace threads_test {

using cortexpr::executors::on_threads;
using cortexpr::test::threads_for_a_while;

namespace {

/// The threads that take part in some work, all of which wait for each other.
std::set<std::thread::id> taking_part(int tasks) {
    std::set<std::thread::id> seen;
    std::mutex guard;
    std::atomic<int> arrived{0};
    on_threads(tasks, [&] {
        {
            const std::lock_guard hold(guard);
            seen.insert(std::this_thread::get_id());
        }
        ++arrived;
        while (arrived < tasks) std::this_thread::yield();
    });
    return seen;
}

std::ptrdiff_t threads_of_process() {
    return std::distance(std::filesystem::directory_iterator("/proc/self/task"), std::filesystem::directory_iterator());
}

}  // namespace

TEST_CASE("threads: as many as LibTorch has, and no more than there are tasks") {
    const threads_for_a_while three(3);
    CHECK(taking_part(3).size() == 3);
    CHECK(taking_part(2).size() == 2);
    CHECK(taking_part(1) == std::set{std::this_thread::get_id()});
    int calls = 0;
    on_threads(0, [&] { ++calls; });
    CHECK(calls == 1);
}

TEST_CASE("threads: own kernels run on LibTorch's, so that no two teams fight for the cores") {
    if (at::get_parallel_info().find("ATen parallel backend: OpenMP") == std::string::npos)
        return;  // threads of its own
    const threads_for_a_while three(3);
    const auto sum = at::ones({1 << 22}).sqrt().sum().item<float>();  // large enough for all threads
    const auto before = threads_of_process();
    CHECK(taking_part(3).size() == 3);
    CHECK(threads_of_process() == before);
    CHECK(sum == 1 << 22);
}

TEST_CASE("threads: as many as there is work for") {
    const auto least = cortexpr::executors::least_work_of_thread();
    CHECK(cortexpr::executors::threads_worth(0) == 1);
    CHECK(cortexpr::executors::threads_worth(2 * least - 1) == 1);
    CHECK(cortexpr::executors::threads_worth(2 * least) == 2);
    CHECK(cortexpr::executors::threads_worth(1000 * least) == 1000);
    {
        const cortexpr::test::every_run_is_shared shared;
        CHECK(cortexpr::executors::threads_worth(1) > 1000);
    }
    CHECK(cortexpr::executors::least_work_of_thread() == least);
}

TEST_CASE("threads: an exception comes back, and the threads work on") {
    const threads_for_a_while three(3);
    for (int round = 0; round < 3; ++round) {
        CHECK_THROWS_WITH(on_threads(3, [] { throw std::runtime_error("broken"); }), "broken");
        CHECK(taking_part(3).size() == 3);
    }
}

TEST_CASE("threads: whoever asks while another has them does the work alone") {
    const threads_for_a_while two(2);
    std::atomic<int> calls{0};
    on_threads(2, [&] {
        if (calls++ > 0) return;
        std::thread([&] { on_threads(2, [&] { calls += 10; }); }).join();
    });
    CHECK(calls == 12);
}

TEST_CASE("threads: where one fails, the others end at their next look for an interruption") {
    const threads_for_a_while three(3);
    std::atomic<int> taken{0}, given_up{0};
    CHECK_THROWS_WITH(on_threads(3,
                                 [&] {
                                     if (taken++ == 0) throw std::runtime_error("the first one");
                                     try {
                                         for (;;) cortexpr::interruption::look();
                                     } catch (const cortexpr::interruption::given_up&) {
                                         ++given_up;
                                         throw;
                                     }
                                 }),
                      "the first one");
    CHECK(given_up == 2);
    CHECK_NOTHROW(cortexpr::interruption::look());
}

}  // namespace threads_test
