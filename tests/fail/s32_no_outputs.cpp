// EXPECT: [cortexpr S32] there are 1 to 1,000,000 outputs; give their number first, as in dense_output_from<10, T4a>
// EXPECT: S32_output_size<cortexpr::dense_output_from<-1, T4a>
#include <cortexpr/dsl.hpp>
using namespace cortexpr;

struct R : excitatory_cells<> {};
struct L1 : inhibitory_cells<> {};
struct T4a : excitatory_cells<> {};

struct Motion : connectome<cells<R, L1, T4a>,
    synapses<projects<R, L1>, projects<L1, T4a>>,
#ifdef BAD_CODE
    stimulus_to<R>, dense_output_from<-1, T4a>> {};
#else
    stimulus_to<R>, dense_output_from<10, T4a>> {};
#endif
