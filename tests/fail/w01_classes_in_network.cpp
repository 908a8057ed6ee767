// classes<10> belongs to the classifier around the network.
// EXPECT: [cortexpr W01]
// EXPECT: W01_unknown_network_part<cortexpr::classes<10>
#include <cortexpr/dsl.hpp>
using namespace cortexpr;

struct E : excitatory<16> {};
struct V1 : area<input<1, 28, 28>, neurons<E>, connectivity<from<stimulus, 1, 0>, from<E, 1, 1>>, output<32>> {};

#ifdef BAD_CODE
struct Digits : classifier<network<V1, classes<10>>> {};
#else
struct Digits : classifier<network<V1>, classes<10>> {};
#endif
