#include "commands.hpp"
#include "numbers.hpp"

#include <cortexpr/plan/facts.hpp>
#include <cortexpr/view/table.hpp>

#include <string_view>

namespace cortexpr::application {

namespace {

using view::alignment;

std::string text_of(const plan::map_shape& shape) {
    return fmt::format("{}x{}x{}", shape.channels, shape.height, shape.width);
}

std::string text_of(extent extent) { return fmt::format("{}x{}", extent.height, extent.width); }

std::string text_of(const activation_function& function) {
    return function == activation::none ? "-" : std::string(name_of(function));
}

std::int64_t size_of(const plan::network& network, int parameter) {
    return parameter < 0 ? 0 : network.parameters[static_cast<std::size_t>(parameter)].size();
}

std::string source_name(const plan::network& network, const plan::edge& edge) {
    switch (edge.from) {
        case plan::edge::source::stimulus:
            return "stimulus";
        case plan::edge::source::top_down:
            return "top_down";
        default:
            return std::string(network.types[static_cast<std::size_t>(edge.presynaptic)].name);
    }
}

std::string effect_of(const plan::edge& edge) {
    if (!edge.non_negative) return "free";
    return edge.sign > 0 ? "+" : "-";
}

std::string areas_text(const plan::network& network) {
    view::table table({{"area"}, {"input"}, {"output"}, {"nonlinearity"}, {"feedback"}});
    for (const auto& area : network.areas)
        table.row({std::string(area.name), text_of(area.input), text_of(area.output), text_of(area.output_nonlinearity),
                   area.feedback.channels > 0 ? text_of(area.feedback) : "-"});
    return table.text();
}

std::string types_text(const plan::network& network) {
    view::table table({{"area"}, {"neuron type"}, {"class"}, {"state"}, {"nonlinearity"}, {"tau"}});
    for (const auto& type : network.types)
        table.row({std::string(network.areas[static_cast<std::size_t>(type.area)].name), std::string(type.name),
                   std::string(name_of(type.kind)), text_of(type.shape), text_of(type.nonlinearity),
                   std::string(name_of(type.tau))});
    return table.text();
}

std::string edges_text(const plan::network& network) {
    view::table table({{"area"},
                       {"from"},
                       {"to"},
                       {"effect"},
                       {"extent"},
                       {"groups", alignment::right},
                       {"bias"},
                       {"nonlinearity"},
                       {"parameters", alignment::right}});
    for (const auto& edge : network.edges) {
        const auto to = edge.to_output() ? std::string_view("output")
                                         : network.types[static_cast<std::size_t>(edge.postsynaptic)].name;
        table.row({std::string(network.areas[static_cast<std::size_t>(edge.area)].name), source_name(network, edge),
                   std::string(to), effect_of(edge), text_of(edge.extent), std::to_string(edge.groups),
                   edge.bias < 0 ? "no" : "yes", text_of(edge.nonlinearity),
                   grouped(size_of(network, edge.weight) + size_of(network, edge.bias))});
    }
    for (const auto& edge : network.feedback)
        table.row({"feedback", std::string(network.areas[static_cast<std::size_t>(edge.from)].name),
                   std::string(network.areas[static_cast<std::size_t>(edge.to)].name), "free", text_of(edge.extent),
                   "1", edge.bias < 0 ? "no" : "yes", text_of(edge.nonlinearity),
                   grouped(size_of(network, edge.weight) + size_of(network, edge.bias))});
    return table.text();
}

std::string readout_text(const plan::readout& head) {
    return fmt::format("readout: {} pooling to {}x{}, {} features, {} hidden units (ReLU, dropout {:g}), {} classes\n",
                       name_of(head.pool), head.pool_height, head.pool_width, head.features, head.hidden, head.dropout,
                       head.classes);
}

}  // namespace

std::string summary_text(const plan::network& network, int steps) {
    std::string text = fmt::format("{}: {} parameters\n\n", network.name, grouped(plan::parameter_count(network)));
    text += areas_text(network) + '\n' + types_text(network) + '\n' + edges_text(network);
    if (network.is_classifier()) text += '\n' + readout_text(network.readout);
    constexpr double million = 1e6;
    text += fmt::format("one image, {} steps: {:.1f} million operations forward; states {} bytes a step in float32\n",
                        steps, static_cast<double>(plan::forward_flops(network, steps)) / million,
                        grouped(plan::state_size(network) * static_cast<std::int64_t>(sizeof(float))));
    return text;
}

int summary_command(const plan::network& network, int steps) {
    fmt::print("{}", summary_text(network, steps));
    return 0;
}

}  // namespace cortexpr::application
