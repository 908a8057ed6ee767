#include "threads.hpp"

#include "../interruption.hpp"

#include <ATen/Parallel.h>
#include <c10/core/thread_pool.h>
#include <dlfcn.h>

#include <algorithm>
#include <atomic>
#include <exception>
#include <limits>
#include <memory>
#include <mutex>

namespace cortexpr::executors {

namespace {

/// What GNU's compilers call for a parallel region, and other OpenMP runtimes offer, too: function(data) on that many
/// threads, the caller among them.
using parallel_region = void (*)(void (*function)(void*), void* data, unsigned threads, unsigned flags);

/// Functions of the runtime that LibTorch was linked with; null: LibTorch has other threads. Threads of our own beside
/// these would fight for the cores with them, since they wait busily for some time after each of LibTorch's operations:
/// a training step of the digits example (batch 16, two cores) then takes 1.4 times as long.
parallel_region region_of_libtorch() {
    static const parallel_region region = [] {
        void* library = dlopen("libtorch_cpu.so", RTLD_LAZY | RTLD_NOLOAD);
        if (library == nullptr) return parallel_region{nullptr};
        const auto found = reinterpret_cast<parallel_region>(dlsym(library, "GOMP_parallel"));
        dlclose(library);  // loaded it stays: we are linked with it
        return found;
    }();
    return region;
}

/// Helpers of the calling thread; there are others only once LibTorch's number of threads has changed.
c10::ThreadPool& pool_of(int helpers) {
    static std::unique_ptr<c10::ThreadPool> pool;
    if (pool == nullptr || pool->size() != static_cast<std::size_t>(helpers))
        pool = std::make_unique<c10::ThreadPool>(helpers);
    return *pool;
}

}  // namespace

std::int64_t& least_work_of_thread() {
    static std::int64_t least = std::int64_t{1} << 20U;  // 20 to 40 microseconds (docs/dev/planned.md, Numbers)
    return least;
}

std::int64_t threads_worth(std::int64_t multiply_adds) {
    const auto least = least_work_of_thread();
    if (least == 0) return std::numeric_limits<std::int64_t>::max();
    return std::max<std::int64_t>(1, multiply_adds / least);
}

void on_threads(std::int64_t tasks, const std::function<void()>& work) {
    static std::mutex one_at_a_time;
    const auto threads = static_cast<int>(std::min<std::int64_t>(at::get_num_threads(), tasks));
    const std::unique_lock lock(one_at_a_time, std::try_to_lock);
    if (threads < 2 || !lock.owns_lock()) return work();  // another run has the threads
    std::exception_ptr failure;
    std::mutex of_failure;
    std::atomic<bool> has_failed{false};
    const auto guarded = [&] {
        const interruption::team_member member(has_failed);
        try {
            work();
        } catch (...) {
            const std::lock_guard hold(of_failure);
            if (!failure) failure = std::current_exception();
            has_failed.store(true);
        }
    };
    if (const auto region = region_of_libtorch()) {
        auto* data = const_cast<void*>(static_cast<const void*>(&guarded));
        region([](void* call) { (*static_cast<decltype(guarded)*>(call))(); }, data, static_cast<unsigned>(threads), 0);
    } else {
        auto& pool = pool_of(at::get_num_threads() - 1);
        for (int i = 1; i < threads; ++i) pool.run(guarded);
        guarded();
        pool.waitWorkComplete();
    }
    if (failure) std::rethrow_exception(failure);
}

}  // namespace cortexpr::executors
