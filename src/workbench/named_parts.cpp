#include <cortexpr/workbench/named_parts.hpp>

#include "../parsed.hpp"
#include "perturbation_text.hpp"

#include <cortexpr/plan/names.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

namespace cortexpr::workbench {

namespace {

using kind = perturbation::kind;
using target = perturbation::target;

constexpr std::string_view marks = "[@#:=";
constexpr int most_indices = 1'000'000;

[[noreturn]] void refuse(std::string_view text, std::string_view part, std::string_view wanted) {
    throw usage_error(fmt::format("'{}' can't be understood: '{}' is no {}", text, part, wanted));
}

/// The part up to a symbol, which is dropped; all of it where there is none.
std::string_view take_until(std::string_view& rest, std::string_view symbols) {
    const auto end = std::min(rest.find_first_of(symbols), rest.size());
    const auto part = rest.substr(0, end);
    rest.remove_prefix(end);
    return part;
}

/// Where the bracket that opens at a place closes, or npos.
std::size_t closing_of(std::string_view text, std::size_t open) {
    int depth = 0;
    for (std::size_t i = open; i < text.size(); ++i) {
        if (text[i] == '<') ++depth;
        if (text[i] == '>' && --depth == 0) return i;
    }
    return std::string_view::npos;
}

/// Where the first of some symbols stands outside of <>, for the arguments of a template may hold any; or npos.
std::size_t find_outside(std::string_view text, std::string_view symbols) {
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (symbols.find(text[i]) != std::string_view::npos) return i;
        if (text[i] != '<') continue;
        if (const auto closing = closing_of(text, i); closing != std::string_view::npos) i = closing;
    }
    return std::string_view::npos;
}

class reader {
  public:
    explicit reader(std::string_view text) : text_(text) {}

    named_part read() {
        auto rest = text_;
        named_part part;
        part.name = rest.substr(0, find_outside(rest, marks));
        rest.remove_prefix(part.name.size());
        if (part.name.empty()) refuse(text_, text_, "name, as V1.E");
        while (!rest.empty()) {
            const char mark = rest.front();
            rest.remove_prefix(1);
            if (mark == '[') {
                if (rest.find(']') == std::string_view::npos) refuse(text_, rest, "list of subtypes, as [0..3]");
                part.where.subtypes = indices(take_until(rest, "]"), "list of subtypes, as [0..3]");
                rest.remove_prefix(1);
                continue;
            }
            const auto value = take_until(rest, marks);
            if (mark == '@') read_position(value, part.where);
            if (mark == '#') part.where.images = indices(value, "list of images, as #0..9");
            if (mark == ':') read_steps(value, part);
            if (mark == '=') part.amount = amount(value);
        }
        return part;
    }

    /// Rising, each once.
    std::vector<int> indices(std::string_view list, std::string_view wanted) const {
        auto all = indices_in_order(list, wanted);
        std::ranges::sort(all);
        const auto repeated = std::ranges::unique(all);
        all.erase(repeated.begin(), repeated.end());
        return all;
    }

    std::vector<int> indices_in_order(std::string_view list, std::string_view wanted) const {
        std::vector<int> all;
        auto rest = list;
        while (true) {
            const auto one = take_until(rest, ",");
            const auto dots = one.find("..");
            const auto first = number(one.substr(0, dots));
            const auto last = dots == std::string_view::npos ? first : number(one.substr(dots + 2));
            if (!first || !last || *last < *first || *last - *first >= most_indices) refuse(text_, list, wanted);
            for (int index = *first; index <= *last; ++index) all.push_back(index);
            if (rest.empty()) break;
            rest.remove_prefix(1);
        }
        return all;
    }

  private:
    std::optional<int> number(std::string_view part) const {
        const auto value = parsed<int>(part);
        return value && *value >= 0 ? value : std::nullopt;
    }

    void read_position(std::string_view value, perturbed_part& where) const {
        constexpr std::string_view wanted = "position, as @10,12 or @10..12,*";
        const auto comma = value.find(',');
        if (comma == std::string_view::npos) refuse(text_, value, wanted);
        const auto side = [&](std::string_view part) {
            if (part == "*") return std::vector<int>();
            if (part.find(',') != std::string_view::npos) refuse(text_, value, wanted);
            return indices(part, wanted);
        };
        where.rows = side(value.substr(0, comma));
        where.columns = side(value.substr(comma + 1));
    }

