// The solvers on equations whose solutions are known.

#include <cortexpr/solve/solve.hpp>

#include "catch.hpp"
#include "solve/record.hpp"

#include <c10/core/CPUAllocator.h>
#include <torch/csrc/autograd/autograd.h>
#include <torch/types.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <functional>
#include <limits>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace solve_solve_test {

using namespace cortexpr;

namespace {

at::Tensor doubles(std::vector<double> values) { return at::tensor(values, at::kDouble); }
at::Tensor column(std::vector<double> values) { return doubles(std::move(values)).unsqueeze(1); }

/// dy/dt = -y: e^-t.
solve::equation decay() {
    return {.rate = [](const solve::moment&, const solve::state& y) { return solve::state{-y[0]}; }};
}

/// A circle in two parts: (cos t, -sin t).
solve::equation oscillator() {
    return {.rate = [](const solve::moment&, const solve::state& y) { return solve::state{y[1], -y[0]}; }};
}

/// dy/dt = -50 (y - cos t): stiff-ish, and its rate reads the time.
solve::equation follower() {
    return {.rate = [](const solve::moment& now, const solve::state& y) {
        return solve::state{-50 * (y[0] - at::cos(now.time).unsqueeze(1))};
    }};
}
double followed(double t, double start) {
    const double a = 2500. / 2501, b = 50. / 2501;
    return a * std::cos(t) + b * std::sin(t) + (start - a) * std::exp(-50 * t);
}

constexpr solve::options tight{.relative_tolerance = 1e-10, .absolute_tolerance = 1e-12};

double largest(const at::Tensor& difference) { return difference.abs().max().item<double>(); }

/// A leaky network of three neurons that reads a weight matrix and two drives, one for each half of the interval.
struct small_network {
    at::Tensor weights = (doubles({0.3, -1.1, 0.8, 0.5, 0.2, -0.7, -0.4, 0.9, 0.6}).view({3, 3})).requires_grad_();
    at::Tensor tau = doubles({1.5, 0.7, 2.5}).requires_grad_();
    at::Tensor input = (at::arange(12, at::kDouble).view({2, 2, 3}) * 0.37).sin().requires_grad_();  // (B, T, N)
    at::Tensor start = (at::arange(6, at::kDouble).view({2, 3}) * 0.9).cos().requires_grad_();

    std::vector<at::Tensor> leaves() const { return {start, weights, tau, input}; }
    static solve::timetable times() { return {.start = 0, .end = 4, .asked = {0, 0.7, 2, 3.1, 4}, .breaks = {2}}; }
    solve::equation equation() const {
        const auto drives = (2 * input).unbind(1);
        std::vector<at::Tensor> reads = drives;
        reads.push_back(weights);
        return solve::leaky(
            [drives, w = weights](const solve::moment& now, const solve::state& y) -> solve::state {
                auto drive = drives[static_cast<std::size_t>(now.segment)];
                if (now.samples.defined()) drive = at::index_select(drive, 0, now.samples);
                return {at::sigmoid(drive + at::matmul(y[0], w.t()))};
            },
            {tau}, reads);
    }
    at::Tensor loss(const solve::options& options) const {
        const auto states = solve::integrate(equation(), {start}, times(), options).states[0];
        return (states * (at::arange(states.numel(), at::kDouble).view(states.sizes()) * 0.3).cos()).sum() +
               states.square().sum();
    }
    std::vector<at::Tensor> gradients(const solve::options& options) const {
        return torch::autograd::grad({loss(options)}, leaves());
    }
};

std::string error_text(const std::function<void()>& act) {
    try {
        act();
    } catch (const error& caught) {
        return caught.what();
    }
    return "no error";
}

/// Counts what LibTorch holds on the CPU.
class counting_allocator final : public c10::Allocator {
  public:
    static inline std::int64_t held = 0, most = 0;
    c10::DataPtr allocate(std::size_t bytes) override {
        constexpr std::size_t header = 64;
        auto* block = static_cast<char*>(std::aligned_alloc(64, (bytes + header + 63) / 64 * 64));
        if (block == nullptr) throw std::bad_alloc();
        *reinterpret_cast<std::size_t*>(block) = bytes;
        held += static_cast<std::int64_t>(bytes);
        most = std::max(most, held);
        return {block + header, block, &release, at::kCPU};
    }
    c10::DeleterFnPtr raw_deleter() const override { return nullptr; }
    void copy_data(void* to, const void* from, std::size_t count) const override { default_copy_data(to, from, count); }

  private:
    static void release(void* block) {
        held -= static_cast<std::int64_t>(*static_cast<std::size_t*>(block));
        std::free(block);
    }
};

/// The most bytes that `act` held at a time beyond those held before.
std::int64_t most_bytes(const std::function<void()>& act) {
    static counting_allocator counting;
    auto* before = c10::GetCPUAllocator();
    c10::SetCPUAllocator(&counting, 1);
    const auto held = counting_allocator::held;
    counting_allocator::most = held;
    act();
    c10::SetCPUAllocator(before, 1);
    return counting_allocator::most - held;
}

}  // namespace

