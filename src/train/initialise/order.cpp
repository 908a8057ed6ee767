#include "order.hpp"

#include <algorithm>
#include <optional>

namespace cortexpr {

namespace {

using plan::index;
using source = plan::edge::source;

/// Steps count up from what an area receives; a type that hears it directly answers at once.
class arrival {
  public:
    explicit arrival(const plan::network& network) : network_(network), types_(network.types.size()) {}

    order_of_arrival order() {
        order_of_arrival found;
        found.brings.resize(network_.edges.size());
        for (const auto& area : network_.areas) reach(area, source::stimulus);
        // Then what only feedback reaches, the upper areas having answered.
        for (const auto& area : network_.areas) reach(area, source::top_down);
        for (std::size_t i = 0; i < network_.edges.size(); ++i) {
            const auto& edge = network_.edges[i];
            found.brings[i] = !edge.to_output() && is_earlier(edge);
        }
        set_stages(found);
        int longest = 1;
        for (const auto& type : types_)
            if (type) longest = std::max(longest, type->level);
        const auto areas = static_cast<int>(network_.areas.size());
        found.steps = areas * longest + network_.area_delay * (areas - 1) + (network_.feedback.empty() ? 0 : 1);
        return found;
    }

  private:
    struct first_reached {
        source by = source::stimulus;  ///< what reached it first, within its area
        int level = 1;                 ///< the first response counts as 1
    };

    void reach(const plan::area& area, source by) {
        for (int level = 1; level <= area.types; ++level) {
            std::vector<int> reached;
            for (int type = area.first_type; type < area.first_type + area.types; ++type)
                if (!types_[index(type)] && hears(area, type, by, level)) reached.push_back(type);
            for (const int type : reached) types_[index(type)] = first_reached{by, level};
        }
    }

    bool hears(const plan::area& area, int type, source by, int level) const {
        const auto edges = network_.edges_of(area);
        return std::any_of(edges.begin(), edges.end(), [&](const plan::edge& edge) {
            if (edge.postsynaptic != type) return false;
            if (edge.from != source::neuron_type) return edge.from == by && level == 1;
            const auto& from = types_[index(edge.presynaptic)];
            return from && from->by == by && from->level < level;
        });
    }

    bool is_earlier(const plan::edge& edge) const {
        const auto& to = types_[index(edge.postsynaptic)];
        if (!to) return false;
        if (edge.from != source::neuron_type) return edge.from == to->by;
        const auto& from = types_[index(edge.presynaptic)];
        return from && from->by == to->by && from->level < to->level;
    }

    /// Area by area and level by level; then feedback, and what only feedback reaches.
    void set_stages(order_of_arrival& found) const {
        found.type_stage.assign(types_.size(), 0);
        const auto set_types = [&](const plan::area& area, source by, int first) {
            int next = first;
            for (int type = area.first_type; type < area.first_type + area.types; ++type)
                if (const auto& reached = types_[index(type)]; reached && reached->by == by) {
                    found.type_stage[index(type)] = first + reached->level - 1;
                    next = std::max(next, first + reached->level);
                }
            return next;
        };
        int next = 0;
        for (const auto& area : network_.areas) {
            next = set_types(area, source::stimulus, next);
            found.output_stage.push_back(next++);
        }
        found.feedback_stage = next++;
        found.stages = next;
        for (const auto& area : network_.areas)
            found.stages = std::max(found.stages, set_types(area, source::top_down, next));
    }

    const plan::network& network_;
    std::vector<std::optional<first_reached>> types_;
};

}  // namespace

order_of_arrival order_of(const plan::network& network) { return arrival(network).order(); }

}  // namespace cortexpr
