#include "settings_file.hpp"

#include "../io/input_file.hpp"
#include "run_folder.hpp"

#include <fmt/format.h>
#include <toml++/toml.h>

#include <algorithm>
#include <limits>
#include <sstream>

namespace cortexpr::application {

namespace {

[[noreturn]] void refuse(const std::filesystem::path& file, int line, const std::string& what) {
    throw file_error(file.string(), fmt::format("line {}: {}", line, what));
}

std::string text_of(const std::filesystem::path& path) {
    io::input_file file(path);
    constexpr std::uint64_t most = 1 << 20;
    if (file.size() > most) file.refuse("is too large for a file of settings");
    return file.text();
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
    refuse(file, line_of(node), "dates and tables within tables are no settings");
}

std::vector<file_entry> toml_entries(const std::filesystem::path& file, const std::string& text) {
    std::vector<file_entry> entries;
    const auto add = [&](const std::string& table, const toml::key& key, const toml::node& node) {
        entries.push_back(
            {table, std::string(key.str()), value_of(file, node), static_cast<int>(key.source().begin.line)});
    };
    try {
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
        refuse(file, static_cast<int>(problem.source().begin.line), std::string(problem.description()));
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
        if (!content.is_object()) refuse(file, 1, "settings are the members of one object");
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
        refuse(file, line_here(), "is not JSON from here on");
    }
    return entries;
}

std::string number_text(const nlohmann::json& value) {
    return value.is_number_float() ? fmt::format("{}", value.get<double>()) : value.dump();
}

std::string toml_value(const nlohmann::json& value) {
    // A number that TOML's 64 bits with a sign don't hold is written as text, which settings are read from anyway.
    const bool is_too_large = value.is_number_unsigned() &&
                              value.get<std::uint64_t>() > std::uint64_t{std::numeric_limits<std::int64_t>::max()};
    if (is_too_large) return '"' + value.dump() + '"';
    return value.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

}  // namespace

std::vector<file_entry> read_entries(const std::filesystem::path& file) {
    const auto text = text_of(file);
    return file.extension() == ".json" ? json_entries(file, text) : toml_entries(file, text);
}

told_setting setting_in(const std::filesystem::path& file, const file_entry& entry, const nlohmann::json& value) {
    told_setting told{.key = entry.key, .where = fmt::format("{}, line {}", file.string(), entry.line)};
    if (value.is_string()) {
        told.value = value.get<std::string>();
    } else if (value.is_boolean()) {
        told.value = value.get<bool>() ? "true" : "false";
    } else if (value.is_number()) {
        told.value = number_text(value);
    } else if (value.is_array() && std::ranges::all_of(value, [](const auto& one) { return one.is_number(); })) {
        for (const auto& one : value) told.value += (told.value.empty() ? "" : ",") + number_text(one);
    } else {
        refuse(file, entry.line,
               fmt::format("{} is neither a number, a text, true or false, nor a list of numbers",
                           io::shown_name(entry.key)));
    }
    return told;
}

told_setting setting_in(const std::filesystem::path& file, const file_entry& entry) {
    return setting_in(file, entry, entry.value);
}

told_setting setting_in(const std::string& argument) {
    const auto at = argument.find('=');
    if (at == std::string::npos || at == 0)
        throw usage_error(fmt::format("{} is no setting, which are given as epochs=3", io::shown_name(argument)));
    return {.key = argument.substr(0, at), .value = argument.substr(at + 1)};
}

settings_file read_settings(const std::filesystem::path& file) {
    require_no_other_file(file, run_file::settings, "file of settings");
    settings_file found;
    for (const auto& entry : read_entries(file)) {
        if (entry.table.empty()) {
            if (!entry.value.is_null()) found.settings.push_back(setting_in(file, entry));
        } else if (entry.table == "made_with") {
            found.origin.emplace(entry.key, setting_in(file, entry).value);
        } else {
            refuse(file, entry.line, fmt::format("settings stand above all tables, and not in [{}]", entry.table));
        }
    }
    return found;
}

std::string to_toml(const run_settings& settings, const run_origin& origin, const std::string& program) {
    auto text = fmt::format("# The settings of a training run, which they repeat: {} train --settings FILE\n", program);
    for (const auto& [key, value] : told(settings)) text += fmt::format("{} = {}\n", key, toml_value(value));
    text += "\n[made_with]\n";
    for (const auto& [key, value] : origin) text += fmt::format("{} = {}\n", key, toml_value(value));
    return text;
}

}  // namespace cortexpr::application
