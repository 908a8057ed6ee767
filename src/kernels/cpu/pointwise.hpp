// The pointwise part of the equations and its adjoint. Included by table_of.hpp.

#pragma once

#include "kernels.hpp"
#include "lanes.hpp"

namespace cortexpr::kernels::CORTEXPR_INSTRUCTION_SET {

/// Which lanes a job changes: all, or those of a mask.
template <class Scalar>
struct all_lanes {
    [[gnu::always_inline]] void write(Scalar* to, vector<Scalar> value) const { store(to, value); }
    [[gnu::always_inline]] void write_past_caches(Scalar* to, vector<Scalar> value) const { stream(to, value); }
};
template <class Scalar>
struct some_lanes {
    bit_vector<Scalar> mask;
    /// Through them: what other lanes hold is read.
    [[gnu::always_inline]] void write_past_caches(Scalar* to, vector<Scalar> value) const { write(to, value); }
    [[gnu::always_inline]] void write(Scalar* to, vector<Scalar> value) const {
        store(to, mask != 0 ? value : load(to));
    }
};

/// Calls visit(nonlinearity, lanes); one loop for each pair.
template <class Scalar, class Visitor>
[[gnu::always_inline]] inline void with_lanes(const lane_group<Scalar>& group, Visitor visit) {
    if (group.mask == nullptr) {
        with_nonlinearity<Scalar>(group.function,
                                  [&visit](auto nonlinearity) { visit(nonlinearity, all_lanes<Scalar>{}); });
    } else {
        const some_lanes<Scalar> lanes{as_bits<Scalar>(load(group.mask))};
        with_nonlinearity<Scalar>(group.function, [&visit, lanes](auto nonlinearity) { visit(nonlinearity, lanes); });
    }
}

/// A vector of channels at the positions of a row, one after another.
template <class Scalar>
struct row_walk {
    Scalar* now;
    std::ptrdiff_t pixel;

