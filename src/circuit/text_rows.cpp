#include "text_rows.hpp"

#include "../io/input_file.hpp"
#include "../parsed.hpp"

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

}  // namespace

char separator_of(const std::filesystem::path& file) {
    auto name = file.filename().string();
    if (name.ends_with(".gz")) name.resize(name.size() - 3);
    if (name.ends_with(".csv")) return ',';
    return name.ends_with(".tsv") ? '\t' : '\0';
}

text_rows::text_rows(const std::filesystem::path& path, char separator)
    : row_reader(path), stream_(path), separator_(separator), buffer_(first_size) {
    refill();
    if (std::string_view(buffer_.data(), end_).starts_with("\xEF\xBB\xBF")) next_ = 3;
    do {
        if (!take_line()) throw file_error(path_, "is empty; a header row with the names of the columns was expected");
    } while (line().empty());
    split();
    header_.assign(cells_.begin(), cells_.end());
}

void text_rows::refuse_missing(const std::string& name, std::span<const std::string> needed) const {
    const bool has_none = std::ranges::none_of(needed, [this](const std::string& each) { return has(each); });
    const auto number =
        std::ranges::find_if(header_, [](const std::string& cell) { return parsed<double>(cell).has_value(); });
    if (has_none && number != header_.end())
        throw file_error(path_,
                         fmt::format("begins with a row of data ({}) where names of columns were expected; put a "
                                     "header row before it, with {}",
                                     io::shown_name(*number), io::shown_names(needed)));
    throw file_error(path_, fmt::format("has no column {} in its first row, which is {}; say in `columns` what it is "
                                        "called, or add a header row",
                                        io::shown_name(name), io::shown_names(header_)));
}

double text_rows::share_read() const {
    const auto size = static_cast<double>(stream_.file().size());
    return size > 0 ? static_cast<double>(stream_.position()) / size : 1;
}

bool text_rows::next() {
    do {
        if (!take_line()) return false;
    } while (line().empty());
    split();
    if (cells_.size() != header_.size())
        here().refuse(fmt::format("has {} cells where the header has {}{}", cells_.size(), header_.size(),
                                  is_whole_ ? "" : "; it is the last row, so the file may be cut short"));
    return true;
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