    void read_steps(std::string_view value, named_part& part) const {
        constexpr std::string_view wanted = "range of steps, as :2..4, :2.. or :3";
        const auto dots = value.find("..");
        const auto first = value.substr(0, dots);
        const auto last = dots == std::string_view::npos ? first : value.substr(dots + 2);
        const auto step = [&](std::string_view one) {
            const auto found = number(one);
            if (!found || *found < 1) refuse(text_, value, wanted);
            return *found;
        };
        if (first.empty() && last.empty()) refuse(text_, value, wanted);
        if (!first.empty()) part.from = step(first);
        if (!last.empty()) part.to = step(last);
        if (part.to && *part.to < part.from) refuse(text_, value, wanted);
    }

    double amount(std::string_view value) const {
        const auto found = parsed<double>(value);
        if (!found || !std::isfinite(*found)) refuse(text_, value, "number");
        return *found;
    }

    std::string_view text_;
};

bool takes_amount(kind of) { return of != kind::silence && of != kind::cut; }
bool needs_amount(kind of) { return takes_amount(of) && of != kind::freeze_tau; }

bool is_area(const plan::network& network, std::string_view name) {
    return std::ranges::any_of(network.areas, [name](const plan::area& area) { return area.name == name; });
}

/// "V1.E->V1.I" of "V1.E-V1.I", which people type.
std::string with_arrow(std::string name) {
    const auto dash = find_outside(name, "-");
    if (dash != std::string::npos && name.compare(dash, 2, "->") != 0) name.insert(dash + 1, ">");
    return name;
}

/// Sets the edge or feedback that a name with "-" or "->" between its ends stands for.
void set_edge(const plan::network& network, const std::string& name, perturbation& one) {
    if (find_outside(name, "-") == std::string::npos)
        throw usage_error(fmt::format("{} acts on edges, as V1.E-V1.I, or feedback, as V2-V1, and not on '{}'",
                                      name_of(one.is), name));
    const auto found = edge_in(network, name);
    one.of = found.is_feedback ? target::feedback : target::edge;
    one.index = found.index;
}

bool ends_with_part(std::string_view name, std::string_view part) {
    return name == part || (name.ends_with(part) && name[name.size() - part.size() - 1] == '.');
}

/// How what was named is named, or acted upon, where it is no neuron type but feedback, an area or one of its ends;
/// else empty.
std::string otherwise_named(const plan::network& network, kind of, std::string_view name) {
    const auto acts = fmt::format("{} acts on neuron types, as V1.E, and not on '{}'", name_of(of), name);
    const bool is_feedback = ends_with_part(name, "feedback") || ends_with_part(name, "top_down") ||
                             name.find("feedback<") != std::string_view::npos;
    if (is_feedback && network.feedback.empty()) return fmt::format("{}; {} has no feedback", acts, network.name);
    if (is_feedback || is_area(network, name)) {
        std::string text = is_feedback ? acts : fmt::format("{}, which is an area", acts);
        if (network.feedback.empty()) return text + "; name its types one by one";
        const auto& edge = network.feedback.front();
        return fmt::format("{}; feedback is named by its areas, as {}-{}{}", text,
                           plan::area_at(network, edge.from).name, plan::area_at(network, edge.to).name,
                           of == kind::silence ? "" : ", and can be silenced, cut or scaled");
    }
    if (ends_with_part(name, "output") || ends_with_part(name, "stimulus"))
        return fmt::format("{}; cut its edges, as V1.stimulus-V1.E or V1.E-V1.output", acts);
    return {};
}

int type_for(const plan::network& network, kind of, const std::string& name) {
    try {
        return plan::find_type(network, name);
    } catch (const usage_error&) {
        const auto text = otherwise_named(network, of, name);
        if (text.empty()) throw;
        throw usage_error(text);
    }
}

std::string steps_text(int from, const std::optional<int>& to) {
    if (from == 1 && !to) return "";
    if (to && *to == from) return fmt::format(":{}", from);
    return to ? fmt::format(":{}..{}", from, *to) : fmt::format(":{}..", from);
}

std::string name_of_target(const plan::network& network, const perturbation& one) {
    const auto index = static_cast<std::size_t>(one.index);
    if (one.of == target::feedback) {
        const auto& edge = network.feedback[index];
        return fmt::format("{}-{}", plan::area_at(network, edge.from).name, plan::area_at(network, edge.to).name);
    }
    if (one.of == target::edge) {
        const auto& edge = network.edges[index];
        const auto area = plan::area_at(network, edge.area).name;
        return fmt::format("{0}.{1}-{0}.{2}", area, plan::source_name(network, edge), plan::target_name(network, edge));
    }
    return plan::full_name(network, network.types[index]);
}

}  // namespace

