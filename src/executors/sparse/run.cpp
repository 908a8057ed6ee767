#include "run.hpp"

#include "../../kernels/cpu/timed.hpp"

#include <cortexpr/error.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace cortexpr::executors::sparse {

namespace {

/// A phase over chunks of neurons.
template <class Work>
phase over(const line_order& order, Work work) {
    return {order.chunks(), [&order, work](int chunk) {
                const auto at = static_cast<std::size_t>(chunk);
                work(order.first_of_chunk[at], order.first_of_chunk[at + 1]);
            }};
}

/// A kernel's job on chunks of neurons.
template <class Job>
phase over(const line_order& order, const Job& job, void (*kernel)(const Job&)) {
    return over(order, [job, kernel](std::int32_t first, std::int32_t last) {
        auto part = job;
        part.first = first;
        part.last = last;
        kernel(part);
    });
}

/// Phases that set values to 0; none for null.
template <class Scalar>
void add_zeros(std::vector<phase>& phases, Scalar* values, std::size_t count) {
    if (values == nullptr || count == 0) return;
    constexpr std::size_t part = std::size_t{1} << 18;  // not tuned
    phases.push_back({static_cast<int>((count + part - 1) / part), [values, count](int task) {
                          const auto first = static_cast<std::size_t>(task) * part;
                          std::fill(values + first, values + std::min(count, first + part), Scalar{0});
                      }});
}

/// The last step whose state has an adjoint; -1 for none.
template <class Scalar>
int last_step_of(const sparse_adjoints<Scalar>& adjoints, int steps) {
    if (adjoints.states.size() != static_cast<std::size_t>(steps))
        throw usage_error(
            fmt::format("{} adjoints of states are given for {} steps; give one for each step, null where "
                        "it is zero",
                        adjoints.states.size(), steps));
    int last = steps - 1;
    while (last >= 0 && adjoints.states[static_cast<std::size_t>(last)] == nullptr) --last;
    return last;
}

}  // namespace

template <class Scalar>
sparse_run<Scalar>::sparse_run(std::shared_ptr<const sparse_network<Scalar>> network,
                               const sparse_inputs<Scalar>& inputs, saved_values saves, const thread_team& team)
    : network_(std::move(network)),
      batch_(inputs.batch),
      steps_(inputs.steps),
      saves_(saves),
      drive_by_step_(inputs.drive_by_step),
      has_initial_(inputs.initial != nullptr),
      has_saved_(saves == saved_values::for_backward && (inputs.rate != nullptr || !network_->values_tell_slopes())) {
    if (batch_ < 1 || steps_ < 1)
        throw usage_error(
            fmt::format("a run of {} samples and {} steps has nothing to compute; give at least one of "
                        "each",
                        batch_, steps_));
    const auto& index = network_->index();
    const auto neurons = static_cast<std::size_t>(index.neurons());
    const auto size = network_->size_of_array(batch_);
    if (inputs.rate != nullptr) rate_.assign(inputs.rate, inputs.rate + neurons);
    array_size_ = whole_lines<Scalar>(size);
    const auto states = static_cast<std::size_t>(saves == saved_values::last_state ? std::min(steps_, 2) : steps_);
    const auto arrays = std::size_t{has_initial_} + states + (has_saved_ ? static_cast<std::size_t>(steps_) : 0);
    memory_ = network_->borrow(arrays * array_size_);

    std::vector<phase> phases;
    if (has_initial_) phases.push_back(sign_of_initial(inputs.initial));
    for (int t = 0; t < steps_; ++t)
        phases.push_back(
            over(index.rows(), forward_job(inputs, t), kernels::timed_where_asked(network_->table()).sparse.step));
    in_phases(team, phases);
}

template <class Scalar>
phase sparse_run<Scalar>::sign_of_initial(const Scalar* initial) const {
    return over(network_->index().rows(), [this, initial](std::int32_t first, std::int32_t last) {
        const std::ptrdiff_t stride = network_->stride(batch_);
        const auto* sign = network_->sign().data();
        Scalar* to = state(-1);
        for (std::ptrdiff_t i = first; i < last; ++i)
            for (int b = 0; b < stride; ++b)
                to[i * stride + b] = b < batch_ ? sign[i] * initial[i * stride + b] : Scalar{0};
    });
}

template <class Scalar>
kernels::sparse_step_job<Scalar> sparse_run<Scalar>::forward_job(const sparse_inputs<Scalar>& inputs, int step) const {
    const auto drive_offset = drive_by_step_ ? static_cast<std::size_t>(step) * network_->size_of_array(batch_) : 0;
    return {.batch = batch_,
            .stride = network_->stride(batch_),
            .rows = network_->index().rows().lines(network_->fetches_ahead(batch_)),
            .weights = inputs.weights,
            .drive = inputs.drive + drive_offset,
            .before = signed_state(step - 1),
            .sign = network_->sign().data(),
            .rate = rate_.empty() ? nullptr : rate_.data(),
            .ranges = network_->ranges().data(),
            .after = state(step),
            .saved = const_cast<Scalar*>(saved(step))};
}

