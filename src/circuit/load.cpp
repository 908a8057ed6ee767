#include <cortexpr/circuit/files.hpp>

#include "array_file.hpp"
#include "known_cells.hpp"
#include "population.hpp"
#include "read_arrays.hpp"
#include "read_rows.hpp"
#include "row_reader.hpp"
#include "wiring.hpp"

#include "../io/input_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

namespace cortexpr::circuit {

namespace {

/// Each column is one thing. \throws usage_error  two of them have one name
void require_apart(std::initializer_list<std::pair<std::string_view, const std::string&>> columns_of_file) {
    for (const auto* one = columns_of_file.begin(); one != columns_of_file.end(); ++one)
        for (const auto* other = columns_of_file.begin(); other != one; ++other)
            if (!one->second.empty() && one->second == other->second)
                throw usage_error(fmt::format("in columns, {} and {} are both {}; name a column of its own for each",
                                              other->first, one->first, io::shown_name(one->second)));
}

void require_sound(const files& from, const expectation& expected) {
    const auto& names = from.columns;
    if (!std::isfinite(from.minimum) || from.minimum < 0)
        throw usage_error(fmt::format("a minimum of {} is no weight; give 0 or more", from.minimum));
    if (!from.signs.empty() && names.transmitter.empty() && names.synapse_transmitter.empty())
        throw usage_error(
            "signs of transmitters need the column that names them; give it in columns as transmitter, of cells, or as "
            "synapse_transmitter");
    if (!from.transmitters.empty() && names.transmitter.empty())
        throw usage_error("a transmitters file needs the name of its column; give it in columns as transmitter");
    if (!names.kind_is.empty() && names.kind.empty())
        throw usage_error(fmt::format("in columns, kind_is is {}, but kind names no column that could hold it",
                                      io::shown_name(names.kind_is)));
    if (names.pre.empty() || names.post.empty() || names.neuron.empty())
        throw usage_error("the columns pre, post and neuron need names");
    require_apart({{"pre", names.pre}, {"post", names.post}, {"weight", names.weight}});
    require_apart({{"neuron", names.neuron}, {"type", names.type}});
    if (!expected.pairs) return;
    const auto types = static_cast<std::int32_t>(expected.types.size());
    for (const auto& pair : *expected.pairs)
        if (pair.pre < 0 || pair.pre >= types || pair.post < 0 || pair.post >= types)
            throw usage_error(
                fmt::format("the expected pair ({}, {}) is outside the {} expected types", pair.pre, pair.post, types));
}

std::int64_t count_unconnected(const graph& circuit) {
    std::vector<bool> is_connected(circuit.neurons.size(), false);
    for (const auto* ends : {&circuit.synapses.presynaptic, &circuit.synapses.postsynaptic})
        for (const auto neuron : *ends) is_connected[static_cast<std::size_t>(neuron)] = true;
    return std::ranges::count(is_connected, false);
}

/// Why nothing is left of the synapses of a file.
std::string reason_for_nothing(const files& from, const report& reported) {
    if (reported.rows == 0) return "holds no synapses";
    if (reported.rows == reported.rows_of_other_kind)
        return fmt::format("has {} rows, and none of them has {} in its column {}", reported.rows,
                           io::shown_name(from.columns.kind_is), io::shown_name(from.columns.kind));
    if (reported.pairs_below_minimum > 0)
        return fmt::format(
            "has no synapse that is left of {} pairs: all weigh less than the minimum, {}; give a "
            "smaller one",
            reported.pairs_below_minimum, from.minimum);
    return fmt::format(
        "has no synapse that is left of {} rows: all are of neurons that are left out; look whether the "
        "ids are those of the cells",
        reported.rows - reported.rows_of_other_kind);
}

}  // namespace

graph load(const files& from, const expectation& expected, report* found) {
    report own;
    known_cells unused;
    return load(from, expected, found != nullptr ? *found : own, unused);
}

graph load(const files& from, const expectation& expected, report& reported, known_cells& known) {
    require_sound(from, expected);
    reported = {};
    population cells(from, expected, reported);
    graph circuit;
    const auto read_all = [&](auto& input, auto read, std::function<double()> share_read) {
        cells.read_tables();
        wiring synapses(from, expected, cells, reported, std::move(share_read));
        read(input, from, cells, synapses, reported);
        circuit.synapses = synapses.finish();
    };
    if (const auto rows = open_rows(from.synapses)) {
        if (!from.prefix.empty())
            throw usage_error(fmt::format("a prefix is of the names of arrays, but {} is a table; leave the prefix out",
                                          from.synapses.string()));
        read_all(*rows, read_rows, [&rows] { return rows->share_read(); });
    } else if (const auto arrays = open_arrays(from.synapses, from.columns)) {
        read_all(*arrays, read_arrays, [] { return 0.0; });
    } else {
        refuse_ending(from.synapses, "synapses");
    }
    circuit.neurons = cells.finish(from.synapses.string());
    reported.neurons = static_cast<std::int64_t>(circuit.neurons.size());
    reported.synapses = static_cast<std::int64_t>(circuit.synapses.size());
    reported.types = static_cast<std::int64_t>(circuit.neurons.type_names.size());
    // A file of which nothing is read is another one than was meant.
    if (reported.synapses == 0) throw file_error(from.synapses.string(), reason_for_nothing(from, reported));
    reported.unconnected = count_unconnected(circuit);
    known = cells.take_known();
    return circuit;
}

}  // namespace cortexpr::circuit
