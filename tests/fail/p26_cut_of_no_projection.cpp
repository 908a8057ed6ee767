// The projection is declared the other way round.
// EXPECT: [cortexpr P26] the connectome declares no projection from the first of these cell types to the second
// EXPECT: P26_unknown_projection<Retina, L1, R>
#include <cortexpr/module/connectome_probes.hpp>
using namespace cortexpr;

struct R : excitatory_cells<> {};
struct L1 : inhibitory_cells<> {};
struct Retina : connectome<cells<R, L1>, synapses<projects<R, L1>>, stimulus_to<R>, output_from<L1>> {};
struct Any : connectome<cells<R, L1>, synapses<as_in_the_file>, stimulus_to<R>, output_from<L1>> {};

#ifdef BAD_CODE
inline void perturbs() { detail::require_perturbation<Retina, cut<L1, R>>(); }
#else
inline void perturbs() {
    detail::require_perturbation<Retina, cut<R, L1>>();
    detail::require_perturbation<Any, cut<L1, R>>();
}
#endif
