#include "lay_out_states.hpp"

#include "aten/addressable.hpp"

#include <ATen/TensorOperators.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/full.h>
#include <ATen/ops/logical_or.h>
#include <ATen/ops/ones.h>
#include <ATen/ops/where.h>
#include <ATen/ops/zeros.h>

#include <algorithm>
#include <array>
#include <cstdint>

namespace cortexpr::executors {

namespace {

using plan::index;
using kind = perturbation::kind;

/// The keys of a run's noise, one for each image, from the network's generator: so a batch in two halves has the keys
/// of the whole. Drawn where noise asks for them.
class noise_keys {
  public:
    explicit noise_keys(const run_context& context) : context_(context) {}

    const at::Tensor& operator()() {
        if (!keys_.defined())
            keys_ = at::empty({context_.shape.batch}, at::TensorOptions(at::kLong)).random_(context_.draws);
        return keys_;
    }

  private:
    const run_context& context_;
    at::Tensor keys_{};
};

/// The tensors of one neuron type, on the CPU until they are done: they are small.
class type_layout {
  public:
    type_layout(int type, const std::vector<const perturbation*>& all, const run_context& context, noise_keys& keys)
        : type_(context.plan.types[index(type)]),
          context_(context),
          keys_(keys),
          stream_(static_cast<std::uint32_t>(type) << 16) {
        for (const auto* one : all)
            for (const auto* other : all)
                if (is_current(*one) == is_current(*other) && (one->from != other->from || one->to != other->to))
                    (is_current(*one) ? currents_differ_ : holds_differ_) = true;
    }

    void add(const perturbation& one) {
        if (one.is == kind::noise) {
            made_.noise.push_back(noise_of(one));
            mark(made_.injects, one);
            return;
        }
        const auto reached = reached_by(one);
        if (one.is == kind::inject) {
            const auto added = at::where(reached, full(amount_of(one)), full(0));
            made_.current = made_.current.defined() ? made_.current + added : added;
            mark(made_.injects, one);
            return;
        }
        made_.value = at::where(reached, full(amount_of(one)), made_.value.defined() ? made_.value : full(0));
        made_.mask = made_.mask.defined() ? at::logical_or(made_.mask, reached) : reached;
        mark(made_.holds, one);
    }

    perturbed_type made() const {
        auto all = made_;
        const auto to_run = [this](at::Tensor& tensor) {
            if (tensor.defined()) tensor = addressable(tensor.to(context_.input.device()));
        };
        if (all.mask.defined()) all.mask = all.mask.expand_as(all.value);
        for (auto* tensor : {&all.current, &all.mask, &all.value}) to_run(*tensor);
        return all;
    }

  private:
    static bool is_current(const perturbation& one) { return one.is == kind::inject || one.is == kind::noise; }
    /// 0 for a silence, which has none.
    static double amount_of(const perturbation& one) { return one.amount.value_or(0); }
    at::Tensor full(double value) const { return at::full({}, value, options()); }
    at::TensorOptions options() const { return context_.input.options().requires_grad(false).device(at::kCPU); }
    noise_current noise_of(const perturbation& one) const {
        const auto& shape = type_.shape;
        noise_current noise{.shape = shape,
                            .deviation = amount_of(one),
                            .keys = keys_(),
                            .from = one.from,
                            .to = std::min(one.to.value_or(context_.shape.steps), context_.shape.steps),
                            .stream = stream_ + static_cast<std::uint32_t>(made_.noise.size()),
                            .options = context_.input.options().requires_grad(false)};
        const auto& where = one.where;
        if (!where.subtypes.empty() || !where.rows.empty() || !where.columns.empty())
            noise.amounts = at::where(neurons_of(where).expand({1, 1, shape.channels, shape.height, shape.width})[0][0],
                                      full(amount_of(one)), full(0))
                                .permute({1, 2, 0})
                                .contiguous();
        if (!where.images.empty()) {
            noise.images.resize(index(static_cast<int>(context_.shape.batch)));
            for (const int image : where.images) noise.images[index(image)] = 1;
        }
        return noise;
    }

    void mark(std::vector<std::uint8_t>& steps, const perturbation& one) const {
        steps.resize(index(context_.shape.steps));
        for (int step = 1; step <= context_.shape.steps; ++step)
            steps[index(step) - 1] |= static_cast<std::uint8_t>(one.acts_at(step));
    }

    /// Which of `count` indices are listed, along one of the five dimensions.
    static at::Tensor listed(const std::vector<int>& indices, std::int64_t count, int dimension) {
        std::array<std::int64_t, 5> sizes{1, 1, 1, 1, 1};
        sizes[index(dimension)] = indices.empty() ? 1 : count;
        auto flags = indices.empty() ? at::ones({1}, at::kBool) : at::zeros({count}, at::kBool);
        for (const int index : indices) flags[index] = true;
        return flags.view(sizes);
    }

    at::Tensor reached_by(const perturbation& one) const {
        std::vector<int> steps;
        // `injects` and `holds` say when; steps need tensors of their own only where several perturbations differ.
        const bool always = !(is_current(one) ? currents_differ_ : holds_differ_);
        for (int step = 1; !always && step <= context_.shape.steps; ++step)
            if (one.acts_at(step)) steps.push_back(step - 1);
        const auto& shape = type_.shape;
        return (listed(steps, context_.shape.steps, 0) & listed(one.where.images, context_.shape.batch, 1) &
                neurons_of(one.where))
            .expand({-1, -1, shape.channels, shape.height, shape.width});
    }
    at::Tensor neurons_of(const perturbed_part& where) const {
        const auto& shape = type_.shape;
        return listed(where.subtypes, shape.channels, 2) & listed(where.rows, shape.height, 3) &
               listed(where.columns, shape.width, 4);
    }

    const plan::neuron_type& type_;
    const run_context& context_;
    noise_keys& keys_;
    std::uint32_t stream_;                                 ///< of its first noise
    bool currents_differ_ = false, holds_differ_ = false;  ///< in their steps
    perturbed_type made_{};
};

/// Whether the schedule itself knows of this: a whole type that is silent to the end is never computed.
bool is_spared(const perturbation& one, const run_shape& shape) {
    return one.is == kind::silence && one.where.is_whole() && (!one.to || *one.to >= shape.steps);
}

}  // namespace

states_of_run laid_out(const run_context& context, bool spares) {
    const auto& plan = context.plan;
    states_of_run all{.silenced_from = {}, .perturbed = std::make_shared<perturbed_states>()};
    noise_keys keys(context);
    for (std::size_t type = 0; type < plan.types.size(); ++type) {
        std::vector<const perturbation*> here;
        for (const auto& one : context.request.perturbations)
            if (one.is_of_states() && index(one.index) == type) here.push_back(&one);
        // What is held in a type that was silenced counts, so the schedule mustn't take its states for zeros.
        const bool is_held = std::ranges::any_of(here, [&](const auto* one) { return one->is == kind::clamp; });
        type_layout layout(static_cast<int>(type), here, context, keys);
        for (const auto* one : here) {
            if (is_held || !spares || !is_spared(*one, context.shape)) {
                layout.add(*one);
                continue;
            }
            all.silenced_from.resize(plan.types.size());
            auto& from = all.silenced_from[type];
            from = from == 0 ? one->from : std::min(from, one->from);
        }
        all.perturbed->types.push_back(layout.made());
    }
    const bool is_any = std::ranges::any_of(
        all.perturbed->types, [](const perturbed_type& one) { return one.mask.defined() || !one.injects.empty(); });
    if (!is_any) all.perturbed.reset();
    return all;
}

}  // namespace cortexpr::executors
