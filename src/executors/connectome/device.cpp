#include "../aten/addressable.hpp"
#include "../autograd_node.hpp"
#include "../device_kernels.hpp"
#include "device_lines.hpp"
#include "recurrence.hpp"

#include <ATen/ops/empty.h>
#include <ATen/ops/empty_like.h>
#include <ATen/ops/zeros_like.h>

#include <algorithm>
#include <array>
#include <limits>
#include <mutex>

namespace cortexpr::executors {

namespace {

namespace cuda = kernels::cuda;

/// What a circuit is to the kernels.
struct circuit_on_device {
    lines_on_device rows, columns;
    at::Tensor column_of_synapse;  ///< by the user's number
    at::Tensor function_of, functions, sign;

    circuit_on_device(const recurrent_circuit& circuit, at::Device device)
        : rows(sparse::order_by_line(circuit.type_of_cell, circuit.postsynaptic.unpacked(),
                                     circuit.presynaptic.unpacked(), circuit.type_of_cell.size()),
               device) {
        auto by_column = sparse::order_by_line(circuit.type_of_cell, circuit.presynaptic.unpacked(),
                                               circuit.postsynaptic.unpacked(), circuit.type_of_cell.size());
        column_of_synapse = uploaded(positions_of(by_column), device);
        columns = {std::move(by_column), device};
        function_of =
            uploaded(std::vector<std::uint16_t>(circuit.type_of_cell.begin(), circuit.type_of_cell.end()), device);
        std::vector<cuda::cell_function> by_type;
        for (const auto& type : circuit.types) {
            cuda::cell_function function{.length = static_cast<std::uint8_t>(type.nonlinearity.length),
                                         .is_rectified = type.rectified};
            std::ranges::copy(type.nonlinearity.members, function.members);
            by_type.push_back(function);
        }
        functions = uploaded(std::move(by_type), device);
        sign = uploaded(std::vector<float>(circuit.signs.begin(), circuit.signs.end()), device);
    }

    cuda::cell_rules rules(const at::Tensor& rates) const {
        return {.function_of = list_in<std::uint16_t>(function_of),
                .functions = list_in<cuda::cell_function>(functions),
                .sign = list_in<float>(sign),
                .rate = rates.const_data_ptr<float>()};
    }
};

bool is_for_kernels(const recurrent_circuit& circuit) {
    constexpr auto most_synapses = static_cast<std::size_t>(std::numeric_limits<std::int32_t>::max());
    constexpr auto most_types = std::size_t{std::numeric_limits<std::uint16_t>::max()};
    return circuit.presynaptic.size() <= most_synapses && circuit.types.size() <= most_types &&
           std::ranges::none_of(circuit.types, [](const auto& type) { return type.nonlinearity.is_custom(); });
}

/// One run, shared by both directions.
struct device_run {
    std::shared_ptr<const circuit_on_device> circuit;
    const device_kernels* kernels;
    int steps = 0;
    bool all_requested = false, needs_gradient = false;
    at::Tensor rows{}, columns{};  ///< weights in these orders; signed in rows
    at::Tensor states{};           ///< of all steps but the last, which is an output, or none where all are
    at::Tensor saved{};            ///< by step
};

using namespace recurrence_node;

/// States by step: of the output, and of what the run saves beside it.
struct states_of_run {
    const device_run& run;
    const at::Tensor& output;  ///< (T, N, B), or the last one's
    const float* start;

