#include "../kernels/cuda/sized/fit.hpp"

#include <cortexpr/schedule/on_chip/parameters.hpp>
#include <cortexpr/view/plan.hpp>

#include <fmt/format.h>

namespace cortexpr::view {

namespace {

namespace sized = kernels::cuda::sized;

std::string on_chip_text(const plan::network& network) {
    const auto chip = plan::fit_on_chip(network);
    if (!chip.fits())
        return fmt::format(
            "batched: LibTorch convolves, cortexpr's kernels step the states\n"
            "  not on chip: {}\n",
            plan::text_of(chip.obstacle));
    const auto fit = sized::fit_of(plan::on_chip_sizes_of(network, 1), plan::on_chip_nonlinearities_of(network).data());
    if (!fit.fits()) {
        char reason[256];
        sized::explain(fit, reason, sizeof reason);
        return fmt::format(
            "on chip, by kernels of any size\n"
            "  shared memory: forward {} bytes, backward {}\n"
            "  no kernels for these sizes alone, which are faster: {}\n",
            chip.forward_bytes, chip.backward_bytes, reason);
    }
    const auto layout = sized::layout_of(fit.of);
    return fmt::format(
        "on chip, by kernels for these sizes\n"
        "  shared memory: forward {} bytes, backward {}\n"
        "  an image: {} warps, each for {} x 8 positions; a multiprocessor: {} images forward, {} backward\n",
        layout.forward_bytes, layout.backward_bytes, layout.groups, layout.units, layout.forward_residents,
        layout.backward_residents);
}

}  // namespace

std::string gpu_text(const plan::network& network) {
    return fmt::format(
        "kernels on a CUDA GPU (Hopper)\n"
        "bfloat16: {}"
        "float32 and tf32: batched: LibTorch convolves, cortexpr's kernels step the states\n",
        on_chip_text(network));
}

}  // namespace cortexpr::view
