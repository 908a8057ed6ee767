// The plans of connectomes, and one of the size of the fly's motion pathway.
#include <cortexpr/dsl.hpp>
#include <cortexpr/module/names.hpp>

#include <utility>

using namespace cortexpr;

namespace {

struct R : excitatory_cells<nonlinearity<activation::relu>, bias<bias_mode::none>> {};
struct L1 : inhibitory_cells<tau<tau_mode::per_type, 2.0>, bias<bias_mode::per_type, 0.5>> {};
struct Mi1 : hybrid_cells<nonlinearity<activation::tanh>, rectified, initial_state<fill::uniform>> {};
struct T4a
    : excitatory_cells<nonlinearity<activation::tanh>, signed_rates, tau<tau_mode::per_neuron, uniform_draw{1, 5}>> {};
struct Motion
    : connectome<output_from<T4a, Mi1>, synapses<projects<R, L1, Mi1>, projects<Mi1, T4a, R>, projects<L1, T4a>>,
                 cells<R, L1, Mi1, T4a>, weights<weight_mode::scaled_counts>, dense_stimulus_to<8, L1, R>> {};
constexpr plan::connectome motion = plan_of<Motion>;

// Cell types are known by their names; parameters have none.
struct Turns : classifier<Motion, classes<4>> {};
struct Stranger : excitatory_cells<> {};
static_assert(names_type<Motion, R> && names_type<Turns, T4a>);
static_assert(!names_type<Motion, Stranger> && !names_type<Motion, Motion, R> && !names_type<Motion>);
static_assert(!names_parameter<Motion, R> && !names_parameter<Turns, weight_of<R, L1>>);

// Types in the order of cells<...>.
static_assert(motion.name == "Motion" && motion.types.size() == 4);
static_assert(motion.types[0].name == "R" && motion.types[1].name == "L1" && motion.types[3].name == "T4a");
static_assert(motion.types[0].kind == neuron_class::excitatory && motion.types[1].kind == neuron_class::inhibitory);
static_assert(motion.types[2].kind == neuron_class::hybrid);
static_assert(motion.types[0].nonlinearity == activation::relu && motion.types[1].nonlinearity == activation::sigmoid);
static_assert(motion.types[0].bias == bias_mode::none && motion.types[1].bias == bias_mode::per_type);
static_assert(motion.types[1].initial_bias == 0.5 && motion.types[2].bias == bias_mode::per_neuron);
static_assert(motion.types[1].tau == tau_mode::per_type && motion.types[1].initial_tau == tau_start(2.0));
static_assert(motion.types[0].tau == tau_mode::per_neuron && motion.types[0].initial_tau == tau_start(1.0));
static_assert(motion.types[3].initial_tau == tau_start(uniform_draw{1, 5}));
static_assert(motion.types[2].initial_state == fill::uniform && motion.types[0].initial_state == fill::zeros);
static_assert(motion.types[2].rectified && !motion.types[3].rectified);
static_assert(motion.types[3].signed_rates && motion.types[2].signed_rates && !motion.types[0].signed_rates);
static_assert(plan::has_signed_rates(motion.types[3]) && plan::has_signed_rates(motion.types[2]));
static_assert(!plan::has_signed_rates(motion.types[0]) && !plan::has_signed_rates(motion.types[1]));

// Connections row by row, each as indices of types.
constexpr bool connects(std::size_t at, int presynaptic, int postsynaptic) {
    return motion.connections[at] == type_pair{presynaptic, postsynaptic};
}
static_assert(!motion.any_synapses && motion.connections.size() == 5);
static_assert(connects(0, 0, 1) && connects(1, 0, 2) && connects(2, 2, 3) && connects(3, 2, 0) && connects(4, 1, 3));
static_assert(motion.weights == weight_mode::scaled_counts);

// Stimulus and output in the order in which they name types.
static_assert(motion.stimulus.kind == projection_kind::dense && motion.stimulus.size == 8);
static_assert(motion.stimulus.types.size() == 2 && motion.stimulus.types[0] == 1 && motion.stimulus.types[1] == 0);
static_assert(motion.output.kind == projection_kind::one_to_one && motion.output.size == 0);
static_assert(motion.output.types.size() == 2 && motion.output.types[0] == 3 && motion.output.types[1] == 2);
static_assert(!motion.has_readout());

// All cells, and whatever the file connects.
struct Whole
    : connectome<cells<R, L1>, synapses<as_in_the_file>, stimulus_to<all_cells>, sparse_output_from<10, all_cells>> {};
constexpr plan::connectome whole = plan_of<Whole>;
static_assert(whole.any_synapses && whole.connections.empty() && whole.weights == weight_mode::per_synapse);
static_assert(whole.stimulus.kind == projection_kind::one_to_one && whole.stimulus.types.empty());
static_assert(whole.output.kind == projection_kind::sparse && whole.output.size == 10 && whole.output.types.empty());

// A readout of as many features as there are outputs, where the declaration says how many.
struct Directions : classifier<Motion, classes<4>, hidden<64>, dropout<0.25>> {};
struct Digits : classifier<Whole, classes<10>> {};
constexpr plan::connectome directions = plan_of<Directions>;
static_assert(directions.name == "Directions" && directions.has_readout() && directions.types.size() == 4);
static_assert(directions.connections.size() == 5 && directions.weights == weight_mode::scaled_counts);
static_assert(directions.readout.classes == 4 && directions.readout.hidden == 64);
static_assert(directions.readout.dropout == 0.25 && directions.readout.features == 0);
static_assert(plan_of<Digits>.readout.hidden == 512 && plan_of<Digits>.readout.features == 10);

struct Speed : regressor<Motion, targets<1>, hidden<32>> {};
constexpr plan::connectome speed = plan_of<Speed>;
static_assert(speed.is_regressor() && !directions.is_regressor() && speed.readout.classes == 1);

// The size of a measured type graph: 65 types, 605 connections between them.
template <int Index>
struct type : excitatory_cells<tau<tau_mode::per_type>> {};
constexpr int all_types = 65;
template <int Index, class Targets>
struct row;
template <int Index, int... Targets>
struct row<Index, std::integer_sequence<int, Targets...>> {
    using projection = projects<type<Index>, type<(Index + 7 * Targets + 1) % all_types>...>;
};
template <int Index>
using row_of = typename row<Index, std::make_integer_sequence<int, (Index < 20 ? 10 : 9)>>::projection;
template <class Indices>
struct pathway;
template <int... Indices>
struct pathway<std::integer_sequence<int, Indices...>> {
    using declared = connectome<cells<type<Indices>...>, synapses<row_of<Indices>...>, stimulus_to<type<0>, type<1>>,
                                output_from<type<64>>>;
};
struct Pathway : pathway<std::make_integer_sequence<int, all_types>>::declared {};
static_assert(plan_of<Pathway>.types.size() == 65 && plan_of<Pathway>.connections.size() == 605);
static_assert(plan_of<Pathway>.types[64].name == "type<64>");
static_assert(plan_of<Pathway>.connections[604].presynaptic == 64);

}  // namespace
