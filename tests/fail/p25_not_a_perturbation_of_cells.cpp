// Steps are asked of a run; what is asked of all runs is how they are perturbed.
// EXPECT: [cortexpr P25] perturb(...) of a connectome takes silence<T>{}
// EXPECT: P25_not_a_perturbation_of_cells<Retina, cortexpr::record_states>
#include <cortexpr/module/connectome_probes.hpp>
using namespace cortexpr;

struct R : excitatory_cells<> {};
struct L1 : inhibitory_cells<> {};
struct Retina : connectome<cells<R, L1>, synapses<projects<R, L1>>, stimulus_to<R>, output_from<L1>> {};

struct net {  // stands for a model, whose header brings LibTorch
    template <class... Perturbations>
    void perturb(Perturbations...) {
        (detail::require_perturbation<Retina, Perturbations>(), ...);
    }
};

#ifdef BAD_CODE
inline void perturbs() { net().perturb(silence<L1>{}, record_states{}); }
#else
inline void perturbs() {
    net().perturb(silence<L1>{}, cut<R, L1>{}, scale_edge<R, L1>{}, inject<R>{}, noise<R>{}, clamp<R>{},
                  freeze_tau<R>{});
}
#endif
