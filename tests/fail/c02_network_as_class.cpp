// `class` inherits privately.
// EXPECT: [cortexpr C02] this network derives from network<...> or connectome<...> privately, or from two of them; write struct
// EXPECT: C02_network_inheritance<Visual>
#include <cortexpr/dsl.hpp>
using namespace cortexpr;

struct E : excitatory<16> {};
struct V1 : area<input<1, 28, 28>, neurons<E>, connectivity<from<stimulus, 1, 0>, from<E, 1, 1>>, output<32>> {};

#ifdef BAD_CODE
class Visual : network<V1> {};
#else
struct Visual : network<V1> {};
#endif

struct Digits : classifier<Visual, classes<10>> {};
