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
    saving by = saving::unread_outputs;
    work spared{};  ///< negative where a rule costs
};

/// Of one image. `computed` and all savings add up to `one_by_one`: one convolution for each edge and step, forward and
/// for both gradients, and one operation at a time over whole maps.
struct work_report {
    work one_by_one{};
    std::array<spared_work, saving_count> savings{};
    work computed{};
    std::int64_t saved_bytes = 0;     ///< for the backward pass
    std::int64_t autograd_bytes = 0;  ///< what autograd would save of one operation at a time

    constexpr const work& spared(saving by) const { return savings[static_cast<std::size_t>(by)].spared; }
    /// What is left to compute where nothing is computed in the Winograd domain.
    constexpr work direct() const {
        auto all = computed;
        return all += spared(saving::winograd);
    }
};

constexpr work_report work_of(const network& network, const run& run) {
    const known_run known(network, run);
    const auto with = [&known](applied_savings rules) {
        return work{operations_of(known, rules), traffic_of(known, rules)};
    };
    work_report report{
        .one_by_one = with({0}), .saved_bytes = saved_bytes(known), .autograd_bytes = autograd_bytes(known)};
    auto before = report.one_by_one;
    for (int i = 0; i < saving_count; ++i) {
        const auto after = with({i + 1});
        report.savings[at(i)] = {static_cast<saving>(i), before - after};
        before = after;
    }
    report.computed = before;
    return report;
}

}  // namespace cortexpr::plan

namespace cortexpr {

/// Operations that a planned run of Steps steps does for one image, of which the answer alone is read: forward, and for
/// the gradients of all parameters. Two for each multiply-add of a convolution.
template <class Declared, int Steps>
inline constexpr detail::number_about<Declared> planned_forward_flops =
    plan::work_of(plan_of<Declared>, {.steps = Steps}).computed.operations.forward;
template <class Declared, int Steps>
inline constexpr detail::number_about<Declared> planned_backward_flops =
    plan::work_of(plan_of<Declared>, {.steps = Steps}).computed.operations.backward();

/// Bytes that such a run keeps of one image until its backward pass, in float32.
template <class Declared, int Steps>
inline constexpr detail::number_about<Declared> saved_bytes =
    plan::work_of(plan_of<Declared>, {.steps = Steps}).saved_bytes;

}  // namespace cortexpr
