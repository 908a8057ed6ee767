#include "balanced.hpp"

#include "../../executors/aten/equations.hpp"
#include "../../executors/aten/nonlinearity.hpp"
#include "../../executors/aten/resize.hpp"
#include "../random.hpp"

#include <ATen/CPUGeneratorImpl.h>
#include <torch/types.h>

#include <algorithm>
#include <cmath>
#include <utility>

namespace cortexpr {

namespace {

using plan::edge;
using plan::parameter;
using source = plan::edge::source;

constexpr double least = 1e-6;  // a channel with less spread, or a smaller mean, is left as it was drawn

/// One value for each channel of a map (B, C, H, W).
at::Tensor channel_mean(const at::Tensor& map) { return map.mean({0, 2, 3}); }
at::Tensor channel_std(const at::Tensor& map) { return map.std({0, 2, 3}, /*unbiased=*/false); }
at::Tensor channel_rms(const at::Tensor& map) { return map.square().mean({0, 2, 3}).sqrt(); }

/// aim / found, and 1 where there is next to nothing to scale.
at::Tensor ratio(const at::Tensor& aim, const at::Tensor& found) {
    return at::where((found > least).logical_and(aim > least), aim / found, at::ones_like(found));
}
at::Tensor ratio(double aim, const at::Tensor& found) { return ratio(at::full_like(found, aim), found); }

class balanced_fit {
  public:
    balanced_fit(network_module& network, std::uint64_t seed, const at::Tensor& inputs, int steps,
                 const balanced_aims& aims)
        : network_(network),
          plan_(network.plan()),
          aims_(aims),
          inputs_(inputs),
          draws_(at::detail::createCPUGenerator(mixed_seed({seed, balanced_stream}))),
          rates_(plan_.types.size()) {
        request_.record_outputs.assign(plan_.areas.size(), plan_.areas.size() > 1);
        for (const auto& area : plan_.areas)
            request_.record_feedback.push_back(area.feedback.channels > 0 && !plan_.feedback.empty());
        if (inputs.dim() == 4) request_.steps = steps;
        for (int i = 0; i < static_cast<int>(plan_.parameters.size()); ++i) parameters_.push_back(network.parameter(i));
    }

    void fit() {
        draw();
        for (const auto& area : plan_.areas) {
            const auto heard = heard_in(area);
            fit_types(area, heard);
            fit_output(area, heard);
        }
        if (!plan_.feedback.empty()) {
            fit_feedback();
            for (const auto& area : plan_.areas) fit_output(area, heard_in(area));
        }
        if (plan_.is_classifier()) fit_readout();
        set_step_gains();
        network_.project();
    }

  private:
    static constexpr std::uint64_t balanced_stream = 0xBA1A;  // apart from what reset_parameters draws

    at::Tensor& at_index(int index) { return parameters_[static_cast<std::size_t>(index)]; }
    const plan::neuron_type& type_at(int index) const { return plan_.types[static_cast<std::size_t>(index)]; }
    at::Tensor& rate(int type) { return rates_[static_cast<std::size_t>(type)]; }

    double aimed_mean(int type) const {
        return can_be_negative(type_at(type).nonlinearity) ? aims_.signed_mean : aims_.drive_mean;
    }
    double aimed_std(int type) const {
        return can_be_negative(type_at(type).nonlinearity) ? aims_.signed_std : aims_.drive_std;
    }

    /// What an area receives: images, or the output of the area below at the last step.
    at::Tensor heard_in(const plan::area& area) {
        const auto index = static_cast<std::size_t>(&area - plan_.areas.data());
        if (index == 0) return inputs_.dim() == 4 ? inputs_ : inputs_.flatten(0, 1);
        return executors::fitted(run().outputs[index - 1], plan_.pool, area.input.height, area.input.width);
    }

    // ---- drawing

