// A map of time constants.
// EXPECT: [cortexpr O06] the on-chip executor has one tau for each channel, and this network has one for each position; choose tau_mode::per_subtype or per_type, or use another executor
// EXPECT: O06_spatial_tau<Digits
#include <cortexpr/dsl.hpp>
#include <cortexpr/schedule/on_chip/fit.hpp>
using namespace cortexpr;

#ifdef BAD_CODE
struct E : excitatory<16, tau<tau_mode::spatial>> {};
#else
struct E : excitatory<16, tau<tau_mode::per_subtype>> {};
#endif
struct V1 : area<input<1, 28, 28>, neurons<E>,
    connectivity<
        //             E  output
        from<stimulus, 1, 0>,
        from<E,        1, 1>>,
    output<32>> {};
struct Digits : classifier<network<V1>, classes<10>> {};

template struct cortexpr::requires_on_chip<Digits>;
