// The kernels for connectomes, run on the CPU's stand-in for a thread block, against plain loops in double precision.

#include "catch.hpp"
#include "executors/sparse/device_order.hpp"
#include "kernels/cuda/host_sparse.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>
#include <set>
#include <utility>
#include <vector>

using namespace cortexpr;
using namespace cortexpr::kernels;
using namespace cortexpr::kernels::cuda;
using executors::sparse::device_order;
using executors::sparse::order_by_line;

namespace {

constexpr double tolerance = 5e-5;

std::size_t at(std::ptrdiff_t i) { return static_cast<std::size_t>(i); }

struct shape {
    int cells = 1, synapses = 0, batch = 1, steps = 3;
    int heavy = 0;  ///< synapses onto cell 0 and from it, beside the others
    bool has_initial = true, drive_by_step = false;
    std::vector<cell_function> functions{{.members = {activation::sigmoid}}};  ///< by type, which cells take in turn
    unsigned seed = 1;
};

struct network {
    shape of;
    std::vector<std::int32_t> pre, post, types;
    std::vector<float> weight, sign, rate, drive, initial, adjoint;

    explicit network(const shape& with) : of(with) {
        std::mt19937 generator(with.seed);
        const auto below = [&](int count) {
            return static_cast<std::int32_t>(generator() % static_cast<unsigned>(count));
        };
        const auto fill = [&](std::vector<float>& values, std::size_t count, double low, double high) {
            std::uniform_real_distribution<double> uniform(low, high);
            values.resize(count);
            for (auto& value : values) value = static_cast<float>(uniform(generator));
        };
        std::set<std::pair<std::int32_t, std::int32_t>> pairs;
        for (int k = 0; k < with.synapses; ++k) pairs.insert({below(with.cells), below(with.cells)});
        for (int k = 0; k < with.heavy; ++k) pairs.insert({{k % with.cells, 0}, {0, k % with.cells}});
        std::vector<std::pair<std::int32_t, std::int32_t>> all(pairs.begin(), pairs.end());
        std::shuffle(all.begin(), all.end(), generator);
        for (const auto& [from, to] : all) {
            pre.push_back(from);
            post.push_back(to);
        }
        for (int cell = 0; cell < with.cells; ++cell) {
            types.push_back(cell % static_cast<int>(with.functions.size()));
            sign.push_back(below(3) == 0 ? -1.0F : 1.0F);
        }
        fill(weight, pre.size(), 0, 2 / std::sqrt(1.0 + with.synapses / with.cells));
        fill(rate, at(with.cells), 0.3, 1);
        fill(drive, size() * at(with.drive_by_step ? with.steps : 1), -1.5, 1.5);
        fill(initial, size(), -0.5, 1);
        fill(adjoint, size() * at(with.steps), -1, 1);
    }

