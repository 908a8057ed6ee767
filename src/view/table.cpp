#include <cortexpr/view/table.hpp>

#include "../utf_8.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace cortexpr::view {

namespace {

// The pieces that lines are drawn from: left end, between columns, right end, and the stroke itself.
struct line_pieces {
    std::string_view left;
    std::string_view between;
    std::string_view right;
    std::string_view stroke;
};

struct style_pieces {
    line_pieces top;
    line_pieces middle;
    line_pieces bottom;
    std::string_view bar;
};

const style_pieces& pieces_of(table_style style) {
    static constexpr style_pieces box{{"┌", "┬", "┐", "─"}, {"├", "┼", "┤", "─"}, {"└", "┴", "┘", "─"}, "│"};
    static constexpr style_pieces ascii{{"+", "+", "+", "-"}, {"+", "+", "+", "-"}, {"+", "+", "+", "-"}, "|"};
    static constexpr style_pieces markdown{{}, {"|", "|", "|", "-"}, {}, "|"};
    return style == table_style::box ? box : style == table_style::ascii ? ascii : markdown;
}

std::string padded(const std::string& text, std::size_t width, alignment align) {
    const std::string padding(width - std::min(width, text_width(text)), ' ');
    return align == alignment::right ? padding + text : text + padding;
}

// A bar within a Markdown cell would end the cell.
std::string with_bars_escaped(std::string text) {
    for (std::size_t position = 0; (position = text.find('|', position)) != std::string::npos; position += 2)
        text.insert(position, 1, '\\');
    return text;
}

std::vector<std::size_t> widths_of(const std::vector<std::vector<std::string>>& rows, std::size_t columns,
                                   std::size_t least) {
    std::vector<std::size_t> widths(columns, least);
    for (const auto& cells : rows)
        for (std::size_t index = 0; index < cells.size(); ++index)
            widths[index] = std::max(widths[index], text_width(cells[index]));
    return widths;
}

// The lines of a table whose columns have these widths.
struct table_lines {
    const std::vector<table_column>& columns;
    std::vector<std::size_t> widths;
    std::string_view bar;
    bool is_markdown;

    std::string rule(const line_pieces& ends) const {
        std::string text(ends.left);
        for (std::size_t index = 0; index < widths.size(); ++index) {
            if (index > 0) text += ends.between;
            // Markdown marks right alignment by a colon in position of the last stroke.
            const bool colon = is_markdown && columns[index].align == alignment::right;
            for (std::size_t stroke = 0; stroke < widths[index] + (colon ? 1 : 2); ++stroke) text += ends.stroke;
            if (colon) text += ':';
        }
        return text.append(ends.right) + '\n';
    }
    std::string row(const std::vector<std::string>& cells) const {
        std::string text(bar);
        for (std::size_t index = 0; index < cells.size(); ++index) {
            text += ' ' + padded(cells[index], widths[index], columns[index].align) + ' ';
            text += bar;
        }
        return text + '\n';
    }
};

}  // namespace

std::size_t text_width(std::string_view text) noexcept {
    return static_cast<std::size_t>(std::ranges::count_if(text, [](char byte) { return !continues_point(byte); }));
}

table::table(std::vector<table_column> columns) : columns_(std::move(columns)) {
    if (columns_.empty()) throw usage_error("a table needs at least one column");
}

table& table::row(std::vector<std::string> cells) {
    if (cells.size() != columns_.size()) {
        throw usage_error(
            fmt::format("a table row of {} cells does not fit the {} columns", cells.size(), columns_.size()));
    }
    rows_.push_back(std::move(cells));
    return *this;
}

table& table::rule() {
    rows_.emplace_back();
    return *this;
}

std::string table::text(table_style style) const {
    const bool markdown = style == table_style::markdown;
    const style_pieces& pieces = pieces_of(style);
    auto rows = rows_;
    std::vector<std::string> titles;
    titles.reserve(columns_.size());
    for (const table_column& column : columns_) titles.push_back(column.title);
    rows.insert(rows.begin(), std::move(titles));
    if (markdown) {
        for (auto& cells : rows) std::ranges::transform(cells, cells.begin(), with_bars_escaped);
    }

    const table_lines lines{columns_, widths_of(rows, columns_.size(), markdown ? 3 : 0), pieces.bar, markdown};
    std::string text = markdown ? std::string() : lines.rule(pieces.top);
    for (std::size_t number = 0; number < rows.size(); ++number) {
        if (!rows[number].empty())
            text += lines.row(rows[number]);
        else if (!markdown)
            text += lines.rule(pieces.middle);
        if (number == 0) text += lines.rule(pieces.middle);
    }
    return markdown ? text : text + lines.rule(pieces.bottom);
}

}  // namespace cortexpr::view
