#pragma once
// The rules by which the schedule does less than one convolution for each edge and step.

#include <cortexpr/schedule/run_facts.hpp>
#include <cortexpr/schedule/winograd.hpp>

#include <string_view>

namespace cortexpr::plan {

/// In the order in which they are applied: each rule spares what it takes from what those before it left.
enum class saving : std::uint8_t {
    unread_outputs,
    unread_states,
    still_input,
    zero_states,
    unasked_gradients,
    sparse_maxima,
    spread_adjoints,
    merged_convolutions,
    tiles,
    fused_pointwise
};
inline constexpr int saving_count = 10;

struct saving_words {
    std::string_view name, meaning;
};

constexpr saving_words words_of(saving saving) {
    switch (saving) {
        case saving::unread_outputs:
            return {"unread outputs", "an output is computed at the steps at which somebody reads it"};
        case saving::unread_states:
            return {"unread states", "so is a state, and what is fed back; a lesioned type's is not"};
        case saving::still_input:
            return {"input out of the time loop", "a still image gives the same at every step"};
        case saving::zero_states:
            return {"zero states", "a convolution of zeros (starts, lesions) gives zeros"};
        case saving::unasked_gradients:
            return {"unasked gradients",
                    "nobody asks for those of the image and of starts (autograd spares them, too)"};
        case saving::sparse_maxima:
            return {"sparse maxima", "the readout's maxima send their gradients to the places that they came from"};
        case saving::spread_adjoints:
            return {"spread half grids", "the way back from a half grid multiplies zeros between its places: a cost"};
        case saving::merged_convolutions:
            return {"merged convolutions", "edges of one source and target map read and write it together"};
        case saving::tiles:
            return {"tiles", "Winograd's multiply less, where that pays; carrying maps to their points is not counted"};
        case saving::fused_pointwise:
            return {"fused pointwise", "sums start from what is there; nonlinearity and leaky step are one pass"};
    }
    return {};
}

/// The first rules of the list, so many.
struct applied_savings {
    int count = saving_count;
    constexpr bool has(saving saving) const { return static_cast<int>(saving) < count; }
};

/// A run whose work is counted: a gradient arrives for all that is read, and is wanted for all parameters, but not for
/// the stimulus and initial values.
class known_run : public run_facts {
  public:
    constexpr known_run(const plan::network& network, const plan::run& run)
        : run_facts(network, run), sums_go_by_tiles_(plan::sums_go_by_tiles(network)) {
        weight_is_at_points_.assign(network.parameters.size(), false);
        const auto mark = [this](const auto& edge) { weight_is_at_points_[at(edge.weight)] = true; };
        for (const auto& one : schedule().convolutions)
            if (pays_by_tiles(network, one))
                for (const int index : one.edges) mark(network.edges[at(index)]);
        for (const auto& edge : network.feedback)
            if (pays_by_tiles(edge)) mark(edge);
    }

    /// Whether the gradients of an edge, or of one of feedback, go by tiles; and sums, if any do.
    template <class Edge>
    constexpr bool is_by_tiles(const Edge& edge) const {
        return weight_is_at_points_[at(edge.weight)];
    }
    constexpr bool sums_go_by_tiles() const { return sums_go_by_tiles_; }

  private:
    flags weight_is_at_points_{};  ///< by parameter
    bool sums_go_by_tiles_;
};

}  // namespace cortexpr::plan
