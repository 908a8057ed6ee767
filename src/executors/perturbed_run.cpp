#include "perturbed_run.hpp"

#include <cortexpr/error.hpp>
#include <cortexpr/plan/names.hpp>
#include <cortexpr/plan/stored.hpp>

#include <ATen/TensorOperators.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/full.h>
#include <ATen/ops/full_like.h>
#include <ATen/ops/logical_or.h>
#include <ATen/ops/ones.h>
#include <ATen/ops/where.h>
#include <ATen/ops/zeros.h>
#include <ATen/ops/zeros_like.h>

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <set>
#include <utility>

namespace cortexpr::executors {

namespace {

using plan::index;
using kind = perturbation::kind;
using target = perturbation::target;

// -- checks ----------------------------------------------------------------------------------------------------------

/// "clamp of V1.E".
std::string shown(const plan::network& plan, const perturbation& one) {
    std::string name;
    if (one.of == target::neuron_type) {
        name = plan::full_name(plan, plan.types[index(one.index)]);
    } else if (one.of == target::edge) {
        name = plan::full_name(plan, plan.edges[index(one.index)]);
    } else {
        name = plan::full_name(plan, plan.feedback[index(one.index)]);
    }
    return fmt::format("{} of {}", name_of(one.is), name);
}

class checker {
  public:
    checker(const plan::network& plan, const perturbation& one) : plan_(plan), one_(one) {}

    void check() const {
        check_target();
        if (one_.from < 1) refuse("begins at step {}; steps count from 1", one_.from);
        if (one_.to && *one_.to < one_.from) refuse("ends at step {}, before it begins at {}", *one_.to, one_.from);
        check_amount();
        if (!one_.is_of_states()) {
            if (!one_.where.is_whole()) refuse("acts as a whole; leave subtypes, positions and images out");
            return;
        }
        const auto& shape = plan_.types[index(one_.index)].shape;
        check_indices("subtype", one_.where.subtypes, shape.channels);
        check_indices("row", one_.where.rows, shape.height);
        check_indices("column", one_.where.columns, shape.width);
    }

    void check_run(const run_shape& shape) const {
        if (one_.from > shape.steps) refuse("begins at step {}, but the run has {}", one_.from, shape.steps);
        check_indices("image", one_.where.images, shape.batch);
    }

  private:
    template <class... Arguments>
    [[noreturn]] void refuse(fmt::format_string<Arguments...> text, Arguments&&... arguments) const {
        throw usage_error(
            fmt::format("{} {}", shown(plan_, one_), fmt::format(text, std::forward<Arguments>(arguments)...)));
    }

    void check_target() const {
        const auto count = one_.of == target::neuron_type ? plan_.types.size()
                           : one_.of == target::edge      ? plan_.edges.size()
                                                          : plan_.feedback.size();
        if (one_.index < 0 || index(one_.index) >= count)
            throw usage_error(fmt::format("a perturbation names number {} of {}", one_.index, count));
        const bool is_of_edges = one_.is == kind::scale_edge || one_.is == kind::cut;
        if (is_of_edges == (one_.of == target::neuron_type))
            refuse("is none; {} acts on {}", name_of(one_.is), is_of_edges ? "edges and feedback" : "neuron types");
    }

    void check_amount() const {
        const bool needs_amount = one_.is != kind::silence && one_.is != kind::cut && one_.is != kind::freeze_tau;
        if (needs_amount && !one_.amount) refuse("lacks its amount");
        if (!one_.amount) return;
        const double amount = *one_.amount;
        if (!std::isfinite(amount)) refuse("has an amount of {}, which is not finite", amount);
        if (!std::isfinite(static_cast<float>(amount))) refuse("has an amount of {}, beyond float32", amount);
        if (one_.is == kind::clamp && amount < 0) {
            const auto& type = plan_.types[index(one_.index)];
            if (type.kind != neuron_class::hybrid && !type.signed_rates)
                refuse("holds a negative rate, {}, which would turn the sign of an {} type; give one from 0", amount,
                       name_of(type.kind));
        }
        if (one_.is == kind::noise && amount < 0) refuse("has the deviation {}; give one from 0", amount);
        if (one_.is == kind::scale_edge && amount < 0)
            refuse("has the factor {}, which would turn the edge's sign; give one from 0", amount);
        if (one_.is == kind::freeze_tau && amount < 1) refuse("has the time constant {}; give one from 1", amount);
    }