    float* at(int step) const {
        if (run.all_requested) return written_step_of(output, step);
        if (step == run.steps - 1) return output.mutable_data_ptr<float>();
        return written_step_of(run.states, step % static_cast<int>(run.states.size(0)));
    }
    const float* before(int step) const { return step == 0 ? start : at(step - 1); }
};

at::Tensor forward_steps(device_run& run, const std::vector<at::Tensor>& inputs) {
    const auto& circuit = *run.circuit;
    const auto cells = inputs[drive].size(1), batch = inputs[drive].size(2);
    const auto options = inputs[drive].options().requires_grad(false);
    const auto rules = circuit.rules(inputs[rates]);
    run.rows = at::empty_like(inputs[weights]);
    reorder(*run.kernels, inputs[weights], circuit.rows.synapses(), run.rows, rules.sign, circuit.rows.order().ends);
    if (run.needs_gradient) {
        run.columns = at::empty_like(inputs[weights]);
        reorder(*run.kernels, inputs[weights], circuit.columns.synapses(), run.columns);
        run.saved = at::empty({run.steps, cells, batch}, options);
    }
    auto output =
        run.all_requested ? at::empty({run.steps, cells, batch}, options) : at::empty({cells, batch}, options);
    const int saved_steps = run.needs_gradient ? run.steps - 1 : std::min(run.steps - 1, 2);
    if (!run.all_requested && saved_steps > 0) run.states = at::empty({saved_steps, cells, batch}, options);
    const states_of_run states{run, output, inputs.size() > start ? inputs[start].const_data_ptr<float>() : nullptr};
    for (int step = 0; step < run.steps; ++step)
        launch(*run.kernels, run.kernels->cell_step,
               cuda::cell_step_job{.batch = static_cast<int>(batch),
                                   .rows = circuit.rows.order(),
                                   .weights = run.rows.const_data_ptr<float>(),
                                   .rules = rules,
                                   .drive = step_of(inputs[drive], inputs[drive].size(0) == 1 ? 0 : step),
                                   .before = states.before(step),
                                   .after = states.at(step),
                                   .saved = run.needs_gradient ? written_step_of(run.saved, step) : nullptr},
               output.device());
    return output;
}

/// A run's backward pass.
class device_adjoint {
  public:
    device_adjoint(const device_run& run, const std::vector<at::Tensor>& inputs, const at::Tensor& output,
                   const std::array<bool, input_count>& needs_grad)
        : run_(run),
          inputs_(inputs),
          needs_grad_(needs_grad),
          has_own_drives_(needs_grad[drive] && inputs[drive].size(0) > 1),
          states_{run, output, inputs.size() > start ? inputs[start].const_data_ptr<float>() : nullptr},
          gradients_(input_count),
          spare_(at::empty({2, inputs[drive].size(1), inputs[drive].size(2)}, inputs[drive].options())) {
        for (const auto of : {drive, rates, start, weights})
            if (needs_grad[of]) gradients_[of] = at::empty_like(inputs[of]);
        if (needs_grad[weights]) columns_ = at::empty_like(inputs[weights]);
        state_ = needs_grad[start] ? gradients_[start] : at::empty_like(spare_.select(0, 0));
    }

    /// Of the inputs that need one. `arriving` is the adjoint of the output.
    torch::autograd::variable_list gradients(const at::Tensor& arriving) {
        const auto adjoint = addressable(arriving);
        bool has_weights = false;
        for (int pass = run_.steps; pass >= 0; --pass) {
            auto job = job_of(pass, adjoint);
            if (job.state == nullptr && job.weight_gradient == nullptr) break;
            job.sets_weights = !has_weights;
            has_weights = has_weights || job.weight_gradient != nullptr;
            launch(*run_.kernels, run_.kernels->cell_adjoint, job, states_.output.device());
        }
        if (!needs_grad_[weights]) return gradients_;
        if (has_weights) {
            reorder(*run_.kernels, columns_, list_in<std::int32_t>(run_.circuit->column_of_synapse),
                    gradients_[weights]);
        } else {
            gradients_[weights] = at::zeros_like(inputs_[weights]);
        }
        return gradients_;
    }

  private:
    static float* data(const at::Tensor& values) {
        return values.defined() ? values.mutable_data_ptr<float>() : nullptr;
    }
    float* drive_adjoint_of(int step) const {
        return has_own_drives_ ? written_step_of(gradients_[drive], step) : written_step_of(spare_, step % 2);
    }

    /// Pass t takes the adjoint of step t's drive to that of the state before, and on to step t - 1's drive.
    cuda::cell_adjoint_job job_of(int pass, const at::Tensor& adjoint) const {
        cuda::cell_adjoint_job job{.batch = static_cast<int>(inputs_[drive].size(2)),
                                   .columns = run_.circuit->columns.order(),
                                   .weights = run_.columns.const_data_ptr<float>(),
                                   .rules = run_.circuit->rules(inputs_[rates]),
                                   .state = state_.mutable_data_ptr<float>(),
                                   .is_first = pass == run_.steps};
        if (!job.is_first) {
            job.drive_adjoint = drive_adjoint_of(pass);
            job.states = states_.before(pass);
            job.weight_gradient = job.states == nullptr ? nullptr : data(columns_);
        }
        if (pass == 0) {
            if (!needs_grad_[start]) job.state = nullptr;
            return job;
        }
        const int step = pass - 1;
        if (run_.all_requested) {
            job.arriving = step_of(adjoint, step);
        } else if (job.is_first) {
            job.arriving = adjoint.const_data_ptr<float>();
        }
        job.next = {.saved = step_of(run_.saved, step),
                    .before = states_.before(step),
                    .drive = drive_adjoint_of(step),
                    .constant_drive_adjoint = has_own_drives_ ? nullptr : data(gradients_[drive]),
                    .rate_sum = data(gradients_[rates])};
        return job;
    }

