#pragma once
// W: what can be wrong with a network of areas.

#include <cortexpr/compiler.hpp>

#include <cortexpr/check/errors/never.hpp>
#include <cortexpr/dsl/network.hpp>

namespace cortexpr::errors {

/// A network is made of areas, and of the options `feedback`, `pool` and `area_delay`.
template <class Part>
struct W01_unknown_network_part {
    static_assert(never<W01_unknown_network_part>,
                  "[cortexpr W01] this is no part of a network; the parts are areas (struct V1 : area<input<...>, ...> "
                  "{};), feedback<>, pool<> and area_delay<>, and a connectome is a network of its own; if an error "
                  "above is about this struct, mend that one first");
};

/// The compiler reads a declaration from top to bottom: an area must be defined before the network that has it.
template <class Name>
struct W02_incomplete_area {
    static_assert(never<W02_incomplete_area>,
                  "[cortexpr W02] network<...> names a struct that has no valid definition before the network; if an "
                  "error above is about this struct, mend that one first, else define it: struct V1 : area<...> {};");
};

/// An area is known by the name of its struct: in feedback, in messages, in tables, files and plots.
template <class Nameless>
struct W03_underived_area {
    static_assert(never<W03_underived_area>,
                  "[cortexpr W03] an area needs a name of its own; derive a struct, write no alias: "
                  "struct V1 : area<...> {};");
};

/// `class` inherits privately unless told otherwise, and then the library can't see what the area declares.
template <class Area>
struct W04_area_inheritance {
    static_assert(never<W04_area_inheritance>,
                  "[cortexpr W04] this area derives from area<...> privately, or from two of them; write struct: "
                  "struct V1 : area<...> {};");
};

/// `pool` and `area_delay` each hold for the whole network.
template <network_part Part>
struct W05_repeated_network_part {
    static_assert(never<W05_repeated_network_part>,
                  "[cortexpr W05] the network is given this option twice; keep one of the two");
};

/// A network without areas computes nothing.
template <class... Parts>
struct W06_no_areas {
    static_assert(never<W06_no_areas>,
                  "[cortexpr W06] a network needs at least one area; name them from the first to the last: "
                  "network<V1, V2>");
};

/// An area stands once in a network. Two areas that are alike are two structs; the second may derive from the first.
template <class Area>
struct W07_repeated_area {
    static_assert(never<W07_repeated_area>,
                  "[cortexpr W07] network<...> names this area twice; name it once, or derive a second struct: "
                  "struct V2 : area<...> {};");
};

/// Tables, files and recordings call an area by the name of its struct without its namespace.
template <class First, class Second>
struct W08_repeated_area_name {
    static_assert(never<W08_repeated_area_name>,
                  "[cortexpr W08] two areas of a network have the same name in different namespaces, and tables and "
                  "files could not tell them apart; rename one");
};

/// Each area reads the output of the one before it. Maps are resized on the way; channels are not.
template <class Area, class Next, int OutputChannels, int InputChannels>
struct W09_channels_between_areas {
    static_assert(never<W09_channels_between_areas>,
                  "[cortexpr W09] an area sends another number of channels than the next one reads (area, next area, "
                  "channels sent, channels read); make output<> of the one and input<> of the other agree");
};

/// An area reads the one before it at the same step, or one step late.
template <int Steps>
struct W10_area_delay {
    static_assert(never<W10_area_delay>,
                  "[cortexpr W10] the delay between areas is 0 or 1 steps; give area_delay<1>, or leave it out");
};

/// Feedback goes from one area of the network to another.
template <class From, class To, class Unknown>
struct W11_unknown_feedback_area {
    static_assert(never<W11_unknown_feedback_area>,
                  "[cortexpr W11] feedback<from, to> names something that is no area of this network (the third); name "
                  "two of its areas, or add it; if an error above is about this struct, mend that one first");
};

/// Feedback goes down the hierarchy: from a later area to an earlier one, heard at the next step. What an area sends
/// itself are the rows of its own neuron types; each area reads the one below in any case.
template <class From, class To>
struct W12_feedback_direction {
    static_assert(never<W12_feedback_direction>,
                  "[cortexpr W12] this feedback (from, to) goes to the same or to a later area; feedback goes from a "
                  "later area to an earlier one: feedback<V2, V1>");
};

/// An area hears feedback only if it says with how many channels, and in its row `top_down` what they reach.
template <class From, class To>
struct W13_unheard_feedback {
    static_assert(never<W13_unheard_feedback>,
                  "[cortexpr W13] this feedback (from, to) goes to an area without feedback_channels; give the area "
                  "feedback_channels<16> and a row from<top_down, ...>, or remove the feedback");
};

/// An area with `feedback_channels` waits for feedback; without any, its row `top_down` would read nothing but zeros.
template <class Area>
struct W14_missing_feedback {
    static_assert(never<W14_missing_feedback>,
                  "[cortexpr W14] this area has feedback_channels, but the network feeds nothing back to it; add "
                  "feedback<later area, this area>, or take feedback_channels out of the area");
};

/// One convolution leads from an area to another; a second one would be the same again.
template <class From, class To>
struct W15_repeated_feedback {
    static_assert(never<W15_repeated_feedback>,
                  "[cortexpr W15] the network has the same feedback (from, to) twice; keep one of the two");
};

/// Feedback is a full convolution from the later area's output to the earlier one's feedback channels.
template <class From, class To, int Groups>
struct W16_feedback_groups {
    static_assert(
        never<From>,
        "[cortexpr W16] feedback has no channel groups (from, to, groups); leave groups out of its edge{...}");
};

}  // namespace cortexpr::errors