TEST_CASE("solve: exact solutions within the tolerance") {
    const solve::timetable times{.start = 0, .end = 3, .asked = solve::even_times(0, 3, 13)};
    for (const double tolerance : {1e-3, 1e-6, 1e-9}) {
        const solve::options options{.relative_tolerance = tolerance, .absolute_tolerance = tolerance};
        const auto decayed = solve::integrate(decay(), {column({1, -2})}, times, options).states[0];
        const auto turned = solve::integrate(oscillator(), {column({1}), column({0})}, times, options).states;
        const auto follows = solve::integrate(follower(), {column({0})}, times, options).states[0];
        for (std::size_t i = 0; i < times.asked.size(); ++i) {
            const auto at = static_cast<std::int64_t>(i);
            const double t = times.asked[i];
            CHECK(std::abs(decayed[at][0].item<double>() - std::exp(-t)) < 5 * tolerance);
            CHECK(std::abs(decayed[at][1].item<double>() + 2 * std::exp(-t)) < 10 * tolerance);
            CHECK(std::abs(turned[0][at].item<double>() - std::cos(t)) < 10 * tolerance);
            CHECK(std::abs(turned[1][at].item<double>() + std::sin(t)) < 10 * tolerance);
            CHECK(std::abs(follows[at].item<double>() - followed(t, 0)) < 10 * tolerance);
        }
    }
}

TEST_CASE("solve: orders of convergence") {
    const auto leaky = solve::leaky(
        [](const solve::moment& now, const solve::state& y) -> solve::state {
            return {at::sin(now.time).unsqueeze(1) + 0.5 * at::tanh(y[0])};
        },
        {doubles({0.8})});
    const solve::timetable times{.start = 0, .end = 2, .asked = {1.3, 2}};
    const auto exact = solve::integrate(leaky, {column({1})}, times, tight).states[0];
    const auto order_of = [&](solve::method method, std::int64_t steps) {
        const auto off = [&](std::int64_t n) {
            return largest(solve::integrate(leaky, {column({1})}, times, {.method = method, .steps = n}).states[0] -
                           exact);
        };
        return std::log2(off(steps) / off(2 * steps));
    };
    CHECK(order_of(solve::method::euler, 80) == Approx(1).margin(0.1));
    CHECK(order_of(solve::method::exponential_euler, 80) == Approx(1).margin(0.1));
    CHECK(order_of(solve::method::rk4, 40) == Approx(4).margin(0.2));
    // Adaptive: with steps of one size (the tolerance accepts all of them, and they are at most so large), order 5; in
    // between, by the quartic, at least 4.
    const auto off = [&](double step, double asked) {
        const solve::timetable one{.start = 0, .end = 2, .asked = {asked}};
        const solve::options fixed{.absolute_tolerance = 1e3, .first_step = step, .largest_step = step};
        return largest(solve::integrate(leaky, {column({1})}, one, fixed).states[0] -
                       solve::integrate(leaky, {column({1})}, one, tight).states[0]);
    };
    CHECK(std::log2(off(0.25, 2) / off(0.125, 2)) > 4.7);
    CHECK(std::log2(off(0.4, 1.3) / off(0.2, 1.3)) > 3.5);
}

TEST_CASE("solve: exponential Euler is exact while the target stays, at any step") {
    const auto held =
        solve::leaky([](const solve::moment&, const solve::state& y) -> solve::state { return {at::ones_like(y[0])}; },
                     {doubles({0.01})});
    const auto states = solve::integrate(held, {column({0})}, {.start = 0, .end = 0.02, .asked = {0.01, 0.02}},
                                         {.method = solve::method::exponential_euler, .step = 1})
                            .states[0];
    CHECK(states[0].item<double>() == Approx(1 - std::exp(-1)).epsilon(1e-14));
    CHECK(states[1].item<double>() == Approx(1 - std::exp(-2)).epsilon(1e-14));
}

TEST_CASE("solve: Euler with step 1 has the bits of the discrete step") {
    const small_network net;
    const at::NoGradGuard no_grad;
    const auto solved =
        solve::integrate(net.equation(), {net.start}, {.start = 0, .end = 2, .asked = {1, 2}, .breaks = {1}},
                         {.method = solve::method::euler, .steps = 2});
    auto state = net.start;
    for (std::int64_t t = 0; t < 2; ++t) {
        const auto target = at::sigmoid(2 * net.input.select(1, t) + at::matmul(state, net.weights.t()));
        state = at::lerp(state, target, at::reciprocal(net.tau));
        CHECK(at::equal(solved.states[0][t], state));
    }
}

