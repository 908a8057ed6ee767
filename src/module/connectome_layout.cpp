#include "connectome_layout.hpp"

#include "connectome_graph_checks.hpp"

#include <cortexpr/circuit/files.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <map>
#include <numeric>
#include <utility>

namespace cortexpr {

namespace {

using plan::index;
using bound = plan::parameter::bound;
using role = plan::parameter::role;

class layout_builder {
  public:
    layout_builder(const plan::connectome& plan, const connectome_data& data, starting_weights scale)
        : plan_(plan), data_(data), scale_(scale), prefix_(plan.has_readout() ? "rnn." : "") {}

    std::shared_ptr<const connectome_layout> build() {
        own_plan();
        laid_->ids = data_.graph.neurons.ids;
        laid_->graph_has_classes = !data_.graph.neurons.classes.empty();
        lay_circuit(checked_cells(plan_, data_.graph));
        lay_weights();
        lay_cells();
        lay_projection(laid_->stimulus, plan_.stimulus, data_.stimulus, stimulus_names);
        lay_projection(laid_->output, plan_.output, data_.output, output_names);
        lay_readout();
        return laid_;
    }

  private:
    void own_plan() {
        laid_->name = plan_.name;
        laid_->types.assign(plan_.types.begin(), plan_.types.end());
        laid_->connections.assign(plan_.connections.begin(), plan_.connections.end());
        laid_->stimulated_types.assign(plan_.stimulus.types.begin(), plan_.stimulus.types.end());
        laid_->read_types.assign(plan_.output.types.begin(), plan_.output.types.end());
        for (const auto& type : plan_.types) laid_->type_names.emplace_back(type.name);
        for (std::size_t i = 0; i < laid_->types.size(); ++i) laid_->types[i].name = laid_->type_names[i];
        laid_->plan = plan_;
        laid_->plan.name = laid_->name;
        laid_->plan.types = laid_->types;
        laid_->plan.connections = laid_->connections;
        laid_->plan.stimulus.types = laid_->stimulated_types;
        laid_->plan.output.types = laid_->read_types;
    }

    std::size_t cells() const { return data_.graph.neurons.size(); }
    void lay_circuit(checked_cell_list cells) {
        auto circuit = std::make_shared<executors::recurrent_circuit>();
        circuit->types = laid_->types;
        circuit->cells_of_type.resize(plan_.types.size());
        for (std::size_t cell = 0; cell < cells.types.size(); ++cell) {
            circuit->cells_of_type[index(cells.types[cell])].push_back(static_cast<std::int32_t>(cell));
            circuit->signs.push_back(cells.classes[cell] == neuron_class::inhibitory ? -1 : 1);
            is_hybrid_.push_back(cells.classes[cell] == neuron_class::hybrid);
        }
        circuit->type_of_cell = std::move(cells.types);
        laid_->class_of_cell = std::move(cells.classes);
        const auto& synapses = data_.graph.synapses;
        circuit->presynaptic = executors::compact_numbers<std::int32_t>(synapses.presynaptic);
        circuit->postsynaptic = executors::compact_numbers<std::int32_t>(synapses.postsynaptic);
        laid_->circuit = std::move(circuit);
    }

    type_pair pair_of(std::size_t synapse) const {
        const auto& type_of_cell = laid_->circuit->type_of_cell;
        const auto& synapses = data_.graph.synapses;
        return {type_of_cell[index(synapses.presynaptic[synapse])],
                type_of_cell[index(synapses.postsynaptic[synapse])]};
    }

    int add(std::string_view name, role is, bound constraint, std::vector<std::int64_t> shape) {
        plan::parameter parameter{.is = is, .constraint = constraint, .rank = static_cast<int>(shape.size())};
        parameter.name += prefix_;
        parameter.name += name;
        for (std::size_t i = 0; i < shape.size(); ++i) parameter.shape[i] = static_cast<int>(shape[i]);
        laid_->parameters.push_back(parameter);
        return static_cast<int>(laid_->parameters.size()) - 1;
    }

    /// The sizes of all weights onto each cell. Of a cell that hears nothing 1, over which weights stay as they are.
    std::vector<double> totals() const {
        const auto& synapses = data_.graph.synapses;
        std::vector<double> total(cells());
        for (std::size_t k = 0; k < synapses.size(); ++k)
            total[index(synapses.postsynaptic[k])] += std::abs(synapses.weights[k]);
        require_finite_totals(data_.graph, total);
        std::ranges::replace(total, 0.0, 1.0);
        return total;
    }

    /// Strength at the start, of a synapse.
    double start_of(std::size_t synapse) const {
        const auto& synapses = data_.graph.synapses;
        const auto& total = laid_->total_input;
        return total.empty() ? synapses.weights[synapse]
                             : synapses.weights[synapse] / total[index(synapses.postsynaptic[synapse])];
    }

    bool obeys_dale(std::size_t synapse) const { return !is_hybrid_[index(data_.graph.synapses.presynaptic[synapse])]; }

