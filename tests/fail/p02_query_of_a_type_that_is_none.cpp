// An area is no neuron type, and a constant out of range adds no second error.
// EXPECT: [cortexpr P02] the area has no neuron type of this name
// EXPECT: P02_unknown_neuron_type<V1, V1>
#include <cortexpr/module/recording.hpp>
using namespace cortexpr;

struct E : excitatory<16> {};
struct SST : inhibitory<4, half_density> {};
struct V1 : area<input<1, 28, 28>, neurons<E, SST>,
    connectivity<from<stimulus, 1, 1, 0>, from<E, 1, 1, 1>, from<SST, 1, 0, 0>>,
    output<32>> {};

struct map {  // stands for a tensor
    std::int64_t size(int) const { return 5; }
    map select(int, std::int64_t) const { return {}; }
};
struct tensors { map output; };
const auto values = boost::hana::make_map(
    boost::hana::make_pair(boost::hana::type_c<detail::option_traits<V1, record<E>>::key>, map{}),
    boost::hana::make_pair(boost::hana::type_c<detail::option_traits<V1, record<SST>>::key>, map{}));
const recording<V1, tensors, std::decay_t<decltype(values)>, 5> run({}, values);  // of 5 steps

#ifdef BAD_CODE
inline const map rates = run.query<V1, V1>(subtype<99>{});
#else
inline const map rates = run.query<V1, E>(subtype<9>{});
#endif
