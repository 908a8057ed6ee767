#pragma once
// Rows of tables with named columns, whatever file they are in.

#include "place.hpp"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace cortexpr::circuit {

/// Reads a table row by row, cells as text. \throws file_error from every member that reads
class row_reader {
  public:
    virtual ~row_reader() = default;
    row_reader(const row_reader&) = delete;
    row_reader& operator=(const row_reader&) = delete;

    /// The place of a column, whose cells are wanted from here on. `needed`: all that the file has to have, to notice a
    /// file without a header.
    std::size_t column(const std::string& name, std::span<const std::string> needed);
    const std::vector<std::string>& header() const { return header_; }
    bool has(std::string_view name) const;

    /// Goes on to the next row; false where there is none.
    virtual bool next() = 0;
    /// The cells of this row, as many as there are columns, those of wanted columns filled; until the next call.
    std::span<const std::string_view> cells() const { return cells_; }
    place here() const { return {.file = path_, .row = row_}; }
    place here(std::size_t column) const { return {.file = path_, .row = row_, .column = header_[column]}; }
    /// How much of the file is behind what was read, 0 to 1.
    virtual double share_read() const = 0;

  protected:
    explicit row_reader(const std::filesystem::path& path) : path_(path.string()) {}

    /// What is special about a column that is wanted.
    virtual void want(std::size_t /*column*/) {}
    [[noreturn]] virtual void refuse_missing(const std::string& name, std::span<const std::string> needed) const = 0;

    std::string path_;
    std::int64_t row_ = 0;
    std::vector<std::string> header_;
    std::vector<std::string_view> cells_;
};

/// Opens a table: .csv and .tsv, plain or gzipped; .feather, .arrow and .parquet. Null where the name has no such
/// ending. \throws file_error where it can't be read, or not without Arrow's library
std::unique_ptr<row_reader> open_rows(const std::filesystem::path& file);

/// The endings of tables, for messages.
inline constexpr std::string_view table_endings = ".csv and .tsv (both also .gz), .feather and .parquet";

}  // namespace cortexpr::circuit
