#pragma once
// A convolution made ready for the kernels: its weights packed for each direction, and their gradients unpacked again.

#include "layouts.hpp"
#include "packing.hpp"

namespace cortexpr::executors::planned {

/// Weights as kernels read them in one direction. An empty packing holds none.
template <class Scalar>
struct packed_weights {
    bool is_winograd = false;  ///< of a tile, else by tap
    packing ranges{};
    aligned_vector<Scalar> values{};
};

/// A merged convolution, or a feedback edge's.
template <class Scalar>
struct ready_convolution {
    ready_convolution(const plan::merged_convolution& what, const plan::run_facts& facts, const layouts<Scalar>& maps,
                      bool backward);
    ready_convolution(int feedback_edge, const plan::run_facts& facts, const layouts<Scalar>& maps, bool backward);

    plan::merged_convolution what;
    std::vector<plan::weight_block> connections;
    map_layout source, target;
    bool is_winograd = false;               ///< sums and gradients
    bool has_kinks = false;                 ///< sums that are nearly 0 are taken by tap
    packed_weights<Scalar> forward{};       ///< of sums
    packed_weights<Scalar> adjoint{};       ///< with taps in reverse order; empty if there is no backward pass
    packed_weights<Scalar> forward_taps{};  ///< beside `forward` as Winograd; empty where nothing reads them
    // For an edge that is alone, because it has a nonlinearity of its own or is feedback:
    aligned_vector<Scalar> bias{};
    std::vector<kernels::lane_group<Scalar>> lanes{};  ///< of its target, with its nonlinearity
    int sign = 1;
    int bias_parameter = -1;
    // Offsets in a worker's gradients. Weights lie there as in gradient_packing() and as in taps(); of
    // direct sums both are one.
    std::size_t weight_gradient = 0, tap_gradient = 0, bias_gradient = 0;
    bool has_tap_gradient = true;  ///< else nothing writes that one

    /// By tap, for the argmax positions, which the backward pass visits one by one.
    const packed_weights<Scalar>& taps() const { return forward.is_winograd ? forward_taps : forward; }
    /// By point of a tile, or by tap.
    const packing& gradient_packing() const { return forward.ranges; }
    /// Whether nothing passes any of its edges.
    bool is_cut() const { return what.edges.empty(); }
    std::size_t tap_count() const { return plan::index(what.extent.height) * plan::index(what.extent.width); }

    void pack(std::span<const Scalar* const> parameters, bool rounds);
    void assign_gradients(line_offsets<Scalar>& offsets);
    /// From sums of gradients to those of its parameters, which are set where they are not null.
    void unpack(const Scalar* gradients, std::span<Scalar* const> parameters) const;

  private:
    /// The packings that the run reads.
    void choose_packings(const plan::run_facts& facts, int lanes, bool backward);
};

}  // namespace cortexpr::executors::planned
