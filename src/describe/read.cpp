#include <cortexpr/describe/read.hpp>

#include "../io/input_file.hpp"
#include "../io/json_bounds.hpp"
#include "entry.hpp"
#include "rule_texts.hpp"

#include <cortexpr/check/enforce.hpp>

#include <functional>
#include <limits>

namespace cortexpr::describe {

namespace {

using plan::index;
using json = nlohmann::ordered_json;

extent read_extent(const entry& sides) {
    const auto [height, width] = sides.pair();
    return {height.whole(), width.whole()};
}

activation_function read_nonlinearity(const entry& function) {
    if (function.has("custom"))
        function.say(
            fmt::format("is code, {}, which a description doesn't hold; declare the network in C++, or name "
                        "another nonlinearity",
                        function.at("custom").text()));
    activation_function result;
    const auto members = function.list();
    if (!members.empty()) result.length = static_cast<int>(members.size());
    for (std::size_t i = 0; i < members.size() && i < result.members.size(); ++i)
        result.members[i] = members[i].word<activation>(activation_count);
    if (const rule broken = check::broken_by(result); broken != rule::none) function.say(text_of(broken));
    return result;
}

tau_start read_tau(const entry& initial) {
    if (initial.is_number()) return initial.number();
    const bool is_uniform = initial.has("uniform");
    if (!is_uniform && !initial.has("normal"))
        initial.refuse("give a number, {\"uniform\": [low, high]} or {\"normal\": [mean, standard deviation]}");
    const auto [first, second] = initial.at(is_uniform ? "uniform" : "normal").pair();
    if (is_uniform) return uniform_draw{first.number(), second.number()};
    return normal_draw{first.number(), second.number()};
}

neuron_declaration read_type(const entry& type) {
    const auto tau = type.at("tau");
    return {.is_neuron_type = true,
            .kind = type.at("class").word<neuron_class>(3),
            .subtypes = type.at("subtypes").whole(),
            .nonlinearity = read_nonlinearity(type.at("nonlinearity")),
            .tau = tau.at("mode").word<tau_mode>(4),
            .initial_tau = read_tau(tau.at("initial")),
            .initial_state = type.at("initial_state").word<fill>(4),
            .signed_rates = type.at("signed_rates").flag(),
            .half_density = type.at("density").choice({"full", "half"}) == 1};
}

edge read_edge(const entry& described, int groups) {
    return {.extent = read_extent(described.at("extent")),
            .groups = groups,
            .nonlinearity = read_nonlinearity(described.at("nonlinearity")),
            .bias = described.at("bias").flag()};
}

/// An area with the storage that its declaration's spans need. It stays where it is.
class area_reader {
  public:
    explicit area_reader(const entry& area) : area_(area), types_(area.at("neuron_types").list()) {
        for (const auto& type : types_) {
            names_.emplace_back(type.at("name").text());
            if (names_.back() == "stimulus" || names_.back() == "top_down" || names_.back() == "output")
                type.at("name").refuse("give another name, since edges call something else so");
            declared_types_.push_back(read_type(type));
            first_same_.push_back(static_cast<int>(first_same_.size()));
        }
        read_parts();
        require(check::diagnose_parts(declared_));
        require(check::diagnose_types(declared_));
        read_edges();
        require(check::diagnose(declared_));
    }
    area_reader(const area_reader&) = delete;
    area_reader& operator=(const area_reader&) = delete;

    const area_declaration& declared() const { return declared_; }

  private:
    using source = row_declaration::source;

