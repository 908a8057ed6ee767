#include "../aten/addressable.hpp"
#include "../autograd_node.hpp"
#include "../lent_tensor.hpp"
#include "../sparse/inner_order.hpp"
#include "../sparse/run.hpp"
#include "../threads.hpp"
#include "recurrence.hpp"

#include <ATen/ops/argsort.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/empty_like.h>
#include <ATen/ops/tensor.h>

#include <algorithm>
#include <mutex>
#include <variant>

namespace cortexpr::executors {

namespace {

/// A circuit with its cells in the order that suits the kernels. One for each element type, made when it is first
/// needed.
template <class Scalar>
std::shared_ptr<const sparse::sparse_network<Scalar>> prepared(const recurrent_circuit& circuit) {
    // Not in vectors: what is freed in the midst of the heap stays with the process.
    const big_array<std::int32_t> pre(circuit.presynaptic.size()), post(circuit.postsynaptic.size());
    circuit.presynaptic.unpack(pre.span());
    circuit.postsynaptic.unpack(post.span());
    const auto inner_number = sparse::inner_order(circuit.type_of_cell, pre.span(), post.span());
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
    sparse::sparse_index index(static_cast<std::int32_t>(inner_number.size()), pre.span(), post.span(), inner_number);
    return std::make_shared<const sparse::sparse_network<Scalar>>(std::move(index), std::move(signs),
                                                                  std::move(ranges));
}

/// Numbers by synapse as a tensor, whose memory the network uses again. On the heap, where others lie between them,
/// arrays of that size leave holes into which the next ones don't fit.
template <class Scalar>
at::Tensor by_synapse(std::shared_ptr<const sparse::sparse_network<Scalar>> network, borrowed_array<Scalar> memory,
                      const at::TensorOptions& options) {
    const auto count = static_cast<std::int64_t>(memory.size());
    return lent_tensor(std::move(network), std::move(memory), {count}, options);
}

/// Arrays over neurons that were packed, or that a tensor's memory is already.
template <class Scalar>
struct packed_arrays {
    const Scalar* data = nullptr;
    borrowed_array<Scalar> memory{};
};

/// Weights by row, where a run is given those by column, and cells in the inner order.
template <class Scalar>
struct row_weights {
    std::shared_ptr<const sparse::sparse_network<Scalar>> network;
    borrowed_array<Scalar> values;
};

/// One run in the kernels' order, shared by both directions.
template <class Scalar>
struct sparse_steps {
    std::shared_ptr<const sparse::sparse_network<Scalar>> network;
    std::unique_ptr<sparse::sparse_run<Scalar>> run{};
    borrowed_array<Scalar> weights{};                      ///< in the first order, saved for the backward pass
    std::shared_ptr<const row_weights<Scalar>> ordered{};  ///< null: all comes and goes in the user's order

    sparse::user_array<const Scalar> read(const at::Tensor& values) const {
        return {values.const_data_ptr<Scalar>(), values.stride(0), values.stride(1), ordered != nullptr};
    }
    sparse::user_array<Scalar> written(const at::Tensor& values) const {
        return {values.mutable_data_ptr<Scalar>(), values.stride(0), values.stride(1), ordered != nullptr};
    }

    const sparse::sparse_index& index() const { return network->index(); }

    /// The weights in the first order, and in the second.
    borrowed_array<Scalar> first_weights(const at::Tensor& weights) const {
        auto first = network->borrow(index().synapses());
        network->gather_first(weights.const_data_ptr<Scalar>(), first.data(), on_threads);
        return first;
    }
    borrowed_array<Scalar> second_weights(const borrowed_array<Scalar>& first) const {
        auto second = network->borrow(index().synapses());
        network->gather_second(first.data(), second.data(), on_threads);
        return second;
    }

    /// The weights for the backward pass; those saved for it are given up.
    borrowed_array<Scalar> columns(const at::Tensor& of_user) {
        auto first = std::exchange(weights, {});
        if (first.size() == 0) first = first_weights(of_user);  // not the first backward pass of this run
        return index().rows_first() ? second_weights(first) : std::move(first);
    }

