// rectified cuts the negative half of tanh off, and inhibition reaches no other.
// EXPECT: [cortexpr S40]
// EXPECT: S40_only_inhibited_cells<L1>
#include <cortexpr/dsl.hpp>
using namespace cortexpr;

#ifdef BAD_CODE
struct R : inhibitory_cells<> {};
#else
struct R : hybrid_cells<> {};
#endif
struct L1 : excitatory_cells<nonlinearity<activation::tanh>, rectified, bias<bias_mode::none>> {};
struct Retina : connectome<cells<R, L1>, synapses<projects<R, L1>>, stimulus_to<R>, output_from<L1>> {};
