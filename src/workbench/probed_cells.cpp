// Connectomes, as the workbench asks them.

#include "../edit_distance.hpp"
#include "../executors/aten/index_tensor.hpp"
#include "../parsed.hpp"
#include "../plan/cell_sign.hpp"
#include "../run/amount_rules.hpp"
#include "cells.hpp"
#include "perturbation_text.hpp"
#include "probed_network.hpp"

#include <cortexpr/describe/describe.hpp>
#include <cortexpr/error.hpp>
#include <cortexpr/module/connectome_module.hpp>
#include <cortexpr/workbench/any_network.hpp>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <optional>

namespace cortexpr::workbench {

namespace {

using plan::index;
using array_kind = recorded_array::kind;
using target = perturbation::target;

class probed_cells final : public probed_network {
  public:
    explicit probed_cells(connectome_module& network) : network_(network) {}

    trainable& module() const override { return network_; }
    std::string name() const override { return std::string(plan().name); }
    nlohmann::ordered_json declaration() const override { return describe::to_json(plan()); }
    bool has_readout() const override { return plan().has_readout(); }
    std::vector<std::string> type_names() const override {
        std::vector<std::string> all;
        for (const auto& type : plan().types) all.emplace_back(type.name);
        return all;
    }
    std::vector<std::int64_t> type_shape(std::size_t type) const override {
        return {static_cast<std::int64_t>(cells_of(type).size())};
    }
    std::size_t areas() const override { return 1; }

    void add(const std::vector<perturbation>& all, connectome_request& request) const {
        for (const auto& one : all) add(one, request);
    }

    void check(const recorded_array& one) const override {
        if (one.of == array_kind::feedback)
            throw usage_error(fmt::format("{} has no areas, and so no feedback that could be recorded", name()));
        if (one.of == array_kind::logits && !has_readout())
            throw usage_error(fmt::format("{} is no classifier, so it has no logits; record its output", name()));
        if (one.of == array_kind::logits) require_whole_logits(one);
        if (one.of == array_kind::output && one.index != 0)
            throw usage_error(fmt::format("output {} is to be recorded, of 1", one.index));
        if (!one.where.rows.empty() || !one.where.columns.empty())
            throw usage_error("cells have no rows and columns; leave '@' out");
        if (one.of != array_kind::states) return;
        if (one.index < 0 || index(one.index) >= plan().types.size())
            throw usage_error(fmt::format("cell type {} is to be recorded, of {}", one.index, plan().types.size()));
        if (cells_of(index(one.index)).empty())
            throw usage_error(fmt::format("there are no cells of type {}, so none can be recorded",
                                          plan().types[index(one.index)].name));
        check_cells(one.index, one.where.subtypes);
    }
    std::string name_of(const recorded_array& one) const override {
        if (one.of == array_kind::logits) return "logits";
        return one.of == array_kind::output ? "output" : name_of_cells(one.index, one.where.subtypes);
    }
    recorded_array array_in(std::string_view text) const override {
        auto [one, name] = unplaced_array_in(text);
        if (name == "logits" && !is_type(name)) {
            one.of = array_kind::logits;
        } else if (name == "output" && !is_type(name)) {
            one.of = array_kind::output;
        } else {
            place(name, one.index, one.where);
        }
        check(one);
        return one;
    }
    std::vector<recorded_axis> axes_of(const recorded_array& one) const override {
        if (one.of == array_kind::output)
            return {{"output", "output", static_cast<int>(network_.output_size()), &perturbed_part::subtypes}};
        return {{"cell", "cell", static_cast<int>(cells_of(index(one.index)).size()), &perturbed_part::subtypes}};
    }
    std::vector<std::int64_t> cells_in(const recorded_array& one, const std::vector<int>& chosen) const override {
        if (one.of != array_kind::states) return {};
        const auto cells = cells_of(index(one.index));
        const auto& ids = network_.ids();
        std::vector<std::int64_t> numbers, as_ids;
        for (const int cell : chosen) {
            const auto number = cells[index(cell)];
            numbers.push_back(number);
            if (ids.empty()) continue;
            if (const auto id = parsed<std::int64_t>(ids[index(number)])) as_ids.push_back(*id);
        }
        return as_ids.size() == numbers.size() ? as_ids : numbers;
    }
    std::vector<std::string> ids_in(const recorded_array& one, const std::vector<int>& chosen) const override {
        const auto& ids = network_.ids();
        if (one.of != array_kind::states || ids.empty()) return {};
        const auto cells = cells_of(index(one.index));
        std::vector<std::string> all;
        for (const int cell : chosen) all.push_back(ids[index(cells[index(cell)])]);
        const bool are_numbers =
            std::ranges::all_of(all, [](const std::string& id) { return parsed<std::int64_t>(id).has_value(); });
        return are_numbers ? std::vector<std::string>() : all;
    }

