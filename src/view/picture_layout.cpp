#include "picture_layout.hpp"

#include "svg.hpp"

#include <cortexpr/plan/names.hpp>
#include <cortexpr/view/table.hpp>

#include <algorithm>
#include <cmath>

namespace cortexpr::view::picture {

namespace {

using plan::index;
using source = plan::edge::source;

constexpr double left_margin = 20, label_gap = 12, top_margin = 74, right_margin = 40;
constexpr double group_width = 72, map_width = 56;
constexpr double type_height = 26, group_padding = 5, map_height = 24;
constexpr double row_gap = 38, area_gap = 48;
constexpr double arrow_gap = 18;  ///< between arrows that run beside each other: a badge has room
constexpr double least_pitch = 140, gap_pitch = 70;
constexpr double badge_distance = 18;
constexpr int most_shown = 4;  ///< of steps that are alike

point between(const point& from, const point& to, double part) {
    return {from.x + part * (to.x - from.x), from.y + part * (to.y - from.y)};
}

/// The place of one of several things that share a length evenly.
double shared(double start, double length, int place, int count) { return start + length * (place + 1) / (count + 1); }

/// The same, close together around the middle.
double beside_middle(double middle, int place, int count, double distance) {
    return middle + (place - (count - 1) / 2.0) * distance;
}

}  // namespace

layout::layout(const plan::known_run& run, const plan::schedule& schedule,
               const std::vector<convolution_row>& convolutions)
    : run_(run), schedule_(schedule), convolutions_(convolutions) {
    add_columns();
    add_nodes();
    add_routes();
    place_nodes();
    place_columns();
    add_arrows();
}

void layout::add_columns() {
    columns_.push_back({});
    for (const auto& alike : equal_steps_of(run_, convolutions_)) {
        if (alike.last - alike.first < most_shown) {
            for (int step = alike.first; step <= alike.last; ++step) columns_.push_back({step});
            continue;
        }
        for (const auto& one :
             {column{alike.first}, column{alike.first + 1}, column{alike.last - 1, true}, column{alike.last}})
            columns_.push_back(one);
    }
}

void layout::add_nodes() {
    const auto& network = run_.network();
    for (int area = 0; area < static_cast<int>(network.areas.size()); ++area) {
        if (hears_feedback(area_at(network, area))) nodes_.push_back({node::kind::feedback, area, area});
        if (area == 0) nodes_.push_back({node::kind::image, 0, 0});
        for (int map = 0; map < static_cast<int>(schedule_.maps.size()); ++map)
            if (schedule_.maps[index(map)].area == area) nodes_.push_back({node::kind::states, map, area});
        nodes_.push_back({node::kind::output, area, area});
    }
}

std::size_t layout::index_of(node::kind is, int index) const {
    const auto found =
        std::ranges::find_if(nodes_, [&](const node& one) { return one.is == is && one.index == index; });
    return static_cast<std::size_t>(found - nodes_.begin());
}

auto layout::route_of(const convolution_row& one) const -> route {
    using way = route::way;
    const auto& network = run_.network();
    const auto& what = one.what;
    if (one.is_feedback) {
        const auto& edge = network.feedback[index(what.edges.front())];
        return {way::beside, index_of(node::kind::output, edge.from), index_of(node::kind::feedback, edge.to)};
    }
    const auto to =
        what.to_output() ? index_of(node::kind::output, what.area) : index_of(node::kind::states, what.target_map);
    const auto within_step = [to](std::size_t from) {
        return route{to == from + 1 ? way::straight : way::beside, from, to};
    };
    switch (what.from) {
        case source::stimulus: {
            if (what.area == 0) return {way::from_image, index_of(node::kind::image, 0), to};
            const auto below = index_of(node::kind::output, what.area - 1);
            return network.area_delay > 0 ? route{way::between_columns, below, to} : within_step(below);
        }
        case source::top_down:
            return {way::between_columns, index_of(node::kind::feedback, what.area), to};
        default: {
            const auto from = index_of(node::kind::states, what.source_map);
            return what.to_output() ? within_step(from) : route{way::between_columns, from, to};
        }
    }
}

void layout::add_routes() {
    using way = route::way;
    for (const auto& one : convolutions_) {
        auto next = route_of(one);
        int lanes = 0;
        for (const auto& other : routes_) {
            const bool is_same = next.by == way::straight ? other.from == next.from && other.to == next.to : true;
            lanes += other.by == next.by && is_same;
        }
        next.lane = lanes;
        if (next.by == way::between_columns) {
            next.out = nodes_[next.from].arrows_out++;
            next.in = nodes_[next.to].arrows_in++;
        }
        routes_.push_back(next);
    }
    for (auto& one : routes_)
        one.lanes = static_cast<int>(std::ranges::count_if(routes_, [&one](const route& other) {
            return other.by == one.by && (one.by != way::straight || (other.from == one.from && other.to == one.to));
        }));
}

void layout::place_nodes() {
    double y = top_margin;
    const auto trunks = std::ranges::count(routes_, route::way::from_image, &route::by);
    for (std::size_t i = 0; i < nodes_.size(); ++i) {
        auto& one = nodes_[i];
        if (i > 0) y += one.area == nodes_[i - 1].area ? row_gap : area_gap;
        one.y = y;
        one.height = one.is == node::kind::states
                         ? type_height * static_cast<double>(types_of(one).size()) + 2 * group_padding
                         : map_height;
        const int arrows = std::max(one.arrows_in, one.arrows_out);
        if (arrows > 1) one.height = std::max(one.height, arrow_gap * (arrows + 1));
        if (one.is == node::kind::image) one.height = std::max(one.height, arrow_gap * static_cast<double>(trunks));
        y += one.height;
    }
    height_ = y + area_gap / 2;
}

double layout::pitch() const {
    const auto lanes = std::ranges::count(routes_, route::way::beside, &route::by);
    return std::max(least_pitch, group_width + arrow_gap * static_cast<double>(lanes + 2) + 2 * label_gap);
}

void layout::place_columns() {
    std::size_t letters = 0;
    for (const auto& type : run_.network().types)
        letters = std::max(letters, text_width(area_at(run_.network(), type.area).name) + text_width(type.name));
    for (const auto& area : run_.network().areas) letters = std::max(letters, text_width(area.name) + 8);  // "feedback"
    label_width_ = left_margin + svg::character_width * static_cast<double>(letters + 1);
    double x = label_width_ + label_gap + group_width / 2;
    for (std::size_t c = 0; c < columns_.size(); ++c) {
        if (c > 0) x += columns_[c].is_gap || columns_[c - 1].is_gap ? (pitch() + gap_pitch) / 2 : pitch();
        middles_.push_back(x);
    }
}

bool layout::is_read(const convolution_row& one, int step) const {
    if (one.what.to_output()) return one.is_computed(step);
    return std::ranges::any_of(one.what.edges,
                               [&](int edge) { return run_.is_live(run_.network().edges[index(edge)], step); });
}

void layout::add_arrows() {
    using way = route::way;
    for (std::size_t i = 0; i < routes_.size(); ++i) {
        const auto& one = routes_[i];
        const int convolution = static_cast<int>(i);
        if (one.by == way::from_image) {
            add_from_image(one, convolution);
            continue;
        }
        for (std::size_t c = 1; c < columns_.size(); ++c) {
            if (columns_[c].is_gap || !convolutions_[i].is_computed(columns_[c].step)) continue;
            add(one.by == way::between_columns ? between_columns(one, c)
                : one.by == way::straight      ? straight(one, c)
                                               : beside(one, c),
                convolution);
        }
    }
}

arrow layout::between_columns(const route& way, std::size_t column) const {
    const auto &from = nodes_[way.from], &to = nodes_[way.to];
    const double start =
        columns_[column - 1].is_gap ? middles_[column - 1] + label_gap : place(from, column - 1).right();
    const point tail{start, shared(from.y, from.height, way.out, from.arrows_out)};
    const point tip{place(to, column).x, shared(to.y, to.height, way.in, to.arrows_in)};
    arrow one{.corners = {tail, tip}};
    // Near its source, where slanted arrows don't cross yet.
    const bool is_level = std::abs(tip.y - tail.y) < arrow_gap;
    for (const double part : {is_level ? 0.5 : 0.28, 0.7, 0.4, 0.6, 0.5})
        one.badge_places.push_back(between(tail, tip, part));
    return one;
}

arrow layout::straight(const route& way, std::size_t column) const {
    const double x = beside_middle(middles_[column], way.lane, way.lanes, arrow_gap);
    const point tail{x, place(nodes_[way.from], column).bottom()}, tip{x, nodes_[way.to].y};
    return {.corners = {tail, tip}, .badge_places = {between(tail, tip, 0.45)}};
}

arrow layout::beside(const route& way, std::size_t column) const {
    const auto from = place(nodes_[way.from], column), to = place(nodes_[way.to], column);
    const double x = middles_[column] + group_width / 2 + label_gap + arrow_gap * way.lane;
    const auto side = [&way](const box& of) {
        return beside_middle(of.y + of.height / 2, way.lane, way.lanes, std::min(6.0, of.height / (way.lanes + 1)));
    };
    const double leaves = side(from), arrives = side(to);
    // In the space above the lower of the two, where nothing else runs.
    const point best{x, std::max(from.y, to.y) - row_gap / 2};
    return {.corners = {{from.right(), leaves}, {x, leaves}, {x, arrives}, {to.right(), arrives}},
            .badge_places = {best, between({x, leaves}, {x, arrives}, 0.5)}};
}

/// One line for all steps, because it is computed once, and from it an arrow down at each step.
void layout::add_from_image(const route& way, int convolution) {
    const auto& row = convolutions_[index(convolution)];
    const auto image = place(nodes_[way.from], 0);
    const double y = beside_middle(image.y + image.height / 2, way.lane, way.lanes, arrow_gap);
    const bool is_next = way.to == way.from + 1;
    double end = image.right();
    for (std::size_t c = 1; c < columns_.size(); ++c) {
        if (columns_[c].is_gap || !is_read(row, columns_[c].step)) continue;
        const auto to = place(nodes_[way.to], c);
        if (is_next) {
            const double x = beside_middle(middles_[c], way.lane, way.lanes, arrow_gap);
            add({.corners = {{x, y}, {x, to.y}}}, convolution);
            end = x;
        } else {
            const double x = middles_[c] - group_width / 2 - label_gap - arrow_gap / 2 * way.lane;
            const double arrives = to.y + to.height / 4;
            add({.corners = {{x, y}, {x, arrives}, {to.x, arrives}}}, convolution);
            end = x;
        }
    }
    if (end > image.right())
        add({.corners = {{image.right(), y}, {end, y}},
             .has_head = false,
             .badge_places = {{image.right() + badge_distance, y}}},
            convolution);
}

void layout::add(arrow one, int convolution) {
    one.convolution = convolution;
    if (!one.badge_places.empty()) one.badge = free_place(one.badge_places);
    arrows_.push_back(std::move(one));
}

std::optional<point> layout::free_place(const std::vector<point>& wanted) const {
    for (const auto& place : wanted) {
        const bool is_free = std::ranges::none_of(arrows_, [&place](const arrow& other) {
            return other.badge && std::hypot(other.badge->x - place.x, other.badge->y - place.y) < badge_distance;
        });
        if (is_free) return place;
    }
    return wanted.front();
}

std::vector<int> layout::types_of(const node& states) const { return schedule_.maps[index(states.index)].types; }

bool layout::has_start(const node& one) const {
    for (std::size_t i = 0; i < routes_.size(); ++i)
        if (routes_[i].by == route::way::between_columns && &nodes_[routes_[i].from] == &one &&
            convolutions_[i].is_computed(1))
            return true;
    return false;
}

double layout::width() const {
    const auto lanes = std::ranges::count(routes_, route::way::beside, &route::by);
    return middles_.back() + group_width / 2 + arrow_gap * static_cast<double>(lanes) + right_margin;
}

double layout::heading() const { return top_margin - 20; }
double layout::label_right() const { return label_width_; }

box layout::place(const node& one, std::size_t column) const {
    const double width = one.is == node::kind::states ? group_width : map_width;
    return {middles_[column] - width / 2, one.y, width, one.height};
}

box layout::place_of_type(const node& states, const box& at, int type) const {
    const auto types = types_of(states);
    const auto row = static_cast<double>(std::ranges::find(types, type) - types.begin());
    const double height = (at.height - 2 * group_padding) / static_cast<double>(types.size());
    constexpr double inset = 3;
    return {at.x + group_padding, at.y + group_padding + row * height + inset / 2, at.width - 2 * group_padding,
            height - inset};
}

}  // namespace cortexpr::view::picture
