// Numbers of a network that has been refused agree with everything, and its list of edges is empty.
// EXPECT: [cortexpr W12]
// EXPECT: W12_feedback_direction<V1, V2>
#include <cortexpr/dsl.hpp>
#include <cortexpr/schedule/work/work.hpp>
using namespace cortexpr;

struct E : excitatory<16> {};
struct V1 : area<input<1, 28, 28>, feedback_channels<8>, neurons<E>,
    connectivity<from<stimulus, 1, 0>, from<top_down, 1, 0>, from<E, 1, 1>>,
    output<32>> {};
struct V2 : area<input<32, 14, 14>, neurons<E>, connectivity<from<stimulus, 1, 0>, from<E, 1, 1>>, output<64>> {};

#ifdef BAD_CODE
struct Visual : network<V1, V2, feedback<V1, V2>> {};
#else
struct Visual : network<V1, V2, feedback<V2, V1>> {};
#endif
struct Digits : classifier<Visual, classes<10>> {};

static_assert(parameter_count<Visual> < parameter_count<Digits>);
static_assert(forward_flops<Digits, 5> > 1'000'000);
static_assert(planned_forward_flops<Digits, 5> < forward_flops<Digits, 5>);
static_assert(planned_backward_flops<Digits, 5> > planned_forward_flops<Digits, 5> && saved_bytes<Digits, 5> > 1000);
static_assert(1'000'000 >= state_bytes<Digits>);
static_assert(parameter_count<Visual> != 7 && 100 != parameter_count<Visual>);

inline std::int64_t parameters() { return parameter_count<Digits>; }
inline std::size_t edge_count() { return edges<Digits>.size(); }