    void lay_weights() {
        const auto& synapses = data_.graph.synapses;
        if (scale_ == starting_weights::by_total_input) laid_->total_input = totals();
        laid_->scales_counts = plan_.weights == weight_mode::scaled_counts;
        const bool are_own = plan_.weights == weight_mode::per_synapse || plan_.weights == weight_mode::frozen;
        if (are_own || laid_->scales_counts) laid_->given = executors::compact_numbers<double>(synapses.weights);
        if (are_own) {
            lay_own_weights();
        } else {
            lay_shared_weights();
        }
    }

    /// One entry for each synapse: first those that obey Dale's law, in the graph's order, then the others.
    void lay_own_weights() {
        const auto count = data_.graph.synapses.size();
        std::int32_t bounded = 0;
        for (std::size_t k = 0; k < count; ++k) bounded += obeys_dale(k);
        const auto all = static_cast<std::int32_t>(count);
        std::int32_t next_bounded = 0, next_free = bounded;
        if (bounded > 0 && bounded < all)
            for (std::size_t k = 0; k < count; ++k)
                laid_->weight_entries.push_back(obeys_dale(k) ? next_bounded++ : next_free++);
        add_weights(bounded, all - bounded);
    }

    /// One entry for each pair of types that is connected. A strength that is scaled by counts starts from what makes
    /// the mean weight of its synapses the same.
    void lay_shared_weights() {
        const bool scales = laid_->scales_counts;
        const auto count_of_synapses = data_.graph.synapses.size();
        std::map<std::pair<bool, std::pair<int, int>>, std::int32_t> entries;  // those that obey Dale's law come first
        const auto key = [&](std::size_t k) {
            const auto pair = pair_of(k);
            return std::pair(!obeys_dale(k), std::pair(pair.presynaptic, pair.postsynaptic));
        };
        for (std::size_t k = 0; k < count_of_synapses; ++k) entries.try_emplace(key(k), 0);
        std::int32_t next = 0, bounded = 0;
        for (auto& [pair, entry] : entries) {
            entry = next++;
            bounded += !pair.first;
        }
        std::vector<double> sum(entries.size()), over(entries.size());
        for (std::size_t k = 0; k < count_of_synapses; ++k) {
            const auto entry = entries.at(key(k));
            laid_->weight_entries.push_back(entry);
            // Counts keep their signs, which only those of hybrid cells have: a strength is how much one contact does.
            const double start = start_of(k);
            sum[index(entry)] += scales ? std::abs(start) : start;
            over[index(entry)] += scales ? std::abs(data_.graph.synapses.weights[k]) : 1;
        }
        for (std::size_t i = 0; i < sum.size(); ++i) laid_->shared_start.push_back(over[i] > 0 ? sum[i] / over[i] : 0);
        add_weights(bounded, next - bounded);
    }

    void add_weights(std::int32_t bounded, std::int32_t free) {
        if (bounded > 0) laid_->weights = add("hh.values", role::synapses, bound::non_negative, {bounded});
        if (free > 0)
            laid_->hybrid_weights =
                add(bounded > 0 ? "hh.hybrid_values" : "hh.values", role::synapses, bound::free, {free});
    }

    /// One entry for each type or cell; `shares` says of a type whether its cells share one, `has` whether it has any.
    template <class Has, class Shares>
    std::int32_t lay_entries(entry_list& entries, Has has, Shares shares) const {
        std::vector<std::int32_t> of_type(plan_.types.size(), -1);
        std::int32_t next = 0;
        for (std::size_t type = 0; type < of_type.size(); ++type)
            if (has(plan_.types[type]) && shares(plan_.types[type])) of_type[type] = next++;
        for (const auto type : laid_->circuit->type_of_cell) {
            const auto& declared = plan_.types[index(type)];
            entries.push_back(!has(declared) ? -1 : shares(declared) ? of_type[index(type)] : next++);
        }
        return next;
    }

    void lay_cells() {
        const auto biases = lay_entries(
            laid_->bias_entries, [](const auto& type) { return type.bias != bias_mode::none; },
            [](const auto& type) { return type.bias == bias_mode::per_type; });
        if (biases > 0) laid_->bias = add("hh.bias", role::cell_bias, bound::free, {biases, 1});
        const auto taus = lay_entries(
            laid_->tau_entries, [](const auto& type) { return type.has_tau; },
            [](const auto& type) { return type.tau == tau_mode::per_type; });
        if (taus > 0) laid_->tau = add("tau", role::cell_tau, bound::at_least_one, {taus, 1});
    }

    /// Cells of the named types, type by type, each in the order of the graph.
    std::vector<std::int32_t> cells_of(std::span<const int> types) const {
        std::vector<std::int32_t> all;
        if (types.empty()) {
            all.resize(cells());
            std::iota(all.begin(), all.end(), 0);
        }
        for (const int type : types) std::ranges::copy(laid_->circuit->cells_of(type), std::back_inserter(all));
        return all;
    }

