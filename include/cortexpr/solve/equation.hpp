#pragma once
// An ordinary differential equation for a batch of states: dy/dt = F(t, y), in LibTorch's operations.
//
//     // dh/dt = (max(0, f(drive(t) + W h)) - h) / tau, the drive constant within each of T segments
//     const auto drives = input_layer(x).unbind(1);  // x (B, T, ...)
//     auto reads = drives;
//     reads.insert(reads.end(), {weights, tau});
//     const auto network = solve::leaky(
//         [=](const solve::moment& now, const solve::state& y) -> solve::state {
//             return {at::relu(f(drives[now.segment] + at::matmul(y[0], weights.t())))};
//         },
//         {tau}, reads);

#include <cortexpr/compiler.hpp>

#include <cortexpr/before_libtorch.hpp>

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace cortexpr::solve {

/// The states of a batch in one or more parts, each (B, ...); a spatial network has a part for each map.
using state = std::vector<at::Tensor>;

/// Where the solver is when it asks for the rate.
struct moment {
    at::Tensor time;           ///< (n), of the state's type: each sample has its own clock
    std::int64_t segment = 0;  ///< of all samples: the number of breaks that lie behind
    at::Tensor samples{};      ///< (n), int64: which samples of the batch these are; undefined: all. Only an equation
                               ///< that takes_subsets is asked for less than all.
};

/// Gives a tensor for each part of the state, of its shape. A sample's result depends on its own state alone.
/// It is called in the forward pass and, for gradients, again in the backward pass: what it reads must live and stay
/// as it is until then, and it draws no random numbers.
using field = std::function<state(const moment&, const state&)>;

/// Dy/dt = rate(t, y), or the leaky equation dy/dt = (target(t, y) - y) / tau.
struct equation {
    field rate;                       ///< dy/dt
    field target{};                   ///< only of leaky equations: what the state decays to
    std::vector<at::Tensor> tau{};    ///< only of leaky equations: by part, broadcasts to it
    std::vector<at::Tensor> reads{};  ///< all that the field reads and that may need a gradient, but for the state. Not
                                      ///< what these were computed from: autograd continues from here.
    bool takes_subsets = false;       ///< may be asked for some samples of the batch: those that have not arrived
    std::function<std::string(std::size_t part, std::int64_t index)> name_of{};  ///< of an element of a sample's part,
                                                                                 ///< for errors: "neuron 17 (T4a)"
    /// Whether a sample is given NaN or infinity from outside. One that is may have no finite state: it is NaN from
    /// there on, which is no error. None: each such sample is one.
    std::function<bool(std::int64_t sample)> has_bad_input{};
};

/// dy/dt = (target(t, y) - y) / tau, by every method. Euler with step 1 is the step of the discrete networks, in the
/// bits of the transparent executor. `reads` are those of the target; the taus need not be among them.
equation leaky(field target, std::vector<at::Tensor> tau, std::vector<at::Tensor> reads = {});

}  // namespace cortexpr::solve
