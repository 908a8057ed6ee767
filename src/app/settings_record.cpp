#include "settings_record.hpp"

#include "../io/json_integers.hpp"
#include "../io/json_text.hpp"
#include "../io/optional_json.hpp"
#include "../train/named_json.hpp"
#include "settings_table.hpp"

#include <cortexpr/error.hpp>
#include <cortexpr/train/checkpoint.hpp>
#include <cortexpr/train/learning_rate.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <exception>
#include <variant>

namespace cortexpr::application {

namespace {

bool falls_over_all_epochs(const run_settings& settings) {
    using enum learning_rate_schedule;
    const auto schedule = schedule_of(settings);
    return schedule == cosine || schedule == one_cycle;
}

/// The options that a continued run may be given anew.
std::vector<std::string> changeable(network_family family) {
    std::vector<std::string> options;
    for (const auto& row : settings_table())
        if (row.resumed == on_resume::may_change && row.is_of(family)) options.emplace_back(row.option);
    return options;
}

}  // namespace

void require_changeable(const given_settings& given) {
    for (const auto& row : settings_table())
        if (row.resumed == on_resume::fixed && given.has(row.option))
            throw usage_error(
                fmt::format("{} can't be given with --resume: a continued run keeps its settings, but for {}",
                            row.option, fmt::join(changeable(given.values.family), ", ")));
}

void change(run_settings& settings, const given_settings& given) {
    if (given.has("--epochs") && falls_over_all_epochs(settings) && given.values.epochs != settings.epochs)
        throw usage_error("--epochs can't be changed with --resume where the learning rate falls over all of them");
    for (const auto& row : settings_table())
        if (given.has(row.option)) std::visit([&](auto where) { settings.*where = given.values.*where; }, row.where);
}

nlohmann::json to_json(const run_settings& settings) {
    nlohmann::json all;
    for (const auto& row : settings_table())
        if (row.is_of(settings.family)) std::visit([&](auto where) { all[row.key] = settings.*where; }, row.where);
    return all;
}

std::vector<std::pair<std::string, nlohmann::json>> values_of(const run_settings& settings) {
    auto placed = settings;
    for (const auto& row : settings_table()) {
        if (!row.is_file) continue;
        auto& place = placed.*std::get<std::string run_settings::*>(row.where);
        if (!place.empty()) place = std::filesystem::absolute(place).string();
    }
    const auto all = to_json(placed);
    std::vector<std::pair<std::string, nlohmann::json>> with_values;
    for (const auto& row : settings_table()) {
        const auto found = all.find(row.key);
        if (found != all.end() && !found->is_null() && *found != nlohmann::json("") &&
            *found != nlohmann::json::array())
            with_values.emplace_back(row.key, *found);
    }
    return with_values;
}

std::map<std::string, std::string> notes_of(const run_settings& settings) {
    nlohmann::json notes;
    const auto with_values = values_of(settings);
    for (const auto& row : settings_table())
        for (const auto& [key, value] : with_values)
            if (row.is_noted && key == row.key) notes[key] = value;
    notes["train_fingerprint"] = settings.train_fingerprint;
    notes["test_fingerprint"] = settings.test_fingerprint;
    return {{"program", io::json_text(notes)}};
}

run_settings settings_of(const std::filesystem::path& checkpoint, network_family family) {
    const auto head = read_checkpoint_head(checkpoint);
    run_settings settings{head.options};
    settings.family = family;
    try {
        const auto notes = nlohmann::json::parse(head.notes.at("program"));
        for (const auto& row : settings_table())  // what the program's family lacks isn't there
            if (row.is_noted && notes.contains(row.key))
                std::visit(
                    [&](auto where) {
                        io::require_integers(notes.at(row.key), settings.*where);
                        notes.at(row.key).get_to(settings.*where);
                    },
                    row.where);
        notes.at("train_fingerprint").get_to(settings.train_fingerprint);
        notes.at("test_fingerprint").get_to(settings.test_fingerprint);
    } catch (const std::exception& problem) {
        throw file_error(checkpoint.string(), fmt::format("lacks the program's settings ({})", problem.what()));
    }
    return settings;
}

}  // namespace cortexpr::application
