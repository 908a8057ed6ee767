// Written by tests/differential/generate.py; do not edit.
// clang-format off
#include "declared.hpp"

namespace cortexpr::differential {

namespace d1_0079 {
struct A0T0 : excitatory<4, nonlinearity<activation::hard_tanh>, signed_rates,
    tau<tau_mode::per_subtype_spatial>> {};
struct A0T1 : inhibitory<2, nonlinearity<activation::gelu>, signed_rates, tau<tau_mode::spatial>> {};
struct A0T2 : inhibitory<4, nonlinearity<activation::hard_sigmoid>, tau<tau_mode::per_subtype_spatial>> {};
struct A0 : area<input<4, 3, 4>,
    feedback_channels<2>,
    neurons<A0T0, A0T1, A0T2>,
    connectivity<
        from<stimulus, edge{.groups = 4, .nonlinearity = activation::elu, .bias = false},
            edge{.nonlinearity = activation::elu}, edge{.groups = 4, .bias = false}, 0>,
        from<top_down, edge{.groups = 2, .nonlinearity = activation::gelu}, 0, 0, 0>,
        from<A0T0, edge{.extent = {3, 1}, .bias = false}, 0, 0, edge{.extent = {1, 3}}>,
        from<A0T1, edge{.groups = 2, .nonlinearity = activation::gelu, .bias = false}, 0, 0, 0>,
        from<A0T2, edge{.bias = false}, 0, edge{.groups = 4, .nonlinearity = activation::relu, .bias = false}, 0>>,
    output<3, activation::gelu>> {};
struct A1T0 : inhibitory<2, nonlinearity<activation::relu>, tau<tau_mode::per_subtype_spatial>> {};
struct A1T1 : hybrid<2> {};
struct A1T2 : excitatory<4, tau<tau_mode::per_subtype_spatial>> {};
struct A1 : area<input<3, 4, 3>,
    feedback_channels<4>,
    neurons<A1T0, A1T1, A1T2>,
    connectivity<
        from<stimulus, edge{.extent = {3, 1}}, 0, 0, 0>,
        from<top_down, 0, edge{.extent = {1, 1}}, 1, 0>,
        from<A1T0, 0, 0, 0, 1>,
        from<A1T1, edge{.extent = {1, 3}}, 0, 0, 0>,
        from<A1T2, edge{.extent = {3, 1}}, 0, 0, 0>>,
    output<1>> {};
struct A2T0 : inhibitory<4, nonlinearity<activation::silu>, signed_rates, tau<tau_mode::per_type>> {};
struct A2 : area<input<1, 3, 5>,
    feedback_channels<3>,
    neurons<A2T0>,
    connectivity<
        from<stimulus, edge{.extent = {3, 1}}, edge{.bias = false}>,
        from<top_down, edge{.bias = false}, 0>,
        from<A2T0, 0, edge{.groups = 2}>>,
    output<2>> {};
struct A3T0 : excitatory<3, nonlinearity<activation::softplus>, tau<tau_mode::per_type>> {};
struct A3T1 : excitatory<4, tau<tau_mode::per_subtype_spatial>> {};
struct A3 : area<input<2, 5, 4>,
    neurons<A3T0, A3T1>,
    connectivity<
        from<stimulus, edge{.extent = {3, 1}, .nonlinearity = activation::relu},
            edge{.nonlinearity = activation::relu}, edge{.nonlinearity = activation::softplus}>,
        from<A3T0, 1, edge{.extent = {5, 1}}, 1>,
        from<A3T1, 0, edge{.extent = {3, 1}}, 1>>,
    output<4>> {};
struct Net : network<A0, A1, A2, A3, feedback<A1, A0, edge{.nonlinearity = activation::elu}>, feedback<A2,
    A0, edge{.nonlinearity = activation::relu}>, feedback<A3, A0,
    edge{.nonlinearity = activation::softplus}>, feedback<A3, A1, edge{.nonlinearity = activation::sigmoid}>,
    feedback<A3, A2, edge{.extent = {3, 1}, .nonlinearity = activation::tanh}>> {};
struct Head : classifier<Net, classes<5>, hidden<5>, readout_pool<pool_mode::max, 1, 3>> {};
const registered known{"d1_0079", plan_of<Head>, CORTEXPR_DIFFERENTIAL_RUNS, __FILE__, __LINE__};
}  // namespace d1_0079

namespace d1_0094 {
struct A0T0 : hybrid<1, nonlinearity<activation::hard_tanh>, initial_state<fill::ones>> {};
struct A0T1 : hybrid<2, nonlinearity<activation::softplus>, tau<tau_mode::spatial>,
    initial_state<fill::ones>> {};
struct A0 : area<input<4, 4, 4, neuron_class::inhibitory>,
    feedback_channels<2, neuron_class::excitatory>,
    neurons<A0T0, A0T1>,
    connectivity<
        from<stimulus, edge{.extent = {3, 1}}, 1, 0>,
        from<top_down, 1, edge{.extent = {1, 3}, .groups = 2}, 0>,
        from<A0T0, edge{.extent = {1, 1}}, 0, 1>,
        from<A0T1, 1, 0, 0>>,
    output<2>> {};
struct A1T0 : excitatory<2, nonlinearity<activation::none>, signed_rates> {};
struct A1T1 : inhibitory<1, nonlinearity<activation::relu>, tau<tau_mode::spatial>> {};
struct A1 : area<input<2, 5, 4>,
    neurons<A1T0, A1T1>,
    connectivity<
        from<stimulus, edge{.extent = {1, 1}}, edge{.bias = false}, 0>,
        from<A1T0, 0, 1, edge{.extent = {5, 1}}>,
        from<A1T1, 0, 1, 1>>,
    output<1>> {};
struct Net : network<A0, A1, feedback<A1, A0, edge{.extent = {1, 3}, .nonlinearity = activation::sigmoid}>,
    pool<pool_mode::max>, area_delay<1>> {};
const registered known{"d1_0094", plan_of<Net>, CORTEXPR_DIFFERENTIAL_RUNS, __FILE__, __LINE__};
}  // namespace d1_0094

namespace d1_0099 {
struct A0T0 : excitatory<1, tau<tau_mode::spatial>, half_density> {};
struct A0 : area<input<3, 4, 5>,
    feedback_channels<3, neuron_class::excitatory>,
    neurons<A0T0>,
    connectivity<
        from<stimulus, 1, edge{.bias = false}>,
        from<top_down, edge{.bias = false}, 0>,
        from<A0T0, edge{.extent = {1, 1}, .bias = false}, edge{.extent = {1, 3}}>>,
    output<4>> {};
struct A1T0 : inhibitory<4, nonlinearity<activation::softplus>, tau<tau_mode::spatial>, half_density> {};
struct A1T1 : excitatory<1, tau<tau_mode::spatial>> {};
struct A1 : area<input<4, 3, 3, neuron_class::excitatory>,
    neurons<A1T0, A1T1>,
    connectivity<
        from<stimulus, 0, 1, 0>,
        from<A1T0, 0, edge{.extent = {3, 1}}, edge{.extent = {1, 3}, .groups = 2, .nonlinearity = activation::relu6}>,
        from<A1T1, edge{.extent = {3, 1}, .nonlinearity = activation::gelu},
            edge{.nonlinearity = activation::softplus}, edge{.nonlinearity = activation::silu}>>,
    output<4>> {};
struct Net : network<A0, A1, feedback<A1, A0, edge{.nonlinearity = activation::relu6}>> {};
const registered known{"d1_0099", plan_of<Net>, CORTEXPR_DIFFERENTIAL_RUNS, __FILE__, __LINE__};
}  // namespace d1_0099

namespace d1_0214 {
struct A0T0 : excitatory<2, nonlinearity<activation::none>, signed_rates, tau<tau_mode::spatial>> {};
struct A0 : area<input<3, 4, 3, neuron_class::inhibitory>,
    feedback_channels<4, neuron_class::excitatory>,
    neurons<A0T0>,
    connectivity<
        from<stimulus, edge{.nonlinearity = activation::sigmoid}, 1>,
        from<top_down, 1, 0>,
        from<A0T0, 0, edge{.extent = {1, 1}, .groups = 2}>>,
    output<2>> {};
struct A1T0 : excitatory<4> {};
struct A1 : area<input<2, 3, 3, neuron_class::excitatory>,
    feedback_channels<1>,
    neurons<A1T0>,
    connectivity<
        from<stimulus, edge{.nonlinearity = activation::sigmoid}, 0>,
        from<top_down, edge{.nonlinearity = activation::elu, .bias = false}, 0>,
        from<A1T0, 0, edge{.bias = false}>>,
    output<4>> {};
struct A2T0 : excitatory<3, nonlinearity<activation::hard_sigmoid>, half_density> {};
struct A2T1 : hybrid<4, nonlinearity<activation::none>, tau<tau_mode::per_type>> {};
struct A2T2 : hybrid<3, tau<tau_mode::per_type>, half_density> {};
struct A2T3 : hybrid<2, nonlinearity<activation::hard_tanh>, tau<tau_mode::per_type>> {};
struct A2 : area<input<4, 5, 3, neuron_class::inhibitory>,
    feedback_channels<1>,
    neurons<A2T0, A2T1, A2T2, A2T3>,
    connectivity<
        from<stimulus, 1, 0, 0, 1, 0>,
        from<top_down, 0, 0, 0, edge{.extent = {1, 1}}, 0>,
        from<A2T0, 0, 1, edge{.extent = {3, 1}, .groups = 3}, edge{.extent = {5, 1}}, 0>,
        from<A2T1, 0, 0, 0, 0, edge{.extent = {1, 3}, .groups = 4}>,
        from<A2T2, edge{.extent = {1, 1}}, 0, 0, 0, 0>,
        from<A2T3, 0, 0, 0, 0, 1>>,
    output<4, activation::gelu>> {};
struct A3T0 : hybrid<2, nonlinearity<activation::tanh>> {};
struct A3T1 : excitatory<2, tau<tau_mode::per_type>> {};
struct A3 : area<input<4, 5, 5>,
    neurons<A3T0, A3T1>,
    connectivity<
        from<stimulus, 1, 1, 0>,
        from<A3T0, 0, 0, 1>,
        from<A3T1, edge{.bias = false}, 0, 0>>,
    output<2>> {};
struct Net : network<A0, A1, A2, A3, feedback<A1, A0, edge{.nonlinearity = activation::leaky_relu}>,
    feedback<A2, A0, edge{.nonlinearity = activation::tanh}>, feedback<A2, A1,
    edge{.nonlinearity = activation::sigmoid}>, feedback<A3, A0, edge{.nonlinearity = activation::relu}>,
    feedback<A3, A1, edge{.nonlinearity = activation::sigmoid}>, feedback<A3, A2>,
    pool<pool_mode::average>> {};
struct Head : classifier<Net, classes<6>, hidden<8>, readout_pool<pool_mode::average, 2, 3>> {};
const registered known{"d1_0214", plan_of<Head>, CORTEXPR_DIFFERENTIAL_RUNS, __FILE__, __LINE__};
}  // namespace d1_0214

namespace d1_0300 {
struct A0T0 : inhibitory<2> {};
struct A0 : area<input<1, 4, 4>,
    neurons<A0T0>,
    connectivity<
        from<stimulus, 1, edge{.extent = {1, 3}, .bias = false}>,
        from<A0T0, 0, edge{.groups = 2, .bias = false}>>,
    output<2>> {};
const registered known{"d1_0300", plan_of<A0>, CORTEXPR_DIFFERENTIAL_RUNS, __FILE__, __LINE__};
}  // namespace d1_0300

namespace d1_0342 {
struct A0T0 : hybrid<2, nonlinearity<activation::silu>, tau<tau_mode::per_type>> {};
struct A0T1 : inhibitory<2, tau<tau_mode::per_subtype_spatial>> {};
struct A0T2 : inhibitory<3, nonlinearity<activation::relu6>, tau<tau_mode::spatial>, half_density> {};
struct A0T3 : hybrid<4, nonlinearity<activation::elu>, tau<tau_mode::per_subtype_spatial>> {};
struct A0 : area<input<4, 4, 5, neuron_class::inhibitory>,
    feedback_channels<4, neuron_class::inhibitory>,
    neurons<A0T0, A0T1, A0T2, A0T3>,
    connectivity<
        from<stimulus, 0, 1, 0, 1, 0>,
        from<top_down, edge{.extent = {1, 5}}, 0, edge{.extent = {1, 3}}, 1, 0>,
        from<A0T0, 1, 1, 1, 0, edge{.extent = {1, 3}}>,
        from<A0T1, 0, 0, 0, 1, 1>,
        from<A0T2, edge{.extent = {1, 3}}, 1, edge{.extent = {1, 1}}, edge{.extent = {1, 3}}, 0>,
        from<A0T3, edge{.extent = {3, 1}}, 0, 0, 0, 1>>,
    output<2>> {};
struct A1T0 : hybrid<2, nonlinearity<activation::hard_sigmoid>, half_density> {};
struct A1T1 : excitatory<4, nonlinearity<activation::gelu>, signed_rates,
    tau<tau_mode::per_subtype_spatial>> {};
struct A1 : area<input<2, 4, 3, neuron_class::excitatory>,
    feedback_channels<2, neuron_class::inhibitory>,
    neurons<A1T0, A1T1>,
    connectivity<
        from<stimulus, 0, edge{.extent = {1, 1}, .groups = 2, .nonlinearity = activation::sigmoid}, 0>,
        from<top_down, edge{.extent = {3, 1}, .nonlinearity = activation::relu}, 0, 0>,
        from<A1T0, 0, edge{.extent = {3, 1}, .groups = 2}, edge{.groups = 2, .nonlinearity = activation::relu6}>,
        from<A1T1, edge{.nonlinearity = activation::gelu}, 0, 0>>,
    output<4>> {};
struct A2T0 : inhibitory<4, nonlinearity<activation::tanh>, signed_rates, tau<tau_mode::spatial>,
    half_density> {};
struct A2T1 : excitatory<4, nonlinearity<activation::softplus>, tau<tau_mode::per_subtype_spatial>,
    half_density> {};
struct A2T2 : hybrid<1, nonlinearity<activation::hard_sigmoid>> {};
struct A2 : area<input<4, 5, 4>,
    neurons<A2T0, A2T1, A2T2>,
    connectivity<
        from<stimulus, 1, 0, edge{.extent = {5, 1}, .nonlinearity = activation::softplus}, 0>,
        from<A2T0, edge{.extent = {3, 1}, .nonlinearity = activation::tanh}, edge{.extent = {1, 1}, .groups = 2}, 0,
            edge{.extent = {5, 1}, .nonlinearity = activation::silu}>,
        from<A2T1, edge{.extent = {3, 1}, .groups = 4}, 0, 0, 0>,
        from<A2T2, edge{.extent = {3, 1}}, edge{.extent = {5, 1}, .nonlinearity = activation::hard_tanh},
            edge{.extent = {3, 1}, .nonlinearity = activation::hard_sigmoid}, 0>>,
    output<4>> {};
struct Net : network<A0, A1, A2, feedback<A1, A0, edge{.extent = {1, 1}, .nonlinearity = activation::tanh}>,
    feedback<A2, A0, edge{.nonlinearity = activation::gelu}>, feedback<A2, A1,
    edge{.nonlinearity = activation::silu}>, pool<pool_mode::max>> {};
struct Head : classifier<Net, classes<6>, hidden<5>, dropout<0.3>, readout_pool<pool_mode::max, 1, 1>> {};
const registered known{"d1_0342", plan_of<Head>, CORTEXPR_DIFFERENTIAL_RUNS, __FILE__, __LINE__};
}  // namespace d1_0342

namespace d1_0363 {
struct A0T0 : inhibitory<2, tau<tau_mode::spatial>, initial_state<fill::ones>> {};
struct A0T1 : inhibitory<3, tau<tau_mode::per_type>, initial_state<fill::ones>> {};
struct A0T2 : excitatory<1, nonlinearity<activation::elu>, signed_rates, tau<tau_mode::spatial>,
    initial_state<fill::ones>> {};
struct A0 : area<input<2, 5, 4>,
    feedback_channels<4, neuron_class::inhibitory>,
    neurons<A0T0, A0T1, A0T2>,
    connectivity<
        from<stimulus, 1, 0, 1, 0>,
        from<top_down, 0, edge{.nonlinearity = activation::gelu}, 1, 0>,
        from<A0T0, 1, 0, 0, 1>,
        from<A0T1, 0, 0, 1, 0>,
        from<A0T2, 1, 0, 0, 0>>,
    output<4>> {};
struct A1T0 : hybrid<1, nonlinearity<activation::none>, tau<tau_mode::per_type>> {};
struct A1 : area<input<4, 3, 3>,
    neurons<A1T0>,
    connectivity<
        from<stimulus, edge{.nonlinearity = activation::sigmoid, .bias = false}, 0>,
        from<A1T0, 0, edge{.bias = false}>>,
    output<1>> {};
struct Net : network<A0, A1, feedback<A1, A0, edge{.nonlinearity = activation::tanh}>,
    pool<pool_mode::average>, area_delay<1>> {};
struct Head : classifier<Net, classes<2>, hidden<4>, readout_pool<pool_mode::max, 1, 1>> {};
const registered known{"d1_0363", plan_of<Head>, CORTEXPR_DIFFERENTIAL_RUNS, __FILE__, __LINE__};
}  // namespace d1_0363

namespace d1_0381 {
struct A0T0 : hybrid<2, nonlinearity<activation::hard_sigmoid>> {};
struct A0T1 : hybrid<1, nonlinearity<activation::silu>> {};
struct A0 : area<input<1, 4, 5, neuron_class::inhibitory>,
    neurons<A0T0, A0T1>,
    connectivity<
        from<stimulus, edge{.extent = {1, 3}}, edge{.nonlinearity = activation::leaky_relu}, 0>,
        from<A0T0, edge{.nonlinearity = activation::tanh}, edge{.nonlinearity = activation::sigmoid, .bias = false},
            0>,
        from<A0T1, edge{.extent = {3, 5}}, 0, edge{.bias = false}>>,
    output<4, activation::hard_tanh>> {};
const registered known{"d1_0381", plan_of<A0>, CORTEXPR_DIFFERENTIAL_RUNS, __FILE__, __LINE__};
}  // namespace d1_0381

namespace d1_0445 {
struct A0T0 : excitatory<1, nonlinearity<activation::relu>, half_density> {};
struct A0T1 : excitatory<2, nonlinearity<activation::hard_tanh>, signed_rates,
    tau<tau_mode::per_subtype_spatial>> {};
struct A0 : area<input<2, 4, 5, neuron_class::excitatory>,
    neurons<A0T0, A0T1>,
    connectivity<
        from<stimulus, edge{.extent = {1, 3}}, edge{.nonlinearity = activation::sigmoid}, 0>,
        from<A0T0, 0, 0, edge{.extent = {1, 1}, .nonlinearity = activation::hard_sigmoid}>,
        from<A0T1, edge{.nonlinearity = activation::hard_sigmoid}, 0, 0>>,
    output<2>> {};
struct A1T0 : excitatory<1, half_density> {};
struct A1 : area<input<2, 5, 5, neuron_class::inhibitory>,
    neurons<A1T0>,
    connectivity<
        from<stimulus, edge{.extent = {5, 1}}, 0>,
        from<A1T0, edge{.extent = {1, 1}}, 1>>,
    output<4>> {};
struct A2T0 : hybrid<4, nonlinearity<activation::hard_sigmoid>, tau<tau_mode::per_subtype_spatial>> {};
struct A2T1 : excitatory<1, nonlinearity<activation::relu6>, tau<tau_mode::spatial>> {};
struct A2 : area<input<4, 4, 3, neuron_class::excitatory>,
    neurons<A2T0, A2T1>,
    connectivity<
        from<stimulus, edge{.nonlinearity = activation::hard_tanh}, 0, 0>,
        from<A2T0, 0, edge{.nonlinearity = activation::tanh}, 0>,
        from<A2T1, 1, 0, 1>>,
    output<4>> {};
struct A3T0 : inhibitory<2, tau<tau_mode::spatial>> {};
struct A3 : area<input<4, 4, 3, neuron_class::excitatory>,
    neurons<A3T0>,
    connectivity<
        from<stimulus, edge{.extent = {1, 1}}, 0>,
        from<A3T0, edge{.extent = {1, 3}, .groups = 2}, edge{.extent = {3, 1}}>>,
    output<4, activation::tanh>> {};
struct Net : network<A0, A1, A2, A3, pool<pool_mode::average>> {};
struct Head : classifier<Net, classes<2>, hidden<7>, dropout<0.3>, readout_pool<pool_mode::average, 1, 2>> {};
const registered known{"d1_0445", plan_of<Head>, CORTEXPR_DIFFERENTIAL_RUNS, __FILE__, __LINE__};
}  // namespace d1_0445

namespace d1_0449 {
struct A0T0 : inhibitory<2, nonlinearity<activation::silu>, signed_rates, tau<tau_mode::per_type>> {};
struct A0 : area<input<2, 3, 5>,
    feedback_channels<2, neuron_class::excitatory>,
    neurons<A0T0>,
    connectivity<
        from<stimulus, edge{.extent = {1, 3}, .groups = 2, .bias = false}, 0>,
        from<top_down, edge{.extent = {1, 3}, .nonlinearity = activation::sigmoid, .bias = false}, 0>,
        from<A0T0, 0, edge{.groups = 2, .nonlinearity = activation::hard_tanh}>>,
    output<2>> {};
struct A1T0 : excitatory<3, nonlinearity<activation::gelu>, signed_rates, tau<tau_mode::per_type>> {};
struct A1T1 : hybrid<2> {};
struct A1 : area<input<2, 3, 5>,
    feedback_channels<2>,
    neurons<A1T0, A1T1>,
    connectivity<
        from<stimulus, edge{.nonlinearity = activation::tanh, .bias = false}, 0, 0>,
        from<top_down, 1, 1, 0>,
        from<A1T0, 0, 0, edge{.nonlinearity = activation::hard_sigmoid, .bias = false}>,
        from<A1T1, edge{.extent = {1, 3}}, 0, 0>>,
    output<2>> {};
struct A2T0 : inhibitory<4> {};
struct A2T1 : inhibitory<3, tau<tau_mode::per_type>> {};
struct A2 : area<input<2, 3, 4, neuron_class::inhibitory>,
    neurons<A2T0, A2T1>,
    connectivity<
        from<stimulus, 1, edge{.extent = {1, 3}}, 0>,
        from<A2T0, 1, edge{.extent = {1, 3}}, 0>,
        from<A2T1, 0, edge{.extent = {3, 1}}, 1>>,
    output<2>> {};
struct Net : network<A0, A1, A2, feedback<A1, A0, edge{.nonlinearity = activation::softplus}>, feedback<A2,
    A0, edge{.nonlinearity = activation::elu}>, feedback<A2, A1,
    edge{.nonlinearity = activation::hard_sigmoid}>> {};
struct Head : classifier<Net, classes<4>, hidden<2>, readout_pool<pool_mode::average, 3, 3>> {};
const registered known{"d1_0449", plan_of<Head>, CORTEXPR_DIFFERENTIAL_RUNS, __FILE__, __LINE__};
}  // namespace d1_0449

namespace d1_0519 {
struct A0T0 : hybrid<4, nonlinearity<activation::hard_sigmoid>, tau<tau_mode::per_type>, half_density> {};
struct A0T1 : hybrid<4, tau<tau_mode::spatial>> {};
struct A0 : area<input<3, 5, 5, neuron_class::excitatory>,
    feedback_channels<3, neuron_class::excitatory>,
    neurons<A0T0, A0T1>,
    connectivity<
        from<stimulus, edge{.extent = {1, 3}, .bias = false}, 0, 0>,
        from<top_down, edge{.extent = {1, 3}, .bias = false}, edge{.bias = false}, 0>,
        from<A0T0, edge{.bias = false}, edge{.extent = {1, 1}, .groups = 4}, 0>,
        from<A0T1, edge{.groups = 4}, edge{.extent = {5, 5}, .groups = 2, .bias = false}, 1>>,
    output<3>> {};
struct A1T0 : hybrid<4, nonlinearity<activation::hard_tanh>, tau<tau_mode::per_type>> {};
struct A1T1 : excitatory<4> {};
struct A1 : area<input<3, 5, 5, neuron_class::excitatory>,
    feedback_channels<1>,
    neurons<A1T0, A1T1>,
    connectivity<
        from<stimulus, edge{.bias = false}, 0, 0>,
        from<top_down, edge{.extent = {5, 1}, .bias = false}, edge{.extent = {1, 1}, .bias = false}, 0>,
        from<A1T0, 0, 0, edge{.groups = 2}>,
        from<A1T1, 0, 0, edge{.extent = {1, 5}}>>,
    output<2>> {};
struct A2T0 : hybrid<3, nonlinearity<activation::leaky_relu>, tau<tau_mode::per_type>> {};
struct A2T1 : excitatory<1, nonlinearity<activation::hard_sigmoid>, tau<tau_mode::per_subtype_spatial>> {};
struct A2T2 : inhibitory<4, tau<tau_mode::per_type>> {};
struct A2 : area<input<2, 5, 4, neuron_class::inhibitory>,
    neurons<A2T0, A2T1, A2T2>,
    connectivity<
        from<stimulus, 1, 1, 1, 0>,
        from<A2T0, 0, 1, 0, 1>,
        from<A2T1, 1, 0, 0, 0>,
        from<A2T2, 1, 1, 0, 0>>,
    output<4>> {};
struct Net : network<A0, A1, A2, feedback<A1, A0, edge{.extent = {3, 1}, .nonlinearity = activation::relu}>,
    feedback<A2, A0, edge{.nonlinearity = activation::sigmoid}>, feedback<A2, A1, edge{.extent = {5, 3},
    .nonlinearity = activation::elu}>> {};
struct Head : classifier<Net, classes<4>, hidden<4>, readout_pool<pool_mode::average, 2, 2>> {};
const registered known{"d1_0519", plan_of<Head>, CORTEXPR_DIFFERENTIAL_RUNS, __FILE__, __LINE__};
}  // namespace d1_0519

namespace d1_0671 {
struct A0T0 : excitatory<1, nonlinearity<activation::gelu>, signed_rates, tau<tau_mode::spatial>> {};
struct A0T1 : excitatory<1, tau<tau_mode::per_subtype_spatial>> {};
struct A0T2 : excitatory<2, nonlinearity<activation::leaky_relu>, signed_rates, tau<tau_mode::per_type>> {};
struct A0T3 : inhibitory<1, nonlinearity<activation::gelu>, signed_rates, half_density> {};
struct A0 : area<input<3, 5, 3>,
    feedback_channels<1, neuron_class::inhibitory>,
    neurons<A0T0, A0T1, A0T2, A0T3>,
    connectivity<
        from<stimulus, 0, edge{.extent = {5, 3}}, 0, 0, 0>,
        from<top_down, 0, edge{.extent = {1, 1}}, 0, 0, 0>,
        from<A0T0, 0, 0, 1, 0, 0>,
        from<A0T1, 0, 0, 0, 1, 0>,
        from<A0T2, 0, 1, edge{.groups = 2}, 0, edge{.extent = {3, 1}}>,
        from<A0T3, 1, 0, 0, 0, 0>>,
    output<1>> {};
struct A1T0 : hybrid<2, tau<tau_mode::per_type>> {};
struct A1T1 : excitatory<1, nonlinearity<activation::none>, signed_rates,
    tau<tau_mode::per_subtype_spatial>> {};
struct A1T2 : inhibitory<4, tau<tau_mode::per_subtype_spatial>> {};
struct A1 : area<input<1, 4, 5>,
    feedback_channels<2, neuron_class::inhibitory>,
    neurons<A1T0, A1T1, A1T2>,
    connectivity<
        from<stimulus, edge{.extent = {1, 5}, .bias = false}, 1, edge{.extent = {1, 1}, .bias = false}, 1>,
        from<top_down, 0, 0, 0, edge{.extent = {3, 5}, .bias = false}>,
        from<A1T0, edge{.extent = {3, 5}, .bias = false}, 1, 0, edge{.extent = {1, 5}}>,
        from<A1T1, edge{.bias = false}, 0, edge{.bias = false}, 0>,
        from<A1T2, edge{.extent = {1, 1}, .bias = false}, 0, 0, 0>>,
    output<3>> {};
struct A2T0 : excitatory<3, nonlinearity<activation::elu>, signed_rates, tau<tau_mode::per_type>> {};
struct A2T1 : inhibitory<4, nonlinearity<activation::tanh>, signed_rates> {};
struct A2 : area<input<3, 5, 5, neuron_class::inhibitory>,
    feedback_channels<2, neuron_class::excitatory>,
    neurons<A2T0, A2T1>,
    connectivity<
        from<stimulus, 0, edge{.extent = {5, 3}}, 0>,
        from<top_down, edge{.extent = {5, 5}}, edge{.extent = {5, 1}}, 0>,
        from<A2T0, edge{.extent = {1, 5}}, 1, 0>,
        from<A2T1, edge{.extent = {1, 1}}, 1, edge{.extent = {3, 5}}>>,
    output<2, activation::leaky_relu>> {};
struct A3T0 : hybrid<1, tau<tau_mode::per_type>> {};
struct A3T1 : hybrid<2, nonlinearity<activation::hard_tanh>, tau<tau_mode::per_subtype_spatial>> {};
struct A3 : area<input<2, 4, 3, neuron_class::inhibitory>,
    neurons<A3T0, A3T1>,
    connectivity<
        from<stimulus, edge{.nonlinearity = activation::hard_tanh}, 1, 0>,
        from<A3T0, 1, edge{.nonlinearity = activation::relu}, edge{.bias = false}>,
        from<A3T1, 0, edge{.bias = false}, edge{.bias = false}>>,
    output<2>> {};
struct Net : network<A0, A1, A2, A3, feedback<A2, A0, edge{.extent = {5, 1},
    .nonlinearity = activation::leaky_relu}>, feedback<A2, A1, edge{.nonlinearity = activation::tanh}>,
    feedback<A3, A0, edge{.extent = {3, 1}, .nonlinearity = activation::relu6}>, feedback<A3, A1,
    edge{.extent = {3, 5}, .nonlinearity = activation::hard_sigmoid}>, feedback<A3, A2,
    edge{.nonlinearity = activation::elu}>, pool<pool_mode::average>> {};
struct Head : classifier<Net, classes<4>, hidden<2>, readout_pool<pool_mode::average, 1, 1>> {};
const registered known{"d1_0671", plan_of<Head>, CORTEXPR_DIFFERENTIAL_RUNS, __FILE__, __LINE__};
}  // namespace d1_0671

namespace d1_0835 {
struct A0T0 : hybrid<3, nonlinearity<activation::relu>> {};
struct A0T1 : excitatory<2, tau<tau_mode::per_type>> {};
struct A0 : area<input<4, 3, 4>,
    feedback_channels<4, neuron_class::inhibitory>,
    neurons<A0T0, A0T1>,
    connectivity<
        from<stimulus, edge{.nonlinearity = activation::relu}, 1, 0>,
        from<top_down, edge{.nonlinearity = activation::sigmoid}, edge{.bias = false}, 0>,
        from<A0T0, edge{.nonlinearity = activation::softplus, .bias = false}, 0, 1>,
        from<A0T1, 1, 1, edge{.bias = false}>>,
    output<4>> {};
struct A1T0 : excitatory<3, nonlinearity<activation::softplus>, tau<tau_mode::per_subtype_spatial>> {};
struct A1 : area<input<4, 3, 3>,
    feedback_channels<4, neuron_class::excitatory>,
    neurons<A1T0>,
    connectivity<
        from<stimulus, edge{.bias = false}, 1>,
        from<top_down, edge{.bias = false}, 0>,
        from<A1T0, edge{.bias = false}, edge{.nonlinearity = activation::hard_sigmoid}>>,
    output<2, activation::relu>> {};
struct A2T0 : hybrid<4, nonlinearity<activation::relu6>, tau<tau_mode::per_type>> {};
struct A2 : area<input<2, 3, 5>,
    neurons<A2T0>,
    connectivity<
        from<stimulus, edge{.groups = 2}, 0>,
        from<A2T0, 1, edge{.groups = 2}>>,
    output<2>> {};
struct Net : network<A0, A1, A2, feedback<A1, A0, edge{.nonlinearity = activation::hard_tanh}>, feedback<A2,
    A0, edge{.nonlinearity = activation::gelu}>, feedback<A2, A1,
    edge{.nonlinearity = activation::softplus}>, pool<pool_mode::average>> {};
struct Head : classifier<Net, classes<6>, hidden<2>, dropout<0.3>, readout_pool<pool_mode::average, 2, 1>> {};
const registered known{"d1_0835", plan_of<Head>, CORTEXPR_DIFFERENTIAL_RUNS, __FILE__, __LINE__};
}  // namespace d1_0835

namespace d1_0849 {
struct A0T0 : inhibitory<4, nonlinearity<activation::relu>, tau<tau_mode::spatial>, half_density> {};
struct A0T1 : excitatory<4, nonlinearity<activation::gelu>, signed_rates, half_density> {};
struct A0T2 : excitatory<4, tau<tau_mode::per_subtype_spatial>, half_density> {};
struct A0T3 : excitatory<2, tau<tau_mode::spatial>> {};
struct A0 : area<input<2, 5, 4>,
    feedback_channels<2>,
    neurons<A0T0, A0T1, A0T2, A0T3>,
    connectivity<
        from<stimulus, 0, 1, 0, 0, 0>,
        from<top_down, edge{.extent = {5, 1}, .bias = false}, 0, 0, edge{.extent = {3, 1}}, 0>,
        from<A0T0, edge{.extent = {3, 1}, .bias = false}, 0, edge{.extent = {3, 1}, .bias = false}, 0, 0>,
        from<A0T1, 0, edge{.extent = {1, 1}}, edge{.extent = {1, 1}}, 0, 0>,
        from<A0T2, 0, edge{.extent = {1, 1}}, 0, 0, edge{.bias = false}>,
        from<A0T3, 0, 0, edge{.extent = {5, 3}, .bias = false}, 0, edge{.bias = false}>>,
    output<1>> {};
struct A1T0 : excitatory<1, nonlinearity<activation::elu>, signed_rates, tau<tau_mode::spatial>,
    half_density> {};
struct A1T1 : inhibitory<2, nonlinearity<activation::gelu>, signed_rates, tau<tau_mode::spatial>> {};
struct A1 : area<input<1, 4, 3, neuron_class::inhibitory>,
    feedback_channels<4>,
    neurons<A1T0, A1T1>,
    connectivity<
        from<stimulus, edge{.extent = {3, 1}}, 0, 0>,
        from<top_down, edge{.extent = {1, 1}}, edge{.bias = false}, 0>,
        from<A1T0, edge{.extent = {1, 1}}, edge{.extent = {1, 1}, .bias = false}, 0>,
        from<A1T1, edge{.extent = {1, 3}}, 0, edge{.extent = {1, 1}, .bias = false}>>,
    output<2>> {};
struct A2T0 : inhibitory<2, tau<tau_mode::per_type>> {};
struct A2 : area<input<2, 5, 4>,
    neurons<A2T0>,
    connectivity<
        from<stimulus, edge{.nonlinearity = activation::sigmoid, .bias = false}, 1>,
        from<A2T0, edge{.groups = 2}, edge{.nonlinearity = activation::elu, .bias = false}>>,
    output<3>> {};
struct Net : network<A0, A1, A2, feedback<A1, A0, edge{.nonlinearity = activation::silu}>, feedback<A2, A0,
    edge{.nonlinearity = activation::hard_sigmoid}>, feedback<A2, A1,
    edge{.nonlinearity = activation::hard_sigmoid}>, pool<pool_mode::average>, area_delay<1>> {};
struct Head : classifier<Net, classes<3>, hidden<4>, dropout<0.3>, readout_pool<pool_mode::average, 2, 2>> {};
const registered known{"d1_0849", plan_of<Head>, CORTEXPR_DIFFERENTIAL_RUNS, __FILE__, __LINE__};
}  // namespace d1_0849

namespace d1_0869 {
struct A0T0 : hybrid<2, nonlinearity<activation::relu6>, tau<tau_mode::per_type>> {};
struct A0 : area<input<2, 3, 3, neuron_class::inhibitory>,
    neurons<A0T0>,
    connectivity<
        from<stimulus, 1, 0>,
        from<A0T0, 0, edge{.groups = 2}>>,
    output<2, activation::sigmoid>> {};
struct Net : network<A0> {};
struct Head : classifier<Net, classes<2>, hidden<5>, dropout<0.3>, readout_pool<pool_mode::average, 1, 1>> {};
const registered known{"d1_0869", plan_of<Head>, CORTEXPR_DIFFERENTIAL_RUNS, __FILE__, __LINE__};
}  // namespace d1_0869

namespace d1_0894 {
struct A0T0 : hybrid<2, nonlinearity<activation::tanh>> {};
struct A0T1 : excitatory<1, tau<tau_mode::per_subtype_spatial>> {};
struct A0 : area<input<2, 3, 5>,
    feedback_channels<4, neuron_class::inhibitory>,
    neurons<A0T0, A0T1>,
    connectivity<
        from<stimulus, 0, edge{.extent = {3, 1}}, 0>,
        from<top_down, 0, edge{.extent = {3, 1}}, 0>,
        from<A0T0, 1, edge{.extent = {1, 1}, .nonlinearity = activation::hard_tanh}, 0>,
        from<A0T1, edge{.extent = {1, 5}, .nonlinearity = activation::relu6}, 0, edge{.extent = {1, 1}}>>,
    output<2, activation::leaky_relu>> {};
struct A1T0 : hybrid<1, nonlinearity<activation::none>, tau<tau_mode::spatial>> {};
struct A1 : area<input<2, 5, 5>,
    feedback_channels<1, neuron_class::excitatory>,
    neurons<A1T0>,
    connectivity<
        from<stimulus, 0, 1>,
        from<top_down, edge{.extent = {5, 5}}, 0>,
        from<A1T0, 0, edge{.extent = {5, 1}, .nonlinearity = activation::hard_sigmoid}>>,
    output<3>> {};
struct A2T0 : excitatory<2, nonlinearity<activation::gelu>, signed_rates, tau<tau_mode::spatial>> {};
struct A2T1 : hybrid<3, nonlinearity<activation::hard_tanh>> {};
struct A2T2 : excitatory<1, nonlinearity<activation::hard_tanh>, signed_rates> {};
struct A2 : area<input<3, 5, 3, neuron_class::inhibitory>,
    feedback_channels<4>,
    neurons<A2T0, A2T1, A2T2>,
    connectivity<
        from<stimulus, 1, 0, edge{.bias = false}, 0>,
        from<top_down, 0, edge{.bias = false}, 0, 0>,
        from<A2T0, edge{.groups = 2, .bias = false}, 0, 1, edge{.bias = false}>,
        from<A2T1, 1, edge{.groups = 3}, 0, 1>,
        from<A2T2, 1, 1, 1, edge{.bias = false}>>,
    output<1>> {};
struct A3T0 : excitatory<3, nonlinearity<activation::hard_tanh>, signed_rates,
    tau<tau_mode::per_subtype_spatial>, initial_state<fill::ones>> {};
struct A3 : area<input<1, 4, 3, neuron_class::inhibitory>,
    neurons<A3T0>,
    connectivity<
        from<stimulus, 1, 0>,
        from<A3T0, 0, 1>>,
    output<3>> {};
struct Net : network<A0, A1, A2, A3, feedback<A1, A0, edge{.nonlinearity = activation::relu6}>, feedback<A2,
    A0>, feedback<A2, A1, edge{.nonlinearity = activation::silu}>, feedback<A3, A0,
    edge{.nonlinearity = activation::relu}>, feedback<A3, A1,
    edge{.nonlinearity = activation::hard_sigmoid}>, feedback<A3, A2,
    edge{.nonlinearity = activation::silu}>, pool<pool_mode::average>, area_delay<1>> {};
const registered known{"d1_0894", plan_of<Net>, CORTEXPR_DIFFERENTIAL_RUNS, __FILE__, __LINE__};
}  // namespace d1_0894

namespace d1_0918 {
struct A0T0 : inhibitory<1, tau<tau_mode::per_type>> {};
struct A0 : area<input<1, 3, 4, neuron_class::excitatory>,
    neurons<A0T0>,
    connectivity<
        from<stimulus, edge{.nonlinearity = activation::relu6}, 0>,
        from<A0T0, 1, 1>>,
    output<1, activation::sigmoid>> {};
struct Net : network<A0> {};
struct Head : classifier<Net, classes<4>, hidden<5>, dropout<0.3>, readout_pool<pool_mode::max, 2, 1>> {};
const registered known{"d1_0918", plan_of<Head>, CORTEXPR_DIFFERENTIAL_RUNS, __FILE__, __LINE__};
}  // namespace d1_0918

namespace d1_0961 {
struct A0T0 : hybrid<4, nonlinearity<activation::hard_tanh>, tau<tau_mode::per_subtype_spatial>> {};
struct A0T1 : excitatory<2, nonlinearity<activation::gelu>, signed_rates> {};
struct A0T2 : hybrid<4, nonlinearity<activation::softplus>, tau<tau_mode::per_subtype_spatial>> {};
struct A0T3 : hybrid<1, nonlinearity<activation::none>, tau<tau_mode::spatial>> {};
struct A0 : area<input<2, 4, 4>,
    feedback_channels<2>,
    neurons<A0T0, A0T1, A0T2, A0T3>,
    connectivity<
        from<stimulus, edge{.groups = 2}, 0, edge{.extent = {3, 1}, .groups = 2}, edge{.extent = {1, 3}}, 0>,
        from<top_down, edge{.extent = {3, 1}, .nonlinearity = activation::sigmoid}, edge{.extent = {1, 1},
            .groups = 2}, 1, 0, 0>,
        from<A0T0, 0, edge{.nonlinearity = activation::softplus}, 0, edge{.nonlinearity = activation::sigmoid},
            edge{.groups = 4, .nonlinearity = activation::relu6}>,
        from<A0T1, edge{.extent = {1, 1}}, edge{.extent = {1, 3}, .groups = 2}, edge{.extent = {1, 1},
            .nonlinearity = activation::leaky_relu}, edge{.extent = {1, 1}}, edge{.extent = {1, 1},
            .groups = 2}>,
        from<A0T2, edge{.groups = 4}, 0, 0, 1, edge{.groups = 2}>,
        from<A0T3, edge{.nonlinearity = activation::elu}, edge{.extent = {3, 1}}, edge{.extent = {3, 1},
            .nonlinearity = activation::gelu}, edge{.extent = {1, 3}}, edge{.nonlinearity = activation::gelu}>>,
    output<4>> {};
struct A1T0 : hybrid<2, nonlinearity<activation::hard_sigmoid>> {};
struct A1T1 : inhibitory<2, nonlinearity<activation::elu>, signed_rates, tau<tau_mode::per_subtype_spatial>,
    half_density> {};
struct A1 : area<input<4, 4, 4, neuron_class::excitatory>,
    neurons<A1T0, A1T1>,
    connectivity<
        from<stimulus, 0, edge{.groups = 2}, 0>,
        from<A1T0, 0, edge{.extent = {1, 1}}, 0>,
        from<A1T1, edge{.extent = {3, 1}}, edge{.extent = {1, 1}}, edge{.extent = {3, 1}, .groups = 2}>>,
    output<4, activation::sigmoid>> {};
struct Net : network<A0, A1, feedback<A1, A0, edge{.nonlinearity = activation::softplus}>,
    pool<pool_mode::average>> {};
struct Head : classifier<Net, classes<6>, hidden<4>, dropout<0.3>, readout_pool<pool_mode::average, 2, 2>> {};
const registered known{"d1_0961", plan_of<Head>, CORTEXPR_DIFFERENTIAL_RUNS, __FILE__, __LINE__};
}  // namespace d1_0961

namespace d1_0963 {
struct A0T0 : excitatory<1, nonlinearity<activation::hard_tanh>, signed_rates, tau<tau_mode::spatial>> {};
struct A0 : area<input<2, 4, 5>,
    neurons<A0T0>,
    connectivity<
        from<stimulus, edge{.nonlinearity = activation::sigmoid, .bias = false}, 0>,
        from<A0T0, 0, edge{.nonlinearity = activation::leaky_relu}>>,
    output<1>> {};
struct Net : network<A0> {};
struct Head : classifier<Net, classes<4>, hidden<5>, dropout<0.3>, readout_pool<pool_mode::max, 1, 1>> {};
const registered known{"d1_0963", plan_of<Head>, CORTEXPR_DIFFERENTIAL_RUNS, __FILE__, __LINE__};
}  // namespace d1_0963

namespace d1_0987 {
struct A0T0 : excitatory<3, tau<tau_mode::per_subtype_spatial>> {};
struct A0 : area<input<4, 5, 3>,
    feedback_channels<4, neuron_class::inhibitory>,
    neurons<A0T0>,
    connectivity<
        from<stimulus, 1, edge{.groups = 2}>,
        from<top_down, 1, 0>,
        from<A0T0, edge{.extent = {1, 1}, .groups = 3}, 1>>,
    output<2>> {};
struct A1T0 : inhibitory<4, nonlinearity<activation::leaky_relu>, signed_rates, tau<tau_mode::per_type>> {};
struct A1T1 : inhibitory<1, nonlinearity<activation::leaky_relu>, signed_rates,
    tau<tau_mode::per_subtype_spatial>, half_density> {};
struct A1 : area<input<2, 3, 3, neuron_class::excitatory>,
    feedback_channels<2, neuron_class::inhibitory>,
    neurons<A1T0, A1T1>,
    connectivity<
        from<stimulus, edge{.extent = {3, 1}}, 0, 0>,
        from<top_down, 1, 0, 0>,
        from<A1T0, 0, 1, edge{.extent = {3, 1}}>,
        from<A1T1, 1, 0, 0>>,
    output<2>> {};
struct A2T0 : hybrid<2, nonlinearity<activation::relu>, tau<tau_mode::per_subtype_spatial>> {};
struct A2T1 : inhibitory<2, nonlinearity<activation::silu>, signed_rates, tau<tau_mode::per_type>> {};
struct A2 : area<input<2, 3, 3>,
    neurons<A2T0, A2T1>,
    connectivity<
        from<stimulus, 0, edge{.extent = {3, 1}}, 0>,
        from<A2T0, 0, 0, edge{.extent = {1, 3}}>,
        from<A2T1, edge{.extent = {1, 3}, .groups = 2}, 0, 0>>,
    output<2>> {};
struct A3T0 : inhibitory<3, tau<tau_mode::spatial>> {};
struct A3T1 : excitatory<2, tau<tau_mode::per_type>> {};
struct A3 : area<input<2, 3, 5, neuron_class::inhibitory>,
    neurons<A3T0, A3T1>,
    connectivity<
        from<stimulus, 1, edge{.groups = 2}, 0>,
        from<A3T0, 1, 1, edge{.bias = false}>,
        from<A3T1, edge{.bias = false}, 0, 0>>,
    output<2>> {};
struct Net : network<A0, A1, A2, A3, feedback<A1, A0, edge{.extent = {5, 3},
    .nonlinearity = activation::hard_sigmoid}>, feedback<A2, A0,
    edge{.nonlinearity = activation::hard_tanh}>, feedback<A2, A1, edge{.extent = {3, 1},
    .nonlinearity = activation::leaky_relu}>, feedback<A3, A0, edge{.extent = {1, 3},
    .nonlinearity = activation::gelu}>> {};
struct Head : classifier<Net, classes<4>, hidden<4>, dropout<0.3>, readout_pool<pool_mode::average, 3, 3>> {};
const registered known{"d1_0987", plan_of<Head>, CORTEXPR_DIFFERENTIAL_RUNS, __FILE__, __LINE__};
}  // namespace d1_0987

namespace d1_1002 {
struct A0T0 : inhibitory<2, nonlinearity<activation::leaky_relu>, signed_rates, tau<tau_mode::spatial>> {};
struct A0 : area<input<1, 4, 4>,
    feedback_channels<4>,
    neurons<A0T0>,
    connectivity<
        from<stimulus, edge{.extent = {3, 1}, .bias = false}, 0>,
        from<top_down, edge{.extent = {1, 3}, .nonlinearity = activation::tanh}, 0>,
        from<A0T0, 0, edge{.extent = {1, 3}, .nonlinearity = activation::softplus}>>,
    output<4>> {};
struct A1T0 : hybrid<2, initial_state<fill::ones>> {};
struct A1T1 : inhibitory<2, initial_state<fill::ones>> {};
struct A1 : area<input<4, 4, 4, neuron_class::excitatory>,
    feedback_channels<2, neuron_class::inhibitory>,
    neurons<A1T0, A1T1>,
    connectivity<
        from<stimulus, 0, edge{.extent = {1, 3}}, 0>,
        from<top_down, edge{.extent = {1, 1}}, edge{.extent = {3, 1}, .nonlinearity = activation::sigmoid}, 0>,
        from<A1T0, edge{.extent = {1, 3}, .nonlinearity = activation::hard_tanh},
            edge{.nonlinearity = activation::hard_sigmoid}, 0>,
        from<A1T1, 0, 1, edge{.nonlinearity = activation::tanh}>>,
    output<2>> {};
struct A2T0 : excitatory<1, tau<tau_mode::per_type>> {};
struct A2T1 : excitatory<4, nonlinearity<activation::elu>, signed_rates> {};
struct A2 : area<input<2, 4, 4, neuron_class::excitatory>,
    feedback_channels<4, neuron_class::inhibitory>,
    neurons<A2T0, A2T1>,
    connectivity<
        from<stimulus, 0, edge{.extent = {1, 1}}, 0>,
        from<top_down, edge{.extent = {1, 3}}, 1, 0>,
        from<A2T0, 0, edge{.extent = {1, 3}}, edge{.extent = {1, 1}}>,
        from<A2T1, 1, 0, 0>>,
    output<2>> {};
struct A3T0 : inhibitory<3, nonlinearity<activation::hard_sigmoid>, tau<tau_mode::per_subtype_spatial>> {};
struct A3T1 : excitatory<2, nonlinearity<activation::gelu>, signed_rates, tau<tau_mode::spatial>> {};
struct A3T2 : hybrid<3, tau<tau_mode::per_type>, half_density> {};
struct A3T3 : excitatory<3, tau<tau_mode::spatial>> {};
struct A3 : area<input<2, 3, 5, neuron_class::excitatory>,
    neurons<A3T0, A3T1, A3T2, A3T3>,
    connectivity<
        from<stimulus, edge{.extent = {1, 5}}, 0, edge{.extent = {1, 5}}, edge{.extent = {1, 3}}, 0>,
        from<A3T0, 1, edge{.extent = {1, 3}}, 0, 0, 0>,
        from<A3T1, 0, 0, edge{.extent = {1, 1}}, 0, edge{.extent = {1, 5}}>,
        from<A3T2, 0, edge{.extent = {3, 1}}, 0, edge{.extent = {1, 5}}, 1>,
        from<A3T3, 0, 0, 0, 1, edge{.extent = {3, 5}}>>,
    output<4, activation::softplus>> {};
struct Net : network<A0, A1, A2, A3, feedback<A1, A0, edge{.nonlinearity = activation::silu}>, feedback<A2,
    A0, edge{.nonlinearity = activation::tanh}>, feedback<A3, A0, edge{.nonlinearity = activation::tanh}>,
    feedback<A3, A1, edge{.nonlinearity = activation::sigmoid}>, feedback<A3, A2,
    edge{.nonlinearity = activation::softplus}>, pool<pool_mode::average>> {};
struct Head : classifier<Net, classes<4>, hidden<3>, dropout<0.3>, readout_pool<pool_mode::average, 3, 1>> {};
const registered known{"d1_1002", plan_of<Head>, CORTEXPR_DIFFERENTIAL_RUNS, __FILE__, __LINE__};
}  // namespace d1_1002

namespace d1_1088 {
struct A0T0 : hybrid<3, nonlinearity<activation::gelu>, tau<tau_mode::per_type>> {};
struct A0 : area<input<1, 3, 3>,
    feedback_channels<2, neuron_class::inhibitory>,
    neurons<A0T0>,
    connectivity<
        from<stimulus, 1, 0>,
        from<top_down, 1, 0>,
        from<A0T0, 1, 1>>,
    output<4>> {};
struct A1T0 : inhibitory<2, nonlinearity<activation::hard_tanh>, signed_rates, tau<tau_mode::spatial>,
    initial_state<fill::ones>> {};
struct A1 : area<input<4, 5, 5>,
    neurons<A1T0>,
    connectivity<
        from<stimulus, 1, edge{.extent = {1, 1}}>,
        from<A1T0, 0, edge{.extent = {5, 5}, .bias = false}>>,
    output<3>> {};
struct A2T0 : hybrid<2, nonlinearity<activation::none>, tau<tau_mode::per_type>> {};
struct A2 : area<input<3, 3, 3, neuron_class::inhibitory>,
    neurons<A2T0>,
    connectivity<
        from<stimulus, edge{.bias = false}, 0>,
        from<A2T0, 0, edge{.extent = {1, 1}, .nonlinearity = activation::relu, .bias = false}>>,
    output<4>> {};
struct Net : network<A0, A1, A2, feedback<A1, A0>, pool<pool_mode::average>, area_delay<1>> {};
struct Head : classifier<Net, classes<2>, hidden<7>, dropout<0.3>, readout_pool<pool_mode::average, 2, 2>> {};
const registered known{"d1_1088", plan_of<Head>, CORTEXPR_DIFFERENTIAL_RUNS, __FILE__, __LINE__};
}  // namespace d1_1088

namespace d1_1145 {
struct A0T0 : inhibitory<4, nonlinearity<activation::leaky_relu>, signed_rates, tau<tau_mode::spatial>> {};
struct A0T1 : hybrid<4, tau<tau_mode::per_type>> {};
struct A0 : area<input<2, 3, 3, neuron_class::excitatory>,
    feedback_channels<2>,
    neurons<A0T0, A0T1>,
    connectivity<
        from<stimulus, 0, edge{.nonlinearity = activation::elu, .bias = false}, edge{.groups = 2,
            .nonlinearity = activation::hard_sigmoid}>,
        from<top_down, 0, edge{.groups = 2, .nonlinearity = activation::softplus}, 0>,
        from<A0T0, 0, 0, edge{.nonlinearity = activation::tanh, .bias = false}>,
        from<A0T1, edge{.groups = 2}, 0, 0>>,
    output<4>> {};
struct A1T0 : hybrid<1, nonlinearity<activation::elu>, tau<tau_mode::per_type>, half_density> {};
struct A1T1 : hybrid<2> {};
struct A1 : area<input<4, 3, 3, neuron_class::inhibitory>,
    neurons<A1T0, A1T1>,
    connectivity<
        from<stimulus, edge{.extent = {1, 1}}, edge{.nonlinearity = activation::relu}, 0>,
        from<A1T0, 0, 0, edge{.bias = false}>,
        from<A1T1, 0, 1, edge{.extent = {1, 1}}>>,
    output<4, activation::hard_sigmoid>> {};
struct Net : network<A0, A1, feedback<A1, A0, edge{.extent = {3, 1},
    .nonlinearity = activation::leaky_relu}>, area_delay<1>> {};
const registered known{"d1_1145", plan_of<Net>, CORTEXPR_DIFFERENTIAL_RUNS, __FILE__, __LINE__};
}  // namespace d1_1145

namespace d1_1169 {
struct A0T0 : inhibitory<2, nonlinearity<activation::hard_tanh>, signed_rates> {};
struct A0T1 : excitatory<1, tau<tau_mode::per_subtype_spatial>> {};
struct A0T2 : hybrid<2, nonlinearity<activation::relu6>, tau<tau_mode::per_subtype_spatial>> {};
struct A0T3 : hybrid<1, tau<tau_mode::spatial>> {};
struct A0 : area<input<4, 4, 4, neuron_class::inhibitory>,
    feedback_channels<1>,
    neurons<A0T0, A0T1, A0T2, A0T3>,
    connectivity<
        from<stimulus, 0, 0, 0, edge{.nonlinearity = activation::relu6}, 0>,
        from<top_down, edge{.nonlinearity = activation::hard_sigmoid}, 0,
            edge{.nonlinearity = activation::hard_tanh}, edge{.extent = {1, 3},
            .nonlinearity = activation::hard_sigmoid}, 0>,
        from<A0T0, 0, 0, 0, 0, edge{.nonlinearity = activation::relu6}>,
        from<A0T1, 0, edge{.extent = {3, 1}}, 0, 0, edge{.extent = {1, 1}}>,
        from<A0T2, 0, 0, 1, edge{.extent = {1, 1}, .nonlinearity = activation::elu}, 0>,
        from<A0T3, 0, edge{.extent = {3, 1}}, 0, 0, edge{.extent = {1, 1}, .nonlinearity = activation::gelu}>>,
    output<2>> {};
struct A1T0 : inhibitory<4, nonlinearity<activation::relu>> {};
struct A1 : area<input<2, 3, 3, neuron_class::inhibitory>,
    neurons<A1T0>,
    connectivity<
        from<stimulus, edge{.extent = {1, 3}}, 0>,
        from<A1T0, 0, 1>>,
    output<4>> {};
struct Net : network<A0, A1, feedback<A1, A0, edge{.extent = {1, 3}}>, pool<pool_mode::average>,
    area_delay<1>> {};
const registered known{"d1_1169", plan_of<Net>, CORTEXPR_DIFFERENTIAL_RUNS, __FILE__, __LINE__};
}  // namespace d1_1169

namespace d1_1254 {
struct A0T0 : excitatory<1, nonlinearity<activation::elu>, signed_rates> {};
struct A0T1 : hybrid<3, tau<tau_mode::per_subtype_spatial>> {};
struct A0 : area<input<4, 5, 5, neuron_class::inhibitory>,
    neurons<A0T0, A0T1>,
    connectivity<
        from<stimulus, edge{.extent = {1, 1}}, 1, 1>,
        from<A0T0, edge{.extent = {5, 5}}, 1, edge{.extent = {5, 1}}>,
        from<A0T1, edge{.extent = {3, 1}}, 1, edge{.extent = {1, 3}}>>,
    output<1>> {};
struct A1T0 : hybrid<4, nonlinearity<activation::tanh>, tau<tau_mode::spatial>> {};
struct A1T1 : inhibitory<4, nonlinearity<activation::hard_sigmoid>, tau<tau_mode::per_type>, half_density> {};
struct A1T2 : inhibitory<2, nonlinearity<activation::relu>, tau<tau_mode::spatial>, half_density> {};
struct A1 : area<input<1, 3, 4>,
    neurons<A1T0, A1T1, A1T2>,
    connectivity<
        from<stimulus, edge{.bias = false}, edge{.nonlinearity = activation::elu}, edge{.extent = {1, 1},
            .nonlinearity = activation::silu, .bias = false}, 0>,
        from<A1T0, edge{.nonlinearity = activation::relu6}, edge{.extent = {1, 1}, .bias = false}, 0,
            edge{.extent = {1, 3}, .groups = 2}>,
        from<A1T1, edge{.extent = {1, 3}, .nonlinearity = activation::elu, .bias = false}, 0, edge{.extent = {1, 1},
            .bias = false}, 0>,
        from<A1T2, 0, edge{.extent = {1, 1}, .groups = 2, .bias = false}, edge{.extent = {1, 1}}, 0>>,
    output<4>> {};
struct Net : network<A0, A1, pool<pool_mode::average>, area_delay<1>> {};
struct Head : classifier<Net, classes<2>, hidden<2>, readout_pool<pool_mode::max, 1, 1>> {};
const registered known{"d1_1254", plan_of<Head>, CORTEXPR_DIFFERENTIAL_RUNS, __FILE__, __LINE__};
}  // namespace d1_1254

}  // namespace cortexpr::differential
