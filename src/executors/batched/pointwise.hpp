#pragma once
// What happens at each position of a map by itself: the leaky step with its nonlinearities, and nonlinearities of edges
// and outputs, each beside its adjoint. In ATen's operations, for any device; for steps, kernels of one's own take
// their position where there are some (fused.hpp).

#include <cortexpr/dsl/activation.hpp>

#include <ATen/core/Tensor.h>

#include <vector>

namespace cortexpr::executors::batched {

/// Neighbouring channels of a map, counted from 0.
struct channels {
    std::int64_t first = 0, count = 0;

    std::int64_t end() const { return first + count; }
    bool is_empty() const { return count == 0; }
    friend bool operator==(const channels&, const channels&) = default;
};

/// Channels with one nonlinearity.
struct segment {
    channels of;
    activation_function function;
};

/// h(t) = h(t-1) + (f(z) - h(t-1)) / tau, z = drive + constant_drive, on a map (B, C, H, W).
struct leaky_step {
    at::Tensor drive;           ///< (B, C, H, W), overwritten; undefined where nothing changes from step to step
    at::Tensor constant_drive;  ///< (B or 1, C, H or 1, W or 1); undefined for 0
    at::Tensor before;          ///< h(t-1); undefined for 0
    at::Tensor rate;            ///< 1/tau, (1, C, H or 1, W or 1), at least float32
    std::vector<segment> segments;
};

/// Writes h(t) to `after`; gives what the adjoint will need: f(z) or z, whichever has f's slope in it (B, C, H, W).
/// Undefined unless `saves`.
at::Tensor step_forward(const leaky_step& job, const at::Tensor& after, bool saves);

/// Adjoints of what a step reads.
struct leaky_adjoint {
    at::Tensor drive{};         ///< of z
    at::Tensor before{};        ///< undefined unless needed
    at::Tensor rate{};          ///< of the rate's shape and type; may be undefined unless needed
    at::Tensor channel_sums{};  ///< that of z, summed over images and positions: float32 (C); undefined unless
                                ///< the kernel produced it as a by-product
};

/// `adjoint` is that of h(t), `saved` what step_forward gave. That of z is written to `drive`.
leaky_adjoint step_backward(const leaky_step& job, const at::Tensor& saved, const at::Tensor& adjoint,
                            const at::Tensor& drive, bool before_needs_grad, bool rate_needs_grad);

/// f(z), and what its adjoint will need; `z` may be overwritten and must not be used any more.
struct applied {
    at::Tensor value, saved;
};
applied apply_forward(const activation_function& function, const at::Tensor& z);

/// f'(z) times an adjoint.
at::Tensor apply_backward(const activation_function& function, const at::Tensor& saved, const at::Tensor& adjoint);

}  // namespace cortexpr::executors::batched
