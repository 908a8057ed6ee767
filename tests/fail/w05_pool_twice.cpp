// Maximum between the first two areas, average after that: the way of pooling is the network's.
// EXPECT: [cortexpr W05] the network is given this option twice; keep one of the two
// EXPECT: W05_repeated_network_part<cortexpr::network_part::pool>
#include <cortexpr/dsl.hpp>
using namespace cortexpr;

struct E : excitatory<16> {};
struct V1 : area<input<1, 28, 28>, neurons<E>, connectivity<from<stimulus, 1, 0>, from<E, 1, 1>>, output<32>> {};
struct V2 : area<input<32, 14, 14>, neurons<E>, connectivity<from<stimulus, 1, 0>, from<E, 1, 1>>, output<32>> {};

#ifdef BAD_CODE
struct Net : network<V1, pool<pool_mode::max>, V2, pool<pool_mode::average>> {};
#else
struct Net : network<V1, V2, pool<pool_mode::average>> {};
#endif
