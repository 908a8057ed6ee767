#pragma once
// Neurons inside a .safetensors file that `save` wrote: names of its tensors, and lists of texts as tensors.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace cortexpr::circuit::stored {

inline constexpr std::string_view types = "neuron.types";            // by neuron, index into type_names
inline constexpr std::string_view classes = "neuron.classes";        // by neuron, 0 excitatory, 1 inhibitory, 2 hybrid
inline constexpr std::string_view ids = "neuron.ids";                // a list of texts
inline constexpr std::string_view type_names = "neuron.type_names";  // a list of texts
/// A list of texts is two tensors: all their bytes, and where each ends.
inline constexpr std::string_view bytes = ".text", ends = ".ends";

}  // namespace cortexpr::circuit::stored
