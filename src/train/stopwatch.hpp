#pragma once
// Wall time on a clock that only moves forward.

#include <chrono>

namespace cortexpr {

class stopwatch {
  public:
    double seconds() const { return std::chrono::duration<double>(clock::now() - start_).count(); }

  private:
    using clock = std::chrono::steady_clock;
    clock::time_point start_ = clock::now();
};

}  // namespace cortexpr
