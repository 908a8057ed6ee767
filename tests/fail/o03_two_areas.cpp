// The states of a second area would need a chip of their own.
// EXPECT: [cortexpr O03] the on-chip executor holds one area, and this network has several; use another executor
// EXPECT: O03_areas<Digits
#include <cortexpr/dsl.hpp>
#include <cortexpr/schedule/on_chip/fit.hpp>
using namespace cortexpr;

struct E : excitatory<16> {};
struct V1 : area<input<1, 28, 28>, neurons<E>, connectivity<from<stimulus, 1, 0>, from<E, 1, 1>>, output<32>> {};
struct V2 : area<input<32, 14, 14>, neurons<E>, connectivity<from<stimulus, 1, 0>, from<E, 1, 1>>, output<32>> {};
#ifdef BAD_CODE
struct Digits : classifier<network<V1, V2>, classes<10>> {};
#else
struct Digits : classifier<network<V1>, classes<10>> {};
#endif

template struct cortexpr::requires_on_chip<Digits>;
