#include "drawn_networks.hpp"

#include <cortexpr/describe/read.hpp>
#include <cortexpr/error.hpp>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <random>
#include <string>
#include <vector>

namespace train_test {

namespace {

using json = nlohmann::ordered_json;

class drawing {
  public:
    explicit drawing(std::uint64_t index) : random_(index) {}

    int count(int least, int most) {
        return least + static_cast<int>(random_() % static_cast<std::uint64_t>(most - least + 1));
    }
    bool chance(double probability) { return static_cast<double>(random_() % 1000) < 1000 * probability; }
    std::string pick(const std::vector<std::string>& from) { return from[random_() % from.size()]; }

    json type(int index) {
        const auto kind = pick({"excitatory", "inhibitory", "hybrid"});
        const auto rates = kind == "hybrid"
                               ? pick({"sigmoid", "tanh", "elu", "gelu", "silu", "leaky_relu", "hard_tanh"})
                               : pick({"sigmoid", "sigmoid", "relu", "relu6", "softplus", "hard_sigmoid"});
        return {{"name", fmt::format("T{}", index)},
                {"class", index == 0 ? "excitatory" : kind},
                {"subtypes", 2 * count(2, 5)},
                {"density", chance(0.2) ? "half" : "full"},
                {"nonlinearity", json::array({index == 0 ? pick({"sigmoid", "relu", "softplus"}) : rates})},
                {"signed_rates", false},
                {"tau", {{"mode", pick({"per_type", "per_subtype"})}, {"initial", chance(0.3) ? 2.0 : 1.0}}},
                {"initial_state", "zeros"}};
    }

    json edge(const std::string& from, const std::string& to) {
        const int side = chance(0.7) ? 3 : 1;
        return {{"from", from}, {"to", to},     {"extent", {side, side}},
                {"groups", 1},  {"bias", true}, {"nonlinearity", chance(0.1) ? json::array({"tanh"}) : json::array()}};
    }

    json area(int index, int channels, int side, int feedback) {
        json types = json::array(), edges = json::array();
        std::vector<std::string> sources{"stimulus"}, targets;
        if (feedback > 0) sources.emplace_back("top_down");
        for (int i = 0, all = count(1, 4); i < all; ++i) {
            types.push_back(type(i));
            sources.push_back(fmt::format("T{}", i));
            targets.push_back(fmt::format("T{}", i));
        }
        targets.emplace_back("output");
        for (const auto& from : sources)
            for (const auto& to : targets) {
                const bool is_spine = (from == "stimulus" && to == "T0") || (from == "T0" && to == "output") ||
                                      (from == "top_down" && to == "T0");
                if (is_spine || (chance(0.45) && !(from == "stimulus" && to == "output")))
                    edges.push_back(edge(from, to));
            }
        return {{"name", fmt::format("A{}", index)},
                {"input", {{"channels", channels}, {"size", {side, side}}, {"class", "hybrid"}}},
                {"feedback", feedback > 0 ? json{{"channels", feedback}, {"class", "hybrid"}, {"initial", "zeros"}}
                                          : json(nullptr)},
                {"neuron_types", types},
                {"edges", edges},
                {"output", {{"channels", 6}, {"nonlinearity", json::array()}, {"initial", "zeros"}}}};
    }

    /// Perhaps one that breaks a rule of declarations.
    json network() {
        const int all = count(1, 4), side = count(8, 12);
        const double density = chance(0.5) ? 0.6 : 0.0;
        json areas = json::array(), feedback = json::array();
        std::vector<bool> hears(static_cast<std::size_t>(all), false);
        for (int to = 0; to < all; ++to)
            for (int from = to + 1; from < all; ++from)
                if (chance(density)) {
                    hears[static_cast<std::size_t>(to)] = true;
                    feedback.push_back({{"from", fmt::format("A{}", from)},
                                        {"to", fmt::format("A{}", to)},
                                        {"extent", {3, 3}},
                                        {"bias", true},
                                        {"nonlinearity", json::array()}});
                }
        for (int i = 0; i < all; ++i)
            areas.push_back(area(i, i == 0 ? count(1, 3) : 6, std::max(6, side - 2 * i),
                                 hears[static_cast<std::size_t>(i)] ? 4 : 0));
        return {{"name", "Drawn"},
                {"kind", "classifier"},
                {"areas", areas},
                {"pool", pick({"max", "average"})},
                {"area_delay", count(0, 1)},
                {"feedback", feedback},
                {"readout",
                 {{"classes", 2},
                  {"hidden", 8},
                  {"dropout", 0.0},
                  {"pool", pick({"max", "average"})},
                  {"pool_size", {2, 2}}}}};
    }

  private:
    std::mt19937_64 random_;
};

}  // namespace

drawn_network draw_network(std::uint64_t index) {
    drawing draws(index);
    while (true) {
        try {
            auto network = cortexpr::describe::read(draws.network());
            const auto areas = static_cast<int>(network.network().areas.size());
            const int least = areas * 2 + (network.network().feedback.empty() ? 0 : 2) + 1;
            return {std::move(network), draws.count(std::min(least, 12), 12)};
        } catch (const cortexpr::usage_error&) {  // a type that nothing drives, say: draw again
        }
    }
}

}  // namespace train_test
