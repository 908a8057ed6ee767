// Photoreceptors of the fly inhibit what hears them; L1 hears nothing else, and has no bias.
// EXPECT: [cortexpr S40] this cell type hears only inhibition, has no bias, and its rates are 0 for a drive below 0
// EXPECT: S40_only_inhibited_cells<L1>
#include <cortexpr/dsl.hpp>
using namespace cortexpr;

struct R : inhibitory_cells<> {};
#ifdef BAD_CODE
struct L1 : excitatory_cells<nonlinearity<activation::relu>, bias<bias_mode::none>> {};
#else
struct L1 : excitatory_cells<nonlinearity<activation::relu>, bias<bias_mode::per_type>> {};
#endif
struct Retina : connectome<cells<R, L1>, synapses<projects<R, L1>, projects<L1, L1>>, stimulus_to<R>, output_from<L1>> {};