    /// A value for each cell, in the inner order.
    std::vector<Scalar> by_inner_number(const at::Tensor& values) const {
        const auto inner_number = index().inner_number();
        const auto* given = values.const_data_ptr<Scalar>();
        if (ordered != nullptr) return {given, given + inner_number.size()};
        std::vector<Scalar> inner(inner_number.size());
        for (std::size_t cell = 0; cell < inner_number.size(); ++cell)
            inner[static_cast<std::size_t>(inner_number[cell])] = given[cell];
        return inner;
    }
    /// The other way round.
    void spread(const std::vector<Scalar>& inner, Scalar* to) const {
        const auto inner_number = index().inner_number();
        for (std::size_t cell = 0; cell < inner_number.size(); ++cell)
            to[cell] = inner[ordered != nullptr ? cell : static_cast<std::size_t>(inner_number[cell])];
    }

    /// Arrays over neurons, one after another.
    borrowed_array<Scalar> arrays(std::int64_t count, int batch) const {
        return network->borrow(static_cast<std::size_t>(count) * network->size_of_array(batch));
    }
    template <class Any>
    Any* array(Any* all, std::int64_t number, int batch) const {
        return all + static_cast<std::size_t>(number) * network->size_of_array(batch);
    }
    /// Whether a tensor (T, N, B) is such arrays.
    bool is_packed(const at::Tensor& steps, int batch) const {
        return ordered != nullptr && network->stride(batch) == batch && steps.is_contiguous();
    }
    packed_arrays<Scalar> packed(const at::Tensor& steps, int batch) const {
        if (is_packed(steps, batch)) return {steps.const_data_ptr<Scalar>()};
        auto all = arrays(steps.size(0), batch);
        for (std::int64_t step = 0; step < steps.size(0); ++step)
            network->pack(read(steps.select(0, step)), batch, array(all.data(), step, batch), on_threads);
        const auto* data = all.data();
        return {data, std::move(all)};
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
    borrowed_array<Scalar> first, second;
    if (steps.ordered == nullptr) {
        first = steps.first_weights(inputs[weights]);
        if (!steps.index().rows_first()) second = steps.second_weights(first);
    }
    const auto& by_row = steps.ordered != nullptr ? steps.ordered->values : steps.index().rows_first() ? first : second;
    const auto arriving = steps.packed(inputs[drive], batch);
    const auto rate = steps.by_inner_number(inputs[rates]);
    const auto initial = has_start(inputs) ? steps.packed(inputs[start].unsqueeze(0), batch) : packed_arrays<Scalar>();
    const auto saves = run.needs_gradient  ? sparse::saved_values::for_backward
                       : run.all_requested ? sparse::saved_values::states
                                           : sparse::saved_values::last_state;
    steps.run = std::make_unique<sparse::sparse_run<Scalar>>(
        steps.network,
        sparse::sparse_inputs<Scalar>{.batch = batch,
                                      .steps = count,
                                      .weights = by_row.data(),
                                      .drive = arriving.data,
                                      .drive_by_step = inputs[drive].size(0) > 1,
                                      .initial = initial.data,
                                      .rate = rate.data()},
        saves, on_threads);
    if (run.needs_gradient && steps.ordered == nullptr) steps.weights = std::move(first);
    const auto options = inputs[drive].options().requires_grad(false);
    const auto cells = inputs[drive].size(1);
    auto last = at::empty({cells, batch}, options);
    network.unpack_signed(steps.run->signed_state(count - 1), batch, steps.written(last), on_threads);
    if (!run.all_requested) return {last};
    auto all = at::empty({count, cells, batch}, options);
    for (int step = 0; step < count; ++step)
        network.unpack_signed(steps.run->signed_state(step), batch, steps.written(all.select(0, step)), on_threads);
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
            whole_ = all;
            if (last.defined()) {
                whole_ = all.clone();
                whole_.select(0, count - 1).add_(last);
            }
            arrays_ = steps.packed(whole_, batch);
            for (int step = 0; step < count; ++step)
                pointers_[static_cast<std::size_t>(step)] = steps.array(arrays_.data, step, batch);
        } else if (last.defined()) {
            whole_ = last.unsqueeze(0);
            arrays_ = steps.packed(whole_, batch);
            pointers_.back() = arrays_.data;
        }
    }
    std::span<const Scalar* const> span() const { return pointers_; }

