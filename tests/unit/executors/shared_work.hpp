#pragma once
// Small runs on several threads, which would not be worth them.

#include "executors/threads.hpp"

#include <ATen/Parallel.h>

#include <cstdint>
#include <utility>

namespace cortexpr::test {

class every_run_is_shared {
  public:
    every_run_is_shared() = default;
    ~every_run_is_shared() { executors::least_work_of_thread() = before_; }
    every_run_is_shared(const every_run_is_shared&) = delete;
    every_run_is_shared& operator=(const every_run_is_shared&) = delete;

  private:
    std::int64_t before_ = std::exchange(executors::least_work_of_thread(), 0);
};

/// A number of LibTorch's threads for a while.
class threads_for_a_while {
  public:
    explicit threads_for_a_while(int count) { at::set_num_threads(count); }
    ~threads_for_a_while() { at::set_num_threads(before_); }
    threads_for_a_while(const threads_for_a_while&) = delete;
    threads_for_a_while& operator=(const threads_for_a_while&) = delete;

  private:
    int before_ = at::get_num_threads();
};

}  // namespace cortexpr::test
