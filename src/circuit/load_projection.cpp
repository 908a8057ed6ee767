#include <cortexpr/circuit/files.hpp>

#include "array_file.hpp"
#include "id_table.hpp"
#include "known_cells.hpp"
#include "population.hpp"
#include "read_rows.hpp"
#include "row_reader.hpp"
#include "stored_matrix.hpp"

#include "../io/input_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <unordered_map>

namespace cortexpr::circuit {

namespace {

using end = expected_projection::end;

class projection_reader {
  public:
    /// `cells`: those of the files that the graph was read from; none where it wasn't.
    projection_reader(const std::filesystem::path& file, const graph& circuit, const expected_projection& expected,
                      const columns& names, const known_cells* cells)
        : file_(file.string()), neurons_(circuit.neurons), expected_(expected), names_(names), cells_(cells) {}

    projection read(row_reader& rows) {
        learn_ids();
        const bool has_weights = reads_weights(rows.has(names_.channel_weight));
        std::vector<std::string> needed{names_.neuron, names_.channel};
        if (has_weights) needed.push_back(names_.channel_weight);
        const auto neuron = rows.column(names_.neuron, needed), channel = rows.column(names_.channel, needed);
        const auto weight = has_weights ? rows.column(names_.channel_weight, needed) : 0;
        while (rows.next()) {
            const auto cells = rows.cells();
            const auto number = number_of(cells[neuron], rows.here(neuron));
            if (number == population::left_out) continue;
            add(number, whole_in(cells[channel], rows.here(channel)),
                has_weights ? weight_in(cells[weight], rows.here(weight)) : 1.0, rows.here(neuron), rows.here(channel),
                has_weights ? rows.here(weight) : rows.here());
        }
        return finish();
    }

    projection read(const array_file& arrays, const std::string& given_prefix) {
        const auto prefix = prefix_of_matrix(arrays, given_prefix, expected_.is == end::stimulus ? "ih." : "ho.");
        if (has_matrix(arrays, prefix)) {
            const auto matrix = read_matrix(arrays, prefix);
            require_sizes(arrays, matrix);
            read_numbered(matrix);
        } else if (arrays.has(prefix + names_.neuron) && arrays.has(prefix + names_.channel)) {
            read_columns(arrays, prefix);
        } else {
            refuse_arrays(file_, arrays, names_.neuron, names_.channel);
        }
        return finish();
    }

    /// Rows of cells that are left out.
    std::int64_t rows_left_out() const { return rows_left_out_; }

  private:
    projection finish() {
        if (found_.size() == 0 && rows_left_out_ > 0)
            throw file_error(file_,
                             fmt::format("has nothing that is left of {} rows: all are of neurons that are left out; "
                                         "look whether the ids are those of the cells",
                                         rows_left_out_));
        if (found_.size() == 0) throw file_error(file_, "holds no synapses");
        return std::move(found_);
    }

    std::string id_of(std::size_t neuron) const {
        return neurons_.ids.empty() ? std::to_string(neuron) : neurons_.ids[neuron];
    }

    /// Only for files that name neurons by id.
    void learn_ids() {
        for (std::size_t i = 0; i < neurons_.size(); ++i) numbers_.insert(id_of(i), static_cast<std::int32_t>(i));
    }

    /// Weights that are asked for by name have to be there; an empty name asks for none.
    bool reads_weights(bool are_there) const {
        return !names_.channel_weight.empty() && (are_there || names_.channel_weight != columns().channel_weight);
    }

    /// The number of a neuron, or population::left_out, which is counted.
    std::int32_t number_of(std::string_view id, const place& at) {
        require_id(id, at);
        const auto number = numbers_.find(id);
        if (number == id_table::absent && cells_ != nullptr && cells_->numbers.find(id) == population::left_out) {
            ++rows_left_out_;
            return population::left_out;
        }
        if (number == id_table::absent)
            at.refuse(fmt::format("{} is none of the connectome's {} neurons", io::shown_name(id), neurons_.size()));
        return number;
    }

    static std::int64_t whole_in(std::string_view cell, const place& at) {
        const auto number = whole_number_in(cell);
        if (!number || *number > std::numeric_limits<std::int32_t>::max())
            at.refuse(fmt::format("{} is no channel; they are whole numbers from 0", io::shown_name(cell)));
        return static_cast<std::int64_t>(*number);
    }

    void read_columns(const array_file& arrays, const std::string& prefix) {
        learn_ids();
        const auto neuron = prefix + names_.neuron, channel = prefix + names_.channel,
                   weight = prefix + names_.channel_weight;
        const auto count = length_of(arrays, neuron);
        require_length(arrays, channel, count, neuron);
        const bool has_weights = reads_weights(arrays.has(weight));
        if (has_weights) require_length(arrays, weight, count, neuron);
        const auto ids = arrays.whole_numbers(neuron), channels = arrays.whole_numbers(channel);
        const auto weights = has_weights ? arrays.reals(weight) : std::vector<double>();
        for (std::size_t i = 0; i < ids.size(); ++i) {
            const place at{.file = file_, .row = static_cast<std::int64_t>(i), .column = neuron, .is_array = true};
            const auto number = number_of(std::to_string(ids[i]), at);
            if (number == population::left_out) continue;
            add(number, channels[i], has_weights ? weights[i] : 1.0, at, at.in(channel), at.in(weight));
        }
    }

