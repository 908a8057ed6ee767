// Parameters are float32, which ends at 3.4e38.
// EXPECT: [cortexpr S14]
// EXPECT: must start from a finite number (in float32)
// EXPECT: S14_initial_bias<L1,
#include <cortexpr/dsl.hpp>
using namespace cortexpr;

struct R : excitatory_cells<> {};
#ifdef BAD_CODE
struct L1 : inhibitory_cells<bias<bias_mode::per_type, -1e300>> {};
#else
struct L1 : inhibitory_cells<bias<bias_mode::per_type, -1e38>> {};
#endif
struct Retina : connectome<cells<R, L1>, synapses<projects<R, L1>>, stimulus_to<R>, output_from<L1>> {};