    /// All kernels. Biases are 0, and so are edges from feedback until feedback is known.
    void draw() {
        for (std::size_t i = 0; i < parameters_.size(); ++i) {
            const auto role = plan_.parameters[i].is;
            if (role == parameter::role::edge_weight || role == parameter::role::feedback_weight)
                parameters_[i].copy_(kernel(static_cast<int>(i)));
            if (role == parameter::role::edge_bias || role == parameter::role::feedback_bias) parameters_[i].zero_();
        }
        for (const auto& one : plan_.edges) {
            if (one.from != source::top_down) continue;
            top_down_kernels_.push_back(at_index(one.weight).clone());
            at_index(one.weight).zero_();
        }
    }

    /// Free weights are normal, those that keep a sign have heavy tails; scaled by the number of inputs, so that areas
    /// that aren't fitted yet stay in range.
    at::Tensor kernel(int index) {
        const auto& drawn = plan_.parameters[static_cast<std::size_t>(index)];
        const auto normal = at::empty(network_.parameter(index).sizes(), at::kDouble).normal_(0, 1, draws_);
        const double inputs = static_cast<double>(drawn.size()) / drawn.shape[0];
        return drawn.constraint == parameter::bound::free ? normal / std::sqrt(inputs)
                                                          : normal.abs().pow(aims_.tail) / inputs;
    }

    // ---- what edges carry

    /// phi(W * x + b) or, for a fit of the kernel, W * x + b alone.
    at::Tensor carried(const edge& one, const at::Tensor& x) const { return executors::carried(one, parameters_, x); }
    at::Tensor convolved(edge one, const at::Tensor& x) const {
        one.nonlinearity = activation::none;
        return executors::carried(one, parameters_, x);
    }

    void scale(const edge& one, const at::Tensor& by_target) {
        at_index(one.weight).mul_(by_target.view({-1, 1, 1, 1}));
    }
    void fit_std(const edge& one, const at::Tensor& x, double aim) {
        scale(one, ratio(aim, channel_std(convolved(one, x))));
    }

    /// Edges into a neuron type that are heard at rest: all but feedback.
    std::vector<const edge*> edges_into(int type) const {
        std::vector<const edge*> found;
        for (const auto& one : plan_.edges)
            if (one.postsynaptic == type && one.from != source::top_down) found.push_back(&one);
        return found;
    }

    const at::Tensor& heard_by(const edge& one, const at::Tensor& stimulus) {
        return one.from == source::stimulus ? stimulus : rate(one.presynaptic);
    }

    at::Tensor sum_of(const std::vector<const edge*>& edges, const at::Tensor& stimulus) {
        at::Tensor sum;
        for (const auto* one : edges) executors::accumulate(sum, one->sign, carried(*one, heard_by(*one, stimulus)));
        return sum;
    }

    // ---- types

    /// Edges into the types of an area: first those that bring the stimulus, directly or from type to type, then those
    /// between types that respond already.
    void fit_types(const plan::area& area, const at::Tensor& stimulus) {
        std::vector<const edge*> first;  // edges that gave a type its first response
        std::vector<int> waiting;
        for (int type = area.first_type; type < area.first_type + area.types; ++type) waiting.push_back(type);
        while (!waiting.empty()) {
            std::vector<std::pair<int, at::Tensor>> responses;
            for (const int type : waiting) {
                auto bringing = bringing_edges(type);
                if (bringing.empty()) continue;
                responses.emplace_back(type, first_response(type, bringing, stimulus));
                first.insert(first.end(), bringing.begin(), bringing.end());
            }
            for (auto& [type, response] : responses) rate(type) = std::move(response);
            if (responses.empty()) break;
            std::erase_if(waiting, [this](int type) { return rate(type).defined(); });
        }
        for (const int type : waiting) rate(type) = resting_rate(type, stimulus.size(0));

        for (int type = area.first_type; type < area.first_type + area.types; ++type) {
            const auto into = edges_into(type);
            for (const auto* one : into)
                if (std::find(first.begin(), first.end(), one) == first.end())
                    fit_std(*one, rate(one->presynaptic), aims_.recurrent_std);
            balance_classes(into);
            fit_mean(type, into, stimulus);
        }
    }

