#pragma once
// Recorded sparse and connectome networks of the reference as plans and graphs, and their runs repeated. What the
// tensors' names mean is said in tests/differential/README.md.

#include "recorded_run.hpp"

#include <cortexpr/module/connectome_module.hpp>

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace cortexpr::recorded {

/// Whether it was run in continuous time.
bool is_continuous(const recorded_run& run);

/// What a run is asked, as the reference was: layout, steps or times, the initial state.
connectome_request request_of(const recorded_run& run, at::ScalarType dtype);

/// A recorded case as a plan and a graph. Types are the reference's, or one for all cells. Its graph comes from the
/// files that the run's `files` names in `folder`, or from the recorded tensors where it names none.
class recorded_connectome {
  public:
    /// \throws file_error, usage_error  what files hold is refused
    explicit recorded_connectome(const recorded_run& run, const std::filesystem::path& folder = {});
    recorded_connectome(const recorded_connectome&) = delete;
    recorded_connectome& operator=(const recorded_connectome&) = delete;

    /// With its starting parameters.
    std::shared_ptr<connectome_module> bare_module(executor with, at::ScalarType dtype) const;
    /// With the recorded parameters, brought into range as the reference's forward pass does it; trainable is what is
    /// there. Checks what was loaded against the recorded files.
    std::shared_ptr<connectome_module> module(executor with, at::ScalarType dtype) const;

    /// A recorded tensor in the shape and order of our parameter; a gradient is summed over what shares an entry.
    at::Tensor values_of(const std::string& parameter, const at::Tensor& recorded) const;
    at::Tensor gradient_of(const std::string& parameter, const at::Tensor& recorded) const;
    /// Whether entries of the parameter are shared or scaled, so that an optimiser steps otherwise.
    bool is_shared(const std::string& parameter) const;

  private:
    /// Where the entries of a recorded tensor are in ours; -1: nowhere.
    struct placing {
        std::vector<std::int64_t> entry{};
        std::vector<double> scale{};  ///< recorded = scale * ours; empty: 1
        std::int64_t count = 0;       ///< of ours
        bool is_shared = false;
    };

    const nlohmann::json& network() const { return run_.network(); }
    bool holds(const std::string& name) const { return run_.holds(path(name)); }
    const at::Tensor& tensor(const std::string& name) const { return run_.tensors.at(path(name)); }
    std::string path(const std::string& name) const { return (is_classifier_ ? "param.rnn." : "param.") + name; }
    const nlohmann::json* ours(const char* option) const;

    void lay_types();
    void lay_projection(plan::projection& plan, const std::string& name, int size, const char* bias, bool has_bias);
    void take_graph();
    void take_projection(circuit::projection& data, const std::string& name) const;
    void load(const std::filesystem::path& folder);
    void place_synapses();
    void place_projection(const circuit::projection& data, const std::string& name);
    void place_cells(const std::string& name, const std::vector<std::string>& modes);
    const placing* placing_of(const std::string& parameter) const;
    /// A recorded tensor in the shape of ours, whose entries `take` (ours, theirs, scale) fills.
    template <class Take>
    at::Tensor placed(const std::string& parameter, const at::Tensor& recorded, Take take) const;
    void check_loaded(const connectome_module& net) const;

    const recorded_run& run_;
    bool is_sparse_ = false, is_classifier_ = false;
    int cells_ = 0;
    std::vector<std::string> names_;
    std::vector<plan::cell_type> types_;
    plan::connectome plan_;
    connectome_data data_;
    std::map<std::string, placing> placings_;  // by parameter, without the prefix of a classifier's network
};

/// Runs it and compares.
class connectome_replay {
  public:
    explicit connectome_replay(const recorded_run& run, executor with, at::ScalarType dtype = at::kDouble,
                               const std::filesystem::path& folder = {});

    void compare_run();
    /// The reference projects before each forward pass and not after the last step.
    void compare_training();
    /// How many tensors were compared.
    int compared() const { return compared_; }

  private:
    connectome_request recording() const;
    at::Tensor loss_of(const connectome_result& result, bool compares);
    const at::Tensor& recorded(const std::string& name) const;
    void compare(const std::string& name, const at::Tensor& ours, const at::Tensor& theirs, double bound);
    void compare_gradient(const std::string& name, const at::Tensor& of);

    const recorded_run& run_;
    recorded_connectome network_;
    std::shared_ptr<connectome_module> net_;
    at::Tensor input_;
    connectome_request request_;
    std::string prefix_;  ///< of the recorded results that count
    double state_bound_ = 1e-12, gradient_bound_ = 1e-10;
    int compared_ = 0;
};

}  // namespace cortexpr::recorded
