// The balance of networks of areas.

#include "../executors/aten/equations.hpp"
#include "../executors/aten/resize.hpp"
#include "../train/evaluation_mode.hpp"
#include "balance_sums.hpp"
#include "bounded_activity.hpp"

#include <cortexpr/plan/delays.hpp>
#include <cortexpr/plan/names.hpp>
#include <cortexpr/run/sequence.hpp>

#include <ATen/core/grad_mode.h>

#include <algorithm>

namespace cortexpr::workbench {

namespace {

current_source source_of_edge(const plan::network& network, const plan::edge& edge) {
    using source = plan::edge::source;
    if (edge.from == source::stimulus) return current_source::stimulus;
    if (edge.from == source::top_down) return current_source::feedback;
    return source_of(plan::type_at(network, edge.presynaptic).kind);
}

/// A bias that is a term of the drive by itself.
bool has_own_bias(const plan::edge& edge) { return edge.bias >= 0 && edge.nonlinearity == activation::none; }

/// What an edge reads at step t of a batch, in the words of the equations.
class edge_sources {
  public:
    edge_sources(const plan::network& network, const at::Tensor& inputs, const run_result& run)
        : network_(network), inputs_(inputs), run_(run) {}

    at::Tensor by(const plan::edge& edge, int t) const {
        const auto area = static_cast<std::size_t>(edge.area);
        const int read = plan::source_step(network_, edge, t) - 1;  // recordings begin with step 1
        switch (edge.from) {
            case plan::edge::source::top_down:
                // What the network doesn't send is as it was at the start.
                return run_.feedback[area].select(1, read);
            case plan::edge::source::neuron_type:
                return run_.states[static_cast<std::size_t>(edge.presynaptic)].select(1, read);
            default:
                if (area == 0) return is_sequence(inputs_) ? inputs_.select(1, read) : inputs_;
                const auto& here = network_.areas[area].input;
                return executors::fitted(run_.outputs[area - 1].select(1, read), network_.pool, here.height,
                                         here.width);
        }
    }

  private:
    const plan::network& network_;
    const at::Tensor& inputs_;
    const run_result& run_;
};

run_request request_for(const plan::network& network) {
    run_request request;
    request.record_states.assign(network.types.size(), true);
    request.record_outputs.assign(network.areas.size(), true);
    for (const auto& area : network.areas) request.record_feedback.push_back(plan::hears_feedback(area));
    return request;
}

/// What the perturbations that a network has do to an edge at a step: its weights times a number, or nothing passes.
struct edge_change {
    double factor = 1;
    bool is_cut = false;

    edge_change(const std::vector<perturbation>& all, int edge, int step) {
        for (const auto& one : all) {
            if (one.of != perturbation::target::edge || one.index != edge || !one.acts_at(step)) continue;
            if (one.is == perturbation::kind::scale_edge) factor *= one.amount.value_or(1);
            is_cut |= one.is == perturbation::kind::cut;
        }
    }
};

/// The currents of a network's neuron types, added up batch by batch.
class area_currents {
  public:
    area_currents(network_module& network, int steps) : network_(network), plan_(network.plan()), steps_(steps) {
        for (int i = 0; i < network.parameter_count(); ++i) parameters_.push_back(network.parameter(i));
        for (std::size_t type = 0; type < plan_.types.size(); ++type) sums_.push_back(zero_sums(type));
    }

    void add_batch(const at::Tensor& inputs, const run_result& run) {
        const edge_sources sources(plan_, inputs, run);
        for (int t = 2; t <= steps_; ++t) add_step(sources, inputs.size(0), t);
    }

    std::vector<type_balance> found(std::int64_t images) const { return summarised(sums_, images); }

  private:
    static std::size_t index_of(int t) { return static_cast<std::size_t>(t) - 2; }
    static auto& current(balance_sums& of, current_source source) {
        return of.current[static_cast<std::size_t>(source)];
    }

    balance_sums zero_sums(std::size_t type) const {
        const auto& shape = plan_.types[type].shape;
        balance_sums zeros(steps_, {shape.channels, shape.height, shape.width});
        for (const auto& edge : plan_.edges) {
            if (edge.postsynaptic != static_cast<int>(type)) continue;
            current(zeros, source_of_edge(plan_, edge)) = zeros.excitation;
            if (has_own_bias(edge)) current(zeros, current_source::bias) = zeros.excitation;
        }
        return zeros;
    }

    void add_step(const edge_sources& sources, std::int64_t images, int t) {
        std::vector<at::Tensor> excitation(sums_.size()), inhibition(sums_.size());
        for (std::size_t e = 0; e < plan_.edges.size(); ++e) {
            const auto& edge = plan_.edges[e];
            if (edge.to_output()) continue;
            const edge_change change(network_.perturbations(), static_cast<int>(e), t);
            const auto type = static_cast<std::size_t>(edge.postsynaptic);
            if (has_own_bias(edge) && !change.is_cut)
                current(sums_[type], current_source::bias)[index_of(t)] +=
                    edge.sign * static_cast<double>(images * edge.output.positions()) *
                    parameters_[static_cast<std::size_t>(edge.bias)].sum(at::kDouble).item<double>();
            const auto arriving = current_of(edge, change, sources.by(edge, t));
            current(sums_[type], source_of_edge(plan_, edge))[index_of(t)] += arriving.sum().item<double>();
            executors::accumulate(excitation[type], 1, arriving.clamp_min(0));
            executors::accumulate(inhibition[type], -1, arriving.clamp_max(0));
        }
        for (std::size_t type = 0; type < sums_.size(); ++type)
            sums_[type].add(index_of(t), excitation[type], inhibition[type]);
    }

    /// What an edge gives its target, without a bias that is a term of its own.
    at::Tensor current_of(const plan::edge& edge, const edge_change& change, const at::Tensor& source) const {
        auto changed = parameters_;
        auto& weight = changed[static_cast<std::size_t>(edge.weight)];
        if (change.factor != 1) weight = weight * change.factor;
        auto carrying = edge;
        if (has_own_bias(edge)) carrying.bias = -1;
        auto arriving =
            executors::edge_term(carrying, changed, source).to(at::kDouble) * static_cast<double>(edge.sign);
        if (change.is_cut) arriving.zero_();
        return arriving;
    }

    network_module& network_;
    const plan::network& plan_;
    int steps_;
    std::vector<at::Tensor> parameters_{};
    std::vector<balance_sums> sums_{};  ///< by neuron type
};

}  // namespace

std::vector<type_balance> balance_of_areas(network_module& network, const data::labelled_images& examples,
                                           const balance_options& options) {
    const shown_examples shown(examples, {});
    const int steps = balance_steps(shown, options);
    const at::NoGradGuard no_gradients;
    const evaluation_mode mode(network);
    auto request = request_for(network.plan());
    if (!shown.frames()) request.steps = options.steps;
    area_currents currents(network, steps);
    shown.by_batch(options.batch_size, options.progress, [&](std::int64_t first, std::int64_t count) {
        const auto inputs = shown.inputs(first, count, network);
        const auto run = network.run(inputs, request);
        require_bounded(network.name(), run);
        currents.add_batch(inputs, run);
    });
    return currents.found(shown.count());
}

}  // namespace cortexpr::workbench
