#pragma once
// Small runs on several threads, which would not be worth them.

#include "executors/threads.hpp"

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

}  // namespace cortexpr::test
