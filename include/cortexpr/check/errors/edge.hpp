#pragma once
// E: what can be wrong with an edge. Source and target are neuron types, `stimulus`, `top_down` or the area's output;
// for a feedback edge they are the two areas.

#include <cortexpr/compiler.hpp>

#include <cortexpr/check/errors/never.hpp>

namespace cortexpr::errors {

/// The matrix says who talks to whom. Whether that excites or inhibits is the class of the source: all edges of an
/// inhibitory type subtract.
template <class Source, class Target, long long Cell>
struct E01_negative_cell {
    static_assert(never<E01_negative_cell>,
                  "[cortexpr E01] a cell of the matrix is negative (source, target, cell), but the sign belongs to the "
                  "source's class; write 1, and make the source inhibitory where it should subtract");
};

/// A cell is 0, 1 or `edge{...}`; strengths are learned.
template <class Source, class Target, long long Cell>
struct E02_other_number {
    static_assert(never<E02_other_number>,
                  "[cortexpr E02] a cell of the matrix is neither 0 nor 1 (source, target, cell); write 1 for an edge "
                  "(its strength is learned), 0 for none, or edge{...} for one with options");
};

/// As E02, for something that is not a number.
template <class Source, class Target>
struct E03_not_a_cell {
    static_assert(
        never<E03_not_a_cell>,
        "[cortexpr E03] a cell of the matrix is neither a number nor an edge (source, target); write 1, 0, or "
        "edge{.extent = {5, 5}}");
};

/// A kernel covers at least its own position.
template <class Source, class Target, int Height, int Width>
struct E04_small_extent {
    static_assert(never<E04_small_extent>,
                  "[cortexpr E04] the extent of this edge (source, target, height, width) has a side below 1; give odd "
                  "sides of at least 1: edge{.extent = {3, 3}}");
};

/// A kernel is centred on its target's position, so its sides are odd. An even one would shift the map by half a
/// position and change its size.
template <class Source, class Target, int Height, int Width>
struct E05_even_extent {
    static_assert(never<E05_even_extent>,
                  "[cortexpr E05] the extent of this edge (source, target, height, width) has an even side, and a "
                  "kernel needs a centre; give odd sides: edge{.extent = {5, 5}}");
};

/// A kernel larger than the map it slides over holds weights that mostly meet the padding. Between two half-density
/// types the map is the half grid; everywhere else it is the area's own.
template <class Source, class Target, int Height, int Width, int MapHeight, int MapWidth>
struct E06_large_extent {
    static_assert(
        never<E06_large_extent>,
        "[cortexpr E06] the extent of this edge is larger than the map it slides over (source, target, "
        "extent, map); give a smaller one, edge{.extent = {1, 1}}, or mend the area's input<channels, height, width>");
};

/// One group is a full convolution.
template <class Source, class Target, int Groups>
struct E07_few_groups {
    static_assert(never<E07_few_groups>,
                  "[cortexpr E07] an edge has at least one channel group (source, target, groups); give groups = 1 or "
                  "more");
};

/// Each group reads an equal share of the source's channels.
template <class Source, class Target, int Groups, int SourceChannels>
struct E08_groups_of_source {
    static_assert(never<E08_groups_of_source>,
                  "[cortexpr E08] the edge's groups do not divide the channels of its source (source, target, groups, "
                  "channels); choose a divisor, or change the number of channels");
};

/// Each group feeds an equal share of the target's channels.
template <class Source, class Target, int Groups, int TargetChannels>
struct E09_groups_of_target {
    static_assert(never<E09_groups_of_target>,
                  "[cortexpr E09] the edge's groups do not divide the channels of its target (source, target, groups, "
                  "channels); choose a divisor, or change the number of channels");
};

/// As N12, for the synapse: what leaves an excitatory type only adds, and what leaves an inhibitory one only subtracts
/// (Dale's law). The nonlinearities by name, and chains of them, keep it so; one of one's own says so itself.
template <class Source, class Target, auto Custom>
struct E10_negative_edge_nonlinearity {
    static_assert(
        never<E10_negative_edge_nonlinearity>,
        "[cortexpr E10] this edge of an excitatory or inhibitory type has a nonlinearity of your own that may turn its "
        "sign (source, target, nonlinearity); if it is never below 0 for what is not, say keeps_sign = true in it, "
        "else choose another, make the source hybrid, or ask for its signed_rates");
};

}  // namespace cortexpr::errors
