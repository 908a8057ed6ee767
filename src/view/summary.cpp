#include <cortexpr/view/summary.hpp>

#include "numbers.hpp"

#include <cortexpr/error.hpp>
#include <cortexpr/plan/facts.hpp>
#include <cortexpr/plan/names.hpp>
#include <cortexpr/view/table.hpp>

namespace cortexpr::view {

namespace {

constexpr std::int64_t float_bytes = sizeof(float);
constexpr const char* nothing = "-";

std::string text_of(const plan::map_shape& shape) {
    return fmt::format("{}x{}x{}", shape.channels, shape.height, shape.width);
}
std::string text_of(extent extent) { return fmt::format("{}x{}", extent.height, extent.width); }
std::string text_of(const activation_function& function) {
    return function == activation::none ? nothing : std::string(std::string_view(name_of(function)));
}
std::string text_of(const tau_start& start) {
    switch (start.from) {
        case tau_start::source::uniform:
            return fmt::format("{:g} to {:g}", start.first, start.second);
        case tau_start::source::normal:
            return fmt::format("N({:g}, {:g})", start.first, start.second);
        default:
            return fmt::format("{:g}", start.first);
    }
}
std::string text_of(std::string_view text) { return std::string(text); }

std::string effect_of(const plan::edge& edge) {
    if (!edge.non_negative) return "free";
    return edge.sign > 0 ? "+" : "-";
}

std::int64_t size_of(const plan::network& network, int parameter) {
    return parameter < 0 ? 0 : network.parameters[static_cast<std::size_t>(parameter)].size();
}
/// A parameter's name in the state dict, without the last part where that is one of weight and bias.
std::string state_dict_name(const plan::network& network, int parameter) {
    std::string name(std::string_view(network.parameters[static_cast<std::size_t>(parameter)].name));
    if (name.ends_with(".weight")) name.resize(name.rfind('.'));
    return name;
}
template <class Edge>
std::string parameters_of(const plan::network& network, const Edge& edge) {
    return grouped(size_of(network, edge.weight) + size_of(network, edge.bias));
}

std::string areas_text(const plan::network& network) {
    table table({{"area"},
                 {"input"},
                 {"class"},
                 {"feedback"},
                 {"class"},
                 {"starts from"},
                 {"output"},
                 {"nonlinearity"},
                 {"starts from"}});
    for (const auto& area : network.areas) {
        const bool hears = hears_feedback(area);
        table.row({text_of(area.name), text_of(area.input), text_of(name_of(area.input_class)),
                   hears ? text_of(area.feedback) : nothing, hears ? text_of(name_of(area.feedback_class)) : nothing,
                   hears ? text_of(name_of(area.initial_feedback)) : nothing, text_of(area.output),
                   text_of(area.output_nonlinearity), text_of(name_of(area.initial_output))});
    }
    return table.text();
}

std::string between_areas(const plan::network& network) {
    if (network.areas.size() < 2) return "";
    return fmt::format("between areas: {} pooling, bilinear growing, {}\n", name_of(network.pool),
                       network.area_delay > 0 ? "heard one step late" : "heard at the same step");
}

std::string types_text(const plan::network& network) {
    table table({{"area"},
                 {"neuron type"},
                 {"class"},
                 {"density"},
                 {"state"},
                 {"starts from"},
                 {"nonlinearity"},
                 {"tau"},
                 {"starts from"},
                 {"parameters", alignment::right},
                 {"state bytes", alignment::right},
                 {"tau in the state dict"}});
    for (const auto& type : network.types) {
        const auto& tau = network.parameters[static_cast<std::size_t>(type.tau_parameter)];
        table.row({text_of(area_at(network, type.area).name), text_of(type.name),
                   fmt::format("{}{}", name_of(type.kind), type.signed_rates ? ", signed" : ""),
                   is_half_density(network, type) ? "half" : "full", text_of(type.shape),
                   text_of(name_of(type.initial_state)), text_of(type.nonlinearity),
                   text_of({tau.shape[1], tau.shape[2], tau.shape[3]}), text_of(type.initial_tau), grouped(tau.size()),
                   grouped(type.shape.size() * float_bytes), state_dict_name(network, type.tau_parameter)});
    }
    return table.text();
}

std::string edges_text(const plan::network& network, int steps) {
    table table({{"area"},
                 {"from"},
                 {"to"},
                 {"effect"},
                 {"input"},
                 {"output"},
                 {"extent"},
                 {"groups", alignment::right},
                 {"bias"},
                 {"nonlinearity"},
                 {"parameters", alignment::right},
                 {"operations", alignment::right},
                 {"in the state dict"}});
    const auto with_bias = [](int bias) { return bias < 0 ? "no" : "yes"; };
    for (const auto& edge : network.edges)
        table.row({text_of(area_at(network, edge.area).name), text_of(source_name(network, edge)),
                   text_of(target_name(network, edge)), effect_of(edge), text_of(edge.input), text_of(edge.output),
                   text_of(edge.extent), std::to_string(edge.groups), with_bias(edge.bias), text_of(edge.nonlinearity),
                   parameters_of(network, edge), grouped(plan::flops(edge) * plan::evaluations(network, edge, steps)),
                   state_dict_name(network, edge.weight)});
    for (const auto& edge : network.feedback)
        table.row({"feedback", text_of(area_at(network, edge.from).name), text_of(area_at(network, edge.to).name),
                   "free", text_of(edge.input), text_of(edge.output), text_of(edge.extent), "1", with_bias(edge.bias),
                   text_of(edge.nonlinearity), parameters_of(network, edge),
                   grouped(plan::flops(edge) * plan::evaluations(edge, steps)), state_dict_name(network, edge.weight)});
    return table.text();
}

std::string readout_text(const plan::network& network) {
    const auto& head = network.readout;
    table table({{"readout"},
                 {"input"},
                 {"output"},
                 {"parameters", alignment::right},
                 {"operations", alignment::right},
                 {"in the state dict"}});
    const auto& map = network.areas.back().output;
    const auto layer = [&](const std::string& name, int index, int inputs, int outputs) {
        const auto which = static_cast<std::size_t>(index);
        table.row({name, std::to_string(inputs), std::to_string(outputs),
                   grouped(size_of(network, head.weight[which]) + size_of(network, head.bias[which])),
                   grouped(plan::flops(head, index)), state_dict_name(network, head.weight[which])});
    };
    table.row({fmt::format("{} pooling", name_of(head.pool)), text_of(map),
               text_of({map.channels, head.pool_height, head.pool_width}), "0", "0", ""});
    layer(fmt::format("{} hidden units, relu, dropout {:g}", head.hidden, head.dropout), 0, head.features, head.hidden);
    layer(fmt::format("{} {}", head.classes, head.is_regressor ? "targets" : "classes"), 1, head.hidden, head.classes);
    return table.text();
}

std::string totals_text(const plan::network& network, int steps) {
    using bound = plan::parameter::bound;
    std::int64_t non_negative = 0, at_least_one = 0;
    for (const auto& parameter : network.parameters) {
        if (parameter.constraint == bound::non_negative) non_negative += parameter.size();
        if (parameter.constraint == bound::at_least_one) at_least_one += parameter.size();
    }
    const auto all = plan::parameter_count(network);
    return fmt::format(
        "parameters: {}, of them {} kept >= 0 and {} time constants kept >= 1; {} bytes\n"
        "states: {} bytes for one image at one step\n"
        "operations: {} for one image over {} step{} forward\n",
        grouped(all), grouped(non_negative), grouped(at_least_one), grouped(all * float_bytes),
        grouped(plan::state_size(network) * float_bytes), grouped(plan::forward_flops(network, steps)), steps,
        steps == 1 ? "" : "s");
}

}  // namespace

std::string summary_text(const plan::network& network, int steps) {
    if (steps < 1) throw usage_error(fmt::format("a summary of {} steps was asked for; a run has at least 1", steps));
    std::string text = fmt::format("{}: {} parameters\n\n", network.name, grouped(plan::parameter_count(network)));
    text += areas_text(network) + between_areas(network) + '\n' + types_text(network) + '\n';
    text += edges_text(network, steps) + '\n';
    if (network.has_readout()) text += readout_text(network) + '\n';
    return text + totals_text(network, steps);
}

}  // namespace cortexpr::view
