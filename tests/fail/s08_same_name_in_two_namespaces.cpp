// The left and the right L1 have one label.
// EXPECT: [cortexpr S08] two cell types of a connectome have the same name in different namespaces
// EXPECT: S08_repeated_cell_name<L1, right::L1>
#include <cortexpr/dsl.hpp>
using namespace cortexpr;

struct R : excitatory_cells<> {};
struct L1 : inhibitory_cells<> {};
struct T4a : excitatory_cells<> {};
#ifdef BAD_CODE
namespace right {
struct L1 : inhibitory_cells<> {};
}
using second = right::L1;
#else
struct L1_right : inhibitory_cells<> {};
using second = L1_right;
#endif

struct Motion : connectome<cells<R, L1, second, T4a>,
    synapses<projects<R, L1, second>, projects<L1, T4a>, projects<second, T4a>>,
    stimulus_to<R>, output_from<T4a>> {};
