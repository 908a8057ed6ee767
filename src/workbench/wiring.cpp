#include <cortexpr/workbench/wiring.hpp>

#include "../ending.hpp"
#include "../view/numbers.hpp"
#include "../view/svg.hpp"

#include <cortexpr/circuit/statistics.hpp>
#include <cortexpr/io/atomic_file.hpp>
#include <cortexpr/plan/names.hpp>
#include <cortexpr/workbench/picture.hpp>

#include <fmt/format.h>
#include <graphviz/gvc.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <mutex>
#include <numbers>
#include <ranges>
#include <string_view>
#include <utility>
#include <vector>

namespace cortexpr::workbench {

namespace {

// Colours after M. Okabe and K. Ito, "Color universal design" (2002).
constexpr const char *excites = "#0072b2", *inhibits = "#d55e00", *neither = "#555555";

struct ink {
    const char* colour;
    const char* head;
};

ink ink_of(neuron_class kind) {
    switch (kind) {
        case neuron_class::excitatory:
            return {excites, "normal"};
        case neuron_class::inhibitory:
            return {inhibits, "tee"};
        default:
            return {neither, "odot"};
    }
}

std::string in_quotes(std::string_view text) {
    std::string all = "\"";
    for (const char symbol : text) {
        if (symbol == '"' || symbol == '\\') all += '\\';
        all += symbol;
    }
    return all + '"';
}

/// A type's name, which makes its circle no larger than the picture.
std::string node_name(std::string_view name) {
    return view::svg::shortened(std::string(name), view::svg::longest_name);
}

std::string size_of(const plan::map_shape& map) {
    return fmt::format("{} x {} x {}", map.channels, map.height, map.width);
}

/// "3x3, 4 groups", with blanks around it, so that labels beside each other stay apart.
std::string label_of(const cortexpr::extent& kernel, int groups = 1) {
    auto text = fmt::format(" {}x{}", kernel.height, kernel.width);
    if (groups > 1) text += fmt::format(", {} groups", groups);
    return text + ' ';
}

/// What all diagrams begin with.
std::string start_of(std::string_view name) {
    return fmt::format(
        "digraph {} {{\n  rankdir=BT;\n  newrank=true;\n  nodesep=0.6;\n  ranksep=0.65;\n  bgcolor=white;\n"
        "  fontname=\"Helvetica\";\n  node [fontname=\"Helvetica\", fontsize=12, shape=circle, width=0.8, "
        "penwidth=1.6];\n"
        "  edge [fontname=\"Helvetica\", fontsize=9, fontcolor=\"{}\", penwidth=1.4, arrowsize=0.8];\n",
        in_quotes(name), neither);
}

// Wide enough for the frame not to cut a loop's label: Graphviz makes room for both, and then moves the label away.
constexpr const char* margin_of_loops = "    margin=24;\n";

class diagram {
  public:
    explicit diagram(const plan::network& network) : network_(network) {}

    std::string text() {
        text_ = start_of(network_.name);
        const auto& first = network_.areas.front();
        add("  stimulus [shape=plaintext, label={}];\n", in_quotes(fmt::format("stimulus\n{}", size_of(first.input))));
        for (std::size_t area = 0; area < network_.areas.size(); ++area) add_area(area);
        for (const auto& edge : network_.edges) add_edge(edge);
        for (std::size_t area = 0; area + 1 < network_.areas.size(); ++area)
            add("  {} -> {} [color=\"{}\", label={}];\n", output(area), input(area + 1), neither,
                in_quotes(network_.area_delay > 0 ? "a step later" : ""));
        for (const auto& edge : network_.feedback)
            add("  {} -> {} [color=\"{}\", style=dashed, constraint=false, label={}];\n",
                output(static_cast<std::size_t>(edge.from)), top_down(static_cast<std::size_t>(edge.to)), neither,
                in_quotes(label_of(edge.extent)));
        add_readout();
        return text_ + "}\n";
    }

  private:
    template <class... Arguments>
    void add(fmt::format_string<Arguments...> format, Arguments&&... arguments) {
        text_ += fmt::format(format, std::forward<Arguments>(arguments)...);
    }

