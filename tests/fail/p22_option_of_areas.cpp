// Areas record by type, connectomes all cells at once.
// EXPECT: [cortexpr P22] this is no option of a connectome's run
// EXPECT: P22_option_of_areas<Retina, cortexpr::record<L1
#include <cortexpr/module/connectome_probes.hpp>
using namespace cortexpr;

struct R : excitatory_cells<> {};
struct L1 : inhibitory_cells<> {};
struct Retina : connectome<cells<R, L1>, synapses<projects<R, L1>>, stimulus_to<R>, output_from<L1>> {};

struct net {  // stands for a model, whose header brings LibTorch
    void run(record_states) {}
    template <class Option>
    void run(Option) {
        detail::refuse_option<Retina, Option>();
    }
};

#ifdef BAD_CODE
inline void runs() { net().run(record<L1>{}); }
#else
inline void runs() { net().run(record_states{}); }
#endif
