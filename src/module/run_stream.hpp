#pragma once
// Seeds of what a network draws while it runs.

#include <cstdint>

namespace cortexpr {

/// Combined with the seed of the parameters: what is drawn while running must not repeat what they were drawn from.
inline constexpr std::uint64_t run_stream = 0x9E3779B9;

}  // namespace cortexpr
