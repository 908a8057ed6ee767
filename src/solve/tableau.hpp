#pragma once
// The coefficients of explicit Runge-Kutta methods. Row i of `stages` weights the slopes 1..i for the state at which
// slope i + 1 is taken, at the fraction times[i] of the step; `weights` those of the step itself.

#include <array>

namespace cortexpr::solve::tableau {

namespace rk4 {
inline constexpr std::array<double, 3> times{0.5, 0.5, 1};
inline constexpr std::array<std::array<double, 3>, 3> stages{{{0.5}, {0, 0.5}, {0, 0, 1}}};
inline constexpr std::array<double, 4> weights{1. / 6, 1. / 3, 1. / 3, 1. / 6};
}  // namespace rk4

/// J. R. Dormand, P. J. Prince, A family of embedded Runge-Kutta formulae, J. Comp. Appl. Math. 6 (1980). The seventh
/// slope is that of the step's result: the first one of the next step.
namespace dopri5 {
inline constexpr std::array<double, 5> times{1. / 5, 3. / 10, 4. / 5, 8. / 9, 1};
inline constexpr std::array<std::array<double, 5>, 5> stages{
    {{1. / 5},
     {3. / 40, 9. / 40},
     {44. / 45, -56. / 15, 32. / 9},
     {19372. / 6561, -25360. / 2187, 64448. / 6561, -212. / 729},
     {9017. / 3168, -355. / 33, 46732. / 5247, 49. / 176, -5103. / 18656}}};
inline constexpr std::array<double, 6> weights{35. / 384, 0, 500. / 1113, 125. / 192, -2187. / 6784, 11. / 84};
/// The result less that of order 4: what the step is off by.
inline constexpr std::array<double, 7> error{35. / 384 - 1951. / 21600,
                                             0,
                                             500. / 1113 - 22642. / 50085,
                                             125. / 192 - 451. / 720,
                                             -2187. / 6784 + 12231. / 42400,
                                             11. / 84 - 649. / 6300,
                                             -1. / 60};
/// The state at half of the step, to order 4.
inline constexpr std::array<double, 7> middle{6025192743. / 30085553152 / 2,     0,
                                              51252292925. / 65400821598 / 2,    -2691868925. / 45128329728 / 2,
                                              187940372067. / 1594534317056 / 2, -1776094331. / 19743644256 / 2,
                                              11237099. / 235043384 / 2};
}  // namespace dopri5

}  // namespace cortexpr::solve::tableau
