#pragma once
// Initialisations by name.

#include <cortexpr/compiler.hpp>

#include <cortexpr/data/labelled_images.hpp>
#include <cortexpr/module/network_module.hpp>
#include <cortexpr/named_value.hpp>

#include <array>
#include <cstdint>
#include <string_view>

namespace cortexpr {

/// How the parameters of a new network are drawn.
enum class initialisation : std::uint8_t {
    balanced,   ///< ours: fitted to a batch of inputs, under Dale's law; the default of training (docs/learning.md)
    reference,  ///< torch-biopl's: PyTorch's default for convolutions, then projected; half of all E/I weights become 0
};

/// The names in settings and files.
constexpr auto names_of(initialisation) {
    using enum initialisation;
    return std::array{named{balanced, "balanced"}, named{reference, "reference"}};
}

/// The other way round. Throws usage_error for any other name.
inline initialisation initialisation_named(std::string_view name) {
    return value_named<initialisation>(name, "initialisation");
}

/// Draws all parameters anew from `seed`, projects them and sets their step gains. `inputs` is a batch such as training
/// will show, (B, C, H, W) or a sequence; only the balanced initialisation looks at it. The same arguments give the
/// same bits.
void initialise(network_module& network, initialisation how, std::uint64_t seed, const at::Tensor& inputs, int steps);

/// The same with a batch of examples from all over a set: 512 images, or as many frames of at least 64 sequences. A
/// regressor's readout then starts in the units of the set's targets (start_at_targets).
void initialise(network_module& network, initialisation how, std::uint64_t seed, const data::labelled_images& examples,
                int steps);

/// The last layer of a regressor's readout, drawn for targets of mean 0 and deviation 1, in the units of a set's
/// targets: weights times the deviation of their target, and the bias with its mean added. Once, before training; a
/// connectome's user calls it, `initialise` does it by itself. Does nothing to a classifier. \throws usage_error  the
/// set's targets are not the regressor's
void start_at_targets(trainable& network, const data::labelled_images& examples);

}  // namespace cortexpr
