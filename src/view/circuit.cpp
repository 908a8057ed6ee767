#include <cortexpr/view/circuit.hpp>

#include "numbers.hpp"
#include "panel.hpp"
#include "svg.hpp"

#include <cortexpr/circuit/statistics.hpp>
#include <cortexpr/view/table.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <string_view>

namespace cortexpr::view {

namespace {

using svg::number;

constexpr double margin = 16;
constexpr double key_width = 290;  // with its words
constexpr double narrowest = key_width + 2 * margin + 8;

struct field {
    double contacts = 0;  ///< that a postsynaptic neuron receives
    double sign = 0;      ///< above 0: they excite in sum
    std::int64_t synapses = 0;
};

/// [pre * types + post]
std::vector<field> fields_of(const circuit::graph& circuit) {
    const auto& neurons = circuit.neurons;
    const auto types = neurons.type_names.size();
    std::vector<field> fields(types * types);
    std::vector<double> counts(types);
    for (const auto type : neurons.types) ++counts[static_cast<std::size_t>(type)];
    for (std::size_t k = 0; k < circuit.synapses.size(); ++k) {
        const auto pre = static_cast<std::size_t>(circuit.synapses.presynaptic[k]);
        const auto post = static_cast<std::size_t>(circuit.synapses.postsynaptic[k]);
        const auto target = static_cast<std::size_t>(neurons.types[post]);
        auto& one = fields[static_cast<std::size_t>(neurons.types[pre]) * types + target];
        const double weight = circuit.synapses.weights[k];
        const bool inhibits = !neurons.classes.empty() && neurons.classes[pre] == neuron_class::inhibitory;
        one.contacts += std::abs(weight) / counts[target];
        one.sign += inhibits ? -weight : weight;
        ++one.synapses;
    }
    return fields;
}

/// From pale to full over the orders of magnitude.
class shading {
  public:
    shading(const std::vector<field>& fields, bool has_signs) : has_signs_(has_signs) {
        for (const auto& one : fields) {
            if (!(one.contacts > 0)) continue;
            least_ = most_ > 0 ? std::min(least_, one.contacts) : one.contacts;
            most_ = std::max(most_, one.contacts);
        }
        if (!(most_ > 0)) least_ = most_ = 1;
        least_ = std::pow(10.0, std::floor(std::log10(least_)));
        most_ = std::pow(10.0, std::max(std::ceil(std::log10(most_)), std::log10(least_) + 1));
    }

    double least() const { return least_; }
    double most() const { return most_; }

    std::string fill(double contacts, double sign) const {
        constexpr double palest = 0.12;
        const double share = std::log(contacts / least_) / std::log(most_ / least_);
        return fmt::format(R"(class="{0}" fill="{1}" fill-opacity="{2:.2f}")", name(sign), colour(sign).on_light,
                           palest + (1 - palest) * share);
    }
    static std::string dark_rules() {
        return fmt::format(".excites{{fill:{}}}.inhibits{{fill:{}}}.unsigned{{fill:{}}}", svg::colours[0].on_dark,
                           svg::colours[1].on_dark, svg::colours[6].on_dark);
    }

  private:
    const char* name(double sign) const { return !has_signs_ ? "unsigned" : sign < 0 ? "inhibits" : "excites"; }
    svg::colour_pair colour(double sign) const { return svg::colours[!has_signs_ ? 6 : sign < 0 ? 1 : 0]; }

