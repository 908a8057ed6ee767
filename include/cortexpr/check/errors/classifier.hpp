#pragma once
// C: what can be wrong with a classifier or a regressor.

#include <cortexpr/compiler.hpp>

#include <cortexpr/check/errors/never.hpp>
#include <cortexpr/dsl/classifier.hpp>

namespace cortexpr::errors {

/// A classifier or regressor reads the output of the network or connectome that stands first in it. A single area is a
/// network of one.
template <class Thing>
struct C01_not_a_network {
    static_assert(never<C01_not_a_network>,
                  "[cortexpr C01] the first part of a classifier or regressor is a network or a connectome that is "
                  "defined before it; "
                  "wrap areas in one: classifier<network<V1>, classes<10>>; if an error above is about this struct, "
                  "mend that one first");
};

/// `class` inherits privately unless told otherwise, and then the library can't see what the network declares.
template <class Network>
struct C02_network_inheritance {
    static_assert(never<C02_network_inheritance>,
                  "[cortexpr C02] this network derives from network<...> or connectome<...> privately, or from two of "
                  "them; write struct: struct Visual : network<V1, V2> {};");
};

/// After the network a classifier is given `classes`, `hidden`, `dropout` and `readout_pool`.
template <class Part>
struct C03_unknown_classifier_part {
    static_assert(never<C03_unknown_classifier_part>,
                  "[cortexpr C03] this is no part of a classifier; after the network come classes<>, hidden<>, "
                  "dropout<> and readout_pool<>; targets<> are a regressor's");
};

/// Each part stands once, or it would be open which one holds.
template <readout_part Part>
struct C04_repeated_classifier_part {
    static_assert(never<C04_repeated_classifier_part>,
                  "[cortexpr C04] the readout is given this part twice; keep one of the two");
};

/// The number of classes has no default.
template <class Network>
struct C05_missing_classes {
    static_assert(never<C05_missing_classes>,
                  "[cortexpr C05] the classifier does not say how many classes it tells apart; add classes<10>");
};

/// With one class there is nothing to tell.
template <int Classes>
struct C06_few_classes {
    static_assert(never<C06_few_classes>,
                  "[cortexpr C06] a classifier tells 2 to 1,000,000 classes apart; give classes<2> or more");
};

/// The readout's hidden layer has 1 to 1,000,000 units.
template <int Units>
struct C07_hidden_units {
    static_assert(
        never<C07_hidden_units>,
        "[cortexpr C07] the readout's hidden layer has 1 to 1,000,000 units; give hidden<256>, or leave it out");
};

/// At 1 nothing would be left to read.
template <double Probability>
struct C08_dropout_range {
    static_assert(never<C08_dropout_range>,
                  "[cortexpr C08] the probability of dropout is at least 0 and below 1; give dropout<0.5>, or leave it "
                  "out");
};

/// The readout pools the last area's output to a map of at least one position.
template <int Height, int Width>
struct C09_small_readout_pool {
    static_assert(never<C09_small_readout_pool>,
                  "[cortexpr C09] the map that the readout pools to (height, width) has a side below 1; give at least "
                  "readout_pool<pool_mode::max, 1, 1>");
};

/// Pooling to a larger map would only repeat values.
template <int Height, int Width, int MapHeight, int MapWidth>
struct C10_large_readout_pool {
    static_assert(never<C10_large_readout_pool>,
                  "[cortexpr C10] the map that the readout pools to is larger than the last area's output (pool, "
                  "output); give a smaller one");
};

/// After the network a regressor is given `targets`, `hidden`, `dropout` and `readout_pool`.
template <class Part>
struct C11_unknown_regressor_part {
    static_assert(never<C11_unknown_regressor_part>,
                  "[cortexpr C11] this is no part of a regressor; after the network come targets<>, hidden<>, "
                  "dropout<> and readout_pool<>; classes<> are a classifier's");
};

/// The number of targets has no default.
template <class Network>
struct C12_missing_targets {
    static_assert(never<C12_missing_targets>,
                  "[cortexpr C12] the regressor does not say how many numbers it fits; add targets<2>");
};

/// Without a target there is nothing to fit.
template <int Targets>
struct C13_few_targets {
    static_assert(never<C13_few_targets>,
                  "[cortexpr C13] a regressor fits 1 to 1,000,000 numbers; give targets<1> or more");
};

}  // namespace cortexpr::errors
