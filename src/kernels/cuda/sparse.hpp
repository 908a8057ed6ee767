#pragma once
// The interface of the kernels for connectomes: steps of single cells that are joined by synapses, and their adjoint.
// Pointers to device memory, sizes and a stream; functions are found by name in the library, which nothing links
// (dlsym). They return 0, or a cudaError_t. No atomics: each sum is taken in an order that depends on the wiring and
// the batch alone.
//
// Arrays over cells are (cells, batch). A synapse reads a row of the batch at its other end, which is contiguous.

#include <cortexpr/numbers/activation.hpp>

#include <cstddef>
#include <cstdint>

namespace cortexpr::kernels::cuda {

/// Synapses by line: those onto a cell (rows, which a step walks), or from it (columns, which its adjoint walks).
struct synapse_order {
    int lines = 0;       ///< as many as there are cells
    int long_lines = 0;  ///< the first ones: each is shared by a thread block
    int synapses = 0;
    const std::int32_t* cells = nullptr;   ///< (lines): whose line it is
    const std::int32_t* starts = nullptr;  ///< (lines + 1)
    const std::int32_t* ends = nullptr;    ///< (synapses): the cell at the other end
};

/// Names that are applied one after another, the first first; a cell's rates are rectified after them.
struct alignas(8) cell_function {
    activation members[longest_chain]{};
    std::uint8_t length = 1;
    std::uint8_t is_rectified = 0;
};

/// What a step knows of its cells.
struct cell_rules {
    const std::uint16_t* function_of = nullptr;  ///< (cells): into functions
    const cell_function* functions = nullptr;
    const float* sign = nullptr;  ///< (cells): +1 or -1
    const float* rate = nullptr;  ///< (cells): 1/tau
};

/// z = drive + W (s before); after = before + rate (f(z) - before).
struct cell_step_job {
    int batch = 0;
    synapse_order rows{};
    const float* weights = nullptr;  ///< in the rows' order, times the sign of the presynaptic cell
    cell_rules rules{};
    const float* drive = nullptr;
    const float* before = nullptr;  ///< null: zeros
    float* after = nullptr;
    float* saved = nullptr;  ///< for the adjoint: f(z), or z where f doesn't tell its slope; or null
};

/// What the adjoint of a step writes of the step before it.
struct cell_slopes {
    const float* saved = nullptr;             ///< of that step; null: there is none
    const float* before = nullptr;            ///< that step's; null: zeros
    float* drive = nullptr;                   ///< adjoint of that step's drive
    float* constant_drive_adjoint = nullptr;  ///< (cells, batch): added to, or null
    float* rate_sum = nullptr;                ///< (cells): added to, or null
};

/// One pass between two steps, t and the one before: from the adjoint of t's drive to the adjoint of the states that t
/// read, and on through the step that made these; the gradient of the weights on the way.
struct cell_adjoint_job {
    int batch = 0;
    synapse_order columns{};
    const float* weights = nullptr;  ///< in the columns' order
    cell_rules rules{};
    const float* drive_adjoint = nullptr;  ///< of step t; null: no step reads these states
    const float* states = nullptr;         ///< that step t read; null: zeros, which give the weights no gradient
    const float* arriving = nullptr;       ///< adjoint of these states from outside; or null
    float* state = nullptr;                ///< what reaches these states past the synapses; null: not needed
    float* weight_gradient = nullptr;      ///< in the columns' order; null: not needed
    cell_slopes next{};
    bool is_first = false;      ///< of a backward pass: `state` and the sums of `next` are set, and not added to
    bool sets_weights = false;  ///< weight_gradient is set, and not added to
};

/// to = W from: what a projection's entries do, where lines are targets and ends sources. Its adjoint is the same the
/// other way round, with the gradient of the weights on the way.
struct line_product_job {
    int batch = 0;
    synapse_order order{};
    const float* weights = nullptr;    ///< in that order
    const float* from = nullptr;       ///< (ends, batch)
    float* to = nullptr;               ///< (lines, batch), set; null: not needed
    const float* own = nullptr;        ///< (lines, batch): what the adjoint's lines gave forward
    float* weight_gradient = nullptr;  ///< in that order; null: not needed
    bool sets_weights = false;         ///< weight_gradient is set, and not added to
};

/// to[i] = from[order[i]], times the sign of a cell.
struct reorder_job {
    std::ptrdiff_t size = 0;
    const float* from = nullptr;
    const std::int32_t* order = nullptr;
    const float* sign = nullptr;          ///< by cell, or null: 1
    const std::int32_t* cells = nullptr;  ///< (size): whose sign
    float* to = nullptr;
};

/// to[g] = the sum over group g of from[order[i]]: the adjoint of entries that several share. Groups are cut in chunks,
/// whose sums are added up in their order.
struct group_sums_job {
    int groups = 0, chunks = 0;
    const std::int32_t* order = nullptr;         ///< group by group
    const std::int32_t* chunk_starts = nullptr;  ///< (chunks + 1): into order
    const std::int32_t* group_starts = nullptr;  ///< (groups + 1): into chunks
    const float* from = nullptr;
    float* partial = nullptr;  ///< (chunks)
    float* to = nullptr;       ///< (groups)
};
/// Numbers that a warp adds up: 32 for each lane. Not tuned.
inline constexpr int items_of_chunk = 1024;

}  // namespace cortexpr::kernels::cuda

extern "C" {
[[gnu::visibility("default")]] int cortexpr_cuda_cell_step(const cortexpr::kernels::cuda::cell_step_job* job,
                                                           void* stream);
[[gnu::visibility("default")]] int cortexpr_cuda_cell_adjoint(const cortexpr::kernels::cuda::cell_adjoint_job* job,
                                                              void* stream);
[[gnu::visibility("default")]] int cortexpr_cuda_line_product(const cortexpr::kernels::cuda::line_product_job* job,
                                                              void* stream);
[[gnu::visibility("default")]] int cortexpr_cuda_reorder(const cortexpr::kernels::cuda::reorder_job* job, void* stream);
[[gnu::visibility("default")]] int cortexpr_cuda_group_sums(const cortexpr::kernels::cuda::group_sums_job* job,
                                                            void* stream);
}
