#pragma once
// The gain of a network's loops, within areas and between them: how fast a small disturbance grows.

#include "carried_maps.hpp"

#include <cortexpr/module/network_module.hpp>

#include <vector>

namespace cortexpr {

/// From where a step of a network goes on, for the last of the images that it was shown.
struct circuit_state {
    at::Tensor image;  ///< (B, C, H, W)
    carried_maps carried;
    std::vector<at::Tensor> state;          ///< the maps that it carries on
    std::vector<at::Tensor> held_feedback;  ///< by area: what stays as it began, as no area sends any; else undefined
};

/// The state after a run, batch first: what it recorded of outputs and feedback is carried on.
circuit_state state_after(const plan::network& plan, const run_result& run, const at::Tensor& inputs);

/// By what factor a small disturbance of the state grows in a step, over many steps: the spectral radius of the
/// linearised step, the largest of the images. Below 1 the state is stable. With `inhibition_held`, the rates of
/// inhibitory types are held as they are, which shows what excitation would do alone.
double loop_gain(network_module& network, const circuit_state& around, bool inhibition_held = false);

}  // namespace cortexpr
