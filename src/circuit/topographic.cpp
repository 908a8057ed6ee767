#include <cortexpr/circuit/generators.hpp>

#include "random.hpp"

#include <fmt/format.h>

#include <cmath>
#include <cstdint>
#include <limits>
#include <utility>
#include <vector>

namespace cortexpr::circuit {

namespace {

void require_sound(const topographic_options& options) {
    if (options.rows < 1 || options.columns < 1)
        throw usage_error(fmt::format("a sheet of {}x{} has no neurons", options.rows, options.columns));
    const auto neurons = static_cast<std::int64_t>(options.rows) * options.columns;
    if (neurons > std::numeric_limits<std::int32_t>::max())
        throw usage_error(
            fmt::format("a sheet of {}x{} has more than 2^31 - 1 neurons", options.rows, options.columns));
    if (options.partners < 0 || options.partners >= neurons)
        throw usage_error(fmt::format("{} partners can't be had among the {} other neurons of a sheet",
                                      options.partners, neurons - 1));
    if (!std::isfinite(options.deviation) || options.deviation <= 0 || options.deviation > 1e6)
        throw usage_error(fmt::format("a deviation of {} is no distance; give a positive one", options.deviation));
}

/// The nearest place on an axis, or -1 outside of it.
std::int64_t place_on(std::int32_t size, double position) {
    const double nearest = std::floor(position + 0.5);
    return nearest < 0 || nearest >= size ? -1 : static_cast<std::int64_t>(nearest);
}

/// Chooses the partners of one neuron of a sheet after the other.
class sheet_wiring {
  public:
    explicit sheet_wiring(const topographic_options& options)
        : options_(options),
          draw_(options.seed),
          scale_(options.partners > 0 ? std::sqrt(2.0 / options.partners) : 1.0),
          chosen_by_(static_cast<std::size_t>(options.rows * options.columns), -1) {}

    void connect_to(std::int32_t post) {
        chosen_by_[static_cast<std::size_t>(post)] = post;
        if (options_.self) connect(post, post);
        for (std::int32_t found = 0, misses = 0; found < options_.partners;) {
            const auto pre = drawn_near(post);
            if (pre < 0 || chosen_by_[static_cast<std::size_t>(pre)] == post) {
                if (++misses > most_misses) refuse_reach();
                continue;
            }
            connect(pre, post);
            ++found;
            misses = 0;
        }
    }
    synapses take() { return std::move(synapses_); }

  private:
    static constexpr int most_misses = 100'000;  // in a row

    /// A neuron at a distance that is drawn, or -1 where that is beyond the sheet.
    std::int32_t drawn_near(std::int32_t post) {
        const std::int32_t row = post / options_.columns, column = post % options_.columns;
        const double down = options_.deviation * draw_.normal(), across = options_.deviation * draw_.normal();
        const auto at_row = place_on(options_.rows, row + down),
                   at_column = place_on(options_.columns, column + across);
        if (at_row < 0 || at_column < 0) return -1;
        return static_cast<std::int32_t>(at_row * options_.columns + at_column);
    }
    void connect(std::int32_t pre, std::int32_t post) {
        chosen_by_[static_cast<std::size_t>(pre)] = post;
        synapses_.presynaptic.push_back(pre);
        synapses_.postsynaptic.push_back(post);
        synapses_.weights.push_back(std::abs(draw_.normal()) * scale_);
    }
    [[noreturn]] void refuse_reach() const {
        throw usage_error(
            fmt::format("a deviation of {} leaves too few of the sheet's {}x{} neurons in reach for {} partners; give "
                        "a greater one, or fewer partners",
                        options_.deviation, options_.rows, options_.columns, options_.partners));
    }

    const topographic_options& options_;
    random_stream draw_;
    double scale_;
    std::vector<std::int32_t> chosen_by_;  ///< the last neuron that chose this one
    synapses synapses_{};
};

}  // namespace

graph topographic(const topographic_options& options) {
    require_sound(options);
    const auto count = options.rows * options.columns;
    graph sheet;
    sheet.neurons = {.types = std::vector<std::int32_t>(static_cast<std::size_t>(count), 0),
                     .type_names = {"neuron"},
                     .ids = {},
                     .classes = {}};
    sheet_wiring wiring(options);
    for (std::int32_t post = 0; post < count; ++post) wiring.connect_to(post);
    sheet.synapses = wiring.take();
    return sheet;
}

}  // namespace cortexpr::circuit
