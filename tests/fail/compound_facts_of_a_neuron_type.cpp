// Facts are asked of what is declared as a whole.
// EXPECT: [cortexpr] this type is no area, network, connectome, classifier or regressor
// EXPECT: not_a_declaration<E>
#include <cortexpr/dsl.hpp>
using namespace cortexpr;

struct E : excitatory<16> {};
struct V1 : area<input<1, 28, 28>, neurons<E>, connectivity<from<stimulus, 1, 0>, from<E, 1, 1>>, output<32>> {};

#ifdef BAD_CODE
using Asked = E;
#else
using Asked = V1;
#endif
static_assert(parameter_count<Asked> > 0);