    // Names of nodes. A node's name is never shown.
    static std::string node(int type) { return fmt::format("type{}", type); }
    static std::string output(std::size_t area) { return fmt::format("output{}", area); }
    static std::string input(std::size_t area) { return area == 0 ? "stimulus" : fmt::format("input{}", area); }
    static std::string top_down(std::size_t area) { return fmt::format("feedback{}", area); }

    /// Whether a type of the area hears itself, which Graphviz draws as a loop at its right side.
    bool has_loops(const plan::area& area) const {
        return std::ranges::any_of(network_.edges_of(area), [](const plan::edge& edge) {
            return edge.presynaptic >= 0 && edge.presynaptic == edge.postsynaptic;
        });
    }

    void add_area(std::size_t index) {
        const auto& area = network_.areas[index];
        add("  subgraph cluster{} {{\n    label={};\n    labeljust=l;\n    labelloc=b;\n    style=rounded;\n    "
            "color=\"#8c959f\";\n{}",
            index, in_quotes(area.name), has_loops(area) ? margin_of_loops : "");
        if (index > 0)
            add("    {} [shape=plaintext, label={}];\n", input(index),
                in_quotes(fmt::format("input\n{}", size_of(area.input))));
        if (plan::hears_feedback(area))
            add("    {} [shape=plaintext, label={}];\n", top_down(index),
                in_quotes(fmt::format("feedback\n{}", size_of(area.feedback))));
        for (int type = area.first_type; type < area.first_type + area.types; ++type) {
            const auto& one = plan::type_at(network_, type);
            const char* density = plan::is_half_density(network_, one) ? "\nhalf" : "";
            add("    {} [color=\"{}\", label={}];\n", node(type), ink_of(one.kind).colour,
                in_quotes(fmt::format("{}\n{}{}", node_name(one.name), one.shape.channels, density)));
        }
        add("    {} [shape=box, style=rounded, width=0.9, height=0.4, color=\"{}\", label={}];\n  }}\n", output(index),
            neither, in_quotes(fmt::format("output\n{}", size_of(area.output))));
    }

    void add_edge(const plan::edge& edge) {
        using source = plan::edge::source;
        const auto area = static_cast<std::size_t>(edge.area);
        const auto from = edge.from == source::stimulus   ? input(area)
                          : edge.from == source::top_down ? top_down(area)
                                                          : node(edge.presynaptic);
        const auto [colour, head] = ink_of(plan::source_class(network_, edge));
        add("  {} -> {} [color=\"{}\", arrowhead={}, label={}];\n", from,
            edge.to_output() ? output(area) : node(edge.postsynaptic), colour, head,
            in_quotes(label_of(edge.extent, edge.groups)));
    }

    void add_readout() {
        if (!network_.has_readout()) return;
        add("  readout [shape=plaintext, label={}];\n  {} -> readout [color=\"{}\"];\n",
            in_quotes(fmt::format("readout\n{} {}", network_.readout.classes,
                                  network_.is_regressor() ? "targets" : "classes")),
            output(network_.areas.size() - 1), neither);
    }

    const plan::network& network_;
    std::string text_;
};

/// The diagram of a connectome: cell types, and the synapses from one onto another.
class cell_diagram {
  public:
    cell_diagram(const plan::connectome& network, const circuit::graph& circuit)
        : network_(network), synapses_(circuit::types_of(circuit)) {
        const auto& names = circuit.neurons.type_names;
        for (const auto& type : network.types) {
            const auto found = std::ranges::find(names, type.name);
            in_graph_.push_back(static_cast<std::size_t>(found - names.begin()));
        }
        cells_.resize(names.size() + 1);  // the last one: of a type that the graph doesn't name
        for (const auto type : circuit.neurons.types) ++cells_[static_cast<std::size_t>(type)];
    }

