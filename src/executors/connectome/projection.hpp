#pragma once
// How a stimulus reaches cells, and how outputs are read from them. Tensors are (steps, channels or cells, batch).

#include "sparse_projection.hpp"

#include <cortexpr/plan/connectome.hpp>

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <memory>

namespace cortexpr::executors {

/// A stimulus or output part whose cells are known; index tensors live where the parameters do.
struct projection_operands {
    projection_kind kind = projection_kind::one_to_one;
    std::int64_t size = 0;        ///< inputs or outputs
    std::int64_t cell_count = 0;  ///< of the network
    bool is_every_cell = false;
    at::Tensor cells{}, channels{};                   ///< int64
    at::Tensor weight{}, bias{};                      ///< parameters; undefined where there are none
    std::shared_ptr<const projection_lines> lines{};  ///< of a sparse one, for kernels; null: LibTorch's operations
};

/// The drive (T, N, B) of all cells by inputs (T, S, B).
at::Tensor drive_of(const projection_operands& stimulus, const at::Tensor& inputs);

/// Outputs (T, O, B) from states (T, N, B).
at::Tensor outputs_of(const projection_operands& output, const at::Tensor& states);

}  // namespace cortexpr::executors
