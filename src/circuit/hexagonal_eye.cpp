#include <cortexpr/hexagonal_eye.hpp>

#include "../io/input_file.hpp"
#include "../io/json_bounds.hpp"

#include <cortexpr/circuit/generators.hpp>

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <map>
#include <set>

namespace cortexpr::circuit {

namespace {

using nlohmann::json;

using column = hexagonal_column;

struct offset {
    column by;
    double contacts = 0;
};

[[noreturn]] void refuse(const std::string& reason) { throw usage_error("the type graph " + reason); }

/// A member of an object, or one sentence.
const json& member(const json& object, const char* name, const std::string& of) {
    if (!object.is_object() || !object.contains(name)) refuse(fmt::format("has no '{}' in {}", name, of));
    return object.at(name);
}

std::int32_t whole_number(const json& value, const std::string& what) {
    constexpr std::int64_t most = 1 << 20;
    if (!value.is_number_integer()) refuse(fmt::format("has {} that is no whole number", what));
    const auto number = value.get<std::int64_t>();
    if (number < -most || number > most) refuse(fmt::format("has {} of {}, which is out of range", what, number));
    return static_cast<std::int32_t>(number);
}

std::string name_in(const json& value, const std::string& what) {
    if (!value.is_string()) refuse(fmt::format("has {} that is no text", what));
    return value.get<std::string>();
}

/// The columns in which cells of a pattern sit.
std::vector<column> cells_of(const json& pattern, const std::string& of, std::int32_t radius) {
    if (!pattern.is_array() || pattern.size() != 2 || !pattern[0].is_string())
        refuse(fmt::format("has a pattern in {} that isn't of the form [kind, argument]", of));
    const auto kind = pattern[0].get<std::string>();
    const auto& argument = pattern[1];
    column stride{1, 1};
    if (kind == "single") {
        radius = 0;
    } else if (kind == "tile") {
        stride.u = stride.v = whole_number(argument, "a tile in " + of);
    } else if (kind == "stride" && argument.is_array() && argument.size() == 2) {
        stride = {whole_number(argument[0], "a stride in " + of), whole_number(argument[1], "a stride in " + of)};
    } else {
        refuse(fmt::format("has the pattern {} in {}; stride, tile and single are known", io::shown_name(kind), of));
    }
    if (stride.u < 1 || stride.v < 1) refuse(fmt::format("has a stride below 1 in {}", of));
    std::vector<column> cells;
    for (const auto place : hexagonal_columns(radius))
        if (place.u % stride.u == 0 && place.v % stride.v == 0) cells.push_back(place);
    return cells;
}

/// Positive where `to` lies left of the line from `from` through `by`.
std::int64_t side_of(column from, column by, column to) {
    return static_cast<std::int64_t>(by.u - from.u) * (to.v - from.v) -
           static_cast<std::int64_t>(by.v - from.v) * (to.u - from.u);
}

/// The corners of a convex hull, counter-clockwise (A. M. Andrew's monotone chain).
std::vector<column> hull_of(std::vector<column> points) {
    std::ranges::sort(points);
    std::vector<column> hull;
    const auto add_chain = [&](const auto& begin, const auto& end) {
        const auto start = hull.size();
        for (auto point = begin; point != end; ++point) {
            while (hull.size() >= start + 2 && side_of(hull[hull.size() - 2], hull.back(), *point) <= 0)
                hull.pop_back();
            hull.push_back(*point);
        }
        hull.pop_back();  // the next chain begins with it
    };
    add_chain(points.begin(), points.end());
    add_chain(points.rbegin(), points.rend());
    return hull;
}

/// Adds what lies in the hull of the offsets, or on its border, but not in its row of least dv.
void fill_hull(std::vector<offset>& offsets, double fill) {
    if (fill <= 0 || offsets.size() < 3) return;
    std::vector<column> points;
    for (const auto& each : offsets) points.push_back(each.by);
    const auto hull = hull_of(points);
    const std::set<column> known(points.begin(), points.end());
    const auto [first_u, last_u] = std::ranges::minmax(points, {}, &column::u);
    const auto [first_v, last_v] = std::ranges::minmax(points, {}, &column::v);
    for (std::int32_t u = first_u.u; u <= last_u.u; ++u)
        for (std::int32_t v = first_v.v + 1; v <= last_v.v; ++v) {
            bool is_inside = !known.contains({u, v});
            for (std::size_t i = 0; is_inside && i < hull.size(); ++i)
                is_inside = side_of(hull[i], hull[(i + 1) % hull.size()], {u, v}) >= 0;
            if (is_inside) offsets.push_back({{u, v}, fill});
        }
}

std::vector<offset> offsets_of(const json& edge, const std::string& of) {
    const auto& list = member(edge, "offsets", of);
    if (!list.is_array()) refuse(fmt::format("has offsets in {} that are no list", of));
    std::vector<offset> offsets;
    std::set<column> seen;
    constexpr std::int32_t farthest = 1000;
    for (const auto& each : list) {
        if (!each.is_array() || each.size() != 2 || !each[0].is_array() || each[0].size() != 2 || !each[1].is_number())
            refuse(fmt::format("has an offset in {} that isn't of the form [[du, dv], contacts]", of));
        const column by{whole_number(each[0][0], "du in " + of), whole_number(each[0][1], "dv in " + of)};
        const auto contacts = each[1].get<double>();
        if (!std::isfinite(contacts) || contacts < 0)
            refuse(fmt::format("has {} contacts in {}; give 0 or more", contacts, of));
        if (std::abs(by.u) > farthest || std::abs(by.v) > farthest)
            refuse(fmt::format("has an offset of more than {} columns in {}", farthest, of));
        if (!seen.insert(by).second) refuse(fmt::format("has the offset ({}, {}) twice in {}", by.u, by.v, of));
        offsets.push_back({by, contacts});
    }
    return offsets;
}

class eye {
  public:
    eye(std::int32_t radius, double fill) : radius_(radius), fill_(fill) {}

