#include "rule_texts.hpp"

namespace cortexpr::describe {

std::string_view text_of(rule broken) {
    switch (broken) {
        case rule::no_neuron_types:
            return "has no neuron types; give at least one";
        case rule::repeated_neuron_name:
            return "has the name of a later neuron type of its area; rename one";
        case rule::subtypes:
            return "has no subtypes; give at least 1";
        case rule::initial_tau:
            return "has time constants that start below 1 step, or beyond float32; give 1 or more";
        case rule::initial_tau_draw:
            return "draws its time constants from a range that is none in float32; give the lower bound first, or a "
                   "standard deviation of 0 or more";
        case rule::negative_nonlinearity:
            return "is excitatory or inhibitory, but its nonlinearity can be negative; choose relu, relu6, softplus, "
                   "sigmoid or hard_sigmoid, make it hybrid, or set signed_rates";
        case rule::negative_initial_state:
            return "is excitatory or inhibitory, but starts from normal numbers, half of them negative; start from "
                   "zeros, ones or uniform, make it hybrid, or set signed_rates";
        case rule::superfluous_signed_rates:
            return "is hybrid, whose rates may be negative as it is; set signed_rates to false";
        case rule::half_density:
            return "has half density on a map with a side of 1; give it full density, or the area a larger input";
        case rule::input_size:
            return "has an empty input; give at least 1 channel and a size of at least 1 x 1";
        case rule::output_channels:
            return "has an output without channels; give at least 1";
        case rule::feedback_channels:
            return "has feedback without channels; give at least 1, or null for no feedback";
        case rule::no_output_edge:
            return "has no edge to its output; add one";
        case rule::unused_stimulus:
            return "has no edge from its stimulus; add one";
        case rule::unused_top_down:
            return "has feedback, but no edge from top_down; add one, or make its feedback null";
        case rule::receives_nothing:
            return "receives no edge; connect it, or remove it";
        case rule::hears_no_input:
            return "is reached neither by the stimulus nor by feedback, not even through other types; connect it, or "
                   "remove it";
        case rule::reaches_nothing:
            return "doesn't reach the output, not even through other types; connect it, or remove it";
        case rule::only_inhibited:
            return "hears only inhibition, and its nonlinearity is 0 for a drive below 0, so it stays silent; let "
                   "something excite it, or give it another nonlinearity";
        case rule::only_inhibited_output:
            return "has an output that only inhibition reaches, and its nonlinearity is 0 below 0, so it is always 0; "
                   "let something excite it, or give it another nonlinearity";
        case rule::negative_initial_feedback:
            return "has feedback that is excitatory or inhibitory, but starts from normal numbers, half of them "
                   "negative; start from zeros, ones or uniform, or make it hybrid";
        case rule::small_extent:
            return "has an extent of 0; give 1 or more along both sides";
        case rule::even_extent:
            return "has an even extent, which has no centre; give odd numbers";
        case rule::large_extent:
            return "has an extent larger than the map that it slides over; give a smaller one";
        case rule::few_groups:
            return "has no channel groups; give at least 1";
        case rule::groups_of_source:
            return "has groups that don't divide the channels of its source; give a divisor of them";
        case rule::groups_of_target:
            return "has groups that don't divide the channels of its target; give a divisor of them";
        case rule::chain_length:
            return "chains more nonlinearities than there may be; give at most 4";
        case rule::none_in_chain:
            return "has \"none\" in a chain; leave it out";
        case rule::no_areas:
            return "has no areas; give at least one";
        case rule::repeated_area_name:
            return "has the name of a later area; rename one";
        case rule::channels_between_areas:
            return "has an output of other channels than the next area's input; make them equal";
        case rule::area_delay:
            return "has an area_delay that is neither 0 nor 1; give one of them";
        case rule::feedback_direction:
            return "goes to the same or to a later area; feedback comes from a later area";
        case rule::unheard_feedback:
            return "goes to an area whose feedback is null; give that area's feedback channels and an edge from "
                   "top_down, or remove this";
        case rule::missing_feedback:
            return "hears feedback, but none is sent to it; add one to the network's feedback, or make the area's null";
        case rule::repeated_feedback:
            return "connects two areas that earlier feedback connects; remove one";
        case rule::few_classes:
            return "has fewer than 2 classes; give at least 2";
        case rule::few_targets:
            return "has no targets; give at least 1";
        case rule::hidden_units:
            return "has no hidden units; give at least 1";
        case rule::dropout_range:
            return "has a dropout outside of [0, 1); give a probability below 1";
        case rule::small_readout_pool:
            return "pools to nothing; give a pool_size of at least 1 x 1";
        case rule::large_readout_pool:
            return "pools to more than the last area's map; give a smaller pool_size";
        default:  // about the syntax of C++
            return "breaks a rule of declarations";
    }
}

}  // namespace cortexpr::describe
