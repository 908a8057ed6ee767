// Mi1 is no type of this connectome.
// EXPECT: [cortexpr P21] the connectome has no cell type of this name
// EXPECT: P21_unknown_cell_type<Retina, Mi1>
#include <cortexpr/module/connectome_probes.hpp>
using namespace cortexpr;

struct R : excitatory_cells<> {};
struct L1 : inhibitory_cells<> {};
struct Mi1 : excitatory_cells<> {};
struct Retina : connectome<cells<R, L1>, synapses<projects<R, L1>>, stimulus_to<R>, output_from<L1>> {};

#ifdef BAD_CODE
inline const int type = detail::cell_type_index<Retina, Mi1>();
#else
inline const int type = detail::cell_type_index<Retina, L1>();
#endif