TEST_CASE("solve: each sample has its own clock") {
    // Rates of very different speed; a sample's solution is that which it has alone.
    const auto speeds = column({0.1, 1, 30, 300});
    const auto equation_of = [](at::Tensor rates, bool takes_subsets) {
        return solve::equation{.rate =
                                   [rates](const solve::moment& now, const solve::state& y) {
                                       const auto mine =
                                           now.samples.defined() ? at::index_select(rates, 0, now.samples) : rates;
                                       return solve::state{-mine * (y[0] - at::sin(now.time).unsqueeze(1))};
                                   },
                               .takes_subsets = takes_subsets};
    };
    const auto start = at::ones({4, 1}, at::kDouble);
    const solve::timetable times{.start = 0, .end = 2, .asked = {0.3, 1, 1.9, 2}, .breaks = {1}};
    const auto together = solve::integrate(equation_of(speeds, false), {start}, times);
    const auto subsets = solve::integrate(equation_of(speeds, true), {start}, times);
    CHECK(together.work[3].accepted > 3 * together.work[0].accepted);
    for (std::int64_t b = 0; b < 4; ++b) {
        const auto alone = solve::integrate(equation_of(speeds.narrow(0, b, 1), false), {start.narrow(0, b, 1)}, times);
        const auto i = static_cast<std::size_t>(b);
        for (const auto* batch : {&together, &subsets}) {
            CHECK(largest(batch->states[0].select(1, b) - alone.states[0].select(1, 0)) < 1e-14);
            CHECK(batch->work[i].accepted == alone.work[0].accepted);
            CHECK(batch->work[i].rejected == alone.work[0].rejected);
            CHECK(batch->work[i].evaluations == alone.work[0].evaluations);
        }
    }
}

TEST_CASE("solve: equations that take subsets aren't asked for samples that wait") {
    std::int64_t rows = 0;
    const auto speeds = column({1, 300});
    const solve::equation equation{
        .rate =
            [&](const solve::moment& now, const solve::state& y) {
                rows += y[0].size(0);
                const auto mine = now.samples.defined() ? at::index_select(speeds, 0, now.samples) : speeds;
                return solve::state{-mine * y[0]};
            },
        .takes_subsets = true};
    const auto solved = solve::integrate(equation, {column({1, 1})}, {.start = 0, .end = 1, .asked = {1}});
    CHECK(rows == solved.work[0].evaluations + solved.work[1].evaluations);
}

TEST_CASE("solve: jumps of the input are break points") {
    // dy/dt = x(t) - y, x piecewise constant: exact piece by piece.
    const std::vector<double> x{2, -3, 5, 0, 1};
    const solve::equation equation{.rate = [&x](const solve::moment& now, const solve::state& y) {
        return solve::state{x[static_cast<std::size_t>(now.segment)] - y[0]};
    }};
    for (const bool backward : {false, true}) {
        const double start = backward ? 1 : 0, end = backward ? 0 : 1;
        const solve::timetable times{.start = start,
                                     .end = end,
                                     .asked = solve::even_times(start, end, 11),
                                     .breaks = solve::even_breaks(start, end, 5)};
        double y = 0.5;
        const auto solved = solve::integrate(equation, {column({y})}, times, tight).states[0];
        const auto default_solved = solve::integrate(equation, {column({y})}, times).states[0];
        const auto by_rk4 =
            solve::integrate(equation, {column({y})}, times, {.method = solve::method::rk4, .step = 0.01}).states[0];
        for (std::int64_t i = 0; i < 11; ++i) {
            if (i > 0) {
                const double target = x[static_cast<std::size_t>((i - 1) / 2)];
                y = target + (y - target) * std::exp(-(end - start) / 10);
            }
            CHECK(solved[i].item<double>() == Approx(y).margin(1e-9));
            CHECK(default_solved[i].item<double>() == Approx(y).margin(1e-3));
            CHECK(by_rk4[i].item<double>() == Approx(y).margin(1e-9));
        }
    }
}

TEST_CASE("solve: backward in time returns to the start") {
    const solve::timetable there{.start = -1, .end = 2, .asked = {2}}, back{.start = 2, .end = -1, .asked = {-1}};
    const solve::state start{column({1, 0.2}), column({0, 3})};
    for (const auto& options : {tight, solve::options{.method = solve::method::rk4, .step = 0.002}}) {
        const auto moved = solve::integrate(oscillator(), start, there, options).states;
        const auto returned = solve::integrate(oscillator(), {moved[0][0], moved[1][0]}, back, options).states;
        CHECK(largest(returned[0][0] - start[0]) < 1e-9);
        CHECK(largest(returned[1][0] - start[1]) < 1e-9);
    }
}

