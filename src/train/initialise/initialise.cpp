#include <cortexpr/train/initialise.hpp>

#include "balanced.hpp"

namespace cortexpr {

void initialise(network_module& network, initialisation how, std::uint64_t seed, const at::Tensor& inputs, int steps) {
    network.reset_parameters(seed);
    if (how == initialisation::balanced) balance(network, seed, inputs, steps);
}

}  // namespace cortexpr
