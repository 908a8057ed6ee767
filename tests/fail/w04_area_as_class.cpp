// `class` inherits privately.
// EXPECT: [cortexpr W04] this area derives from area<...> privately, or from two of them; write struct
// EXPECT: W04_area_inheritance<V1>
#include <cortexpr/dsl.hpp>
using namespace cortexpr;

struct E : excitatory<16> {};

#ifdef BAD_CODE
class V1 : area<input<1, 28, 28>, neurons<E>, connectivity<from<stimulus, 1, 0>, from<E, 1, 1>>, output<32>> {};
#else
struct V1 : area<input<1, 28, 28>, neurons<E>, connectivity<from<stimulus, 1, 0>, from<E, 1, 1>>, output<32>> {};
#endif

struct Net : network<V1> {};
