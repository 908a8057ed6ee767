// Parameters as merged convolutions want them: every number is where the schedule's map of weights says.

#include "executors/batched/inputs.hpp"
#include "catch.hpp"
#include "executors/scheduled.hpp"

#include <cortexpr/schedule/weight_map.hpp>

#include <cstdint>
#include <vector>

namespace batched_inputs_test {

using namespace cortexpr;
using namespace cortexpr::test;
namespace batched = executors::batched;
using plan::index;

namespace {

std::vector<at::Tensor> drawn_parameters(const plan::network& network) {
    std::vector<at::Tensor> all;
    for (std::size_t i = 0; i < network.parameters.size(); ++i) {
        const auto& parameter = network.parameters[i];
        const std::vector<std::int64_t> sizes(parameter.shape.begin(), parameter.shape.begin() + parameter.rank);
        const auto values = normal(sizes, 1 + i);
        all.push_back(parameter.is == plan::parameter::role::tau ? values.abs() + 1 : values);
    }
    return all;
}

at::Tensor expected_weight(const plan::network& network, const batched::program& program,
                           const plan::merged_convolution& one, const std::vector<at::Tensor>& parameters) {
    const auto blocks = plan::weight_blocks_of(network, program.schedule(), one);
    const auto& first = blocks.front();
    if (blocks.size() == 1) return first.sign * parameters[index(first.parameter)];
    const auto used = program.channels_used(one);
    auto all = at::zeros({used.rows.count, used.columns.count, one.extent.height, one.extent.width}, at::kDouble);
    for (const auto& block : blocks) {
        const auto flat = parameters[index(block.parameter)].flatten(0, 1);
        std::int64_t pair = 0;
        for_each_pair(block, [&](int source, int target) {
            all[target - used.rows.first][source - used.columns.first].copy_(block.sign * flat[pair++]);
        });
    }
    return all;
}

at::Tensor expected_bias(const std::vector<plan::bias_block>& blocks, const std::vector<at::Tensor>& parameters,
                         int map, int area, std::int64_t channel_count) {
    auto sum = at::zeros({channel_count}, at::kDouble);
    for (const auto& block : blocks)
        if (block.map == map && (map >= 0 || block.area == area))
            sum.narrow(0, block.first, block.channels).add_(parameters[index(block.parameter)], block.sign);
    return sum;
}

}  // namespace

TEST_CASE("batched: merged weights, biases and rates are those that the schedule's map of weights says") {
    for (const auto* plan : subjects) {
        INFO(plan->name);
        const auto parameters = drawn_parameters(*plan);
        const batched::program program(*plan, {.steps = some_steps});
        const auto& schedule = program.schedule();
        batched::run_inputs<at::Tensor> inputs;
        batched::pack_parameters(inputs, program, parameters, at::kDouble);
        REQUIRE(inputs.weights.size() == schedule.convolutions.size());
        for (std::size_t i = 0; i < schedule.convolutions.size(); ++i)
            CHECK(at::equal(inputs.weights[i], expected_weight(*plan, program, schedule.convolutions[i], parameters)));
        const auto biases = plan::bias_blocks_of(*plan, schedule);
        const auto is_sum = [&](const at::Tensor& bias, int map, int area, std::int64_t count) {
            const auto expected = expected_bias(biases, parameters, map, area, count);
            return bias.defined() ? at::allclose(bias, expected, 1e-14, 1e-14) : !expected.any().item<bool>();
        };
        const auto rates = plan::rate_blocks_of(*plan, schedule);
        for (std::size_t map = 0; map < schedule.maps.size(); ++map) {
            const auto& shape = schedule.maps[map];
            std::int64_t count = 0;
            for (const int type : shape.types) count += plan->types[index(type)].shape.channels;
            CHECK(is_sum(inputs.map_biases[map], static_cast<int>(map), -1, count));
            const auto rate = inputs.rates[map].expand({1, count, shape.height, shape.width}).flatten(2);
            for (const int type : shape.types) {
                const auto& block = rates[index(type)];
                const auto tau = parameters[index(block.parameter)].flatten();
                for (int channel = 0; channel < block.channels; ++channel)
                    for (std::int64_t position = 0; position < rate.size(2); position += 7)
                        CHECK(rate[0][block.first + channel][position].item<double>() ==
                              1 / tau[block.element(channel, position)].item<double>());
            }
        }
        for (std::size_t area = 0; area < plan->areas.size(); ++area)
            CHECK(is_sum(inputs.output_biases[area], -1, static_cast<int>(area), plan->areas[area].output.channels));
    }
}

}  // namespace batched_inputs_test
