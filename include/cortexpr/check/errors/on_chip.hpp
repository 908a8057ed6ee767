#pragma once
// O: what keeps a network off the chip. Such a network breaks no rule of its declaration, so these errors fire only
// where a program demands the chip: requires_on_chip<Digits>. Where it asks at run time, an exception says the same
// sentence.

#include <cortexpr/compiler.hpp>

#include <cortexpr/check/errors/never.hpp>

#include <cstddef>
#include <string_view>

namespace cortexpr::errors {

// The error template of a rule, and its text for the exception. static_assert takes nothing but a literal, and a macro
// is the only way to use one literal twice.
#define CORTEXPR_ON_CHIP_RULE(Id, Name, Sentence)                          \
    template <class Declared, std::size_t... Bytes>                        \
    struct Id##_##Name {                                                   \
        static_assert(never<Id##_##Name>, "[cortexpr " #Id "] " Sentence); \
    };                                                                     \
    inline constexpr std::string_view Id##_text = "[cortexpr " #Id "] " Sentence;

/// The executor ends in the logits: each output channel's maximum goes straight from the states into the readout.
CORTEXPR_ON_CHIP_RULE(O01, readout,
                      "the on-chip executor ends in a readout, and this network has none; declare a classifier, or use "
                      "another executor")

/// One number for each output channel leaves the chip: its maximum.
CORTEXPR_ON_CHIP_RULE(
    O02, readout_pool,
    "the on-chip executor reads the maximum of each output channel, and this readout reads more; declare "
    "readout_pool<pool_mode::max>, or use another executor")

/// The states of one area fill a multiprocessor. Feedback needs a second area, so a network that has any breaks this
/// rule.
CORTEXPR_ON_CHIP_RULE(O03, areas,
                      "the on-chip executor holds one area, and this network has several; use another executor")

/// All states lie in one map, each type in channels of its own.
CORTEXPR_ON_CHIP_RULE(
    O04, half_density,
    "the on-chip executor has one grid for all neuron types, and this network has half-density types; "
    "leave half_density out, or use another executor")

/// The kernels are compiled with the library, for the nonlinearities that have a name.
CORTEXPR_ON_CHIP_RULE(O05, nonlinearity,
                      "the on-chip executor knows nonlinearities by name, and this network has a chain or one of your "
                      "own; choose one by name, or use another executor")

/// A time constant is read once for each channel and kept in a register.
CORTEXPR_ON_CHIP_RULE(O06, spatial_tau,
                      "the on-chip executor has one tau for each channel, and this network has one for each position; "
                      "choose tau_mode::per_subtype or per_type, or use another executor")

/// The first step is computed without reading states.
CORTEXPR_ON_CHIP_RULE(O07, initial_state,
                      "the on-chip executor starts from zeros, and this network has other initial states; leave "
                      "initial_state out, or use another executor")

/// The stimulus has left the chip's memory by the time the output is computed.
CORTEXPR_ON_CHIP_RULE(
    O08, stimulus_to_output,
    "the output of the on-chip executor reads neuron types alone, and this one reads the stimulus; leave "
    "the edge from the stimulus to the output out, or use another executor")

/// A nonlinearity of one edge would need that edge's sum by itself.
CORTEXPR_ON_CHIP_RULE(O09, edge_nonlinearity,
                      "the on-chip executor merges all edges into one convolution, and an edge of this network has a "
                      "nonlinearity of its own; leave it out, or use another executor")

/// The maximum is taken of the sums themselves.
CORTEXPR_ON_CHIP_RULE(
    O10, output_nonlinearity,
    "the output of the on-chip executor is a plain sum, and this one has a nonlinearity; leave it out, or "
    "use another executor")

/// One convolution has one extent.
CORTEXPR_ON_CHIP_RULE(
    O11, extents,
    "the on-chip executor merges all edges into one convolution, and the edges of this network differ in "
    "extent; give them the same, or use another executor")

/// Channels are counted in 31 blocks of 16, one bit of a word for each block.
CORTEXPR_ON_CHIP_RULE(
    O12, channels,
    "the on-chip executor holds at most 496 channels of states, and of the output, and this network has "
    "more; declare fewer, or use another executor")

/// A demand at compile time is held to the 227 KiB of a Hopper GPU, a run to what its own GPU has.
CORTEXPR_ON_CHIP_RULE(O13, shared_memory,
                      "the states of this network need more bytes of shared memory than a multiprocessor has; declare "
                      "fewer channels or a smaller map, or use another executor")

/// Its kernels are convolutions over a map.
CORTEXPR_ON_CHIP_RULE(O14, connectome,
                      "the on-chip executor runs an area, and this is a connectome, which chooses its executor by "
                      "itself; leave the demand out")

#undef CORTEXPR_ON_CHIP_RULE

}  // namespace cortexpr::errors
