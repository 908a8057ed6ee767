#include <cortexpr/workbench/spectrum.hpp>

#include "../train/carried_maps.hpp"
#include "../train/evaluation_mode.hpp"
#include "bounded_activity.hpp"

#include <cortexpr/plan/names.hpp>
#include <cortexpr/run/sequence.hpp>

#include <ATen/core/grad_mode.h>
#include <ATen/ops/arange.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/from_blob.h>
#include <ATen/ops/full.h>
#include <ATen/ops/linalg_eigvals.h>
#include <ATen/ops/zeros.h>
#include <ATen/ops/zeros_like.h>
#include <torch/csrc/autograd/autograd.h>

#include <Spectra/GenEigsSolver.h>
#include <fmt/format.h>

#include <algorithm>
#include <memory>

namespace cortexpr::workbench {

namespace {

using maps = std::vector<at::Tensor>;

/// A network after some steps, and its next step as a function of all that it carries on.
class step_of {
  public:
    step_of() = default;
    step_of(const step_of&) = delete;
    step_of& operator=(const step_of&) = delete;
    virtual ~step_of() = default;

    virtual std::int64_t size() const = 0;
    /// 0 where the state belongs to an inhibitory type, else 1: (size).
    virtual at::Tensor without_inhibition() const = 0;
    /// Products of row vectors (count, size) with J, by one backward pass over a batch that has the state `count`
    /// times.
    virtual at::Tensor times(const at::Tensor& rows) const = 0;
};

class step_of_areas final : public step_of {
  public:
    step_of_areas(network_module& network, const at::Tensor& stimulus, int steps)
        : network_(std::dynamic_pointer_cast<network_module>(network.clone())),
          plan_(network_->plan()),
          carried_(carried_by(plan_)) {
        network_->executor(executor::transparent);
        for (int i = 0; i < network_->parameter_count(); ++i)
            parameters_.push_back(network_->parameter(i).detach().to(at::kDouble));
        const auto shown = stimulus.detach().to(network_->device(), at::kDouble);
        run_request request;
        if (!is_sequence(shown)) request.steps = steps;
        carried_.record(request);
        request.record_feedback.clear();
        for (const auto& area : plan_.areas) request.record_feedback.push_back(plan::hears_feedback(area));
        const at::NoGradGuard no_gradients;
        const auto run = network_->run_with(parameters_, false, shown, request);
        require_bounded(network.name(), run);
        hold_feedback(run);
        network_->perturb(acting_next(is_sequence(shown) ? static_cast<int>(shown.size(1)) : steps));
        image_ = is_sequence(shown) ? shown.select(1, -1) : shown;
        rest_ = carried_.after(run);
        for (const auto& map : rest_) size_ += map.numel();
    }

    std::int64_t size() const override { return size_; }

    at::Tensor without_inhibition() const override {
        maps parts;
        for (std::size_t i = 0; i < rest_.size(); ++i) {
            const bool inhibits = i < plan_.types.size() && plan_.types[i].kind == neuron_class::inhibitory;
            parts.push_back(at::full({rest_[i].numel()}, inhibits ? 0.0 : 1.0, at::kDouble));
        }
        return at::cat(parts);
    }

    at::Tensor times(const at::Tensor& rows) const override {
        const at::AutoGradMode gradients(true);
        const auto count = rows.size(0);
        maps before;
        for (const auto& map : rest_) {
            auto sizes = map.sizes().vec();
            sizes[0] = count;
            before.push_back(map.expand(sizes).clone().requires_grad_());
        }
        auto sizes = image_.sizes().vec();
        sizes[0] = count;
        auto request = carried_.step_from(before);
        for (std::size_t area = 0; area < held_.size(); ++area) {
            if (!held_[area].defined()) continue;
            auto of_rows = held_[area].sizes().vec();
            of_rows[0] = count;
            request.initial_feedback[area] = held_[area].expand(of_rows);
        }
        const auto run = network_->run_with(parameters_, false, image_.expand(sizes), request);
        maps flat;
        for (const auto& map : carried_.after(run)) flat.push_back(map.flatten(1));
        const auto weighted = (at::cat(flat, 1) * rows.to(image_.device())).sum();
        if (!weighted.requires_grad()) return at::zeros(rows.sizes(), at::kDouble);  // all is silenced
        const auto found =
            torch::autograd::grad({weighted}, before, {}, std::nullopt, /*create_graph=*/false, /*allow_unused=*/true);
        flat.clear();
        for (std::size_t i = 0; i < before.size(); ++i)
            flat.push_back((found[i].defined() ? found[i] : at::zeros_like(before[i])).flatten(1));
        return at::cat(flat, 1).detach().cpu();
    }

