#pragma once
// The sized kernels, for nvcc and NVRTC. Shape has a constant `value`: nvcc can launch no kernel whose template
// argument is an object.

#include "backward.hpp"
#include "forward.hpp"
#include "pack.hpp"
#include "sums.hpp"

namespace cortexpr::kernels::cuda::sized {

template <class Shape>
__global__ __launch_bounds__(packing_threads) void pack_kernel(const __grid_constant__ pack_job job) {
    packing<Shape::value>(job).run();
}
template <class Shape>
__global__ __launch_bounds__(
    layout_of(Shape::value).forward_threads,
    layout_of(Shape::value).forward_residents) void forward_kernel(const __grid_constant__ forward_job job) {
    forward_pass<Shape::value>(job).run();
}
template <class Shape>
__global__ __launch_bounds__(
    layout_of(Shape::value).backward_threads,
    layout_of(Shape::value).backward_residents) void backward_kernel(const __grid_constant__ backward_job job) {
    backward_pass<Shape::value>(job).run();
}
template <class Shape>
__global__ __launch_bounds__(gradient_sums<Shape::value>::threads) void sum_kernel(
    const __grid_constant__ sum_job job) {
    gradient_sums<Shape::value>(job).run();
}

}  // namespace cortexpr::kernels::cuda::sized
