#include "inputs.hpp"

#include "tape.hpp"

#include <ATen/ops/cat.h>
#include <ATen/ops/diag_embed.h>
#include <ATen/ops/reciprocal.h>
#include <ATen/ops/zeros.h>

namespace cortexpr::executors::batched {

namespace {

std::size_t at(int index) { return static_cast<std::size_t>(index); }

class packer {
  public:
    packer(const program& program, parameter_list parameters, at::ScalarType type)
        : program_(program), network_(program.network()), parameters_(parameters), type_(type) {}

    at::Tensor weight_of(const plan::merged_convolution& one) const {
        if (one.edges.size() == 1) return signed_weight(one, network_.edges[at(one.edges.front())]).to(type_);
        const auto extent = program_.extent_of(one);
        std::vector<at::Tensor> rows;
        for (const int target : types_within(one.target_map, extent.rows)) {
            std::vector<at::Tensor> row;
            for (const int source : types_within(one.source_map, extent.columns))
                row.push_back(cell(one, source, target, extent));
            rows.push_back(at::cat(row, 1));
        }
        return at::cat(rows).to(type_);
    }

    at::Tensor own_bias_of(const plan::merged_convolution& one) const {
        const int bias = network_.edges[at(one.edges.front())].bias;
        return one.is_plain() || bias < 0 ? at::Tensor() : parameters_[at(bias)].to(type_);
    }

    at::Tensor map_bias(int map) const {
        std::vector<at::Tensor> parts;
        bool any = false;
        for (const int type : types_within(map, all_of(map))) {
            parts.push_back(bias_into(type, -1));
            any = any || parts.back().defined();
            if (!parts.back().defined()) parts.back() = zeros({program_.place_of(type).count});
        }
        return any ? at::cat(parts) : at::Tensor();
    }

    at::Tensor output_bias(int area) const { return bias_into(-1, area); }

    at::Tensor rate_of(int map) const {
        const auto types = types_within(map, all_of(map));
        bool by_place = false;
        for (const int type : types) by_place = by_place || tau_of(type).size(-1) * tau_of(type).size(-2) > 1;
        const auto& shape = program_.schedule().maps[at(map)];
        std::vector<at::Tensor> parts;
        for (const int type : types) {
            const std::int64_t height = by_place ? shape.height : 1, width = by_place ? shape.width : 1;
            parts.push_back(at::reciprocal(tau_of(type)).expand({1, program_.place_of(type).count, height, width}));
        }
        return channels_last(at::cat(parts, 1));
    }

  private:
    channels all_of(int map) const { return {0, program_.schedule().maps[at(map)].channels}; }

    /// Types of a map that lie in a range, by channel; -1 alone for what is no state map.
    std::vector<int> types_within(int map, const channels& range) const {
        if (map < 0) return {-1};
        std::vector<int> types;
        for (int type = 0; type < static_cast<int>(network_.types.size()); ++type) {
            const auto place = program_.place_of(type);
            if (program_.schedule().map_of_type[at(type)] == map && place.first >= range.first &&
                place.end() <= range.end())
                types.push_back(type);
        }
        return types;
    }

    at::Tensor zeros(at::IntArrayRef sizes) const {
        return at::zeros(sizes, parameters_.front().options().requires_grad(false));
    }

    const at::Tensor& tau_of(int type) const { return parameters_[at(network_.types[at(type)].tau_parameter)]; }

    /// With the sign of the source, unless a nonlinearity comes before the sign.
    at::Tensor signed_weight(const plan::merged_convolution& one, const plan::edge& edge) const {
        const auto& weight = parameters_[at(edge.weight)];
        return one.is_plain() && edge.sign < 0 ? weight.neg() : weight;
    }

    /// The weights from one type to another: zeros where no edge is.
    at::Tensor cell(const plan::merged_convolution& one, int source, int target, const use& extent) const {
        for (const int index : one.edges) {
            const auto& edge = network_.edges[at(index)];
            if (edge.presynaptic == source && edge.postsynaptic == target)
                return ungrouped(signed_weight(one, edge), edge.groups);
        }
        const auto rows = target < 0 ? extent.rows.count : program_.place_of(target).count;
        const auto columns = source < 0 ? extent.columns.count : program_.place_of(source).count;
        return zeros({rows, columns, one.extent.height, one.extent.width});
    }

    /// Groups as blocks along the diagonal of the matrix of channels.
    static at::Tensor ungrouped(const at::Tensor& weight, int groups) {
        if (groups == 1) return weight;
        const auto blocks = weight.unflatten(0, {groups, weight.size(0) / groups}).movedim(0, -1);
        return at::diag_embed(blocks, 0, 0, 2).flatten(2, 3).flatten(0, 1);
    }

    /// The sum of all biases of plain edges into a type, or into an area's output.
    at::Tensor bias_into(int type, int area) const {
        at::Tensor sum;
        for (const auto& edge : network_.edges) {
            const bool is_meant = type >= 0 ? edge.postsynaptic == type : edge.to_output() && edge.area == area;
            if (is_meant && edge.bias >= 0 && edge.nonlinearity == activation::none)
                accumulate(sum, edge.sign, parameters_[at(edge.bias)]);
        }
        return sum;
    }

    const program& program_;
    const plan::network& network_;
    parameter_list parameters_;
    at::ScalarType type_;
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
        inputs.feedback_weights.push_back(parameters[at(edge.weight)].to(type));
        inputs.feedback_biases.push_back(edge.bias < 0 ? at::Tensor() : parameters[at(edge.bias)].to(type));
    }
}

}  // namespace cortexpr::executors::batched
