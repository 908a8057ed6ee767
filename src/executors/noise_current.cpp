#include "noise_current.hpp"

#include "../kernels/cpu/kernels.hpp"

#include <ATen/Parallel.h>
#include <ATen/ops/zeros.h>

namespace cortexpr::executors {

namespace {

/// (B, H, W, C), with zeros where nothing is reached.
template <class Scalar>
at::Tensor drawn(const noise_current& noise, int step) {
    const auto& shape = noise.shape;
    const auto batch = noise.keys.numel();
    auto all = at::zeros({batch, shape.height, shape.width, shape.channels}, noise.options.device(at::kCPU));
    const auto row = std::ptrdiff_t{shape.width} * shape.channels;
    kernels::noise_job<Scalar> job{
        .height = shape.height,
        .width = shape.width,
        .channels = shape.channels,
        .drive = {},
        .amount = static_cast<Scalar>(noise.deviation),
        .amounts = noise.amounts.defined() ? noise.amounts.const_data_ptr<Scalar>() : nullptr,
        .step = static_cast<std::uint32_t>(step + noise.steps_before),
        .stream = noise.stream};
    auto* data = all.mutable_data_ptr<Scalar>();
    const auto* keys = noise.keys.const_data_ptr<std::int64_t>();
    const auto& kernels = kernels::kernels_for_this_cpu<Scalar>();
    at::parallel_for(0, batch, 1, [&](std::int64_t first, std::int64_t last) {
        std::vector<float> scratch(kernels::noise_scratch(shape.width, shape.channels));
        auto own = job;
        own.scratch = scratch.data();
        for (auto image = first; image < last; ++image) {
            if (!noise.reaches(image)) continue;
            own.drive = {data + image * shape.size(), row, shape.channels};
            own.key = static_cast<std::uint64_t>(keys[image]);
            kernels.add_noise(own);
        }
    });
    return all;
}

}  // namespace

at::Tensor noise_current::at_step(int step) const {
    const bool is_double = options.dtype() == at::kDouble;
    const auto all = is_double ? drawn<double>(*this, step) : drawn<float>(*this, step);
    return all.permute({0, 3, 1, 2}).to(options.device());
}

}  // namespace cortexpr::executors
