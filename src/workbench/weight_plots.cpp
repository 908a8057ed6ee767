// How weights are distributed, their singular values, and kernels.

#include "cells.hpp"
#include "histogram.hpp"

#include <cortexpr/plan/names.hpp>
#include <cortexpr/workbench/plots.hpp>

#include <ATen/ops/full.h>
#include <ATen/ops/linalg_svdvals.h>
#include <ATen/ops/tensor.h>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <map>
#include <utility>

namespace cortexpr::workbench {

namespace {

constexpr int bins = 30;

/// Weights of edges with their sign, by the edges' names, under what a panel of them is called.
struct named_weights {
    std::string title;
    std::map<std::string, at::Tensor> of_edges;  ///< (postsynaptic, presynaptic of a group, height, width), float64
    std::map<std::string, int> groups{};
};

std::string edge_name(const plan::network& network, const plan::edge& edge) {
    return fmt::format("{}-{}", plan::source_name(network, edge), plan::target_name(network, edge));
}

at::Tensor signed_weights(const network_module& network, const plan::edge& edge) {
    return network.parameter(edge.weight).detach().cpu().to(at::kDouble) * static_cast<double>(edge.sign);
}

at::Tensor feedback_weights(const network_module& network, const plan::feedback_edge& edge) {
    return network.parameter(edge.weight).detach().cpu().to(at::kDouble);
}

/// Those of each area, and of feedback. \throws usage_error  there are none
std::vector<named_weights> weights_of(const network_module& network) {
    const auto& plan = network.plan();
    std::vector<named_weights> all;
    for (const auto& area : plan.areas) {
        named_weights here{std::string(area.name), {}};
        for (const auto& edge : plan.edges_of(area)) {
            here.of_edges[edge_name(plan, edge)] = signed_weights(network, edge);
            here.groups[edge_name(plan, edge)] = edge.groups;
        }
        if (!here.of_edges.empty()) all.push_back(std::move(here));
    }
    named_weights feedback{"feedback", {}};
    for (const auto& edge : plan.feedback) {
        const auto name = fmt::format("{}-{}", plan::area_at(plan, edge.from).name, plan::area_at(plan, edge.to).name);
        feedback.of_edges[name] = feedback_weights(network, edge);
        feedback.groups[name] = 1;
    }
    if (!feedback.of_edges.empty()) all.push_back(std::move(feedback));
    if (all.empty()) throw usage_error(fmt::format("{} has no weights", plan.name));
    return all;
}

view::line_plot histograms(const named_weights& weights) {
    // In one scale, edges of small weights would be a single bin beside those of large ones.
    view::line_plot plot{
        .title = weights.title, .x_label = "weight / largest", .y_label = "share of weights", .percent = true};
    double low = 0, high = 0;
    const auto largest = [](const at::Tensor& values) { return values.abs().max().item<double>(); };
    for (const auto& [label, values] : weights.of_edges) {
        const double scale = std::max(largest(values), 1e-300);
        low = std::min(low, values.min().item<double>() / scale);
        high = std::max(high, values.max().item<double>() / scale);
    }
    if (!(low < high)) high = low + 1;
    for (const auto& [label, values] : weights.of_edges)
        plot.curves.push_back(histogram(fmt::format("{} (largest {:.2g})", label, largest(values)),
                                        values / std::max(largest(values), 1e-300), low, high, bins));
    return plot;
}

/// The singular values of a convolution whose groups hear nothing of each other, the largest first.
std::vector<double> singular_values(const at::Tensor& weights, int groups) {
    std::vector<double> all;
    for (const auto& group : weights.flatten(1).chunk(groups)) {
        const auto found = at::linalg_svdvals(group).contiguous();
        all.insert(all.end(), found.const_data_ptr<double>(), found.const_data_ptr<double>() + found.numel());
    }
    std::ranges::sort(all, std::greater());
    return all;
}

/// Kernels beside and below each other with a line between them, which stays grey.
view::map_panel kernels_side_by_side(const std::string& label, const at::Tensor& weights) {
    const auto post = weights.size(0), pre = weights.size(1), height = weights.size(2), width = weights.size(3);
    const auto rows = pre * (height + 1) - 1, columns = post * (width + 1) - 1;
    auto page = at::full({rows, columns}, std::nan(""), at::kDouble);
    for (std::int64_t i = 0; i < pre; ++i)
        for (std::int64_t j = 0; j < post; ++j)
            page.narrow(0, i * (height + 1), height).narrow(1, j * (width + 1), width).copy_(weights[j][i]);
    const auto* first = page.const_data_ptr<double>();
    return {.label = label,
            .rows = static_cast<int>(rows),
            .columns = static_cast<int>(columns),
            .values = {first, first + page.numel()}};
}

std::vector<edge_index> all_edges(const plan::network& network) {
    std::vector<edge_index> all;
    for (int i = 0; i < static_cast<int>(network.edges.size()); ++i) all.push_back({.index = i});
    for (int i = 0; i < static_cast<int>(network.feedback.size()); ++i)
        all.push_back({.index = i, .is_feedback = true});
    return all;
}

/// An edge's name, without the area where there is one area alone, and its weights with their sign.
std::pair<std::string, at::Tensor> kernels_of(const network_module& network, const edge_index& of) {
    const auto& plan = network.plan();
    const auto count = of.is_feedback ? plan.feedback.size() : plan.edges.size();
    if (of.index < 0 || of.index >= static_cast<int>(count))
        throw usage_error(
            fmt::format("{} {} of {} was named", of.is_feedback ? "feedback edge" : "edge", of.index, count));
    const auto index = static_cast<std::size_t>(of.index);
    if (of.is_feedback)
        return {plan::full_name(plan, plan.feedback[index]), feedback_weights(network, plan.feedback[index])};
    const auto& edge = plan.edges[index];
    const auto name = plan.areas.size() > 1
                          ? plan::full_name(plan, edge)
                          : fmt::format("{}->{}", plan::source_name(plan, edge), plan::target_name(plan, edge));
    return {name, signed_weights(network, edge)};
}

/// The synapses of a connectome, from one type onto another: the types that receive most, and of what each receives
/// those that send most.
class drawn_synapses {
  public:
    explicit drawn_synapses(const connectome_module& network) : received_(network.plan().types.size()) {
        const auto type_of = types_of_cells(network);
        const auto from = network.presynaptic_cells(), to = network.postsynaptic_cells();
        for (std::size_t i = 0; i < from.size(); ++i)
            received_[type_of[static_cast<std::size_t>(to[i])]][type_of[static_cast<std::size_t>(from[i])]].push_back(
                static_cast<std::int64_t>(i));
    }

