#include "read_arrays.hpp"

#include "read_rows.hpp"
#include "row_reader.hpp"
#include "stored_cells.hpp"
#include "stored_matrix.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace cortexpr::circuit {

namespace {

using indices = std::vector<std::int64_t>;

std::vector<std::string> texts_in(const array_file& arrays, std::string_view list) {
    const auto bytes_name = std::string(list) + std::string(stored::bytes);
    const auto ends_name = std::string(list) + std::string(stored::ends);
    const auto bytes = arrays.whole_numbers(bytes_name), ends = arrays.whole_numbers(ends_name);
    const auto text = [&] {
        std::string all;
        for (const auto byte : bytes) all += static_cast<char>(byte);
        return all;
    }();
    std::vector<std::string> texts;
    std::int64_t start = 0;
    for (const auto end : ends) {
        if (end < start || end > static_cast<std::int64_t>(text.size()))
            arrays.refuse(ends_name, fmt::format("doesn't fit the {} bytes of {}", text.size(), bytes_name));
        texts.push_back(text.substr(static_cast<std::size_t>(start), static_cast<std::size_t>(end - start)));
        start = end;
    }
    return texts;
}

void read_stored_cells(const array_file& arrays, std::string_view file, population& cells) {
    const std::string types_name(stored::types), classes_name(stored::classes);
    const auto types = arrays.whole_numbers(types_name);
    const auto labels = texts_in(arrays, stored::type_names);
    const bool has_ids = arrays.has(std::string(stored::ids) + std::string(stored::ends));
    const auto ids = has_ids ? texts_in(arrays, stored::ids) : std::vector<std::string>();
    const auto classes = arrays.has(classes_name) ? arrays.whole_numbers(classes_name) : indices();
    if (has_ids && ids.size() != types.size())
        arrays.refuse(types_name, fmt::format("has {} entries, but there are {} ids", types.size(), ids.size()));
    if (!classes.empty()) require_length(arrays, classes_name, types.size(), types_name);
    cells.keep_order_of(labels);
    for (std::size_t i = 0; i < types.size(); ++i) {
        const place at{.file = file, .row = static_cast<std::int64_t>(i), .column = stored::types, .is_array = true};
        if (types[i] < 0 || static_cast<std::size_t>(types[i]) >= labels.size())
            at.refuse(fmt::format("{} is no type; these are 0 to {}", types[i],
                                  static_cast<std::int64_t>(labels.size()) - 1));
        std::string_view word;
        if (!classes.empty()) {
            if (classes[i] < 0 || classes[i] > 2)
                at.in(stored::classes).refuse(fmt::format("{} is no class; these are 0 to 2", classes[i]));
            word = name_of(static_cast<neuron_class>(classes[i]));
        }
        cells.add(has_ids ? ids[i] : std::to_string(i), labels[static_cast<std::size_t>(types[i])], word, "", at);
    }
}

/// Reads synapses between neurons that go by number.
class numbered {
  public:
    numbered(const array_file& arrays, const files& from, population& cells, wiring& synapses, report& found)
        : arrays_(arrays), file_(from.synapses.string()), cells_(cells), synapses_(synapses), found_(found) {}

    void read(const std::string& prefix) {
        const auto matrix = read_matrix(arrays_, prefix);
        if (matrix.rows && matrix.columns && *matrix.columns != *matrix.rows)
            arrays_.refuse(arrays_.has("shape") ? "shape" : matrix.rows_array,
                           fmt::format("is of {} x {}; a matrix of synapses has a row and a column for each "
                                       "neuron",
                                       *matrix.rows, *matrix.columns));
        std::int64_t largest = -1;
        if (!matrix.rows)
            for (const auto* ends : {&matrix.targets, &matrix.sources})
                for (const auto end : *ends) largest = std::max<std::int64_t>(largest, end);
        const auto neurons = matrix.rows.value_or(largest + 1);
        add_neurons(neurons, matrix.size(), matrix.rows_array);
        // Of a smaller one, too, nothing says which cells its rows are.
        if (matrix.rows && static_cast<std::size_t>(neurons) != cells_.rows())
            arrays_.refuse(matrix.rows_array,
                           fmt::format("is of {} neurons, but {} are known", neurons, cells_.rows()));
        for (std::size_t i = 0; i < matrix.size(); ++i)
            add(matrix.sources[i], matrix.targets[i], matrix.weights[i], i, matrix.indices_array, matrix.weights_array);
    }

