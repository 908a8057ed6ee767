#pragma once
// Those of small_networks.hpp under shorter names, and numbers for them.

#include "small_networks.hpp"

#include <cortexpr/module/network_module.hpp>

#include <ATen/CPUGeneratorImpl.h>

namespace cortexpr::test {

using small_networks::E, small_networks::I, small_networks::V1, small_networks::Tiny;
using small_networks::H, small_networks::Lower, small_networks::Upper, small_networks::Two;

/// Numbers from N(0, 1), the same for the same seed.
inline at::Tensor normal(at::IntArrayRef sizes, std::uint64_t seed, at::ScalarType dtype = at::kDouble) {
    return at::empty(sizes, at::kDouble).normal_(0, 1, at::detail::createCPUGenerator(seed)).to(dtype);
}

inline double largest_difference(const at::Tensor& a, const at::Tensor& b) {
    return (a.to(at::kDouble) - b.to(at::kDouble)).abs().max().item<double>();
}

/// Index of the plan's parameter of that name.
inline int index_of(const plan::network& plan, std::string_view name) {
    for (std::size_t i = 0; i < plan.parameters.size(); ++i)
        if (std::string_view(plan.parameters[i].name) == name) return static_cast<int>(i);
    return -1;
}

}  // namespace cortexpr::test
