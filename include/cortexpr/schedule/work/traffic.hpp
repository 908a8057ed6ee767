#pragma once
// Bytes of maps that a forward pass reads and writes.
//
// A byte is one of a map of one image in float32, read or written by an operation that computes: a convolution, the
// addition to a sum (two maps read, one written), a sign, a nonlinearity, the leaky step. Each operation reads each of
// its maps once and writes its result once, as if there were no caches. Not counted are parameters, borders and
// padding, and what only moves maps: copies, resizing between grids, recordings, the readout.

#include <cortexpr/compiler.hpp>

#include <cortexpr/schedule/work/operations.hpp>

namespace cortexpr::plan {

struct traffic {
    std::int64_t bytes = 0;
    std::int64_t convolutions = 0;  ///< calls

    constexpr traffic& operator+=(const traffic& other) {
        bytes += other.bytes;
        convolutions += other.convolutions;
        return *this;
    }
    friend constexpr traffic operator-(traffic one, const traffic& other) {
        return {one.bytes - other.bytes, one.convolutions - other.convolutions};
    }
    friend constexpr bool operator==(const traffic&, const traffic&) = default;
};

/// Passes over a map that a nonlinearity takes where each of its members is an operation of its own.
constexpr std::int64_t passes_of(const activation_function& function) {
    if (function.is_custom()) return 1;
    std::int64_t passes = 0;
    for (const activation member : function.members) passes += member != activation::none;
    return passes;
}

namespace detail {

/// Counts elements of maps; one walk through all steps.
class traffic_walk {
  public:
    constexpr traffic_walk(const known_run& run, applied_savings rules)
        : run_(run), network_(run.network()), rules_(rules), convolutions_(run.schedule().convolutions) {
        if (rules.has(saving::merged_convolutions)) return;
        convolutions_.clear();
        for (std::size_t i = 0; i < network_.edges.size(); ++i) {
            const auto& edge = network_.edges[i];
            convolutions_.push_back({.area = edge.area,
                                     .from = edge.from,
                                     .target_map = edge.to_output() ? -1 : 0,
                                     .nonlinearity = edge.nonlinearity,
                                     .edges = {static_cast<int>(i)}});
        }
    }

    constexpr traffic walk() {
        for (int t = 1; t <= run_.steps(); ++t) {
            const auto before = count_;
            start_sums();
            convolve_all(t);
            for (std::size_t type = 0; type < network_.types.size(); ++type) step_state(type, t);
            for (std::size_t area = 0; area < network_.areas.size(); ++area) finish_output(area, t);
            for (const auto& edge : network_.feedback) feed_back(edge, t);
            const auto of_step = count_ - before;
            count_.bytes += of_step.bytes * (run_.times(t) - 1);
            count_.convolutions += of_step.convolutions * (run_.times(t) - 1);
        }
        count_.bytes *= static_cast<std::int64_t>(sizeof(float));
        return count_;
    }

  private:
    constexpr bool is_fused() const { return rules_.has(saving::fused_pointwise); }

    /// By neuron type, then by area's output, then by area's feedback: whether its sum has a term yet.
    constexpr void start_sums() {
        has_term_.assign(network_.types.size() + 2 * network_.areas.size(), false);
        // What a still image and the biases give is a map of its own, from which sums start.
        for (std::size_t type = 0; is_fused() && type < network_.types.size(); ++type)
            has_term_[type] = network_.types[type].area == 0 && !run_.is_sequence();
    }
    /// In the order of the edges; fused sums take plain terms first.
    constexpr void convolve_all(int t) {
        for (const bool plain : {true, false})
            for (const auto& one : convolutions_)
                if (is_fused() ? one.is_plain() == plain : plain) convolve(one, t);
    }
    constexpr std::size_t sum_of(const edge& edge) const {
        return edge.to_output() ? network_.types.size() + index(edge.area) : index(edge.postsynaptic);
    }

