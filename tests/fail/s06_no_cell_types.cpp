// Everything was to come from the file; types are what a declaration says.
// EXPECT: [cortexpr S06] a connectome needs at least one cell type; name them: cells<L1, Mi1>
// EXPECT: S06_no_cell_types<cortexpr::cells<>
#include <cortexpr/dsl.hpp>
using namespace cortexpr;

struct R : excitatory_cells<> {};

struct Whole : connectome<
#ifdef BAD_CODE
    cells<>,
#else
    cells<R>,
#endif
    synapses<as_in_the_file>, stimulus_to<all_cells>, output_from<all_cells>> {};
