#include "bench/digits.hpp"

#include <cortexpr/data/gratings.hpp>
#include <cortexpr/module/connectome_module.hpp>
#include <cortexpr/module/model.hpp>
#include <cortexpr/train/images_of.hpp>
#include <cortexpr/workbench/balance.hpp>
#include <cortexpr/workbench/effects.hpp>
#include <cortexpr/workbench/fields.hpp>
#include <cortexpr/workbench/named_parts.hpp>
#include <cortexpr/workbench/record.hpp>
#include <cortexpr/workbench/spectrum.hpp>
#include <cortexpr/workbench/tuning.hpp>

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

void analysed(const std::shared_ptr<model<Digits>>& net, const data::labelled_images& digits) {
    // BLOCK 4
    (void)is_stabilised;
    (void)ratio;
}

void of_cells(const std::shared_ptr<connectome_module>& net, const data::labelled_images& digits) {
    // BLOCK 5
    (void)effects;
}
