#pragma once
// Where the time of a run goes, by kernel: what `train --profile` shows beside LibTorch's operations, of which the
// whole network is one.

#include "kernels.hpp"

#include <cstdint>
#include <string_view>
#include <vector>

namespace cortexpr::kernels {

struct kernel_time {
    std::string_view kernel;
    std::int64_t calls = 0;
    double seconds = 0;           ///< summed over threads
    std::int64_t operations = 0;  ///< multiply-adds times two; 0 where a kernel is no product
    std::int64_t bytes = 0;       ///< that it reads and writes at least (counted_bytes.hpp); 0 where none are counted
};

/// While it lives, the kernels of this CPU are timed in all runs that begin. One at a time; a call costs some 50 ns
/// more.
class kernel_timer {
  public:
    kernel_timer();
    ~kernel_timer();
    kernel_timer(const kernel_timer&) = delete;
    kernel_timer& operator=(const kernel_timer&) = delete;

    /// Of the kernels that were called since it was made, the longest first.
    std::vector<kernel_time> times() const;
};

/// `table`, or one that times it while a kernel_timer lives.
template <class Scalar>
const kernel_table<Scalar>& timed_where_asked(const kernel_table<Scalar>& table);

}  // namespace cortexpr::kernels
