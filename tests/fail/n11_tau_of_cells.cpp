// A cell type, too.
// EXPECT: [cortexpr N11]
// EXPECT: N11_initial_tau<L1, 
#include <cortexpr/dsl.hpp>
using namespace cortexpr;

struct R : excitatory_cells<> {};
struct T4a : excitatory_cells<> {};
#ifdef BAD_CODE
struct L1 : inhibitory_cells<tau<tau_mode::per_type, 0.5>> {};
#else
struct L1 : inhibitory_cells<tau<tau_mode::per_type, 1.5>> {};
#endif

struct Motion : connectome<cells<R, L1, T4a>,
    synapses<projects<R, L1>, projects<L1, T4a>>,
    stimulus_to<R>, output_from<T4a>> {};
