#pragma once
// What of a network is computed at which step, and from which channels: the facts of schedule/run_facts.hpp as ranges
// of channels. No tensors here.

#include "pointwise.hpp"

#include <cortexpr/schedule/run_facts.hpp>

#include <vector>

namespace cortexpr::executors::batched {

using plan::flag;
using plan::index;

/// The part of a convolution that a step needs: channels of its source and of its target, in their maps.
struct use {
    channels columns, rows;

    bool is_empty() const { return rows.is_empty(); }
};

class program {
  public:
    program(const plan::network& network, plan::run run);

    const plan::network& network() const { return network_; }
    const plan::run_facts& facts() const { return facts_; }
    const plan::schedule& schedule() const { return facts_.schedule(); }
    const plan::requested& requested() const { return facts_.run().requested; }
    int steps() const { return facts_.steps(); }

    /// Where a neuron type's channels lie in its map.
    channels range_of(int type) const;
    /// All channels of a map, of an area's output, or of what an area hears, that a convolution reads or drives.
    channels source_channels(const plan::merged_convolution& one) const;
    channels target_channels(const plan::merged_convolution& one) const;
    /// The smallest range that holds what a merged convolution's edges read, or drive: that of its weight.
    use channels_used(const plan::merged_convolution& one) const;

    /// The smallest range that holds all types of a map that are computed at a step; at step 0 the whole map.
    channels state_channels(int map, int step) const;
    /// Types within that range that are not computed; their states are 0.
    std::vector<channels> silent_channels(int map, int step) const;
    /// Nonlinearities of that range, channels counted from its first.
    std::vector<segment> segments(int map, int step) const;
    /// Successive steps, from this one on, at which the range is the same.
    int steps_alike(int map, int step) const;

    /// What of a convolution is needed at a step: of edges whose target is computed and whose source may differ from 0;
    /// of one with a nonlinearity of its own, whatever its source is.
    use use_of(const plan::merged_convolution& one, int step) const;
    /// Whether an area's outputs can be computed after the loop, of all steps at once: nothing reads them before, and
    /// all steps are read and need the same channels of states.
    bool output_is_late(int area) const { return output_is_late_[index(area)]; }

  private:
    template <class Predicate>
    use use_where(const plan::merged_convolution& one, Predicate predicate) const;
    template <class Predicate>
    channels hull(int map, Predicate predicate) const;
    bool output_can_be_late(int area) const;

    const plan::network& network_;
    plan::run_facts facts_;
    std::vector<bool> output_is_late_;  ///< by area
};

}  // namespace cortexpr::executors::batched
