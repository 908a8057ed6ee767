// Which of the two holds?
// EXPECT: [cortexpr S17]
// EXPECT: S17_repeated_connectome_part<cortexpr::connectome_part::weights>
#include <cortexpr/dsl.hpp>
using namespace cortexpr;

struct R : excitatory_cells<> {};
struct L1 : inhibitory_cells<> {};
struct T4a : excitatory_cells<> {};

struct Motion : connectome<cells<R, L1, T4a>,
    synapses<projects<R, L1>, projects<L1, T4a>>,
#ifdef BAD_CODE
    stimulus_to<R>, output_from<T4a>, weights<weight_mode::frozen>, weights<weight_mode::scaled_counts>> {};
#else
    stimulus_to<R>, output_from<T4a>, weights<weight_mode::scaled_counts>> {};
#endif
