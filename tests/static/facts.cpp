// Constexpr facts of the digits example's network, and of an area with every refinement.

#include "digits.hpp"

using namespace digits_example;

static_assert(V1::wired && Digits::wired);
static_assert(parameter_count<Digits> == 25'290);
static_assert(parameter_count<Digits> - parameter_count<V1> == 32 * 256 + 256 + 256 * 10 + 10);
static_assert(state_bytes<Digits> == 2 * 16 * 28 * 28 * 4);
static_assert(state_bytes<Digits, double> == 2 * state_bytes<Digits>);
static_assert(edges<Digits>.size() == 7);
static_assert(plan_of<Digits>.name == "Digits" && plan_of<Digits>.areas[0].name == "V1");
static_assert(plan_of<Digits>.types[0].name == "E" && plan_of<Digits>.types[1].name == "I");
static_assert(plan_of<V1>.name == "V1" && !plan_of<V1>.has_readout());

// One step: stimulus into both types, four recurrent edges, E into the output; then the readout.
constexpr std::int64_t positions = 28 * 28;
constexpr std::int64_t readout = 2 * (32 * 256 + 256 * 10);
static_assert(forward_flops<Digits, 1> == 2 * 9 * positions * (2 * 16 + 4 * 16 * 16 + 16 * 32) + readout);
static_assert(forward_flops<Digits, 5> == 2 * 9 * positions * (5 * (2 * 16 + 4 * 16 * 16) + 16 * 32) + readout);

// Signs, bounds and positions of the edges.
constexpr const plan::edge& inhibition = edges<Digits>[5];
static_assert(inhibition.row == 2 && inhibition.column == 0 && inhibition.sign == -1 && inhibition.non_negative);
static_assert(edges<Digits>[0].sign == 1 && !edges<Digits>[0].non_negative);  // the stimulus is hybrid
static_assert(edges<Digits>[4].to_output() && edges<Digits>[4].postsynaptic == -1);

// State-dict keys as the reference spells them.
constexpr std::string_view key_of(int parameter) {
    return plan_of<Digits>.parameters[static_cast<std::size_t>(parameter)].name;
}
static_assert(key_of(inhibition.weight) == "rnn.areas.0.convs.2->0.0.weight");
static_assert(key_of(edges<Digits>[4].bias) == "rnn.areas.0.out_convs.1->out.0.bias");
static_assert(key_of(plan_of<Digits>.types[1].tau_parameter) == "rnn.areas.0.tau.1");
static_assert(key_of(plan_of<Digits>.readout.weight[1]) == "readout.4.weight");

// Every refinement at its position.
struct Pyr : excitatory<8, nonlinearity<activation::softplus>, tau<tau_mode::per_subtype_spatial, 2.0>> {};
struct PV : inhibitory<4, half_density, tau<tau_mode::spatial>> {};
struct Mix : hybrid<2, nonlinearity<activation::tanh>, tau<tau_mode::per_type>, initial_state<fill::normal>> {};
struct Column
    : area<input<3, 9, 7, neuron_class::excitatory>, neurons<Pyr, PV, Mix>,
           connectivity<  //  Pyr  PV  Mix  output
               from<stimulus, edge{.extent = {5, 3}, .bias = false}, 1, 1, 0>,
               from<Pyr, 1, edge{.groups = 4, .nonlinearity = activation::relu}, 1, 1>, from<PV, 1, 1, 0, 0>,  //
               from<Mix, 0, 0, 1, edge{.extent = {1, 1}}>>,
           output<6, activation::relu>> {};

constexpr plan::network column = plan_of<Column>;
constexpr plan::map_shape full_grid{8, 9, 7}, half_grid{4, 5, 4};
static_assert(column.types[0].shape == full_grid && column.types[1].shape == half_grid);
static_assert(column.areas[0].output_nonlinearity == activation::relu);
static_assert(column.types[0].initial_tau == tau_start(2.0) && column.types[2].initial_state == fill::normal);

constexpr const plan::edge& edge_at(int row, int to) {
    for (const auto& edge : column.edges)
        if (edge.row == row && edge.column == to) return edge;
    return column.edges[99];  // not a constant expression: no such edge
}
static_assert(edge_at(0, 0).non_negative && edge_at(0, 0).bias == -1 && edge_at(0, 0).extent.height == 5);
static_assert(edge_at(0, 1).stride == 2 && !edge_at(0, 1).upsample);  // full grid into the half one
static_assert(edge_at(1, 1).groups == 4 && edge_at(1, 1).nonlinearity == activation::relu);
static_assert(edge_at(2, 0).stride == 1 && edge_at(2, 0).upsample);   // and back
static_assert(edge_at(2, 1).stride == 1 && !edge_at(2, 1).upsample);  // within the half grid
static_assert(!edge_at(3, 2).non_negative && edge_at(3, 2).sign == 1);

constexpr std::array<int, 4> weight_shape(const plan::edge& edge) {
    return column.parameters[static_cast<std::size_t>(edge.weight)].shape;
}
static_assert(weight_shape(edge_at(1, 1)) == std::array{4, 2, 3, 3});
static_assert(weight_shape(edge_at(0, 0)) == std::array{8, 3, 5, 3});
constexpr std::array<int, 4> tau_shape(std::size_t type) {
    return column.parameters[static_cast<std::size_t>(column.types[type].tau_parameter)].shape;
}
static_assert(tau_shape(0) == std::array{1, 8, 9, 7});
static_assert(tau_shape(1) == std::array{1, 1, 5, 4});  // on the half grid
static_assert(tau_shape(2) == std::array{1, 1, 1, 1});

// A readout that declares no pooling: the reference's from 32 output channels on, else as much of the map as 7 x 7.
constexpr auto pooling_of = [](const plan::readout& head) {
    return pooling{.mode = head.pool, .height = head.pool_height, .width = head.pool_width};
};
template <int Channels, int Height, int Width>
struct Sender
    : area<input<1, Height, Width>, neurons<E>, connectivity<from<stimulus, 1, 0>, from<E, 1, 1>>, output<Channels>> {};
template <int Channels, int Height, int Width, class... Parts>
struct Reader : classifier<network<Sender<Channels, Height, Width>>, classes<4>, Parts...> {};
static_assert(pooling_of(plan_of<Reader<32, 9, 9>>.readout) == pooling{pool_mode::max, 1, 1});
static_assert(pooling_of(plan_of<Reader<31, 9, 8>>.readout) == pooling{pool_mode::average, 7, 7});
static_assert(pooling_of(plan_of<Reader<2, 3, 20>>.readout) == pooling{pool_mode::average, 3, 7});
static_assert(plan_of<Reader<2, 3, 20>>.readout.features == 2 * 3 * 7);
static_assert(pooling_of(plan_of<Reader<2, 9, 9, readout_pool<pool_mode::max>>>.readout) ==
              pooling{pool_mode::max, 1, 1});

// Two areas with feedback: keys, shapes, and parts of the arrays.
struct Low : area<input<1, 8, 8>, neurons<E, I>, feedback_channels<3, neuron_class::inhibitory>,
                  connectivity<from<stimulus, 1, 1, 0>, from<top_down, 1, 0, 0>, from<E, 1, 1, 1>, from<I, 1, 1, 0>>,
                  output<5>> {};
struct High : area<input<5, 4, 4>, neurons<E>, connectivity<from<stimulus, 1, 0>, from<E, 1, 1>>, output<2>> {};
struct Two : network<Low, High, feedback<High, Low, edge{.extent = {5, 3}, .nonlinearity = activation::sigmoid}>,
                     pool<pool_mode::average>, area_delay<1>> {};
constexpr plan::network two = plan_of<Two>;
static_assert(two.areas.size() == 2 && two.types.size() == 3 && two.area_delay == 1 && two.pool == pool_mode::average);
static_assert(two.feedback[0].from == 1 && two.feedback[0].to == 0 && two.feedback[0].output.channels == 3);
static_assert(std::string_view(two.parameters[static_cast<std::size_t>(two.feedback[0].bias)].name) ==
              "feedback_convs.1->0.1.bias");
static_assert(two.edges_of(two.areas[1]).size() == 3 && two.edges_of(two.areas[1])[1].presynaptic == 2);
static_assert(two.edges[2].from == plan::edge::source::top_down && two.edges[2].sign == -1);
// What edges read: the stimulus of their step; feedback and states of the step before, but an output those of its own;
// the area above hears the output of the area below late.
constexpr auto delay = [](std::size_t edge) { return plan::delay_of(two, two.edges[edge]); };
static_assert(delay(0) == 0 && delay(2) == 1 && delay(3) == 1 && delay(5) == 0 && two.edges[5].to_output());
static_assert(delay(8) == 1 && two.edges[8].from == plan::edge::source::stimulus && two.edges[8].area == 1);
static_assert(plan::source_step(two, two.edges[3], 1) == 0 && plan::source_step(two, two.edges[5], 3) == 3);
