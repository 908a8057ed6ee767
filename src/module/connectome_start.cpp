#include "connectome_start.hpp"

#include "../executors/aten/index_tensor.hpp"
#include "../executors/tensor_rules.hpp"
#include "constraints.hpp"

#include <cortexpr/error.hpp>

#include <ATen/CPUGeneratorImpl.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/aminmax.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/full.h>
#include <ATen/ops/ones.h>
#include <ATen/ops/zeros.h>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdint>

namespace cortexpr {

namespace {

template <class Number>
at::Tensor as_tensor(const std::vector<Number>& values, const at::TensorOptions& options) {
    auto tensor = at::empty({static_cast<std::int64_t>(values.size())}, at::kDouble);
    std::ranges::copy(values, tensor.mutable_data_ptr<double>());
    return tensor.to(options);
}

const at::Tensor& parameter(std::span<const at::Tensor> parameters, int index) {
    static const at::Tensor none;
    return index < 0 ? none : parameters[static_cast<std::size_t>(index)];
}

bool is_identity(const entry_list& entries) {
    for (std::size_t i = 0; i < entries.size(); ++i)
        if (entries[i] != static_cast<std::int32_t>(i)) return false;
    return true;
}

/// Makes entries from a list by cell, in which -1 is no entry, over a parameter of M entries.
cell_entries entries_on(const entry_list& entries, std::int32_t count, at::Device device, bool adds_in_order) {
    if (is_identity(entries)) return {};
    cell_entries laid;
    auto read = entries;
    for (auto& entry : read) {
        if (entry >= 0) continue;
        entry = count;
        laid.some_have_none = true;
    }
    laid.reader.emplace(read, count + (laid.some_have_none ? 1 : 0), device, adds_in_order);
    return laid;
}

/// A parameter (M, 1) by cell, (N, 1); a cell without an entry gets `otherwise`.
at::Tensor by_cell(const at::Tensor& values, const cell_entries& entries, double otherwise) {
    if (!entries.reader) return values;
    return entries.reader->read(
        entries.some_have_none ? at::cat({values, at::full({1, 1}, otherwise, values.options())}) : values);
}

projection_indices indices_of(const laid_projection& laid, at::Device device) {
    const bool is_sparse = laid.kind == projection_kind::sparse;
    projection_indices all;
    if (is_sparse || !laid.is_every_cell) all.cells = executors::index_tensor(laid.cells, device);
    if (is_sparse) all.channels = executors::index_tensor(laid.channels, device);
    return all;
}

executors::projection_operands operands_of(const laid_projection& laid, std::size_t cells,
                                           const projection_indices& indices, std::span<const at::Tensor> parameters) {
    return {.kind = laid.kind,
            .size = laid.size,
            .cell_count = static_cast<std::int64_t>(cells),
            .is_every_cell = laid.is_every_cell,
            .cells = indices.cells,
            .channels = indices.channels,
            .weight = parameter(parameters, laid.weight),
            .bias = parameter(parameters, laid.bias),
            .lines = indices.lines};
}

bool starts_at_zero(const connectome_layout& layout) {
    return std::ranges::all_of(layout.types, [](const auto& type) { return type.initial_state == fill::zeros; });
}

std::int32_t entry_count(const connectome_layout& layout, int parameter) {
    return parameter < 0 ? 0 : layout.parameters[static_cast<std::size_t>(parameter)].shape[0];
}

/// A number of its own for each time constant that is drawn; what is drawn below 1 is lifted by the projection.
void draw_tau(const connectome_layout& layout, const at::Tensor& tau, const at::Generator& draws) {
    auto drawn = at::ones({tau.size(0)}, at::kDouble);
    auto* values = drawn.mutable_data_ptr<double>();
    std::vector<bool> is_done(static_cast<std::size_t>(tau.size(0)));
    for (std::size_t cell = 0; cell < layout.tau_entries.size(); ++cell) {
        const auto entry = layout.tau_entries[cell];
        if (entry < 0 || is_done[static_cast<std::size_t>(entry)]) continue;
        is_done[static_cast<std::size_t>(entry)] = true;
        const auto& start = layout.types[static_cast<std::size_t>(layout.circuit->type_of_cell[cell])].initial_tau;
        auto one = at::full({1}, start.first, at::kDouble);
        if (start.from == tau_start::source::uniform) one.uniform_(start.first, start.second, draws);
        if (start.from == tau_start::source::normal) one.normal_(start.first, start.second, draws);
        values[entry] = one.item<double>();
    }
    tau.copy_(drawn.unsqueeze(1));
}

void set_bias(const connectome_layout& layout, const at::Tensor& bias) {
    auto values = at::zeros({bias.size(0)}, at::kDouble);
    for (std::size_t cell = 0; cell < layout.bias_entries.size(); ++cell)
        if (const auto entry = layout.bias_entries[cell]; entry >= 0)
            values.mutable_data_ptr<double>()[entry] =
                layout.types[static_cast<std::size_t>(layout.circuit->type_of_cell[cell])].initial_bias;
    bias.copy_(values.unsqueeze(1));
}

/// The framework's default: uniform within 1 / sqrt(inputs).
void draw_layer(const at::Tensor& values, std::int64_t inputs, const at::Generator& draws) {
    const double bound = 1 / std::sqrt(static_cast<double>(inputs));
    values.copy_(at::empty(values.sizes(), at::kDouble).uniform_(-bound, bound, draws));
}

}  // namespace

connectome_indices::connectome_indices(const connectome_layout& layout, at::Device device, at::ScalarType dtype,
                                       bool adds_in_order) {
    if (!layout.weight_entries.empty())
        weights.emplace(layout.weight_entries,
                        entry_count(layout, layout.weights) + entry_count(layout, layout.hybrid_weights), device,
                        adds_in_order);
    if (layout.scales_counts)
        counts = as_tensor(layout.given.unpacked(), at::TensorOptions().device(device).dtype(dtype));
    if (layout.bias >= 0)
        bias = entries_on(layout.bias_entries, entry_count(layout, layout.bias), device, adds_in_order);
    if (layout.tau >= 0) tau = entries_on(layout.tau_entries, entry_count(layout, layout.tau), device, adds_in_order);
    stimulus = indices_of(layout.stimulus, device);
    output = indices_of(layout.output, device);
    const auto cells = static_cast<std::int64_t>(layout.cell_count());
    if (const auto& laid = layout.stimulus; adds_in_order && laid.kind == projection_kind::sparse)
        stimulus.lines = executors::lines_of_projection(laid.channels, laid.size, laid.cells, cells, device);
    if (const auto& laid = layout.output; adds_in_order && laid.kind == projection_kind::sparse)
        output.lines = executors::lines_of_projection(laid.cells, cells, laid.channels, laid.size, device);
    if (draws_starts(layout) || starts_at_zero(layout)) return;
    std::vector<double> values;
    for (const auto type : layout.circuit->type_of_cell)
        values.push_back(layout.types[static_cast<std::size_t>(type)].initial_state == fill::ones ? 1 : 0);
    start = as_tensor(values, at::TensorOptions().device(device).dtype(dtype)).unsqueeze(1);
}

connectome_operands::connectome_operands(const connectome_layout& layout, const connectome_indices& indices,
                                         std::span<const at::Tensor> parameters)
    : stimulus(operands_of(layout.stimulus, layout.cell_count(), indices.stimulus, parameters)),
      output(operands_of(layout.output, layout.cell_count(), indices.output, parameters)) {
    const auto options = parameters.front().options().requires_grad(false);
    const auto& bounded = parameter(parameters, layout.weights);
    const auto& hybrid = parameter(parameters, layout.hybrid_weights);
    if (bounded.defined() && hybrid.defined()) {
        weights = at::cat({bounded, hybrid});
    } else {
        weights = bounded.defined() ? bounded : hybrid.defined() ? hybrid : at::zeros({0}, options);
    }
    if (indices.weights) weights = indices.weights->read(weights);
    if (indices.counts.defined()) weights = weights * indices.counts;
    if (layout.bias >= 0) bias = by_cell(parameter(parameters, layout.bias), indices.bias, 0);
    rates = layout.tau < 0 ? at::ones({static_cast<std::int64_t>(layout.cell_count()), 1}, options)
                           : by_cell(parameter(parameters, layout.tau), indices.tau, 1).reciprocal();
}

void draw_start(const connectome_layout& layout, std::span<const at::Tensor> parameters, std::uint64_t seed) {
    const at::NoGradGuard no_grad;
    const auto draws = at::detail::createCPUGenerator(seed);
    std::int64_t next = 0;
    const auto all = as_tensor(layout.starting_weights(), at::TensorOptions(at::kDouble));
    for (const int index : {layout.weights, layout.hybrid_weights}) {
        if (index < 0) continue;
        const auto& values = parameter(parameters, index);
        values.copy_(all.slice(0, next, next + values.size(0)));
        next += values.size(0);
    }
    if (layout.bias >= 0) set_bias(layout, parameter(parameters, layout.bias));
    if (layout.tau >= 0) draw_tau(layout, parameter(parameters, layout.tau), draws);
    for (const auto* laid : {&layout.stimulus, &layout.output}) {
        const auto& weight = parameter(parameters, laid->weight);
        const auto& bias = parameter(parameters, laid->bias);
        if (laid->kind == projection_kind::dense) draw_layer(weight, weight.size(1), draws);
        if (laid->kind == projection_kind::dense && bias.defined()) draw_layer(bias, weight.size(1), draws);
        if (laid->kind == projection_kind::sparse)
            weight.copy_(as_tensor(laid->starting, at::TensorOptions(at::kDouble)));
        if (laid->kind == projection_kind::sparse && bias.defined()) bias.zero_();
    }
    if (layout.readout.classes == 0) return;
    for (std::size_t layer = 0; layer < 2; ++layer) {
        const auto& weight = parameter(parameters, layout.readout.weight[layer]);
        draw_layer(weight, weight.size(1), draws);
        draw_layer(parameter(parameters, layout.readout.bias[layer]), weight.size(1), draws);
    }
}

bool draws_starts(const connectome_layout& layout) {
    return std::ranges::any_of(layout.types, [](const auto& type) {
        return type.initial_state != fill::zeros && type.initial_state != fill::ones;
    });
}

at::Tensor declared_start(const connectome_layout& layout, const connectome_indices& indices, std::int64_t batch,
                          at::Device device, at::ScalarType dtype, const at::Generator& draws) {
    const auto cells = static_cast<std::int64_t>(layout.cell_count());
    if (starts_at_zero(layout)) return {};
    if (indices.start.defined()) return indices.start.expand({cells, batch});
    auto start = at::zeros({cells, batch}, at::TensorOptions(dtype));
    for (std::size_t type = 0; type < layout.types.size(); ++type) {
        const auto& own = layout.circuit->cells_of(static_cast<int>(type));
        auto values = at::zeros({static_cast<std::int64_t>(own.size()), batch}, at::TensorOptions(dtype));
        if (layout.types[type].initial_state == fill::ones) values.fill_(1);
        if (layout.types[type].initial_state == fill::uniform) values.uniform_(0, 1, draws);
        if (layout.types[type].initial_state == fill::normal) values.normal_(0, 1, draws);
        start.index_copy_(0, executors::index_tensor(own, at::kCPU), values);
    }
    return start.to(device);
}

at::Tensor given_start(const connectome_layout& layout, const at::Tensor& state, std::int64_t batch, at::Device device,
                       at::ScalarType dtype) {
    const auto cells = static_cast<std::int64_t>(layout.cell_count());
    executors::require_dense("the initial state", state);
    if (state.dim() != 2 || state.size(1) != cells || (state.size(0) != batch && state.size(0) != 1))
        throw usage_error(
            fmt::format("the initial state has shape {}, but it must be ({}, {}), or (1, {}) for all samples",
                        executors::text_of(state.sizes()), batch, cells, cells));
    if (state.scalar_type() != dtype || state.device() != device)
        throw usage_error(fmt::format("the initial state is {} on {}, but the parameters are {} on {}; convert one",
                                      executors::dtype_name(state.scalar_type()), state.device().str(),
                                      executors::dtype_name(dtype), device.str()));
    const auto [least_of_cells, most_of_cells] = at::aminmax(state.detach(), 0);  // NaN where a value is
    if (!is_finite(least_of_cells) || !is_finite(most_of_cells))
        throw usage_error("the initial state holds a value that is infinite or NaN");
    const auto least = least_of_cells.to(at::kCPU, at::kDouble).contiguous();
    for (std::int64_t cell = 0; cell < cells; ++cell) {
        if (!(least.const_data_ptr<double>()[cell] < 0) || layout.may_be_negative(cell)) continue;
        throw usage_error(fmt::format(
            "the initial state of cell {} ({}) is {}, which would turn the sign of an {} cell; give rates >= 0, or "
            "{}",
            cell, layout.type_of(cell).name, least.const_data_ptr<double>()[cell],
            name_of(layout.class_of_cell[static_cast<std::size_t>(cell)]),
            layout.type_of(cell).kind == neuron_class::hybrid ? "leave the cell's class out of the graph"
                                                              : "declare the type with signed_rates"));
    }
    return state.t().expand({cells, batch});
}

}  // namespace cortexpr
