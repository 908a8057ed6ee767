// EXPECT: [cortexpr F03]
// EXPECT: F03_none_in_chain<L1>
#include <cortexpr/dsl.hpp>
using namespace cortexpr;

struct R : excitatory_cells<> {};
struct T4a : excitatory_cells<> {};
#ifdef BAD_CODE
struct L1 : inhibitory_cells<nonlinearity<chain(activation::relu, activation::none)>> {};
#else
struct L1 : inhibitory_cells<nonlinearity<activation::relu>> {};
#endif

struct Motion : connectome<cells<R, L1, T4a>,
    synapses<projects<R, L1>, projects<L1, T4a>>,
    stimulus_to<R>, output_from<T4a>> {};
