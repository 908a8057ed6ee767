#pragma once
// Rows of CSV and TSV files, plain or gzipped, with a header row.

#include "row_reader.hpp"

#include "../io/byte_stream.hpp"

namespace cortexpr::circuit {

/// The separator of a file that is named so, or 0: ',' for .csv and .csv.gz, tab for .tsv and .tsv.gz.
char separator_of(const std::filesystem::path& file);

/// Cells are quoted as RFC 4180 says, blanks around them don't count, and lines of nothing but
/// separators and blanks are skipped.
class text_rows : public row_reader {
  public:
    /// Reads the header.
    text_rows(const std::filesystem::path& path, char separator);

    bool next() override;
    double share_read() const override;

  private:
    [[noreturn]] void refuse_missing(const std::string& name, std::span<const std::string> needed) const override;
    void refuse_first_line(std::span<const std::string> needed) const;
    [[noreturn]] void refuse_count() const;
    /// Whether the line has no cell with anything in it, as Excel writes empty rows.
    bool is_blank() const;
    /// The next line, which a quoted cell may continue; false at the end.
    bool take_line();
    bool refill();
    void split();
    std::string_view take_quoted(std::size_t& next);
    std::string_view line() const { return {buffer_.data() + line_, line_size_}; }

    io::byte_stream stream_;
    char separator_;
    std::vector<char> buffer_;
    std::size_t next_ = 0, end_ = 0;        // what isn't taken yet
    std::size_t line_ = 0, line_size_ = 0;  // in the buffer
    bool ended_ = false, is_whole_ = true;  // the line ended with a newline
};

}  // namespace cortexpr::circuit
