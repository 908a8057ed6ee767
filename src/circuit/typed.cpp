#include <cortexpr/circuit/generators.hpp>

#include "random.hpp"

#include <fmt/format.h>

#include <limits>

namespace cortexpr::circuit {

namespace {

void require_sound(const typed_options& options) {
    const auto types = options.counts.size();
    if (types == 0) throw usage_error("a circuit of types needs one at least");
    if (options.probabilities.size() != types * types)
        throw usage_error(fmt::format("{} types need {} probabilities, a row for each postsynaptic type, not {}", types,
                                      types * types, options.probabilities.size()));
    if (!options.names.empty() && options.names.size() != types)
        throw usage_error(fmt::format("{} types have {} names", types, options.names.size()));
    if (!options.classes.empty() && options.classes.size() != types)
        throw usage_error(fmt::format("{} types have {} classes", types, options.classes.size()));
    std::int64_t neurons = 0;
    for (const auto count : options.counts) {
        if (count < 1) throw usage_error(fmt::format("a type of {} neurons is none; give 1 or more", count));
        neurons += count;
    }
    if (neurons > std::numeric_limits<std::int32_t>::max())
        throw usage_error(fmt::format("{} neurons are more than 2^31 - 1", neurons));
    for (const double probability : options.probabilities)
        if (!(probability >= 0 && probability <= 1))
            throw usage_error(fmt::format("{} is no probability; give 0 to 1", probability));
}

}  // namespace

graph typed(const typed_options& options) {
    require_sound(options);
    const auto types = options.counts.size();
    graph circuit;
    std::vector<std::int32_t> first(types, 0);  // neuron of each type
    for (std::size_t type = 0; type < types; ++type) {
        first[type] = static_cast<std::int32_t>(circuit.neurons.size());
        const auto end = circuit.neurons.size() + static_cast<std::size_t>(options.counts[type]);
        circuit.neurons.types.resize(end, static_cast<std::int32_t>(type));
        if (!options.classes.empty()) circuit.neurons.classes.resize(end, options.classes[type]);
        circuit.neurons.type_names.push_back(options.names.empty() ? fmt::format("type_{}", type)
                                                                   : options.names[type]);
    }
    random_stream draw(options.seed);
    auto& [presynaptic, postsynaptic, weights] = circuit.synapses;
    for (std::size_t post = 0; post < types; ++post)
        for (std::size_t pre = 0; pre < types; ++pre) {
            const double probability = options.probabilities[post * types + pre];
            if (probability == 0) continue;
            // The pairs of two types lie in a row, in which the distance to the next synapse is drawn.
            const auto width = static_cast<std::int64_t>(options.counts[pre]);
            const auto pairs = width * options.counts[post];
            for (std::int64_t pair = -1;;) {
                const double gap = probability < 1 ? draw.failures_before_success(probability) : 0.0;
                if (gap >= static_cast<double>(pairs - pair - 1)) break;
                pair += 1 + static_cast<std::int64_t>(gap);
                const auto from = first[pre] + static_cast<std::int32_t>(pair % width),
                           to = first[post] + static_cast<std::int32_t>(pair / width);
                if (from == to && !options.self) continue;
                presynaptic.push_back(from);
                postsynaptic.push_back(to);
                weights.push_back(1);
            }
        }
    return circuit;
}

}  // namespace cortexpr::circuit
