#include "executor.hpp"

#include "../../interruption.hpp"
#include "../aten/nonlinearity.hpp"
#include "../aten/resize.hpp"
#include "../initial_values.hpp"

#include <ATen/TensorOperators.h>
#include <ATen/ops/reciprocal.h>
#include <ATen/ops/stack.h>
#include <ATen/ops/zeros_like.h>

namespace cortexpr::executors {

namespace {

/// Values of all steps of one thing, where they are asked for.
class recording {
  public:
    explicit recording(bool wanted) : wanted_(wanted) {}
    void add(const at::Tensor& value) {
        if (wanted_) values_.push_back(value);
    }
    at::Tensor stacked(std::int64_t dimension) const { return wanted_ ? at::stack(values_, dimension) : at::Tensor(); }

  private:
    bool wanted_;
    std::vector<at::Tensor> values_;
};

std::vector<recording> recordings(const std::vector<bool>& wanted, std::size_t count) {
    std::vector<recording> all;
    for (std::size_t i = 0; i < count; ++i) all.emplace_back(plan::flag(wanted, i));
    return all;
}

std::vector<at::Tensor> stacked(const std::vector<recording>& all, std::int64_t dimension) {
    std::vector<at::Tensor> tensors;
    for (const auto& one : all) tensors.push_back(one.stacked(dimension));
    return tensors;
}

/// Outputs and feedback that are needed, where all states are computed whether they are needed or not.
plan::liveness live_of(const plan::network& plan, const run_request& request, int steps) {
    auto requested = request.requested();
    requested.final_states = true;
    return plan::live_values(plan, steps, requested);
}

/// One network on its way through the steps.
class transparent_run {
  public:
    explicit transparent_run(const run_context& context)
        : plan_(context.plan),
          parameters_(context.parameters),
          request_(context.request),
          shape_(context.shape),
          precision_(context.precision),
          perturbed_(context.perturbed.get()),
          requested_(context.requested()),
          live_(live_of(plan_, request_, shape_.steps)),
          state_recordings_(recordings(request_.record_states, plan_.types.size())),
          output_recordings_(recordings(request_.record_outputs, plan_.areas.size())),
          feedback_recordings_(recordings(request_.record_feedback, plan_.areas.size())) {
        auto start = initial_values_of(context);
        states_ = std::move(start.states);
        outputs_ = std::move(start.outputs);
        feedback_ = std::move(start.feedback);
        for (const auto& type : plan_.types)
            rates_.push_back(at::reciprocal(parameters_[static_cast<std::size_t>(type.tau_parameter)]));
    }

    /// Bottom up, area by area, each with the output of the one below as its stimulus, now or (with area_delay) at the
    /// step before.
    void step(int t, const at::Tensor& stimulus) {
        const auto outputs_before = outputs_;
        for (std::size_t i = 0; i < plan_.areas.size(); ++i) {
            const auto& area = plan_.areas[i];
            const bool hears_late = plan::stimulus_delay(plan_, static_cast<int>(i)) > 0;
            const auto input = i == 0 ? stimulus : from_below((hears_late ? outputs_before : outputs_)[i - 1], area);
            step_states(t, area, input, feedback_[i]);
            outputs_[i] = live_.output(t, static_cast<int>(i)) ? output_of(area, input, feedback_[i]) : at::Tensor();
        }
        step_feedback(t);
        record();
    }

    /// The features of the output as it is now.
    at::Tensor features() const {
        const auto& head = plan_.readout;
        return pooled(outputs_.back(), head.pool, head.pool_height, head.pool_width);
    }

    run_values<at::Tensor> result() const {
        return {.states = stacked(state_recordings_, shape_.time_dimension),
                .final_states = states_,
                .outputs = stacked(output_recordings_, shape_.time_dimension),
                .feedback = stacked(feedback_recordings_, shape_.time_dimension),
                .output = outputs_.back(),
                .features = {}};
    }

  private:
    /// What an area hears of the one below, if anything.
    at::Tensor from_below(const at::Tensor& below, const plan::area& area) const {
        return below.defined() ? fitted(below, plan_.pool, area.input.height, area.input.width) : below;
    }

    at::Tensor source_of(const plan::edge& edge, const at::Tensor& stimulus, const at::Tensor& top_down) const {
        switch (edge.from) {
            case plan::edge::source::stimulus:
                return stimulus;
            case plan::edge::source::top_down:
                return top_down;
            default:
                return states_[static_cast<std::size_t>(edge.presynaptic)];
        }
    }

