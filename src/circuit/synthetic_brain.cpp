#include <cortexpr/circuit/generators.hpp>

#include "random.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

namespace cortexpr::circuit {

namespace {

constexpr std::int32_t cells_of_wide_type = 17;

void require_sound(const synthetic_brain_options& options) {
    if (options.columnar_types < 1 || options.wide_types < 0)
        throw usage_error(fmt::format("a brain of {} columnar and {} wide types makes no sense", options.columnar_types,
                                      options.wide_types));
    if (options.neurons < 2 * (options.columnar_types + options.wide_types))
        throw usage_error(fmt::format("{} neurons are too few for {} types; give two of each at least", options.neurons,
                                      options.columnar_types + options.wide_types));
    const auto pairs = static_cast<double>(options.neurons) * (options.neurons - 1.0);
    if (options.synapses < 0 || static_cast<double>(options.synapses) > 0.25 * pairs)
        throw usage_error(fmt::format("{} synapses are too many for {} neurons; a quarter of their pairs is the most",
                                      options.synapses, options.neurons));
    if (!(options.inhibitory >= 0 && options.inhibitory <= 1))
        throw usage_error(
            fmt::format("a share of {} inhibitory types makes no sense; give 0 to 1", options.inhibitory));
}

double between(random_stream& draw, double low, double high) { return low + (high - low) * draw.uniform(); }

/// A coordinate reflected at the borders of a sheet.
double reflected(double coordinate, double last) {
    coordinate = std::abs(coordinate);
    if (coordinate > last) coordinate = 2 * last - coordinate;
    return std::clamp(coordinate, 0.0, last);
}

class brain {
  public:
    explicit brain(const synthetic_brain_options& options)
        : options_(options),
          draw_(options.seed),
          types_(static_cast<std::size_t>(options.columnar_types + options.wide_types)) {
        place_cells();
        draw_types();
        draw_degrees();
    }

    graph made() {
        graph all;
        const auto count = static_cast<std::size_t>(options_.neurons);
        number_.resize(count);  // cells get their numbers in random order
        std::iota(number_.begin(), number_.end(), 0);
        shuffle(std::span(number_), draw_);
        all.neurons.types.resize(count);
        all.neurons.classes.resize(count);
        for (std::size_t type = 0; type < types_; ++type) {
            const bool is_wide = type >= static_cast<std::size_t>(options_.columnar_types);
            all.neurons.type_names.push_back(
                is_wide ? fmt::format("wide_{:02}", type - static_cast<std::size_t>(options_.columnar_types))
                        : fmt::format("columnar_{:03}", type));
        }
        for (std::size_t cell = 0; cell < count; ++cell) {
            const auto number = static_cast<std::size_t>(number_[cell]);
            all.neurons.types[number] = static_cast<std::int32_t>(type_[cell]);
            all.neurons.classes[number] = classes_[type_[cell]];
        }
        const auto size = static_cast<std::size_t>(options_.synapses);
        all.synapses.presynaptic.reserve(size);
        all.synapses.postsynaptic.reserve(size);
        all.synapses.weights.reserve(size);
        chosen_by_.assign(count, -1);
        for (std::int32_t cell = 0; cell < options_.neurons; ++cell) connect(cell, all.synapses);
        return all;
    }

  private:
    bool is_wide(std::size_t type) const { return type >= static_cast<std::size_t>(options_.columnar_types); }

    void place_cells() {
        const auto wide = std::min(options_.wide_types * cells_of_wide_type, options_.neurons / 2);
        const auto local = options_.neurons - wide;
        first_.push_back(0);
        for (std::int32_t type = 0; type < static_cast<std::int32_t>(types_); ++type) {
            const bool wide_type = type >= options_.columnar_types;
            const auto all = wide_type ? wide : local;
            const auto parts = wide_type ? options_.wide_types : options_.columnar_types;
            const auto part = wide_type ? type - options_.columnar_types : type;
            const auto size = all / parts + (part < all % parts ? 1 : 0);
            type_.insert(type_.end(), static_cast<std::size_t>(size), static_cast<std::size_t>(type));
            first_.push_back(first_.back() + size);
        }
        const auto most = (local + options_.columnar_types - 1) / options_.columnar_types;
        side_ = std::max(1, static_cast<std::int32_t>(std::ceil(std::sqrt(static_cast<double>(most)))));
    }

    void draw_types() {
        const auto inhibitory =
            static_cast<std::size_t>(std::floor(options_.inhibitory * static_cast<double>(types_) + 0.5));
        std::fill_n(std::back_inserter(classes_), inhibitory, neuron_class::inhibitory);
        classes_.resize(types_, neuron_class::excitatory);
        shuffle(std::span(classes_), draw_);
        for (std::size_t type = 0; type < types_; ++type)
            spread_.push_back(is_wide(type) ? between(draw_, 0.26, 0.44) * side_ : between(draw_, 1.0, 2.5));
        // Each type listens to up to 14 columnar ones, in shares of a Dirichlet distribution's kind, and to a wide one.
        const auto columnar = static_cast<std::size_t>(options_.columnar_types);
        std::vector<std::size_t> order(columnar);
        std::iota(order.begin(), order.end(), std::size_t{0});
        for (std::size_t type = 0; type < types_; ++type) {
            shuffle(std::span(order), draw_);
            std::vector<double> share(types_, 0);
            const auto sources = std::min<std::size_t>(14, columnar);
            for (std::size_t i = 0; i < sources; ++i) {
                const double drawn = -exact_log(draw_.positive());
                share[order[i]] = drawn * std::sqrt(drawn);  // more uneven than exponential ones
            }
            const double sum = std::accumulate(share.begin(), share.end(), 0.0);
            if (options_.wide_types > 0)
                share[columnar + draw_.below(static_cast<std::uint64_t>(options_.wide_types))] = 0.02 * sum;
            std::partial_sum(share.begin(), share.end(), share.begin());
            for (auto& each : share) each /= share.back();
            cumulative_.push_back(std::move(share));
        }
    }

