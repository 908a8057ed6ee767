#pragma once
// Where the time of a training goes, by LibTorch's profiler.

#include <memory>
#include <string>

namespace torch::autograd::profiler {
struct ProfilerResult;
}  // namespace torch::autograd::profiler

namespace cortexpr::application {

/// \throws file_error  there is no place for the temporary file that a trace is written into first
void require_profile_folder(const std::string& file);

/// Profiles from its making to `stop`.
class profile {
  public:
    /// `file`: for the trace; `on_gpu`: what a GPU does, too.
    profile(std::string file, bool on_gpu);
    profile(const profile&) = delete;
    profile& operator=(const profile&) = delete;
    ~profile();

    void stop();
    /// By operation.
    std::string table() const;
    /// The trace, JSON for Chrome's and Perfetto's viewer. \throws file_error
    void write();

  private:
    std::string file_;
    bool is_over_ = false;
    std::unique_ptr<torch::autograd::profiler::ProfilerResult> result_;
};

}  // namespace cortexpr::application