std::string text_of(const std::vector<int>& indices) {
    std::string text;
    for (std::size_t i = 0; i < indices.size();) {
        std::size_t last = i;
        while (last + 1 < indices.size() && indices[last + 1] == indices[last] + 1) ++last;
        if (!text.empty()) text += ',';
        text += last == i ? fmt::format("{}", indices[i]) : fmt::format("{}..{}", indices[i], indices[last]);
        i = last + 1;
    }
    return text;
}

named_part part_in(std::string_view text) { return reader(text).read(); }

std::vector<int> images_in(std::string_view list) {
    const auto all = reader(list).indices_in_order(list, "list of images, as 0..9,12");
    auto rising = all;
    std::ranges::sort(rising);
    if (const auto twice = std::ranges::adjacent_find(rising); twice != rising.end())
        throw usage_error(fmt::format("'{}' names image {} twice; name each once", list, *twice));
    return all;
}

edge_index edge_in(const plan::network& network, std::string_view text) {
    const auto name = with_arrow(std::string(text));
    const auto dash = find_outside(name, "-");
    if (dash == std::string::npos) return {.index = plan::find_edge(network, name)};
    const auto from = name.substr(0, dash), to = name.substr(dash + 2);
    if (is_area(network, from) || is_area(network, to))
        return {.index = plan::find_feedback(network, name), .is_feedback = true};
    return {.index = plan::find_edge(network, name)};
}

unplaced_perturbation unplaced(kind of, std::string_view text) {
    const auto part = part_in(text);
    if (part.amount && !takes_amount(of))
        throw usage_error(fmt::format("'{}': {} takes no amount; leave '=' out", text, name_of(of)));
    if (!part.amount && needs_amount(of))
        throw usage_error(fmt::format("'{0}': {1} needs an amount, as {0}=0.5", text, name_of(of)));
    return {{.is = of, .index = 0, .amount = part.amount, .from = part.from, .to = part.to, .where = part.where},
            part.name};
}

perturbation perturbation_in(const plan::network& network, kind of, std::string_view text) {
    auto [one, name] = unplaced(of, text);
    const bool is_silenced_edge = of == kind::silence && find_outside(name, "-") != std::string::npos;
    if (of == kind::scale_edge || of == kind::cut || is_silenced_edge) {
        set_edge(network, name, one);
        if (is_silenced_edge) one.is = kind::cut;
    } else {
        one.index = type_for(network, of, name);
    }
    return one;
}

std::pair<kind, std::string_view> kind_and_part(std::string_view text) {
    const auto space = text.find(' ');
    const auto word = text.substr(0, space);
    std::vector<std::string_view> known;
    for (int kind = 0; kind <= static_cast<int>(perturbation::kind::freeze_tau); ++kind) {
        known.push_back(name_of(static_cast<perturbation::kind>(kind)));
        if (word == known.back() && space != std::string_view::npos)
            return {static_cast<perturbation::kind>(kind), text.substr(space + 1)};
    }
    throw usage_error(
        fmt::format("\"{}\" is no perturbation; write what is done and to which part, as in \"silence "
                    "V1.I:2..\": {}",
                    text, fmt::join(known, ", ")));
}

perturbation perturbation_in(const plan::network& network, std::string_view text) {
    const auto [kind, part] = kind_and_part(text);
    return perturbation_in(network, kind, part);
}

std::string text_of(const plan::network& network, const perturbation& one) {
    return fmt::format("{} {}{}", name_of(one.is), name_of_target(network, one), text_behind_name(one));
}

std::string text_behind_name(const perturbation& one) {
    std::string text;
    const auto side = [](const std::vector<int>& indices) { return indices.empty() ? "*" : text_of(indices); };
    if (!one.where.subtypes.empty()) text += fmt::format("[{}]", text_of(one.where.subtypes));
    if (!one.where.rows.empty() || !one.where.columns.empty())
        text += fmt::format("@{},{}", side(one.where.rows), side(one.where.columns));
    if (!one.where.images.empty()) text += fmt::format("#{}", text_of(one.where.images));
    text += steps_text(one.from, one.to);
    if (one.amount) text += fmt::format("={}", *one.amount);
    return text;
}

}  // namespace cortexpr::workbench
