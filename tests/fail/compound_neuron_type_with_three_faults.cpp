// EXPECT: [cortexpr N08]
// EXPECT: N08_subtypes<I, -4>
#include <cortexpr/dsl.hpp>
using namespace cortexpr;

struct E : excitatory<16> {};
#ifdef BAD_CODE
struct I : inhibitory<-4, tau<tau_mode::spatial, 0.0>, int> {};
#else
struct I : inhibitory<4, tau<tau_mode::spatial, 1.0>> {};
#endif

struct V1 : area<input<1, 28, 28>, neurons<E, I>,
    connectivity<from<stimulus, 1, 1, 0>, from<E, 1, 1, 1>, from<I, 1, 1, 0>>,
    output<32>> {};
struct Digits : classifier<network<V1>, classes<10>> {};
static_assert(parameter_count<Digits> > 0);