    void read_parts() {
        for (const auto part : {area_part::input, area_part::neurons, area_part::connectivity, area_part::output})
            declared_.parts[static_cast<std::size_t>(part)] = 1;
        const auto input = area_.at("input"), output = area_.at("output"), feedback = area_.at("feedback");
        const auto size = read_extent(input.at("size"));
        declared_.input_channels = input.at("channels").whole();
        declared_.height = size.height;
        declared_.width = size.width;
        declared_.input_class = input.at("class").word<neuron_class>(3);
        declared_.hears_feedback = !feedback.is_null();
        if (declared_.hears_feedback) {
            declared_.parts[static_cast<std::size_t>(area_part::feedback_channels)] = 1;
            declared_.feedback_channels = feedback.at("channels").whole();
            declared_.feedback_class = feedback.at("class").word<neuron_class>(3);
            declared_.initial_feedback = feedback.at("initial").word<fill>(4);
        }
        declared_.output_channels = output.at("channels").whole();
        declared_.output_nonlinearity = read_nonlinearity(output.at("nonlinearity"));
        declared_.initial_output = output.at("initial").word<fill>(4);
        declared_.types = declared_types_;
        declared_.first_same_type = first_same_;
        declared_.type_names = names_;
    }

    /// The matrix: rows stimulus, top_down where there is feedback, neuron types; columns neuron types, output.
    void read_edges() {
        std::vector<std::string_view> sources{"stimulus"}, targets = names_;
        if (declared_.hears_feedback) sources.emplace_back("top_down");
        const std::size_t first_type = sources.size();
        sources.insert(sources.end(), names_.begin(), names_.end());
        targets.emplace_back("output");
        cells_.assign(sources.size(), std::vector<cell_declaration>(targets.size()));
        edge_of_.assign(sources.size(), std::vector<const entry*>(targets.size(), nullptr));
        edges_ = area_.at("edges").list();
        for (const auto& edge : edges_) {
            const std::size_t row = edge.at("from").choice(sources), column = edge.at("to").choice(targets);
            auto& earlier = edge_of_[row][column];
            if (earlier != nullptr) edge.say(fmt::format("is {} again; remove one", earlier->place()));
            earlier = &edge;
            cells_[row][column] = {cell_declaration::mark::present, read_edge(edge, edge.at("groups").whole()), 1};
        }
        for (std::size_t row = 0; row < sources.size(); ++row) {
            const bool is_type = row >= first_type;
            rows_.push_back({.from = is_type    ? source::neuron_type
                                     : row == 0 ? source::stimulus
                                                : source::top_down,
                             .neuron_type = is_type ? static_cast<int>(row - first_type) : -1,
                             .cells = cells_[row]});
        }
        declared_.rows = rows_;
    }

    void require(const diagnosis& found) const {
        if (found.ok()) return;
        const auto first = index(found.numbers[0]);
        const entry& where = found.where == diagnosis::place::neuron_type ? types_[first]
                             : found.where == diagnosis::place::cell      ? *edge_of_[first][index(found.numbers[1])]
                                                                          : area_;
        where.say(text_of(found.broken));
    }

    entry area_;
    std::vector<entry> types_, edges_;
    std::vector<std::string_view> names_;
    std::vector<neuron_declaration> declared_types_;
    std::vector<int> first_same_;
    std::vector<std::vector<cell_declaration>> cells_;
    std::vector<std::vector<const entry*>> edge_of_;  ///< by cell
    std::vector<row_declaration> rows_;
    area_declaration declared_;
};

/// A network with the storage that its declaration's spans need.
class network_reader {
  public:
    explicit network_reader(const entry& network) : network_(network), feedback_(network.at("feedback").list()) {
        for (const auto& area : network.at("areas").list()) {
            areas_.push_back(std::make_unique<area_reader>(area));
            places_.push_back(area);
            declared_areas_.push_back(&areas_.back()->declared());
            names_.emplace_back(area.at("name").text());
            first_same_.push_back(static_cast<int>(first_same_.size()));
        }
        declared_.pool = network.at("pool").word<pool_mode>(2);
        declared_.area_delay = network.at("area_delay").whole();
        declared_.areas = declared_areas_;
        declared_.area_names = names_;
        declared_.first_same_area = first_same_;
        require(check::diagnose_network_parts(declared_));
        require(check::diagnose_areas(declared_));
        for (const auto& edge : feedback_)
            declared_feedback_.push_back({static_cast<int>(edge.at("from").choice(names_)),
                                          static_cast<int>(edge.at("to").choice(names_)), read_edge(edge, 1)});
        declared_.feedback = declared_feedback_;
        require(check::diagnose_feedback(declared_));
        if (!network.at("readout").is_null()) read_readout(network.at("readout"));
    }

