#pragma once
// What files of a connectome's parameters belong to. A layout never changes, so each is computed once.

#include "connectome_layout.hpp"

#include <string>

namespace cortexpr {

/// What a checkpoint belongs to: equal for equal networks over equal synapses.
std::string fingerprint_of(const connectome_layout& layout);

/// As connectome_module::wiring has it: of each file two hashes, of its rows in their order and in any.
std::string wiring_of(const connectome_layout& layout);

}  // namespace cortexpr
