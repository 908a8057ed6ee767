#include "digits.hpp"

#include <cortexpr/module/network_module.hpp>

#include <ATen/ops/zeros.h>

#include <cstdio>

int main() {
    cortexpr::network_module network(cortexpr::plan_of<Digits>);
    cortexpr::run_request request;
    request.steps = 2;
    const at::Tensor logits = network.run(at::zeros({2, 1, 28, 28}), request).logits;
    std::printf("logits %lld x %lld\n", static_cast<long long>(logits.size(0)), static_cast<long long>(logits.size(1)));
}