    void check_indices(std::string_view what, const std::vector<int>& indices, std::int64_t count) const {
        for (const int index : indices)
            if (index < 0 || index >= count) refuse("names {} {}; there are {}s 0 to {}", what, index, what, count - 1);
    }

    const plan::network& plan_;
    const perturbation& one_;
};

// -- states and drives
// ---------------------------------------------------------------------------------------------------

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
            const auto added = at::where(reached, full(*one.amount), full(0));
            made_.current = made_.current.defined() ? made_.current + added : added;
            mark(made_.injects, one);
            return;
        }
        made_.value = at::where(reached, full(one.amount.value_or(0)), made_.value.defined() ? made_.value : full(0));
        made_.mask = made_.mask.defined() ? at::logical_or(made_.mask, reached) : reached;
        mark(made_.holds, one);
    }

    perturbed_type made() const {
        auto all = made_;
        const auto to_run = [this](at::Tensor& tensor) {
            if (tensor.defined()) tensor = tensor.to(context_.input.device()).contiguous();
        };
        if (all.mask.defined()) all.mask = all.mask.expand_as(all.value);
        for (auto* tensor : {&all.current, &all.mask, &all.value}) to_run(*tensor);
        return all;
    }

  private:
    static bool is_current(const perturbation& one) { return one.is == kind::inject || one.is == kind::noise; }
    at::Tensor full(double value) const { return at::full({}, value, options()); }
    at::TensorOptions options() const { return context_.input.options().requires_grad(false).device(at::kCPU); }
    noise_current noise_of(const perturbation& one) const {
        const auto& shape = type_.shape;
        noise_current noise{.shape = shape,
                            .deviation = *one.amount,
                            .keys = keys_(),
                            .from = one.from,
                            .to = std::min(one.to.value_or(context_.shape.steps), context_.shape.steps),
                            .stream = stream_ + static_cast<std::uint32_t>(made_.noise.size()),
                            .options = context_.input.options().requires_grad(false)};
        const auto& where = one.where;
        if (!where.subtypes.empty() || !where.rows.empty() || !where.columns.empty())
            noise.amounts = at::where(neurons_of(where).expand({1, 1, shape.channels, shape.height, shape.width})[0][0],
                                      full(*one.amount), full(0))
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

/// Perturbations of states, as an executor takes them.
struct states_of_run {
    std::vector<int> silenced_from;
    std::shared_ptr<perturbed_states> perturbed;
};

/// `spares`: types that the schedule leaves out are told apart from those that are held.
states_of_run laid_out(const run_context& context, bool spares = true) {
    const auto& plan = context.plan;
    states_of_run all{context.request.silenced_from, std::make_shared<perturbed_states>()};
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

/// The part of a run's tensors from a step on, for some steps.
std::shared_ptr<const perturbed_states> part_of(const perturbed_states& all, int first, int count) {
    auto part = std::make_shared<perturbed_states>(all);
    for (auto& one : part->types) {
        for (auto* tensor : {&one.current, &one.mask, &one.value})
            if (tensor->defined() && tensor->size(0) > 1) *tensor = tensor->narrow(0, first - 1, count);
        for (auto& noise : one.noise) noise.steps_before = first - 1;
        for (auto* steps : {&one.injects, &one.holds})
            if (!steps->empty()) *steps = {steps->begin() + first - 1, steps->begin() + first - 1 + count};
    }
    return part;
}

// -- edges and time constants
// ----------------------------------------------------------------------------------------------

/// A plan and parameters in which some edges and time constants are changed.
class changed_network {
  public:
    changed_network(const run_context& context, int step)
        : plan_(context.plan), parameters_(context.parameters.begin(), context.parameters.end()) {
        for (const auto& one : context.request.perturbations)
            if (!one.is_of_states() && one.acts_at(step)) apply(one);
    }

    /// For an executor that runs parts.
    run_part from_step(int step) const {
        run_part part{step, parameters_, {}, {}};
        const auto flags = [](const std::set<int>& cut, std::size_t count) {
            std::vector<std::uint8_t> all(count);
            for (const int number : cut) all[index(number)] = 1;
            return all;
        };
        part.cut_edges = flags(cut_edges_, plan_.edges.size());
        part.cut_feedback = flags(cut_feedback_, plan_.feedback.size());
        return part;
    }
    bool has_plan() const { return !cut_edges_.empty() || !cut_feedback_.empty(); }
    const std::vector<at::Tensor>& parameters() const { return parameters_; }

    /// Without the edges that are cut. The last edge of a target stays, with zeros for weights and bias and nothing
    /// after them, because executors ask no target whether anything drives it.
    std::shared_ptr<const plan::stored_network> plan() const {
        std::vector<plan::area> areas(plan_.areas.begin(), plan_.areas.end());
        std::vector<plan::edge> edges;
        for (auto& area : areas) {
            const auto own = plan_.edges_of(area);
            const int first = area.first_edge;
            area.first_edge = static_cast<int>(edges.size());
            for (int i = 0; i < area.edges; ++i) {
                const auto& edge = own[index(i)];
                const bool is_cut = cut_edges_.contains(first + i);
                const bool is_last = is_cut && !is_heard(edge, first + i);
                if (is_cut && !is_last) continue;
                edges.push_back(edge);
                if (is_last) edges.back().nonlinearity = activation::none;
            }
            area.edges = static_cast<int>(edges.size()) - area.first_edge;
        }
        std::vector<plan::feedback_edge> feedback;
        for (int i = 0; i < static_cast<int>(plan_.feedback.size()); ++i) {
            const auto& edge = plan_.feedback[index(i)];
            const bool is_cut = cut_feedback_.contains(i), is_last = is_cut && !is_fed(edge.to, i);
            if (is_cut && !is_last) continue;
            feedback.push_back(edge);
            if (is_last) feedback.back().nonlinearity = activation::none;
        }
        auto changed = plan_;
        changed.areas = areas;
        changed.edges = edges;
        changed.feedback = feedback;
        return std::make_shared<const plan::stored_network>(changed);
    }

  private:
    void apply(const perturbation& one) {
        if (one.is == kind::freeze_tau) {
            auto& tau = parameters_[index(plan_.types[index(one.index)].tau_parameter)];
            tau = one.amount ? at::full_like(tau.detach(), *one.amount) : tau.detach();
            return;
        }
        const bool is_edge = one.of == target::edge;
        const int weight = is_edge ? plan_.edges[index(one.index)].weight : plan_.feedback[index(one.index)].weight;
        const int bias = is_edge ? plan_.edges[index(one.index)].bias : plan_.feedback[index(one.index)].bias;
        if (one.is == kind::scale_edge) {
            parameters_[index(weight)] = parameters_[index(weight)] * *one.amount;
            return;
        }
        (is_edge ? cut_edges_ : cut_feedback_).insert(one.index);
        for (const int parameter : {weight, bias})
            if (parameter >= 0) parameters_[index(parameter)] = at::zeros_like(parameters_[index(parameter)].detach());
    }

    /// Whether anything is left that drives what an edge drives, or an edge before it stays in its place.
    bool is_heard(const plan::edge& edge, int number) const {
        const auto& area = plan_.areas[index(edge.area)];
        for (int other = area.first_edge; other < area.first_edge + area.edges; ++other)
            if (plan_.edges[index(other)].postsynaptic == edge.postsynaptic &&
                (other < number || !cut_edges_.contains(other)))
                return other != number;
        return false;
    }
    bool is_fed(int area, int number) const {
        for (int other = 0; other < static_cast<int>(plan_.feedback.size()); ++other)
            if (plan_.feedback[index(other)].to == area && (other < number || !cut_feedback_.contains(other)))
                return other != number;
        return false;
    }

    const plan::network& plan_;
    std::vector<at::Tensor> parameters_;
    std::set<int> cut_edges_, cut_feedback_;
};

/// The first steps of the parts of a run whose plan and parameters stay the same, and the step after the last.
std::vector<int> parts_of(const run_context& context) {
    std::set<int> firsts{1, context.shape.steps + 1};
    for (const auto& one : context.request.perturbations) {
        if (one.is_of_states()) continue;
        firsts.insert(one.from);
        if (one.to && *one.to < context.shape.steps) firsts.insert(*one.to + 1);
    }
    return {firsts.begin(), firsts.end()};
}

/// Adds what a part of a run gives to what those before it gave.
class gathered_values {
  public:
    explicit gathered_values(const run_context& context) : context_(context) {}

    void add(run_values<at::Tensor> part, bool is_last) {
        const auto& request = context_.request;
        drop(part.outputs, request.record_outputs);
        drop(part.feedback, request.record_feedback);
        if (!is_last && !request.all_logits) part.features.reset();
        parts_.push_back(std::move(part));
    }

    run_values<at::Tensor> joined() {
        auto all = std::move(parts_.back());
        parts_.pop_back();
        if (parts_.empty()) return all;
        const auto time = context_.shape.time_dimension;
        for (auto list :
             {&run_values<at::Tensor>::states, &run_values<at::Tensor>::outputs, &run_values<at::Tensor>::feedback})
            for (std::size_t i = 0; i < (all.*list).size(); ++i)
                join((all.*list)[i], time, [&](const run_values<at::Tensor>& part) { return (part.*list)[i]; });
        join(all.features, 0, [](const run_values<at::Tensor>& part) { return part.features; });
        return all;
    }

  private:
    static void drop(std::vector<at::Tensor>& values, const std::vector<bool>& wanted) {
        for (std::size_t i = 0; i < values.size(); ++i)
            if (wanted.empty() || !wanted[i]) values[i].reset();
    }

    template <class Get>
    void join(at::Tensor& last, std::int64_t dimension, Get get) const {
        if (!last.defined()) return;
        std::vector<at::Tensor> all;
        for (const auto& part : parts_)
            if (get(part).defined()) all.push_back(get(part));
        all.push_back(last);
        last = at::cat(all, dimension);
    }

    const run_context& context_;
    std::vector<run_values<at::Tensor>> parts_;
};

/// A run in parts: by an executor that knows of them as one run, else each from where the one before it ended.
class run_in_parts {
  public:
    run_in_parts(executor& with, const run_context& context, states_of_run states)
        : with_(with), context_(context), states_(std::move(states)), request_(context.request) {
        request_.perturbations.clear();
    }

    run_values<at::Tensor> run() {
        const auto firsts = parts_of(context_);
        if (firsts.size() > 2 && with_.runs_parts()) return run_at_once(firsts);
        gathered_values all(context_);
        for (std::size_t i = 0; i + 1 < firsts.size(); ++i) {
            const bool is_last = i + 2 == firsts.size();
            auto part = run_from(firsts[i], firsts[i + 1] - firsts[i], is_last);
            if (!is_last) go_on_from(part);
            all.add(std::move(part), is_last);
        }
        return all.joined();
    }

  private:
    run_values<at::Tensor> run_at_once(const std::vector<int>& firsts) {
        std::vector<run_part> parts;
        for (std::size_t i = 0; i + 1 < firsts.size(); ++i)
            parts.push_back(changed_network(context_, firsts[i]).from_step(firsts[i]));
        request_.silenced_from = states_.silenced_from;
        const auto parameters = parts.front().parameters;
        return with_.run({context_.plan, parameters, context_.input, request_, context_.shape, context_.draws,
                          context_.precision, states_.perturbed, nullptr, std::move(parts)});
    }

    run_values<at::Tensor> run_from(int first, int count, bool is_last) {
        const auto& plan = context_.plan;
        auto request = request_;
        if (!context_.shape.is_sequence) request.steps = count;
        request.silenced_from = silenced_in(first, count);
        if (!is_last) {
            request.answer_only = false;
            request.record_outputs.resize(plan.areas.size());
            request.record_feedback.resize(plan.areas.size());
            for (std::size_t i = 0; i < plan.areas.size(); ++i) {
                if (plan.area_delay > 0 && i + 1 < plan.areas.size()) request.record_outputs[i] = true;
                if (plan.areas[i].feedback.channels > 0) request.record_feedback[i] = true;
            }
        }
        const changed_network changed(context_, first);
        const auto changed_plan = changed.has_plan() ? changed.plan() : nullptr;
        const auto input = context_.shape.is_sequence && count < context_.shape.steps
                               ? context_.input.narrow(context_.shape.time_dimension, first - 1, count)
                               : context_.input;
        auto shape = context_.shape;
        shape.steps = count;
        return with_.run({changed_plan ? changed_plan->network() : plan, changed.parameters(), input, request, shape,
                          context_.draws, context_.precision,
                          states_.perturbed ? part_of(*states_.perturbed, first, count) : nullptr, changed_plan});
    }

    std::vector<int> silenced_in(int first, int count) const {
        auto from = states_.silenced_from;
        for (int& step : from) step = step == 0 || step >= first + count ? 0 : std::max(1, step - first + 1);
        return from;
    }

    void go_on_from(const run_values<at::Tensor>& part) {
        const auto last_of = [this](const std::vector<at::Tensor>& recorded) {
            std::vector<at::Tensor> all;
            for (const auto& one : recorded)
                all.push_back(one.defined() ? one.select(context_.shape.time_dimension, -1) : one);
            return all;
        };
        request_.initial_states = part.final_states;
        request_.initial_outputs = last_of(part.outputs);
        request_.initial_feedback = last_of(part.feedback);
    }

    executor& with_;
    const run_context& context_;
    states_of_run states_;
    run_request request_;
};

}  // namespace

void check_perturbations(const plan::network& plan, const std::vector<perturbation>& perturbations) {
    for (const auto& one : perturbations) checker(plan, one).check();
}

void check_perturbations(const plan::network& plan, const run_request& request, const run_shape& shape) {
    check_perturbations(plan, request.perturbations);
    auto run = shape;
    if (request.continuous) run.steps = steps_of(*request.continuous);
    for (const auto& one : request.perturbations) checker(plan, one).check_run(run);
}

int steps_of(const continuous_time& time) {
    const double interval = std::abs(time.end - time.start), most = 1e9;  // nonsense is the solver's to refuse
    return interval < most ? std::max(1, static_cast<int>(std::ceil(interval - 1e-9))) : static_cast<int>(most);
}

std::shared_ptr<const perturbed_states> perturbed_states_of(const run_context& context) {
    return laid_out(context, false).perturbed;
}

changed_equations equations_at(const run_context& context, int step) {
    const changed_network changed(context, step);
    return {changed.has_plan() ? changed.plan() : nullptr, changed.parameters()};
}

run_values<at::Tensor> run_perturbed(executor& with, const run_context& context) {
    return run_in_parts(with, context, laid_out(context)).run();
}

}  // namespace cortexpr::executors
