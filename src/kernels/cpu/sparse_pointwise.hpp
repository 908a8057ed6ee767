// The pointwise part of a sparse recurrent step and its adjoint, neuron by neuron. Included by sparse.hpp.

#pragma once

#include "kernels.hpp"
#include "lanes.hpp"
#include "sums.hpp"

namespace cortexpr::kernels::CORTEXPR_INSTRUCTION_SET {

/// Calls visit(range, from, to) for the parts of [first, last) with one nonlinearity; returns where the next call
/// starts.
template <class Scalar, class Visitor>
[[gnu::always_inline]] inline const neuron_range<Scalar>* for_each_range(const neuron_range<Scalar>* range, int first,
                                                                         int last, Visitor visit) {
    for (int from = first; from < last;) {
        while (range->last <= from) ++range;
        const int to = range->last < last ? range->last : last;
        visit(*range, from, to);
        from = to;
    }
    return range;
}

// Parts of vectors go by shuffles of whole numbers: through memory, a whole vector would be read back from what was
// stored in two parts, for which processors wait.

/// Twice the vector of 16 or 32 bytes, the second half zeros.
template <class Half>
[[gnu::always_inline]] inline auto widened(Half half) {
    if constexpr (sizeof(Half) == 16) {
        return __builtin_shufflevector(half, Half{}, 0, 1, 2, 3);
    } else {
        return __builtin_shufflevector(half, Half{}, 0, 1, 2, 3, 4, 5, 6, 7);
    }
}

/// The first bytes of a vector, and zeros.
template <class Scalar, int Bytes>
[[gnu::always_inline]] inline vector<Scalar> load_part(const Scalar* from) {
    part_vector<std::int64_t, Bytes> part;
    std::memcpy(&part, from, Bytes);
    if constexpr (Bytes == CORTEXPR_VECTOR_BYTES) {
        return reinterpret_cast<vector<Scalar>>(part);
    } else if constexpr (2 * Bytes == CORTEXPR_VECTOR_BYTES) {
        return reinterpret_cast<vector<Scalar>>(widened(part));
    } else {
        return reinterpret_cast<vector<Scalar>>(widened(widened(part)));
    }
}
template <class Scalar, int Bytes>
[[gnu::always_inline]] inline void store_part(Scalar* to, vector<Scalar> value) {
    const auto whole = reinterpret_cast<part_vector<std::int64_t, CORTEXPR_VECTOR_BYTES>>(value);
    part_vector<std::int64_t, Bytes> part;
    if constexpr (Bytes == CORTEXPR_VECTOR_BYTES) {
        part = whole;
    } else if constexpr (Bytes == 16) {
        part = __builtin_shufflevector(whole, whole, 0, 1);
    } else {
        part = __builtin_shufflevector(whole, whole, 0, 1, 2, 3);
    }
    std::memcpy(to, &part, Bytes);
}

/// One vector of a neuron's samples, at most: a small batch fills a part of it.
template <class Scalar>
[[gnu::always_inline]] inline vector<Scalar> load_some(const Scalar* from, int count) {
    constexpr int unit = 16 / static_cast<int>(sizeof(Scalar));
    if (count == lanes<Scalar>) return load(from);
    if (count == 1) return vector<Scalar>{*from};
    if constexpr (CORTEXPR_VECTOR_BYTES > 32)
        if (count != unit) return load_part<Scalar, 32>(from);
    return load_part<Scalar, 16>(from);
}
template <class Scalar>
[[gnu::always_inline]] inline void store_some(Scalar* to, vector<Scalar> value, int count) {
    constexpr int unit = 16 / static_cast<int>(sizeof(Scalar));
    if (count == lanes<Scalar>) return store(to, value);
    if (count == 1) {
        *to = value[0];
        return;
    }
    if constexpr (CORTEXPR_VECTOR_BYTES > 32)
        if (count != unit) return store_part<Scalar, 32>(to, value);
    store_part<Scalar, 16>(to, value);
}

/// All bits set in the lanes that hold samples, of the vector in which samples end and padding begins.
template <class Scalar>
[[gnu::always_inline]] inline bit_vector<Scalar> samples_at_end(int batch) {
    const int first = (batch - 1) / lanes<Scalar> * lanes<Scalar>;
    bit_vector<Scalar> mask{};
    for (int i = 0; i < lanes<Scalar>; ++i) mask[i] = first + i < batch ? -1 : 0;
    return mask;
}
template <class Scalar>
[[gnu::always_inline]] inline vector<Scalar> only(bit_vector<Scalar> mask, vector<Scalar> value) {
    return as_numbers<Scalar>(as_bits<Scalar>(value) & mask);
}

/// Calls visit(first sample, numbers in the vector, mask) for each vector of a neuron's row.
template <class Scalar, class Visitor>
[[gnu::always_inline]] inline void for_each_vector(int batch, int stride, bit_vector<Scalar> at_end, Visitor visit) {
    int first = 0;
    for (; first + lanes<Scalar> < batch; first += lanes<Scalar>) visit(first, lanes<Scalar>, bit_vector<Scalar>{} - 1);
    visit(first, stride - first < lanes<Scalar> ? stride - first : lanes<Scalar>, at_end);
    for (first += lanes<Scalar>; first < stride; first += lanes<Scalar>)  // nothing but padding
        visit(first, stride - first < lanes<Scalar> ? stride - first : lanes<Scalar>, bit_vector<Scalar>{});
}

/// Below it a rectified value is held; no comparison with NaN is true, so others are left as they are.
template <class Scalar>
[[gnu::always_inline]] inline vector<Scalar> floor_of(const neuron_range<Scalar>& range) {
    return all(range.rectified ? Scalar{0} : static_cast<Scalar>(__builtin_nan("")));
}

/// `after` holds the argument and becomes the signed state.
template <class Scalar>
void step_neurons(const sparse_step_job<Scalar>& job, const neuron_range<Scalar>& range, int from, int to) {
    const int stride = job.stride;
    const auto mask = samples_at_end<Scalar>(job.batch);
    const auto floor = floor_of(range);
    with_nonlinearity<Scalar>(range.function, [&](auto nonlinearity) {
        for (std::ptrdiff_t i = from; i < to; ++i) {
            const Scalar sign = job.sign[i], rate = job.rate == nullptr ? Scalar{1} : job.rate[i];
            const auto row = i * stride;
            for_each_vector<Scalar>(
                job.batch, stride, mask, [&](int first, int count, auto within) __attribute__((always_inline)) {
                    const auto at = row + first;
                    const auto argument = load_some(job.after + at, count);
                    auto value = nonlinearity.value(argument);
                    value = value < floor ? floor : value;
                    auto after = value;
                    if (job.rate != nullptr) {
                        vector<Scalar> before{};
                        if (job.before != nullptr) before = sign * load_some(job.before + at, count);
                        after = before + rate * (value - before);
                    }
                    store_some<Scalar>(job.after + at, only<Scalar>(within, sign * after), count);
                    if (job.saved != nullptr)
                        store_some<Scalar>(job.saved + at, nonlinearity.tells_slope ? value : argument, count);
                });
        }
    });
}

template <class Scalar>
void adjoint_of_neurons(const sparse_adjoint_job<Scalar>& job, const neuron_range<Scalar>& range, int from, int to) {
    const auto& next = job.next;
    const int stride = job.stride;
    const auto mask = samples_at_end<Scalar>(job.batch);
    const auto floor = floor_of(range);
    with_nonlinearity<Scalar>(range.function, [&](auto nonlinearity) {
        for (std::ptrdiff_t i = from; i < to; ++i) {
            const Scalar sign = next.sign[i], rate = next.rate == nullptr ? Scalar{1} : next.rate[i];
            const auto row = i * stride;
            vector<Scalar> by_rate{};
            for_each_vector<Scalar>(
                job.batch, stride, mask, [&](int first, int count, auto within) __attribute__((always_inline)) {
                    const auto at = row + first;
                    const auto saved = next.saved != nullptr ? load_some(next.saved + at, count)
                                                             : sign * load_some(next.after + at, count);
                    auto value = saved;
                    if constexpr (!decltype(nonlinearity)::tells_slope) value = nonlinearity.value(saved);
                    const auto slope = value <= floor ? vector<Scalar>{} : nonlinearity.slope(saved);
                    const auto arriving = only<Scalar>(within, load_some(job.state + at, count));
                    const auto through = rate * arriving;
                    const auto drive = only<Scalar>(within, through * slope);
                    store_some<Scalar>(next.drive + at, drive, count);
                    store_some<Scalar>(job.state + at, arriving - through, count);
                    if (next.constant_drive_adjoint != nullptr)
                        store_some<Scalar>(next.constant_drive_adjoint + at,
                                           load_some(next.constant_drive_adjoint + at, count) + drive, count);
                    if (next.rate_sum != nullptr) {
                        value = value < floor ? floor : value;
                        if (next.before != nullptr) value -= sign * load_some(next.before + at, count);
                        by_rate += only<Scalar>(within, arriving * value);
                    }
                });
            if (next.rate_sum != nullptr) next.rate_sum[i] += sum_of_lanes<Scalar>(by_rate);
        }
    });
}

}  // namespace cortexpr::kernels::CORTEXPR_INSTRUCTION_SET