    const device_run& run_;
    const std::vector<at::Tensor>& inputs_;
    const std::array<bool, input_count>& needs_grad_;
    bool has_own_drives_;
    states_of_run states_;
    torch::autograd::variable_list gradients_;
    at::Tensor spare_;      ///< (2, N, B): adjoints of drives that take turns
    at::Tensor columns_{};  ///< the weights' gradient in the order of the columns
    at::Tensor state_{};    ///< the adjoint of a state
};

class device_steps : public torch::autograd::Function<device_steps> {
  public:
    static at::Tensor forward(torch::autograd::AutogradContext* context, at::TensorList inputs,
                              const std::shared_ptr<device_run>& run) {
        auto tensors = inputs.vec();
        const auto output = forward_steps(*run, tensors);
        tensors.push_back(output);
        context->save_for_backward(tensors);
        context->set_materialize_grads(false);
        save_run(*context, run);
        return output;
    }

    static torch::autograd::variable_list backward(torch::autograd::AutogradContext* context,
                                                   const torch::autograd::variable_list& arriving) {
        const auto run = run_of_backward_pass<device_run>(*context, "planned");
        auto inputs = context->get_saved_variables();
        const auto output = inputs.back();
        inputs.pop_back();
        std::array<bool, input_count> needs_grad{};
        for (std::size_t i = 0; i < inputs.size(); ++i) needs_grad[i] = context->needs_input_grad(i);
        torch::autograd::variable_list gradients(input_count);
        if (arriving[0].defined()) gradients = device_adjoint(*run, inputs, output, needs_grad).gradients(arriving[0]);
        gradients.resize(inputs.size() + 1);  // of the run
        return gradients;
    }
};

class device_recurrence final : public recurrence {
  public:
    device_recurrence(std::shared_ptr<const recurrent_circuit> circuit, at::Device device)
        : circuit_(std::move(circuit)), device_(device), is_for_kernels_(executors::is_for_kernels(*circuit_)) {}

    recurrence_states run(const recurrence_inputs& inputs) override {
        const auto* kernels =
            is_for_kernels_ && inputs.drive.scalar_type() == at::kFloat ? kernels_on(device_) : nullptr;
        if (kernels == nullptr)
            return made(others_, [&] { return make_transparent_recurrence(circuit_, device_); })->run(inputs);
        auto one = std::make_shared<device_run>();
        one->circuit = made(on_device_, [&] { return std::make_shared<const circuit_on_device>(*circuit_, device_); });
        one->kernels = kernels;
        one->steps = inputs.steps;
        one->all_requested = inputs.all_states;
        std::vector<at::Tensor> tensors{for_vectors(inputs.drive), addressable(inputs.weights),
                                        addressable(inputs.rates)};
        if (inputs.start.defined()) tensors.push_back(for_vectors(inputs.start));
        one->needs_gradient = at::GradMode::is_enabled() &&
                              std::ranges::any_of(tensors, [](const at::Tensor& each) { return each.requires_grad(); });
        const auto given = device_steps::apply(at::TensorList(tensors), one);
        if (!inputs.all_states) return {{}, given};
        return {given, given.select(0, inputs.steps - 1)};
    }

  private:
    template <class Made, class Make>
    std::shared_ptr<Made> made(std::shared_ptr<Made>& kept, Make make) {
        const std::lock_guard hold(guard_);
        if (kept == nullptr) kept = make();
        return kept;
    }

    std::shared_ptr<const recurrent_circuit> circuit_;
    at::Device device_;
    bool is_for_kernels_;
    std::mutex guard_;
    std::shared_ptr<recurrence> others_;
    std::shared_ptr<const circuit_on_device> on_device_;
};

}  // namespace

std::shared_ptr<recurrence> make_device_recurrence(std::shared_ptr<const recurrent_circuit> circuit,
                                                   at::Device device) {
    return std::make_shared<device_recurrence>(std::move(circuit), device);
}

}  // namespace cortexpr::executors
