#include "timed.hpp"

#include "counted_bytes.hpp"
#include "counted_operations.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>

namespace cortexpr::kernels {

namespace {

enum class kernel : std::uint8_t {
    winograd,
    winograd_gradient,
    direct,
    direct_gradient,
    step,
    step_adjoint,
    replay,
    apply,
    apply_adjoint,
    largest,
    round,
    add_current,
    hold,
    add_noise,
    sparse_step,
    sparse_adjoint,
};

struct named_kernel {
    kernel which;
    std::string_view text;
};
constexpr std::array names{
    named_kernel{kernel::winograd, "convolutions (Winograd)"},
    named_kernel{kernel::winograd_gradient, "gradients of weights (Winograd)"},
    named_kernel{kernel::direct, "convolutions (direct)"},
    named_kernel{kernel::direct_gradient, "gradients of weights (direct)"},
    named_kernel{kernel::step, "nonlinearity and time step"},
    named_kernel{kernel::step_adjoint, "adjoint of nonlinearity and time step"},
    named_kernel{kernel::replay, "time steps computed again"},
    named_kernel{kernel::apply, "nonlinearity of an edge"},
    named_kernel{kernel::apply_adjoint, "adjoint of an edge's nonlinearity"},
    named_kernel{kernel::largest, "max pooling"},
    named_kernel{kernel::round, "rounding to bfloat16"},
    named_kernel{kernel::add_current, "injected currents"},
    named_kernel{kernel::hold, "held states"},
    named_kernel{kernel::add_noise, "noise"},
    named_kernel{kernel::sparse_step, "time steps of a connectome"},
    named_kernel{kernel::sparse_adjoint, "adjoint of a connectome's time steps"},
};
static_assert(
    [] {
        for (std::size_t i = 0; i < names.size(); ++i)
            if (names[i].which != static_cast<kernel>(i)) return false;
        return true;
    }(),
    "a kernel's name is found by its number");

struct spent {
    std::atomic<std::int64_t> calls = 0, nanoseconds = 0, operations = 0, bytes = 0;
};
std::array<spent, names.size()> all;
std::atomic<bool> is_timing = false;

std::int64_t synapses_of(const synapse_lines& lines, int first, int last) {
    return lines.starts[last] - lines.starts[first];
}

/// What a call computes; only products are counted.
template <kernel Which, class Job>
std::int64_t computed_by(const Job& job, int lanes) {
    using enum kernel;
    if constexpr (Which == winograd || Which == winograd_gradient) {
        return operations_of(job, true, lanes);
    } else if constexpr (Which == direct || Which == direct_gradient) {
        return operations_of(job, false, lanes);
    } else if constexpr (Which == sparse_step) {
        if (job.before == nullptr) return 0;
        return 2 * synapses_of(job.rows, job.first, job.last) * job.batch;
    } else if constexpr (Which == sparse_adjoint) {
        if (job.drive_adjoint == nullptr) return 0;
        const int products = (job.state != nullptr ? 1 : 0) + (job.weight_gradient != nullptr ? 1 : 0);
        return 2 * products * synapses_of(job.columns, job.first, job.last) * job.batch;
    } else {
        return 0;
    }
}

/// Bytes that a call reads and writes; 0 for kernels whose bytes aren't counted.
template <kernel Which, class Job>
std::int64_t moved_by(const Job& job, int lanes) {
    using enum kernel;
    if constexpr (Which == winograd || Which == winograd_gradient) {
        return bytes_of(job, true, lanes);
    } else if constexpr (Which == direct || Which == direct_gradient) {
        return bytes_of(job, false, lanes);
    } else if constexpr (Which == sparse_step || Which == sparse_adjoint) {
        return bytes_of(job);
    } else if constexpr (Which == step || Which == step_adjoint || Which == replay || Which == apply ||
                         Which == apply_adjoint) {
        return bytes_of(job, lanes);
    } else {
        return 0;
    }
}

template <kernel Which, class Scalar, class Select, class Job>
void timed(const Job& job) {
    static_assert(static_cast<std::size_t>(Which) < names.size(), "each kernel has a name");
    using clock = std::chrono::steady_clock;
    const auto& table = kernels_for_this_cpu<Scalar>();
    const auto start = clock::now();
    Select()(table)(job);
    const auto end = clock::now();
    auto& own = all[static_cast<std::size_t>(Which)];
    own.calls.fetch_add(1, std::memory_order_relaxed);
    own.nanoseconds.fetch_add(std::chrono::duration_cast<std::chrono::nanoseconds>(end - start).count(),
                              std::memory_order_relaxed);
    own.operations.fetch_add(computed_by<Which>(job, table.lanes), std::memory_order_relaxed);
    own.bytes.fetch_add(moved_by<Which>(job, table.lanes), std::memory_order_relaxed);
}

/// Puts a timed kernel in the place of the one that is selected.
template <kernel Which, class Scalar, class Select>
void replace(kernel_table<Scalar>& table, Select select) {
    const auto put = []<class Job>(void (*&place)(const Job&)) {
        if (place != nullptr) place = timed<Which, Scalar, Select, Job>;
    };
    put(select(table));
}

template <class Scalar>
kernel_table<Scalar> timed_table() {
    using enum kernel;
    auto table = kernels_for_this_cpu<Scalar>();
    replace<winograd>(
        table, [](auto& of) -> auto& { return of.winograd.convolve; });
    replace<winograd_gradient>(
        table, [](auto& of) -> auto& { return of.winograd.add_weight_gradient; });
    replace<direct>(
        table, [](auto& of) -> auto& { return of.direct.convolve; });
    replace<direct_gradient>(
        table, [](auto& of) -> auto& { return of.direct.add_weight_gradient; });
    replace<step>(
        table, [](auto& of) -> auto& { return of.step; });
    replace<step_adjoint>(
        table, [](auto& of) -> auto& { return of.step_adjoint; });
    replace<replay>(
        table, [](auto& of) -> auto& { return of.replay; });
    replace<apply>(
        table, [](auto& of) -> auto& { return of.apply; });
    replace<apply_adjoint>(
        table, [](auto& of) -> auto& { return of.apply_adjoint; });
    replace<largest>(
        table, [](auto& of) -> auto& { return of.largest; });
    replace<round>(
        table, [](auto& of) -> auto& { return of.round; });
    replace<add_current>(
        table, [](auto& of) -> auto& { return of.add_current; });
    replace<hold>(
        table, [](auto& of) -> auto& { return of.hold; });
    replace<add_noise>(
        table, [](auto& of) -> auto& { return of.add_noise; });
    replace<sparse_step>(
        table, [](auto& of) -> auto& { return of.sparse.step; });
    replace<sparse_adjoint>(
        table, [](auto& of) -> auto& { return of.sparse.adjoint; });
    return table;
}

}  // namespace

kernel_timer::kernel_timer() {
    for (auto& of_kernel : all) of_kernel.calls = of_kernel.nanoseconds = of_kernel.operations = of_kernel.bytes = 0;
    is_timing = true;
}

kernel_timer::~kernel_timer() { is_timing = false; }

std::vector<kernel_time> kernel_timer::times() const {
    std::vector<kernel_time> times;
    for (std::size_t i = 0; i < names.size(); ++i)
        if (all[i].calls > 0)
            times.push_back({names[i].text, all[i].calls, static_cast<double>(all[i].nanoseconds) / 1e9,
                             all[i].operations, all[i].bytes});
    std::ranges::sort(times, std::ranges::greater{}, &kernel_time::seconds);
    return times;
}

template <class Scalar>
const kernel_table<Scalar>& timed_where_asked(const kernel_table<Scalar>& table) {
    const bool is_untimed = !is_timing || &table != &kernels_for_this_cpu<Scalar>();
    if (is_untimed)
        return table;  // NOLINT(bugprone-return-const-ref-from-parameter): tables live as long as the program
    static const auto timed = timed_table<Scalar>();
    return timed;
}

template const kernel_table<float>& timed_where_asked(const kernel_table<float>&);
template const kernel_table<double>& timed_where_asked(const kernel_table<double>&);

}  // namespace cortexpr::kernels