TEST_CASE("solve: an interval without length gives the start") {
    const auto start = column({1, 2}).requires_grad_();
    for (const auto& options : {solve::options{}, solve::options{.method = solve::method::rk4, .step = 0.1}}) {
        const auto solved = solve::integrate(decay(), {start}, {.start = 3, .end = 3, .asked = {3, 3}}, options);
        CHECK(at::equal(solved.states[0][1], start));
        CHECK(solved.work[0].evaluations == 0);
        CHECK(
            at::equal(torch::autograd::grad({solved.states[0].sum()}, {start})[0], at::full({2, 1}, 2., at::kDouble)));
    }
}

TEST_CASE("solve: a sample that is NaN stays alone") {
    const auto input = column({1, std::numeric_limits<double>::quiet_NaN(), 2});
    const solve::equation equation{
        .rate = [input](const solve::moment&, const solve::state& y) { return solve::state{input - y[0]}; },
        .name_of = [](std::size_t, std::int64_t index) { return "neuron " + std::to_string(index) + " (T4a)"; }};
    const solve::timetable times{.start = 0, .end = 1, .asked = {0, 0.5, 1}, .breaks = {0.25}};
    const auto start = at::zeros({3, 1}, at::kDouble);
    for (auto options : {tight, solve::options{.method = solve::method::rk4, .step = 0.01}}) {
        CHECK(error_text([&] { solve::integrate(equation, {start}, times, options); }).find("sample 1 ") == 0);
        CHECK(error_text([&] { solve::integrate(equation, {start}, times, options); }).find("neuron 0 (T4a)") !=
              std::string::npos);
        options.on_failure = solve::unsolved::is_nan;
        const auto leaf = start.clone().requires_grad_();
        const auto solved = solve::integrate(equation, {leaf}, times, options);
        REQUIRE(solved.failures.size() == 1);
        CHECK(solved.failures[0].sample == 1);
        const auto& states = solved.states[0];
        CHECK(states[0][1].item<double>() == 0);  // the start is known
        CHECK(std::isnan(states[1][1].item<double>()));
        CHECK(std::isnan(states[2][1].item<double>()));
        CHECK(states[2][0].item<double>() == Approx(1 - std::exp(-1)).epsilon(1e-8));
        CHECK(states[2][2].item<double>() == Approx(2 - 2 * std::exp(-1)).epsilon(1e-8));
        const auto gradient = torch::autograd::grad({states[2].index_select(0, at::tensor({0, 2})).sum()}, {leaf})[0];
        CHECK(gradient[0].item<double>() == Approx(std::exp(-1)).epsilon(1e-8));
        CHECK(gradient[1].item<double>() == 0);
    }
}

TEST_CASE("solve: a sample whose input is bad is no error, and others that fail are") {
    const auto input = column({1, std::numeric_limits<double>::quiet_NaN(), 2});
    const solve::equation equation{
        .rate = [input](const solve::moment&, const solve::state& y) { return solve::state{input - y[0]}; },
        .has_bad_input = [](std::int64_t sample) { return sample == 1; }};
    const solve::timetable times{.start = 0, .end = 1, .asked = {0, 1}};
    for (const auto& options : {tight, solve::options{.method = solve::method::rk4, .step = 0.01}}) {
        const auto solved = solve::integrate(equation, {at::zeros({3, 1}, at::kDouble)}, times, options);
        REQUIRE(solved.failures.size() == 1);
        CHECK(solved.failures[0].sample == 1);
        CHECK(std::isnan(solved.states[0][1][1].item<double>()));
        CHECK(solved.states[0][1][2].item<double>() == Approx(2 - 2 * std::exp(-1)).epsilon(1e-8));
        const auto start = column({0, 0, std::numeric_limits<double>::quiet_NaN()});
        CHECK(error_text([&] { solve::integrate(equation, {start}, times, options); }).find("sample 2 ") == 0);
    }
    // A limit that is reached says nothing of the input.
    CHECK(error_text([&] {
              solve::integrate({.rate = follower().rate, .has_bad_input = [](std::int64_t) { return true; }},
                               {column({1, 1})}, times, {.most_steps = 2});
          }).find("sample 0 got no further") == 0);
}

TEST_CASE("solve: samples that grow without bound keep what was reached") {
    // dy/dt = y^2 from 2 reaches infinity at 1/2; from 0.1 at 10.
    const auto power = at::tensor({1.}, at::kDouble).requires_grad_();
    const solve::equation equation{
        .rate = [power](const solve::moment&, const solve::state& y) { return solve::state{power * y[0] * y[0]}; },
        .reads = {power}};
    const auto start = column({2, 0.1});
    const solve::timetable times{.start = 0, .end = 1, .asked = {0.25, 1}};
    const auto solved = solve::integrate(equation, {start}, times, {.on_failure = solve::unsolved::is_nan});
    REQUIRE(solved.failures.size() == 1);
    CHECK(solved.failures[0].sample == 0);
    CHECK(solved.failures[0].time == Approx(0.5).epsilon(1e-3));
    CHECK(solved.states[0][0][0].item<double>() == Approx(4).epsilon(1e-2));
    CHECK(std::isnan(solved.states[0][1][0].item<double>()));
    CHECK(solved.states[0][1][1].item<double>() == Approx(0.1 / 0.9).epsilon(1e-4));
    // The gradient of what was reached, p y^2: dy/dp = t y^2 / (1 - t p y0)^2 ...
    const auto gradient = torch::autograd::grad({solved.states[0][1][1].sum()}, {power})[0];
    CHECK(gradient.item<double>() == Approx(0.01 / 0.81).epsilon(1e-3));
}

