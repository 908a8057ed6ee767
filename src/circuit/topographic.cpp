#include <cortexpr/circuit/generators.hpp>

#include "random.hpp"

#include <fmt/format.h>

#include <cmath>
#include <limits>

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

}  // namespace

graph topographic(const topographic_options& options) {
    require_sound(options);
    constexpr int most_misses = 100'000;  // in a row
    const auto count = options.rows * options.columns;
    graph sheet;
    sheet.neurons = {.types = std::vector<std::int32_t>(static_cast<std::size_t>(count), 0),
                     .type_names = {"neuron"},
                     .ids = {},
                     .classes = {}};
    random_stream draw(options.seed);
    const double scale = options.partners > 0 ? std::sqrt(2.0 / options.partners) : 1.0;
    std::vector<std::int32_t> chosen_by(static_cast<std::size_t>(count), -1);  // the last neuron that chose this one
    const auto connect = [&](std::int32_t pre, std::int32_t post) {
        chosen_by[static_cast<std::size_t>(pre)] = post;
        sheet.synapses.presynaptic.push_back(pre);
        sheet.synapses.postsynaptic.push_back(post);
        sheet.synapses.weights.push_back(std::abs(draw.normal()) * scale);
    };
    for (std::int32_t post = 0; post < count; ++post) {
        chosen_by[static_cast<std::size_t>(post)] = post;
        if (options.self) connect(post, post);
        const std::int32_t row = post / options.columns, column = post % options.columns;
        for (std::int32_t found = 0, misses = 0; found < options.partners;) {
            const double down = options.deviation * draw.normal(), across = options.deviation * draw.normal();
            const auto at_row = place_on(options.rows, row + down),
                       at_column = place_on(options.columns, column + across);
            const auto pre = static_cast<std::int32_t>(at_row * options.columns + at_column);
            if (at_row < 0 || at_column < 0 || chosen_by[static_cast<std::size_t>(pre)] == post) {
                if (++misses > most_misses)
                    throw usage_error(
                        fmt::format("a deviation of {} leaves too few of the sheet's {}x{} neurons in reach "
                                    "for {} partners; give a greater one, or fewer partners",
                                    options.deviation, options.rows, options.columns, options.partners));
                continue;
            }
            connect(pre, post);
            ++found;
            misses = 0;
        }
    }
    return sheet;
}

}  // namespace cortexpr::circuit