    std::size_t size() const { return at(of.cells) * at(of.batch); }
};

struct results {
    std::vector<double> states, weights, drive, initial, rate;
};

double value_of_cell(const cell_function& function, double x) {
    for (int i = 0; i < function.length; ++i)
        with_name(function.members[i], [&x](auto name) { x = value_of<name()>(x); });
    return function.is_rectified != 0 && x < 0 ? 0 : x;
}
double slope_of_cell(const cell_function& function, double x) {
    double slope = 1;
    for (int i = 0; i < function.length; ++i)
        with_name(function.members[i], [&](auto name) {
            const double y = value_of<name()>(x);
            slope *= slope_of<name()>(tells_slope<name()> ? y : x);
            x = y;
        });
    return function.is_rectified != 0 && x <= 0 ? 0 : slope;
}

/// In plain loops.
results expected(const network& net) {
    const auto& of = net.of;
    const auto size = net.size(), batch = at(of.batch);
    const auto function = [&](std::size_t i) { return of.functions[at(net.types[i / batch])]; };
    std::vector<std::vector<double>> drives, states(1, std::vector<double>(size));
    if (of.has_initial) std::copy(net.initial.begin(), net.initial.end(), states[0].begin());
    results all;
    for (int step = 0; step < of.steps; ++step) {
        const auto& before = states.back();
        const float* given = net.drive.data() + (of.drive_by_step ? at(step) * size : 0);
        std::vector<double> z(given, given + size), after(size);
        for (std::size_t k = 0; k < net.pre.size(); ++k)
            for (std::size_t b = 0; b < batch; ++b)
                z[at(net.post[k]) * batch + b] +=
                    double{net.weight[k]} * net.sign[at(net.pre[k])] * before[at(net.pre[k]) * batch + b];
        for (std::size_t i = 0; i < size; ++i)
            after[i] = before[i] + net.rate[i / batch] * (value_of_cell(function(i), z[i]) - before[i]);
        all.states.insert(all.states.end(), after.begin(), after.end());
        drives.push_back(std::move(z));
        states.push_back(std::move(after));
    }
    all.weights.resize(net.pre.size());
    all.rate.resize(at(of.cells));
    all.drive.resize(net.drive.size());
    std::vector<double> carry(size);
    for (int step = of.steps - 1; step >= 0; --step) {
        const auto& before = states[at(step)];
        std::vector<double> dz(size);
        for (std::size_t i = 0; i < size; ++i) {
            const double a = carry[i] + net.adjoint[at(step) * size + i], rate = net.rate[i / batch];
            const double z = drives[at(step)][i];
            dz[i] = rate * a * slope_of_cell(function(i), z);
            carry[i] = a - rate * a;
            all.rate[i / batch] += a * (value_of_cell(function(i), z) - before[i]);
            all.drive[(of.drive_by_step ? at(step) * size : 0) + i] += dz[i];
        }
        for (std::size_t k = 0; k < net.pre.size(); ++k)
            for (std::size_t b = 0; b < batch; ++b) {
                const auto from = at(net.pre[k]) * batch + b, to = at(net.post[k]) * batch + b;
                all.weights[k] += dz[to] * net.sign[at(net.pre[k])] * before[from];
                carry[from] += double{net.sign[at(net.pre[k])]} * net.weight[k] * dz[to];
            }
    }
    all.initial = carry;
    return all;
}

synapse_order order_of(const device_order& from) {
    return {.lines = static_cast<int>(from.cells.size()),
            .long_lines = from.long_lines,
            .synapses = static_cast<int>(from.synapses.size()),
            .cells = from.cells.data(),
            .starts = from.starts.data(),
            .ends = from.ends.data()};
}

struct computed {
    std::vector<float> states, weights, drive, initial, rate;
    bool operator==(const computed&) const = default;
};

/// By the kernels. Memory that is set starts as garbage.
computed run(const network& net, const host::sparse_launch& with) {
    constexpr float garbage = 1e30F;
    const auto& of = net.of;
    const auto size = net.size(), synapses = net.pre.size();
    const auto rows = order_by_line(net.types, net.post, net.pre, net.types.size()),
               columns = order_by_line(net.types, net.pre, net.post, net.types.size());
    const std::vector<std::uint16_t> function_of(net.types.begin(), net.types.end());
    const cell_rules rules{function_of.data(), of.functions.data(), net.sign.data(), net.rate.data()};
    std::vector<float> by_row(synapses), by_column(synapses), gradient(synapses, garbage);
    with.reorder({.size = static_cast<std::ptrdiff_t>(synapses),
                  .from = net.weight.data(),
                  .order = rows.synapses.data(),
                  .sign = net.sign.data(),
                  .cells = rows.ends.data(),
                  .to = by_row.data()});
    with.reorder({.size = static_cast<std::ptrdiff_t>(synapses),
                  .from = net.weight.data(),
                  .order = columns.synapses.data(),
                  .to = by_column.data()});
    computed all{.states = std::vector<float>(size * at(of.steps), garbage),
                 .weights = std::vector<float>(synapses),
                 .drive = std::vector<float>(net.drive.size(), garbage),
                 .initial = std::vector<float>(size, garbage),
                 .rate = std::vector<float>(at(of.cells), garbage)};
    std::vector<float> saved(all.states.size(), garbage), spare(2 * size, garbage);
    const auto state = [&](int step) { return all.states.data() + at(step) * size; };
    const auto before = [&](int step) -> const float* {
        return step > 0 ? state(step - 1) : of.has_initial ? net.initial.data() : nullptr;
    };
    for (int step = 0; step < of.steps; ++step)
        with.step({.batch = of.batch,
                   .rows = order_of(rows),
                   .weights = by_row.data(),
                   .rules = rules,
                   .drive = net.drive.data() + (of.drive_by_step ? at(step) * size : 0),
                   .before = before(step),
                   .after = state(step),
                   .saved = saved.data() + at(step) * size});
    const auto drive_adjoint = [&](int step) {
        return of.drive_by_step ? all.drive.data() + at(step) * size : spare.data() + at(step % 2) * size;
    };
    bool has_weights = false;
    for (int pass = of.steps; pass >= 0; --pass) {
        cell_adjoint_job job{.batch = of.batch,
                             .columns = order_of(columns),
                             .weights = by_column.data(),
                             .rules = rules,
                             .state = all.initial.data(),
                             .is_first = pass == of.steps};
        if (pass < of.steps) {
            job.drive_adjoint = drive_adjoint(pass);
            job.states = before(pass);
            if (job.states != nullptr) {
                job.weight_gradient = gradient.data();
                job.sets_weights = !has_weights;
                has_weights = true;
            }
        }
        if (pass > 0) {
            job.arriving = net.adjoint.data() + at(pass - 1) * size;
            job.next = {.saved = saved.data() + at(pass - 1) * size,
                        .before = before(pass - 1),
                        .drive = drive_adjoint(pass - 1),
                        .constant_drive_adjoint = of.drive_by_step ? nullptr : all.drive.data(),
                        .rate_sum = all.rate.data()};
        }
        with.adjoint(job);
    }
    for (std::size_t k = 0; has_weights && k < synapses; ++k) all.weights[at(columns.synapses[k])] = gradient[k];
    return all;
}

double error_of(const std::vector<float>& found, const std::vector<double>& wanted) {
    if (found.size() != wanted.size()) return std::numeric_limits<double>::infinity();
    double most = 0, scale = 1;
    for (std::size_t i = 0; i < found.size(); ++i) {
        const double error = std::abs(found[i] - wanted[i]);
        most = error <= most ? most : error;  // NaN is the worst
        scale = std::max(scale, std::abs(wanted[i]));
    }
    return most / scale;
}

void check(const shape& with) {
    const network net(with);
    const auto wanted = expected(net);
    for (const int threads : {32, 64, 256}) {
        INFO("batch " << with.batch << ", cells " << with.cells << ", synapses " << net.pre.size() << ", threads "
                      << threads);
        const auto found = run(net, {.threads = threads});
        CHECK(error_of(found.states, wanted.states) < tolerance);
        CHECK(error_of(found.weights, wanted.weights) < tolerance);
        CHECK(error_of(found.drive, wanted.drive) < tolerance);
        CHECK(error_of(found.initial, wanted.initial) < tolerance);
        CHECK(error_of(found.rate, wanted.rate) < tolerance);
        CHECK(found == run(net, {.threads = threads, .order = host_block::order::descending}));
    }
}

/// Every name, and a chain.
std::vector<cell_function> all_functions(bool rectified) {
    std::vector<cell_function> all;
    for (int name = 0; name < activation_count; ++name) all.push_back({.members = {static_cast<activation>(name)}});
    all.push_back({.members = {activation::softplus, activation::silu, activation::tanh}, .length = 3});
    for (auto& one : all) one.is_rectified = rectified ? 1 : 0;
    return all;
}

}  // namespace

