// The plan's arrays as ranges: range-v3 views work on them, and they agree with each other.

#include <cortexpr/dsl.hpp>

#include <range/v3/algorithm.hpp>
#include <range/v3/numeric/accumulate.hpp>
#include <range/v3/range/conversion.hpp>
#include <range/v3/view.hpp>

#include <set>
#include <string>
#include <vector>

#include "catch.hpp"

using namespace cortexpr;

namespace {

struct Pyr : excitatory<8> {};
struct PV : inhibitory<4> {};
struct SST : inhibitory<4, half_density> {};
struct VIP : inhibitory<2> {};

struct Circuit
    : area<input<1, 10, 10>, neurons<Pyr, PV, SST, VIP>,
           connectivity<  //  Pyr PV SST VIP output
               from<stimulus, 1, 1, 0, 0, 0>, from<Pyr, 1, 1, edge{.bias = false}, 1, 1>, from<PV, 1, 1, 0, 0, 0>,  //
               from<SST, 1, 1, 0, 1, 0>,                                                                            //
               from<VIP, 0, 0, 1, 0, 0>>,
           output<6>> {};
struct Next : area<input<6, 5, 5>, neurons<Pyr>, connectivity<from<stimulus, 1, 0>, from<Pyr, 1, 1>>, output<3>> {};
struct Both : classifier<network<Circuit, Next>, classes<4>, hidden<8>, readout_pool<pool_mode::max>> {};

}  // namespace

TEST_CASE("views over the edges", "[plan]") {
    auto into_pyr =
        edges<Circuit> | ranges::views::filter([](const plan::edge& edge) { return edge.postsynaptic == 0; });
    const auto rows = into_pyr | ranges::views::transform(&plan::edge::row) | ranges::to<std::vector>();
    CHECK(rows == std::vector{0, 1, 2, 3});

    const auto inhibitory_edges =
        ranges::count_if(edges<Circuit>, [](const plan::edge& edge) { return edge.sign < 0; });
    CHECK(inhibitory_edges == 6);

    const auto sources =
        edges<Circuit> | ranges::views::filter(&plan::edge::to_output) |
        ranges::views::transform([](const plan::edge& edge) {
            return std::string(plan_of<Circuit>.types[static_cast<std::size_t>(edge.presynaptic)].name);
        }) |
        ranges::to<std::vector>();
    CHECK(sources == std::vector<std::string>{"Pyr"});
}

TEST_CASE("the arrays of a plan agree with each other", "[plan]") {
    constexpr const auto& network = plan_of<Both>;
    std::set<std::string> names;
    for (const auto& parameter : network.parameters) names.insert(std::string(std::string_view(parameter.name)));
    CHECK(names.size() == network.parameters.size());

    for (const auto& [index, edge] : network.edges | ranges::views::enumerate) {
        const auto& weight = network.parameters[static_cast<std::size_t>(edge.weight)];
        CHECK(weight.is == plan::parameter::role::edge_weight);
        CHECK(weight.owner == static_cast<int>(index));
        CHECK((weight.constraint == plan::parameter::bound::non_negative) == edge.non_negative);
        if (edge.bias >= 0)
            CHECK(network.parameters[static_cast<std::size_t>(edge.bias)].owner == static_cast<int>(index));
        if (edge.presynaptic >= 0) CHECK(network.types[static_cast<std::size_t>(edge.presynaptic)].area == edge.area);
    }
    const auto counted = ranges::accumulate(network.parameters, std::int64_t{0}, {}, &plan::parameter::size);
    CHECK(counted == parameter_count<Both>);
    CHECK(network.readout.features == 3);
}

TEST_CASE("rates may be negative of hybrid types, and of those that are declared so", "[plan]") {
    plan::neuron_type type;
    type.kind = neuron_class::inhibitory;
    CHECK_FALSE(plan::has_signed_rates(type));
    type.signed_rates = true;
    CHECK(plan::has_signed_rates(type));
    CHECK(plan::has_signed_rates(plan::neuron_type()));  // hybrid
}

TEST_CASE("names of more than one digit", "[plan]") {
    plan::key key;
    key += "areas.";
    key += 107;
    CHECK(std::string_view(key) == "areas.107");
}
