// The pointwise part of the equations and its adjoint. Included by table_of.hpp.

#pragma once

#include "kernels.hpp"
#include "lanes.hpp"

namespace cortexpr::kernels::CORTEXPR_INSTRUCTION_SET {

template <class Scalar>
[[gnu::always_inline]] inline vector<Scalar> chosen(const lane_group<Scalar>& group, vector<Scalar> yes,
                                                    vector<Scalar> no) {
    return group.mask == nullptr ? yes : as_bits<Scalar>(load(group.mask)) != 0 ? yes : no;
}

template <class Scalar>
void step(const step_job<Scalar>& job) {
    with_nonlinearity<Scalar>(job.lanes.function, [&job](auto nonlinearity) {
        const int first = job.lanes.first;
        for (int y = 0; y < job.height; ++y)
            for (int x = 0; x < job.width; ++x) {
                const auto drive = load(job.drive.at(y, x) + first), before = load(job.before.at(y, x) + first);
                const auto value = nonlinearity.value(drive);
                Scalar* after = job.after.at(y, x) + first;
                const auto moved = before + load(job.rate.at(y, x) + first) * (value - before);
                store(after, chosen(job.lanes, moved, load(after)));
                if (job.kept.origin == nullptr) continue;
                Scalar* kept = job.kept.at(y, x) + first;
                store(kept, chosen(job.lanes, nonlinearity.tells_slope ? value : drive, load(kept)));
            }
    });
}

template <class Scalar>
void replay(const replay_job<Scalar>& job) {
    with_nonlinearity<Scalar>(job.lanes.function, [&job](auto nonlinearity) {
        const int first = job.lanes.first;
        for (int y = 0; y < job.height; ++y)
            for (int x = 0; x < job.width; ++x) {
                auto value = load(job.kept.at(y, x) + first);
                if constexpr (!nonlinearity.tells_slope) value = nonlinearity.value(value);
                const auto before = load(job.before.at(y, x) + first);
                Scalar* after = job.after.at(y, x) + first;
                const auto moved = before + load(job.rate.at(y, x) + first) * (value - before);
                store(after, chosen(job.lanes, moved, load(after)));
            }
    });
}

template <class Scalar>
void step_adjoint(const step_adjoint_job<Scalar>& job) {
    with_nonlinearity<Scalar>(job.lanes.function, [&job](auto nonlinearity) {
        const int first = job.lanes.first;
        const bool rate_by_place = job.rate_gradient.pixel != 0;
        vector<Scalar> bias_sum{}, rate_sum{};
        for (int y = 0; y < job.height; ++y) {
            vector<Scalar> bias_row{}, rate_row{};
            for (int x = 0; x < job.width; ++x) {
                const auto kept = load(job.kept.at(y, x) + first), before = load(job.before.at(y, x) + first);
                const auto rate = load(job.rate.at(y, x) + first);
                const auto after = load(job.after_adjoint.at(y, x) + first);
                auto value = kept;
                if constexpr (!nonlinearity.tells_slope) value = nonlinearity.value(kept);
                const auto through = rate * after;
                const auto drive = through * nonlinearity.slope(kept);
                const auto by_rate = after * (value - before);
                Scalar* drive_adjoint = job.drive_adjoint.at(y, x) + first;
                Scalar* before_adjoint = job.before_adjoint.at(y, x) + first;
                store(drive_adjoint, chosen(job.lanes, drive, load(drive_adjoint)));
                store(before_adjoint, chosen(job.lanes, after - through, load(before_adjoint)));
                bias_row += drive;
                if (job.drive_sum.origin != nullptr) {
                    Scalar* sum = job.drive_sum.at(y, x) + first;
                    store(sum, chosen(job.lanes, load(sum) + drive, load(sum)));
                }
                if (rate_by_place) {
                    Scalar* gradient = job.rate_gradient.at(y, x) + first;
                    store(gradient, chosen(job.lanes, load(gradient) + by_rate, load(gradient)));
                } else {
                    rate_row += by_rate;
                }
            }
            bias_sum += bias_row;
            rate_sum += rate_row;
        }
        Scalar* bias = job.bias_gradient + first;
        store(bias, chosen(job.lanes, load(bias) + bias_sum, load(bias)));
        if (!rate_by_place) {
            Scalar* gradient = job.rate_gradient.origin + first;
            store(gradient, chosen(job.lanes, load(gradient) + rate_sum, load(gradient)));
        }
    });
}

template <class Scalar>
void apply(const apply_job<Scalar>& job) {
    with_nonlinearity<Scalar>(job.lanes.function, [&job](auto nonlinearity) {
        const int first = job.lanes.first;
        for (int y = 0; y < job.height; ++y)
            for (int x = 0; x < job.width; ++x) {
                const auto value = nonlinearity.value(load(job.value.at(y, x) + first));
                Scalar* sum = job.sum.at(y, x) + first;
                const auto before = load(sum);
                store(sum, chosen(job.lanes, job.replace ? value : before + job.sign * value, before));
            }
    });
}

template <class Scalar>
void apply_adjoint(const apply_adjoint_job<Scalar>& job) {
    with_nonlinearity<Scalar>(job.lanes.function, [&job](auto nonlinearity) {
        const int first = job.lanes.first;
        vector<Scalar> bias_sum{};
        for (int y = 0; y < job.height; ++y) {
            vector<Scalar> bias_row{};
            for (int x = 0; x < job.width; ++x) {
                auto kept = load(job.value.at(y, x) + first);
                if constexpr (nonlinearity.tells_slope) kept = nonlinearity.value(kept);
                const auto adjoint = job.sign * nonlinearity.slope(kept) * load(job.sum_adjoint.at(y, x) + first);
                Scalar* value_adjoint = job.value_adjoint.at(y, x) + first;
                store(value_adjoint, chosen(job.lanes, adjoint, load(value_adjoint)));
                bias_row += adjoint;
            }
            bias_sum += bias_row;
        }
        if (job.bias_gradient == nullptr) return;
        Scalar* bias = job.bias_gradient + first;
        store(bias, chosen(job.lanes, load(bias) + bias_sum, load(bias)));
    });
}

}  // namespace cortexpr::kernels::CORTEXPR_INSTRUCTION_SET
