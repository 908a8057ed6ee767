// Runs of sparse networks with every instruction set that this CPU has, against plain loops.

#include "executors/sparse/networks.hpp"

#include "catch.hpp"

#include <cmath>
#include <cstdint>
#include <limits>
#include <utility>

namespace sparse_run_test {

using namespace sparse_tests;

namespace {

template <class Scalar>
constexpr double tolerance = sizeof(Scalar) == sizeof(float) ? 2e-5 : 2e-13;

/// In the names of the kernels' scalar: with every table.
template <class Scalar>
void check(const shape& with) {
    const drawn_network network(with);
    const auto wanted = expected(network);
    for (const auto* table : all_tables<Scalar>()) {
        INFO(table->name << ", batch " << with.batch << ", neurons " << with.neurons << ", synapses " << with.synapses);
        const auto got = computed<Scalar>(network, *table, 2);
        CHECK(error_of(got.states, wanted.states) < tolerance<Scalar>);
        CHECK(error_of(got.weight_gradient, wanted.weight_gradient) < tolerance<Scalar>);
        CHECK(error_of(got.drive, wanted.drive) < tolerance<Scalar>);
        CHECK(error_of(got.initial, wanted.initial) < tolerance<Scalar>);
        CHECK(error_of(got.rate, wanted.rate) < tolerance<Scalar>);
    }
}

void cube(const double* in, double* out, std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) out[i] = in[i] * in[i] * in[i];
}
void slope_of_cube(const double* in, double* out, std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) out[i] = 3 * in[i] * in[i];
}

/// Every name, two chains and a user's function.
std::vector<kernels::pointwise_function<double>> all_functions() {
    std::vector<kernels::pointwise_function<double>> all;
    for (int name = 0; name < activation_count; ++name) all.emplace_back(static_cast<activation>(name));
    kernels::pointwise_function<double> chain;
    chain.members[0] = activation::softplus;
    chain.members[1] = activation::tanh;
    chain.length = 2;
    all.push_back(chain);
    kernels::pointwise_function<double> own;
    own.value = cube;
    own.slope = slope_of_cube;
    all.push_back(own);
    return all;
}

bool same(double a, double b) { return a == b || (std::isnan(a) && std::isnan(b)); }

}  // namespace

TEMPLATE_TEST_CASE("kernels: sparse runs of any batch are what plain loops give", "", float, double) {
    for (int batch = 1; batch <= 33; ++batch) check<TestType>({.neurons = 37, .synapses = 400, .batch = batch});
    for (const int batch : {47, 64, 65, 100}) check<TestType>({.neurons = 37, .synapses = 400, .batch = batch});
}

