#pragma once
// Threads that share the work of own kernels: LibTorch's own, where its OpenMP runtime can be asked for them. Its
// parallel_for runs on one thread in code that isn't compiled with that runtime.

#include <cstdint>
#include <functional>

namespace cortexpr::executors {

/// Calls `work` on as many threads as LibTorch uses (at::get_num_threads()), but on no more than there are tasks, and
/// waits for all of them; each call takes tasks until none is left. The first exception of a call is thrown here.
void on_threads(std::int64_t tasks, const std::function<void()>& work);

}  // namespace cortexpr::executors
