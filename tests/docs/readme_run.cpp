#include "bench/digits.hpp"

void first(const at::Tensor& images) {
    using namespace cortexpr;
    // BLOCK 1
}

void second(const at::Tensor& images) {
    using namespace cortexpr;
    const auto net = make<Digits>();
    // BLOCK 2
}
