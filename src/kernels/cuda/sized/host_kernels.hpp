#pragma once
// The sized kernels on the CPU, for the shapes that a test or bench names.

#include "backward.hpp"
#include "fit.hpp"
#include "forward.hpp"
#include "pack.hpp"
#include "sums.hpp"

#include "../on_chip.hpp"

#include <vector>

namespace cortexpr::kernels::cuda::sized::host {

template <class Body>
void launch(int blocks, int threads, int shared_bytes, thread_order order, Body body) {
    for (int i = 0; i < blocks; ++i) {
        const int index = order == thread_order::ascending ? i : blocks - 1 - i;
        run_block(index, blocks, threads, static_cast<std::size_t>(shared_bytes), order, body);
    }
}

template <shape S>
void pack(const pack_job& job, thread_order order = thread_order::ascending) {
    launch(2, 64, 0, order, [&] { packing<S>(job).run(); });
}
template <shape S>
void forward(const forward_job& job, thread_order order = thread_order::ascending) {
    constexpr auto layout = layout_of(S);
    launch(job.images, layout.forward_threads, layout.forward_bytes, order, [&] { forward_pass<S>(job).run(); });
}
template <shape S>
void backward(const backward_job& job, int blocks, thread_order order = thread_order::ascending) {
    constexpr auto layout = layout_of(S);
    launch(blocks, layout.backward_threads, layout.backward_bytes, order, [&] { backward_pass<S>(job).run(); });
}
template <shape S>
void sum(const sum_job& job, thread_order order = thread_order::ascending) {
    using sums = gradient_sums<S>;
    launch(sums::blocks(), sums::threads, sums::threads * 4, order, [&] { sums(job).run(); });
}

/// As on a device: by number.
struct kernel_set {
    shape of;
    void (*pack)(const pack_job&, thread_order);
    void (*forward)(const forward_job&, thread_order);
    void (*backward)(const backward_job&, int, thread_order);
    void (*sum)(const sum_job&, thread_order);
};
inline std::vector<kernel_set>& sets() {
    static std::vector<kernel_set> all;
    return all;
}
/// Makes the kernels of a shape known; its number.
template <shape S>
int known() {
    static const int number = [] {
        static_assert(layout_of(S).obstacle == misfit::nothing);
        sets().push_back({S, pack<S>, forward<S>, backward<S>, sum<S>});
        return static_cast<int>(sets().size()) - 1;
    }();
    return number;
}

}  // namespace cortexpr::kernels::cuda::sized::host