TEST_CASE("solve: limits on steps are errors that say what and where") {
    const solve::timetable times{.start = 0, .end = 10, .asked = {10}};
    const auto start = column({1, 1});
    CHECK(error_text([&] {
              solve::integrate(follower(), {start}, times, {.method = solve::method::euler, .step = 1e-12});
          }).find("steps of 1e-12 are more than 1000000 from 0 to") != std::string::npos);
    const auto few = error_text([&] { solve::integrate(follower(), {start}, times, {.most_steps = 5}); });
    INFO(few);
    CHECK(few.find("sample 0 got no further than time 0.") == 0);
    CHECK(few.find("(of 0 to 10) in 5 steps") != std::string::npos);
    CHECK(few.find("most_steps") != std::string::npos);
    const auto small =
        error_text([&] { solve::integrate(follower(), {start}, times, {.first_step = 1, .smallest_step = 0.5}); });
    INFO(small);
    CHECK(small.find(
              "sample 0 cannot be solved beyond time 0 (of 0 to 10): steps would have to be smaller than 0.5 for the "
              "error at element 0") == 0);
    const solve::equation growing{
        .rate = [](const solve::moment&, const solve::state& y) { return solve::state{y[0] * y[0]}; }};
    const auto unbounded = error_text([&] { solve::integrate(growing, {start}, times, {}); });  // at 1
    INFO(unbounded);
    CHECK(unbounded.find("steps would have to be smaller than 8.88e-16 for the error at element 0; loosen the "
                         "tolerances, or look for a jump") != std::string::npos);
    CHECK(small.find("lower smallest_step") != std::string::npos);
    try {
        solve::integrate(follower(), {start}, times, {.most_steps = 5});
        FAIL("no error");
    } catch (const solve::solver_error& caught) {
        CHECK(caught.failure().sample == 0);
        CHECK(caught.failure().time > 0);
    }
    // A largest step is kept.
    const auto solved = solve::integrate(decay(), {start}, times, {.largest_step = 0.1});
    CHECK(solved.work[0].accepted >= 100);
}

TEST_CASE("solve: what doesn't fit is refused in a sentence") {
    const auto start = column({1});
    const solve::timetable times{.start = 0, .end = 1, .asked = {1}};
    const auto text = [&](const solve::equation& equation, const solve::timetable& when,
                          const solve::options& options) {
        return error_text([&] { solve::integrate(equation, {start}, when, options); });
    };
    CHECK(text(decay(), {.start = 0, .end = 1}, {}).find("no time is asked for") == 0);
    CHECK(
        text(decay(), {.start = 0, .end = 1, .asked = {2}}, {}).find("asked times run from start (0) to end (1); 2") ==
        0);
    CHECK(text(decay(), {.start = 0, .end = 1, .asked = {0.5, 0.4}}, {}).find("asked times run") == 0);
    CHECK(text(decay(), {.start = 0, .end = 1, .asked = {1}, .breaks = {1}}, {}).find("breaks lie between") == 0);
    CHECK(text(decay(), times, {.method = solve::method::rk4}).find("rk4 takes fixed steps; give their size") == 0);
    CHECK(text(decay(), times, {.method = solve::method::rk4, .step = 0.5, .steps = 2})
              .find("rk4 is given the size of its steps, 0.5, and their number, 2; leave one of them out") == 0);
    CHECK(text(decay(), times, {.method = solve::method::euler, .steps = -2}).find("euler can't take -2 steps") == 0);
    CHECK(text(decay(), times, {.method = solve::method::euler, .step = std::numeric_limits<double>::infinity()})
              .find("euler can't take steps of inf; give a size above 0") == 0);
    CHECK(text(decay(), times, {.step = 1}).find("dopri5 chooses its steps") == 0);
    constexpr double infinite = std::numeric_limits<double>::infinity();
    for (const auto& options : {solve::options{.absolute_tolerance = 0}, solve::options{.absolute_tolerance = infinite},
                                solve::options{.relative_tolerance = infinite}})
        CHECK(text(decay(), times, options).find("tolerances are finite, relative >= 0 and absolute > 0, not ") == 0);
    CHECK(text(decay(), times, {.method = solve::method::exponential_euler, .step = 1})
              .find("exponential_euler solves leaky") == 0);
    CHECK(text(decay(), times, {.saved_states = 0}).find("0 saved states are too few") == 0);
    const solve::equation wrong{
        .rate = [](const solve::moment&, const solve::state&) { return solve::state{at::ones({1})}; }};
    CHECK(text(wrong, times, {}).find("the equation's rate gives [1] of float for part 0") == 0);
    CHECK(error_text([] { solve::method_named("dopri8"); }) ==
          "\"dopri8\" is no solver; use euler, exponential_euler, rk4 or dopri5");
    CHECK(solve::method_named("rk4") == solve::method::rk4);
    CHECK(solve::gradients_named("recorded") == solve::gradients::recorded);
    CHECK(error_text([] { solve::gradients_named("kept"); }) ==
          "\"kept\" is no kind of gradients; use replayed or recorded");
}

