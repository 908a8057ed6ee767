// An area alone has no readout.
// EXPECT: [cortexpr P09]
// EXPECT: P09_no_logits<V1>
#include <cortexpr/module/recording.hpp>
using namespace cortexpr;

struct E : excitatory<16> {};
struct I : inhibitory<16> {};
struct V1 : area<input<1, 28, 28>, neurons<E, I>,
    connectivity<from<stimulus, 1, 1, 0>, from<E, 1, edge{.bias = false}, 1>, from<I, 1, 1, 0>>,
    output<32>> {};
struct Digits : classifier<network<V1>, classes<10>> {};

struct tensors { int logits; };
constexpr boost::hana::map<> values;

#ifdef BAD_CODE
inline const int logits = recording<V1, tensors, decltype(values)>({}, values).logits();
#else
inline const int logits = recording<Digits, tensors, decltype(values)>({}, values).logits();
#endif
