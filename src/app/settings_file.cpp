#include "settings_file.hpp"

#include "../io/input_file.hpp"
#include "run_folder.hpp"
#include "settings_record.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

namespace cortexpr::application {

namespace {

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

setting_value setting_in(const std::filesystem::path& file, const file_entry& entry, const nlohmann::json& value) {
    setting_value result{.key = entry.key, .where = fmt::format("{}, line {}", file.string(), entry.line)};
    if (value.is_string()) {
        result.value = value.get<std::string>();
    } else if (value.is_boolean()) {
        result.value = value.get<bool>() ? "true" : "false";
    } else if (value.is_number()) {
        result.value = number_text(value);
    } else if (value.is_array() && std::ranges::all_of(value, [](const auto& one) { return one.is_number(); })) {
        for (const auto& one : value) {
            if (!result.value.empty()) result.value += ',';
            result.value += number_text(one);
        }
    } else {
        refuse_line(file, entry.line,
                    fmt::format("{} is neither a number, a text, true or false, nor a list of numbers",
                                io::shown_name(entry.key)));
    }
    return result;
}

setting_value setting_in(const std::filesystem::path& file, const file_entry& entry) {
    return setting_in(file, entry, entry.value);
}

setting_value setting_in(const std::string& argument) {
    const auto at = argument.find('=');
    if (at == std::string::npos || at == 0)
        throw usage_error(fmt::format("{} is no setting, which are given as epochs=3", io::shown_name(argument)));
    return {.key = argument.substr(0, at), .value = argument.substr(at + 1)};
}

bool is_table_of_a_sweep(std::string_view table) { return table == "settings" || table == "grid" || table == "random"; }

settings_file read_settings(const std::filesystem::path& file) {
    require_no_other_file(file, run_file::settings, "file of settings");
    settings_file found;
    for (const auto& entry : read_entries(file)) {
        if (entry.table.empty()) {
            if (!entry.value.is_null()) found.settings.push_back(setting_in(file, entry));
        } else if (entry.table == "made_with") {
            found.origin.emplace(entry.key, setting_in(file, entry).value);
        } else if (is_table_of_a_sweep(entry.table)) {
            throw file_error(
                file.string(),
                fmt::format("is a sweep's file, and not the settings of one run; give it as sweep {}", file.string()));
        } else {
            refuse_line(file, entry.line, fmt::format("settings stand above all tables, and not in [{}]", entry.table));
        }
    }
    return found;
}

std::string to_toml(const run_settings& settings, const run_origin& origin, const std::string& program) {
    auto text = fmt::format("# The settings of a training run, which they repeat: {} train --settings FILE\n", program);
    for (const auto& [key, value] : values_of(settings)) text += fmt::format("{} = {}\n", key, toml_value(value));
    text += "\n[made_with]\n";
    for (const auto& [key, value] : origin) text += fmt::format("{} = {}\n", key, toml_value(value));
    return text;
}

}  // namespace cortexpr::application
