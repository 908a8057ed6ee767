// A cell type, but neither excitatory nor inhibitory nor hybrid.
// EXPECT: [cortexpr S01] cells<...> names something that is no cell type; declare it as one: struct L1 : inhibitory_cells<> {};
// EXPECT: S01_not_a_cell_type<L1>
#include <cortexpr/dsl.hpp>
using namespace cortexpr;

struct R : excitatory_cells<> {};
struct T4a : excitatory_cells<> {};
#ifdef BAD_CODE
struct L1 {
    static constexpr int count = 750;
};
#else
struct L1 : inhibitory_cells<> {};
#endif

struct Motion : connectome<cells<R, L1, T4a>,
    synapses<projects<R, L1>, projects<L1, T4a>>,
    stimulus_to<R>, output_from<T4a>> {};
