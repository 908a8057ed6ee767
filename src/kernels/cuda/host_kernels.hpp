#pragma once
// The library's functions on the CPU, block after block on host_block: to test what calls them where no GPU is, and to
// hold the device's results to.

#include "head_kernels.hpp"
#include "host_block.hpp"
#include "merging_kernels.hpp"
#include "on_chip_backward.hpp"
#include "on_chip_forward.hpp"
#include "pointwise_kernels.hpp"
#include "sized/host_kernels.hpp"
#include "sized/passes.hpp"
#include "update_kernels.hpp"

namespace cortexpr::kernels::cuda::host {

/// run(block) for each block of a launch.
template <class Run>
void launch(int blocks, int threads, std::size_t shared_bytes, Run run) {
    for (int i = 0; i < blocks; ++i) {
        host_block block(i, blocks, threads, shared_bytes);
        run(block);
    }
}

inline constexpr int threads = 64;  // fewer than on a device, where the result must be the same but for rounding

template <class Run>
int with_storage(storage as, Run run) {
    as == storage::bfloat16 ? run(bfloat16{}) : run(float{});
    return 0;
}

inline void add(const float* slices, int count, std::size_t size, float* total) {
    launch(1, threads, 0,
           [&](auto& block) { add_slices(block, slices, count, static_cast<std::ptrdiff_t>(size), total); });
}

inline int step(const map_step_job* job, void* /*stream*/) {
    return with_storage(job->as, [&](auto as) {
        launch(map_blocks(job->sizes), threads, 0, [&](auto& block) {
            is_wide(*job) ? step_map<decltype(as), widest>(block, *job) : step_map<decltype(as), 1>(block, *job);
        });
    });
}

inline int step_adjoint(const map_step_adjoint_job* job, void* /*stream*/) {
    return with_storage(job->as, [&](auto as) {
        using storage_type = decltype(as);
        const int blocks = map_blocks(job->sizes);
        if (job->rate_by_position)
            launch(1, threads, 0, [&](auto& block) { position_rate_adjoint<storage_type>(block, *job); });
        launch(blocks, threads, step_adjoint_shared_bytes(threads), [&](auto& block) {
            is_wide(*job) ? step_map_adjoint<storage_type, widest>(block, *job)
                          : step_map_adjoint<storage_type, 1>(block, *job);
        });
        add(job->partial, blocks, 2 * static_cast<std::size_t>(job->sizes.channels), job->channel_gradient);
    });
}

inline int maxima(const map_maxima_job* job, void* /*stream*/) {
    return with_storage(job->as, [&](auto as) {
        launch(job->sizes.images * job->pool_height * job->pool_width, threads, maxima_shared_bytes(threads),
               [&](auto& block) { find_map_maxima<decltype(as)>(block, *job); });
    });
}

inline int maxima_adjoint(const maxima_adjoint_job* job, void* /*stream*/) {
    return with_storage(job->as, [&](auto as) {
        const auto size = maxima_adjoint_gradient_floats(*job);
        const int blocks = maxima_adjoint_blocks(job->states.images);
        launch(blocks, threads, 0, [&](auto& block) {
            cuda::maxima_adjoint<decltype(as), host_block>(block, *job, static_cast<std::ptrdiff_t>(size)).run();
        });
        add(job->partial, blocks, size, job->gradient);
    });
}

/// Sized kernels are those of the shapes that sized::host::known was called for.
inline int on_chip_choose(const on_chip_sizes* sizes, const std::uint8_t* names, int /*device*/,
                          on_chip_choice* choice) {
    *choice = {};
    const auto found = sized::fit_of(*sizes, names);
    sized::explain(found, choice->reason, sizeof choice->reason);
    if (!found.fits()) return 0;
    const auto& sets = sized::host::sets();
    for (std::size_t i = 0; i < sets.size(); ++i)
        if (sets[i].of == found.of) choice->kernels = static_cast<int>(i);
    if (choice->kernels == on_chip_choice::any_size)
        std::snprintf(choice->reason, sizeof choice->reason, "there is no compiler for CUDA here");
    else
        choice->shape = found.of;
    return 0;
}

inline int on_chip_forward(const on_chip_forward_job* job, void* /*stream*/) {
    if (job->choice.kernels != on_chip_choice::any_size) {
        const auto& kernels = sized::host::sets().at(static_cast<std::size_t>(job->choice.kernels));
        kernels.pack(sized::packing_of(*job), sized::thread_order::ascending);
        kernels.forward(sized::pass_of(*job), sized::thread_order::ascending);
        return 0;
    }
    const auto layout = layout_of(job->sizes);
    launch(on_chip_blocks(job->images), layout.threads, layout.forward_bytes,
           [&](auto& block) { cuda::on_chip_forward<host_block>(block, *job, layout).run(); });
    return 0;
}

inline int on_chip_backward(const on_chip_backward_job* job, void* /*stream*/) {
    if (job->choice.kernels != on_chip_choice::any_size && job->images > 0) {
        const auto& kernels = sized::host::sets().at(static_cast<std::size_t>(job->choice.kernels));
        kernels.backward(sized::pass_of(*job), on_chip_slices(job->choice, job->sizes, job->images),
                         sized::thread_order::ascending);
        kernels.sum(sized::sums_of(*job), sized::thread_order::ascending);
        return 0;
    }
    const auto layout = layout_of(job->sizes);
    const int blocks = on_chip_blocks(job->images);
    launch(blocks, layout.threads, layout.backward_bytes,
           [&](auto& block) { cuda::on_chip_backward<host_block>(block, *job, layout).run(); });
    add(job->partial, blocks * layout.splits, on_chip_gradient_floats(job->sizes), job->gradient);
    return 0;
}

inline int head(const head_job* job, void* /*stream*/) {
    launch(head_blocks(job->sizes.rows), threads, head_shared_bytes(job->sizes),
           [&](auto& block) { head_rows_forward<host_block>(block, *job).run(); });
    return 0;
}

inline int head_adjoint(const head_adjoint_job* job, void* /*stream*/) {
    launch(head_blocks(job->sizes.rows), threads, head_adjoint_shared_bytes(job->sizes),
           [&](auto& block) { head_rows_adjoint<host_block>(block, *job).run(); });
    const int first = gradient_blocks(first_layer(*job)), second = gradient_blocks(second_layer(*job));
    launch(first + second, threads, head_gradient_shared_bytes(),
           [&](auto& block) { head_gradients(block, *job, first); });
    return 0;
}

inline int loss(const loss_job* job, void* /*stream*/) {
    const int blocks = loss_blocks(job->rows);
    launch(blocks, threads, loss_shared_bytes(threads),
           [&](auto& block) { loss_of_rows<host_block>(block, *job).run(); });
    if (blocks > 1) launch(1, threads, 0, [&](auto& block) { add_losses(block, *job, blocks); });
    return 0;
}

inline int merge(const merge_job* job, void* /*stream*/) {
    launch(2, threads, 0, [&](auto& block) { merge_numbers(block, *job); });
    return 0;
}

inline int split(const split_job* job, void* /*stream*/) {
    launch(2, threads, 0, [&](auto& block) { split_gradient(block, *job); });
    return 0;
}

inline int update(const update_job* job, void* /*stream*/) {
    constexpr auto shared = update_shared_bytes(threads);
    const auto for_each_table = [&](auto run) {
        for (int first = 0; first < job->segment_count; first += update_table::most) {
            const auto table = table_of(*job, first);
            run(table, static_cast<int>(table.blocks()));
        }
    };
    if (job->clip_norm > 0)
        for_each_table([&](const update_table& table, int blocks) {
            launch(blocks, threads, shared, [&](auto& block) { sum_squares(block, table); });
        });
    for_each_table([&](const update_table& table, int) {
        launch(1, threads, shared, [&](auto& block) { prepare_update(block, table); });
    });
    for_each_table([&](const update_table& table, int blocks) {
        launch(blocks, threads, 0, [&](auto& block) { update_elements(block, table); });
    });
    return 0;
}

}  // namespace cortexpr::kernels::cuda::host
