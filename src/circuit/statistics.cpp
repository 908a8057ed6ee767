#include <cortexpr/circuit/statistics.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <optional>

namespace cortexpr::circuit {

namespace {

std::vector<std::int64_t> counts_of(const std::vector<std::int32_t>& neurons, std::size_t count) {
    std::vector<std::int64_t> counts(count, 0);
    for (const auto neuron : neurons) ++counts[static_cast<std::size_t>(neuron)];
    return counts;
}

std::string text_of(const spread& of) {
    return fmt::format("{} to {}, mean {:.1f}, median {}, 99 % at most {}", of.least, of.most, of.mean, of.median,
                       of.percentile_99);
}

/// The class that all neurons of a type have; "mixed" where they differ.
std::string class_of_type(const neurons& all, std::int32_t type) {
    std::optional<neuron_class> found;
    for (std::size_t i = 0; i < all.classes.size(); ++i) {
        if (all.types[i] != type) continue;
        if (found && *found != all.classes[i]) return "mixed";
        found = all.classes[i];
    }
    return found ? std::string(name_of(*found)) : "";
}

}  // namespace

type_matrix types_of(const graph& circuit) {
    const auto& [neurons, synapses] = circuit;
    const auto types = neurons.type_names.size();
    type_matrix matrix{.types = types,
                       .synapses = std::vector<std::int64_t>(types * types, 0),
                       .weights = std::vector<double>(types * types, 0)};
    const auto type = [&](std::int32_t neuron) {
        return static_cast<std::size_t>(neurons.types[static_cast<std::size_t>(neuron)]);
    };
    for (std::size_t i = 0; i < synapses.size(); ++i) {
        const auto index = matrix.index(type(synapses.postsynaptic[i]), type(synapses.presynaptic[i]));
        ++matrix.synapses[index];
        matrix.weights[index] += synapses.weights[i];
    }
    return matrix;
}

std::vector<std::int64_t> in_degrees(const graph& circuit) {
    return counts_of(circuit.synapses.postsynaptic, circuit.neurons.size());
}

std::vector<std::int64_t> out_degrees(const graph& circuit) {
    return counts_of(circuit.synapses.presynaptic, circuit.neurons.size());
}

spread spread_of(std::vector<std::int64_t> values) {
    if (values.empty()) return {};
    std::ranges::sort(values);
    const auto last = values.size() - 1;
    return {.least = values.front(),
            .median = values[last / 2],
            .percentile_99 = values[last * 99 / 100],
            .most = values.back(),
            .mean = std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size())};
}

std::vector<std::string> type_row_titles() { return {"type", "class", "neurons", "in", "out", "in each"}; }

std::vector<std::vector<std::string>> type_rows(const graph& circuit) {
    const auto matrix = types_of(circuit);
    const auto neurons = counts_of(circuit.neurons.types, matrix.types);
    std::vector<std::vector<std::string>> rows;
    for (std::size_t type = 0; type < matrix.types; ++type) {
        std::int64_t received = 0, sent = 0;
        for (std::size_t other = 0; other < matrix.types; ++other) {
            received += matrix.synapses[matrix.index(type, other)];
            sent += matrix.synapses[matrix.index(other, type)];
        }
        const double each =
            neurons[type] > 0 ? static_cast<double>(received) / static_cast<double>(neurons[type]) : 0.0;
        rows.push_back({circuit.neurons.type_names[type],
                        class_of_type(circuit.neurons, static_cast<std::int32_t>(type)),
                        fmt::format("{}", neurons[type]), fmt::format("{}", received), fmt::format("{}", sent),
                        fmt::format("{:.1f}", each)});
    }
    return rows;
}

std::string text_of(const graph& circuit) {
    const auto& [neurons, synapses] = circuit;
    const auto pairs = static_cast<double>(neurons.size()) * static_cast<double>(neurons.size());
    auto text = fmt::format("{} neurons of {} types, {} synapses ({:.3g} % of all pairs)\n", neurons.size(),
                            neurons.type_names.size(), synapses.size(),
                            pairs > 0 ? 100 * static_cast<double>(synapses.size()) / pairs : 0.0);
    if (!neurons.classes.empty()) {
        const auto share = [&](neuron_class of) { return std::ranges::count(neurons.classes, of); };
        text += fmt::format("  {} excitatory, {} inhibitory, {} hybrid\n", share(neuron_class::excitatory),
                            share(neuron_class::inhibitory), share(neuron_class::hybrid));
    }
    text += fmt::format("  in-degree  {}\n", text_of(spread_of(in_degrees(circuit))));
    text += fmt::format("  out-degree {}\n", text_of(spread_of(out_degrees(circuit))));
    if (synapses.size() > 0) {
        const auto [least, most] = std::ranges::minmax(synapses.weights);
        const double sum = std::accumulate(synapses.weights.begin(), synapses.weights.end(), 0.0);
        text += fmt::format("  weights    {:.3g} to {:.3g}, mean {:.3g}\n", least, most,
                            sum / static_cast<double>(synapses.size()));
    }
    return text;
}

}  // namespace cortexpr::circuit
