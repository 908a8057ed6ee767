// No nonlinearity at all: wanted for a linear analysis, and then asked for by name.
// EXPECT: [cortexpr S11]
// EXPECT: cut the rates off at 0 with rectified, make the type hybrid_cells, or ask for signed_rates
// EXPECT: S11_negative_cell_nonlinearity<L1, cortexpr::activation::none>
#include <cortexpr/dsl.hpp>
using namespace cortexpr;

struct R : excitatory_cells<> {};
struct T4a : excitatory_cells<> {};
#ifdef BAD_CODE
struct L1 : excitatory_cells<nonlinearity<activation::none>> {};
#else
struct L1 : excitatory_cells<nonlinearity<activation::none>, signed_rates> {};
#endif

struct Motion : connectome<cells<R, L1, T4a>,
    synapses<projects<R, L1>, projects<L1, T4a>>,
    stimulus_to<R>, output_from<T4a>> {};