    plan::stored_network stored() const {
        plan::stored_network result(network_.at("name").text(), declared_, head_);
        for (const auto& type : result.network().types) require_small(places_[index(type.area)], "a state", type.shape);
        for (const auto& area : result.network().areas)
            for (const auto& map : {area.input, area.output, area.feedback}) require_small(network_, "a map", map);
        for (const auto& one : result.network().parameters)
            require_small(network_, std::string_view(one.name), {one.shape[0], one.shape[1], one.shape[2]},
                          one.shape[3]);
        return result;
    }

  private:
    /// That sizes and counts of operations fit their integers.
    static void require_small(const entry& where, std::string_view what, const plan::map_shape& shape,
                              double more = 1) {
        if (more * shape.channels * shape.height * shape.width > std::numeric_limits<int>::max())
            where.say(fmt::format("has {} of more than 2^31 numbers; give fewer channels or a smaller size", what));
    }

    void require(const diagnosis& found) const {
        if (found.ok()) return;
        const auto first = index(found.numbers[0]);
        const entry& where = found.where == diagnosis::place::area       ? places_[first]
                             : found.where == diagnosis::place::feedback ? feedback_[first]
                                                                         : network_;
        where.say(text_of(found.broken));
    }

    void read_readout(const entry& readout) {
        const auto pooled = read_extent(readout.at("pool_size"));
        const auto& last = *declared_areas_.back();
        head_.is_regressor = readout.has("targets");
        head_.parts[static_cast<std::size_t>(head_.is_regressor ? readout_part::targets : readout_part::classes)] = 1;
        head_.has_network = head_.network_wired = true;
        head_.classes = readout.at(head_.is_regressor ? "targets" : "classes").whole();
        head_.hidden = readout.at("hidden").whole();
        head_.dropout = readout.at("dropout").number();
        head_.pool = {.mode = readout.at("pool").word<pool_mode>(2), .height = pooled.height, .width = pooled.width};
        head_.map_height = last.height;
        head_.map_width = last.width;
        if (const auto found = check::diagnose(head_); !found.ok()) readout.say(text_of(found.broken));
        require_small(readout, "a layer", {last.output_channels, pooled.height, pooled.width});
    }

    entry network_;
    std::vector<entry> feedback_, places_;  ///< places: of the areas
    std::vector<std::unique_ptr<area_reader>> areas_;
    std::vector<const area_declaration*> declared_areas_;
    std::vector<std::string_view> names_;
    std::vector<int> first_same_;
    std::vector<feedback_declaration> declared_feedback_;
    network_declaration declared_;
    readout_declaration head_;
};

}  // namespace

plan::stored_network read(const json& description) {
    if (description.is_object() && description.contains("cell_types"))
        throw usage_error(
            "this describes a connectome, and networks of areas alone are read from descriptions; declare it "
            "(describe --as cpp gives the declaration)");
    return network_reader(entry(description)).stored();
}

plan::stored_network read_file(const std::filesystem::path& path) {
    io::input_file file(path);
    const io::json_bounds bounds;  // the largest network that compiles has half of these bytes
    if (const auto fault = io::json_beyond(file.size(), bounds); !fault.empty()) file.refuse(fault);
    const auto text = file.text();
    if (const auto fault = io::json_beyond(text, bounds); !fault.empty()) file.refuse(fault);
    try {
        io::json_key_check keys;
        const auto description = json::parse(text, std::ref(keys));
        if (const auto fault = keys.fault(); !fault.empty()) file.refuse(fault);
        return read(description);
    } catch (const json::parse_error& problem) {
        file.refuse(fmt::format("is no JSON from byte {} on; write it anew", problem.byte));
    } catch (const json::out_of_range&) {
        file.refuse("has a number that is larger than any; write it anew");
    } catch (const usage_error& problem) {
        file.refuse(problem.what());
    }
}

}  // namespace cortexpr::describe
