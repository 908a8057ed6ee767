// Laws of packed parameters: every weight has a position of its own, and unpacking gradients is the adjoint of packing.

#include "executors/planned/program.hpp"
#include "catch.hpp"
#include "executors/scheduled.hpp"

#include <cmath>
#include <random>
#include <set>

namespace planned_program_test {

using namespace cortexpr;
using namespace cortexpr::test;
namespace planned = cortexpr::executors::planned;

namespace {

using numbers = std::vector<double>;
using program = planned::program<double>;

numbers drawn(std::size_t size, unsigned seed, double low, double high) {
    std::mt19937 generator(seed);
    std::uniform_real_distribution<double> uniform(low, high);
    numbers values(size);
    for (auto& value : values) value = uniform(generator);
    return values;
}

std::vector<numbers> drawn_parameters(const plan::network& network, unsigned seed) {
    std::vector<numbers> all;
    for (const auto& parameter : network.parameters)
        all.push_back(drawn(static_cast<std::size_t>(parameter.size()), ++seed, 1.5, 2.5));
    return all;
}

/// `by` times other parameters added.
std::vector<numbers> moved(std::vector<numbers> parameters, const std::vector<numbers>& others, double by) {
    for (std::size_t i = 0; i < parameters.size(); ++i)
        for (std::size_t k = 0; k < parameters[i].size(); ++k) parameters[i][k] += by * others[i][k];
    return parameters;
}

program program_of(const plan::network& network, const std::vector<numbers>& parameters) {
    std::vector<const double*> data;
    for (const auto& one : parameters) data.push_back(one.data());
    return {network, {{.steps = 2}}, data, kernels::kernels_for_this_cpu<double>()};
}

/// Calls visit(packed numbers, position of their gradients) for all that is packed for the forward pass.
template <class Visitor>
void for_each_packed(const program& all, Visitor visit) {
    for (const auto* list : {&all.convolutions(), &all.feedback()})
        for (const auto& one : *list) {
            if (!one.is_winograd || one.forward.is_winograd) visit(one.forward.values, one.weight_gradient);
            if (one.is_winograd && one.has_tap_gradient) visit(one.taps().values, one.tap_gradient);
            visit(one.bias, one.bias_gradient);
        }
    for (const auto& map : all.maps()) {
        visit(map.bias, map.bias_gradient);
        visit(map.rate, map.rate_gradient);
    }
    for (const auto& area : all.areas()) visit(area.output_bias, area.output_bias_gradient);
}

/// The sum of packed numbers times what stands in their gradients' positions.
double product(const program& all, const numbers& gradients) {
    double sum = 0;
    for_each_packed(all, [&](const auto& values, std::size_t position) {
        for (std::size_t i = 0; i < values.size(); ++i) sum += values[i] * gradients[position + i];
    });
    return sum;
}

}  // namespace

TEST_CASE("planned: every weight has positions of its own, inside the packing") {
    for (const auto* network : subjects) {
        INFO(network->name);
        const auto all = program_of(*network, drawn_parameters(*network, 1));
        for (const auto* list : {&all.convolutions(), &all.feedback()})
            for (const auto& one : *list)
                for (const auto* packed : {&one.forward.ranges, &one.adjoint.ranges, &one.gradient_packing()}) {
                    const bool winograd = one.is_winograd && (packed != &one.forward.ranges || one.forward.is_winograd);
                    const auto positions =
                        winograd ? plan::index(plan::winograd_points(one.what.extent.height)) : one.tap_count();
                    std::set<std::size_t> taken;
                    std::size_t weights = 0;
                    for (const auto& block : one.connections)
                        plan::for_each_pair(block, [&](int source, int target) {
                            const auto position = packed->of(source, target);
                            for (std::size_t i = 0; i < positions; ++i)
                                taken.insert(position.first + i * position.step);
                            weights += positions;
                        });
                    CHECK(taken.size() == weights);
                    CHECK(*taken.rbegin() < packed->size());
                }
    }
}

TEST_CASE("planned: weights that are packed and unpacked are the same") {
    for (const auto* network : {&plan_of<Mixed>, &plan_of<Two>, &plan_of<Prompt>}) {
        INFO(network->name);
        const auto parameters = drawn_parameters(*network, 2);
        const auto all = program_of(*network, parameters);
        numbers gradients(all.gradient_size());
        auto unpacked = parameters;
        for (auto& one : unpacked) std::ranges::fill(one, 0.0);
        std::vector<double*> data;
        for (auto& one : unpacked) data.push_back(one.data());
        for (const auto* list : {&all.convolutions(), &all.feedback()})
            for (const auto& one : *list) {
                REQUIRE_FALSE(one.is_winograd);
                std::ranges::copy(one.forward.values,
                                  gradients.begin() + static_cast<std::ptrdiff_t>(one.weight_gradient));
            }
        all.unpack_gradients(gradients.data(), data);
        for (const auto* list : {&all.convolutions(), &all.feedback()})
            for (const auto& one : *list)
                for (const auto& block : one.connections) {
                    const auto index = static_cast<std::size_t>(block.parameter);
                    CHECK(unpacked[index] == parameters[index]);
                }
    }
}

TEST_CASE("planned: unpacking gradients is the adjoint of packing parameters") {
    for (const auto* network : subjects) {
        INFO(network->name);
        const auto parameters = drawn_parameters(*network, 3), direction = drawn_parameters(*network, 400);
        const auto all = program_of(*network, parameters);
        // Only what has a packed number counts: other positions, as of sums by point beside direct weights, stay empty.
        numbers gradients(all.gradient_size());
        unsigned seed = 800;
        for_each_packed(all, [&](const auto& values, std::size_t position) {
            std::ranges::copy(drawn(values.size(), ++seed, -1, 1),
                              gradients.begin() + static_cast<std::ptrdiff_t>(position));
        });
        constexpr double step = 1e-4;
        const double change = (product(program_of(*network, moved(parameters, direction, step)), gradients) -
                               product(program_of(*network, moved(parameters, direction, -step)), gradients)) /
                              (2 * step);
        auto unpacked = parameters;
        std::vector<double*> data;
        for (auto& one : unpacked) data.push_back(one.data());
        all.unpack_gradients(gradients.data(), data);
        double expected = 0;
        for (std::size_t i = 0; i < parameters.size(); ++i) {
            using role = plan::parameter::role;
            const auto is = network->parameters[i].is;
            if (is == role::readout_weight || is == role::readout_bias) continue;
            for (std::size_t k = 0; k < parameters[i].size(); ++k) expected += unpacked[i][k] * direction[i][k];
        }
        CHECK(std::abs(change - expected) < 1e-6 * (1 + std::abs(expected)));
    }
}

}  // namespace planned_program_test