    /// In-degrees, which sum up to the number of synapses.
    void draw_degrees() {
        std::vector<double> of_type, wish;
        for (std::size_t type = 0; type < types_; ++type) of_type.push_back(exact_exp(0.5 * draw_.normal()));
        for (const auto type : type_) {
            const double cell = exact_exp(0.45 * draw_.normal());
            // At the statistics of the optic lobe a wide-field cell has about 40 times the synapses of others.
            wish.push_back(is_wide(type) ? between(draw_, 16, 64) : of_type[type] * cell);
        }
        const double most = 0.45 * options_.neurons;
        const auto wanted = static_cast<double>(options_.synapses);
        for (int round = 0; round < 50 && wanted > 0; ++round) {  // what is beyond the most goes to the others
            const double sum = std::accumulate(wish.begin(), wish.end(), 0.0);
            for (auto& each : wish) each = std::min(each * wanted / sum, most);
        }
        if (options_.synapses == 0) std::ranges::fill(wish, 0.0);
        double due = 0;
        std::int64_t given = 0;
        for (const auto each : wish) {
            due += each;
            const auto until = static_cast<std::int64_t>(std::floor(due + 0.5));
            degrees_.push_back(until - given);
            given = until;
        }
        for (std::size_t cell = 0; given != options_.synapses; cell = (cell + 1) % degrees_.size()) {
            const std::int64_t step = given < options_.synapses ? 1 : -1;  // rounding left a few
            if (degrees_[cell] + step < 0) continue;
            degrees_[cell] += step;
            given += step;
        }
    }

    std::int32_t drawn_source(std::size_t type, double row, double column) {
        const auto& shares = cumulative_[type];
        const auto from = static_cast<std::size_t>(std::ranges::upper_bound(shares, draw_.uniform()) - shares.begin());
        const auto source = std::min(from, types_ - 1);
        const auto size = first_[source + 1] - first_[source];
        if (is_wide(source))
            return first_[source] + static_cast<std::int32_t>(draw_.below(static_cast<std::uint64_t>(size)));
        const double last = side_ - 1;
        double at_row = row + spread_[type] * draw_.normal(), at_column = column + spread_[type] * draw_.normal();
        if (draw_.uniform() < 0.03) {
            at_row = between(draw_, 0, side_);
            at_column = between(draw_, 0, side_);
        }
        const auto index = static_cast<std::int32_t>(std::floor(reflected(at_row, last) + 0.5)) * side_ +
                           static_cast<std::int32_t>(std::floor(reflected(at_column, last) + 0.5));
        return first_[source] + std::min(index, size - 1);
    }

    double drawn_contacts() {
        // A rate with the density of a beta distribution's kind, mean 0.29, and a geometric number at this rate.
        const double open = 1 - exact_exp(exact_log(draw_.positive()) / 3);
        const double rate = open > 0 ? exact_exp(exact_log(open) / 1.2) : 0;
        return 1 + draw_.failures_before_success(std::clamp(rate, 0.04, 0.999));
    }

    void connect(std::int32_t cell, synapses& all) {
        const auto type = type_[static_cast<std::size_t>(cell)];
        const auto index = cell - first_[type];
        const auto own_row = index / side_, own_column = index % side_;
        const double row = is_wide(type) ? between(draw_, 0, side_) : own_row;
        const double column = is_wide(type) ? between(draw_, 0, side_) : own_column;
        chosen_by_[static_cast<std::size_t>(cell)] = cell;
        int misses = 0;
        for (std::int64_t found = 0; found < degrees_[static_cast<std::size_t>(cell)];) {
            constexpr int patience = 30;  // then any neuron will do
            const auto pre = misses < patience
                                 ? drawn_source(type, row, column)
                                 : static_cast<std::int32_t>(draw_.below(static_cast<std::uint64_t>(options_.neurons)));
            if (chosen_by_[static_cast<std::size_t>(pre)] == cell) {
                ++misses;
                continue;
            }
            misses = 0;
            ++found;
            chosen_by_[static_cast<std::size_t>(pre)] = cell;
            all.presynaptic.push_back(number_[static_cast<std::size_t>(pre)]);
            all.postsynaptic.push_back(number_[static_cast<std::size_t>(cell)]);
            all.weights.push_back(drawn_contacts());
        }
    }

    const synthetic_brain_options& options_;
    random_stream draw_;
    std::size_t types_;
    std::int32_t side_ = 1;                        // of the sheet, in columns
    std::vector<std::size_t> type_;                // by cell
    std::vector<std::int32_t> first_;              // cell of each type, and the end
    std::vector<neuron_class> classes_;            // by type
    std::vector<double> spread_;                   // by type, in columns
    std::vector<std::vector<double>> cumulative_;  // by type: shares of presynaptic types
    std::vector<std::int64_t> degrees_;            // by cell
    std::vector<std::int32_t> number_, chosen_by_;
};

}  // namespace

graph synthetic_brain(const synthetic_brain_options& options) {
    require_sound(options);
    return brain(options).made();
}

}  // namespace cortexpr::circuit
