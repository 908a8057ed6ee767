#include "bench/digits.hpp"

#include <cortexpr/module/model.hpp>
#include <cortexpr/workbench/effects.hpp>
#include <cortexpr/workbench/named_parts.hpp>
#include <cortexpr/workbench/record.hpp>

using namespace cortexpr;

void recorded(model<Digits>* net, const data::labelled_images& digits) {
    // BLOCK 1
}

void perturbed(model<Digits>* net, const at::Tensor& images) {
    // BLOCK 2
}

void measured(const std::shared_ptr<model<Digits>>& net, const data::labelled_images& digits) {
    // BLOCK 3
    (void)lost;
}
