#include <cortexpr/plan/stored.hpp>

#include <cortexpr/plan/lower.hpp>

#include <deque>
#include <string>
#include <vector>

namespace cortexpr::plan {

namespace {

struct storage {
    std::vector<area> areas;
    std::vector<neuron_type> types;
    std::vector<edge> edges;
    std::vector<feedback_edge> feedback;
    std::vector<parameter> parameters;
    std::deque<std::string> names;  // views of its texts stay valid while it grows
    plan::network network;
};

/// Copies the names, and makes `network` a view of the arrays.
std::shared_ptr<const network> shared(const std::shared_ptr<storage>& all) {
    const auto own = [&all](std::string_view& name) { name = all->names.emplace_back(name); };
    own(all->network.name);
    for (auto& area : all->areas) own(area.name);
    for (auto& type : all->types) own(type.name);
    all->network.areas = all->areas;
    all->network.types = all->types;
    all->network.edges = all->edges;
    all->network.feedback = all->feedback;
    all->network.parameters = all->parameters;
    return {all, &all->network};
}

}  // namespace

stored_network::stored_network(const plan::network& network) {
    const auto copied = [](const auto& span) { return std::vector(span.begin(), span.end()); };
    network_ = shared(std::make_shared<storage>(storage{.areas = copied(network.areas),
                                                        .types = copied(network.types),
                                                        .edges = copied(network.edges),
                                                        .feedback = copied(network.feedback),
                                                        .parameters = copied(network.parameters),
                                                        .names = {},
                                                        .network = network}));
}

stored_network::stored_network(std::string_view name, const network_declaration& declared,
                               const readout_declaration& head) {
    const auto sizes = sizes_of(declared, head.has_network);
    const auto all = std::make_shared<storage>();
    all->areas.resize(sizes.areas);
    all->types.resize(sizes.types);
    all->edges.resize(sizes.edges);
    all->feedback.resize(sizes.feedback);
    all->parameters.resize(sizes.parameters);
    lowering pass(all->areas, all->types, all->edges, all->feedback, all->parameters);
    pass.lower(declared, head.has_network ? "rnn." : "");
    if (head.has_network) all->network.readout = pass.lower_readout(head);
    all->network.name = name;
    all->network.pool = declared.pool;
    all->network.area_delay = declared.area_delay;
    network_ = shared(all);
}

}  // namespace cortexpr::plan
