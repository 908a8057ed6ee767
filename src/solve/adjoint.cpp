#include "adjoint.hpp"

#include "combination.hpp"

#include <ATen/core/grad_mode.h>
#include <ATen/ops/where.h>
#include <ATen/ops/zeros_like.h>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <torch/csrc/autograd/autograd.h>
#include <torch/csrc/autograd/custom_function.h>
#include <torch/csrc/autograd/functions/accumulate_grad.h>
#include <torch/csrc/autograd/functions/utils.h>
#include <torch/custom_class.h>

#include <algorithm>
#include <map>
#include <ranges>
#include <set>
#include <utility>

namespace cortexpr::solve {

namespace {

using torch::autograd::Edge;
using torch::autograd::variable_list;

/// One solution, shared by both directions.
struct solved_run : torch::CustomClassHolder {
    solve::equation equation;
    state start;
    timetable times;
    solve::options options;
    journal saved;
    solve::solution solution;
};

/// Which of the tensors that the equation is said to read stand in the graph of some outputs; beyond them nothing is
/// looked at. \throws usage_error  a leaf that needs a gradient and isn't among them
class graph_reader {
  public:
    graph_reader(const state& leaves, const std::vector<at::Tensor>& reads) : reads_(reads) {
        for (const auto& leaf : leaves) stops_.insert(edge_of(leaf));
        for (const auto& read : reads)
            if (read.requires_grad()) stops_.insert(edge_of(read));
    }

    std::vector<bool> found_in(const variable_list& outputs) {
        std::vector<Edge> open;
        for (const auto& output : outputs) open.push_back(torch::autograd::impl::gradient_edge(output));
        while (!open.empty()) {
            const auto edge = open.back();
            open.pop_back();
            if (!edge.is_valid() || !seen_.insert(key_of(edge)).second || stops_.contains(key_of(edge))) continue;
            refuse_leaf(*edge.function);
            if (!expanded_.insert(edge.function.get()).second) continue;
            for (const auto& next : edge.function->next_edges()) open.push_back(next);
        }
        std::vector<bool> found;
        for (const auto& read : reads_) found.push_back(read.requires_grad() && seen_.contains(edge_of(read)));
        return found;
    }

  private:
    using key = std::pair<const torch::autograd::Node*, std::uint32_t>;
    static key key_of(const Edge& edge) { return {edge.function.get(), edge.input_nr}; }
    static key edge_of(const at::Tensor& tensor) { return key_of(torch::autograd::impl::gradient_edge(tensor)); }

    static void refuse_leaf(const torch::autograd::Node& node) {
        if (const auto* leaf = dynamic_cast<const torch::autograd::AccumulateGrad*>(&node))
            throw usage_error(fmt::format(
                "the equation reads a tensor of {} that needs a gradient and isn't listed; add it to equation::reads",
                leaf->variable.sizes()));
    }

    const std::vector<at::Tensor>& reads_;
    std::set<key> stops_, seen_;
    std::set<const torch::autograd::Node*> expanded_;
};

class backward_walk {
  public:
    backward_walk(const solved_run& run, const variable_list& arriving)
        : run_(run),
          arriving_(arriving),
          adjoint_(run.start.size()),
          sums_(run.equation.reads.size()),
          owns_(sums_.size()) {}

    /// Gradients of the start's parts, then of what the equation reads.
    variable_list gradients() {
        const auto& saved = run_.saved.saved();
        std::size_t end = run_.saved.steps().size();
        for (const auto& one : saved | std::views::reverse) {
            undo(one.step, end, one.whole, run_.saved.spare_states());
            end = one.step;
        }
        for (std::size_t i = 0; i < asked_at_start(run_.times); ++i)
            for (std::size_t part = 0; part < adjoint_.size(); ++part)
                if (arriving_[part].defined())
                    add(adjoint_[part], arriving_[part].select(0, static_cast<std::int64_t>(i)));
        variable_list all(adjoint_.begin(), adjoint_.end());
        all.insert(all.end(), sums_.begin(), sums_.end());
        return all;
    }

  private:
    static void add(at::Tensor& sum, const at::Tensor& one) { sum = sum.defined() ? sum + one : one; }

    /// Steps [begin, end), the state before the first of which is given.
    void undo(std::size_t begin, std::size_t end, const state& whole, std::size_t spare) {
        if (end == begin) return;
        if (end == begin + 1) {
            undo_step(run_.saved.steps()[begin], whole);
        } else if (spare == 0) {
            for (std::size_t last = end; last-- > begin;)
                undo_step(run_.saved.steps()[last], advanced(begin, last, whole));
        } else {
            const auto middle = begin + next_held(end - begin, spare);
            undo(middle, end, advanced(begin, middle, whole), spare - 1);
            undo(begin, middle, whole, spare);
        }
    }

    state advanced(std::size_t begin, std::size_t end, state whole) const {
        const at::NoGradGuard no_grad;
        for (std::size_t i = begin; i < end; ++i) {
            const auto& interval = run_.saved.steps()[i].interval;
            const auto y = rows_at(interval, whole);
            const auto step = advance(run_.equation, run_.options.method, interval, y);
            whole = with_rows(interval, whole, where_moving(interval, step.next, y));
        }
        return whole;
    }

    void undo_step(const recorded_step& recorded, const state& whole) {
        const at::AutoGradMode with_gradients(true);
        state leaves;
        for (const auto& part : whole) leaves.push_back(part.detach().requires_grad_());
        variable_list all, outputs, weights;
        repeat(recorded, leaves, all, outputs, weights);
        if (outputs.empty()) return;
        auto& is_read = read_in_[recorded.interval.segment];
        // Of the whole step: parts without an adjoint yet have one in the steps before.
        if (is_read.size() != sums_.size()) is_read = graph_reader(leaves, run_.equation.reads).found_in(all);
        variable_list inputs(leaves.begin(), leaves.end());
        for (std::size_t i = 0; i < sums_.size(); ++i)
            if (is_read[i]) inputs.push_back(run_.equation.reads[i]);
        // Kept, because what the equation reads may have been computed before, and its graph is another's, too.
        const auto found = torch::autograd::grad(outputs, inputs, weights, true, false, true);
        take(recorded.interval, found, is_read);
    }

