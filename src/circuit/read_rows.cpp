#include "read_rows.hpp"

#include "../io/input_file.hpp"
#include "../parsed.hpp"

#include <fmt/format.h>

#include <optional>

namespace cortexpr::circuit {

namespace {

/// Numbers of the ids in one column, where neighbouring rows often have the same.
class id_column {
  public:
    id_column(population& cells, std::size_t column) : cells_(cells), column_(column) {}

    std::int32_t number(const row_reader& rows) {
        const auto id = rows.cells()[column_];
        if (!is_known_ || id != last_) {
            number_ = cells_.number_of(id, rows.here(column_));
            last_ = id;
            is_known_ = true;
        }
        return number_;
    }

  private:
    population& cells_;
    std::size_t column_;
    std::string last_;
    std::int32_t number_ = 0;
    bool is_known_ = false;
};

[[noreturn]] void refuse_without_weights(const row_reader& rows, const files& from) {
    throw file_error(from.synapses.string(),
                     fmt::format("has no column {}; it has {}; {}", io::shown_name(from.columns.weight),
                                 io::shown_names(rows.header()), missing_weights));
}

}  // namespace

double weight_in(std::string_view cell, const place& at) {
    if (cell.starts_with('+')) cell.remove_prefix(1);
    const auto value = parsed<double>(cell);
    if (!value) at.refuse(fmt::format("{} is no number that could be a weight", io::shown_name(cell)));
    return *value;
}

void read_rows(row_reader& rows, const files& from, population& cells, wiring& synapses, report& found) {
    const auto& names = from.columns;
    std::vector<std::string> needed{names.pre, names.post};
    if (!names.weight.empty()) needed.push_back(names.weight);
    const auto place_of = [&](const std::string& name) {
        return name.empty() ? std::nullopt : std::optional(rows.column(name, needed));
    };
    id_column pre(cells, rows.column(names.pre, needed)), post(cells, rows.column(names.post, needed));
    if (!names.weight.empty() && !rows.has(names.weight)) refuse_without_weights(rows, from);
    const auto weight_column = place_of(names.weight), kind = place_of(names.kind);
    const auto transmitter = from.signs.empty() ? std::nullopt : place_of(names.synapse_transmitter);
    while (rows.next()) {
        ++found.rows;
        if (kind && rows.cells()[*kind] != names.kind_is) {
            ++found.rows_of_other_kind;
            continue;
        }
        const auto source = pre.number(rows), target = post.number(rows);
        if (source < 0 || target < 0) {
            ++found.rows_of_left_out_cells;
            continue;
        }
        const auto at = weight_column ? rows.here(*weight_column) : rows.here();
        const double weight = weight_column ? weight_in(rows.cells()[*weight_column], at) : 1.0;
        if (transmitter) synapses.add_transmitter(source, rows.cells()[*transmitter], weight, at.row);
        synapses.add(source, target, weight, at);
    }
}

}  // namespace cortexpr::circuit