TEST_CASE("solve: options that have no effect are refused") {
    using method = solve::method;
    const std::vector<std::pair<solve::options, std::string>> beside_fixed_steps{
        {{.method = method::rk4, .step = 0.5, .relative_tolerance = 1e-9}, "relative_tolerance"},
        {{.method = method::rk4, .step = 0.5, .absolute_tolerance = 1e-9}, "absolute_tolerance"},
        {{.method = method::euler, .steps = 4, .first_step = 0.1}, "first_step"},
        {{.method = method::euler, .steps = 4, .smallest_step = 0.1}, "smallest_step"},
        {{.method = method::exponential_euler, .steps = 4, .largest_step = 0.1}, "largest_step"}};
    for (const auto& [options, name] : beside_fixed_steps)
        CHECK(error_text([&given = options] { solve::check(given); }) ==
              std::string(name_of(options.method)) + " takes fixed steps, of step or steps; leave " + name +
                  " out, or take dopri5");
    CHECK(error_text([] { solve::check({.gradients = solve::gradients::recorded, .saved_states = 2}); }) ==
          "recorded gradients keep all operations; leave saved_states out, or choose replayed ones");
    solve::check({.method = method::rk4, .step = 0.5, .most_steps = 9, .saved_states = 2});
    solve::check({.gradients = solve::gradients::recorded});
}

TEST_CASE("solve: gradients are those of plain autograd through the same steps") {
    const small_network net;
    for (auto options : {solve::options{}, tight, solve::options{.method = solve::method::euler, .step = 0.3},
                         solve::options{.method = solve::method::exponential_euler, .steps = 9},
                         solve::options{.method = solve::method::rk4, .steps = 7}}) {
        const auto replayed = net.gradients(options);
        options.gradients = solve::gradients::recorded;
        const auto recorded = net.gradients(options);
        for (std::size_t i = 0; i < replayed.size(); ++i) CHECK(largest(replayed[i] - recorded[i]) < 1e-12);
    }
}

TEST_CASE("solve: gradients reach parts that the asked one hears by way of others") {
    // A chain, of which the last part alone is asked for: a step back reaches one more part of it.
    std::vector<at::Tensor> weights;
    for (const double value : {0.8, -1.2, 0.6}) weights.push_back(doubles({value}).requires_grad_());
    const auto drives = (at::arange(4, at::kDouble).view({2, 2}) * 0.7).cos().requires_grad_();  // (B, T)
    const auto parts = drives.unbind(1);
    std::vector<at::Tensor> reads = weights;
    reads.insert(reads.end(), parts.begin(), parts.end());
    const solve::equation chain{
        .rate =
            [&](const solve::moment& now, const solve::state& y) {
                const auto drive = parts[static_cast<std::size_t>(now.segment)].unsqueeze(1);
                return solve::state{weights[0] * drive - y[0], weights[1] * y[0] - y[1], weights[2] * y[1] - y[2]};
            },
        .reads = reads};
    const auto start = column({0.5, -1});
    std::vector<at::Tensor> wanted = weights;
    wanted.push_back(drives);
    for (const auto method : {solve::method::euler, solve::method::rk4, solve::method::dopri5}) {
        const auto gradients = [&](solve::gradients how) {
            solve::options options{.method = method, .step = method == solve::method::dopri5 ? 0 : 0.5};
            options.gradients = how;
            const solve::timetable times{.start = 0, .end = 4, .asked = {4}, .breaks = {2}};
            const auto states = solve::integrate(chain, {start, start, start}, times, options).states;
            return torch::autograd::grad({states[2].sum()}, wanted);
        };
        const auto replayed = gradients(solve::gradients::replayed), recorded = gradients(solve::gradients::recorded);
        for (std::size_t i = 0; i < wanted.size(); ++i) {
            CHECK(largest(recorded[i]) > 1e-3);
            CHECK(largest(replayed[i] - recorded[i]) < 1e-12);
        }
    }
}

