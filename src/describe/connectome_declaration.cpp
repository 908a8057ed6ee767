#include "connectome_declaration.hpp"

#include "spelled.hpp"

#include <cortexpr/error.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <vector>

namespace cortexpr::describe {

namespace {

using json = nlohmann::ordered_json;

class declaring_cells {
  public:
    explicit declaring_cells(const json& network) : network_(network) {}

    std::string text() const {
        std::string all;
        for (const auto& type : network_.at("cell_types")) all += declared(type);
        const auto name = identifier_of(network_.at("name"));
        const auto& head = network_.at("readout");
        if (head.is_null()) return all + declared_as(name);
        const auto cells = fmt::format("{}_cells", name);
        return all + declared_as(cells) + fmt::format("struct {} : {} {{}};\n", name, spelled_readout(cells, head));
    }

  private:
    static std::string declared(const json& type) {
        std::vector<std::string> options;
        const auto& tau = type.at("tau");
        const auto& bias = type.at("bias");
        const auto function = spelled_function(type.at("nonlinearity"));
        if (function != "activation::sigmoid") options.push_back(fmt::format("nonlinearity<{}>", function));
        if (tau.is_null()) {
            options.emplace_back("no_tau");
        } else if (tau.at("mode") != "per_neuron" || tau.at("initial") != 1.0) {
            options.push_back(
                with_arguments("tau", {spelled("tau_mode", tau.at("mode")), spelled_tau(tau.at("initial"))}, {"1.0"}));
        }
        if (bias.at("mode") != "per_neuron" || bias.at("initial") != 0.0)
            options.push_back(with_arguments(
                "bias", {spelled("bias_mode", bias.at("mode")), spelled_number(bias.at("initial"))}, {"0.0"}));
        if (type.at("initial_state") != "zeros")
            options.push_back(fmt::format("initial_state<{}>", spelled("fill", type.at("initial_state"))));
        if (type.at("rectified").get<bool>()) options.emplace_back("rectified");
        if (type.at("signed_rates").get<bool>() && type.at("class") != "hybrid") options.emplace_back("signed_rates");
        return fmt::format("struct {} : {}_cells<{}> {{}};\n", identifier_of(type.at("name")),
                           type.at("class").get_ref<const std::string&>(), fmt::join(options, ", "));
    }

    std::string declared_as(const std::string& name) const {
        std::vector<std::string> types;
        for (const auto& type : network_.at("cell_types")) types.push_back(identifier_of(type.at("name")));
        std::vector<std::string> parts{fmt::format("cells<{}>", fmt::join(types, ", ")), synapses(),
                                       projection("stimulus", "stimulus_to"), projection("output", "output_from")};
        if (network_.at("weights") != "per_synapse")
            parts.push_back(fmt::format("weights<{}>", spelled("weight_mode", network_.at("weights"))));
        return fmt::format("struct {} : connectome<\n    {}> {{}};\n", name, fmt::join(parts, ",\n    "));
    }

    /// A row for neighbouring pairs of one presynaptic type.
    std::string synapses() const {
        const auto& pairs = network_.at("synapses");
        if (pairs.is_string()) return "synapses<as_in_the_file>";
        std::vector<std::string> rows;
        for (std::size_t i = 0; i < pairs.size();) {
            const auto& from = pairs[i].at("from");
            std::vector<std::string> row{known(from)};
            for (; i < pairs.size() && pairs[i].at("from") == from; ++i) row.push_back(known(pairs[i].at("to")));
            rows.push_back(fmt::format("projects<{}>", fmt::join(row, ", ")));
        }
        return fmt::format("synapses<{}>", fmt::join(rows, ",\n             "));
    }

    std::string projection(const char* part, std::string_view word) const {
        const auto& described = network_.at(part);
        std::vector<std::string> arguments;
        if (described.at("kind") != "one_to_one") arguments.push_back(std::to_string(described.at("size").get<int>()));
        if (described.at("cell_types") == "all_cells") {
            arguments.emplace_back("all_cells");
        } else {
            for (const auto& type : described.at("cell_types")) arguments.push_back(known(type));
        }
        const auto kind = described.at("kind") == "one_to_one"
                              ? std::string()
                              : fmt::format("{}_", described.at("kind").get_ref<const std::string&>());
        return fmt::format("{}{}<{}>", kind, word, fmt::join(arguments, ", "));
    }

    /// The name of a cell type that there is.
    std::string known(const json& name) const {
        const auto& types = network_.at("cell_types");
        if (std::ranges::find(types, name, [](const json& type) { return type.at("name"); }) == types.end())
            throw usage_error(fmt::format("connectome {} names {}, which is none of its cell types",
                                          network_.at("name").dump(), name.dump()));
        return identifier_of(name);
    }

    const json& network_;
};

}  // namespace

std::string connectome_to_cpp(const json& description) { return declaring_cells(description).text(); }

}  // namespace cortexpr::describe
