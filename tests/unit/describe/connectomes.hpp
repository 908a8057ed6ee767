#pragma once
// Connectomes that are described and declared anew: every option and kind of part stands in one of them.

#include <cortexpr/dsl.hpp>
#include <cortexpr/plan/connectome.hpp>

namespace view_test {

using namespace cortexpr;

struct Eye : excitatory_cells<no_tau> {};
struct Lamina : inhibitory_cells<tau<tau_mode::per_type, 2.0>, nonlinearity<activation::relu>> {};
struct Medulla : hybrid_cells<bias<bias_mode::per_type, 0.25>> {};
struct Pathway : connectome<cells<Eye, Lamina, Medulla>,
                            synapses<projects<Eye, Lamina>, projects<Lamina, Medulla>, projects<Medulla, Lamina>>,
                            dense_stimulus_to<5, Eye>, output_from<Medulla>, weights<weight_mode::scaled_counts>> {};
struct Sides : classifier<Pathway, classes<2>, hidden<6>> {};
struct Whole : connectome<cells<Eye>, synapses<as_in_the_file>, stimulus_to<all_cells>, output_from<all_cells>> {};

struct Tm : excitatory_cells<nonlinearity<chain(activation::elu, activation::tanh)>, rectified,
                             tau<tau_mode::per_neuron, uniform_draw{1.5, 4}>, bias<bias_mode::none>,
                             initial_state<fill::uniform>> {};
struct Am : inhibitory_cells<nonlinearity<activation::tanh>, signed_rates,
                             tau<tau_mode::per_neuron, normal_draw{3, 0.5}>, bias<bias_mode::per_neuron, -1e-3>> {};
struct Lobe
    : connectome<cells<Eye, Tm, Am>, synapses<projects<Eye, Tm, Am>, projects<Tm, Am, Tm>, projects<Am, Tm>>,
                 sparse_stimulus_to<7, Eye, Tm>, dense_output_from<3, Am, Tm>, weights<weight_mode::per_type_pair>> {};
struct Bearing : regressor<Lobe, targets<2>, hidden<9>, dropout<0.25>> {};

}  // namespace view_test
