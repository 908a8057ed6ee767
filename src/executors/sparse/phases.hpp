#pragma once
// Work in phases, each of which needs all of the one before: the time steps of a run, shared by threads.

#include <cstdint>
#include <functional>
#include <span>

namespace cortexpr::executors::sparse {

/// Calls its second argument on some threads, on no more than there are tasks, and waits for all of them:
/// executors::on_threads is one.
using thread_team = std::function<void(std::int64_t tasks, const std::function<void()>& work)>;

struct phase {
    int tasks = 0;
    std::function<void(int task)> work;
};

/// Any number of threads, even one that starts late, takes tasks in their order. The first exception is thrown here.
void in_phases(const thread_team& team, std::span<const phase> phases);

}  // namespace cortexpr::executors::sparse