    row_walk(const map_view<Scalar>& map, int first, int y) : now(map.at(y, 0) + first), pixel(map.pixel) {}
    void next() { now += pixel; }
};
template <class... Walks>
[[gnu::always_inline]] inline void step_all(Walks&... walks) {
    (walks.next(), ...);
}

/// `keep(position, what)` stores what the backward pass needs.
template <class Scalar, class Nonlinearity, class Lanes, class Keep>
[[gnu::always_inline]] inline void step_rows(const step_job<Scalar>& job, Nonlinearity nonlinearity, Lanes lanes,
                                             Keep keep) {
    const int first = job.lanes.first, width = job.width, height = job.height;
    for (int y = 0; y < height; ++y) {
        row_walk drive(job.drive, first, y), before(job.before, first, y), rate(job.rate, first, y);
        row_walk after(job.after, first, y), saved(job.saved, first, y);
        for (int x = 0; x < width; ++x, step_all(drive, before, rate, after, saved)) {
            const auto in = load(drive.now), was = load(before.now), value = nonlinearity.value(in);
            lanes.write(after.now, was + load(rate.now) * (value - was));
            keep(saved.now, nonlinearity.tells_slope ? value : in);
        }
    }
}

template <class Scalar>
void step(const step_job<Scalar>& job) {
    with_lanes<Scalar>(job.lanes, [&job](auto nonlinearity, auto lanes) {
        using kept = const vector<Scalar>&;
        if (job.saved.origin == nullptr) {
            auto unsaved = job;
            unsaved.saved = job.after;  // walked along, and not written
            step_rows(unsaved, nonlinearity, lanes, [](Scalar*, kept) {});
        } else if (job.streams) {
            step_rows(job, nonlinearity, lanes, [lanes](Scalar* to, kept it) { lanes.write_past_caches(to, it); });
            finish_streaming();
        } else {
            step_rows(job, nonlinearity, lanes, [lanes](Scalar* to, kept it) { lanes.write(to, it); });
        }
    });
}

template <class Scalar>
void replay(const replay_job<Scalar>& job) {
    with_lanes<Scalar>(job.lanes, [&job](auto nonlinearity, auto lanes) {
        const int first = job.lanes.first, width = job.width, height = job.height;
        for (int y = 0; y < height; ++y) {
            row_walk saved(job.saved, first, y), before(job.before, first, y), rate(job.rate, first, y);
            row_walk after(job.after, first, y);
            for (int x = 0; x < width; ++x, step_all(saved, before, rate, after)) {
                __builtin_prefetch(saved.now + read_ahead<Scalar>);
                auto value = load(saved.now);
                if constexpr (!nonlinearity.tells_slope) value = nonlinearity.value(value);
                const auto was = load(before.now);
                lanes.write(after.now, was + load(rate.now) * (value - was));
            }
        }
    });
}

template <class Scalar, bool RateByPosition, bool HasSum, class Nonlinearity, class Lanes>
void step_adjoint_of(const step_adjoint_job<Scalar>& job, Nonlinearity nonlinearity, Lanes lanes) {
    const int first = job.lanes.first, width = job.width, height = job.height;
    vector<Scalar> bias_sum{}, rate_sum{};
    for (int y = 0; y < height; ++y) {
        row_walk saved(job.saved, first, y), before(job.before, first, y), rate(job.rate, first, y);
        row_walk after(job.after_adjoint, first, y);
        row_walk drive_adjoint(job.drive_adjoint, first, y), before_adjoint(job.before_adjoint, first, y);
        row_walk sum(HasSum ? job.constant_drive_adjoint : job.drive_adjoint, first, y),
            gradient(job.rate_gradient, first, y);
        vector<Scalar> bias_row{}, rate_row{};
        for (int x = 0; x < width;
             ++x, step_all(saved, before, rate, after, drive_adjoint, before_adjoint, sum, gradient)) {
            __builtin_prefetch(saved.now + read_ahead<Scalar>);
            const auto was_saved = load(saved.now), arriving = load(after.now);
            auto value = was_saved;
            if constexpr (!Nonlinearity::tells_slope) value = nonlinearity.value(was_saved);
            const auto through = load(rate.now) * arriving;
            const auto drive = through * nonlinearity.slope(was_saved);
            const auto by_rate = arriving * (value - load(before.now));
            lanes.write(drive_adjoint.now, drive);
            lanes.write(before_adjoint.now, arriving - through);
            bias_row += drive;
            if constexpr (HasSum) lanes.write(sum.now, load(sum.now) + drive);
            if constexpr (RateByPosition) {
                lanes.write(gradient.now, load(gradient.now) + by_rate);
            } else {
                rate_row += by_rate;
            }
        }
        bias_sum += bias_row;
        rate_sum += rate_row;
    }
    Scalar* bias = job.bias_gradient + first;
    lanes.write(bias, load(bias) + bias_sum);
    if constexpr (!RateByPosition) {
        Scalar* gradient = job.rate_gradient.origin + first;
        lanes.write(gradient, load(gradient) + rate_sum);
    }
}

template <class Scalar>
void step_adjoint(const step_adjoint_job<Scalar>& job) {
    with_lanes<Scalar>(job.lanes, [&job](auto nonlinearity, auto lanes) {
        const bool by_position = job.rate_gradient.pixel != 0, has_sum = job.constant_drive_adjoint.origin != nullptr;
        if (by_position && has_sum) {
            step_adjoint_of<Scalar, true, true>(job, nonlinearity, lanes);
        } else if (by_position) {
            step_adjoint_of<Scalar, true, false>(job, nonlinearity, lanes);
        } else if (has_sum) {
            step_adjoint_of<Scalar, false, true>(job, nonlinearity, lanes);
        } else {
            step_adjoint_of<Scalar, false, false>(job, nonlinearity, lanes);
        }
    });
}

template <class Scalar>
void apply(const apply_job<Scalar>& job) {
    with_lanes<Scalar>(job.lanes, [&job](auto nonlinearity, auto lanes) {
        const int first = job.lanes.first, width = job.width, height = job.height;
        const auto sign = job.sign;
        const bool replaces = job.replace;
        for (int y = 0; y < height; ++y) {
            row_walk value(job.value, first, y);
            row_walk sum(job.sum, first, y);
            for (int x = 0; x < width; ++x, step_all(value, sum)) {
                const auto signed_value = sign * nonlinearity.value(load(value.now));
                lanes.write(sum.now, replaces ? signed_value : load(sum.now) + signed_value);
            }
        }
    });
}

template <class Scalar>
void apply_adjoint(const apply_adjoint_job<Scalar>& job) {
    with_lanes<Scalar>(job.lanes, [&job](auto nonlinearity, auto lanes) {
        const int first = job.lanes.first, width = job.width, height = job.height;
        const auto sign = job.sign;
        vector<Scalar> bias_sum{};
        for (int y = 0; y < height; ++y) {
            row_walk value(job.value, first, y), sum(job.sum_adjoint, first, y);
            row_walk to(job.value_adjoint, first, y);
            vector<Scalar> bias_row{};
            for (int x = 0; x < width; ++x, step_all(value, sum, to)) {
                auto saved = load(value.now);
                if constexpr (nonlinearity.tells_slope) saved = nonlinearity.value(saved);
                const auto adjoint = sign * nonlinearity.slope(saved) * load(sum.now);
                lanes.write(to.now, adjoint);
                bias_row += adjoint;
            }
            bias_sum += bias_row;
        }
        if (job.bias_gradient == nullptr) return;
        Scalar* bias = job.bias_gradient + first;
        lanes.write(bias, load(bias) + bias_sum);
    });
}

template <class Scalar>
void largest(const largest_job<Scalar>& job) {
    using bits = bit_vector<Scalar>;
    const auto pixel = job.map.pixel;
    auto most = load(job.map.at(job.first_row, job.first_column));
    bits positions = bits{} + (job.first_row * job.map_width + job.first_column);
    for (int y = job.first_row; y < job.last_row; ++y) {
        const Scalar* value = job.map.at(y, job.first_column);
        bits here = bits{} + (y * job.map_width + job.first_column);
        for (int x = job.first_column; x < job.last_column; ++x, value += pixel, here += 1) {
            const auto one = load(value);
            const bits wins = (one > most) | (one != one);
            most = wins != 0 ? one : most;
            positions = wins != 0 ? here : positions;
        }
    }
    store(job.value, most);
    for (int lane = 0; lane < lanes<Scalar>; ++lane) job.argmax[lane] = static_cast<std::int32_t>(positions[lane]);
}

inline void round_to_bfloat16(const round_job<float>& job) {
    for (int y = 0; y < job.height; ++y) {
        float* position = job.map.at(y, 0);
        for (int x = 0; x < job.width; ++x, position += job.map.pixel)
            for (int first = 0; first < job.channels; first += lanes<float>) {
                const auto exact = load(position + first);
                const auto bits = as_bits<float>(exact);
                const auto nearest = as_numbers<float>((bits + 0x7FFF + ((bits >> 16) & 1)) & ~0xFFFF);
                store(position + first, exact != exact ? exact : nearest);
            }
    }
}

template <class Scalar>
constexpr auto rounding() -> void (*)(const round_job<Scalar>&) {
    if constexpr (sizeof(Scalar) == sizeof(float)) {
        return round_to_bfloat16;
    } else {
        return nullptr;
    }
}

}  // namespace cortexpr::kernels::CORTEXPR_INSTRUCTION_SET
