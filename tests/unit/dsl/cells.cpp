// What a cell type declares: the class by its base, defaults, and options in any order. The rules about them are those
// of tests/static/rules_cells.cpp.

#include <cortexpr/dsl.hpp>

#include "catch.hpp"

using namespace cortexpr;

namespace {

struct R : excitatory_cells<> {};
struct L1 : inhibitory_cells<tau<tau_mode::per_type, 2.5>, bias<bias_mode::per_type, -0.5>> {};
struct Mi1 : hybrid_cells<bias<bias_mode::per_type>, initial_state<fill::ones>, nonlinearity<activation::tanh>> {};
struct T4 : excitatory_cells<no_tau, rectified, nonlinearity<activation::tanh>> {};
struct Twice : hybrid_cells<no_tau, bias<bias_mode::per_type>, tau<tau_mode::per_type>> {};
struct Odd : hybrid_cells<rectified, int> {};
struct E : excitatory<16> {};
struct only_declared;

template <class T>
constexpr auto declared = detail::declared_cell_type<T>();

}  // namespace

TEST_CASE("a cell type is of the class that it derives from, with defaults for what it doesn't say", "[dsl]") {
    constexpr auto r = declared<R>;
    CHECK(r.is_cell_type);
    CHECK(r.is_derived);
    CHECK(r.inherits);
    CHECK_FALSE(r.is_neuron_type);
    CHECK(r.kind == neuron_class::excitatory);
    CHECK(declared<L1>.kind == neuron_class::inhibitory);
    CHECK(declared<Mi1>.kind == neuron_class::hybrid);
    CHECK(r.nonlinearity == activation::sigmoid);
    CHECK(r.has_tau);
    CHECK(r.tau == tau_mode::per_neuron);
    CHECK(r.bias == bias_mode::per_neuron);
    CHECK(r.initial_bias == 0);
    CHECK(r.initial_state == fill::zeros);
    CHECK_FALSE(r.rectified);
    CHECK(r.unknown_option == -1);
    CHECK(r.repeated_option == -1);
}

TEST_CASE("each option changes what it is about, and nothing else", "[dsl]") {
    CHECK(declared<L1>.tau == tau_mode::per_type);
    CHECK(declared<L1>.initial_tau == tau_start(2.5));
    CHECK(declared<L1>.bias == bias_mode::per_type);
    CHECK(declared<L1>.initial_bias == -0.5);
    CHECK(declared<L1>.nonlinearity == activation::sigmoid);
    CHECK(declared<Mi1>.bias == bias_mode::per_type);
    CHECK(declared<Mi1>.initial_bias == 0);
    CHECK(declared<Mi1>.initial_state == fill::ones);
    CHECK(declared<Mi1>.tau == tau_mode::per_neuron);
    CHECK_FALSE(declared<T4>.has_tau);
    CHECK(declared<T4>.rectified);
    CHECK(declared<T4>.nonlinearity == activation::tanh);
}

TEST_CASE("an option that is none, and the second of one kind, are noted by their place", "[dsl]") {
    CHECK(declared<Odd>.unknown_option == 1);
    CHECK(declared<Odd>.rectified);
    CHECK(declared<Twice>.repeated_option == 2);  // no_tau and tau are of one kind
    CHECK(declared<Twice>.unknown_option == -1);
}

TEST_CASE("what is no cell type is told apart by what it is instead", "[dsl]") {
    CHECK_FALSE(declared<int>.is_cell_type);
    CHECK_FALSE(declared<const R>.is_cell_type);
    CHECK_FALSE(declared<only_declared>.is_complete);
    CHECK(declared<E>.is_neuron_type);
    CHECK_FALSE(declared<E>.is_cell_type);
    CHECK_FALSE(declared<excitatory_cells<>>.is_derived);
    CHECK(declared<excitatory_cells<>>.is_cell_type);
}
