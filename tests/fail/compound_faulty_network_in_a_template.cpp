// Declared inside a template, as in a parameter sweep: told where it is instantiated.
// EXPECT: [cortexpr E09]
// EXPECT: E09_groups_of_target<cortexpr::stimulus, E<6>, 4, 6>
#include <cortexpr/dsl.hpp>
using namespace cortexpr;

template <int Subtypes>
struct E : excitatory<Subtypes> {};

template <int Subtypes>
struct V1 : area<input<4, 28, 28>, neurons<E<Subtypes>>,
    connectivity<from<stimulus, edge{.groups = 4}, 0>, from<E<Subtypes>, 1, 1>>,
    output<32>> {};

template <int Subtypes>
struct Digits : classifier<network<V1<Subtypes>>, classes<10>> {};

#ifdef BAD_CODE
static_assert(parameter_count<Digits<6>> == 0);
#else
static_assert(parameter_count<Digits<8>> > 0);
#endif