    /// Where the file says its matrix's sizes: others are those of another circuit, or of the transposed matrix.
    void require_sizes(const array_file& arrays, const stored_matrix& matrix) const {
        if (expected_.is_renumbered)
            throw file_error(file_,
                             "names neurons by number, but some of the cells file were left out; give a table "
                             "of their ids");
        const bool is_stimulus = expected_.is == end::stimulus;
        const auto& cells = is_stimulus ? matrix.rows : matrix.columns;
        const auto& channels = is_stimulus ? matrix.columns : matrix.rows;
        const auto refuse = [&](std::string_view lines, std::int64_t has, std::string_view what, std::int64_t known) {
            arrays.refuse(matrix.rows_array, fmt::format("is of a matrix with {} {}, but there are {} {} ({})", has,
                                                         lines, known, what, axes_of(expected_.is)));
        };
        const auto neurons = static_cast<std::int64_t>(neurons_.size());
        // Neurons that the cells file doesn't name come behind those that it does; a matrix may go without them.
        const bool is_of_file = cells_ != nullptr && cells == cells_->rows;
        if (cells && *cells != neurons && !is_of_file)
            refuse(is_stimulus ? "rows" : "columns", *cells, "neurons", neurons);
        if (channels && expected_.channels > 0 && *channels != expected_.channels)
            refuse(is_stimulus ? "columns" : "rows", *channels, "channels", expected_.channels);
    }

    static std::string_view axes_of(end which) {
        return which == end::stimulus ? "a stimulus has neurons in its rows, channels in its columns"
                                      : "an output has channels in its rows, neurons in its columns";
    }

    void read_numbered(const stored_matrix& matrix) {
        const bool is_stimulus = expected_.is == end::stimulus;
        const auto& cells = is_stimulus ? matrix.targets : matrix.sources;
        const auto& channels = is_stimulus ? matrix.sources : matrix.targets;
        for (std::size_t i = 0; i < matrix.size(); ++i) {
            const place at{
                .file = file_, .row = static_cast<std::int64_t>(i), .column = matrix.indices_array, .is_array = true};
            if (cells[i] < 0 || cells[i] >= static_cast<std::int64_t>(neurons_.size()))
                at.refuse(fmt::format("{} is no neuron; they are 0 to {} ({})", cells[i],
                                      static_cast<std::int64_t>(neurons_.size()) - 1, axes_of(expected_.is)));
            add(cells[i], channels[i], matrix.weights[i], at, at, at.in(matrix.weights_array));
        }
    }

    void add(std::int32_t neuron, std::int64_t channel, double weight, const place& at_neuron, const place& at_channel,
             const place& at_weight) {
        const auto type = neurons_.types[static_cast<std::size_t>(neuron)];
        if (!expected_.types.empty() && std::ranges::find(expected_.types, type) == expected_.types.end())
            at_neuron.refuse(fmt::format("{} is of the type {}, and {}",
                                         io::shown_name(id_of(static_cast<std::size_t>(neuron))),
                                         io::shown_name(neurons_.type_names[static_cast<std::size_t>(type)]),
                                         expected_.is == end::stimulus ? "none of those that the stimulus goes to"
                                                                       : "none of those that the output comes from"));
        const auto most = expected_.channels > 0 ? expected_.channels : std::numeric_limits<std::int32_t>::max();
        if (channel < 0 || channel >= most)
            at_channel.refuse(fmt::format("{} is no channel; they are 0 to {}", channel, most - 1));
        if (!std::isfinite(weight)) at_weight.refuse("the weight is infinite or NaN");
        const auto pair = static_cast<std::uint64_t>(neuron) << 32U | static_cast<std::uint64_t>(channel);
        const auto [index, is_new] = indices_.emplace(pair, found_.size());
        if (!is_new) {
            auto& sum = found_.weights[index->second];
            sum += weight;
            if (!std::isfinite(sum))
                at_weight.refuse(
                    fmt::format("with this one, the weights of neuron {} and channel {} sum up to more than "
                                "a number holds",
                                io::shown_name(id_of(static_cast<std::size_t>(neuron))), channel));
            return;
        }
        found_.cells.push_back(neuron);
        found_.channels.push_back(static_cast<std::int32_t>(channel));
        found_.weights.push_back(weight);
    }

    std::string file_;
    const neurons& neurons_;
    const expected_projection& expected_;
    const columns& names_;
    const known_cells* cells_;
    std::int64_t rows_left_out_ = 0;
    id_table numbers_;
    projection found_;
    std::unordered_map<std::uint64_t, std::size_t> indices_;
};

projection read_file(projection_reader& reader, const std::filesystem::path& file, const columns& names,
                     const std::string& prefix) {
    if (const auto rows = open_rows(file)) return reader.read(*rows);
    auto of_array = names;  // an .npy array's columns are named as those of synapses
    of_array.pre = names.neuron;
    of_array.post = names.channel;
    of_array.weight = names.channel_weight;
    if (const auto arrays = open_arrays(file, of_array)) return reader.read(*arrays, prefix);
    refuse_ending(file, "projections");
}

}  // namespace

projection load_projection(const std::filesystem::path& file, const graph& circuit, const expected_projection& expected,
                           const columns& names, const std::string& prefix) {
    projection_reader reader(file, circuit, expected, names, nullptr);
    return read_file(reader, file, names, prefix);
}

projection load_projection(const files& from, const graph& circuit, const expected_projection& expected,
                           const known_cells& cells, report& found) {
    const bool is_stimulus = expected.is == end::stimulus;
    const auto& file = is_stimulus ? from.stimulus_synapses : from.output_synapses;
    projection_reader reader(file, circuit, expected, from.columns, &cells);
    auto all = read_file(reader, file, from.columns, is_stimulus ? from.stimulus_prefix : from.output_prefix);
    found.rows_of_left_out_cells += reader.rows_left_out();
    return all;
}

}  // namespace cortexpr::circuit
