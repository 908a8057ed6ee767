#include "network.hpp"

#include <cortexpr/error.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace cortexpr::executors::sparse {

namespace {

// A task's weights are 128 KiB as float32; a block's neurons, one number each, are a line of the cache. Not tuned.
constexpr std::size_t weights_of_task = 32'768;
constexpr std::int32_t neurons_of_block = 16, neurons_of_task = 64 * neurons_of_block;

// A common second-level cache (docs/dev/connectomes.md).
constexpr std::size_t bytes_that_stay = std::size_t{1} << 20;

template <class Scalar>
bool value_tells_slope(const kernels::pointwise_function<Scalar>& function) {
    return function.has_one_name() && kernels::value_tells_slope(function.members[0]);
}

/// Calls work(first, last) for parts of `count`, on threads.
template <class Count, class Work>
void in_parts(Count count, Count part, const thread_team& team, Work work) {
    const phase whole{static_cast<int>((count + part - 1) / part), [&](int task) {
                          const auto first = static_cast<Count>(task) * part;
                          work(first, std::min(count, first + part));
                      }};
    in_phases(team, {&whole, 1});
}

/// The index that a loop comes to some places later, or the last: what is there is fetched before its turn.
std::uint32_t later(std::span<const std::uint32_t> indices, std::size_t k) {
    return indices[std::min(k + std::size_t{kernels::synapses_ahead}, indices.size() - 1)];
}

/// to[k] = from[indices[k]].
template <class Scalar>
void taken_from(const Scalar* from, std::span<const std::uint32_t> indices, Scalar* to, const thread_team& team) {
    in_parts(indices.size(), weights_of_task, team, [&](std::size_t first, std::size_t last) {
        for (auto k = first; k < last; ++k) {
            __builtin_prefetch(from + later(indices, k));
            to[k] = from[indices[k]];
        }
    });
}

/// to[indices[k]] = from[k].
template <class Scalar>
void put_into(const Scalar* from, std::span<const std::uint32_t> indices, Scalar* to, const thread_team& team) {
    in_parts(indices.size(), weights_of_task, team, [&](std::size_t first, std::size_t last) {
        for (auto k = first; k < last; ++k) {
            __builtin_prefetch(to + later(indices, k), 1);  // to be written
            to[indices[k]] = from[k];
        }
    });
}

}  // namespace

template <class Scalar>
sparse_network<Scalar>::sparse_network(sparse_index index, std::vector<Scalar> sign,
                                       std::vector<kernels::neuron_range<Scalar>> ranges,
                                       const kernels::kernel_table<Scalar>& table)
    : index_(std::move(index)), sign_(std::move(sign)), ranges_(std::move(ranges)), table_(&table) {
    const auto neurons = static_cast<std::size_t>(index_.neurons());
    if (sign_.size() != neurons)
        throw usage_error(
            fmt::format("there are {} signs for {} neurons; give each neuron one", sign_.size(), neurons));
    for (std::size_t i = 0; i < neurons; ++i)
        if (sign_[i] != 1 && sign_[i] != -1)
            throw usage_error(fmt::format("the sign of neuron {} is {}; give +1 or -1", i, sign_[i]));
    std::int32_t last = 0;
    for (const auto& range : ranges_) {
        if (range.last < last) throw usage_error("the ranges of neurons with one nonlinearity must rise");
        last = range.last;
        values_tell_slopes_ = values_tell_slopes_ && value_tells_slope(range.function);
    }
    if (last != index_.neurons())
        throw usage_error(
            fmt::format("nonlinearities are given for {} neurons of {}; give each neuron one", last, index_.neurons()));
}

template <class Scalar>
bool sparse_network<Scalar>::fetches_ahead(int batch) const {
    return size_of_array(batch) * sizeof(Scalar) > bytes_that_stay;
}

template <class Scalar>
void sparse_network<Scalar>::gather_first(const Scalar* of_user, Scalar* to, const thread_team& team) const {
    taken_from(of_user, index_.user_of_first(), to, team);
}

template <class Scalar>
void sparse_network<Scalar>::gather_second(const Scalar* first, Scalar* to, const thread_team& team) const {
    taken_from(first, index_.first_of_second(), to, team);
}

template <class Scalar>
borrowed_array<Scalar> sparse_network<Scalar>::spread_columns(borrowed_array<Scalar> columns,
                                                              const thread_team& team) const {
    auto other = borrow(index_.synapses());
    if (!index_.rows_first()) {
        put_into<Scalar>(columns.data(), index_.user_of_first(), other.data(), team);
        return other;
    }
    put_into<Scalar>(columns.data(), index_.first_of_second(), other.data(), team);
    put_into<Scalar>(other.data(), index_.user_of_first(), columns.data(), team);
    return columns;
}

// Blocks of the user's neurons: what lies side by side there is read and written together.

template <class Scalar>
void sparse_network<Scalar>::pack(const user_array<const Scalar>& from, int batch, Scalar* to,
                                  const thread_team& team) const {
    const auto inner_number = index_.inner_number();
    const bool is_same = from.is_inner || inner_number.empty();
    const auto width = stride(batch);
    in_parts(index_.neurons(), neurons_of_task, team, [&](std::int32_t first, std::int32_t last) {
        for (auto block = first; block < last; block += neurons_of_block)
            for (auto i = block; i < std::min(last, block + neurons_of_block); ++i) {
                Scalar* row = to + std::ptrdiff_t{is_same ? i : inner_number[static_cast<std::size_t>(i)]} * width;
                const Scalar* values = from.origin + i * from.neuron;
                for (int sample = 0; sample < batch; ++sample) row[sample] = values[sample * from.sample];
                std::fill(row + batch, row + width, Scalar{0});
            }
    });
}

template <class Scalar>
void sparse_network<Scalar>::unpack_times(const Scalar* sign, const Scalar* from, int batch,
                                          const user_array<Scalar>& to, const thread_team& team) const {
    const auto inner_number = index_.inner_number();
    const bool is_same = to.is_inner || inner_number.empty();
    const auto width = stride(batch);
    in_parts(index_.neurons(), neurons_of_task, team, [&](std::int32_t first, std::int32_t last) {
        for (auto i = first; i < last; ++i) {
            const auto inner = std::ptrdiff_t{is_same ? i : inner_number[static_cast<std::size_t>(i)]};
            const Scalar factor = sign == nullptr ? Scalar{1} : sign[inner];
            const Scalar* row = from + inner * width;
            Scalar* values = to.origin + i * to.neuron;
            for (int sample = 0; sample < batch; ++sample) values[sample * to.sample] = factor * row[sample];
        }
    });
}

template <class Scalar>
void sparse_network<Scalar>::unpack(const Scalar* from, int batch, const user_array<Scalar>& to,
                                    const thread_team& team) const {
    unpack_times(nullptr, from, batch, to, team);
}

template <class Scalar>
void sparse_network<Scalar>::unpack_signed(const Scalar* from, int batch, const user_array<Scalar>& to,
                                           const thread_team& team) const {
    unpack_times(sign_.data(), from, batch, to, team);
}

template class sparse_network<float>;
template class sparse_network<double>;

}  // namespace cortexpr::executors::sparse
