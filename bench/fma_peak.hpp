#pragma once

namespace bench {

/// What one thread of this processor reaches in float32, in GFLOP/s: multiply-adds on registers alone, in the widest
/// vectors that the library uses here; 0 where it uses none wider than 16 bytes. Takes a tenth of a second.
double fma_peak();

}  // namespace bench