    bool has_signs_;
    double least_ = 0, most_ = 0;
};

/// Names of types as they stand beside the matrix.
std::vector<std::string> labels_of(const std::vector<std::string>& names) {
    std::vector<std::string> labels;
    for (const auto& name : names) labels.push_back(svg::shortened(name, svg::longest_name));
    return labels;
}

double width_of(const std::vector<std::string>& labels, double font) {
    double longest = font;
    for (const auto& label : labels) longest = std::max(longest, svg::length_of(label, font));
    return longest;
}

/// Steps of the scale side by side, with what they stand for below.
std::string colour_key(const shading& shades, bool has_signs, double left, double top, double width) {
    constexpr int steps = 24;
    constexpr double height = 9;
    const svg::scale across{shades.least(), shades.most(), left, left + width, true};
    std::string all;
    const std::vector<std::pair<const char*, double>> rows =
        has_signs ? std::vector<std::pair<const char*, double>>{{"excitatory", 1}, {"inhibitory", -1}}
                  : std::vector<std::pair<const char*, double>>{{"", 1}};
    double y = top;
    for (const auto& [name, sign] : rows) {
        for (int i = 0; i < steps; ++i) {
            const double share = (i + 0.5) / steps;
            const double value = shades.least() * std::pow(shades.most() / shades.least(), share);
            all += fmt::format(R"(<rect x="{}" y="{}" width="{}" height="{}" {}/>)", number(left + i * width / steps),
                               number(y), number(width / steps), number(height), shades.fill(value, sign));
        }
        all += '\n' + svg::text(left + width + 6, y + 8.5, name, "soft", R"(font-size="11")");
        y += height + 2;
    }
    for (const auto& one : svg::ticks_of(across, 0))
        all += svg::text(across.place(one.value), y + 11, one.label, "soft", R"(text-anchor="middle" font-size="11")");
    return all + svg::text(left, y + 26, "contacts that a postsynaptic neuron receives", "soft", R"(font-size="11")");
}

/// Points (degree, share of neurons with at least that many), by rising degree.
std::vector<std::pair<double, double>> shares_of(std::vector<std::int64_t> degrees) {
    std::ranges::sort(degrees);
    std::vector<std::pair<double, double>> points;
    const auto count = static_cast<double>(degrees.size());
    for (std::size_t i = 0; i < degrees.size(); ++i)
        if (degrees[i] > 0 && (i == 0 || degrees[i] != degrees[i - 1]))
            points.emplace_back(static_cast<double>(degrees[i]), (count - static_cast<double>(i)) / count);
    return points;
}

/// A square for each pair of types, presynaptic ones from top to bottom.
struct type_grid {
    svg::box panel;
    double side;  ///< of a square
    double font;