    std::vector<std::size_t> targets() const {
        constexpr std::size_t most_panels = 12;
        std::vector<std::size_t> all;
        for (std::size_t type = 0; type < received_.size(); ++type)
            if (!received_[type].empty()) all.push_back(type);
        const auto synapses_onto = [this](std::size_t type) {
            std::size_t count = 0;
            for (const auto& [source, some] : received_[type]) count += some.size();
            return count;
        };
        return largest(synapses_onto, all, most_panels);
    }
    std::vector<std::size_t> sources(std::size_t target) const {
        constexpr std::size_t most_curves = 6;
        std::vector<std::size_t> all;
        for (const auto& [source, some] : received_[target]) all.push_back(source);
        return largest([&](std::size_t one) { return received_[target].at(one).size(); }, all, most_curves);
    }
    const std::vector<std::int64_t>& between(std::size_t source, std::size_t target) const {
        return received_[target].at(source);
    }

    /// Edges from type to type, all and those that are drawn.
    std::size_t edges() const {
        std::size_t count = 0;
        for (const auto& one : received_) count += one.size();
        return count;
    }
    std::size_t drawn_edges() const {
        std::size_t count = 0;
        for (const auto target : targets()) count += sources(target).size();
        return count;
    }

  private:
    template <class Count>
    static std::vector<std::size_t> largest(const Count& count, std::vector<std::size_t> all, std::size_t most) {
        std::ranges::stable_sort(all, std::greater(), count);
        all.resize(std::min(all.size(), most));
        std::ranges::sort(all);
        return all;
    }

    std::vector<std::map<std::size_t, std::vector<std::int64_t>>> received_;
};

}  // namespace

std::vector<view::line_plot> weight_histograms(const network_module& network) {
    std::vector<view::line_plot> plots;
    for (const auto& weights : weights_of(network)) plots.push_back(histograms(weights));
    return plots;
}

std::string drawn_edges(const connectome_module& network) {
    const drawn_synapses synapses(network);
    const auto all = synapses.edges(), drawn = synapses.drawn_edges();
    return drawn == all ? std::string() : fmt::format("{} of {} edges, those with most synapses", drawn, all);
}

std::vector<view::line_plot> weight_histograms(connectome_module& network) {
    const auto& types = network.plan().types;
    const drawn_synapses synapses(network);
    const auto weights = signed_synaptic_weights(network);
    std::vector<view::line_plot> plots;
    for (const auto target : synapses.targets()) {
        named_weights here{fmt::format("onto {}", types[target].name), {}};
        for (const auto source : synapses.sources(target))
            here.of_edges[fmt::format("{}-{}", types[source].name, types[target].name)] =
                weights.index_select(0, at::tensor(synapses.between(source, target)));
        plots.push_back(histograms(here));
    }
    if (plots.empty()) throw usage_error(fmt::format("{} has no synapses", network.plan().name));
    return plots;
}

std::vector<view::line_plot> weight_spectra(const network_module& network) {
    std::vector<view::line_plot> plots;
    for (const auto& weights : weights_of(network)) {
        view::line_plot plot{
            .title = weights.title, .x_label = "rank", .y_label = "singular value", .has_whole_x = true};
        for (const auto& [name, values] : weights.of_edges) {
            view::curve curve{.label = name, .x = {}, .y = singular_values(values, weights.groups.at(name))};
            for (std::size_t i = 0; i < curve.y.size(); ++i) curve.x.push_back(static_cast<double>(i + 1));
            plot.curves.push_back(std::move(curve));
        }
        plots.push_back(std::move(plot));
    }
    return plots;
}

view::map_picture kernel_maps(const network_module& network, const std::vector<edge_index>& edges) {
    const auto chosen = edges.empty() ? all_edges(network.plan()) : edges;
    const bool are_several = chosen.size() > 1;
    view::map_picture picture{.title = "Kernels",
                              .value_label = are_several ? "share of the largest" : "weight",
                              .panels = {},
                              .across = are_several ? 2 : 1,
                              .scale = view::colour_scale::around_zero,
                              .caption = "across: postsynaptic, down: presynaptic subtypes"};
    for (const auto& one : chosen) {
        auto [label, weights] = kernels_of(network, one);
        // In one scale, edges of small weights would be white beside those of large ones.
        if (are_several) {
            const auto largest = weights.abs().max().clamp_min(1e-300);
            weights = weights / largest;
            label += fmt::format("\nlargest {:.2g}", largest.item<double>());
        }
        picture.panels.push_back(kernels_side_by_side(label, weights));
    }
    return picture;
}

}  // namespace cortexpr::workbench
