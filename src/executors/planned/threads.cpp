#include "threads.hpp"

#include <ATen/Parallel.h>
#include <c10/core/thread_pool.h>

#include <algorithm>
#include <exception>
#include <memory>
#include <mutex>

namespace cortexpr::executors::planned {

namespace {

/// Helpers of the calling thread; there are others only once LibTorch's number of threads has changed.
c10::ThreadPool& pool_of(int helpers) {
    static std::unique_ptr<c10::ThreadPool> pool;
    if (pool == nullptr || pool->size() != static_cast<std::size_t>(helpers))
        pool = std::make_unique<c10::ThreadPool>(helpers);
    return *pool;
}

}  // namespace

void on_threads(std::int64_t tasks, const std::function<void()>& work) {
    static std::mutex one_at_a_time;
    const auto helpers = static_cast<int>(std::min<std::int64_t>(at::get_num_threads(), tasks)) - 1;
    const std::unique_lock lock(one_at_a_time, std::try_to_lock);
    if (helpers < 1 || !lock.owns_lock()) return work();  // another run has the threads
    std::exception_ptr failure;
    std::mutex of_failure;
    const auto guarded = [&] {
        try {
            work();
        } catch (...) {
            const std::lock_guard hold(of_failure);
            if (!failure) failure = std::current_exception();
        }
    };
    auto& pool = pool_of(at::get_num_threads() - 1);
    for (int i = 0; i < helpers; ++i) pool.run(guarded);
    guarded();
    pool.waitWorkComplete();
    if (failure) std::rethrow_exception(failure);
}

}  // namespace cortexpr::executors::planned