    graph expanded(const json& types) {
        const auto &nodes = member(types, "nodes", "the whole"), &edges = member(types, "edges", "the whole");
        if (!nodes.is_array() || nodes.empty() || !edges.is_array()) refuse("has no lists of nodes and edges");
        for (const auto& node : nodes) add_type(node);
        for (const auto& edge : edges) note_sign(edge);
        for (const auto& edge : edges) add_edge(edge);
        const auto class_of = [&](std::int32_t type) {
            const auto& signs = signs_[static_cast<std::size_t>(type)];
            if (signs.contains(1) && signs.contains(-1)) return neuron_class::hybrid;
            return signs.contains(-1) ? neuron_class::inhibitory : neuron_class::excitatory;
        };
        for (const auto type : all_.neurons.types) all_.neurons.classes.push_back(class_of(type));
        for (std::size_t i = 0; i < all_.synapses.size(); ++i) {
            auto& weight = all_.synapses.weights[i];
            const auto pre = static_cast<std::size_t>(all_.synapses.presynaptic[i]);
            if (all_.neurons.classes[pre] != neuron_class::hybrid) weight = std::abs(weight);
        }
        return std::move(all_);
    }

  private:
    void add_type(const json& node) {
        const auto name = name_in(member(node, "name", "a node"), "a name of a node");
        const auto type = static_cast<std::int32_t>(all_.neurons.type_names.size());
        if (!types_.emplace(name, type).second) refuse(fmt::format("has two types {}", io::shown_name(name)));
        all_.neurons.type_names.push_back(name);
        auto& cells = cells_.emplace_back();
        for (const auto place : cells_of(member(node, "pattern", name), name, radius_)) {
            if (all_.neurons.size() >= std::numeric_limits<std::int32_t>::max()) refuse("has more than 2^31 - 1 cells");
            cells.emplace(place, static_cast<std::int32_t>(all_.neurons.size()));
            all_.neurons.types.push_back(type);
            all_.neurons.ids.push_back(fmt::format("{}({},{})", name, place.u, place.v));
        }
        signs_.emplace_back();
    }

    std::size_t type_in(const json& edge, const char* end) const {
        const auto name = name_in(member(edge, end, "an edge"), "a name in an edge");
        const auto found = types_.find(name);
        if (found == types_.end())
            refuse(fmt::format("has an edge of the type {}, which is no node", io::shown_name(name)));
        return static_cast<std::size_t>(found->second);
    }

    static std::int32_t sign_in(const json& edge) {
        const auto sign = whole_number(member(edge, "alpha", "an edge"), "an alpha");
        if (sign != 1 && sign != -1) refuse(fmt::format("has the alpha {}; signs are 1 and -1", sign));
        return sign;
    }

    void note_sign(const json& edge) { signs_[type_in(edge, "src")].insert(sign_in(edge)); }

    void add_edge(const json& edge) {
        const auto source = type_in(edge, "src"), target = type_in(edge, "tar");
        const auto name =
            fmt::format("the edge from {} to {}", all_.neurons.type_names[source], all_.neurons.type_names[target]);
        if (!pairs_.emplace(source, target).second) refuse(fmt::format("has {} twice", name));
        auto offsets = offsets_of(edge, name);
        fill_hull(offsets, fill_);
        const int sign = sign_in(edge);
        for (const auto& [by, contacts] : offsets)
            for (const auto& [place, pre] : cells_[source]) {
                const auto post = cells_[target].find({place.u + by.u, place.v + by.v});
                if (post == cells_[target].end()) continue;
                all_.synapses.presynaptic.push_back(pre);
                all_.synapses.postsynaptic.push_back(post->second);
                all_.synapses.weights.push_back(sign * contacts);
            }
    }

    std::int32_t radius_;
    double fill_;
    graph all_;
    std::map<std::string, std::int32_t> types_;
    std::vector<std::map<column, std::int32_t>> cells_;  // by type
    std::vector<std::set<std::int32_t>> signs_;          // by type
    std::set<std::pair<std::size_t, std::size_t>> pairs_;
};

}  // namespace

graph over_hexagonal_eye(std::string_view text, std::int32_t radius, double fill) {
    if (radius < 0 || radius > 1000)
        refuse(fmt::format("can't be expanded over a radius of {}; give 0 to 1000", radius));
    if (!std::isfinite(fill) || fill < 0) refuse(fmt::format("can't be filled with {} contacts; give 0 or more", fill));
    if (const auto fault = io::json_beyond(text, {.bytes = std::uint64_t{2} << 20U}); !fault.empty()) refuse(fault);
    io::json_key_check keys;
    const auto types = json::parse(text, std::ref(keys), false);
    if (types.is_discarded()) refuse("is no JSON");
    if (const auto fault = keys.fault(); !fault.empty()) refuse(fault);
    return eye(radius, fill).expanded(types);
}

}  // namespace cortexpr::circuit
