#pragma once
// A short text that is equal for equal declarations and, but for chance, for no others.

#include <cortexpr/plan/network.hpp>

#include <string>

namespace cortexpr {

/// 16 hexadecimal digits over everything in the plan that decides what the network computes, and the parameters' names.
std::string fingerprint(const plan::network& network);

}  // namespace cortexpr
