// A position is a row and a column already.
// EXPECT: [cortexpr P17] this fixes what another argument of query(...) has fixed before
// EXPECT: cortexpr::position<10, 12>
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
inline const map rates = run.query<V1, E>(at_row{10}, position<10, 12>{});
#else
inline const map rates = run.query<V1, E>(at_row{10}, column<12>{});
#endif
