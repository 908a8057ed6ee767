#include <cortexpr/io/csv.hpp>

#include "input_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <utility>

namespace cortexpr::io {

namespace {

template <typename Number>
std::string number_text(Number value) {
    std::array<char, 32> digits{};
    const auto result = std::to_chars(digits.data(), digits.data() + digits.size(), value);
    return {digits.data(), result.ptr};
}

std::string quoted_where_needed(const std::string& text) {
    if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
    std::string quoted_text = "\"";
    for (const char symbol : text) {
        if (symbol == '"') quoted_text += '"';
        quoted_text += symbol;
    }
    return quoted_text + '"';
}

std::vector<std::string> checked(const std::filesystem::path& file, std::vector<std::string> columns) {
    if (columns.empty()) throw usage_error(file.string() + ": a CSV log needs at least one column");
    for (auto column = columns.begin(); column != columns.end(); ++column) {
        if (std::find(columns.begin(), column, *column) != column) {
            throw usage_error(fmt::format("{}: the CSV column {} is given twice", file.string(), shown_name(*column)));
        }
    }
    return columns;
}

}  // namespace

std::string to_csv(const csv_cell& cell) {
    if (const auto* whole = std::get_if<std::int64_t>(&cell)) return number_text(*whole);
    if (const auto* text = std::get_if<std::string>(&cell)) return quoted_where_needed(*text);
    if (const auto* real = std::get_if<double>(&cell)) {
        if (std::isnan(*real)) return "nan";  // to_chars may print a sign
        return number_text(*real);
    }
    return {};
}

std::string csv_row(std::span<const csv_cell> cells) {
    std::string row;
    for (const csv_cell& cell : cells) {
        if (!row.empty() || &cell != cells.data()) row += ',';
        row += to_csv(cell);
    }
    return row + '\n';
}

csv_log::csv_log(std::filesystem::path file, std::vector<std::string> columns)
    : columns_(checked(file, std::move(columns))),
      rows_(std::move(file), csv_row(std::vector<csv_cell>(columns_.begin(), columns_.end()))) {}

void csv_log::append(std::span<const csv_cell> cells) {
    if (cells.size() != columns_.size()) {
        throw usage_error(fmt::format("{}: a row of {} cells does not fit the {} columns", path().string(),
                                      cells.size(), columns_.size()));
    }
    rows_.append(csv_row(cells));
}

}  // namespace cortexpr::io
