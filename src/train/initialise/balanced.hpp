#pragma once
// The balanced initialisation; docs/learning.md says what it is and what it was measured on.

#include <cortexpr/module/network_module.hpp>

#include <cstdint>

namespace cortexpr {

/// What the balanced initialisation aims at. The numbers were found by search on MNIST.
struct balanced_aims {
    double drive_mean = -2.0;     ///< of a type's drive: most neurons are nearly silent
    double rectified_mean = 0.0;  ///< the same for types of no slope below a kink: silence there can't be unlearnt
    double drive_std = 2.0;       ///< of what the stimulus, or a type's first sources, add to its drive
    double signed_mean = 0.0;     ///< the same for types whose nonlinearity can be negative,
    double signed_std = 1.0;      ///< which are linear around 0
    double recurrent_std = 0.3;   ///< of what each other edge adds to a type's drive
    double most_gain = 0.9;       ///< of the network's loops: above 1 a disturbance would grow
    double least_share = 0.2;     ///< a signal's spread counts as at least this share of its mean
    double tail = 3.0;            ///< weights that keep a sign are |N(0,1)| to this power: few are strong
    double output_std = 1.0;      ///< of an area's output, and of feedback
    double readout_gain = 1.7;    ///< the readout's first layer reads standardised features with this gain
    double least_spread = 0.5;    ///< features count as varying at least so much, as a share of their mean spread
    double step_gain = 20.0;      ///< kernels and their biases step this many times as fast as the rest,
    double rectified_gain = 0.5;  ///< times that into types with a kink, where no saturation bounds a step;
    double most_input = 43.0;     ///< but where more than this arrives, inputs times their size, only in proportion
};

/// Draws and fits all parameters of a network that was just reset from the same seed.
/// \throws usage_error  inputs that the network can't read
void balance(network_module& network, std::uint64_t seed, const at::Tensor& inputs, int steps,
             const balanced_aims& aims = {});

}  // namespace cortexpr
