// The user's own nonlinearity says itself that it goes below zero.
// EXPECT: [cortexpr S11] these excitatory or inhibitory cells have a nonlinearity that can be negative
// EXPECT-GNU: S11_negative_cell_nonlinearity<L1, (& cortexpr::detail::custom_activation_of<Cubic>::erased)>
// EXPECT-Clang: S11_negative_cell_nonlinearity<L1, &cortexpr::detail::custom_activation_of<Cubic>::erased>
#include <cortexpr/dsl.hpp>
using namespace cortexpr;

struct Cubic {
    static constexpr bool can_be_negative = true;
    template <class Real> static constexpr Real value(Real x) { return x * x * x; }
    template <class Real> static constexpr Real slope(Real x) { return 3 * x * x; }
};
struct R : excitatory_cells<> {};
struct T4a : excitatory_cells<> {};
#ifdef BAD_CODE
struct L1 : inhibitory_cells<nonlinearity<custom<Cubic>>> {};
#else
struct L1 : hybrid_cells<nonlinearity<custom<Cubic>>> {};
#endif

struct Motion : connectome<cells<R, L1, T4a>,
    synapses<projects<R, L1>, projects<L1, T4a>>,
    stimulus_to<R>, output_from<T4a>> {};
