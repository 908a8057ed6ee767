// One area: options of neuron types and edges, projection on loading.

#include "replay.hpp"

#include "catch.hpp"

namespace cortexpr::golden {

namespace {

template <class E, class I>
using all_to_all = connectivity<from<stimulus, 1, 1, 0>, from<E, 1, 1, 1>, from<I, 1, 1, 0>>;
template <class E, class I>
using two_types = area<input<2, 9, 9>, neurons<E, I>, all_to_all<E, I>, output<5>>;

struct E : excitatory<4> {};
struct I : inhibitory<4> {};
struct Plain : two_types<E, I> {};

struct ETypeTau : excitatory<4, tau<tau_mode::per_type>> {};
struct ITypeTau : inhibitory<4, tau<tau_mode::per_type>> {};
struct TypeTau : two_types<ETypeTau, ITypeTau> {};

struct ESpatialTau : excitatory<4, tau<tau_mode::spatial>> {};
struct ISpatialTau : inhibitory<4, tau<tau_mode::spatial>> {};
struct SpatialTau : two_types<ESpatialTau, ISpatialTau> {};

struct EOwnTau : excitatory<4, tau<tau_mode::per_subtype_spatial>> {};
struct OwnTau : two_types<EOwnTau, ITypeTau> {};

struct ERelu : excitatory<4, nonlinearity<activation::relu>> {};
struct ISigmoid : inhibitory<4, nonlinearity<activation::sigmoid>> {};
struct OwnNonlinearity : area<input<2, 7, 12>, neurons<ERelu, ISigmoid>, all_to_all<ERelu, ISigmoid>, output<5>> {};

struct ELinear : excitatory<4, nonlinearity<activation::none>, signed_rates> {};
struct ILinear : inhibitory<4, nonlinearity<activation::none>, signed_rates> {};
constexpr edge unbiased{.bias = false};
struct Linear : area<input<2, 9, 9>, neurons<ELinear, ILinear>,
                     connectivity<from<stimulus, unbiased, unbiased, 0>, from<ELinear, unbiased, unbiased, unbiased>,
                                  from<ILinear, unbiased, unbiased, 0>>,
                     output<5>> {};

struct E8 : excitatory<8> {};
struct Edges
    : area<input<2, 9, 9>, neurons<E8, I>,
           connectivity<from<stimulus, edge{.extent = {5, 5}, .groups = 2},
                             edge{.nonlinearity = activation::relu, .bias = false}, 0>,
                        from<E8, edge{.extent = {1, 1}, .groups = 8, .nonlinearity = activation::tanh, .bias = false},
                             edge{.extent = {3, 5}, .groups = 4}, edge{.groups = 2, .bias = false}>,
                        from<I, edge{.groups = 2}, edge{.extent = {7, 1}, .nonlinearity = activation::sigmoid}, 0>>,
           output<8>> {};

}  // namespace

TEST_CASE("tau shared by a type") { replay(plan_of<TypeTau>, "tau_type"); }
TEST_CASE("tau by position") { replay(plan_of<SpatialTau>, "tau_spatial"); }
TEST_CASE("a tau for each neuron, beside one for a type") { replay(plan_of<OwnTau>, "tau_subtype_spatial"); }
TEST_CASE("tau below one is projected on loading") { replay(plan_of<Plain>, "tau_below_one"); }
TEST_CASE("weights that break Dale's law are projected on loading") { replay(plan_of<Plain>, "unprojected"); }
TEST_CASE("nonlinearities by type, on an oblong map") { replay(plan_of<OwnNonlinearity>, "per_type_nonlinearity"); }
TEST_CASE("linear types with signed rates, edges without bias") { replay(plan_of<Linear>, "linear_no_bias"); }
TEST_CASE("extents, groups, nonlinearities and biases by edge") { replay(plan_of<Edges>, "edges"); }
TEST_CASE("given initial states") { replay(plan_of<Plain>, "initial_states"); }
TEST_CASE("a sequence, batch first") { replay(plan_of<Plain>, "sequence_batch_first"); }
TEST_CASE("a sequence, time first") { replay(plan_of<Plain>, "sequence_time_first"); }
TEST_CASE("a single step") { replay(plan_of<Plain>, "one_step"); }

}  // namespace cortexpr::golden
