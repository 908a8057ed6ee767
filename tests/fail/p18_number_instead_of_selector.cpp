// Which number is it? Its position does not say.
// EXPECT: [cortexpr P18] query(...) takes at_step{3}
// EXPECT: P18_not_a_selector<int>
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
inline const map rates = run.query<V1, E>(3);
#else
inline const map rates = run.query<V1, E>(at_step{3});
#endif