// In memory: the initial state, if there is one; states (two take turns where only the last one is saved); saved
// values.

template <class Scalar>
Scalar* sparse_run<Scalar>::array(std::size_t number) const {
    return memory_.data() + number * array_size_;
}

template <class Scalar>
Scalar* sparse_run<Scalar>::state(int step) const {
    const auto first = std::size_t{has_initial_};
    if (step < 0) return array(0);
    return array(first + static_cast<std::size_t>(saves_ == saved_values::last_state ? step % 2 : step));
}

template <class Scalar>
const Scalar* sparse_run<Scalar>::signed_state(int step) const {
    return step < 0 && !has_initial_ ? nullptr : state(step);
}

template <class Scalar>
const Scalar* sparse_run<Scalar>::saved(int step) const {
    if (!has_saved_) return nullptr;
    return array(std::size_t{has_initial_} + static_cast<std::size_t>(steps_) + static_cast<std::size_t>(step));
}

template <class Scalar>
void sparse_run<Scalar>::backward(const sparse_adjoints<Scalar>& adjoints, const thread_team& team) const {
    if (saves_ != saved_values::for_backward)
        throw usage_error("this run saved nothing for a backward pass; run with saved_values::for_backward");
    const auto& index = network_->index();
    const auto scratch = network_->borrow(3 * array_size_);
    auto* const spare = scratch.data();
    const adjoint_arrays arrays{.last_step = last_step_of(adjoints, steps_),
                                .own_drives = drive_by_step_ ? adjoints.drive : nullptr,
                                .own_distance = network_->size_of_array(batch_),
                                .turns = spare,
                                .turn_distance = array_size_,
                                .state = adjoints.initial != nullptr ? adjoints.initial : spare + 2 * array_size_};
    auto phases = zeros_before(adjoints, arrays);

    // Pass t takes the adjoint of step t's drive to that of the state before, and on to step t - 1's drive.
    bool has_gradient = false;
    for (int pass = arrays.last_step + 1; pass >= 0 && arrays.last_step >= 0; --pass) {
        auto job = backward_job(adjoints, arrays, pass);
        job.replace = !has_gradient;
        if (job.state == nullptr && job.weight_gradient == nullptr) continue;
        has_gradient = has_gradient || job.weight_gradient != nullptr;
        phases.push_back(over(index.columns(), job, kernels::timed_where_asked(network_->table()).sparse.adjoint));
    }
    if (!has_gradient) add_zeros(phases, adjoints.weight_gradient, index.synapses());
    in_phases(team, phases);
}

template <class Scalar>
std::vector<phase> sparse_run<Scalar>::zeros_before(const sparse_adjoints<Scalar>& adjoints,
                                                    const adjoint_arrays& arrays) const {
    std::vector<phase> phases;
    const auto size = network_->size_of_array(batch_);
    add_zeros(phases, adjoints.rate, static_cast<std::size_t>(network_->index().neurons()));
    if (arrays.own_drives != nullptr) {
        add_zeros(phases, arrays.drive_of(arrays.last_step + 1),
                  static_cast<std::size_t>(steps_ - 1 - arrays.last_step) * size);
    } else {
        add_zeros(phases, adjoints.drive, size);
    }
    if (arrays.last_step < 0) add_zeros(phases, adjoints.initial, size);
    return phases;
}

template <class Scalar>
kernels::sparse_adjoint_job<Scalar> sparse_run<Scalar>::backward_job(const sparse_adjoints<Scalar>& adjoints,
                                                                     const adjoint_arrays& arrays, int pass) const {
    const bool is_first = pass > arrays.last_step;
    kernels::sparse_adjoint_job<Scalar> job{
        .batch = batch_,
        .stride = network_->stride(batch_),
        .columns = network_->index().columns().lines(network_->fetches_ahead(batch_)),
        .weights = adjoints.weights,
        .weight_gradient = adjoints.weight_gradient,
        .signed_state = is_first ? nullptr : signed_state(pass - 1),
        .sign = network_->sign().data()};
    job.state = arrays.state;
    job.fresh = is_first;
    if (!is_first) job.drive_adjoint = arrays.drive_of(pass);
    if (job.signed_state == nullptr) job.weight_gradient = nullptr;
    if (pass == 0) {
        if (adjoints.initial == nullptr) job.state = nullptr;
        return job;
    }
    const int step = pass - 1;
    job.arriving = adjoints.states[static_cast<std::size_t>(step)];
    job.next = {.saved = saved(step),
                .after = signed_state(step),
                .before = signed_state(step - 1),
                .sign = job.sign,
                .rate = rate_.empty() ? nullptr : rate_.data(),
                .ranges = network_->ranges().data(),
                .rate_sum = adjoints.rate};
    job.next.drive = arrays.drive_of(step);
    job.next.constant_drive_adjoint = arrays.own_drives != nullptr ? nullptr : adjoints.drive;
    return job;
}

template class sparse_run<float>;
template class sparse_run<double>;

}  // namespace cortexpr::executors::sparse
