#include "text_rows.hpp"

#include "../ending.hpp"
#include "../io/input_file.hpp"
#include "../parsed.hpp"
#include "../utf_8.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>

namespace cortexpr::circuit {

namespace {

constexpr std::size_t first_size = std::size_t{1} << 16U;
constexpr std::size_t longest_row = std::size_t{1} << 24U;

std::string_view trimmed(std::string_view text) {
    while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
    while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
    return text;
}

/// Whether a cell that began with a quote is still open at the end of the line.
bool has_open_quote(std::string_view line, char separator) {
    bool is_open = false, at_start = true;
    for (const char symbol : line) {
        if (is_open) {
            is_open = symbol != '"';
            at_start = !is_open;  // a doubled quote closes and opens again
        } else {
            is_open = symbol == '"' && at_start;
            at_start = symbol == separator || (at_start && symbol == ' ');
        }
    }
    return is_open;
}

/// Whether every second byte of a line is zero, as of Latin letters in UTF-16.
bool is_utf_16(std::string_view line) {
    static constexpr char zeros_side_by_side[2]{};
    constexpr std::string_view two_zeros(zeros_side_by_side, 2);
    constexpr std::size_t shortest = 4;
    const auto zeros = static_cast<std::size_t>(std::ranges::count(line, '\0'));
    return line.size() >= shortest && 2 * zeros + 1 >= line.size() && line.find(two_zeros) == std::string_view::npos;
}

/// Why a line is no text that could be read; empty where it is.
std::string fault_of(std::string_view line) {
    constexpr std::uint64_t high_bits = 0x8080'8080'8080'8080U;
    if (std::memchr(line.data(), 0, line.size()) != nullptr)
        return is_utf_16(line) ? "has zero bytes, as text in UTF-16 has; save the table as UTF-8"
                               : "has zero bytes, which no text has; the file may be damaged";
    while (!line.empty()) {
        std::uint64_t eight = high_bits;
        if (line.size() >= sizeof eight) std::memcpy(&eight, line.data(), sizeof eight);
        const auto step = (eight & high_bits) == 0 ? sizeof eight : bytes_of_point(line);
        if (step == 0)
            return fmt::format("has the byte 0x{:02X}, which is no UTF-8; save the table as UTF-8",
                               static_cast<unsigned char>(line.front()));
        line.remove_prefix(step);
    }
    return {};
}

/// What stands before the names of columns in files for Excel and of programs that write comments; empty: neither.
std::string_view kind_of_first_line(std::string_view first_cell) {
    if (first_cell.starts_with('#')) return "a comment";
    return first_cell.starts_with("sep=") ? "Excel's line about separators" : std::string_view();
}

/// What else separates the cells of a row that was meant to have several; empty where nothing does.
std::string other_separator(std::string_view row, char separator) {
    const auto has = [&](char other) { return other != separator && row.find(other) != std::string_view::npos; };
    if (has('\t')) return "tabs; end its name in .tsv";
    if (has(',')) return "commas; end its name in .csv";
    for (const char other : {';', '|'})
        if (has(other)) return fmt::format("'{}'; save it with commas, and with points in numbers", other);
    return {};
}

}  // namespace

char separator_of(const std::filesystem::path& file) {
    auto ending = ending_of(file);
    if (ending == ".gz") ending = ending_of(file.stem());
    if (ending == ".csv") return ',';
    return ending == ".tsv" ? '\t' : '\0';
}

text_rows::text_rows(const std::filesystem::path& path, char separator)
    : row_reader(path), stream_(path), separator_(separator), buffer_(first_size) {
    refill();
    const std::string_view start(buffer_.data(), end_);
    if (start.starts_with("\xEF\xBB\xBF")) next_ = 3;
    if (start.starts_with("PK\x03\x04") || start.starts_with("\xD0\xCF\x11\xE0"))
        throw file_error(path_, "is an Excel workbook or a zip archive; save the sheet as CSV, and unpack archives");
    if (start.starts_with("\xFF\xFE") || start.starts_with("\xFE\xFF"))
        throw file_error(path_, "is text in UTF-16; save the table as UTF-8");
    do {
        if (!take_line()) throw file_error(path_, "is empty; a header row with the names of the columns was expected");
    } while (is_blank());
    if (line().find('\r') != std::string_view::npos)
        here().refuse("has a carriage return within; end rows with line feeds");
    split();
    header_.assign(cells_.begin(), cells_.end());
}

/// \throws file_error  the first row has none of the names that are needed, and looks like no header
void text_rows::refuse_first_line(std::span<const std::string> needed) const {
    const auto kind = kind_of_first_line(header_.front());
    const auto hides = [&](const std::string& each) { return trimmed(header_.front().substr(1)) == each; };
    if (kind.empty() || std::ranges::any_of(needed, hides)) return;
    throw file_error(path_, fmt::format("begins with {} ({}), where names of columns were expected; cut that line off",
                                        kind, io::shown_name(header_.front())));
}

void text_rows::refuse_missing(const std::string& name, std::span<const std::string> needed) const {
    const bool has_none = std::ranges::none_of(needed, [this](const std::string& each) { return has(each); });
    if (has_none) refuse_first_line(needed);
    if (const auto other = header_.size() == 1 ? other_separator(header_.front(), separator_) : ""; !other.empty())
        throw file_error(path_, fmt::format("has one column, {}, by its name; its cells seem to be separated by {}",
                                            io::shown_name(header_.front()), other));
    const auto number =
        std::ranges::find_if(header_, [](const std::string& cell) { return parsed<double>(cell).has_value(); });
    if (has_none && number != header_.end())
        throw file_error(path_,
                         fmt::format("begins with a row of data ({}) where names of columns were expected; put a "
                                     "header row before it, with {}",
                                     io::shown_name(*number), io::shown_names(needed)));
    throw file_error(path_, fmt::format("has no column {} in its first row, which is {}; rename one of them, add a "
                                        "header row, or let the program name another column (`columns`)",
                                        io::shown_name(name), io::shown_names(header_)));
}

double text_rows::share_read() const {
    const auto size = static_cast<double>(stream_.file().size());
    return size > 0 ? static_cast<double>(stream_.position()) / size : 1;
}

bool text_rows::next() {
    do {
        if (!take_line()) return false;
    } while (is_blank());
    split();
    if (cells_.size() != header_.size()) refuse_count();
    return true;
}

bool text_rows::is_blank() const {
    const auto row = line();
    if (row.empty()) return true;
    if (row.front() != ' ' && row.front() != separator_) return false;  // nearly all rows
    return std::ranges::all_of(row, [this](char symbol) { return symbol == ' ' || symbol == separator_; });
}

void text_rows::refuse_count() const {
    const bool is_comment = line().starts_with('#');
    here().refuse(fmt::format("{}has {} {} where the header has {}{}",
                              is_comment ? "begins as a comment does and " : "", cells_.size(),
                              cells_.size() == 1 ? "cell" : "cells", header_.size(),
                              is_comment  ? "; cut comments out of the file"
                              : is_whole_ ? ""
                                          : "; it is the last row, so the file may be cut short"));
}

bool text_rows::refill() {
    std::memmove(buffer_.data(), buffer_.data() + next_, end_ - next_);
    end_ -= next_;
    next_ = 0;
    if (end_ == buffer_.size()) {
        if (buffer_.size() >= longest_row)
            place{.file = path_, .row = row_}.refuse("is longer than 16 MiB; is a quote never closed?");
        buffer_.resize(2 * buffer_.size());
    }
    const auto got =
        stream_.read(std::span(reinterpret_cast<std::uint8_t*>(buffer_.data()) + end_, buffer_.size() - end_));
    end_ += got;
    ended_ = got == 0;
    return !ended_;
}

bool text_rows::take_line() {
    ++row_;
    std::size_t searched = next_;
    while (true) {
        const auto* found = static_cast<const char*>(
            searched < end_ ? std::memchr(buffer_.data() + searched, '\n', end_ - searched) : nullptr);
        if (found == nullptr) {
            const auto length = end_ - next_;
            if (!ended_ && refill()) {
                searched = next_ + length;
                continue;
            }
            if (next_ == end_) return false;
        }
        const std::size_t last = found != nullptr ? static_cast<std::size_t>(found - buffer_.data()) : end_;
        line_ = next_;
        line_size_ = last - next_;
        if (std::memchr(buffer_.data() + line_, '"', line_size_) != nullptr && has_open_quote(line(), separator_)) {
            if (found == nullptr) here().refuse("has a quoted cell that is never closed");
            searched = last + 1;
            continue;
        }
        if (const auto fault = fault_of(line()); !fault.empty()) here().refuse(fault);
        is_whole_ = found != nullptr;
        next_ = found != nullptr ? last + 1 : end_;
        if (line_size_ > 0 && buffer_[line_ + line_size_ - 1] == '\r') --line_size_;
        return true;
    }
}

void text_rows::split() {
    cells_.clear();
    const std::size_t end = line_ + line_size_;
    for (std::size_t next = line_;;) {
        std::size_t first = next;
        while (first < end && buffer_[first] == ' ') ++first;
        if (first < end && buffer_[first] == '"') {
            next = first;
            cells_.push_back(take_quoted(next));
        } else {
            while (next < end && buffer_[next] != separator_) ++next;
            cells_.push_back(trimmed({buffer_.data() + first, std::max(next, first) - first}));
        }
        if (next >= end) return;
        ++next;  // the separator
    }
}

/// The content of the quoted cell at `next`, which goes on to the separator behind it.
std::string_view text_rows::take_quoted(std::size_t& next) {
    const std::size_t end = line_ + line_size_;
    const std::size_t first = next + 1;
    std::size_t put = first;
    for (next = first; next < end; ++next) {
        if (buffer_[next] == '"') {
            if (next + 1 >= end || buffer_[next + 1] != '"') break;
            ++next;  // two stand for one
        }
        buffer_[put++] = buffer_[next];
    }
    if (next < end) ++next;
    while (next < end && buffer_[next] == ' ') ++next;
    if (next < end && buffer_[next] != separator_) here().refuse("has text between a quoted cell and its separator");
    return {buffer_.data() + first, put - first};
}

}  // namespace cortexpr::circuit