  private:
    /// `array` names the neurons, or has an entry for each.
    void add_neurons(std::int64_t count, std::size_t synapses, const std::string& array) {
        if (cells_.rows() > 0) return;
        // A damaged index must not take all memory.
        constexpr std::int64_t always = 100'000, for_each_synapse = 8;
        if (count > always && (count - always) / for_each_synapse > static_cast<std::int64_t>(synapses))
            arrays_.refuse(array,
                           fmt::format("is of {} neurons, but there are only {} synapses; if that is meant, give a "
                                       "cells file",
                                       count, synapses));
        cells_.add_unnamed(std::max<std::int64_t>(count, 0), file_);
    }

    void add(std::int64_t pre, std::int64_t post, double weight, std::size_t entry, std::string_view names,
             std::string_view values) {
        ++found_.rows;
        const place at{.file = file_, .row = static_cast<std::int64_t>(entry), .column = names, .is_array = true};
        const auto from = cells_.number_at(pre, at), to = cells_.number_at(post, at);
        if (from < 0 || to < 0)
            ++found_.rows_of_left_out_cells;
        else
            synapses_.add(from, to, weight, at.in(values));
    }

    const array_file& arrays_;
    std::string file_;
    population& cells_;
    wiring& synapses_;
    report& found_;
};

/// Whether there is an array beside those of the ids that may well hold the weights, under another name.
bool has_other_column(const array_file& arrays, const std::string& prefix, const columns& names, std::uint64_t count) {
    return std::ranges::any_of(arrays.list(), [&](const std::string& name) {
        if (!name.starts_with(prefix) || name == prefix + names.pre || name == prefix + names.post) return false;
        const auto shape = arrays.shape(name);
        return !shape.empty() && shape[0] == count && (shape.size() == 1 || (shape.size() == 2 && shape[1] == 1));
    });
}

void read_id_columns(const array_file& arrays, const files& from, const std::string& prefix, population& cells,
                     wiring& synapses, report& found) {
    const auto& names = from.columns;
    const auto pre_name = prefix + names.pre, post_name = prefix + names.post, weight_name = prefix + names.weight;
    const auto count = length_of(arrays, pre_name);
    require_length(arrays, post_name, count, pre_name);
    const bool has_weights = !names.weight.empty() && (arrays.has(weight_name) || names.weight != columns().weight ||
                                                       has_other_column(arrays, prefix, names, count));
    if (has_weights && !arrays.has(weight_name))
        arrays.refuse(weight_name, fmt::format("isn't there (the file has {}); {}", arrays.names(), missing_weights));
    const auto pre = arrays.whole_numbers(pre_name), post = arrays.whole_numbers(post_name);
    if (has_weights) require_length(arrays, weight_name, count, pre_name);
    const auto weights = has_weights ? arrays.reals(weight_name) : std::vector<double>();
    const auto file = from.synapses.string();
    for (std::size_t i = 0; i < pre.size(); ++i) {
        ++found.rows;
        const place at{.file = file, .row = static_cast<std::int64_t>(i), .column = pre_name, .is_array = true};
        const auto source = cells.number_of(pre[i], at), target = cells.number_of(post[i], at.in(post_name));
        if (source < 0 || target < 0)
            ++found.rows_of_left_out_cells;
        else
            synapses.add(source, target, has_weights ? weights[i] : 1.0, at.in(weight_name));
    }
}

}  // namespace

void read_arrays(const array_file& arrays, const files& from, population& cells, wiring& synapses, report& found) {
    if (!from.columns.kind.empty() || (!from.columns.synapse_transmitter.empty() && !from.signs.empty()))
        throw usage_error(
            fmt::format("{}: kinds and transmitters of synapses are read from tables ({}), not from arrays",
                        from.synapses.string(), table_endings));
    if (from.cells.empty() && arrays.has(std::string(stored::types)))
        read_stored_cells(arrays, from.synapses.string(), cells);
    const auto prefix = prefix_of_matrix(arrays, from.prefix, "hh.");
    if (has_matrix(arrays, prefix))
        numbered(arrays, from, cells, synapses, found).read(prefix);
    else if (arrays.has(prefix + from.columns.pre) && arrays.has(prefix + from.columns.post))
        read_id_columns(arrays, from, prefix, cells, synapses, found);
    else
        refuse_arrays(from.synapses.string(), arrays, from.columns.pre, from.columns.post);
}

}  // namespace cortexpr::circuit