TEMPLATE_TEST_CASE("kernels: sparse runs of any wiring are what plain loops give", "", float, double) {
    for (const int batch : {1, 3, 16, 40}) {
        check<TestType>({.neurons = 1, .synapses = 0, .batch = batch});
        check<TestType>({.neurons = 1, .synapses = 1, .batch = batch});                      // onto itself
        check<TestType>({.neurons = 90, .synapses = 0, .batch = batch});                     // no synapse at all
        check<TestType>({.neurons = 200, .synapses = 60, .batch = batch});                   // most rows are empty
        check<TestType>({.neurons = 12, .synapses = 2'000, .batch = batch});                 // all pairs
        check<TestType>({.neurons = 700, .synapses = 2'000, .batch = batch, .heavy = 600});  // one long row
        check<TestType>({.neurons = 60, .synapses = 500, .batch = batch, .shuffled = false});
    }
}

TEMPLATE_TEST_CASE("kernels: sparse runs number neurons in 16 bits or in 32", "", float, double) {
    for (const std::int32_t neurons : {65'536, 65'537})
        for (const int batch : {1, 5})
            check<TestType>({.neurons = neurons, .synapses = 80'000, .batch = batch, .steps = 2, .heavy = 3'000});
}

TEMPLATE_TEST_CASE("kernels: sparse runs fetch states ahead where the cache doesn't hold them", "", float, double) {
    for (const std::int32_t neurons : {20'000, 65'537})
        for (const int batch : {16, 24}) {
            check<TestType>({.neurons = neurons, .synapses = 90'000, .batch = batch, .steps = 2, .heavy = 3'000});
            const auto size = static_cast<std::size_t>(neurons);
            const sparse_network<TestType> network(sparse_index(neurons, {}, {}), std::vector<TestType>(size, 1),
                                                   {{neurons, activation::relu, false}});
            CHECK(network.fetches_ahead(batch));
            CHECK_FALSE(network.fetches_ahead(1));
        }
}

TEMPLATE_TEST_CASE("kernels: sparse runs apply each neuron's nonlinearity, rectified or not", "", float, double) {
    const auto all = all_functions();
    for (const bool rectified : {false, true})
        for (const bool has_rate : {true, false})
            for (const int batch : {1, 3, 13, 16}) {
                const shape base{
                    .neurons = 41, .synapses = 150, .batch = batch, .has_rate = has_rate, .rectified = rectified};
                auto mixed = base;
                mixed.functions = all;
                check<TestType>(mixed);
                for (std::size_t name = 0; name < all.size(); ++name) {
                    INFO("function " << name);
                    auto one = base;
                    one.functions = {all[name]};
                    check<TestType>(one);
                }
            }
}

TEMPLATE_TEST_CASE("kernels: sparse runs take any inputs and adjoints", "", float, double) {
    for (const bool by_step : {false, true})
        for (const bool has_initial : {false, true})
            for (const bool last_only : {false, true})
                for (const int steps : {1, 2, 5})
                    check<TestType>({.neurons = 30,
                                     .synapses = 200,
                                     .batch = 7,
                                     .steps = steps,
                                     .drive_by_step = by_step,
                                     .has_initial = has_initial,
                                     .last_adjoint_only = last_only});
}

TEST_CASE("kernels: sparse gradients are finite differences") {
    const drawn_network network({.neurons = 20, .synapses = 90, .batch = 3, .steps = 4});
    const auto& table = *all_tables<double>().back();
    const auto got = computed<double>(network, table);
    constexpr double step = 1e-5;
    const auto by_difference = [&](std::vector<double> drawn_network::*values, std::size_t at) {
        auto changed = network;
        (changed.*values)[at] += step;
        const double up = loss(network, computed<double>(changed, table).states);
        (changed.*values)[at] -= 2 * step;
        return (up - loss(network, computed<double>(changed, table).states)) / (2 * step);
    };
    const auto agree = [&](std::vector<double> drawn_network::*values, const std::vector<double>& gradient) {
        REQUIRE(gradient.size() == (network.*values).size());
        for (std::size_t at = 0; at < gradient.size(); ++at)
            CHECK(gradient[at] == Approx(by_difference(values, at)).epsilon(1e-6).margin(1e-8));
    };
    agree(&drawn_network::weight, got.weight_gradient);
    agree(&drawn_network::drive, got.drive);
    agree(&drawn_network::initial, got.initial);
    agree(&drawn_network::rate, got.rate);
}

TEMPLATE_TEST_CASE("kernels: sparse runs give the same bits with any number of threads", "", float, double) {
    for (const int batch : {1, 6, 16}) {
        const drawn_network network(
            {.neurons = 3'000, .synapses = 120'000, .batch = batch, .heavy = 2'900, .functions = all_functions()});
        for (const auto* table : all_tables<TestType>()) {
            INFO(table->name);
            const auto one = computed<TestType>(network, *table, 1);
            for (const int threads : {2, 3, 5}) {
                const auto several = computed<TestType>(network, *table, threads);
                CHECK(several.states == one.states);
                CHECK(several.weight_gradient == one.weight_gradient);
                CHECK(several.drive == one.drive);
                CHECK(several.initial == one.initial);
                CHECK(several.rate == one.rate);
            }
        }
    }
}

TEMPLATE_TEST_CASE("kernels: a NaN in one sample of a sparse run stays in that sample", "", float, double) {
    constexpr double nan = std::numeric_limits<double>::quiet_NaN();
    for (const int batch : {2, 5, 16, 21}) {
        const drawn_network network({.neurons = 50, .synapses = 900, .batch = batch, .functions = all_functions()});
        auto broken = network;
        constexpr std::size_t neuron = 7, sample = 1;
        const auto samples = static_cast<std::size_t>(batch);
        broken.drive[neuron * samples + sample] = nan;
        for (const auto* table : all_tables<TestType>()) {
            INFO(table->name);
            const auto whole = computed<TestType>(network, *table), got = computed<TestType>(broken, *table);
            std::size_t lost = 0;
            const auto compare = [&](const std::vector<double>& with, const std::vector<double>& without) {
                std::size_t differ = 0;
                for (std::size_t at = 0; at < with.size(); ++at) {
                    if (at % samples != sample) differ += same(with[at], without[at]) ? 0 : 1;
                    lost += std::isnan(with[at]) ? 1 : 0;
                }
                CHECK(differ == 0);
            };
            compare(got.states, whole.states);
            compare(got.drive, whole.drive);
            compare(got.initial, whole.initial);
            CHECK(lost > 0);
        }
    }
}

TEMPLATE_TEST_CASE("kernels: padding of a sparse run never reaches results", "", float, double) {
    // Infinite at 0, where a padded lane's drive is; weights are infinite, too. NaN is in the padding of all inputs.
    const auto reciprocal = [](const TestType* in, TestType* out, std::size_t count) {
        for (std::size_t i = 0; i < count; ++i) out[i] = 1 / in[i];
    };
    const auto slope = [](const TestType* in, TestType* out, std::size_t count) {
        for (std::size_t i = 0; i < count; ++i) out[i] = -1 / (in[i] * in[i]);
    };
    const std::vector<std::int32_t> pre{0, 1}, post{1, 0};
    for (const auto* table : all_tables<TestType>())
        for (const int batch : {3, 11, 19}) {
            kernels::pointwise_function<TestType> function;
            function.value = reciprocal;
            function.slope = slope;
            const auto network = std::make_shared<sparse_network<TestType>>(
                sparse_index(2, pre, post), std::vector<TestType>{1, -1},
                std::vector<kernels::neuron_range<TestType>>{{2, function, false}}, *table);
            const auto size = network->size_of_array(batch), width = static_cast<std::size_t>(network->stride(batch));
            std::vector<TestType> drive(size), adjoint(size, 1), gradient(2), rate(2, TestType{0.5}), rate_gradient(2);
            for (std::size_t i = 0; i < size; ++i) drive[i] = i % width < static_cast<std::size_t>(batch) ? 4 : 0;
            const std::vector<TestType> weights{1, 2};
            const sparse_run<TestType> run(
                network,
                {.batch = batch, .steps = 2, .weights = weights.data(), .drive = drive.data(), .rate = rate.data()},
                saved_values::for_backward, team_of(1));
            const TestType* adjoints[] = {nullptr, adjoint.data()};
            run.backward({.weights = weights.data(),
                          .states = adjoints,
                          .weight_gradient = gradient.data(),
                          .rate = rate_gradient.data()},
                         team_of(1));
            for (std::size_t i = 0; i < 2; ++i) {
                CHECK(std::isfinite(gradient[i]));
                CHECK(gradient[i] != 0);
                CHECK(std::isfinite(rate_gradient[i]));
            }
        }
}

}  // namespace sparse_run_test
