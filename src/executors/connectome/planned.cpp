#include "../autograd_node.hpp"
#include "../sparse/inner_order.hpp"
#include "../sparse/run.hpp"
#include "../threads.hpp"
#include "recurrence.hpp"

#include <ATen/ops/empty.h>

#include <algorithm>
#include <mutex>
#include <variant>

namespace cortexpr::executors {

namespace {

/// A circuit with its cells in the order that suits the kernels. One for each element type, made when it is first
/// needed.
template <class Scalar>
std::shared_ptr<const sparse::sparse_network<Scalar>> prepared(const recurrent_circuit& circuit) {
    const auto inner_number = sparse::inner_order(circuit.type_of_cell, circuit.presynaptic, circuit.postsynaptic);
    std::vector<Scalar> signs(inner_number.size());
    for (std::size_t cell = 0; cell < inner_number.size(); ++cell)
        signs[static_cast<std::size_t>(inner_number[cell])] = circuit.signs[cell];
    std::vector<kernels::neuron_range<Scalar>> ranges;
    std::int32_t next = 0;
    for (std::size_t type = 0; type < circuit.types.size(); ++type) {
        next += static_cast<std::int32_t>(circuit.cells_of_type[type].size());
        if (!ranges.empty() && ranges.back().last == next) continue;
        ranges.push_back(
            {.last = next, .function = circuit.types[type].nonlinearity, .rectified = circuit.types[type].rectified});
    }
    sparse::sparse_index index(static_cast<std::int32_t>(inner_number.size()), circuit.presynaptic,
                               circuit.postsynaptic, inner_number);
    return std::make_shared<const sparse::sparse_network<Scalar>>(std::move(index), std::move(signs),
                                                                  std::move(ranges));
}

template <class Scalar>
sparse::user_array<const Scalar> read(const at::Tensor& values) {
    return {values.const_data_ptr<Scalar>(), values.stride(0), values.stride(1)};
}
template <class Scalar>
sparse::user_array<Scalar> written(const at::Tensor& values) {
    return {values.mutable_data_ptr<Scalar>(), values.stride(0), values.stride(1)};
}

/// One run in the kernels' order, shared by both directions.
template <class Scalar>
struct sparse_steps {
    std::shared_ptr<const sparse::sparse_network<Scalar>> network;
    std::unique_ptr<sparse::sparse_run<Scalar>> run{};
    sparse::borrowed_array<Scalar> weights{};  ///< in the first order, saved for the backward pass

    const sparse::sparse_index& index() const { return network->index(); }

    /// The weights in the first order, and in the second.
    sparse::borrowed_array<Scalar> first_weights(const at::Tensor& weights) const {
        auto first = network->borrow(index().synapses());
        network->gather_first(weights.const_data_ptr<Scalar>(), first.data(), on_threads);
        return first;
    }
    sparse::borrowed_array<Scalar> second_weights(const sparse::borrowed_array<Scalar>& first) const {
        auto second = network->borrow(index().synapses());
        network->gather_second(first.data(), second.data(), on_threads);
        return second;
    }

    /// The weights for the backward pass; those saved for it are given up.
    sparse::borrowed_array<Scalar> columns(const at::Tensor& of_user) {
        auto first = std::exchange(weights, {});
        if (first.size() == 0) first = first_weights(of_user);  // not the first backward pass of this run
        return index().rows_first() ? second_weights(first) : std::move(first);
    }

    /// A value for each cell, in the inner order.
    std::vector<Scalar> by_inner_number(const at::Tensor& values) const {
        const auto inner_number = index().inner_number();
        const auto* given = values.const_data_ptr<Scalar>();
        std::vector<Scalar> inner(inner_number.size());
        for (std::size_t cell = 0; cell < inner_number.size(); ++cell)
            inner[static_cast<std::size_t>(inner_number[cell])] = given[cell];
        return inner;
    }

