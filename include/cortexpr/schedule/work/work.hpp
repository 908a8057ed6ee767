#pragma once
// What a planned run costs, and what each rule of the schedule spares: constexpr counts.
//
//     constexpr auto work = plan::work_of(plan_of<Digits>, {.steps = 5});
//     static_assert(work.computed.operations.forward < work.one_by_one.operations.forward);

#include <cortexpr/compiler.hpp>

#include <cortexpr/schedule/saved_maps.hpp>
#include <cortexpr/schedule/work/autograd_memory.hpp>
#include <cortexpr/schedule/work/operations.hpp>
#include <cortexpr/schedule/work/traffic.hpp>

#include <array>

namespace cortexpr::plan {

struct work {
    plan::operations operations{};
    traffic maps{};  ///< forward

    constexpr work& operator+=(const work& other) {
        operations += other.operations;
        maps += other.maps;
        return *this;
    }
    friend constexpr work operator-(const work& one, const work& other) {
        return {one.operations - other.operations, one.maps - other.maps};
    }
    friend constexpr bool operator==(const work&, const work&) = default;
};

struct spared_work {
    saving by = saving::only_live_outputs;
    work spared{};  ///< negative where a rule costs

    friend constexpr bool operator==(const spared_work&, const spared_work&) = default;
};

/// The work of one image. `computed` and all savings add up to `one_by_one`: one convolution for each edge and step,
/// forward and for both gradients, and one operation at a time over whole maps.
struct work_report {
    work one_by_one{};
    std::array<spared_work, saving_count> savings{};
    work computed{};
    std::int64_t saved_bytes = 0;     ///< for the backward pass
    std::int64_t autograd_bytes = 0;  ///< what autograd would save of one operation at a time

    friend constexpr bool operator==(const work_report&, const work_report&) = default;
    constexpr const work& spared(saving by) const { return savings[static_cast<std::size_t>(by)].spared; }
    /// What is left to compute where nothing is computed in the Winograd domain.
    constexpr work direct() const {
        auto all = computed;
        return all += spared(saving::winograd);
    }
};

constexpr work_report work_of(const known_run& known) {
    const auto with = [&known](applied_savings rules) {
        return work{operations_of(known, rules), traffic_of(known, rules)};
    };
    work_report report{
        .one_by_one = with({0}), .saved_bytes = saved_bytes(known), .autograd_bytes = autograd_bytes(known)};
    auto before = report.one_by_one;
    for (int i = 0; i < saving_count; ++i) {
        const auto after = with({i + 1});
        report.savings[index(i)] = {static_cast<saving>(i), before - after};
        before = after;
    }
    report.computed = before;
    return report;
}

/// However many steps, the compiler's work is that of a few. Yet compilers limit the work of one constant (Clang: to
/// about 12 edges here; -fconstexpr-steps raises it, GCC's -fconstexpr-ops-limit): for a large network call this at run
/// time, or take planned_forward_flops<...> and its like, which cost a twentieth.
constexpr work_report work_of(const network& network, const run& run) {
    return work_of(known_run(network, shortened(network, run)));
}

}  // namespace cortexpr::plan

namespace cortexpr {

namespace detail {

/// The run whose answer alone is requested.
template <class Declared, int Steps>
constexpr plan::known_run counted_run() {
    return {counted_plan<Declared>, plan::shortened(counted_plan<Declared>, {.steps = counted_steps<Steps>::value})};
}
// One count each and not the whole report, which costs a compiler twenty times as much.
template <class Declared, int Steps>
inline constexpr plan::operations computed_operations = plan::operations_of(counted_run<Declared, Steps>());
template <class Declared, int Steps>
inline constexpr std::int64_t saved_bytes = plan::saved_bytes(counted_run<Declared, Steps>());

}  // namespace detail

/// Operations that a planned run of Steps steps does forward for one image, of which the answer alone is read. Two for
/// each multiply-add of a convolution.
template <class Declared, int Steps>
inline constexpr detail::number_about<Declared> planned_forward_flops =
    detail::computed_operations<Declared, Steps>.forward;
/// The same for the gradients of all parameters.
template <class Declared, int Steps>
inline constexpr detail::number_about<Declared> planned_backward_flops =
    detail::computed_operations<Declared, Steps>.backward();

/// Bytes that such a run saves of one image until its backward pass, in float32.
template <class Declared, int Steps>
inline constexpr detail::number_about<Declared> saved_bytes = detail::saved_bytes<Declared, Steps>;

}  // namespace cortexpr
