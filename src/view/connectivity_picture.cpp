#include <cortexpr/view/connectivity.hpp>

#include "../describe/matrix.hpp"
#include "panel.hpp"
#include "svg.hpp"

#include <cortexpr/plan/names.hpp>
#include <cortexpr/view/table.hpp>

#include <fmt/format.h>

#include <algorithm>

namespace cortexpr::view {

namespace {

using svg::number;

constexpr double matrix_margin = 16, side = 34, font = 12;

std::string class_fill(neuron_class kind) {
    return fmt::format(R"(class="fill{0}" fill="{1}" fill-opacity="0.4")", svg::colour_of(kind),
                       svg::colours[svg::colour_of(kind)].on_light);
}

/// The connectivity matrix of one area, with its labels around it.
class area_panel {
  public:
    area_panel(const plan::network& network, const plan::area& area) : network_(network), area_(area) {
        describe::strings names;
        for (const auto& type : network.types_of(area)) names.emplace_back(type.name);
        labels_ = describe::empty_matrix(names, hears_feedback(area));
    }

    double left_labels() const { return 18 + longest(labels_.sources) + 8; }
    double width() const { return left_labels() + side * static_cast<double>(labels_.targets.size()); }
    double height() const {
        return name_height() + side * static_cast<double>(labels_.sources.size()) + 5 + longest(labels_.targets) + 22;
    }

    std::string drawn(double left, double top) const {
        const svg::box panel{left + left_labels(), top + name_height(),
                             side * static_cast<double>(labels_.targets.size()),
                             side * static_cast<double>(labels_.sources.size())};
        std::string all;
        if (name_height() > 0)
            all += svg::text(panel.left, top + font, std::string(area_.name), "ink", R"(font-weight="600")");
        for (std::size_t row = 0; row < labels_.sources.size(); ++row)
            all += svg::text(panel.left - 5, middle(panel.top, row) + 0.35 * font, shown(labels_.sources[row]), "ink",
                             R"(text-anchor="end" font-size="12")");
        for (std::size_t column = 0; column < labels_.targets.size(); ++column)
            all += svg::turned_text(middle(panel.left, column) + 0.35 * font, panel.bottom() + 5, -90,
                                    shown(labels_.targets[column]), "ink", R"(text-anchor="end" font-size="12")");
        for (const auto& edge : network_.edges_of(area_)) all += cell(panel, edge);
        all += fmt::format(R"(<rect class="axis" x="{}" y="{}" width="{}" height="{}" stroke="#8c959f" fill="none"/>)"
                           "\n",
                           number(panel.left), number(panel.top), number(panel.width), number(panel.height));
        all += svg::turned_text(left + 10, panel.top + panel.height / 2, -90, "presynaptic", "soft",
                                R"(text-anchor="middle" font-size="11")");
        return all + svg::text(panel.left + panel.width / 2, top + height() - 6, "postsynaptic", "soft",
                               R"(text-anchor="middle" font-size="11")");
    }

  private:
    /// None where the network has one area: the title says its name.
    double name_height() const { return network_.areas.size() > 1 ? font + 8 : 0; }
    static double longest(const describe::strings& labels) {
        double most = font;
        for (const auto& label : labels) most = std::max(most, svg::length_of(shown(label), font));
        return most;
    }
    static std::string shown(const std::string& label) { return svg::shortened(label, svg::longest_name); }
    static double middle(double start, std::size_t index) { return start + (static_cast<double>(index) + 0.5) * side; }

    /// Its kernel's extent, where the colour is the class of what sends; all else where the pointer rests.
    std::string cell(const svg::box& panel, const plan::edge& edge) const {
        const auto row = static_cast<std::size_t>(edge.row), column = static_cast<std::size_t>(edge.column);
        const auto extent = fmt::format("{}x{}", edge.extent.height, edge.extent.width);
        auto text = fmt::format("{} to {}: {}, kernel {}", labels_.sources[row], labels_.targets[column],
                                name_of(plan::source_class(network_, edge)), extent);
        if (edge.groups != 1) text += fmt::format(", {} groups", edge.groups);
        if (edge.bias < 0) text += ", no bias";
        if (edge.nonlinearity != activation::none)
            text += fmt::format(", {}", std::string_view(name_of(edge.nonlinearity)));
        return fmt::format(R"(<rect x="{}" y="{}" width="{}" height="{}" {}><title>{}</title></rect>)"
                           "\n",
                           number(panel.left + static_cast<double>(column) * side + 1),
                           number(panel.top + static_cast<double>(row) * side + 1), number(side - 2), number(side - 2),
                           class_fill(plan::source_class(network_, edge)), svg::escaped(text)) +
               svg::text(middle(panel.left, column), middle(panel.top, row) + 4, extent, "ink",
                         R"(text-anchor="middle" font-size="11" pointer-events="none")");
    }

    const plan::network& network_;
    const plan::area& area_;
    describe::labelled_matrix labels_{};
};

}  // namespace

std::string connectivity_svg(const plan::network& network, const std::string& title) {
    std::vector<area_panel> panels;
    for (const auto& area : network.areas) panels.emplace_back(network, area);
    constexpr double key_width = 250, gap = 18;
    const double head = title.empty() ? matrix_margin : svg::heading_height + 6;
    double width = key_width, height = head;
    for (const auto& panel : panels) {
        width = std::max(width, panel.width());
        height += panel.height() + gap;
    }
    width += 2 * matrix_margin;
    std::string dark;
    for (std::size_t i = 0; i < 3; ++i) dark += fmt::format(".fill{}{{fill:{}}}", i, svg::colours[i].on_dark);
    auto all =
        svg::page(width, height + matrix_margin, title.empty() ? std::string("connectivity matrix") : title, dark) +
        svg::heading(width, title);
    double top = head;
    for (const auto& panel : panels) {
        all += panel.drawn(matrix_margin, top);
        top += panel.height() + gap;
    }
    double left = matrix_margin;
    for (const auto kind : {neuron_class::excitatory, neuron_class::inhibitory, neuron_class::hybrid}) {
        all += fmt::format(R"(<rect x="{}" y="{}" width="11" height="11" {}/>)"
                           "\n",
                           number(left), number(height - 12), class_fill(kind));
        const std::string name(name_of(kind));
        all += svg::text(left + 16, height - 2, name, "soft", R"(font-size="11")");
        left += 34 + 6.2 * static_cast<double>(name.size());
    }
    return all + "</svg>\n";
}

}  // namespace cortexpr::view
