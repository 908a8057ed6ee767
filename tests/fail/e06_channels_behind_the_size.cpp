// Height, width and channels, as PNG files have them; here channels come first.
// EXPECT: [cortexpr E06]
// EXPECT: or mend the area's input<channels, height, width>
#include <cortexpr/dsl.hpp>
using namespace cortexpr;

struct E : excitatory<16> {};
#ifdef BAD_CODE
struct V1 : area<input<28, 28, 1>, neurons<E>, connectivity<from<stimulus, 1, 0>, from<E, 1, 1>>, output<32>> {};
#else
struct V1 : area<input<1, 28, 28>, neurons<E>, connectivity<from<stimulus, 1, 0>, from<E, 1, 1>>, output<32>> {};
#endif