TEST_CASE("solve: gradients of subsets are those of whole batches") {
    const small_network net;
    const auto gradients_of = [&](bool takes_subsets) {
        auto equation = net.equation();
        equation.takes_subsets = takes_subsets;
        const auto states = solve::integrate(equation, {net.start * 1}, net.times(), tight).states[0];
        return torch::autograd::grad({states.pow(3).sum()}, net.leaves());
    };
    const auto whole = gradients_of(false), subsets = gradients_of(true);
    for (std::size_t i = 0; i < whole.size(); ++i) CHECK(largest(whole[i] - subsets[i]) < 1e-12);
}

TEST_CASE("solve: gradients against finite differences of the tight solution") {
    const small_network net;
    const auto gradients = net.gradients(tight);
    const auto coarse = net.gradients({});
    const at::NoGradGuard no_grad;
    const auto leaves = net.leaves();
    for (std::size_t i = 0; i < leaves.size(); ++i)
        for (std::int64_t k = 0; k < leaves[i].numel(); ++k) {
            auto value = leaves[i].flatten()[k];  // a view
            const double before = value.item<double>(), h = 1e-5;
            value.fill_(before + h);
            const double above = net.loss(tight).item<double>();
            value.fill_(before - h);
            const double below = net.loss(tight).item<double>();
            value.fill_(before);
            const double difference = (above - below) / (2 * h);
            CHECK(gradients[i].flatten()[k].item<double>() == Approx(difference).margin(2e-7));
            CHECK(coarse[i].flatten()[k].item<double>() == Approx(difference).margin(5e-2));
        }
}

TEST_CASE("solve: any number of saved states gives the same bits") {
    const small_network net;
    solve::options options{.relative_tolerance = 1e-7, .absolute_tolerance = 1e-9, .saved_states = 1'000'000};
    const auto all = net.gradients(options);
    for (const std::int64_t budget : {0, 1, 3, 5, 12}) {
        options.saved_states = budget > 0 ? std::optional(budget) : std::nullopt;
        const auto some = net.gradients(options);
        for (std::size_t i = 0; i < all.size(); ++i) CHECK(at::equal(some[i], all[i]));
    }
    for (auto method : {solve::method::euler, solve::method::exponential_euler, solve::method::rk4}) {
        solve::options fixed{.method = method, .steps = 100, .saved_states = 1'000'000};
        const auto every = net.gradients(fixed);
        fixed.saved_states = {};
        const auto some = net.gradients(fixed);
        for (std::size_t i = 0; i < every.size(); ++i) CHECK(at::equal(some[i], every[i]));
    }
}

TEST_CASE("solve: memory grows with the root of the steps, or stays in its budget") {
    constexpr std::int64_t neurons = 4096;
    const auto start = at::ones({2, neurons}, at::kDouble).requires_grad_();
    constexpr std::int64_t state_bytes = 2 * neurons * 8;
    const solve::equation curved{
        .rate = [](const solve::moment&, const solve::state& y) { return solve::state{at::sigmoid(y[0]) - y[0]}; }};
    const auto states_for = [&](std::int64_t steps, std::optional<std::int64_t> budget, solve::gradients gradients) {
        return most_bytes([&] {
                   const auto solved = solve::integrate(
                       curved, {start}, {.start = 0, .end = 1, .asked = {1}},
                       {.method = solve::method::rk4, .steps = steps, .gradients = gradients, .saved_states = budget});
                   torch::autograd::grad({solved.states[0].sum()}, {start});
               }) /
               state_bytes;
    };
    const auto replayed = solve::gradients::replayed;
    const auto base = states_for(1, {}, replayed);  // a step with its graph
    CHECK(base < 40);
    const auto at_100 = states_for(100, {}, replayed) - base, at_1600 = states_for(1600, {}, replayed) - base;
    INFO(base << " states, then " << at_100 << " and " << at_1600);
    CHECK(at_100 <= 24);   // 2.2 times the root, and one or two at work
    CHECK(at_1600 <= 92);  // 16 times the steps, 4 times the states
    CHECK(states_for(100, 1'000'000, replayed) - base >= 98);
    for (const std::int64_t budget : {1, 4, 12}) CHECK(states_for(60, budget, replayed) - base <= budget + 2);
    CHECK(states_for(100, {}, solve::gradients::recorded) > 350);
}

TEST_CASE("solve: nothing is kept without gradients") {
    const small_network net;
    const at::NoGradGuard no_grad;
    const auto solved = solve::integrate(net.equation(), {net.start}, net.times(), tight);
    CHECK(solved.saved_states == 0);
    CHECK(solved.saved_bytes == 0);
    CHECK(!solved.states[0].requires_grad());
    const at::AutoGradMode with_gradients(true);
    const auto kept = solve::integrate(net.equation(), {net.start}, net.times(), tight);
    CHECK(kept.saved_bytes == kept.saved_states * 6 * 8);
    CHECK(kept.saved_states > 0);
    CHECK(kept.saved_states < kept.work[0].accepted);
    CHECK(at::equal(kept.states[0], solved.states[0]));
    const auto constant = solve::integrate(decay(), {column({1})}, {.asked = {1}});
    CHECK(constant.saved_states == 0);
}

