#pragma once
// Threads that share the images of a batch. LibTorch's own parallel_for runs on one thread in code that isn't compiled
// with its OpenMP.

#include <cstdint>
#include <functional>

namespace cortexpr::executors::planned {

/// Calls `work` on as many threads as LibTorch uses (at::get_num_threads()), but on no more than there are tasks, and
/// waits for all of them; each call takes tasks until none is left. The first exception of a call is thrown here.
void on_threads(std::int64_t tasks, const std::function<void()>& work);

}  // namespace cortexpr::executors::planned
