#pragma once
// Which solver, how exact, which times. No LibTorch here.
//
//     namespace solve = cortexpr::solve;
//     // A sequence of 10 frames from time 0 to 5, states at 6 times, 0 and 5 among them:
//     solve::timetable times{
//         .start = 0, .end = 5, .asked = solve::even_times(0, 5, 6), .breaks = solve::even_breaks(0, 5, 10)};
//     solve::options exact{.relative_tolerance = 1e-8, .absolute_tolerance = 1e-10};
//     solve::options todays_steps{.method = solve::method::euler, .step = 1};

#include <cortexpr/compiler.hpp>

#include <cortexpr/named_value.hpp>

#include <array>
#include <cstdint>
#include <limits>
#include <optional>
#include <string_view>
#include <vector>

namespace cortexpr::solve {

/// How a step is made (E. Hairer, S. P. Nørsett, G. Wanner, "Solving Ordinary Differential Equations I", 1993).
enum class method : std::uint8_t {
    euler,              ///< fixed steps, order 1
    exponential_euler,  ///< fixed steps, order 1, exact where the target of a leaky equation is constant; stable at any
                        ///< step
    rk4,                ///< fixed steps, the classical Runge-Kutta method of order 4
    dopri5,             ///< Dormand-Prince 5(4): each sample has its own clock and step size, from the tolerances
};

/// The enumerators' names, as the command line spells them.
constexpr auto names_of(method) {
    using enum method;
    return std::array{named{euler, "euler"}, named{exponential_euler, "exponential_euler"}, named{rk4, "rk4"},
                      named{dopri5, "dopri5"}};
}

/// The other way round. Throws usage_error for any other name.
inline method method_named(std::string_view name) { return value_named<method>(name, "solver"); }

/// The interval, what is wanted of it, and where its equation jumps. `end` before `start` solves backward in time; all
/// times lie in the interval, in its direction.
struct timetable {
    double start = 0;              ///< where the initial state stands
    double end = 1;                ///< where the solver stops
    std::vector<double> asked{};   ///< times at which states are wanted; start and end may be among them
    std::vector<double> breaks{};  ///< times at which the equation jumps, between start and end: the solver restarts
                                   ///< there. Segment 0 lies before the first, segment m before breaks[m].
};

/// `count` times, equally spaced, start and end included; {start} for one.
std::vector<double> even_times(double start, double end, std::int64_t count);
/// The jumps of an input that is constant in each of `segments` equal parts: segments - 1 times.
std::vector<double> even_breaks(double start, double end, std::int64_t segments);

/// How gradients are computed; the numbers are the same up to rounding.
enum class gradients : std::uint8_t {
    replayed,  ///< some states are saved, the backward pass repeats the steps between them; no second derivatives
    recorded,  ///< autograd records every operation: memory for all of them, but second derivatives
};

/// The enumerators' names.
constexpr auto names_of(gradients) {
    using enum gradients;
    return std::array{named{replayed, "replayed"}, named{recorded, "recorded"}};
}

/// The other way round. Throws usage_error for any other name.
inline gradients gradients_named(std::string_view name) { return value_named<gradients>(name, "kind of gradients"); }

/// What becomes of a sample that cannot be solved: its equation gives infinity or NaN, or a limit is reached.
enum class unsolved : std::uint8_t {
    is_error,  ///< solver_error at once, but for a sample that equation::has_bad_input names
    is_nan,  ///< its states at the times that it doesn't reach are NaN, and solution::failures has it; the others go on
};

/// How an equation is solved; docs/dev/solvers.md says what each choice costs.
struct options {
    solve::method method = method::dopri5;  ///< how a step is made

    // Fixed steps: one of the two. Between two times that are asked or breaks, steps are equal and never longer.
    double step = 0;         ///< largest step
    std::int64_t steps = 0;  ///< of the interval (more, where asked times and breaks don't fall on them)

    // Adaptive steps. The error of a step, its root mean square over a sample's state, is at most
    // absolute_tolerance + relative_tolerance |y|.
    double relative_tolerance = 1e-3;  ///< times the size of the state
    double absolute_tolerance = 1e-6;  ///< in units of the state
    std::optional<double>
        first_step{};          ///< after the start and after each break; chosen by the equation's slopes if absent
    double smallest_step = 0;  ///< a step that would have to be smaller fails, but for one that ends at a break
    double largest_step = std::numeric_limits<double>::infinity();  ///< in units of time
    std::int64_t most_steps = 1'000'000;                            ///< accepted and rejected ones of a sample

    // Gradients.
    solve::gradients gradients = gradients::replayed;  ///< how gradients are computed
    std::optional<std::int64_t> saved_states{};  ///< at most this number at a time, both passes together, at least 1;
                                                 ///< absent: 16, or about 3 times the square root of the steps

    unsolved on_failure = unsolved::is_error;  ///< what happens to a sample that can't be solved
};

/// \throws usage_error  numbers that make no sense, or not together, or have no effect on the method or the gradients
void check(const options& options);

}  // namespace cortexpr::solve
