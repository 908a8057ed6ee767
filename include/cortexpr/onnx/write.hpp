#pragma once
// A network with its parameters as an ONNX model, for inference in other runtimes.
//
//     cortexpr::write_onnx("digits.onnx", *net, {.steps = 5});
//     onnxruntime.InferenceSession("digits.onnx").run(None, {"images": images})

#include <cortexpr/compiler.hpp>

#include <cortexpr/before_libtorch.hpp>

#include <cortexpr/module/network_module.hpp>

#include <map>
#include <string>

namespace cortexpr {

/// What a model computes.
struct onnx_options {
    int steps = 1;          ///< the model is unrolled over them
    bool sequence = false;  ///< the input has a frame for each step, (B, T, C, H, W), in place of an image (B, C, H, W)
    std::map<std::string, std::string> notes{};  ///< kept in the model's metadata
};

/// Writes the run of a network in evaluation, atomically: input "images", float32, as the network takes them
/// (normalised); output "logits" (B, classes) after the last step, or "output" (B, C, H, W) of the last area where
/// there is no readout. B is left open. Opset 18.
/// \throws usage_error  no steps; a nonlinearity of the user's own, drawn states or perturbations, which a model can't
///                      hold; a parameter that is infinite or NaN
/// \throws file_error   the file can't be written
void write_onnx(const std::string& path, const network_module& network, const onnx_options& options);

}  // namespace cortexpr
