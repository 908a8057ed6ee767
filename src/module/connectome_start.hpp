#pragma once
// Parameters and states of a connectome as a run needs them, and what they start from.

#include "../executors/connectome/entries.hpp"
#include "../executors/connectome/projection.hpp"
#include "connectome_layout.hpp"

#include <ATen/core/Generator.h>
#include <ATen/core/Tensor.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <span>

namespace cortexpr {

/// Which entry of a parameter each cell reads; the entry after the last stands for cells without one.
struct cell_entries {
    std::optional<executors::entry_reader> reader{};  ///< none: each its own
    bool some_have_none = false;
};

/// A stimulus's or output's lists as tensors.
struct projection_indices {
    at::Tensor cells{};                                          ///< undefined where they are all, in order
    at::Tensor channels{};                                       ///< of a sparse one, by entry
    std::shared_ptr<const executors::projection_lines> lines{};  ///< of a sparse one; null: no kernels
};

/// The layout's lists as tensors of a device and element type: the same at every run.
struct connectome_indices {
    /// \param adds_in_order  gradients of what cells and synapses share are added up by kernels, where there are some
    connectome_indices(const connectome_layout& layout, at::Device device, at::ScalarType dtype, bool adds_in_order);

    std::optional<executors::entry_reader> weights{};  ///< by synapse; none: each its own
    at::Tensor counts{};                               ///< by synapse; undefined where the layout has none
    cell_entries bias{}, tau{};
    projection_indices stimulus{}, output{};
    at::Tensor start{};  ///< states before the first step, (N, 1); undefined where all are zero, or some are drawn
};

/// Parameters by cell and synapse, differentiable.
struct connectome_operands {
    connectome_operands(const connectome_layout& layout, const connectome_indices& indices,
                        std::span<const at::Tensor> parameters);

    at::Tensor weights;  ///< by synapse
    at::Tensor bias;     ///< (N, 1); undefined where no cell has one
    at::Tensor rates;    ///< 1 / tau, (N, 1)
    executors::projection_operands stimulus, output;
};

/// Draws all parameters: weights as laid out, biases and time constants as declared, dense layers as the framework
/// does.
void draw_start(const connectome_layout& layout, std::span<const at::Tensor> parameters, std::uint64_t seed);

/// Whether some types' states are drawn before the first step.
bool draws_starts(const connectome_layout& layout);

/// States before the first step, (N, B); undefined where all are zero.
at::Tensor declared_start(const connectome_layout& layout, const connectome_indices& indices, std::int64_t batch,
                          at::Device device, at::ScalarType dtype, const at::Generator& draws);

/// The same from (B, N) or (1, N). \throws usage_error  another shape or device, or a negative rate against Dale's law
at::Tensor given_start(const connectome_layout& layout, const at::Tensor& state, std::int64_t batch, at::Device device,
                       at::ScalarType dtype);

}  // namespace cortexpr
