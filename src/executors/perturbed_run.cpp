#include "perturbed_run.hpp"

#include "changed_network.hpp"
#include "lay_out_states.hpp"

#include <cortexpr/plan/names.hpp>

#include <ATen/ops/cat.h>

#include <algorithm>
#include <set>
#include <utility>

namespace cortexpr::executors {

namespace {

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
            if (!plan::flag(wanted, i)) values[i].reset();
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
        const auto parameters = parts.front().parameters;
        return with_.run({.plan = context_.plan,
                          .parameters = parameters,
                          .input = context_.input,
                          .request = request_,
                          .shape = context_.shape,
                          .draws = context_.draws,
                          .precision = context_.precision,
                          .silenced_from = states_.silenced_from,
                          .perturbed = states_.perturbed,
                          .parts = std::move(parts)});
    }

    run_values<at::Tensor> run_from(int first, int count, bool is_last) {
        const auto& plan = context_.plan;
        auto request = request_;
        if (!context_.shape.is_sequence) request.steps = count;
        if (!is_last) {
            request.answer_only = false;
            request.record_outputs.resize(plan.areas.size());
            request.record_feedback.resize(plan.areas.size());
            for (std::size_t i = 0; i < plan.areas.size(); ++i) {
                if (plan.is_heard_late(static_cast<int>(i))) request.record_outputs[i] = true;
                if (plan::hears_feedback(plan.areas[i])) request.record_feedback[i] = true;
            }
        }
        const changed_network changed(context_, first);
        const auto changed_plan = changed.has_plan() ? changed.plan() : nullptr;
        const auto input = context_.shape.is_sequence && count < context_.shape.steps
                               ? context_.input.narrow(context_.shape.time_dimension, first - 1, count)
                               : context_.input;
        auto shape = context_.shape;
        shape.steps = count;
        return with_.run({.plan = changed_plan ? changed_plan->network() : plan,
                          .parameters = changed.parameters(),
                          .input = input,
                          .request = request,
                          .shape = shape,
                          .draws = context_.draws,
                          .precision = context_.precision,
                          .silenced_from = silenced_in(first, count),
                          .perturbed = states_.perturbed ? part_of(*states_.perturbed, first, count) : nullptr,
                          .plan_storage = changed_plan});
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

run_values<at::Tensor> run_perturbed(executor& with, const run_context& context) {
    return run_in_parts(with, context, laid_out(context)).run();
}

}  // namespace cortexpr::executors
