#pragma once
// Initialisations by name.

#include <cortexpr/module/network_module.hpp>

#include <string_view>

namespace cortexpr {

enum class initialisation : std::uint8_t {
    balanced,   ///< ours: fitted to a batch of inputs, under Dale's law; the default of training (docs/learning.md)
    reference,  ///< torch-biopl's: PyTorch's default for convolutions, then projected; half of all E/I weights become 0
};

constexpr std::string_view name_of(initialisation value) {
    return value == initialisation::balanced ? "balanced" : "reference";
}

/// Draws all parameters anew from `seed`, projects them and sets their step gains. `inputs` is a batch such as training
/// will show, (B, C, H, W) or a sequence; only the balanced initialisation looks at it. The same arguments give the
/// same bits.
void initialise(network_module& network, initialisation how, std::uint64_t seed, const at::Tensor& inputs, int steps);

}  // namespace cortexpr