    /// The step again: all that it gives, what of that has an adjoint, and that.
    void repeat(const recorded_step& recorded, const state& leaves, variable_list& all, variable_list& outputs,
                variable_list& weights) const {
        const auto& interval = recorded.interval;
        const bool is_within =
            std::ranges::any_of(recorded.hits, [](const hit& one) { return !one.fractions.empty(); });
        const auto y = rows_at(interval, leaves);
        const auto step = advance(run_.equation, run_.options.method, interval, y, {}, is_within);
        const auto next = with_rows(interval, leaves, where_moving(interval, step.next, y));
        const auto wants = [&](const at::Tensor& output, const at::Tensor& adjoint) {
            outputs.push_back(output);
            weights.push_back(adjoint);
        };
        all.assign(next.begin(), next.end());
        for (std::size_t part = 0; part < next.size(); ++part)
            if (adjoint_[part].defined()) wants(next[part], adjoint_[part]);
        for (const auto& hit : recorded.hits) {
            const auto values = values_at(hit, interval, y, step);
            all.insert(all.end(), values.begin(), values.end());
            for (std::size_t part = 0; part < values.size(); ++part)
                if (arriving_[part].defined())
                    wants(values[part],
                          rows_of(hit, interval, arriving_[part].select(0, static_cast<std::int64_t>(hit.asked))));
        }
    }

    void take(const interval& interval, const variable_list& found, const std::vector<bool>& is_read) {
        for (std::size_t part = 0; part < adjoint_.size(); ++part) {
            auto adjoint = found[part].defined() ? found[part] : at::zeros_like(run_.start[part]);
            // What waits keeps its adjoint, also where the equation gives NaN for it.
            if (interval.has_waiting() && !interval.samples.defined()) {
                const auto before = adjoint_[part].defined() ? adjoint_[part] : at::zeros_like(adjoint);
                adjoint = at::where(by_row(interval.sizes, adjoint) != 0, adjoint, before);
            }
            adjoint_[part] = adjoint;
        }
        auto next = found.begin() + static_cast<std::ptrdiff_t>(adjoint_.size());
        for (std::size_t i = 0; i < sums_.size(); ++i)
            if (is_read[i]) sum_up(i, *next++);
    }

    /// Adds in place only to what was made here.
    void sum_up(std::size_t i, const at::Tensor& gradient) {
        if (!gradient.defined()) return;
        if (!sums_[i].defined()) {
            sums_[i] = gradient;
        } else if (owns_[i]) {
            sums_[i].add_(gradient);
        } else {
            sums_[i] = sums_[i] + gradient;
            owns_[i] = true;
        }
    }

    const solved_run& run_;
    const variable_list& arriving_;
    state adjoint_;  ///< by part: of the state after the steps that aren't undone yet; undefined: zero
    std::vector<at::Tensor> sums_;
    std::vector<bool> owns_;
    std::map<std::int64_t, std::vector<bool>> read_in_;  ///< by segment: which tensors the equation reads there
};

class replayed_function : public torch::autograd::Function<replayed_function> {
  public:
    /// Inputs: the start's parts, then what the equation reads. Outputs: the states at asked times, by part.
    static variable_list forward(torch::autograd::AutogradContext* context, at::TensorList inputs,
                                 const c10::intrusive_ptr<solved_run>& run) {
        run->solution = walk({.equation = run->equation,
                              .start = run->start,
                              .times = run->times,
                              .options = run->options,
                              .saved = &run->saved});
        context->save_for_backward(inputs.vec());
        context->set_materialize_grads(false);
        context->saved_data["run"] = c10::IValue::make_capsule(run);
        return variable_list(std::exchange(run->solution.states, {}));
    }

    static variable_list backward(torch::autograd::AutogradContext* context, const variable_list& arriving) {
        if (at::GradMode::is_enabled())
            throw usage_error(
                "a solution with replayed gradients has no second derivatives; choose recorded ones "
                "(solve::gradients)");
        context->get_saved_variables();  // throws where one of them was written to since
        const auto run = c10::static_intrusive_pointer_cast<solved_run>(context->saved_data["run"].toCapsule());
        auto gradients = backward_walk(*run, arriving).gradients();
        gradients.emplace_back();  // of the run
        return gradients;
    }
};

}  // namespace

solution walk(const walk_request& request) {
    return request.options.method == method::dopri5 ? walk_adaptively(request) : walk_by_fixed_steps(request);
}

solution integrate_for_replay(const equation& equation, const state& start, const timetable& times,
                              const options& options) {
    auto run = c10::make_intrusive<solved_run>();
    run->equation = equation;
    for (const auto& part : start) run->start.push_back(part.detach());
    run->times = times;
    run->options = options;
    run->saved = journal(options.saved_states);
    variable_list inputs(start.begin(), start.end());
    inputs.insert(inputs.end(), equation.reads.begin(), equation.reads.end());
    const auto states = replayed_function::apply(at::TensorList(inputs), run);
    auto solution = run->solution;
    solution.states.assign(states.begin(), states.end());
    solution.saved_states = std::ssize(run->saved.saved());
    for (const auto& one : run->saved.saved())
        for (const auto& part : one.whole) solution.saved_bytes += static_cast<std::int64_t>(part.nbytes());
    return solution;
}

}  // namespace cortexpr::solve
