#pragma once
// Plain-text tables with aligned columns.

#include <cortexpr/compiler.hpp>

#include <cortexpr/error.hpp>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace cortexpr::view {

/// On which side of its column a text stands.
enum class alignment : std::uint8_t { left, right };
/// Lines of box-drawing characters, of plain ASCII, or a Markdown table.
enum class table_style : std::uint8_t { box, ascii, markdown };

/// A column of a table.
struct table_column {
    std::string title;                  ///< above the column
    alignment align = alignment::left;  ///< of all cells
};

/// Rows of text under titled columns.
class table {
  public:
    /// \throws usage_error  no columns
    explicit table(std::vector<table_column> columns);

    /// \throws usage_error  another number of cells than columns
    table& row(std::vector<std::string> cells);
    /// A horizontal line between the rows so far and the next (left out by markdown).
    table& rule();

    /// All lines, each ending in a newline. Cells are measured in code points, so accents and symbols line up.
    std::string text(table_style style = table_style::box) const;

  private:
    std::vector<table_column> columns_;
    std::vector<std::vector<std::string>> rows_;  // an empty row is a rule
};

/// Columns that a UTF-8 text takes: its code points.
std::size_t text_width(std::string_view text) noexcept;

}  // namespace cortexpr::view