    /// The edge from the stimulus, or else those from types that have responded.
    std::vector<const edge*> bringing_edges(int type) {
        std::vector<const edge*> from_stimulus, from_types;
        for (const auto* one : edges_into(type)) {
            if (one->from == source::stimulus)
                from_stimulus.push_back(one);
            else if (rate(one->presynaptic).defined())
                from_types.push_back(one);
        }
        return from_stimulus.empty() ? from_types : from_stimulus;
    }

    /// Fits the edges together to the aimed spread of the drive, and gives the rate at the aimed mean. Where no bias
    /// can lower the drive to the mean, it is the drive's root mean square that is fitted.
    at::Tensor first_response(int type, const std::vector<const edge*>& bringing, const at::Tensor& stimulus) {
        if (bringing.size() > 1) {
            for (const auto* one : bringing) fit_std(*one, heard_by(*one, stimulus), 1.0);
            balance_classes(bringing);
        }
        at::Tensor sum;
        for (const auto* one : bringing)
            executors::accumulate(sum, one->sign, convolved(*one, heard_by(*one, stimulus)));
        const bool movable = can_lower(type);
        const auto factor = ratio(aimed_std(type), movable ? channel_std(sum) : channel_rms(sum));
        for (const auto* one : bringing) scale(*one, factor);
        auto drive = sum_of(bringing, stimulus);
        if (movable) drive = drive + (aimed_mean(type) - channel_mean(drive)).view({1, -1, 1, 1});
        return executors::apply(type_at(type).nonlinearity, drive);
    }

    /// The rate of a type that only feedback drives.
    at::Tensor resting_rate(int type, std::int64_t batch) const {
        const auto& shape = type_at(type).shape;
        return executors::apply(type_at(type).nonlinearity, at::full({batch, shape.channels, shape.height, shape.width},
                                                                     aimed_mean(type), inputs_.options()));
    }

    /// Scales inhibitory edges from types, so that in each channel they take on average what the excitatory ones give.
    void balance_classes(const std::vector<const edge*>& edges) {
        at::Tensor excitation, inhibition;
        for (const auto* one : edges)
            if (one->from == source::neuron_type && one->non_negative)
                executors::accumulate(one->sign > 0 ? excitation : inhibition, 1,
                                      channel_mean(convolved(*one, rate(one->presynaptic))));
        if (!excitation.defined() || !inhibition.defined()) return;
        for (const auto* one : edges)
            if (one->from == source::neuron_type && one->non_negative && one->sign < 0)
                scale(*one, ratio(excitation, inhibition));
    }

    /// Whether the bias of an edge can move a drive: by its sign, if its source has one, and not through a
    /// nonlinearity.
    static bool can_move(const edge& one, bool down) {
        return one.bias >= 0 && one.nonlinearity == activation::none && (!one.non_negative || (one.sign < 0) == down);
    }
    bool can_lower(int type) const {
        const auto into = edges_into(type);
        return std::any_of(into.begin(), into.end(), [](const edge* one) { return can_move(*one, true); });
    }

    /// Biases that bring the mean of a type's drive to the aim: of a free edge, else of one with the right sign. A type
    /// whose drive can't be lowered keeps its mean.
    void fit_mean(int type, const std::vector<const edge*>& into, const at::Tensor& stimulus) {
        if (!can_lower(type)) return;
        auto lacking = aimed_mean(type) - channel_mean(sum_of(into, stimulus));
        for (const bool free : {true, false}) {
            for (const auto* one : into) {
                if (one->non_negative == free || !(can_move(*one, true) || can_move(*one, false))) continue;
                const auto bias = free ? lacking * one->sign : (lacking * one->sign).clamp_min(0);
                at_index(one->bias).copy_(bias);
                lacking = lacking - bias * one->sign;
            }
        }
    }

    // ---- outputs, feedback, readout

