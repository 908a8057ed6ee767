#include "row_reader.hpp"

#include "arrow_rows.hpp"
#include "text_rows.hpp"

#include "../ending.hpp"
#include "../io/input_file.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace cortexpr::circuit {

bool row_reader::has(std::string_view name) const { return std::ranges::find(header_, name) != header_.end(); }

std::size_t row_reader::column(const std::string& name, std::span<const std::string> needed) {
    const auto found = std::ranges::find(header_, name);
    if (found == header_.end()) refuse_missing(name, needed);
    if (std::find(found + 1, header_.end(), name) != header_.end())
        throw file_error(path_, fmt::format("has two columns {}; rename one", io::shown_name(name)));
    const auto column = static_cast<std::size_t>(found - header_.begin());
    want(column);
    return column;
}

std::unique_ptr<row_reader> open_rows(const std::filesystem::path& file) {
    if (const char separator = separator_of(file); separator != 0) return std::make_unique<text_rows>(file, separator);
    const auto ending = ending_of(file);
    if (ending == ".feather" || ending == ".arrow" || ending == ".parquet") return std::make_unique<arrow_rows>(file);
    return nullptr;
}

}  // namespace cortexpr::circuit
