// The rules of connectomes (S): parts, synapses, stimulus, output, reach; asked without firing an error. Compiling is
// passing.
#include <cortexpr/dsl.hpp>

using namespace cortexpr;

namespace {

struct R : excitatory_cells<> {};
struct L1 : inhibitory_cells<> {};
struct Mi1 : excitatory_cells<> {};
struct T4a : excitatory_cells<> {};
struct E : excitatory<16> {};
struct V1 : area<input<1, 28, 28>, neurons<E>, connectivity<from<stimulus, 1, 0>, from<E, 1, 1>>, output<32>> {};
struct only_declared;

using chain_of_types = synapses<projects<R, L1>, projects<L1, Mi1>, projects<Mi1, T4a>>;
using types = cells<R, L1, Mi1, T4a>;
static_assert(wirable<connectome<types, chain_of_types, stimulus_to<R>, output_from<T4a>>>);

// Parts, in any order.
template <class... Parts>
inline constexpr rule broken = broken_rule<connectome<Parts...>>;
using retina = stimulus_to<R>;
using motion = output_from<T4a>;
static_assert(broken<weights<weight_mode::frozen>, motion, retina, chain_of_types, types> == rule::none);
static_assert(broken<types, chain_of_types, retina, motion, classes<4>> == rule::unknown_connectome_part);
static_assert(broken<types, chain_of_types, retina, output<32>> == rule::unknown_connectome_part);
static_assert(broken<neurons<E>, chain_of_types, retina, motion> == rule::unknown_connectome_part);
static_assert(broken<R, types, chain_of_types, retina, motion> == rule::unknown_connectome_part);
static_assert(broken<types, as_in_the_file, retina, motion> == rule::unknown_connectome_part);
static_assert(broken<types, projects<R, L1>, retina, motion> == rule::unknown_connectome_part);
static_assert(broken<types, chain_of_types, retina, all_cells> == rule::unknown_connectome_part);
static_assert(broken<V1> == rule::unknown_connectome_part && broken<only_declared> == rule::unknown_connectome_part);
static_assert(broken<int&> == rule::unknown_connectome_part && broken<void> == rule::unknown_connectome_part);
static_assert(broken<> == rule::missing_connectome_part);
static_assert(broken<chain_of_types, retina, motion> == rule::missing_connectome_part);
static_assert(broken<types, retina, motion> == rule::missing_connectome_part);
static_assert(broken<types, chain_of_types, motion> == rule::missing_connectome_part);
static_assert(broken<types, chain_of_types, retina> == rule::missing_connectome_part);
static_assert(broken<types, types, chain_of_types, retina, motion> == rule::repeated_connectome_part);
static_assert(broken<types, chain_of_types, chain_of_types, retina, motion> == rule::repeated_connectome_part);
static_assert(broken<types, chain_of_types, retina, dense_stimulus_to<8, L1>, motion> ==
              rule::repeated_connectome_part);
static_assert(broken<types, chain_of_types, retina, motion, sparse_output_from<8, R>> ==
              rule::repeated_connectome_part);
static_assert(
    broken<types, chain_of_types, retina, motion, weights<weight_mode::frozen>, weights<weight_mode::per_synapse>> ==
    rule::repeated_connectome_part);

// Synapses.
template <class... Rows>
inline constexpr rule broken_by = broken<types, synapses<Rows...>, stimulus_to<all_cells>, output_from<all_cells>>;
struct R8 : R {};
static_assert(broken_by<projects<R, L1, Mi1>, projects<Mi1, T4a>> == rule::none);
static_assert(broken_by<as_in_the_file> == rule::none);
static_assert(broken_by<projects<R, R>> == rule::none);  // cells of one type among each other
static_assert(broken_by<projects<R, L1>, projects<R, Mi1>, projects<L1, R>> == rule::none);
static_assert(broken_by<> == rule::no_synapses);
static_assert(broken_by<R, L1> == rule::not_a_projection);
static_assert(broken_by<from<R, 1>> == rule::not_a_projection);
static_assert(broken_by<projects<R, L1>, void> == rule::not_a_projection);
static_assert(broken_by<projects<>> == rule::not_a_projection);
static_assert(broken_by<as_in_the_file, projects<R, L1>> == rule::in_the_file_beside_projections);
static_assert(broken_by<projects<R, L1>, as_in_the_file> == rule::in_the_file_beside_projections);
static_assert(broken_by<as_in_the_file, as_in_the_file> == rule::in_the_file_beside_projections);
static_assert(broken_by<projects<R8, L1>> == rule::unknown_presynaptic_type);  // derived from R, but a type of its own
static_assert(broken_by<projects<const R, L1>> == rule::unknown_presynaptic_type);
static_assert(broken_by<projects<only_declared, L1>> == rule::unknown_presynaptic_type);
static_assert(broken_by<projects<int, L1>> == rule::unknown_presynaptic_type);
static_assert(broken_by<projects<R>> == rule::projection_without_target);
static_assert(broken_by<projects<R, L1, R8>> == rule::unknown_postsynaptic_type);
static_assert(broken_by<projects<R, only_declared>> == rule::unknown_postsynaptic_type);
static_assert(broken_by<projects<R, projects<L1, Mi1>>> == rule::unknown_postsynaptic_type);
static_assert(broken_by<projects<R, L1, Mi1, L1>> == rule::repeated_projection);
static_assert(broken_by<projects<R, L1>, projects<L1, R>, projects<R, L1>> == rule::repeated_projection);
static_assert(broken_by<projects<all_cells, L1>> == rule::all_cells_in_projection);
static_assert(broken_by<projects<R, L1, all_cells>> == rule::all_cells_in_projection);

// Stimulus and output: of each kind, to some types or to all cells.
template <class Stimulus, class Output = output_from<all_cells>>
inline constexpr rule broken_between = broken<types, synapses<as_in_the_file>, Stimulus, Output>;
template <class... Stimuli>
inline constexpr bool stimuli = ((broken_between<Stimuli> == rule::none) && ...);
template <class... Outputs>
inline constexpr bool outputs = ((broken_between<retina, Outputs> == rule::none) && ...);
static_assert(stimuli<stimulus_to<R>, stimulus_to<T4a, R>, stimulus_to<all_cells>, dense_stimulus_to<1, R>,
                      dense_stimulus_to<784, all_cells>, sparse_stimulus_to<8, R, L1>>);
static_assert(outputs<output_from<R>, output_from<T4a, R>, dense_output_from<1, T4a>, dense_output_from<10, all_cells>,
                      sparse_output_from<8, R, L1>>);

static_assert(broken_between<stimulus_to<>> == rule::no_stimulated_types);
static_assert(broken_between<dense_stimulus_to<8>> == rule::no_stimulated_types);
static_assert(broken_between<stimulus_to<R, R8>> == rule::unknown_stimulated_type);
static_assert(broken_between<stimulus_to<V1>> == rule::unknown_stimulated_type);
static_assert(broken_between<sparse_stimulus_to<8, only_declared>> == rule::unknown_stimulated_type);
static_assert(broken_between<stimulus_to<R, L1, R>> == rule::repeated_stimulated_type);
static_assert(broken_between<dense_stimulus_to<0, R>> == rule::stimulus_size);
static_assert(broken_between<sparse_stimulus_to<-8, all_cells>> == rule::stimulus_size);
static_assert(broken_between<dense_stimulus_to<>> == rule::stimulus_size);
static_assert(broken_between<dense_stimulus_to<2'000'000'000, R>> == rule::stimulus_size);
static_assert(broken_between<stimulus_to<all_cells, R>> == rule::all_cells_beside_types);
static_assert(broken_between<dense_stimulus_to<8, R, all_cells>> == rule::all_cells_beside_types);
static_assert(broken_between<stimulus_to<all_cells, all_cells>> == rule::all_cells_beside_types);

static_assert(broken_between<retina, output_from<>> == rule::no_output_types);
static_assert(broken_between<retina, sparse_output_from<8>> == rule::no_output_types);
static_assert(broken_between<retina, output_from<R8>> == rule::unknown_output_type);
static_assert(broken_between<retina, dense_output_from<8, T4a, int>> == rule::unknown_output_type);
static_assert(broken_between<retina, output_from<T4a, R, T4a>> == rule::repeated_output_type);
static_assert(broken_between<retina, dense_output_from<0, T4a>> == rule::output_size);
static_assert(broken_between<retina, sparse_output_from<>> == rule::output_size);
static_assert(broken_between<retina, dense_output_from<1'000'001, T4a>> == rule::output_size);
static_assert(broken_between<retina, output_from<T4a, all_cells>> == rule::all_cells_beside_types);
static_assert(broken_between<retina, output_from<all_cells, T4a>> == rule::all_cells_beside_types);

// Reach, as far as the declaration knows.
template <class Stimulus, class Output, class... Rows>
inline constexpr rule broken_reach = broken<types, synapses<Rows...>, Stimulus, Output>;
template <class... Rows>
inline constexpr rule broken_path = broken_reach<retina, motion, Rows...>;
static_assert(broken_path<projects<R, L1, Mi1>, projects<L1, T4a>, projects<Mi1, T4a>> == rule::none);
static_assert(broken_path<projects<T4a, T4a>, projects<Mi1, T4a>, projects<L1, Mi1>, projects<R, L1>> == rule::none);
static_assert(broken_reach<stimulus_to<R, L1>, output_from<T4a, Mi1>, projects<R, T4a>, projects<L1, Mi1>> ==
              rule::none);
static_assert(broken_reach<stimulus_to<all_cells>, motion, projects<R, T4a>, projects<L1, T4a>, projects<Mi1, T4a>> ==
              rule::none);
static_assert(broken_path<projects<R, T4a>, projects<L1, T4a>, projects<Mi1, T4a>> == rule::cell_type_hears_nothing);
static_assert(broken_path<projects<R, L1, Mi1>, projects<L1, Mi1>, projects<Mi1, L1>> == rule::cell_type_hears_nothing);
static_assert(broken_path<projects<R, T4a>, projects<L1, L1, Mi1>, projects<Mi1, T4a>> ==
              rule::cell_type_hears_no_stimulus);
static_assert(broken_path<projects<R, T4a>, projects<L1, Mi1>, projects<Mi1, L1, T4a>> ==
              rule::cell_type_hears_no_stimulus);
static_assert(broken_path<projects<R, L1, Mi1, T4a>, projects<Mi1, T4a>> == rule::cell_type_reaches_nothing);
static_assert(broken_path<projects<R, L1, T4a>, projects<L1, Mi1>, projects<Mi1, L1>> ==
              rule::cell_type_reaches_nothing);
static_assert(broken_path<projects<R, L1>, projects<L1, Mi1>, projects<Mi1, R>, projects<T4a, R>> ==
              rule::cell_type_hears_nothing);
static_assert(broken_path<as_in_the_file> == rule::none);

// Inhibition alone silences rectified rates that no bias can lift, unless it can turn into excitation.
using unbiased = bias<bias_mode::none>;
struct Rectified : excitatory_cells<nonlinearity<activation::relu>, unbiased> {};
struct Cut_off : excitatory_cells<nonlinearity<activation::tanh>, rectified, unbiased> {};
struct Lifted : excitatory_cells<nonlinearity<activation::relu>, bias<bias_mode::per_type>> {};
struct Started : excitatory_cells<nonlinearity<activation::relu>, initial_state<fill::ones>, unbiased> {};
struct Dark : inhibitory_cells<> {};
struct Signed_dark : inhibitory_cells<nonlinearity<activation::tanh>, signed_rates> {};
template <class Source, class Target, class... More>
inline constexpr rule broken_silence = broken<cells<Source, Target>, synapses<projects<Source, Target>, More...>,
                                              stimulus_to<Source>, output_from<Target>>;
static_assert(broken_silence<Dark, Rectified> == rule::only_inhibited_cells);
static_assert(broken_silence<Dark, Cut_off> == rule::only_inhibited_cells);
static_assert(broken_silence<Dark, Rectified, projects<Rectified, Rectified>> == rule::only_inhibited_cells);
static_assert(broken_silence<Dark, Lifted> == rule::none && broken_silence<Dark, L1> == rule::none);
static_assert(broken_silence<Dark, Started, projects<Started, Started>> == rule::none);
static_assert(broken_silence<Signed_dark, Rectified> == rule::none && broken_silence<R, Rectified> == rule::none);
static_assert(broken<cells<Dark, Rectified>, synapses<projects<Dark, Rectified>>, stimulus_to<all_cells>,
                     output_from<Rectified>> == rule::none);
static_assert(
    broken<cells<Dark, Rectified, Cut_off>,
           synapses<projects<Dark, Rectified, Cut_off>, projects<Rectified, Cut_off>, projects<Cut_off, Rectified>>,
           stimulus_to<Dark>, output_from<Rectified>> == rule::only_inhibited_cells);

// A part that stands inside of another is told before the one that is missing.
static_assert(broken<cells<R, L1, synapses<projects<R, L1>>>, retina, motion> == rule::not_a_cell_type);
static_assert(broken<types, synapses<projects<R, L1>, retina, motion>> == rule::not_a_projection);
static_assert(broken<types, synapses<projects<R, L1, retina>>, motion> == rule::unknown_postsynaptic_type);
static_assert(broken<types, chain_of_types, stimulus_to<R, motion>> == rule::unknown_stimulated_type);
static_assert(broken<types, chain_of_types, output_from<T4a, retina>> == rule::unknown_output_type);
static_assert(broken<types, chain_of_types, stimulus_to<all_cells>> == rule::missing_connectome_part);

// One cell type that is driven and read, beside none.
static_assert(broken<cells<R>, synapses<projects<R, R>>, retina, output_from<R>> == rule::none);

// With a readout; a refused connectome has been told of already.
struct Motion : connectome<types, chain_of_types, retina, motion> {};
struct Renamed : Motion {};
class private_connectome : connectome<types, chain_of_types, retina, motion> {};
using refused = connectome<types, chain_of_types, retina>;
template <class... Parts>
inline constexpr rule broken_head = broken_rule<classifier<Motion, Parts...>>;
static_assert(wirable<Motion> && wirable<Renamed> && Motion::wired && broken_rule<Renamed> == rule::none);
static_assert(broken_head<classes<4>, hidden<512>, dropout<0.5>> == rule::none);
static_assert(wirable<classifier<Renamed, classes<4>>>);
static_assert(wirable<classifier<connectome<types, chain_of_types, retina, motion>, classes<4>>>);
static_assert(broken_head<> == rule::missing_classes && broken_head<classes<1>> == rule::few_classes);
static_assert(broken_head<classes<4>, weights<weight_mode::frozen>> == rule::unknown_classifier_part);
static_assert(broken_head<classes<4>, hidden<0>> == rule::hidden_units);
static_assert(broken_head<classes<4>, readout_pool<pool_mode::max>> == rule::readout_pool_of_connectome);
static_assert(broken_rule<classifier<private_connectome, classes<4>>> == rule::network_inheritance);
static_assert(broken_rule<classifier<R, classes<4>>> == rule::not_a_network);
static_assert(broken_rule<classifier<types, classes<4>>> == rule::not_a_network);
static_assert(!wirable<refused> && broken_rule<refused> == rule::missing_connectome_part);

// Areas and connectomes are families of their own.
static_assert(broken_rule<network<Motion>> == rule::unknown_network_part);
static_assert(broken_rule<network<V1, Motion>> == rule::unknown_network_part);
static_assert(broken<types, chain_of_types, retina, motion, Motion> == rule::unknown_connectome_part);

}  // namespace