    std::string text() {
        text_ = start_of(network_.name);
        add_part("stimulus", network_.stimulus, "input");
        for (std::size_t type = 0; type < network_.types.size(); ++type) {
            const auto& one = network_.types[type];
            const auto cells = cells_[in_graph_[type]];
            add("  type{} [color=\"{}\", label={}];\n", type, ink_of(one.kind).colour,
                in_quotes(fmt::format("{}\n{}", node_name(one.name), view::grouped(cells))));
        }
        add_part("output", network_.output, "output");
        for_each(network_.stimulus, [&](std::size_t type) {
            add("  stimulus -> type{} [color=\"{}\", arrowhead=odot];\n", type, neither);
        });
        for (std::size_t from = 0; from < network_.types.size(); ++from)
            for (std::size_t to = 0; to < network_.types.size(); ++to) add_synapses(from, to);
        for_each(network_.output,
                 [&](std::size_t type) { add("  type{} -> output [color=\"{}\", arrowhead=odot];\n", type, neither); });
        if (network_.has_readout())
            add("  readout [shape=plaintext, label={}];\n  output -> readout [color=\"{}\"];\n",
                in_quotes(fmt::format("readout\n{} {}", network_.readout.classes,
                                      network_.is_regressor() ? "targets" : "classes")),
                neither);
        return text_ + "}\n";
    }

  private:
    template <class... Arguments>
    void add(fmt::format_string<Arguments...> format, Arguments&&... arguments) {
        text_ += fmt::format(format, std::forward<Arguments>(arguments)...);
    }

    template <class Visitor>
    void for_each(const plan::projection& part, Visitor visit) const {
        for (const int type : part.types) visit(static_cast<std::size_t>(type));
        for (std::size_t type = 0; part.types.empty() && type < network_.types.size(); ++type) visit(type);
    }

    void add_part(const char* name, const plan::projection& part, const char* thing) {
        constexpr std::string_view kinds[]{"one for each cell", "dense", "sparse"};
        const auto kind = kinds[static_cast<int>(part.kind)];
        add("  {} [shape=box, style=rounded, width=0.9, height=0.4, color=\"{}\", label={}];\n", name, neither,
            in_quotes(part.size > 0 ? fmt::format("{}\n{} {}s, {}", name, view::grouped(part.size), thing, kind)
                                    : fmt::format("{}\n{}", name, kind)));
    }

    void add_synapses(std::size_t from, std::size_t to) {
        const auto types = synapses_.types;
        if (in_graph_[from] >= types || in_graph_[to] >= types) return;
        const auto count = synapses_.synapses[synapses_.index(in_graph_[to], in_graph_[from])];
        if (count == 0) return;
        const auto [colour, head] = ink_of(network_.types[from].kind);
        add("  type{} -> type{} [color=\"{}\", arrowhead={}, penwidth={:.2f}, label={}];\n", from, to, colour, head,
            0.8 + 0.6 * std::log10(static_cast<double>(count)), in_quotes(fmt::format(" {}", view::grouped(count))));
    }

