// A template is no type, so no rule can speak; the compilers show what it is called.
// EXPECT-GNU: template<class ... NamesWithToOutput> struct cortexpr::weight_of
// EXPECT-Clang: the target of an edge is called to_output
#include <cortexpr/module/recording.hpp>
using namespace cortexpr;

struct E : excitatory<16> {};
struct I : inhibitory<16> {};
struct V1 : area<input<1, 28, 28>, neurons<E, I>,
    connectivity<from<stimulus, 1, 1, 0>, from<E, 1, 1, 1>, from<I, 1, 1, 0>>,
    output<32>> {};
struct Digits : classifier<network<V1>, classes<10>> {};

#ifdef BAD_CODE
using name = weight_of<V1, E, output>;
#else
using name = weight_of<V1, E, to_output>;
#endif
inline constexpr bool is_there = names_parameter<Digits, name>;