    /// Arrays over neurons, one after another.
    sparse::borrowed_array<Scalar> arrays(std::int64_t count, int batch) const {
        return network->borrow(static_cast<std::size_t>(count) * network->size_of_array(batch));
    }
    Scalar* array(const sparse::borrowed_array<Scalar>& all, std::int64_t number, int batch) const {
        return all.data() + static_cast<std::size_t>(number) * network->size_of_array(batch);
    }
    sparse::borrowed_array<Scalar> packed(const at::Tensor& steps, int batch) const {
        auto all = arrays(steps.size(0), batch);
        for (std::int64_t step = 0; step < steps.size(0); ++step)
            network->pack(read<Scalar>(steps.select(0, step)), batch, array(all, step, batch), on_threads);
        return all;
    }
};

struct planned_steps {
    std::variant<sparse_steps<float>, sparse_steps<double>> steps;
    bool all_requested = false, needs_gradient = false;
};

using namespace recurrence_node;

bool has_start(const std::vector<at::Tensor>& inputs) { return inputs.size() > start; }

template <class Scalar>
torch::autograd::variable_list forward_steps(sparse_steps<Scalar>& steps, const planned_steps& run,
                                             const std::vector<at::Tensor>& inputs, int count) {
    const auto& network = *steps.network;
    const int batch = static_cast<int>(inputs[drive].size(2));
    auto first = steps.first_weights(inputs[weights]);
    const auto second = steps.index().rows_first() ? sparse::borrowed_array<Scalar>() : steps.second_weights(first);
    const auto arriving = steps.packed(inputs[drive], batch);
    const auto rate = steps.by_inner_number(inputs[rates]);
    const auto initial =
        has_start(inputs) ? steps.packed(inputs[start].unsqueeze(0), batch) : sparse::borrowed_array<Scalar>();
    const auto saves = run.needs_gradient  ? sparse::saved_values::for_backward
                       : run.all_requested ? sparse::saved_values::states
                                           : sparse::saved_values::last_state;
    steps.run = std::make_unique<sparse::sparse_run<Scalar>>(
        steps.network,
        sparse::sparse_inputs<Scalar>{.batch = batch,
                                      .steps = count,
                                      .weights = (steps.index().rows_first() ? first : second).data(),
                                      .drive = arriving.data(),
                                      .drive_by_step = inputs[drive].size(0) > 1,
                                      .initial = has_start(inputs) ? initial.data() : nullptr,
                                      .rate = rate.data()},
        saves, on_threads);
    if (run.needs_gradient) steps.weights = std::move(first);
    const auto options = inputs[drive].options().requires_grad(false);
    const auto cells = inputs[drive].size(1);
    auto last = at::empty({cells, batch}, options);
    network.unpack_carried(steps.run->carried(count - 1), batch, written<Scalar>(last), on_threads);
    if (!run.all_requested) return {last};
    auto all = at::empty({count, cells, batch}, options);
    for (int step = 0; step < count; ++step)
        network.unpack_carried(steps.run->carried(step), batch, written<Scalar>(all.select(0, step)), on_threads);
    return {last, all};
}

/// The adjoint of each state: of all, and of the last one once more.
template <class Scalar>
class state_adjoints {
  public:
    state_adjoints(const sparse_steps<Scalar>& steps, int count, int batch, const at::Tensor& last,
                   const at::Tensor& all)
        : pointers_(static_cast<std::size_t>(count)) {
        if (all.defined()) {
            auto whole = all;
            if (last.defined()) {
                whole = all.clone();
                whole.select(0, count - 1).add_(last);
            }
            arrays_ = steps.packed(whole, batch);
            for (int step = 0; step < count; ++step)
                pointers_[static_cast<std::size_t>(step)] = steps.array(arrays_, step, batch);
        } else if (last.defined()) {
            arrays_ = steps.packed(last.unsqueeze(0), batch);
            pointers_.back() = arrays_.data();
        }
    }
    std::span<const Scalar* const> span() const { return pointers_; }