TEST_CASE("solve: statistics count what was evaluated") {
    std::int64_t calls = 0;
    const solve::equation equation{.rate = [&calls](const solve::moment&, const solve::state& y) {
        ++calls;
        return solve::state{at::sin(y[0])};
    }};
    const auto solved = solve::integrate(equation, {column({1})}, {.start = 0, .end = 4, .asked = {4}});
    CHECK(calls == solved.work[0].evaluations);
    CHECK(solved.work[0].evaluations == 2 + 6 * (solved.work[0].accepted + solved.work[0].rejected));
}

TEST_CASE("solve: faults in gradients are told") {
    const small_network net;
    // A tensor that isn't listed.
    auto equation = net.equation();
    equation.reads.clear();
    equation.reads.push_back(net.tau);
    const auto solved = solve::integrate(equation, {net.start}, net.times(), {});
    const auto text = error_text([&] { torch::autograd::grad({solved.states[0].sum()}, {net.start}); });
    INFO(text);
    CHECK(text.find("needs a gradient and isn't listed; add it to equation::reads") != std::string::npos);
    // Second derivatives need the recorded kind.
    const auto loss = net.loss({});
    CHECK(error_text([&] {
              torch::autograd::grad({loss}, {net.start}, {}, true, true);
          }).find("choose recorded ones") != std::string::npos);
    const auto first =
        torch::autograd::grad({net.loss({.gradients = solve::gradients::recorded})}, {net.start}, {}, true, true)[0];
    CHECK(torch::autograd::grad({first.sum()}, {net.start})[0].abs().sum().item<double>() > 0);
}

TEST_CASE("solve: a graph that is kept can be gone through twice; leaves may be listed in place of what came of them") {
    const small_network net;
    const auto loss = net.loss({});
    const auto once = torch::autograd::grad({loss}, net.leaves(), {}, true);
    const auto twice = torch::autograd::grad({loss}, net.leaves(), {}, true);
    for (std::size_t i = 0; i < once.size(); ++i) CHECK(at::equal(once[i], twice[i]));
    auto equation = net.equation();
    equation.reads = {net.weights, net.tau, net.input};
    const auto by_leaves =
        torch::autograd::grad({solve::integrate(equation, {net.start}, net.times(), {}).states[0].sum()}, net.leaves());
    const auto by_drives = torch::autograd::grad(
        {solve::integrate(net.equation(), {net.start}, net.times(), {}).states[0].sum()}, net.leaves());
    for (std::size_t i = 0; i < by_leaves.size(); ++i) CHECK(largest(by_leaves[i] - by_drives[i]) < 1e-13);
}

TEST_CASE("solve: several parts of several shapes, float32") {
    const auto equation = solve::leaky(
        [](const solve::moment&, const solve::state& y) -> solve::state {
            return {at::tanh(y[1].mean({1, 2, 3}, true).squeeze(3).squeeze(2)).expand_as(y[0]), at::ones_like(y[1])};
        },
        {at::full({3}, 2.f), at::full({2, 1, 1}, 0.5f)});
    const solve::state start{at::zeros({2, 3}), at::zeros({2, 2, 4, 4})};
    const auto solved = solve::integrate(equation, start, {.asked = {0.5, 1}}).states;
    CHECK(solved[0].sizes() == at::IntArrayRef({2, 2, 3}));
    CHECK(solved[1].sizes() == at::IntArrayRef({2, 2, 2, 4, 4}));
    CHECK(solved[1].scalar_type() == at::kFloat);
    CHECK(solved[1][1].max().item<double>() == Approx(1 - std::exp(-2)).epsilon(1e-3));
}

TEST_CASE("solve: where the next held state lies") {
    // Undoing `steps` steps by this rule takes the fewest steps that are possible: compared with trying all places.
    std::map<std::pair<std::size_t, std::size_t>, std::size_t> best, ours;
    for (std::size_t spare = 0; spare < 6; ++spare)
        for (std::size_t steps = 0; steps < 40; ++steps) {
            auto &least = best[{steps, spare}], &taken = ours[{steps, spare}];
            if (steps < 2) continue;
            least = taken = steps * (steps - 1) / 2;
            if (spare == 0) continue;
            for (std::size_t m = 1; m < steps; ++m)
                least = std::min(least, m + best[{steps - m, spare - 1}] + best[{m, spare}]);
            const auto m = solve::next_held(steps, spare);
            taken = m + ours[{steps - m, spare - 1}] + ours[{m, spare}];
            INFO(steps << " steps, " << spare << " spare");
            CHECK(taken == least);
        }
}

}  // namespace solve_solve_test
