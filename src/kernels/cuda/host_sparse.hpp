#pragma once
// The functions of sparse.hpp on the CPU, as host_kernels.hpp has the others.

#include "host_block.hpp"
#include "sparse_kernels.hpp"

namespace cortexpr::kernels::cuda::host {

/// Thread blocks of some size and order; another order must give the same bits.
struct sparse_launch {
    int threads = 64;
    host_block::order order = host_block::order::ascending;

    template <class Run>
    void blocks(int count, std::size_t shared_bytes, Run run) const {
        for (int i = 0; i < count; ++i) {
            const bool ascending = order == host_block::order::ascending;
            host_block block(ascending ? i : count - 1 - i, count, threads, shared_bytes, order);
            run(block);
        }
    }

    void step(const cell_step_job& job) const {
        const auto share = shares_of(job.batch, job.rows);
        blocks(line_blocks(job.rows, share, threads), line_shared_bytes(job.batch, share, threads), [&](auto& block) {
            samples_of_lane(job.batch) == 1 ? step_cells<1>(block, job, share)
                                            : step_cells<widest_samples>(block, job, share);
        });
    }

    void adjoint(const cell_adjoint_job& job) const {
        const auto share = shares_of(job.batch, job.columns);
        const bool is_narrow = samples_of_lane(job.batch) == 1;
        blocks(line_blocks(job.columns, share, threads), line_shared_bytes(job.batch, share, threads),
               [&](auto& block) {
                   if (weights_need_grad(job)) {
                       is_narrow ? step_cells_adjoint<1, true>(block, job, share)
                                 : step_cells_adjoint<widest_samples, true>(block, job, share);
                   } else {
                       is_narrow ? step_cells_adjoint<1, false>(block, job, share)
                                 : step_cells_adjoint<widest_samples, false>(block, job, share);
                   }
               });
    }

    void product(const line_product_job& job) const {
        const auto share = shares_of(job.batch, job.order);
        const bool is_narrow = samples_of_lane(job.batch) == 1;
        blocks(line_blocks(job.order, share, threads), line_shared_bytes(job.batch, share, threads), [&](auto& block) {
            if (weights_need_grad(job)) {
                is_narrow ? multiply_lines<1, true>(block, job, share)
                          : multiply_lines<widest_samples, true>(block, job, share);
            } else {
                is_narrow ? multiply_lines<1, false>(block, job, share)
                          : multiply_lines<widest_samples, false>(block, job, share);
            }
        });
    }

    void reorder(const reorder_job& job) const {
        blocks(2, 0, [&](auto& block) { cuda::reorder(block, job); });
    }

    void group_sums(const group_sums_job& job) const {
        blocks(2, 0, [&](auto& block) {
            add_segments(block, job.chunks, job.chunk_starts, job.order, job.from, job.partial);
        });
        blocks(2, 0,
               [&](auto& block) { add_segments(block, job.groups, job.group_starts, nullptr, job.partial, job.to); });
    }
};

inline int cell_step(const cell_step_job* job, void* /*stream*/) {
    sparse_launch{}.step(*job);
    return 0;
}
inline int cell_adjoint(const cell_adjoint_job* job, void* /*stream*/) {
    sparse_launch{}.adjoint(*job);
    return 0;
}
inline int line_product(const line_product_job* job, void* /*stream*/) {
    sparse_launch{}.product(*job);
    return 0;
}
inline int reorder(const reorder_job* job, void* /*stream*/) {
    sparse_launch{}.reorder(*job);
    return 0;
}
inline int group_sums(const group_sums_job* job, void* /*stream*/) {
    sparse_launch{}.group_sums(*job);
    return 0;
}

}  // namespace cortexpr::kernels::cuda::host
