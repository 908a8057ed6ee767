#pragma once
// Where the time of a training goes, by LibTorch's profiler.

#include <string>

namespace cortexpr::application {

/// Profiles from its making to `finish`.
class profile {
  public:
    /// `file`: for the trace; `on_gpu`: what a GPU does, too.
    profile(std::string file, bool on_gpu);
    profile(const profile&) = delete;
    profile& operator=(const profile&) = delete;
    ~profile();

    /// Writes the trace, JSON for Chrome's and Perfetto's viewer; gives a table by operation.
    std::string finish();

  private:
    std::string file_;
    bool is_running_ = true;
};

}  // namespace cortexpr::application