    /// The types' names at the left and, turned, at the bottom.
    std::string labelled(const std::vector<std::string>& names) const {
        const auto style = fmt::format(R"(text-anchor="end" font-size="{}")", number(font));
        std::string all;
        for (std::size_t i = 0; i < names.size(); ++i) {
            const double middle = (static_cast<double>(i) + 0.5) * side;
            all += svg::text(panel.left - 5, panel.top + middle + 0.35 * font, names[i], "ink", style);
            all += svg::turned_text(panel.left + middle + 0.35 * font, panel.bottom() + 5, -90, names[i], "ink", style);
        }
        return all;
    }
    std::string square(std::size_t pre, std::size_t post, const std::string& fill, const std::string& words) const {
        return fmt::format(R"(<rect x="{}" y="{}" width="{}" height="{}" {}><title>{}</title></rect>)"
                           "\n",
                           number(panel.left + static_cast<double>(post) * side + 0.5),
                           number(panel.top + static_cast<double>(pre) * side + 0.5), number(side - 1),
                           number(side - 1), fill, words);
    }
};

std::string squares_of(const std::vector<field>& fields, const std::vector<std::string>& names, const shading& shades,
                       const type_grid& grid) {
    std::string all;
    for (std::size_t pre = 0; pre < names.size(); ++pre)
        for (std::size_t post = 0; post < names.size(); ++post) {
            const auto& one = fields[pre * names.size() + post];
            if (!(one.contacts > 0)) continue;
            const auto words =
                fmt::format("{} to {}: {:.3g} contacts a neuron, {} synapses in all", svg::escaped(names[pre]),
                            svg::escaped(names[post]), one.contacts, grouped(one.synapses));
            all += grid.square(pre, post, shades.fill(one.contacts, one.sign), words);
        }
    return all;
}

std::string path_through(const std::vector<std::pair<double, double>>& points, const svg::scale& across,
                         const svg::scale& up) {
    std::string path;
    for (const auto& [x, y] : points)
        path += fmt::format("{}{} {}", path.empty() ? "M" : "L", number(across.place(x)), number(up.place(y)));
    return path;
}

}  // namespace

std::string type_matrix_svg(const circuit::graph& circuit, const std::string& title) {
    const auto& names = circuit.neurons.type_names;
    if (circuit.neurons.size() == 0 || names.empty()) throw usage_error("a matrix of types needs a graph with neurons");
    const auto types = static_cast<double>(names.size());
    const bool has_signs = !circuit.neurons.classes.empty();
    const auto fields = fields_of(circuit);
    const shading shades(fields, has_signs);
    const double side = std::clamp(340 / types, 11.0, 30.0), font = std::min(12.0, side - 1);
    const auto shown = labels_of(names);
    const double labels = width_of(shown, font) + 8;
    const double head = title.empty() ? margin : svg::heading_height + 6;
    const double key_height = has_signs ? 66 : 54;
    const svg::box panel{margin + 18 + labels, head, types * side, types * side};
    const double width = std::max(narrowest, panel.right() + margin + font);
    const double height = panel.bottom() + labels + 22 + key_height + margin;
    auto all = svg::page(width, height, title.empty() ? "synapses by type" : title, shading::dark_rules()) +
               svg::heading(width, title);
    const type_grid grid{panel, side, font};
    all += grid.labelled(shown) + squares_of(fields, names, shades, grid);
    all += fmt::format(R"(<rect class="axis" x="{}" y="{}" width="{}" height="{}" stroke="#8c959f" fill="none"/>)"
                       "\n",
                       number(panel.left), number(panel.top), number(panel.width), number(panel.height));
    all += svg::turned_text(margin + 8, panel.top + panel.height / 2, -90, "presynaptic", "ink",
                            R"(text-anchor="middle")");
    const double below = panel.bottom() + labels + 14;
    all += svg::text(panel.left + panel.width / 2, below, "postsynaptic", "ink", R"(text-anchor="middle")");
    const double key_left = std::max(margin + 8, std::min(panel.left, width - key_width - margin));
    all += colour_key(shades, has_signs, key_left, below + 14, 140);
    return all + "</svg>\n";
}

std::string degrees_svg(const circuit::graph& circuit, const std::string& title) {
    const std::pair<const char*, std::vector<std::pair<double, double>>> curves[]{
        {"in-degree", shares_of(circuit::in_degrees(circuit))},
        {"out-degree", shares_of(circuit::out_degrees(circuit))}};
    if (curves[0].second.empty()) throw usage_error("degrees can't be drawn of a graph without synapses");
    const double most = std::max(curves[0].second.back().first, curves[1].second.back().first);
    const double head = title.empty() ? margin : svg::heading_height + 6;
    const svg::box panel{62, head + 22, 360, 240};
    constexpr double width = 450;
    const double height = panel.bottom() + 46;
    const svg::scale across{1, std::max(10.0, most), panel.left, panel.right(), true};
    const double rarest = std::min(0.1, 1 / static_cast<double>(circuit.neurons.size()));
    const svg::scale up{rarest, 1, panel.bottom(), panel.top, true};
    std::string dark;
    for (const int i : {0, 1})
        dark += fmt::format(".line{0}{{stroke:{1}}}", i, svg::colours[static_cast<std::size_t>(i)].on_dark);
    auto all = svg::page(width, height, title.empty() ? "degrees" : title, dark) + svg::heading(width, title) +
               svg::axes(panel, across, svg::ticks_of(across, 0), up, svg::ticks_of(up, 0));
    double legend = panel.left;
    for (int i = 0; i < 2; ++i) {
        const auto& [name, points] = curves[i];
        const auto stroke =
            fmt::format(R"(class="line{}" stroke="{}" stroke-width="2" fill="none"{})", i,
                        svg::colours[static_cast<std::size_t>(i)].on_light, i == 1 ? R"( stroke-dasharray="6 3")" : "");
        all += fmt::format(R"(<path d="{}" {}/>)"
                           "\n",
                           path_through(points, across, up), stroke);
        all += fmt::format(R"(<path d="M{} {}h24" {}/>)"
                           "\n",
                           number(legend), number(head + 6), stroke);
        all += svg::text(legend + 30, head + 10, name, "ink");
        legend += 120;
    }
    all += svg::text(panel.left + panel.width / 2, panel.bottom() + 36, "partners of a neuron", "ink",
                     R"(text-anchor="middle")");
    all += svg::turned_text(16, panel.top + panel.height / 2, -90, "share of neurons with at least as many", "ink",
                            R"(text-anchor="middle")");
    return all + "</svg>\n";
}

}  // namespace cortexpr::view
