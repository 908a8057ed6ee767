#pragma once
// Threads that share the work of own kernels: LibTorch's own, where its OpenMP runtime can be asked for them. Its
// parallel_for runs on one thread in code that isn't compiled with that runtime.

#include <cstdint>
#include <functional>

namespace cortexpr::executors {

/// Calls `work` on as many threads as LibTorch uses (at::get_num_threads()), but on no more than there are tasks, and
/// waits for all of them; each call takes tasks until none is left. The first exception of a call is thrown here; the
/// other calls end where they next look for an interruption (interruption.hpp).
void on_threads(std::int64_t tasks, const std::function<void()>& work);

/// How many threads that many multiply-adds are worth, at least 1. To start a thread and to wait for it takes ten
/// microseconds, but a hundred times that where other processes hold the cores.
std::int64_t threads_worth(std::int64_t multiply_adds);

/// The multiply-adds that a thread is worth; tests set 0, and every run is shared.
std::int64_t& least_work_of_thread();

}  // namespace cortexpr::executors
