#include "connectome_request_checks.hpp"

#include "../executors/tensor_rules.hpp"
#include "../run/amount_rules.hpp"

#include <cortexpr/error.hpp>
#include <cortexpr/run/sequence.hpp>

#include <fmt/format.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace cortexpr {

namespace {

/// What is done to which cells, or synapses, of how many.
struct numbered {
    std::string_view thing, what;
    const std::vector<std::int32_t>& numbers;
    std::size_t count;
};

void check_numbers(const numbered& all, int from, std::optional<int> to, const run_length& run) {
    for (const auto number : all.numbers)
        if (number < 0 || static_cast<std::size_t>(number) >= all.count)
            throw usage_error(fmt::format("{0} {1} is to be {2}, but there are {0}s 0 to {3}", all.thing, number,
                                          all.what, all.count - 1));
    const auto refuse = [&](const std::string& why) {
        throw usage_error(fmt::format("{}s are to be {} from step {}{}", all.thing, all.what, from, why));
    };
    if (from < 1) refuse("; steps count from 1");
    if (to && *to < from) refuse(fmt::format(" to {}, which comes before", *to));
    if (from > run.steps) refuse(run.why_not_from(from));
}

class amount_checker {
  public:
    amount_checker(const connectome_layout& layout, at::ScalarType dtype) : layout_(layout), dtype_(dtype) {}

    void check(const connectome_request& request) const {
        for (const auto& one : request.injections) require("cells", kind::inject, one.current);
        for (const auto& one : request.clamps) check(one);
        for (const auto& one : request.scales) require("synapses", kind::scale_edge, one.factor);
        for (const auto& one : request.noises) require("cells", kind::noise, one.deviation);
        for (const auto& one : request.frozen_taus)
            if (one.value) require("cells", kind::freeze_tau, *one.value);
    }

  private:
    using kind = perturbation::kind;

    void check(const clamp_cells& one) const {
        require("cells", kind::clamp, one.value);
        if (!(one.value < 0)) return;
        for (const auto cell : one.cells)
            if (!layout_.may_be_negative(cell))
                require(fmt::format("cell {} ({})", cell, layout_.type_of(cell).name), kind::clamp, one.value,
                        layout_.class_of_cell[static_cast<std::size_t>(cell)]);
    }

    void require(std::string_view of, kind is, double amount,
                 std::optional<neuron_class> rates_of = std::nullopt) const {
        if (const auto fault = fault_of_amount(is, amount, dtype_, rates_of); !fault.empty())
            throw usage_error(fmt::format("{} of {} {}", name_of(is), of, fault));
    }

    const connectome_layout& layout_;
    at::ScalarType dtype_;
};

/// The steps of a sequence.
int steps_brought(std::int64_t brought, const connectome_request& request) {
    if (brought > most_steps)
        throw usage_error(fmt::format("the sequence has {} steps, more than 1,000,000; give it in parts", brought));
    if (request.steps && *request.steps != brought)
        throw usage_error(fmt::format("the sequence has {} steps, but {} are asked for; leave the number out", brought,
                                      *request.steps));
    return static_cast<int>(brought);
}

}  // namespace

checked_input checked(const std::string& name, std::int64_t size, const at::Tensor& input,
                      const connectome_request& request, at::Device device, at::ScalarType dtype) {
    if (!input.defined()) throw usage_error(fmt::format("the input of {} is an undefined tensor", name));
    executors::require_dense("the input", input);
    const bool has_steps = is_sequence(input);
    if (!has_steps && input.dim() != 2 && input.dim() != 4)
        throw usage_error(
            fmt::format("the input of {} has shape {}; give a still one, (B, {}) or images (B, C, H, W), or "
                        "a sequence, (B, T, {}) or (B, T, C, H, W)",
                        name, executors::text_of(input.sizes()), size, size));
    const auto flat = input.flatten(has_steps ? 2 : 1);
    if (flat.size(-1) != size)
        throw usage_error(fmt::format("the input {} has {} numbers a sample{}, but {} takes {}",
                                      executors::text_of(input.sizes()), flat.size(-1), has_steps ? " and step" : "",
                                      name, size));
    if (input.scalar_type() != dtype || input.device() != device)
        throw usage_error(fmt::format("the input is {} on {}, but the parameters of {} are {} on {}; convert one",
                                      executors::dtype_name(input.scalar_type()), input.device().str(), name,
                                      executors::dtype_name(dtype), device.str()));
    const bool time_first = request.layout == layout::time_first;
    checked_input all{.batch = flat.size(has_steps && time_first ? 1 : 0)};
    if (all.batch < 1)
        throw usage_error(fmt::format("the input {} holds no samples", executors::text_of(input.sizes())));
    if (!has_steps) {
        if (!request.continuous && !request.steps)
            throw usage_error("a still input is shown for a number of steps; give it: steps{5}");
        all.steps = request.continuous ? 1 : *request.steps;
        all.inputs = flat.t().unsqueeze(0);
    } else {
        const auto brought = flat.size(time_first ? 0 : 1);
        all.steps = steps_brought(brought, request);
        all.inputs = time_first ? flat.permute({0, 2, 1}) : flat.permute({1, 2, 0});
    }
    if (all.steps < 1 || all.steps > most_steps)
        throw usage_error(fmt::format("{} time steps can't be run; give 1 to 1,000,000", all.steps));
    return all;
}

void check_perturbations(const connectome_request& request, const connectome_layout& layout, const run_length& run,
                         at::ScalarType dtype) {
    const auto cells = layout.cell_count(), synapses = layout.circuit->presynaptic.size();
    const auto check = [&](const auto& all, std::string_view what) {
        for (const auto& one : all) check_numbers({"cell", what, one.cells, cells}, one.from, one.to, run);
    };
    check(request.clamps, "clamped");
    check(request.injections, "given a current");
    check(request.noises, "given noise");
    check(request.frozen_taus, "given a time constant");
    for (const auto& one : request.scales)
        check_numbers({"synapse", "scaled", one.synapses, synapses}, one.from, one.to, run);
    amount_checker(layout, dtype).check(request);
}

void require_continuous(const connectome_request& request) {
    if (request.steps) throw usage_error("a run in continuous time has no steps; leave steps out");
    if (!request.noises.empty())
        throw usage_error(
            "noise of a connectome is drawn step by step; give steps in place of continuous time, or leave it out");
}

}  // namespace cortexpr
