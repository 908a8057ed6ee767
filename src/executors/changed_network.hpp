#pragma once
// What perturbations make of edges and time constants.

#include "executor.hpp"

#include <cortexpr/plan/stored.hpp>

#include <memory>
#include <set>
#include <vector>

namespace cortexpr::executors {

/// A plan and parameters in which some edges and time constants are changed.
class changed_network {
  public:
    changed_network(const run_context& context, int step);

    /// For an executor that runs parts.
    run_part from_step(int step) const;
    bool has_plan() const { return !cut_edges_.empty() || !cut_feedback_.empty(); }
    const std::vector<at::Tensor>& parameters() const { return parameters_; }

    /// Without the edges that are cut. The last edge of a target stays, with zeros for weights and bias and nothing
    /// after them, because executors ask no target whether anything drives it.
    std::shared_ptr<const plan::stored_network> plan() const;

  private:
    void apply(const perturbation& one);
    /// Whether anything is left that drives what an edge drives, or an edge before it stays in its place.
    bool has_other_drive(const plan::edge& edge, int number) const;
    bool has_other_feedback(int area, int number) const;

    const plan::network& plan_;
    std::vector<at::Tensor> parameters_;
    std::set<int> cut_edges_, cut_feedback_;
};

}  // namespace cortexpr::executors