    /// An area's output has the aimed spread over the states of the last step; each source gives an equal part.
    void fit_output(const plan::area& area, const at::Tensor& stimulus) {
        std::vector<const edge*> into;
        for (const auto& one : plan_.edges_of(area))
            if (one.to_output() && one.from != source::top_down) into.push_back(&one);
        const auto states = run().final_states;
        const double aim = aims_.output_std / std::sqrt(static_cast<double>(into.size()));
        for (const auto* one : into)
            fit_std(*one, one->from == source::stimulus ? stimulus : states[static_cast<std::size_t>(one->presynaptic)],
                    aim);
    }

    /// Feedback of the aimed spread, then the edges that hear it.
    void fit_feedback() {
        const auto outputs = run().outputs;
        for (auto one : plan_.feedback) {
            one.nonlinearity = activation::none;
            const auto signal = executors::carried(one, parameters_, outputs[static_cast<std::size_t>(one.from)]);
            at_index(one.weight).mul_(ratio(aims_.output_std, channel_std(signal)).view({-1, 1, 1, 1}));
        }
        const auto feedback = run().feedback;
        auto kernel = top_down_kernels_.begin();
        for (const auto& one : plan_.edges) {
            if (one.from != source::top_down) continue;
            at_index(one.weight).copy_(*kernel++);
            fit_std(one, feedback[static_cast<std::size_t>(one.area)],
                    one.to_output() ? aims_.output_std : aims_.recurrent_std);
        }
    }

    /// The first layer reads the features standardised: W = gain W_drawn / s, b = -W m, with the means m and spreads s
    /// of the features. A feature that hardly varies would get weights that the first steps of training turn into
    /// noise, so its spread counts as more.
    void fit_readout() {
        const auto& head = plan_.readout;
        const auto features = executors::pooled(run().output, head.pool, head.pool_height, head.pool_width).flatten(1);
        const auto found = features.std(0, /*unbiased=*/false);
        const auto spread = at::maximum(found, aims_.least_spread * found.mean());
        auto& weight = at_index(head.weight[0]);
        weight.mul_(aims_.readout_gain * ratio(1.0, spread));
        at_index(head.bias[0]).copy_(weight.matmul(features.mean(0)).neg());
    }

    void set_step_gains() {
        const auto set = [this](int weight, int bias) {
            const auto& kernel = plan_.parameters[static_cast<std::size_t>(weight)];
            const double inputs = static_cast<double>(kernel.size()) / kernel.shape[0];
            const double gain = aims_.step_gain * std::min(1.0, aims_.most_fan_in / inputs);
            network_.step_gain(weight, gain);
            if (bias >= 0) network_.step_gain(bias, gain);
        };
        for (const auto& one : plan_.edges) set(one.weight, one.bias);
        for (const auto& one : plan_.feedback) set(one.weight, one.bias);
    }

    struct last_step {
        std::vector<at::Tensor> final_states;       ///< by neuron type
        std::vector<at::Tensor> outputs, feedback;  ///< by area
        at::Tensor output;
    };

    /// The sample through the network as it stands.
    last_step run() {
        auto all = network_.run(inputs_, request_);
        for (auto* maps : {&all.outputs, &all.feedback})
            for (auto& map : *maps)
                if (map.defined()) map = map.select(1, map.size(1) - 1);
        return {std::move(all.final_states), std::move(all.outputs), std::move(all.feedback), std::move(all.output)};
    }

    network_module& network_;
    const plan::network& plan_;
    const balanced_aims& aims_;
    at::Tensor inputs_;
    run_request request_;
    at::Generator draws_;
    std::vector<at::Tensor> parameters_;        ///< the network's own, changed in place
    std::vector<at::Tensor> rates_;             ///< by neuron type: its first response
    std::vector<at::Tensor> top_down_kernels_;  ///< kept back until feedback is known
};

}  // namespace

void balance(network_module& network, std::uint64_t seed, const at::Tensor& inputs, int steps,
             const balanced_aims& aims) {
    const at::NoGradGuard no_gradients;
    const bool training = network.is_training();
    network.eval();
    balanced_fit(network, seed, inputs, steps, aims).fit();
    network.train(training);
}

}  // namespace cortexpr
