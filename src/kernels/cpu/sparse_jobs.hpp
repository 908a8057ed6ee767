#pragma once
// What the sparse executor asks of the CPU: a recurrent step over synapses that are given one by one, and its adjoint.
// Part of each instruction set's table (kernels.hpp).
//
// Arrays over neurons lie as [neuron][stride]: the samples of a batch side by side, padded_batch() of them. Padding of
// what callers give may hold anything; that of signed states and of a drive's adjoint is kept 0, so that it never
// reaches a sum over samples.

#include <cortexpr/numbers/activation.hpp>

#include <cstddef>
#include <cstdint>

namespace cortexpr::kernels {

/// The samples of a batch as padded: 1, or 16, 32 or 64 bytes, or a multiple of 32.
template <class Scalar>
constexpr int padded_batch(int batch) {
    constexpr int unit = 16 / static_cast<int>(sizeof(Scalar));
    if (batch <= 1) return 1;
    if (batch <= unit) return unit;
    if (batch > 2 * unit && batch <= 4 * unit) return 4 * unit;
    return (batch + 2 * unit - 1) / (2 * unit) * (2 * unit);
}

/// How many synapses before its turn a synapse's states are fetched: the third-level cache takes as long to answer as
/// 64 synapses take (docs/dev/connectomes.md).
inline constexpr int synapses_ahead = 64;

/// Synapses line by line: line i has those from starts[i] to starts[i + 1], and each names the neuron at its other end,
/// in 16 bits where all neurons fit. A line is a postsynaptic neuron ("by rows") or a presynaptic one ("by columns").
/// Where states are fetched ahead, `synapses_ahead` more ends follow the last, of any neuron.
struct synapse_lines {
    const std::int64_t* starts = nullptr;
    const std::uint16_t* short_ends = nullptr;  ///< or null, and then:
    const std::uint32_t* long_ends = nullptr;
    bool fetches_ahead = false;
};

/// Neighbouring neurons with one nonlinearity, from the end of the range before to `last`.
template <class Scalar>
struct neuron_range {
    std::int32_t last = 0;
    pointwise_function<Scalar> function{};
    bool rectified = false;  ///< max(0, function(drive)), with slope 0 at 0 and below
};

/// Neurons from first to last of one step:
///   f = function(drive + W signed_state);   h = h_before + rate (f - h_before);   signed_after = sign h
/// where `signed_state` is sign h of the step before.
template <class Scalar>
struct sparse_step_job {
    int first = 0, last = 0;
    int batch = 1, stride = 1;
    synapse_lines rows;
    const Scalar* weights = nullptr;  ///< in the order of the rows
    const Scalar* drive = nullptr;
    const Scalar* before = nullptr;  ///< signed; null: all zero, and no weight is read
    const Scalar* sign = nullptr;    ///< by neuron, +1 or -1
    const Scalar* rate = nullptr;    ///< by neuron; null: 1
    const neuron_range<Scalar>* ranges = nullptr;
    Scalar* after = nullptr;
    Scalar* saved = nullptr;  ///< f, or its argument where f doesn't tell the slope; null: not saved
};

/// The adjoint of a step's pointwise part, for neurons from first to last. From the adjoint of h:
///   drive' = rate slope h';   rate' += sum over samples of h' (f - h_before);   h' becomes h' (1 - rate).
template <class Scalar>
struct sparse_pointwise_adjoint {
    const Scalar* saved = nullptr;   ///< null: f is read from `after`
    const Scalar* after = nullptr;   ///< signed; read where `saved` is null
    const Scalar* before = nullptr;  ///< signed; null: all zero
    const Scalar* sign = nullptr;
    const Scalar* rate = nullptr;  ///< null: 1
    const neuron_range<Scalar>* ranges = nullptr;
    Scalar* drive = nullptr;  ///< drive'
    /// += drive' where not null: the adjoint of a drive that all steps share
    Scalar* constant_drive_adjoint = nullptr;
    Scalar* rate_sum = nullptr;  ///< by neuron; null: not needed
};

/// The adjoint of W signed_state, for columns from first to last, and of the step before in the same pass:
///   w' (+)= sum over samples of drive'(post) signed_state(pre);   h'(pre) += sign sum of w drive'(post) +
///   arriving(pre);
/// then `next` on h'.
template <class Scalar>
struct sparse_adjoint_job {
    int first = 0, last = 0;
    int batch = 1, stride = 1;
    synapse_lines columns;
    const Scalar* weights = nullptr;          ///< in the order of the columns
    Scalar* weight_gradient = nullptr;        ///< the same order; null: not needed
    bool replace = false;                     ///< the weight gradient instead of adding to it
    const Scalar* drive_adjoint = nullptr;    ///< drive' of this step; null: only what arrives
    const Scalar* signed_state = nullptr;     ///< what this step read
    const Scalar* sign = nullptr;             ///< by neuron
    const Scalar* arriving = nullptr;         ///< added to h'; null: nothing
    Scalar* state = nullptr;                  ///< h'; null: not needed
    bool fresh = false;                       ///< h' starts as 0
    sparse_pointwise_adjoint<Scalar> next{};  ///< where next.drive is not null
};

template <class Scalar>
struct sparse_kernels {
    void (*step)(const sparse_step_job<Scalar>&);
    void (*adjoint)(const sparse_adjoint_job<Scalar>&);
};

}  // namespace cortexpr::kernels
