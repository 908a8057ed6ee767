// Nothing could be learned through it.
// EXPECT: [cortexpr F01]
// EXPECT: custom_activation_of<Squared>::erased
// EXPECT: , L1>
#include <cortexpr/dsl.hpp>
using namespace cortexpr;

struct Squared {
    static constexpr bool can_be_negative = false;
    template <class Real> static constexpr Real value(Real x) { return x > 0 ? x * x : 0; }
#ifndef BAD_CODE
    template <class Real> static constexpr Real slope(Real x) { return x > 0 ? 2 * x : 0; }
#endif
};
struct R : excitatory_cells<> {};
struct L1 : inhibitory_cells<nonlinearity<custom<Squared>>> {};
struct T4a : excitatory_cells<> {};

struct Motion : connectome<cells<R, L1, T4a>,
    synapses<projects<R, L1>, projects<L1, T4a>>,
    stimulus_to<R>, output_from<T4a>> {};
