#pragma once
// F: what can be wrong with a nonlinearity. The place is the neuron type that has it, or the source and the target of
// an edge, or the output.

#include <cortexpr/compiler.hpp>

#include <cortexpr/check/errors/never.hpp>
#include <cortexpr/dsl/activation.hpp>

namespace cortexpr::errors {

/// A nonlinearity of one's own is a struct with a constant `can_be_negative` and two static functions, `value` and its
/// derivative `slope`, that take and give float as well as double.
template <auto Custom, class... Place>
struct F01_incomplete_custom {
    static_assert(never<F01_incomplete_custom>,
                  "[cortexpr F01] custom<> names a struct (the first, then the place) that is no nonlinearity; give it "
                  "static constexpr bool can_be_negative, and for Real = float and double the static functions "
                  "Real value(Real x) and Real slope(Real x), its derivative");
};

/// A chain applies one nonlinearity after the other.
template <int Length, class... Place>
struct F02_chain_length {
    static_assert(never<F02_chain_length>,
                  "[cortexpr F02] a chain holds one to four nonlinearities (number, place); leave some out, or write "
                  "one of your own: custom<Mine>");
};

/// `activation::none` leaves every value as it is, so inside a chain it is a slip.
template <class... Place>
struct F03_none_in_chain {
    static_assert(never<F03_none_in_chain>,
                  "[cortexpr F03] a chain holds activation::none, which does nothing; leave it out");
};

}  // namespace cortexpr::errors
