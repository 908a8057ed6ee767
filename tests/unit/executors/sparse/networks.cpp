#include "executors/sparse/networks.hpp"

#include "kernels/pointwise_math.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>
#include <set>
#include <thread>
#include <utility>

namespace sparse_tests {

namespace {

class drawer {
  public:
    explicit drawer(std::uint32_t seed) : generator_(seed) {}
    double between(double low, double high) { return low + (high - low) * (generator_() / 4294967296.0); }
    std::int32_t below(std::int32_t count) {
        return static_cast<std::int32_t>(generator_() % static_cast<std::uint32_t>(count));
    }

  private:
    std::mt19937 generator_;
};

double value_of(const kernels::pointwise_function<double>& function, double x) {
    if (function.value != nullptr) {
        double y = 0;
        function.value(&x, &y, 1);
        return y;
    }
    for (int i = 0; i < function.length; ++i)
        kernels::with_name(function.members[i], [&x](auto name) { x = kernels::value_of<name()>(x); });
    return x;
}

double slope_of(const kernels::pointwise_function<double>& function, double x) {
    double slope = 1;
    if (function.value != nullptr) {
        function.slope(&x, &slope, 1);
        return slope;
    }
    for (int i = 0; i < function.length; ++i)
        kernels::with_name(function.members[i], [&](auto name) {
            const double y = kernels::value_of<name()>(x);
            slope *= kernels::slope_of<name()>(kernels::tells_slope<name()> ? y : x);
            x = y;
        });
    return slope;
}

std::size_t index_of(int i) { return static_cast<std::size_t>(i); }

}  // namespace

drawn_network::drawn_network(const shape& with) : of(with) {
    drawer draw(with.seed);
    const auto neurons = with.neurons;
    std::set<std::pair<std::int32_t, std::int32_t>> pairs;
    const auto add = [&](std::int32_t from, std::int32_t to) {
        if (!pairs.insert({from, to}).second) return;
        pre.push_back(from);
        post.push_back(to);
        weight.push_back(draw.between(0, 2) / std::sqrt(1 + with.synapses / neurons));
    };
    for (std::int32_t k = 0; k < with.synapses; ++k) add(draw.below(neurons), draw.below(neurons));
    for (std::int32_t k = 0; k < with.heavy; ++k) add(k % neurons, 0);
    if (with.shuffled) {
        inner_number.resize(index_of(neurons));
        for (std::int32_t i = 0; i < neurons; ++i) inner_number[index_of(i)] = i;
        for (std::int32_t i = neurons - 1; i > 0; --i)
            std::swap(inner_number[index_of(i)], inner_number[index_of(draw.below(i + 1))]);
    }
    const auto fill = [&draw](std::vector<double>& values, std::size_t count, double low, double high) {
        values.resize(count);
        for (auto& value : values) value = draw.between(low, high);
    };
    const auto size = index_of(neurons) * index_of(with.batch);
    for (std::int32_t i = 0; i < neurons; ++i) sign.push_back(draw.below(3) == 0 ? -1 : 1);
    fill(rate, index_of(neurons), 0.3, 1);
    if (!with.has_rate) std::fill(rate.begin(), rate.end(), 1.0);
    fill(drive, size * (with.drive_by_step ? index_of(with.steps) : 1), -1.5, 1.5);
    fill(initial, size, -0.5, 1);
    if (!with.has_initial) std::fill(initial.begin(), initial.end(), 0.0);
    fill(adjoint, size * index_of(with.steps), -1, 1);
    if (with.last_adjoint_only) std::fill(adjoint.begin(), adjoint.end() - static_cast<std::ptrdiff_t>(size), 0.0);
}

int drawn_network::range_of(std::int32_t neuron) const {
    const auto inner = std::int64_t{inner_number.empty() ? neuron : inner_number[index_of(neuron)]};
    const auto count = static_cast<std::int64_t>(of.functions.size());
    for (int range = 0; range < count; ++range)
        if (inner < of.neurons * (range + 1) / count) return range;
    return static_cast<int>(count) - 1;
}

results expected(const drawn_network& network) {
    const auto& of = network.of;
    const auto batch = index_of(of.batch), neurons = index_of(of.neurons), size = batch * neurons;
    results all;
    std::vector<std::vector<double>> arguments, states{network.initial};
    for (int t = 0; t < of.steps; ++t) {
        const auto& before = states.back();
        const double* drive = network.drive.data() + (of.drive_by_step ? index_of(t) * size : 0);
        std::vector<double> z(drive, drive + size), after(size);
        for (std::size_t k = 0; k < network.pre.size(); ++k)
            for (std::size_t b = 0; b < batch; ++b) {
                const auto from = index_of(network.pre[k]), to = index_of(network.post[k]);
                z[to * batch + b] += network.weight[k] * (network.sign[from] * before[from * batch + b]);
            }
        for (std::size_t i = 0; i < neurons; ++i)
            for (std::size_t b = 0; b < batch; ++b) {
                const auto& function = of.functions[index_of(network.range_of(static_cast<std::int32_t>(i)))];
                auto f = value_of(function, z[i * batch + b]);
                if (of.rectified && f < 0) f = 0;
                after[i * batch + b] = network.rate[i] * f + (1 - network.rate[i]) * before[i * batch + b];
            }
        arguments.push_back(std::move(z));
        all.states.insert(all.states.end(), after.begin(), after.end());
        states.push_back(std::move(after));
    }
    all.weight_gradient.resize(network.weight.size());
    all.rate.resize(neurons);
    all.drive.resize(network.drive.size());
    std::vector<double> adjoint(size);
    for (int t = of.steps - 1; t >= 0; --t) {
        const auto& before = states[index_of(t)];
        std::vector<double> next(size), of_drive(size);
        for (std::size_t i = 0; i < neurons; ++i)
            for (std::size_t b = 0; b < batch; ++b) {
                const auto at = i * batch + b;
                const auto& function = of.functions[index_of(network.range_of(static_cast<std::int32_t>(i)))];
                const double arriving = adjoint[at] + network.adjoint[index_of(t) * size + at];
                auto f = value_of(function, arguments[index_of(t)][at]);
                auto slope = slope_of(function, arguments[index_of(t)][at]);
                if (of.rectified && f <= 0) f = slope = 0;
                of_drive[at] = arriving * network.rate[i] * slope;
                all.drive[(of.drive_by_step ? index_of(t) * size : 0) + at] += of_drive[at];
                all.rate[i] += arriving * (f - before[at]);
                next[at] = arriving * (1 - network.rate[i]);
            }
        for (std::size_t k = 0; k < network.pre.size(); ++k)
            for (std::size_t b = 0; b < batch; ++b) {
                const auto from = index_of(network.pre[k]) * batch + b, to = index_of(network.post[k]) * batch + b;
                const auto sign = network.sign[index_of(network.pre[k])];
                all.weight_gradient[k] += of_drive[to] * sign * before[from];
                next[from] += sign * network.weight[k] * of_drive[to];
            }
        adjoint = std::move(next);
    }
    all.initial = std::move(adjoint);
    return all;
}

double loss(const drawn_network& network, const std::vector<double>& states) {
    double sum = 0;
    for (std::size_t at = 0; at < states.size(); ++at) sum += network.adjoint[at] * states[at];
    return sum;
}

thread_team team_of(int threads) {
    return [threads](std::int64_t tasks, const std::function<void()>& work) {
        std::vector<std::thread> others;
        for (int i = 1; i < std::min<std::int64_t>(threads, tasks); ++i) others.emplace_back(work);
        work();
        for (auto& other : others) other.join();
    };
}

template <class Scalar>
results computed(const drawn_network& network, const kernels::kernel_table<Scalar>& table, int threads) {
    const auto& of = network.of;
    const auto team = team_of(threads);
    const auto batch = index_of(of.batch), neurons = index_of(of.neurons), size = batch * neurons;
    const auto inner = [&](std::size_t i) {
        return network.inner_number.empty() ? i : index_of(network.inner_number[i]);
    };
    std::vector<Scalar> sign(neurons), rate(neurons);
    for (std::size_t i = 0; i < neurons; ++i) {
        sign[inner(i)] = static_cast<Scalar>(network.sign[i]);
        rate[inner(i)] = static_cast<Scalar>(network.rate[i]);
    }
    std::vector<kernels::neuron_range<Scalar>> ranges;
    const auto count = static_cast<std::int64_t>(of.functions.size());
    for (std::int64_t range = 0; range < count; ++range) {
        kernels::pointwise_function<Scalar> function;
        const auto& given = of.functions[static_cast<std::size_t>(range)];
        std::copy_n(given.members, longest_chain, function.members);
        function.length = given.length;
        if (given.value != nullptr) {  // the one that the tests have: a cube
            function.value = [](const Scalar* in, Scalar* out, std::size_t n) {
                for (std::size_t i = 0; i < n; ++i) out[i] = in[i] * in[i] * in[i];
            };
            function.slope = [](const Scalar* in, Scalar* out, std::size_t n) {
                for (std::size_t i = 0; i < n; ++i) out[i] = 3 * in[i] * in[i];
            };
        }
        ranges.push_back({static_cast<std::int32_t>(of.neurons * (range + 1) / count), function, of.rectified});
    }
    const auto prepared = std::make_shared<sparse_network<Scalar>>(
        sparse_index(of.neurons, network.pre, network.post, network.inner_number), sign, ranges, table);
    const auto padded = prepared->size_of_array(of.batch);
    const std::vector<Scalar> weights(network.weight.begin(), network.weight.end());
    std::vector<Scalar> columns(weights.size()), rows(weights.size());
    auto& first = prepared->index().rows_first() ? rows : columns;
    auto& second = prepared->index().rows_first() ? columns : rows;
    prepared->gather_first(weights.data(), first.data(), team);
    prepared->gather_second(first.data(), second.data(), team);

    // NaN in the padding of all that is given.
    const auto packed = [&](const std::vector<double>& values) {
        const std::vector<Scalar> given(values.begin(), values.end());
        std::vector<Scalar> arrays(given.size() / size * padded);
        for (std::size_t t = 0; t * size < given.size(); ++t) {
            Scalar* to = arrays.data() + t * padded;
            prepared->pack({given.data() + t * size, of.batch, 1}, of.batch, to, team);
            const auto width = index_of(prepared->stride(of.batch));
            for (std::size_t i = 0; i < neurons; ++i)
                std::fill(to + i * width + batch, to + (i + 1) * width, std::numeric_limits<Scalar>::quiet_NaN());
        }
        return arrays;
    };
    const auto append = [&](std::vector<double>& all, const Scalar* array, bool signed_state) {
        std::vector<Scalar> one(size);
        if (signed_state) {
            prepared->unpack_signed(array, of.batch, {one.data(), of.batch, 1}, team);
        } else {
            prepared->unpack(array, of.batch, {one.data(), of.batch, 1}, team);
        }
        all.insert(all.end(), one.begin(), one.end());
    };
    const auto drive = packed(network.drive), initial = packed(network.initial), adjoint = packed(network.adjoint);
    const sparse_run<Scalar> run(prepared,
                                 {.batch = of.batch,
                                  .steps = of.steps,
                                  .weights = rows.data(),
                                  .drive = drive.data(),
                                  .drive_by_step = of.drive_by_step,
                                  .initial = of.has_initial ? initial.data() : nullptr,
                                  .rate = of.has_rate ? rate.data() : nullptr},
                                 saved_values::for_backward, team);
    results all;
    for (int t = 0; t < of.steps; ++t) append(all.states, run.signed_state(t), true);
    const auto garbage = static_cast<Scalar>(1e30);  // results are written, not added to
    std::vector<Scalar> gradient(columns.size(), garbage), to_drive(drive.size(), garbage), to_initial(padded, garbage);
    std::vector<Scalar> to_rate(neurons, garbage);
    std::vector<const Scalar*> adjoints;
    for (int t = 0; t < of.steps; ++t)
        adjoints.push_back(of.last_adjoint_only && t + 1 < of.steps ? nullptr : adjoint.data() + index_of(t) * padded);
    run.backward({.weights = columns.data(),
                  .states = adjoints,
                  .weight_gradient = gradient.data(),
                  .drive = to_drive.data(),
                  .initial = to_initial.data(),
                  .rate = to_rate.data()},
                 team);
    for (std::size_t at = 0; at < to_drive.size(); at += padded) append(all.drive, to_drive.data() + at, false);
    append(all.initial, to_initial.data(), false);
    auto by_column = prepared->borrow(gradient.size());
    std::ranges::copy(gradient, by_column.data());
    const auto of_user = prepared->spread_columns(std::move(by_column), team);
    all.weight_gradient.assign(of_user.data(), of_user.data() + of_user.size());
    for (std::size_t i = 0; i < neurons; ++i) all.rate.push_back(to_rate[inner(i)]);
    return all;
}

double error_of(const std::vector<double>& got, const std::vector<double>& wanted) {
    if (got.size() != wanted.size()) return std::numeric_limits<double>::infinity();
    double most = 0, scale = 1;
    for (std::size_t i = 0; i < got.size(); ++i) {
        const auto difference = std::abs(got[i] - wanted[i]);
        if (!(difference <= most)) most = difference;  // NaN, too
        if (std::isnan(most)) return most;
        scale = std::max(scale, std::abs(wanted[i]));
    }
    return most / scale;
}

template results computed<float>(const drawn_network&, const kernels::kernel_table<float>&, int);
template results computed<double>(const drawn_network&, const kernels::kernel_table<double>&, int);

}  // namespace sparse_tests
