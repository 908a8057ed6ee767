#include "adam.hpp"

#include <cortexpr/error.hpp>

#include <ATen/ops/_foreach_add.h>
#include <ATen/ops/_fused_adam.h>
#include <ATen/ops/_fused_adamw.h>

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <tuple>

namespace cortexpr::python {

namespace {

/// Those of a group that have a gradient; of one device and dtype, as the kernel takes them.
struct stepped {
    tensors parameters{}, gradients{}, means{}, squares{}, largest_squares{}, counts{};
};

using place = std::tuple<at::DeviceType, at::DeviceIndex, at::ScalarType>;

std::map<place, stepped> stepped_of(const adam::group& group, bool keeps_largest) {
    std::map<place, stepped> all;
    for (std::size_t i = 0; i < group.parameters.size(); ++i) {
        const auto& one = group.parameters[i];
        if (!one.grad().defined()) continue;
        auto& [parameters, gradients, means, squares, largest_squares, counts] =
            all[{one.device().type(), one.device().index(), one.scalar_type()}];
        parameters.push_back(one);
        gradients.push_back(one.grad());
        means.push_back(group.means[i]);
        squares.push_back(group.squares[i]);
        if (keeps_largest) largest_squares.push_back(group.largest_squares.at(i));
        counts.push_back(group.counts[i]);
    }
    return all;
}

}  // namespace

void adam::require_fitting_memory() const {
    const auto text = [](const at::Tensor& one) {
        return fmt::format("{} on {}", c10::getDtypeNames(one.scalar_type()).first, one.device().str());
    };
    for (const auto& group : groups_)
        for (std::size_t i = 0; i < group.parameters.size(); ++i) {
            const auto &now = group.parameters[i], &then = group.means[i];
            if (now.scalar_type() != then.scalar_type() || now.device() != then.device())
                throw usage_error(fmt::format(
                    "a parameter is {} now, but what Adam keeps of its gradients is {}; make the optimiser anew, and "
                    "give it the state dict of this one",
                    text(now), text(then)));
        }
}

bool adam::step(const std::vector<adam_constants>& constants) const {
    require_fitting_memory();
    const at::NoGradGuard no_grad;
    if (std::ranges::any_of(without_memory_, [](const auto& one) { return one.grad().defined(); })) return false;
    for (std::size_t i = 0; i < groups_.size(); ++i) {
        const auto& with = constants.at(i);
        for (auto& [where, of] : stepped_of(groups_[i], with.keeps_largest)) {
            at::_foreach_add_(of.counts, 1);
            const auto by = [&of = of, &with](auto kernel) {
                kernel(of.parameters, of.gradients, of.means, of.squares, of.largest_squares, of.counts, with.rate,
                       with.mean_decay, with.square_decay, with.weight_decay, with.epsilon, with.keeps_largest,
                       with.maximizes, /*grad_scale=*/std::nullopt, /*found_inf=*/std::nullopt);
            };
            if (with.decouples_decay) {
                by([](const auto&... all) { at::_fused_adamw_(all...); });
            } else {
                by([](const auto&... all) { at::_fused_adam_(all...); });
            }
        }
    }
    return true;
}

void adam::zero_grad() const {
    const auto drop = [](const at::Tensor& parameter) { parameter.mutable_grad().reset(); };
    for (const auto& group : groups_) std::ranges::for_each(group.parameters, drop);
    std::ranges::for_each(without_memory_, drop);
}

adam::outcome adam::train_step(owned_by_python& network, const tensors& parameters, const shown_batch& batch,
                               const std::vector<adam_constants>& constants) const {
    require_fitting_memory();
    outcome result;
    {
        const at::AutoGradMode with_grad(true);
        const own_dispatch guard;  // of the backward pass, too
        const auto answers = network.answer(parameters, batch.training, batch.input, batch.steps, batch.layout, false);
        const auto loss = network.loss(answers, batch.wanted);
        loss.backward();
        result.loss = loss.detach();
    }
    result.is_stepped = step(constants);
    if (!result.is_stepped) return result;
    network.project(parameters);
    zero_grad();
    return result;
}

}  // namespace cortexpr::python