  private:
    at::Tensor whole_;
    packed_arrays<Scalar> arrays_;
    std::vector<const Scalar*> pointers_;
};

/// Arrays of adjoints by step, as a tensor of this shape.
template <class Scalar>
at::Tensor unpacked(const sparse_steps<Scalar>& steps, const Scalar* arrays, int batch, const at::Tensor& like) {
    auto all = at::empty(like.sizes(), like.options());
    for (std::int64_t step = 0; step < like.size(0); ++step)
        steps.network->unpack(steps.array(arrays, step, batch), batch, steps.written(all.select(0, step)), on_threads);
    return all;
}

template <class Scalar>
torch::autograd::variable_list backward_steps(sparse_steps<Scalar>& steps, const std::vector<at::Tensor>& inputs,
                                              const std::array<bool, input_count>& needs_grad, const at::Tensor& last,
                                              const at::Tensor& all) {
    const auto& network = *steps.network;
    const int batch = steps.run->batch(), count = steps.run->steps();
    const state_adjoints<Scalar> adjoints(steps, count, batch, last, all);
    const auto drive_adjoint =
        needs_grad[drive] ? steps.arrays(inputs[drive].size(0), batch) : borrowed_array<Scalar>();
    const auto initial = needs_grad[start] ? steps.arrays(1, batch) : borrowed_array<Scalar>();
    const bool is_ordered = steps.ordered != nullptr;
    auto columns = is_ordered ? borrowed_array<Scalar>() : steps.columns(inputs[weights]);
    torch::autograd::variable_list gradients(input_count);
    const auto options = inputs[drive].options();
    auto by_column = needs_grad[weights] ? network.borrow(steps.index().synapses()) : borrowed_array<Scalar>();
    std::vector<Scalar> rate(needs_grad[rates] ? static_cast<std::size_t>(steps.index().neurons()) : 0);
    steps.run->backward({.weights = is_ordered ? inputs[weights].template const_data_ptr<Scalar>() : columns.data(),
                         .states = adjoints.span(),
                         .weight_gradient = needs_grad[weights] ? by_column.data() : nullptr,
                         .drive = needs_grad[drive] ? drive_adjoint.data() : nullptr,
                         .initial = needs_grad[start] ? initial.data() : nullptr,
                         .rate = needs_grad[rates] ? rate.data() : nullptr},
                        on_threads);
    columns = {};
    if (needs_grad[weights]) {
        if (!is_ordered) by_column = network.spread_columns(std::move(by_column), on_threads);
        gradients[weights] = by_synapse(steps.network, std::move(by_column), options);
    }
    if (needs_grad[drive]) gradients[drive] = unpacked(steps, drive_adjoint.data(), batch, inputs[drive]);
    if (needs_grad[start]) {
        gradients[start] = at::empty(inputs[start].sizes(), options);
        network.unpack(initial.data(), batch, steps.written(gradients[start]), on_threads);
    }
    if (needs_grad[rates]) {
        gradients[rates] = at::empty(inputs[rates].sizes(), options);
        steps.spread(rate, gradients[rates].template mutable_data_ptr<Scalar>());
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

/// What keeps the weights by row.
using weight_ordering = std::variant<std::shared_ptr<row_weights<float>>, std::shared_ptr<row_weights<double>>>;

/// Weights by column, of the user's.
class ordering_function : public torch::autograd::Function<ordering_function> {
  public:
    static at::Tensor forward(torch::autograd::AutogradContext* context, const at::Tensor& of_user,
                              std::shared_ptr<weight_ordering> ordering) {
        auto by_column = at::empty_like(of_user);
        const auto order = [&]<class Scalar>(const std::shared_ptr<row_weights<Scalar>>& rows) {
            const auto& network = *rows->network;
            const bool rows_first = network.index().rows_first();
            auto* columns = by_column.mutable_data_ptr<Scalar>();
            rows->values = network.borrow(network.index().synapses());
            auto* first = rows_first ? rows->values.data() : columns;
            network.gather_first(of_user.const_data_ptr<Scalar>(), first, on_threads);
            network.gather_second(first, rows_first ? columns : rows->values.data(), on_threads);
        };
        std::visit(order, *ordering);
        save_run(*context, std::move(ordering));
        return by_column;
    }

    static torch::autograd::variable_list backward(torch::autograd::AutogradContext* context,
                                                   const torch::autograd::variable_list& arriving) {
        const auto ordering = run_of_backward_pass<weight_ordering>(*context, "planned");
        const auto by_column = addressable(arriving.front());
        at::Tensor of_user;
        const auto spread = [&]<class Scalar>(const std::shared_ptr<row_weights<Scalar>>& rows) {
            auto columns = rows->network->borrow(rows->network->index().synapses());
            std::ranges::copy_n(by_column.const_data_ptr<Scalar>(), by_column.numel(), columns.data());
            of_user = by_synapse(rows->network, rows->network->spread_columns(std::move(columns), on_threads),
                                 by_column.options());
        };
        std::visit(spread, *ordering);
        return {of_user, at::Tensor()};
    }
};

class planned_recurrence final : public recurrence {
  public:
    explicit planned_recurrence(std::shared_ptr<const recurrent_circuit> circuit) : circuit_(std::move(circuit)) {}

    recurrence_states run(const recurrence_inputs& inputs) override {
        auto run = std::make_shared<planned_steps>();
        if (inputs.drive.scalar_type() == at::kDouble) {
            run->steps = steps_of(doubles_, inputs);
        } else {
            run->steps = steps_of(floats_, inputs);
        }
        std::vector<at::Tensor> tensors{inputs.drive, addressable(inputs.weights), addressable(inputs.rates)};
        if (inputs.start.defined()) tensors.push_back(inputs.start);
        run->all_requested = inputs.all_states;
        run->needs_gradient = at::GradMode::is_enabled() &&
                              std::ranges::any_of(tensors, [](const at::Tensor& one) { return one.requires_grad(); });
        const auto given = steps_function::apply(at::TensorList(tensors), run, std::int64_t{inputs.steps});
        return {given.size() > 1 ? given[1] : at::Tensor(), given[0]};
    }

    own_order ordered(const at::Tensor& weights) override {
        const bool is_double = weights.scalar_type() == at::kDouble;
        return is_double ? ordered_by(network(doubles_), weights) : ordered_by(network(floats_), weights);
    }

  private:
    template <class Scalar>
    static own_order ordered_by(std::shared_ptr<const sparse::sparse_network<Scalar>> network,
                                const at::Tensor& weights) {
        const auto inner_number = network->index().inner_number();
        const auto numbers = at::tensor(at::ArrayRef(inner_number.data(), inner_number.size()), at::kLong);
        auto rows = std::make_shared<row_weights<Scalar>>(row_weights<Scalar>{std::move(network), {}});
        auto by_column = ordering_function::apply(addressable(weights), std::make_shared<weight_ordering>(rows));
        return {std::move(by_column), at::argsort(numbers), numbers, std::move(rows)};
    }

    template <class Scalar>
    sparse_steps<Scalar> steps_of(std::shared_ptr<const sparse::sparse_network<Scalar>>& made,
                                  const recurrence_inputs& inputs) {
        return {.network = network(made), .ordered = std::static_pointer_cast<const row_weights<Scalar>>(inputs.order)};
    }

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
