#pragma once
// What a network's sources give while it runs, and what reaches a target of it.

#include <cortexpr/module/network_module.hpp>

#include <vector>

namespace cortexpr {

/// Mean and spread of a signal's channels. The spread is the standard deviation over images, positions and steps:
/// what no bias can take away.
struct moments {
    at::Tensor mean, spread;  ///< (C)
};

/// The moments of a signal (B, T, C, H, W), over the steps at which it tells images apart; over all if there are none.
moments moments_of(const at::Tensor& signal);

/// A run of all its steps.
class observed {
  public:
    observed(network_module& network, const at::Tensor& inputs, int steps);

    /// What an edge reads, from its first to its last value: (B, T, C, H, W).
    at::Tensor source_of(const plan::edge& edge) const;
    at::Tensor source_of(const plan::feedback_edge& edge) const { return run_.outputs[plan::index(edge.from)]; }

    const run_result& run() const { return run_; }
    /// False where the network ran away: nothing can be fitted to what it did then.
    bool is_bounded() const;

  private:
    const plan::network& plan_;
    run_result run_;
    std::vector<at::Tensor> stimuli_;  ///< by area
};

}  // namespace cortexpr
