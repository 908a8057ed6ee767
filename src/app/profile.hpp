#pragma once
// Where the time of a training goes: by operation, from LibTorch's profiler, and by kernel within the network.

#include "../kernels/cpu/timed.hpp"

#include <c10/core/Device.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace torch::autograd::profiler {
struct ProfilerResult;
}  // namespace torch::autograd::profiler

namespace cortexpr::application {

/// \throws file_error  there is no place for the temporary file that a trace is written into first
void require_profile_folder(const std::string& file);

/// Profiles from its making to `stop`.
class profile {
  public:
    /// `file`: for the trace; `device`: where the network is.
    profile(std::string file, c10::Device device);
    profile(const profile&) = delete;
    profile& operator=(const profile&) = delete;
    ~profile();

    void stop();
    /// By operation, and by kernel where the network ran on those of the CPU, or a GPU's memory.
    std::string table() const;
    /// The trace, JSON for Chrome's and Perfetto's viewer. \throws file_error
    void write();

  private:
    std::string file_;
    c10::Device device_;
    bool is_over_ = false;
    std::optional<kernels::kernel_timer> kernel_timer_;
    std::vector<kernels::kernel_time> kernel_times_;
    std::unique_ptr<torch::autograd::profiler::ProfilerResult> result_;
};

}  // namespace cortexpr::application