  private:
    /// Of the one sample, which all samples of a batch are then copies of.
    std::vector<perturbation> acting_next(int steps) const {
        auto next = acting_at(steps + 1, network_->perturbations());
        for (auto& one : next) one.where.images.clear();
        return next;
    }
    /// Feedback of an area to which no area sends stays what the run started from, which may have been drawn.
    void hold_feedback(const run_result& run) {
        for (std::size_t area = 0; area < run.feedback.size(); ++area) {
            const bool is_held = run.feedback[area].defined() && !plan_.is_fed(static_cast<int>(area));
            held_.push_back(is_held ? run.feedback[area].select(1, -1) : at::Tensor());
        }
    }
    /// What outlasts a step besides rates: outputs that the next area hears a step later, and feedback.
    static carried_maps carried_by(const plan::network& plan) {
        std::vector<bool> outputs, feedback;
        for (int area = 0; area < static_cast<int>(plan.areas.size()); ++area) {
            outputs.push_back(plan.is_heard_late(area));
            feedback.push_back(plan.is_fed(area));
        }
        return {std::move(outputs), std::move(feedback)};
    }

    std::shared_ptr<network_module> network_;
    const plan::network& plan_;
    carried_maps carried_;
    maps parameters_;
    at::Tensor image_;
    maps rest_;
    maps held_;  ///< by area: feedback that no step changes
    std::int64_t size_ = 0;
};

/// The step of a connectome, whose state is the rates of its cells.
class step_of_cells final : public step_of {
  public:
    step_of_cells(connectome_module& network, const at::Tensor& stimulus, const spectrum_options& options)
        : network_(std::dynamic_pointer_cast<connectome_module>(network.clone(std::nullopt))) {
        for (int i = 0; i < network.parameter_count(); ++i)
            parameters_.push_back(network.parameter(i).detach().to(at::kDouble));
        const auto shown = stimulus.detach().to(network.device(), at::kDouble);
        const int steps = is_sequence(shown) ? static_cast<int>(shown.size(1)) : options.steps;
        auto request = with_perturbations(network, options.perturbations);
        if (!is_sequence(shown)) request.steps = steps;
        const at::NoGradGuard no_gradients;
        state_ = network_->run_with(parameters_, false, shown, request).final_state;
        require_bounded(network.name(), state_);
        input_ = is_sequence(shown) ? shown.select(1, -1) : shown;
        network_->perturb(acting_at(steps + 1, network_->perturbations()));
        next_ = acting_at(steps + 1, std::move(request));
        next_.steps = 1;
    }

    std::int64_t size() const override { return state_.numel(); }

    at::Tensor without_inhibition() const override {
        auto free = at::full({size()}, 1.0, at::kDouble);
        const auto classes = network_->classes_of_cells();
        for (std::size_t cell = 0; cell < classes.size(); ++cell)
            if (classes[cell] == neuron_class::inhibitory) free[static_cast<std::int64_t>(cell)] = 0.0;
        return free;
    }

    at::Tensor times(const at::Tensor& rows) const override {
        const at::AutoGradMode gradients(true);
        const auto before = state_.expand({rows.size(0), -1}).clone().requires_grad_();
        auto request = next_;
        request.initial_state = before;
        auto sizes = input_.sizes().vec();
        sizes[0] = rows.size(0);
        const auto after = network_->run_with(parameters_, false, input_.expand(sizes), request).final_state;
        const auto weighted = (after * rows.to(after.device())).sum();
        if (!weighted.requires_grad()) return at::zeros(rows.sizes(), at::kDouble);  // all is silenced
        const auto found = torch::autograd::grad({weighted}, {before}, {}, std::nullopt,
                                                 /*create_graph=*/false, /*allow_unused=*/true);
        return (found[0].defined() ? found[0] : at::zeros_like(before)).detach().cpu();
    }

  private:
    std::shared_ptr<connectome_module> network_;
    maps parameters_;
    at::Tensor input_, state_;  ///< of one sample
    connectome_request next_;   ///< of the step that is linearised
};

std::unique_ptr<const step_of> step_after(const any_network& network, const at::Tensor& stimulus,
                                          const spectrum_options& options) {
    if (network.areas() != nullptr)
        return std::make_unique<const step_of_areas>(*network.areas(), stimulus, options.steps);
    return std::make_unique<const step_of_cells>(*network.connectome(), stimulus, options);
}

/// J by rows, some at a time, since each needs a state of its own.
at::Tensor matrix_of(const step_of& step) {
    constexpr std::int64_t at_once = 128;  // not tuned
    maps rows;
    for (std::int64_t first = 0; first < step.size(); first += at_once) {
        const auto count = std::min(at_once, step.size() - first);
        auto units = at::zeros({count, step.size()}, at::kDouble);
        units.diagonal(first).fill_(1);
        rows.push_back(step.times(units));
    }
    return at::cat(rows);
}

std::vector<std::complex<double>> eigenvalues_of(const at::Tensor& matrix) {
    const auto found = at::linalg_eigvals(matrix).contiguous();
    const auto* first = static_cast<const std::complex<double>*>(found.const_data_ptr());
    return {first, first + found.numel()};
}

/// The transposed J, whose eigenvalues are J's, for Spectra; rows and columns that a mask leaves out are 0.
class transposed_step {
  public:
    using Scalar = double;

