// What must hold of the network, whatever its weights: `ctest` runs it.
#include "network.hpp"

#include <cortexpr/module/model.hpp>

#include <ATen/ops/rand.h>

#include <cstdio>

using namespace cortexpr;

static_assert(wirable<Reader>);
static_assert(parameter_count<Reader> < 100'000);
static_assert(edges<Reader>.size() == 7);

int main() {
    auto net = make<Reader>({.device = "cpu", .seed = 1});
    const auto logits = net->forward(at::rand({2, 1, 28, 28}), steps{5});
    if (logits.size(0) != 2 || logits.size(1) != 10) return std::puts("logits of another shape"), 1;
    // Dale's law: what comes from excitatory and inhibitory neurons keeps its sign.
    if (net->parameter(weight_of<V1, Inh, Exc>{}).min().item<double>() < 0)
        return std::puts("an inhibitory neuron excites"), 1;
}