    perturbation perturbation_in(perturbation::kind of, std::string_view text) const override {
        auto found = unplaced(of, text);
        auto& one = found.perturbation;
        if (of == perturbation::kind::scale_edge || of == perturbation::kind::cut) {
            set_edge(found.name, one);
        } else {
            place(found.name, one.index, one.where);
        }
        check(one);
        return one;
    }
    std::string text_of(const perturbation& one) const override {
        auto behind = one;
        std::string name;
        if (one.of == target::edge) {
            const auto [from, to] = ends_of_edge(plan(), one.index);
            name = fmt::format("{}-{}", plan().types[index(from)].name, plan().types[index(to)].name);
        } else {
            name = name_of_cells(one.index, one.where.subtypes);
            if (name != plan().types[index(one.index)].name) behind.where.subtypes.clear();
        }
        return fmt::format("{} {}{}", cortexpr::name_of(one.is), name, text_behind_name(behind));
    }

  private:
    run_result computed(const at::Tensor& inputs, const run_request& request) const override {
        connectome_request asked{.steps = request.steps, .layout = request.layout};
        asked.record_states = std::ranges::find(request.record_states, true) != request.record_states.end();
        asked.record_outputs = std::ranges::find(request.record_outputs, true) != request.record_outputs.end();
        asked.all_logits = request.all_logits;
        add(request.perturbations, asked);
        const auto run = network_.run(inputs, asked);
        run_result found;
        found.logits = run.logits;
        found.output = run.output;
        if (run.outputs.defined()) found.outputs = {run.outputs};
        for (std::size_t type = 0; type < plan().types.size(); ++type) {
            const bool is_recorded = asked.record_states && request.record_states[type];
            if (asked.record_states) found.states.emplace_back();
            if (request.answer_only && !is_recorded) continue;
            const auto cells = executors::index_tensor(cells_of(type), run.final_state.device());
            if (!request.answer_only) found.final_states.push_back(run.final_state.index_select(1, cells));
            if (is_recorded) found.states.back() = run.states.index_select(2, cells);
        }
        return found;
    }

    const plan::connectome& plan() const { return network_.plan(); }
    std::vector<std::int32_t> cells_of(std::size_t type) const { return network_.cells_of(static_cast<int>(type)); }

    std::optional<int> type_of(std::string_view name) const {
        const auto found = std::ranges::find(plan().types, name, &plan::cell_type::name);
        if (found == plan().types.end()) return std::nullopt;
        return static_cast<int>(found - plan().types.begin());
    }
    bool is_type(std::string_view name) const { return type_of(name).has_value(); }

    void check_cells(int type, const std::vector<int>& chosen) const {
        const auto& name = plan().types[index(type)].name;
        const auto count = static_cast<int>(cells_of(index(type)).size());
        for (const int cell : chosen)
            if (cell < 0 || cell >= count)
                throw usage_error(count == 0
                                      ? fmt::format("there are no cells of type {}", name)
                                      : fmt::format("{} has cells 0 to {}, and no cell {}", name, count - 1, cell));
    }

    [[noreturn]] void refuse_name(std::string_view name, bool may_be_cell) const {
        auto known = type_names();
        if (may_be_cell) known.insert(known.end(), network_.ids().begin(), network_.ids().end());
        throw usage_error(fmt::format("{} has no cell type {}\"{}\"; the nearest name is \"{}\"", this->name(),
                                      may_be_cell ? "or cell " : "", name, *nearest(name, known)));
    }

    /// The type, or the type and which of its cells it is.
    void place(std::string_view name, int& type, perturbed_part& where) const {
        if (const auto found = type_of(name)) {
            type = *found;
            return check_cells(type, where.subtypes);
        }
        const auto cell = network_.find_cell(name);
        if (!cell) refuse_name(name, true);
        if (!where.subtypes.empty())
            throw usage_error(fmt::format("{} is one cell; leave '[' out, or name a cell type", name));
        for (std::size_t i = 0; i < plan().types.size(); ++i) {
            const auto cells = cells_of(i);
            const auto found = std::ranges::lower_bound(cells, *cell);
            if (found == cells.end() || *found != *cell) continue;
            type = static_cast<int>(i);
            where.subtypes = {static_cast<int>(found - cells.begin())};
        }
    }

    /// Whether an id means something else on the command line or in a recording.
    static bool is_taken(std::string_view id) {
        constexpr std::array<std::string_view, 6> taken{"output", "logits",  "images",
                                                        "labels", "targets", "description"};
        return std::ranges::find(taken, id) != taken.end();
    }

    /// A cell's id where the graph has ids and one cell is chosen; its place in its type where the id is taken.
    std::string name_of_cells(int type, const std::vector<int>& chosen) const {
        const auto& ids = network_.ids();
        const auto& name = plan().types[index(type)].name;
        if (chosen.size() != 1 || ids.empty()) return std::string(name);
        const auto& id = ids[index(cells_of(index(type))[index(chosen.front())])];
        if (is_type(id)) return std::string(name);
        return is_taken(id) ? fmt::format("{}[{}]", name, chosen.front()) : id;
    }

