#include "inputs.hpp"

#include "tape.hpp"

#include <cortexpr/schedule/weight_map.hpp>

#include <ATen/ops/cat.h>
#include <ATen/ops/diag_embed.h>
#include <ATen/ops/reciprocal.h>
#include <ATen/ops/zeros.h>

#include <algorithm>

namespace cortexpr::executors::batched {

namespace {

class packer {
  public:
    packer(const program& program, parameter_list parameters, at::ScalarType type)
        : program_(program),
          network_(program.network()),
          parameters_(parameters),
          type_(type),
          biases_(plan::bias_blocks_of(network_, program.schedule())),
          rates_(plan::rate_blocks_of(network_, program.schedule())) {}

    at::Tensor weight_of(const plan::merged_convolution& one) const {
        const auto blocks = plan::weight_blocks_of(network_, program_.schedule(), one);
        if (blocks.size() == 1) return signed_weight(blocks.front()).to(type_);
        const auto range = program_.channels_used(one);
        std::vector<at::Tensor> rows;
        for (const auto& targets : types_within(one.target_map, range.rows)) {
            std::vector<at::Tensor> row;
            for (const auto& sources : types_within(one.source_map, range.columns))
                row.push_back(part_of(blocks, sources, targets, one.extent));
            rows.push_back(at::cat(row, 1));
        }
        return at::cat(rows).to(type_);
    }

    at::Tensor own_bias_of(const plan::merged_convolution& one) const {
        const int bias = network_.edges[index(one.edges.front())].bias;
        return one.is_plain() || bias < 0 ? at::Tensor() : parameters_[index(bias)].to(type_);
    }

    at::Tensor map_bias(int map) const {
        std::vector<at::Tensor> parts;
        bool any = false;
        for (const int type : program_.schedule().maps[index(map)].types) {
            const auto range = program_.range_of(type);
            parts.push_back(bias_into(map, network_.types[index(type)].area, range.first));
            any = any || parts.back().defined();
            if (!parts.back().defined()) parts.back() = zeros({range.count});
        }
        return any ? at::cat(parts) : at::Tensor();
    }

    at::Tensor output_bias(int area) const { return bias_into(-1, area, 0); }

    at::Tensor rate_of(int map) const {
        const auto& shape = program_.schedule().maps[index(map)];
        const bool by_position =
            std::ranges::any_of(shape.types, [this](int type) { return rates_[index(type)].positions > 1; });
        std::vector<at::Tensor> parts;
        for (const int type : shape.types) {
            const auto& block = rates_[index(type)];
            const std::int64_t height = by_position ? shape.height : 1, width = by_position ? shape.width : 1;
            parts.push_back(
                at::reciprocal(parameters_[index(block.parameter)]).expand({1, block.channels, height, width}));
        }
        return channels_last(at::cat(parts, 1));
    }

  private:
    /// Channels of a state map's types that lie in a range; the range itself for what is no state map.
    std::vector<channels> types_within(int map, const channels& range) const {
        if (map < 0) return {range};
        std::vector<channels> types;
        for (const int type : program_.schedule().maps[index(map)].types) {
            const auto own = program_.range_of(type);
            if (own.first >= range.first && own.end() <= range.end()) types.push_back(own);
        }
        return types;
    }

    at::Tensor zeros(at::IntArrayRef sizes) const {
        return at::zeros(sizes, parameters_.front().options().requires_grad(false));
    }

    at::Tensor signed_weight(const plan::weight_block& block) const {
        const auto& weight = parameters_[index(block.parameter)];
        return block.sign < 0 ? weight.neg() : weight;
    }

    /// The weights from one type to another: zeros where no edge is.
    at::Tensor part_of(const std::vector<plan::weight_block>& blocks, const channels& sources, const channels& targets,
                       const cortexpr::extent& kernel) const {
        for (const auto& block : blocks)
            if (block.first_source == sources.first && block.first_target == targets.first)
                return ungrouped(signed_weight(block), block.groups);
        return zeros({targets.count, sources.count, kernel.height, kernel.width});
    }

    /// Groups as blocks along the diagonal of the matrix of channels.
    static at::Tensor ungrouped(const at::Tensor& weight, int groups) {
        if (groups == 1) return weight;
        const auto blocks = weight.unflatten(0, {groups, weight.size(0) / groups}).movedim(0, -1);
        return at::diag_embed(blocks, 0, 0, 2).flatten(2, 3).flatten(0, 1);
    }

    /// The sum of all biases of plain edges into the type that starts at a channel of a map, or into an area's output.
    at::Tensor bias_into(int map, int area, std::int64_t first) const {
        at::Tensor sum;
        for (const auto& block : biases_)
            if (block.map == map && block.area == area && block.first == first)
                accumulate(sum, block.sign, parameters_[index(block.parameter)]);
        return sum;
    }

    const program& program_;
    const plan::network& network_;
    parameter_list parameters_;
    at::ScalarType type_;
    std::vector<plan::bias_block> biases_;
    std::vector<plan::rate_block> rates_;  ///< by neuron type
};

}  // namespace

void pack_parameters(run_inputs<at::Tensor>& inputs, const program& program, parameter_list parameters,
                     at::ScalarType type) {
    const packer packed(program, parameters, type);
    for (const auto& one : program.schedule().convolutions) {
        inputs.weights.push_back(packed.weight_of(one));
        inputs.biases.push_back(packed.own_bias_of(one));
    }
    for (int map = 0; map < static_cast<int>(program.schedule().maps.size()); ++map) {
        inputs.map_biases.push_back(packed.map_bias(map));
        inputs.rates.push_back(packed.rate_of(map));
    }
    for (int area = 0; area < static_cast<int>(program.network().areas.size()); ++area)
        inputs.output_biases.push_back(packed.output_bias(area));
    for (const auto& edge : program.network().feedback) {
        inputs.feedback_weights.push_back(parameters[index(edge.weight)].to(type));
        inputs.feedback_biases.push_back(edge.bias < 0 ? at::Tensor() : parameters[index(edge.bias)].to(type));
    }
}

}  // namespace cortexpr::executors::batched
