// What a user compiles to run a declared network from C++.
#include "../digits.hpp"

#include <cortexpr/module/model.hpp>

at::Tensor logits(const at::Tensor& images) {
    auto network = cortexpr::make<Digits>({.seed = 1});
    return network->forward(images, cortexpr::steps{5});
}
