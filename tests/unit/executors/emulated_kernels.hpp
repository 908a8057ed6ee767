#pragma once
// The CUDA kernels, run thread by thread on the CPU, for networks on the CPU: what the engine does with kernels of its
// own, where no GPU is.

#include <cstddef>

namespace cortexpr::test {

/// They are in place while this lives. Of the sized kernels there are those of one network: 16 channels of sigmoid, which
/// reach the output of 6, and 10 of softplus; 2 x 9 x 12 images, 3 x 3 extents.
class emulated_kernels {
  public:
    /// `shared_bytes`: what a thread block can have.
    explicit emulated_kernels(std::size_t shared_bytes = 227 * 1024);
    emulated_kernels(const emulated_kernels&) = delete;
    emulated_kernels& operator=(const emulated_kernels&) = delete;
    ~emulated_kernels();

    /// How often each was called since then.
    struct counts {
        int steps = 0, step_adjoints = 0, maxima = 0, maxima_adjoints = 0, on_chip_forward = 0, on_chip_backward = 0;
        int cell_steps = 0, cell_adjoints = 0, line_products = 0, reorders = 0, group_sums = 0;
    };
    static counts calls();
    /// From now on all fail as a GPU's would.
    static void fail();
};

}  // namespace cortexpr::test
