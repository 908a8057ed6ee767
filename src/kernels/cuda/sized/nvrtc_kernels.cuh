// The kernels of the shape that NVRTC is asked for, by names that can be looked up.

namespace cortexpr::kernels::cuda::sized {

struct asked {
    static constexpr shape value = CORTEXPR_ASKED_SHAPE;
};
constexpr layout asked_layout = layout_of(asked::value);

}  // namespace cortexpr::kernels::cuda::sized

using namespace cortexpr::kernels::cuda::sized;

extern "C" __global__ __launch_bounds__(packing_threads) void cortexpr_pack(const __grid_constant__ pack_job job) {
    packing<asked::value>(job).run();
}
extern "C" __global__ __launch_bounds__(
    asked_layout.forward_threads,
    asked_layout.forward_residents) void cortexpr_forward(const __grid_constant__ forward_job job) {
    forward_pass<asked::value>(job).run();
}
extern "C" __global__ __launch_bounds__(
    asked_layout.backward_threads,
    asked_layout.backward_residents) void cortexpr_backward(const __grid_constant__ backward_job job) {
    backward_pass<asked::value>(job).run();
}
extern "C" __global__ __launch_bounds__(sum_threads) void cortexpr_sum(const __grid_constant__ sum_job job) {
    gradient_sums<asked::value>(job).run();
}
