#include "settings_entries.hpp"

#include "../io/input_file.hpp"
#include "../io/json_bounds.hpp"

#include <cortexpr/error.hpp>

#include <fmt/format.h>
#include <toml++/toml.h>

#include <algorithm>
#include <cstdint>
#include <sstream>
#include <string_view>
#include <utility>

namespace cortexpr::application {

void refuse_line(const std::filesystem::path& file, int line, const std::string& what) {
    throw file_error(file.string(), fmt::format("line {}: {}", line, what));
}

namespace {

// Beyond these a file is no one's settings. A tree of TOML takes up to 200 bytes for a value, whose text may be two.
constexpr std::uint64_t most_bytes = std::uint64_t{1} << 20U;
constexpr int most_values = 30'000, most_points = 64;

/// Refuses TOML of too many values, or with a key of so many parts, each a table within another, that they exhaust the
/// stack. Points count wherever they are: of what isn't a key few have as many between two commas.
void require_bounded_toml(const std::filesystem::path& file, std::string_view text) {
    int values = 0, line = 1, points = 0;
    char before = 0;
    for (const char symbol : text) {
        const bool is_point = symbol == '.' && before != '.';
        const bool is_next = symbol == ',' || symbol == '\n' || symbol == '[' || symbol == '{';
        points = is_next ? 0 : points + static_cast<int>(is_point);
        values += static_cast<int>(is_point || is_next);
        if (points > most_points) refuse_line(file, line, fmt::format("has more than {} points", most_points));
        if (values > most_values) refuse_line(file, line, "is where this file has more values than settings take");
        line += static_cast<int>(symbol == '\n');
        before = symbol;
    }
}

int line_of(const toml::node& node) { return static_cast<int>(node.source().begin.line); }

nlohmann::json value_of(const std::filesystem::path& file, const toml::node& node) {
    if (const auto* text = node.as_string()) return text->get();
    if (const auto* number = node.as_integer()) return number->get();
    if (const auto* number = node.as_floating_point()) return number->get();
    if (const auto* is_so = node.as_boolean()) return is_so->get();
    if (const auto* list = node.as_array()) {
        auto values = nlohmann::json::array();
        for (const auto& one : *list) values.push_back(value_of(file, one));
        return values;
    }
    if (const auto* table = node.as_table(); table != nullptr && table->is_inline()) {
        auto values = nlohmann::json::object();
        for (const auto& [key, one] : *table) values[std::string(key.str())] = value_of(file, one);
        return values;
    }
    refuse_line(file, line_of(node), "dates and tables within tables are no settings");
}

std::vector<file_entry> toml_entries(const std::filesystem::path& file, const std::string& text) {
    std::vector<file_entry> entries;
    const auto add = [&](const std::string& table, const toml::key& key, const toml::node& node) {
        entries.push_back(
            {table, std::string(key.str()), value_of(file, node), static_cast<int>(key.source().begin.line)});
    };
    try {
        require_bounded_toml(file, text);
        const auto content = toml::parse(text);
        for (const auto& [key, node] : content) {
            const auto* table = node.as_table();
            if (table == nullptr || table->is_inline()) {
                add("", key, node);
            } else {
                for (const auto& [inner, value] : *table) add(std::string(key.str()), inner, value);
            }
        }
    } catch (const toml::parse_error& problem) {
        refuse_line(file, static_cast<int>(problem.source().begin.line), std::string(problem.description()));
    }
    std::ranges::sort(entries, {}, &file_entry::line);
    return entries;
}

std::vector<file_entry> json_entries(const std::filesystem::path& file, const std::string& text) {
    // The parser tells of a key when it has just read it: the place in the stream is the key's.
    std::istringstream stream(text);
    std::vector<std::pair<std::string, int>> keys;  // with their lines, of the top and of the tables there
    const auto line_here = [&] {
        const std::streamoff read = stream.tellg();  // -1 at the end
        const auto end = read < 0 ? text.end() : text.begin() + read;
        return 1 + static_cast<int>(std::count(text.begin(), end, '\n'));
    };
    std::vector<file_entry> entries;
    try {
        const auto content = nlohmann::ordered_json::parse(stream, [&](int depth, auto event, const auto& value) {
            if (event == nlohmann::ordered_json::parse_event_t::key && depth <= 2)
                keys.emplace_back(value.template get<std::string>(), line_here());
            return true;
        });
        if (!content.is_object()) refuse_line(file, 1, "settings are the members of one object");
        auto next = keys.begin();
        for (const auto& [key, value] : content.items()) {
            const int line = (next++)->second;
            if (!value.is_object()) {
                entries.push_back({"", key, value, line});
                continue;
            }
            for (const auto& [inner, of_inner] : value.items())
                entries.push_back({key, inner, of_inner, (next++)->second});
        }
        if (next != keys.end()) throw file_error(file.string(), "says the same name twice");
    } catch (const nlohmann::json::exception&) {
        refuse_line(file, line_here(), "is not JSON from here on");
    }
    return entries;
}

}  // namespace

std::vector<file_entry> read_entries(const std::filesystem::path& file) {
    io::input_file input(file);
    if (input.size() > most_bytes) input.refuse("is too large for a file of settings");
    const auto text = input.text();
    if (file.extension() != ".json") return toml_entries(file, text);
    if (const auto fault = io::json_beyond(text); !fault.empty()) input.refuse(fault);
    return json_entries(file, text);
}

}  // namespace cortexpr::application