    bool is_silenced(std::size_t type, int t) const { return requested_.silences(type, t); }

    /// z_j(t) = sum_s sign(s) phi_sj(W_sj * x_s + b_sj), then h_j(t) = f_j(z_j(t)) / tau_j + (1 - 1/tau_j) h_j(t-1).
    void step_states(int t, const plan::area& area, const at::Tensor& stimulus, const at::Tensor& top_down) {
        std::vector<at::Tensor> drives(plan_.types.size());
        for (const auto& edge : plan_.edges_of(area)) {
            if (edge.to_output() || is_silenced(static_cast<std::size_t>(edge.postsynaptic), t)) continue;
            accumulate(drives[static_cast<std::size_t>(edge.postsynaptic)], edge.sign,
                       edge_term(edge, parameters_, source_of(edge, stimulus, top_down), precision_));
        }
        const auto first = static_cast<std::size_t>(area.first_type);
        for (auto j = first; j < first + static_cast<std::size_t>(area.types); ++j) {
            if (is_silenced(j, t)) {
                states_[j] = at::zeros_like(states_[j]);
                continue;
            }
            if (injects_at(perturbed_, j, t)) drives[j] = drives[j] + perturbed_->types[j].current_at(t);
            states_[j] = next_state(plan_.types[j], rates_[j], drives[j], states_[j]);
            if (holds_at(perturbed_, j, t)) states_[j] = perturbed_->types[j].held(states_[j], t);
        }
    }

    /// out(t) = g(sum_s sign(s) phi_s,out(W_s,out * h_s(t) + b_s,out)), g none by default.
    at::Tensor output_of(const plan::area& area, const at::Tensor& stimulus, const at::Tensor& top_down) const {
        at::Tensor sum;
        for (const auto& edge : plan_.edges_of(area))
            if (edge.to_output())
                accumulate(sum, edge.sign,
                           edge_term(edge, parameters_, source_of(edge, stimulus, top_down), precision_));
        return apply(area.output_nonlinearity, sum);
    }

    /// What earlier areas will hear at the next step.
    void step_feedback(int t) {
        std::vector<at::Tensor> received(plan_.areas.size());
        for (const auto& edge : plan_.feedback)
            if (live_.fed_back(t, edge.to))
                accumulate(received[static_cast<std::size_t>(edge.to)], 1,
                           edge_term(edge, parameters_, outputs_[static_cast<std::size_t>(edge.from)], precision_));
        for (std::size_t i = 0; i < received.size(); ++i)
            if (received[i].defined()) feedback_[i] = received[i];
    }

    void record() {
        for (std::size_t i = 0; i < states_.size(); ++i) state_recordings_[i].add(states_[i]);
        for (std::size_t i = 0; i < outputs_.size(); ++i) output_recordings_[i].add(outputs_[i]);
        for (std::size_t i = 0; i < feedback_.size(); ++i) feedback_recordings_[i].add(feedback_[i]);
    }

    const plan::network& plan_;
    parameter_list parameters_;
    const run_request& request_;
    const run_shape& shape_;
    precision precision_;
    const perturbed_states* perturbed_;
    plan::requested requested_;
    plan::liveness live_;
    std::vector<at::Tensor> rates_;     ///< by neuron type: 1/tau
    std::vector<at::Tensor> states_;    ///< by neuron type: h(t)
    std::vector<at::Tensor> outputs_;   ///< by area: out(t), undefined where nothing reads it
    std::vector<at::Tensor> feedback_;  ///< by area: what it hears at the step to come
    std::vector<recording> state_recordings_, output_recordings_, feedback_recordings_;
};

class transparent_executor final : public executor {
  public:
    run_values<at::Tensor> run(const run_context& context) override {
        transparent_run run(context);
        const auto& shape = context.shape;
        std::vector<at::Tensor> features;
        for (int t = 1; t <= shape.steps; ++t) {
            interruption::look();
            run.step(t, shape.is_sequence ? context.input.select(shape.time_dimension, t - 1) : context.input);
            if (context.plan.has_readout() && (context.request.all_logits || t == shape.steps))
                features.push_back(run.features());
        }
        auto result = run.result();
        if (!features.empty()) result.features = at::stack(features);
        return result;
    }
};

}  // namespace

std::shared_ptr<executor> make_transparent_executor() { return std::make_shared<transparent_executor>(); }

}  // namespace cortexpr::executors
