// Both would be called PV in tables and files.
// EXPECT: [cortexpr N07] two neuron types of an area have the same name in different namespaces
// EXPECT: N07_repeated_neuron_name<superficial::PV, deep::PV>
#include <cortexpr/dsl.hpp>
using namespace cortexpr;

struct E : excitatory<16> {};
namespace superficial {
struct PV : inhibitory<4> {};
}  // namespace superficial
namespace deep {
struct PV : inhibitory<4> {};
struct deep_PV : inhibitory<4> {};
}  // namespace deep

#ifdef BAD_CODE
using other = deep::PV;
#else
using other = deep::deep_PV;
#endif

struct V1 : area<input<1, 28, 28>, neurons<E, superficial::PV, other>,
    connectivity<
        from<stimulus,        1, 1, 1, 0>,
        from<E,               1, 1, 1, 1>,
        from<superficial::PV, 1, 0, 0, 0>,
        from<other,           1, 0, 0, 0>>,
    output<32>> {};
