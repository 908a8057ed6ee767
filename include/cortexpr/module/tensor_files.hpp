#pragma once
// Tensors to a file and back, by name, in one line each: safetensors, PyTorch's .pt, NumPy's .npz.
//
//     cortexpr::save_tensors("rates.safetensors", {{"rates", run.state<V1, E>()}});
//     auto rates = cortexpr::load_tensors("rates.safetensors").at("rates");

#include <cortexpr/compiler.hpp>

#include <cortexpr/before_libtorch.hpp>

#include <ATen/core/Tensor.h>

#include <map>
#include <string>

namespace cortexpr {

/// Writes float32 and float64 tensors of any device, atomically, as the path's ending says (io::write_tensors).
/// \throws usage_error  another element type, or a name that is no UTF-8
/// \throws file_error   the file cannot be written; what was there before stays
void save_tensors(const std::string& path, const std::map<std::string, at::Tensor>& tensors);

/// Reads all tensors of a file, onto the CPU. Python's safetensors, torch.save and numpy.savez write such files, too.
/// \throws file_error  missing, damaged, or with elements that are no floating-point numbers
std::map<std::string, at::Tensor> load_tensors(const std::string& path);

}  // namespace cortexpr
