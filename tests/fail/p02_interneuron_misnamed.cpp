// A name that is not declared as a neuron type of the area, asked of a recording.
// EXPECT: [cortexpr P02]
// EXPECT: P02_unknown_neuron_type<V1, PV>
#include <cortexpr/module/recording.hpp>
using namespace cortexpr;

struct E : excitatory<16> {};
struct I : inhibitory<16> {};
struct V1 : area<input<1, 28, 28>, neurons<E, I>,
    connectivity<from<stimulus, 1, 1, 0>, from<E, 1, edge{.bias = false}, 1>, from<I, 1, 1, 0>>,
    output<32>> {};
struct Digits : classifier<network<V1>, classes<10>> {};
struct PV : inhibitory<16> {};

struct tensors { int output; };
constexpr auto key = boost::hana::type_c<detail::option_traits<Digits, record<V1, E>>::key>;
constexpr auto values = boost::hana::make_map(boost::hana::make_pair(key, 1));

#ifdef BAD_CODE
inline const int rates = recording<Digits, tensors, decltype(values)>({}, values).state<V1, PV>();
#else
inline const int rates = recording<Digits, tensors, decltype(values)>({}, values).state<V1, E>();
#endif
