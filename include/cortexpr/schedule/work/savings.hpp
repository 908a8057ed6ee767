#pragma once
// The rules by which the schedule does less than one convolution for each edge and step.

#include <cortexpr/compiler.hpp>

#include <cortexpr/schedule/run_facts.hpp>
#include <cortexpr/schedule/winograd.hpp>
#include <cortexpr/schedule/work/equal_steps.hpp>

#include <string_view>

namespace cortexpr::plan {

/// In the order in which they are applied: each rule spares what it takes from what those before it left.
enum class saving : std::uint8_t {
    only_live_outputs,
    only_live_states,
    constant_drive,
    zero_states,
    only_requested_gradients,
    sparse_maxima,
    spread_adjoints,
    merged_convolutions,
    winograd,
    fused_pointwise
};
inline constexpr int saving_count = 10;

struct saving_words {
    std::string_view name, meaning;
};

constexpr saving_words words_of(saving saving) {
    switch (saving) {
        case saving::only_live_outputs:
            return {"only live outputs", "an output is computed only at the steps at which it is needed"};
        case saving::only_live_states:
            return {"only live states", "so are a state and feedback; a silenced type is never computed"};
        case saving::constant_drive:
            return {"input out of the time loop", "a constant stimulus is convolved once, not at every step"};
        case saving::zero_states:
            return {"zero states", "a convolution of zeros (initial states, silenced types) is skipped"};
        case saving::only_requested_gradients:
            return {"only requested gradients",
                    "gradients of stimulus and initial states are computed only on request (autograd does so, too)"};
        case saving::sparse_maxima:
            return {"sparse maxima", "the backward pass of max pooling touches only the argmax positions"};
        case saving::spread_adjoints:
            return {"spread half grids",
                    "the backward pass from a half grid multiplies the zeros between its positions: a cost"};
        case saving::merged_convolutions:
            return {"merged convolutions", "edges of one source and target map read and write it together"};
        case saving::winograd:
            return {"Winograd", "fewer multiplications, where that pays; transforms are not counted"};
        case saving::fused_pointwise:
            return {"fused pointwise", "sums start from what is there; nonlinearity and leaky step are one pass"};
        default:
            return {};
    }
}

/// The first `count` rules of the list.
struct applied_savings {
    int count = saving_count;
    constexpr bool has(saving saving) const { return static_cast<int>(saving) < count; }
};

/// A run whose work is counted: a gradient arrives for all that is read, and is wanted for all parameters, but not for
/// the stimulus and initial values.
class known_run : public run_facts {
  public:
    constexpr known_run(const plan::network& network, const plan::run& run)
        : known_run(network, shortened_run{.run = run}) {}
    constexpr known_run(const plan::network& network, shortened_run given)
        : run_facts(network, std::move(given.run)), times_(std::move(given.times)) {
        weight_is_winograd_.assign(network.parameters.size(), false);
        const auto mark = [this](const auto& edge) { weight_is_winograd_[index(edge.weight)] = true; };
        for (const auto& one : schedule().convolutions)
            if (pays_as_winograd(network, one))
                for (const int number : one.edges) mark(network.edges[index(number)]);
        for (const auto& edge : network.feedback)
            if (pays_as_winograd(edge)) mark(edge);
    }

    /// Whether the sums and gradients of an edge, or of one of feedback, go as Winograd.
    template <class Edge>
    constexpr bool is_winograd(const Edge& edge) const {
        return weight_is_winograd_[index(edge.weight)];
    }
    /// How many equal steps of the run this one stands for. Step 0 is the initial values'.
    constexpr std::int64_t times(int t) const { return times_.empty() ? 1 : times_[index(t)]; }

  private:
    std::vector<std::int64_t> times_;
    flags weight_is_winograd_{};  ///< by parameter
};

}  // namespace cortexpr::plan
