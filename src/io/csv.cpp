#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cmath>
#include <cortexpr/io/atomic_file.hpp>
#include <cortexpr/io/csv.hpp>
#include <utility>

#include "input_file.hpp"

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
    : file_(std::move(file)), columns_(std::move(columns)) {
    if (columns_.empty()) throw usage_error(file_.string() + ": a CSV log needs at least one column");
    for (auto column = columns_.begin(); column != columns_.end(); ++column) {
        if (std::find(columns_.begin(), column, *column) != column) {
            throw usage_error(fmt::format("{}: the CSV column {} is given twice", file_.string(), shown_name(*column)));
        }
    }
    write_file(file_, csv_row(std::vector<csv_cell>(columns_.begin(), columns_.end())));
    descriptor_ = ::open(file_.c_str(), O_WRONLY | O_APPEND | O_CLOEXEC);
    if (descriptor_ < 0) throw file_error(file_.string(), "cannot be appended to (" + system_reason(errno) + ")");
}

csv_log::csv_log(csv_log&& other) noexcept
    : file_(std::move(other.file_)),
      columns_(std::move(other.columns_)),
      descriptor_(std::exchange(other.descriptor_, -1)) {}

csv_log::~csv_log() {
    if (descriptor_ >= 0) ::close(descriptor_);
}

void csv_log::append(std::span<const csv_cell> cells) {
    if (cells.size() != columns_.size()) {
        throw usage_error(fmt::format("{}: a row of {} cells does not fit the {} columns", file_.string(), cells.size(),
                                      columns_.size()));
    }
    const std::string row = csv_row(cells);
    const ::off_t before = ::lseek(descriptor_, 0, SEEK_END);
    std::size_t written = 0;
    while (written < row.size()) {
        const ::ssize_t count = ::write(descriptor_, row.data() + written, row.size() - written);
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) {
            const int reason = errno;
            // Half a row is worse than none.
            if (before >= 0 && ::ftruncate(descriptor_, before) != 0) errno = reason;
            throw file_error(file_.string(), "cannot be appended to (" + system_reason(reason) + ")");
        }
        written += static_cast<std::size_t>(count);
    }
}

}  // namespace cortexpr::io
