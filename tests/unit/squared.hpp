#pragma once
// A user's nonlinearity, for which no kernels of a GPU are made.

namespace cortexpr::test {

struct Squared {
    static constexpr bool can_be_negative = false;
    template <class Real>
    static constexpr Real value(Real x) {
        return x * x;
    }
    template <class Real>
    static constexpr Real slope(Real x) {
        return 2 * x;
    }
};

}  // namespace cortexpr::test
