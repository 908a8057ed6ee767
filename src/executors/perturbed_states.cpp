#include "perturbed_states.hpp"

#include <ATen/TensorOperators.h>

namespace cortexpr::executors {

at::Tensor perturbed_type::current_at(int step) const {
    auto sum = current.defined() ? of_step(current, step) : at::Tensor();
    for (const auto& one : noise) {
        if (!one.acts_at(step)) continue;
        const auto added = one.at_step(step);
        sum = sum.defined() ? sum + added : added;
    }
    return sum;
}

std::shared_ptr<const perturbed_states> part_of(const perturbed_states& all, int first, int count) {
    auto part = std::make_shared<perturbed_states>(all);
    for (auto& one : part->types) {
        for (auto* tensor : {&one.current, &one.mask, &one.value})
            if (tensor->defined() && tensor->size(0) > 1) *tensor = tensor->narrow(0, first - 1, count);
        for (auto& noise : one.noise) noise.steps_before = first - 1;
        for (auto* steps : {&one.injects, &one.holds})
            if (!steps->empty()) *steps = {steps->begin() + first - 1, steps->begin() + first - 1 + count};
    }
    return part;
}

}  // namespace cortexpr::executors