    const plan::connectome& network_;
    circuit::type_matrix synapses_;
    std::vector<std::size_t> in_graph_{};  ///< by type of the plan; one more than there are where the graph lacks it
    std::vector<std::int64_t> cells_{};    ///< by type of the graph
    std::string text_{};
};

struct closer {
    void operator()(GVC_t* context) const { ::gvFreeContext(context); }
    void operator()(Agraph_t* graph) const { ::agclose(graph); }
    void operator()(char* rendered) const { ::gvFreeRenderData(rendered); }
};

// Layers of 150 edges take Graphviz a second, of 300 up to several, of 900 minutes.
constexpr int most_layered_edges = 150;

/// Of the widest node, by the lines of its label.
double widest_inches(Agraph_t* graph) {
    constexpr double pixels = 72, around = 1.5;  // the circle around a text is wider than that
    double widest = 0.8;
    for (auto* node = ::agfstnode(graph); node != nullptr; node = ::agnxtnode(graph, node))
        for (const auto& line : std::string_view(::agget(node, const_cast<char*>("label"))) | std::views::split('\n'))
            widest = std::max(widest, around * view::svg::length_of({line.begin(), line.end()}) / pixels);
    return widest;
}

/// In a circle, with straight edges and without the edges' labels.
void place_in_circle(Agraph_t* graph) {
    const auto set = [](void* object, const char* name, std::string value) {
        ::agsafeset(object, const_cast<char*>(name), value.data(), const_cast<char*>(""));
    };
    for (const auto& [name, value] : {std::pair{"splines", "line"}, {"overlap", "true"}, {"outputorder", "edgesfirst"}})
        set(graph, name, value);
    const double step = 2 * std::numbers::pi / std::max(1, ::agnnodes(graph));
    const double radius = 1.1 * widest_inches(graph) / step;
    double angle = 0;
    for (auto* node = ::agfstnode(graph); node != nullptr; node = ::agnxtnode(graph, node), angle += step) {
        set(node, "pos", fmt::format("{:.3f},{:.3f}!", radius * std::sin(angle), radius * std::cos(angle)));
        set(node, "style", "filled");
        set(node, "fillcolor", "white");
        for (auto* edge = ::agfstout(graph, node); edge != nullptr; edge = ::agnxtout(graph, edge))
            set(edge, "label", "");
    }
}

/// The bytes of a picture. \throws file_error
std::string rendered(const std::string& text, const char* format, const std::filesystem::path& file) {
    static std::mutex one_at_a_time;  // Graphviz keeps state of its own
    const std::lock_guard hold(one_at_a_time);
    const std::unique_ptr<GVC_t, closer> context(::gvContext());
    const std::unique_ptr<Agraph_t, closer> graph(::agmemread(text.c_str()));
    const bool is_layered = graph == nullptr || ::agnedges(graph.get()) <= most_layered_edges;
    if (!is_layered) place_in_circle(graph.get());
    if (!context || !graph || ::gvLayout(context.get(), graph.get(), is_layered ? "dot" : "neato") != 0)
        throw file_error(file.string(), "can't be drawn: Graphviz lays nothing out; are its plugins installed?");
    char* bytes = nullptr;
    unsigned size = 0;
    const int failed = ::gvRenderData(context.get(), graph.get(), format, &bytes, &size);
    const std::unique_ptr<char, closer> owned(bytes);
    ::gvFreeLayout(context.get(), graph.get());
    if (failed != 0 || bytes == nullptr)
        throw file_error(file.string(), fmt::format("can't be drawn: this Graphviz writes no {}", format));
    return {bytes, size};
}

std::string note_on(const std::string& graph, std::string_view instead) {
    int edges = 0;
    for (auto place = graph.find(" -> "); place != std::string::npos; place = graph.find(" -> ", place + 1)) ++edges;
    if (edges <= most_layered_edges) return {};
    return fmt::format("{} edges are too many for layers, so they are drawn in a circle and without labels; {}", edges,
                       instead);
}

void write_graph(const std::string& text, const std::filesystem::path& file) {
    const auto ending = ending_of(file);
    if (ending == ".dot") return io::write_file(file, text);
    // With the pixels of all other figures, which Graphviz's own PNG hasn't.
    if (ending == ".png") return write_picture(file, rendered(text, "svg", file));
    for (const char* format : {"svg", "pdf"})
        if (ending == std::string(".") + format) return io::write_file(file, rendered(text, format, file));
    throw usage_error(fmt::format(
        "{} has no name of a kind of picture that can be drawn; end it in .svg, .png, .pdf or .dot", file.string()));
}

}  // namespace

std::string wiring_graph(const plan::network& network) { return diagram(network).text(); }

std::string wiring_graph(const plan::connectome& network, const circuit::graph& circuit) {
    return cell_diagram(network, circuit).text();
}

std::string wiring_note(const plan::network& network) {
    return note_on(wiring_graph(network), "wiring --matrix draws their kernels");
}

std::string wiring_note(const plan::connectome& network, const circuit::graph& circuit) {
    return note_on(wiring_graph(network, circuit), "wiring --matrix draws their synapses");
}

std::string wiring_svg(const plan::network& network) {
    return rendered(wiring_graph(network), "svg", fmt::format("the wiring of {}", network.name));
}

std::string wiring_svg(const plan::connectome& network, const circuit::graph& circuit) {
    return rendered(wiring_graph(network, circuit), "svg", fmt::format("the wiring of {}", network.name));
}

void write_wiring(const plan::network& network, const std::filesystem::path& file) {
    write_graph(wiring_graph(network), file);
}

void write_wiring(const plan::connectome& network, const circuit::graph& circuit, const std::filesystem::path& file) {
    write_graph(wiring_graph(network, circuit), file);
}

}  // namespace cortexpr::workbench
