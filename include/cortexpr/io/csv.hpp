#pragma once
// A comma-separated log of curves: a header row once, then one row per call, with the system as soon as the call
// returns.

#include <cortexpr/compiler.hpp>

#include <cortexpr/error.hpp>
#include <cortexpr/io/growing_file.hpp>
#include <cstdint>
#include <filesystem>
#include <initializer_list>
#include <span>
#include <string>
#include <variant>
#include <vector>

namespace cortexpr::io {

/// One cell; std::monostate is an empty one (no value at this step).
using csv_cell = std::variant<std::monostate, std::int64_t, double, std::string>;

/// The text of a cell: numbers in the shortest form that reads back to the same value, whatever the locale ("nan",
/// "inf" and "-inf" for what is not finite); strings quoted where RFC 4180 asks for it.
std::string to_csv(const csv_cell& cell);
/// Cells with commas between, and the end of the line.
std::string csv_row(std::span<const csv_cell> cells);

/// Writes rows of fixed columns. An interrupted program leaves whole rows.
class csv_log {
  public:
    /// Replaces `file` atomically by one that has only the header row.
    /// \throws usage_error  no columns, or a repeated name   \throws file_error  the file cannot be written
    csv_log(std::filesystem::path file, std::vector<std::string> columns);

    /// Appends one row, one cell per column, in one write.
    /// \throws usage_error  another number of cells than columns   \throws file_error  the row cannot be written
    void append(std::span<const csv_cell> cells);
    void append(std::initializer_list<csv_cell> cells) {
        append(std::span<const csv_cell>(cells.begin(), cells.size()));
    }

    /// The file that rows are appended to.
    const std::filesystem::path& path() const noexcept { return rows_.path(); }
    /// Titles of the columns.
    const std::vector<std::string>& columns() const noexcept { return columns_; }

  private:
    std::vector<std::string> columns_;
    growing_file rows_;
};

}  // namespace cortexpr::io
