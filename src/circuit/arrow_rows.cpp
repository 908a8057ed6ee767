#include "arrow_rows.hpp"

#include "../arrow_tables/library.hpp"
#include "../ending.hpp"
#include "../io/input_file.hpp"
#include "../loaded_library.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <cstring>
#include <iterator>
#include <type_traits>

namespace cortexpr::circuit {

namespace {

auto opener_for(const std::string& path) {
    void* library = loaded_library(arrow_tables::library_name);
    const auto version = library == nullptr ? nullptr
                                            : function_of<decltype(&cortexpr_arrow_interface_version)>(
                                                  library, "cortexpr_arrow_interface_version");
    if (version == nullptr || version() != arrow_tables::interface_version) {
        const std::filesystem::path file(path);
        throw file_error(
            path,
            fmt::format("{0} files are read by Arrow's library, which this build is without: run cmake/setup --arrow "
                        "and build anew, or convert the file: python3 -c \"import pandas; "
                        "pandas.read_{1}('{2}').to_csv('{3}', index=False)\"",
                        ending_of(file), ending_of(file) == ".parquet" ? "parquet" : "feather", path,
                        std::filesystem::path(file).replace_extension(".csv.gz").string()));
    }
    return function_of<decltype(&cortexpr_arrow_open)>(library, "cortexpr_arrow_open");
}

template <class Number>
Number element_of(const ArrowArray& array, std::int64_t element) {
    Number value{};
    const auto first = static_cast<std::size_t>(array.offset + element) * sizeof value;
    std::memcpy(&value, static_cast<const std::byte*>(array.buffers[1]) + first, sizeof value);
    return value;
}

bool bit_of(const void* bits, std::int64_t element) {
    return ((static_cast<const std::uint8_t*>(bits)[element / 8] >> static_cast<unsigned>(element % 8)) & 1U) != 0;
}

bool is_null(const ArrowArray& array, std::int64_t element) {
    return array.null_count != 0 && array.n_buffers > 0 && array.buffers[0] != nullptr &&
           !bit_of(array.buffers[0], array.offset + element);
}

template <class Number>
std::string_view written(Number value, std::vector<char>& digits) {
    digits.clear();
    if constexpr (std::is_floating_point_v<Number>)
        fmt::format_to(std::back_inserter(digits), "{:#}", value);
    else
        fmt::format_to(std::back_inserter(digits), "{}", value);
    return {digits.data(), digits.size()};
}

template <class End>
std::string_view text_at(const ArrowArray& array, std::int64_t element) {
    const auto first = element_of<End>(array, element), last = element_of<End>(array, element + 1);
    return {static_cast<const char*>(array.buffers[2]) + first, static_cast<std::size_t>(last - first)};
}

}  // namespace

arrow_rows::arrow_rows(const std::filesystem::path& path) : row_reader(path) {
    const io::input_file file(path);  // says what is wrong with the path itself
    std::array<char, 512> message{};
    if (opener_for(path_)(path_.c_str(), &stream_, &rows_, message.data(), message.size()) != 0) refuse(message.data());
    if (stream_.get_schema(&stream_, &schema_) != 0) refuse(stream_.get_last_error(&stream_));
    for (std::int64_t i = 0; i < schema_.n_children; ++i) header_.emplace_back(schema_.children[i]->name);
    cells_.resize(header_.size());
    row_ = -1;
}

arrow_rows::kind arrow_rows::kind_of(std::string_view format) {
    // Of Arrow's specification, in the order of `kind`.
    constexpr std::array<std::string_view, 14> formats{"n", "b", "c", "s", "i", "l", "C",
                                                       "S", "I", "L", "f", "g", "u", "U"};
    for (std::size_t i = 0; i < formats.size(); ++i)
        if (format == formats[i]) return static_cast<kind>(i);
    return kind::other;
}

void arrow_rows::want(std::size_t column) {
    for (const auto& one : wanted_)
        if (one.index == column) return;
    const auto& schema = *schema_.children[column];
    wanted_column added{.index = column, .values = kind_of(schema.format)};
    if (schema.dictionary != nullptr) {
        added.numbers = added.values;
        added.values = kind_of(schema.dictionary->format);
    }
    if (added.values == kind::other)
        throw file_error(path_,
                         fmt::format("its column {} holds neither numbers nor text (Arrow's type {}); convert it",
                                     io::shown_name(header_[column]), schema.format));
    wanted_.push_back(std::move(added));
}

void arrow_rows::refuse_missing(const std::string& name, std::span<const std::string> /*needed*/) const {
    throw file_error(
        path_,
        fmt::format("has no column {}; it has {}; rename one of them, or let the program name another (`columns`)",
                    io::shown_name(name), io::shown_names(header_)));
}

void arrow_rows::refuse(std::string_view reason) const {
    std::string line(reason);
    std::ranges::replace_if(
        line, [](unsigned char symbol) { return std::iscntrl(symbol) != 0; }, ' ');
    throw file_error(path_, fmt::format("can't be read as a table: {}", line));
}

double arrow_rows::share_read() const {
    return rows_ > 0 ? static_cast<double>(row_ + 1) / static_cast<double>(rows_) : 0;
}

bool arrow_rows::next_batch() {
    batch_.reset();
    in_batch_ = 0;
    if (stream_.get_next(&stream_, &batch_) != 0) refuse(stream_.get_last_error(&stream_));
    return batch_.release != nullptr;
}

bool arrow_rows::next() {
    while (batch_.release == nullptr || in_batch_ == batch_.length)
        if (!next_batch()) return false;
    ++row_;
    const auto element = batch_.offset + in_batch_++;
    for (auto& column : wanted_) {
        const auto& array = *batch_.children[column.index];
        auto& cell = cells_[column.index];
        cell = text_of(column.numbers == kind::nothing ? column.values : column.numbers, array, element, column.digits);
        if (column.numbers == kind::nothing || cell.empty()) continue;
        std::int64_t number = 0;
        std::from_chars(cell.data(), cell.data() + cell.size(), number);
        cell = text_of(column.values, *array.dictionary, number, column.digits);
    }
    return true;
}

std::string_view arrow_rows::text_of(kind is, const ArrowArray& array, std::int64_t element,
                                     std::vector<char>& digits) {
    if (is == kind::nothing || is_null(array, element)) return {};
    switch (is) {
        case kind::boolean:
            return bit_of(array.buffers[1], array.offset + element) ? "true" : "false";
        case kind::int8:
            return written(static_cast<int>(element_of<std::int8_t>(array, element)), digits);
        case kind::int16:
            return written(element_of<std::int16_t>(array, element), digits);
        case kind::int32:
            return written(element_of<std::int32_t>(array, element), digits);
        case kind::int64:
            return written(element_of<std::int64_t>(array, element), digits);
        case kind::uint8:
            return written(static_cast<unsigned>(element_of<std::uint8_t>(array, element)), digits);
        case kind::uint16:
            return written(element_of<std::uint16_t>(array, element), digits);
        case kind::uint32:
            return written(element_of<std::uint32_t>(array, element), digits);
        case kind::uint64:
            return written(element_of<std::uint64_t>(array, element), digits);
        case kind::float32:
            return written(element_of<float>(array, element), digits);
        case kind::float64:
            return written(element_of<double>(array, element), digits);
        case kind::text:
            return text_at<std::int32_t>(array, element);
        case kind::large_text:
            return text_at<std::int64_t>(array, element);
        case kind::nothing:
        case kind::other:
            break;
    }
    return {};
}

}  // namespace cortexpr::circuit
