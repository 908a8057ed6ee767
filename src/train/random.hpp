#pragma once
// Where randomness comes from: numbers that name a place in a run (seed, epoch, batch) become the seed of a generator.

#include <cortexpr/numbers/split_mix_64.hpp>

#include <ATen/core/Generator.h>

#include <cstdint>
#include <initializer_list>

namespace cortexpr {

/// A seed from several numbers; any of them changed gives an unrelated one.
inline std::uint64_t mixed_seed(std::initializer_list<std::uint64_t> place) {
    std::uint64_t seed = 0;
    for (const auto number : place) seed = split_mix_64(seed ^ number)();
    return seed;
}

/// Starts a generator at a place.
inline void start_generator(at::Generator generator, std::initializer_list<std::uint64_t> place) {
    generator.set_current_seed(mixed_seed(place));
}

}  // namespace cortexpr