    void set_edge(std::string_view name, perturbation& one) const {
        if (name.find('-') == std::string_view::npos)
            throw usage_error(
                fmt::format("{} acts on synapses from a cell type onto another, as {}-{}, and not on '{}'",
                            cortexpr::name_of(one.is), plan().types.front().name, plan().types.back().name, name));
        std::string_view unknown;
        for (auto dash = name.find('-'); dash != std::string_view::npos; dash = name.find('-', dash + 1)) {
            const auto before = name.substr(0, dash);
            auto behind = name.substr(dash + 1);
            if (behind.starts_with('>')) behind.remove_prefix(1);
            const auto from = type_of(before), to = type_of(behind);
            if (unknown.data() == nullptr) unknown = from ? behind : before;
            if (!from || !to) continue;
            one.of = target::edge;
            one.index = number_of_edge(plan(), *from, *to);
            return;
        }
        refuse_name(unknown, false);
    }

    void check(const perturbation& one) const {
        const auto refuse = [&](const std::string& why) { throw usage_error(fmt::format("{} {}", text_of(one), why)); };
        const bool is_of_edge = one.is == perturbation::kind::scale_edge || one.is == perturbation::kind::cut;
        const auto types = static_cast<int>(plan().types.size());
        if (one.of != (is_of_edge ? target::edge : target::neuron_type) || one.index < 0 ||
            one.index >= (is_of_edge ? types * types : types))
            throw usage_error(fmt::format("a perturbation names number {} of what {} hasn't", one.index, name()));
        if (!is_of_edge) check_cells(one.index, one.where.subtypes);
        if (!one.where.rows.empty() || !one.where.columns.empty())
            refuse("names rows or columns, which cells haven't; leave '@' out");
        if (!one.where.images.empty()) refuse("names images, but a connectome's cells are perturbed for all of them");
        if (is_of_edge && !one.where.subtypes.empty()) refuse("acts on all cells of a type; leave '[' out");
        if (is_of_edge) {
            const auto [from, to] = ends_of_edge(plan(), one.index);
            if (network_.synapses_between(from, to).empty()) refuse("changes nothing: no such synapse is there");
        }
        check_amount(one);
    }

    void check_amount(const perturbation& one) const {
        if (!one.amount) return;
        const auto rates_of = one.of == target::neuron_type ? class_of_rates(one) : std::nullopt;
        const auto fault = fault_of_amount(one.is, *one.amount, network_.dtype(), rates_of);
        if (!fault.empty()) throw usage_error(fmt::format("{} {}", text_of(one), fault));
    }

    /// The class of a cell that a perturbation names and whose rates may not be negative.
    std::optional<neuron_class> class_of_rates(const perturbation& one) const {
        const auto classes = network_.classes_of_cells();
        for (const auto cell : chosen_cells(one))
            if (!plan::may_be_negative(plan().types[index(one.index)], classes[index(cell)]))
                return classes[index(cell)];
        return std::nullopt;
    }

    /// The cells of a type that a perturbation names.
    std::vector<std::int32_t> chosen_cells(const perturbation& one) const {
        auto cells = cells_of(index(one.index));
        if (one.where.subtypes.empty()) return cells;
        std::vector<std::int32_t> chosen;
        for (const int cell : one.where.subtypes) chosen.push_back(cells.at(index(cell)));
        return chosen;
    }

    void add(const perturbation& one, connectome_request& request) const {
        check(one);
        if (one.of == target::edge) {
            const auto [from, to] = ends_of_edge(plan(), one.index);
            request.scales.push_back({.synapses = network_.synapses_between(from, to),
                                      .factor = one.is == perturbation::kind::cut ? 0 : one.amount.value_or(1),
                                      .from = one.from,
                                      .to = one.to});
            return;
        }
        auto cells = chosen_cells(one);
        const double amount = one.amount.value_or(0);
        switch (one.is) {
            case perturbation::kind::silence:
                request.clamps.push_back({.cells = std::move(cells), .value = 0, .from = one.from, .to = one.to});
                break;
            case perturbation::kind::clamp:
                request.clamps.push_back({.cells = std::move(cells), .value = amount, .from = one.from, .to = one.to});
                break;
            case perturbation::kind::inject:
                request.injections.push_back(
                    {.cells = std::move(cells), .current = amount, .from = one.from, .to = one.to});
                break;
            case perturbation::kind::noise:
                request.noises.push_back(
                    {.cells = std::move(cells), .deviation = amount, .from = one.from, .to = one.to});
                break;
            default:
                request.frozen_taus.push_back(
                    {.cells = std::move(cells), .value = one.amount, .from = one.from, .to = one.to});
        }
    }

    connectome_module& network_;
};

}  // namespace

std::shared_ptr<const probed_network> probed(connectome_module& network) {
    return std::make_shared<const probed_cells>(network);
}

connectome_request with_perturbations(connectome_module& network, const std::vector<perturbation>& all,
                                      connectome_request request) {
    probed_cells(network).add(all, request);
    return request;
}

}  // namespace cortexpr::workbench
