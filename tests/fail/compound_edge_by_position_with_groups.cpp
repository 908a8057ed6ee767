// A third number is no groups either: no second error follows about channels that they don't divide.
// EXPECT: [cortexpr] the options of an edge are given by name
#include <cortexpr/dsl.hpp>
using namespace cortexpr;

struct E : excitatory<16> {};

#ifdef BAD_CODE
inline constexpr edge wide{5, 5, 4};
#else
inline constexpr edge wide{.extent = {5, 5}};
#endif
struct V1 : area<input<1, 28, 28>, neurons<E>, connectivity<from<stimulus, wide, 0>, from<E, 1, 1>>, output<32>> {};
inline constexpr bool asked = wirable<V1>;
