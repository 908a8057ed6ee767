// As in an area.
// EXPECT: [cortexpr S10] the cells of a type have no subtypes and no positions to share a time constant by; choose tau_mode::per_neuron or tau_mode::per_type
// EXPECT: S10_cell_tau_mode<L1, cortexpr::tau_mode::per_subtype>
#include <cortexpr/dsl.hpp>
using namespace cortexpr;

struct R : excitatory_cells<> {};
struct T4a : excitatory_cells<> {};
#ifdef BAD_CODE
struct L1 : inhibitory_cells<tau<tau_mode::per_subtype, 2.0>> {};
#else
struct L1 : inhibitory_cells<tau<tau_mode::per_type, 2.0>> {};
#endif

struct Motion : connectome<cells<R, L1, T4a>,
    synapses<projects<R, L1>, projects<L1, T4a>>,
    stimulus_to<R>, output_from<T4a>> {};
