#pragma once
// Small networks that the tests of the module share.

#include <cortexpr/dsl.hpp>
#include <cortexpr/module/network_module.hpp>

#include <ATen/CPUGeneratorImpl.h>

namespace cortexpr::test {

struct E : excitatory<4> {};
struct I : inhibitory<2> {};
struct V1
    : area<input<2, 6, 5>, neurons<E, I>,
           connectivity<from<stimulus, 1, 1, 0>, from<E, 1, edge{.groups = 2, .bias = false}, 1>, from<I, 1, 1, 0>>,
           output<3>> {};
struct Tiny : classifier<network<V1>, classes<3>, hidden<7>, dropout<0.5>, readout_pool<pool_mode::max>> {};

// Feedback, a delay between areas, and a map that shrinks along one side and grows along the other.
struct H : hybrid<3> {};
struct Lower : area<input<2, 6, 5>, feedback_channels<2>, neurons<E, I>,
                    connectivity<from<stimulus, 1, 1, 0>, from<top_down, 1, 0, 0>, from<E, 1, 1, 1>, from<I, 1, 1, 0>>,
                    output<3>> {};
struct Upper
    : area<input<3, 3, 8>, neurons<H>, connectivity<from<stimulus, 1, 0>, from<H, 1, 1>>, output<4, activation::tanh>> {
};
struct Two : network<Lower, Upper, feedback<Upper, Lower>, area_delay<1>> {};

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