    constexpr void convolve(const merged_convolution& one, int t) {
        sources_.assign(network_.types.size() + 1, false);
        targets_.assign(has_term_.size(), false);
        bool any = false;
        for (const int number : one.edges) {
            const auto& edge = network_.edges[index(number)];
            const bool is_computed = operations_of(run_, edge, t, rules_).forward > 0;
            const bool is_left_out = !run_.is_live(edge, t) && !ignores_liveness(edge);
            if (is_left_out) continue;
            if (run_.is_constant_drive(edge) && !is_computed) {
                has_term_[sum_of(edge)] = true;  // as computed at the first step
                continue;
            }
            // A nonlinearity maps even a convolution of zeros to something.
            if (!is_computed && one.is_plain()) continue;
            any = true;
            auto& source = sources_[index(std::ptrdiff_t{edge.presynaptic} + 1)];
            if (is_computed && !source) count_.bytes += convolved_size(edge);
            source |= static_cast<std::uint8_t>(is_computed);
            auto& target = targets_[sum_of(edge)];
            if (!target) add_term(edge, t);
            target = true;
        }
        count_.convolutions += any;
    }
    constexpr bool ignores_liveness(const edge& edge) const {
        return !rules_.has(edge.to_output() ? saving::only_live_outputs : saving::only_live_states);
    }
    /// The map that a convolution reads: after the resizing.
    static constexpr std::int64_t convolved_size(const edge& edge) {
        return edge.upsample ? edge.input.channels * edge.output.positions() : edge.input.size();
    }
    /// Merged convolutions have their sources' signs in their weights.
    constexpr bool is_negative(const edge& edge) const {
        const bool is_folded = rules_.has(saving::merged_convolutions) && edge.nonlinearity == activation::none;
        return edge.sign < 0 && !is_folded;
    }

    /// What a convolution writes, and what it takes to bring that into a sum.
    constexpr void add_term(const edge& edge, int t) {
        const auto size = edge.output.size();
        const auto passes = passes_of(edge.nonlinearity);
        auto& has_term = has_term_[sum_of(edge)];
        count_.bytes += size;
        if (is_fused() && passes > 0) {
            count_.bytes += 3 * size;  // the nonlinearity's value is added in the same pass
        } else if (is_fused()) {
            // The convolution starts from the sum; a still image's own, at the first step, from biases.
            if (has_term && !(run_.is_constant_drive(edge) && t == 1)) count_.bytes += size;
        } else {
            count_.bytes += 2 * passes * size + (has_term ? 3 * size : is_negative(edge) ? 2 * size : 0);
        }
        has_term = true;
    }

    constexpr void step_state(std::size_t index, int t) {
        const auto& type = network_.types[index];
        if (rules_.has(saving::only_live_states) && !run_.live().state(t, static_cast<int>(index))) return;
        const auto size = type.shape.size();
        const bool has_drive = has_term_[index];  // else its biases drive it: no map
        if (is_fused()) {
            // Reads drive and state; writes the state, and what the nonlinearity gave.
            count_.bytes += (has_drive ? 4 : 3) * size;
        } else {
            count_.bytes += has_drive ? (2 * passes_of(type.nonlinearity) + 3) * size : 2 * size;
        }
    }

    constexpr void finish_output(std::size_t index, int t) {
        if (rules_.has(saving::only_live_outputs) && !run_.live().output(t, static_cast<int>(index))) return;
        const auto& area = network_.areas[index];
        const auto passes = passes_of(area.output_nonlinearity);
        count_.bytes += 2 * (is_fused() ? std::int64_t{passes > 0} : passes) * area.output.size();
    }

    constexpr void feed_back(const feedback_edge& edge, int t) {
        if (operations_of(run_, edge, t, rules_).forward == 0) return;
        const auto size = edge.output.size();
        const auto passes = passes_of(edge.nonlinearity);
        auto& has_term = has_term_[network_.types.size() + network_.areas.size() + index(edge.to)];
        ++count_.convolutions;
        count_.bytes += edge.input.channels * edge.output.positions();
        if (is_fused()) {
            count_.bytes += 4 * size;  // to a sum of zeros: the bias, then the convolution; or as any other edge
        } else {
            count_.bytes += (1 + 2 * passes + (has_term ? 3 : 0)) * size;
        }
        has_term = true;
    }

    const known_run& run_;
    const network& network_;
    applied_savings rules_;
    std::vector<merged_convolution> convolutions_;
    flags has_term_{};
    flags sources_{}, targets_{};  ///< of one convolution: whether it has read or written a map yet
    traffic count_{};
};

}  // namespace detail

constexpr traffic traffic_of(const known_run& run, applied_savings rules = {}) {
    return detail::traffic_walk(run, rules).walk();
}

}  // namespace cortexpr::plan