    transposed_step(const step_of& step, at::Tensor mask) : step_(step), mask_(std::move(mask)) {}
    Eigen::Index rows() const { return step_.size(); }
    Eigen::Index cols() const { return step_.size(); }
    void perform_op(const double* in, double* out) const {
        const auto vector = at::from_blob(const_cast<double*>(in), {1, step_.size()}, at::kDouble);
        at::from_blob(out, {step_.size()}, at::kDouble).copy_(step_.times(vector * mask_)[0] * mask_);
    }

  private:
    const step_of& step_;
    at::Tensor mask_;
};

std::vector<std::complex<double>> leading_of(const step_of& step, const at::Tensor& mask, int count) {
    constexpr int most_restarts = 60;   // not tuned
    constexpr double tolerance = 1e-7;  // of an eigenvalue, relative; not tuned
    // Maps have many eigenvalues close to each other, which a small subspace hardly tells apart. Not tuned.
    constexpr Eigen::Index least_subspace = 48;
    std::vector<std::complex<double>> all;
    transposed_step product(step, mask);
    // Nothing but 0 is mapped to 0 by chance; a silenced circuit maps all to it, where Arnoldi's method has no start.
    const auto probe = at::arange(step.size(), at::kDouble).cos().unsqueeze(0);
    if ((step.times(probe * mask) * mask).abs().max().item<double>() == 0) return {0};
    const auto wanted = std::min<Eigen::Index>(count, step.size() - 2),
               subspace = std::min<Eigen::Index>(std::max(5 * wanted, least_subspace), step.size());
    for (const auto rule : {Spectra::SortRule::LargestMagn, Spectra::SortRule::LargestReal}) {
        Spectra::GenEigsSolver<transposed_step> solver(product, wanted, subspace);
        const auto converged = [&] {
            try {
                solver.init();
                return solver.compute(rule, most_restarts, tolerance, rule);
            } catch (const std::exception&) {  // of a circuit whose later powers are 0
                return Eigen::Index{0};
            }
        };
        if (converged() < 1)
            throw usage_error(
                fmt::format("the leading eigenvalues of the step, of {} numbers, weren't found in {} restarts of "
                            "Arnoldi; ask for fewer, or for "
                            "another image or step",
                            step.size(), most_restarts));
        const auto found = solver.eigenvalues();
        // The list has no holes: of the rightmost, which the abscissa needs, those further left may be small.
        const bool is_by_size = rule == Spectra::SortRule::LargestMagn;
        const double rightmost = found.real().maxCoeff();
        for (const auto& one : found)
            if ((is_by_size || one.real() >= rightmost - 10 * tolerance) &&
                std::ranges::none_of(all, [&](const auto& other) { return std::abs(other - one) < 10 * tolerance; }))
                all.push_back(one);
    }
    return all;
}

spectrum sorted(std::vector<std::complex<double>> eigenvalues, bool is_complete, std::int64_t size) {
    std::ranges::sort(eigenvalues, [](const auto& a, const auto& b) {
        // In a pair of conjugates, the one above the axis comes first.
        return std::abs(a) != std::abs(b) ? std::abs(a) > std::abs(b) : a.imag() > b.imag();
    });
    return {std::move(eigenvalues), is_complete, size};
}

}  // namespace

double spectrum::radius() const { return eigenvalues.empty() ? 0 : std::abs(eigenvalues.front()); }

double spectrum::abscissa() const {
    double largest = eigenvalues.empty() ? 0 : eigenvalues.front().real();
    for (const auto& one : eigenvalues) largest = std::max(largest, one.real());
    return largest - 1;
}

recurrent_spectrum spectrum_of(const any_network& network, const at::Tensor& stimulus,
                               const spectrum_options& options) {
    if (!stimulus.defined() || (stimulus.dim() != 4 && stimulus.dim() != 5) || stimulus.size(0) != 1)
        throw usage_error("a spectrum is of one stimulus, (1, C, H, W), or a sequence (1, T, C, H, W)");
    if (options.leading < 1) throw usage_error("at least one leading eigenvalue is needed");
    const evaluation_mode mode(network.module());
    const auto after = step_after(network, stimulus, options);
    const auto& step = *after;
    const auto size = step.size();
    const auto free = step.without_inhibition();
    const bool has_inhibition = (free == 0).any().item<bool>();
    recurrent_spectrum found;
    constexpr std::int64_t smallest = 16;  // for Arnoldi; not tuned
    if (size <= std::max(options.dense_up_to, smallest)) {
        const auto matrix = matrix_of(step);
        require_bounded(network.name(), matrix);
        found.whole = sorted(eigenvalues_of(matrix), true, size);
        if (!has_inhibition) return found;
        const auto kept = free.nonzero().flatten();
        found.excitation =
            sorted(eigenvalues_of(matrix.index_select(0, kept).index_select(1, kept)), true, kept.numel());
        return found;
    }
    found.whole = sorted(leading_of(step, at::full({size}, 1.0, at::kDouble), options.leading), false, size);
    if (has_inhibition)
        found.excitation = sorted(leading_of(step, free, options.leading), false, free.sum().item<std::int64_t>());
    return found;
}

}  // namespace cortexpr::workbench