  private:
    sparse::borrowed_array<Scalar> arrays_;
    std::vector<const Scalar*> pointers_;
};

template <class Scalar>
torch::autograd::variable_list backward_steps(sparse_steps<Scalar>& steps, const std::vector<at::Tensor>& inputs,
                                              const std::array<bool, input_count>& needs_grad, const at::Tensor& last,
                                              const at::Tensor& all) {
    const auto& network = *steps.network;
    const int batch = steps.run->batch(), count = steps.run->steps();
    const state_adjoints<Scalar> adjoints(steps, count, batch, last, all);
    const auto drives = inputs[drive].size(0);
    const auto drive_adjoint = needs_grad[drive] ? steps.arrays(drives, batch) : sparse::borrowed_array<Scalar>();
    const auto initial = needs_grad[start] ? steps.arrays(1, batch) : sparse::borrowed_array<Scalar>();
    auto columns = steps.columns(inputs[weights]);
    const auto weight =
        needs_grad[weights] ? network.borrow(steps.index().synapses()) : sparse::borrowed_array<Scalar>();
    std::vector<Scalar> rate(needs_grad[rates] ? static_cast<std::size_t>(steps.index().neurons()) : 0);
    steps.run->backward({.weights = columns.data(),
                         .states = adjoints.span(),
                         .weight_gradient = needs_grad[weights] ? weight.data() : nullptr,
                         .drive = needs_grad[drive] ? drive_adjoint.data() : nullptr,
                         .initial = needs_grad[start] ? initial.data() : nullptr,
                         .rate = needs_grad[rates] ? rate.data() : nullptr},
                        on_threads);
    torch::autograd::variable_list gradients(input_count);
    const auto options = inputs[drive].options();
    columns = {};
    if (needs_grad[weights]) {
        gradients[weights] = at::empty({static_cast<std::int64_t>(weight.size())}, options);
        network.spread_columns(weight.data(), gradients[weights].template mutable_data_ptr<Scalar>(), on_threads);
    }
    if (needs_grad[drive]) {
        gradients[drive] = at::empty(inputs[drive].sizes(), options);
        for (std::int64_t step = 0; step < drives; ++step)
            network.unpack(steps.array(drive_adjoint, step, batch), batch,
                           written<Scalar>(gradients[drive].select(0, step)), on_threads);
    }
    if (needs_grad[start]) {
        gradients[start] = at::empty(inputs[start].sizes(), options);
        network.unpack(initial.data(), batch, written<Scalar>(gradients[start]), on_threads);
    }
    if (needs_grad[rates]) {
        gradients[rates] = at::empty(inputs[rates].sizes(), options);
        auto* of_cell = gradients[rates].template mutable_data_ptr<Scalar>();
        const auto inner_number = steps.index().inner_number();
        for (std::size_t cell = 0; cell < inner_number.size(); ++cell)
            of_cell[cell] = rate[static_cast<std::size_t>(inner_number[cell])];
    }
    return gradients;
}

class steps_function : public torch::autograd::Function<steps_function> {
  public:
    static torch::autograd::variable_list forward(torch::autograd::AutogradContext* context, at::TensorList inputs,
                                                  std::shared_ptr<planned_steps> run, std::int64_t count) {
        const auto tensors = inputs.vec();
        auto given = std::visit(
            [&](auto& steps) { return forward_steps(steps, *run, tensors, static_cast<int>(count)); }, run->steps);
        context->save_for_backward(tensors);
        context->set_materialize_grads(false);
        save_run(*context, run);
        return given;
    }

    static torch::autograd::variable_list backward(torch::autograd::AutogradContext* context,
                                                   const torch::autograd::variable_list& arriving) {
        const auto run = run_of_backward_pass<planned_steps>(*context, "planned");
        const auto tensors = context->get_saved_variables();
        std::array<bool, input_count> needs_grad{};
        for (std::size_t i = 0; i < tensors.size(); ++i) needs_grad[i] = context->needs_input_grad(i);
        auto gradients = std::visit(
            [&](auto& steps) {
                return backward_steps(steps, tensors, needs_grad, arriving[0],
                                      arriving.size() > 1 ? arriving[1] : at::Tensor());
            },
            run->steps);
        gradients.resize(tensors.size() + 2);  // of the run and the number of steps
        return gradients;
    }
};

class planned_recurrence final : public recurrence {
  public:
    explicit planned_recurrence(std::shared_ptr<const recurrent_circuit> circuit) : circuit_(std::move(circuit)) {}

    recurrence_states run(const recurrence_inputs& inputs) override {
        auto run = std::make_shared<planned_steps>();
        if (inputs.drive.scalar_type() == at::kDouble) {
            run->steps.emplace<sparse_steps<double>>().network = network(doubles_);
        } else {
            run->steps.emplace<sparse_steps<float>>().network = network(floats_);
        }
        std::vector<at::Tensor> tensors{inputs.drive, inputs.weights.contiguous(), inputs.rates.contiguous()};
        if (inputs.start.defined()) tensors.push_back(inputs.start);
        run->all_requested = inputs.all_states;
        run->needs_gradient = at::GradMode::is_enabled() &&
                              std::ranges::any_of(tensors, [](const at::Tensor& one) { return one.requires_grad(); });
        const auto given = steps_function::apply(at::TensorList(tensors), run, std::int64_t{inputs.steps});
        return {given.size() > 1 ? given[1] : at::Tensor(), given[0]};
    }

  private:
    template <class Scalar>
    std::shared_ptr<const sparse::sparse_network<Scalar>> network(
        std::shared_ptr<const sparse::sparse_network<Scalar>>& made) {
        const std::lock_guard hold(guard_);
        if (made == nullptr) made = prepared<Scalar>(*circuit_);
        return made;
    }

    std::shared_ptr<const recurrent_circuit> circuit_;
    std::mutex guard_;
    std::shared_ptr<const sparse::sparse_network<float>> floats_;
    std::shared_ptr<const sparse::sparse_network<double>> doubles_;
};

}  // namespace

std::shared_ptr<recurrence> make_planned_recurrence(std::shared_ptr<const recurrent_circuit> circuit) {
    return std::make_shared<planned_recurrence>(std::move(circuit));
}

}  // namespace cortexpr::executors