TEST_CASE("connectome kernels: steps and adjoints for any batch") {
    for (const int batch : {1, 2, 3, 4, 5, 8, 12, 16, 17, 31, 32, 33, 40, 64, 100, 128, 130, 256})
        check({.cells = 37, .synapses = 400, .batch = batch});
}

TEST_CASE("connectome kernels: steps and adjoints for any wiring") {
    for (const int batch : {1, 3, 16, 40, 132}) {
        check({.cells = 1, .synapses = 0, .batch = batch});
        check({.cells = 1, .synapses = 1, .batch = batch});                      // onto itself
        check({.cells = 90, .synapses = 0, .batch = batch});                     // no synapse at all
        check({.cells = 200, .synapses = 60, .batch = batch});                   // most lines are empty
        check({.cells = 130, .synapses = 100'000, .batch = batch});              // nearly all pairs
        check({.cells = 700, .synapses = 2'000, .batch = batch, .heavy = 600});  // one line takes a block
    }
}

TEST_CASE("connectome kernels: each cell has its nonlinearity, rectified or not") {
    for (const bool rectified : {false, true})
        for (const int batch : {1, 4, 16}) {
            check({.cells = 61, .synapses = 250, .batch = batch, .functions = all_functions(rectified)});
            check({.cells = 300, .synapses = 250, .batch = batch, .heavy = 290, .functions = all_functions(rectified)});
        }
}

TEST_CASE("connectome kernels: any inputs and number of steps") {
    for (const bool by_step : {false, true})
        for (const bool has_initial : {false, true})
            for (const int steps : {1, 2, 5})
                for (const int batch : {7, 8})
                    check({.cells = 30,
                           .synapses = 200,
                           .batch = batch,
                           .steps = steps,
                           .has_initial = has_initial,
                           .drive_by_step = by_step});
}

TEST_CASE("connectome kernels: products between any numbers of lines and ends, and their weights' gradient") {
    for (const auto& [lines, ends] : {std::pair{40, 300}, std::pair{300, 40}, std::pair{3, 2'000}})
        for (const int batch : {1, 3, 16, 132}) {
            std::mt19937 generator(7);
            std::vector<std::int32_t> line_of, end_of;
            for (int k = 0; k < 2'500; ++k) {
                line_of.push_back(k % 5 == 0 ? 1
                                             : static_cast<std::int32_t>(generator() % static_cast<unsigned>(lines)));
                end_of.push_back(static_cast<std::int32_t>(generator() % static_cast<unsigned>(ends)));
            }
            const auto drawn = [&](std::size_t count) {
                std::vector<float> values(count);
                for (auto& value : values) value = static_cast<float>(generator() % 2000) / 1000 - 1;
                return values;
            };
            const auto weights = drawn(line_of.size()), from = drawn(at(ends) * at(batch)),
                       own = drawn(at(lines) * at(batch));
            const auto order = order_by_line(std::vector<std::int32_t>(at(lines)), line_of, end_of, at(ends));
            std::vector<double> wanted(own.size()), wanted_gradient(weights.size());
            for (std::size_t k = 0; k < weights.size(); ++k)
                for (std::size_t b = 0; b < at(batch); ++b) {
                    const auto synapse = at(order.synapses[k]);
                    const auto to = at(line_of[synapse]) * at(batch) + b, end = at(end_of[synapse]) * at(batch) + b;
                    wanted[to] += double{weights[k]} * from[end];
                    wanted_gradient[k] += double{own[to]} * from[end];
                }
            std::vector<float> to(own.size(), 1e30F), gradient(weights.size(), 1e30F), alone(own.size(), 1e30F);
            line_product_job job{.batch = batch,
                                 .order = order_of(order),
                                 .weights = weights.data(),
                                 .from = from.data(),
                                 .to = to.data(),
                                 .own = own.data(),
                                 .weight_gradient = gradient.data(),
                                 .sets_weights = true};
            host::sparse_launch{}.product(job);
            CHECK(error_of(to, wanted) < tolerance);
            CHECK(error_of(gradient, wanted_gradient) < tolerance);
            job.to = alone.data();
            job.weight_gradient = nullptr;
            host::sparse_launch{.order = host_block::order::descending}.product(job);
            CHECK(alone == to);
        }
}

TEST_CASE("connectome kernels: what isn't needed is not written") {
    const network net({.cells = 200, .synapses = 1'500, .batch = 8, .heavy = 190});
    const auto columns = order_by_line(net.types, net.pre, net.post, net.types.size());
    const std::vector<std::uint16_t> function_of(net.types.begin(), net.types.end());
    std::vector<float> weights(net.pre.size(), 0.5F), gradient(net.pre.size(), 0), state(net.size(), 3);
    cell_adjoint_job job{.batch = 8,
                         .columns = order_of(columns),
                         .weights = weights.data(),
                         .rules = {function_of.data(), net.of.functions.data(), net.sign.data(), net.rate.data()},
                         .drive_adjoint = net.drive.data(),
                         .states = net.initial.data(),
                         .weight_gradient = gradient.data()};
    host::sparse_launch{}.adjoint(job);
    auto again = gradient;
    CHECK(std::ranges::count(gradient, 0.0F) == 0);
    job.weight_gradient = nullptr;
    job.state = state.data();
    host::sparse_launch{}.adjoint(job);
    CHECK(again == gradient);
    CHECK(std::ranges::count(state, 3.0F) < 100);
}

TEST_CASE("connectome kernels: a NaN in one sample of a run stays in that sample") {
    for (const int batch : {2, 5, 16, 20}) {
        const network net(
            {.cells = 300, .synapses = 900, .batch = batch, .heavy = 280, .functions = all_functions(true)});
        auto broken = net;
        broken.drive[at(7 * batch + 1)] = std::numeric_limits<float>::quiet_NaN();
        const auto whole = run(net, {}), found = run(broken, {});
        std::size_t differ = 0, lost = 0;
        for (std::size_t i = 0; i < whole.states.size(); ++i) {
            if (i % at(batch) != 1) differ += found.states[i] == whole.states[i] ? 0 : 1;
            lost += std::isnan(found.states[i]) ? 1 : 0;
        }
        CHECK(differ == 0);
        CHECK(lost > 0);
    }
}

TEST_CASE("connectome kernels: sums over groups of any size") {
    std::mt19937 generator(1);
    const std::vector<int> sizes{0, 1, 5'000, 0, 33, 1'024, 1'025, 2, 0};
    std::vector<std::int32_t> order, chunks, groups{0};
    for (const int size : sizes) {
        for (int first = 0; first < size; first += items_of_chunk)
            chunks.push_back(static_cast<std::int32_t>(order.size()) + first);
        for (int i = 0; i < size; ++i) order.push_back(static_cast<std::int32_t>(order.size()));
        groups.push_back(static_cast<std::int32_t>(chunks.size()));
    }
    chunks.push_back(static_cast<std::int32_t>(order.size()));
    std::shuffle(order.begin(), order.end(), generator);
    std::vector<float> from(order.size());
    for (auto& value : from) value = static_cast<float>(generator() % 1000) / 500 - 1;
    std::vector<double> wanted;
    std::size_t next = 0;
    for (const int size : sizes) {
        wanted.push_back(0);
        for (int i = 0; i < size; ++i) wanted.back() += from[at(order[next++])];
    }
    std::vector<std::vector<float>> found;
    for (const auto way : {host_block::order::ascending, host_block::order::descending}) {
        std::vector<float> partial(chunks.size() - 1), sums(sizes.size(), 1e30F);
        host::sparse_launch{.order = way}.group_sums({.groups = static_cast<int>(sizes.size()),
                                                      .chunks = static_cast<int>(partial.size()),
                                                      .order = order.data(),
                                                      .chunk_starts = chunks.data(),
                                                      .group_starts = groups.data(),
                                                      .from = from.data(),
                                                      .partial = partial.data(),
                                                      .to = sums.data()});
        CHECK(error_of(sums, wanted) < 1e-6);
        found.push_back(sums);
    }
    CHECK(found[0] == found[1]);
}

TEST_CASE("connectome kernels: lines hold each synapse once, long ones first, the others by type") {
    const network net({.cells = 400, .synapses = 3'000, .heavy = 390, .functions = all_functions(false)});
    for (const bool by_row : {true, false}) {
        const auto& line = by_row ? net.post : net.pre;
        const auto& end = by_row ? net.pre : net.post;
        const auto order = order_by_line(net.types, line, end, net.types.size());
        CHECK(order.long_lines == 1);
        CHECK(order.cells[0] == 0);
        std::vector<int> seen(net.pre.size());
        for (std::size_t i = 0; i < order.cells.size(); ++i) {
            for (auto k = order.starts[i]; k < order.starts[i + 1]; ++k) {
                const auto synapse = at(order.synapses[at(k)]);
                ++seen[synapse];
                CHECK(line[synapse] == order.cells[i]);
                CHECK(end[synapse] == order.ends[at(k)]);
                CHECK((k == order.starts[i] || order.ends[at(k - 1)] < order.ends[at(k)]));
            }
            if (i > 1) CHECK(net.types[at(order.cells[i - 1])] <= net.types[at(order.cells[i])]);
        }
        CHECK(std::ranges::count(seen, 1) == std::ssize(seen));
    }
}
