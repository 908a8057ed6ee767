#pragma once
// Rows of CSV and TSV files, plain or gzipped, with a header row.

#include "place.hpp"

#include "../io/byte_stream.hpp"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace cortexpr::circuit {

/// The separator of a file that is named so, or 0: ',' for .csv and .csv.gz, tab for .tsv and .tsv.gz.
char separator_of(const std::filesystem::path& file);

/// Reads a table row by row. Cells are quoted as RFC 4180 says, blanks around them don't count, and empty lines are
/// skipped. \throws file_error from every member that reads
class row_reader {
  public:
    /// Reads the header.
    row_reader(const std::filesystem::path& path, char separator);

    /// The place of a column. `needed`: all that the file has to have, to tell a file without a header.
    std::size_t column(const std::string& name, std::span<const std::string> needed) const;
    bool has(std::string_view name) const;
    const std::string& column_name(std::size_t column) const { return header_[column]; }

    /// Goes on to the next row; false where there is none.
    bool next();
    /// Of this row, as many as the header has; until the next call.
    std::span<const std::string_view> cells() const { return cells_; }
    place here() const { return {.file = path_, .row = row_}; }
    place here(std::size_t column) const { return {.file = path_, .row = row_, .column = header_[column]}; }
    /// How much of the file is behind what was read, 0 to 1.
    double share_read() const;

  private:
    /// The next line, which a quoted cell may continue; false at the end.
    bool take_line();
    bool refill();
    void split();
    std::string_view take_quoted(std::size_t& next);
    std::string_view line() const { return {buffer_.data() + line_, line_size_}; }

    std::string path_;
    io::byte_stream stream_;
    char separator_;
    std::vector<char> buffer_;
    std::size_t next_ = 0, end_ = 0;        // what isn't taken yet
    std::size_t line_ = 0, line_size_ = 0;  // in the buffer
    bool ended_ = false, is_whole_ = true;  // the line ended with a newline
    std::int64_t row_ = 0;
    std::vector<std::string> header_;
    std::vector<std::string_view> cells_;
};

}  // namespace cortexpr::circuit
