#include "place.hpp"

#include "../io/input_file.hpp"

#include <fmt/format.h>

namespace cortexpr::circuit {

std::string place::text() const {
    if (is_array) return fmt::format("entry {} of array {}", row, io::shown_name(column));
    return column.empty() ? fmt::format("row {}", row) : fmt::format("row {}, column {}", row, io::shown_name(column));
}

void place::refuse(const std::string& reason) const {
    throw file_error(std::string(file), fmt::format("{}: {}", text(), reason));
}

}  // namespace cortexpr::circuit