    /// What the parameters of a stimulus, or of an output, are called and stand for.
    struct projection_names {
        circuit::expected_projection::end is;
        std::string_view prefix;
        role weight, bias;
    };
    static constexpr projection_names stimulus_names{circuit::expected_projection::end::stimulus, "ih",
                                                     role::stimulus_weight, role::stimulus_bias};
    static constexpr projection_names output_names{circuit::expected_projection::end::output, "ho", role::output_weight,
                                                   role::output_bias};

    void lay_projection(laid_projection& laid, const plan::projection& declared, const circuit::projection& given,
                        const projection_names& names) {
        laid.kind = declared.kind;
        laid.cells = cells_of(declared.types);
        laid.is_every_cell = declared.types.empty();
        const auto count = static_cast<std::int64_t>(laid.cells.size());
        laid.size = declared.kind == projection_kind::one_to_one ? count : declared.size;
        const bool is_stimulus = names.is == circuit::expected_projection::end::stimulus;
        const auto [targets, sources] = is_stimulus ? std::pair(count, laid.size) : std::pair(laid.size, count);
        auto biases = targets;
        if (laid.kind == projection_kind::dense) {
            laid.weight = add(fmt::format("{}.weight", names.prefix), names.weight, bound::free, {targets, sources});
        } else if (laid.kind == projection_kind::sparse) {
            require_sound_projection(plan_, given, laid, cells(), names.is);
            laid.cells = given.cells;
            laid.channels = given.channels;
            laid.starting = given.weights;
            laid.weight = add(fmt::format("{}.values", names.prefix), names.weight, bound::free,
                              {static_cast<std::int64_t>(given.size())});
            if (is_stimulus) biases = static_cast<std::int64_t>(cells());
        }
        if (!declared.bias || laid.kind == projection_kind::one_to_one) return;
        std::vector<std::int64_t> shape{biases};
        if (laid.kind == projection_kind::sparse) shape.push_back(1);
        laid.bias = add(fmt::format("{}.bias", names.prefix), names.bias, bound::free, std::move(shape));
    }

    void lay_readout() {
        laid_->readout = plan_.readout;
        if (!plan_.has_readout()) return;
        laid_->readout.features = static_cast<int>(laid_->output.size);
        prefix_ = "";
        const std::int64_t units[]{laid_->output.size, plan_.readout.hidden, plan_.readout.classes};
        const std::string_view modules[]{"out_layer.1", "out_layer.4"};
        for (std::size_t layer = 0; layer < 2; ++layer) {
            laid_->readout.weight[layer] = add(fmt::format("{}.weight", modules[layer]), role::readout_weight,
                                               bound::free, {units[layer + 1], units[layer]});
            laid_->readout.bias[layer] =
                add(fmt::format("{}.bias", modules[layer]), role::readout_bias, bound::free, {units[layer + 1]});
        }
    }

    const plan::connectome& plan_;
    const connectome_data& data_;
    starting_weights scale_;
    std::string prefix_;
    std::vector<bool> is_hybrid_;
    std::shared_ptr<connectome_layout> laid_ = std::make_shared<connectome_layout>();
};

}  // namespace

std::shared_ptr<const connectome_layout> lay_out(const plan::connectome& plan, const connectome_data& data,
                                                 starting_weights scale) {
    return layout_builder(plan, data, scale).build();
}

std::vector<double> connectome_layout::starting_weights() const {
    if (!shared_start.empty()) return shared_start;
    auto by_synapse = given.unpacked();
    if (!total_input.empty())
        for (std::size_t k = 0; k < by_synapse.size(); ++k)
            by_synapse[k] /= total_input[index(circuit->postsynaptic[k])];
    if (weight_entries.empty()) return by_synapse;
    std::vector<double> by_entry(by_synapse.size());
    for (std::size_t k = 0; k < by_synapse.size(); ++k) by_entry[index(weight_entries[k])] = by_synapse[k];
    return by_entry;
}

connectome_data data_of(const connectome_layout& layout) {
    const auto& circuit = *layout.circuit;
    connectome_data data;
    auto& [neurons, synapses] = data.graph;
    neurons.types = circuit.type_of_cell;
    neurons.type_names = layout.type_names;
    neurons.ids = layout.ids;
    if (layout.graph_has_classes) neurons.classes = layout.class_of_cell;
    synapses.presynaptic = circuit.presynaptic.unpacked();
    synapses.postsynaptic = circuit.postsynaptic.unpacked();
    if (layout.scales_counts) {
        synapses.weights = layout.given.unpacked();
    } else {
        const auto start = layout.starting_weights();
        for (std::size_t k = 0; k < circuit.presynaptic.size(); ++k)
            synapses.weights.push_back(start[layout.weight_entries.empty() ? k : index(layout.weight_entries[k])]);
    }
    const auto lay = [](circuit::projection& to, const laid_projection& from) {
        if (from.kind != projection_kind::sparse) return;
        to.cells = from.cells;
        to.channels = from.channels;
        to.weights = from.starting;
    };
    lay(data.stimulus, layout.stimulus);
    lay(data.output, layout.output);
    return data;
}

}  // namespace cortexpr
