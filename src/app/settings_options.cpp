#include "settings_options.hpp"

#include "../circuit/nearest.hpp"
#include "../io/input_file.hpp"
#include "checks.hpp"
#include "circuit_settings.hpp"
#include "settings_table.hpp"

#include <cortexpr/error.hpp>

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include <algorithm>
#include <concepts>
#include <optional>
#include <type_traits>
#include <variant>

namespace cortexpr::application {

namespace {

/// The enumeration whose names a setting takes; void where it takes none.
template <class Value>
struct enumeration_in {
    using type = void;
};
template <NamedValue Value>
struct enumeration_in<Value> {
    using type = Value;
};
template <NamedValue Value>
struct enumeration_in<std::optional<Value>> {
    using type = Value;
};

template <class Kind>
constexpr bool is_optional = false;
template <class Value>
constexpr bool is_optional<std::optional<Value>> = true;

/// Whether a text takes a setting back to its default, where that is none. A file may be called so.
bool is_none(const setting& row, std::string_view text) {
    const bool is_word = text.empty() || (!row.is_file && (text == "none" || text == "never"));
    return is_word && std::visit(
                          [](auto where) {
                              using kind = std::remove_cvref_t<decltype(run_settings().*where)>;
                              if constexpr (std::same_as<kind, std::string> || std::same_as<kind, std::vector<double>>)
                                  return (run_settings().*where).empty();
                              return is_optional<kind>;
                          },
                          row.where);
}

/// The row's check, which lets the word for none pass and names it where 0 was meant to be that.
CLI::Validator check_of(const setting& row) {
    if (std::holds_alternative<bool run_settings::*>(row.where)) return true_or_false();
    const auto refusal = [&row](const std::string& text) {
        if (is_none(row, text)) return std::string();
        auto why = row.check(text);
        return why.empty() || text != "0" || !is_none(row, "none") ? why : why + "; give none for that";
    };
    return {refusal, row.check.get_description()};
}

/// "help [default]".
std::string described(const setting& row, const run_settings& defaults) {
    std::string text = row.unset;
    if (text.empty())
        std::visit(
            [&](auto where) {
                using value = std::remove_cvref_t<decltype(defaults.*where)>;
                if constexpr (NamedValue<value>) {
                    text = name_of(defaults.*where);
                } else if constexpr (fmt::is_formattable<value>::value && !std::same_as<value, bool>) {
                    text = fmt::format("{}", defaults.*where);
                }
            },
            row.where);
    return text.empty() ? row.help : fmt::format("{} [{}]", row.help, text);
}

/// The option that reads a setting by its type.
CLI::Option* option_for(const setting& row, CLI::App& command, run_settings& values, const std::string& help) {
    return std::visit(
        [&](auto where) {
            auto& value = values.*where;
            using kind = std::remove_cvref_t<decltype(value)>;
            using enumeration = typename enumeration_in<kind>::type;
            const auto reading = [&](auto read) {
                return command.add_option_function<std::string>(
                    row.option,
                    [&row, &value, read](const std::string& text) {
                        if (is_none(row, text))
                            value = kind();
                        else
                            read(value, text);
                    },
                    help);
            };
            if constexpr (std::same_as<kind, bool>) {
                return command.add_flag(row.option, value, help);
            } else if constexpr (!std::same_as<enumeration, void>) {
                return reading([](kind& to, const std::string& text) { to = value_named<enumeration>(text); });
            } else if constexpr (std::same_as<kind, std::vector<double>>) {
                return reading([](kind& to, const std::string& text) { to = numbers_in<double>(text); });
            } else if constexpr (is_optional<kind>) {
                return reading([](kind& to, const std::string& text) {
                           if (!CLI::detail::lexical_cast(text, to.emplace())) throw CLI::ConversionError(text);
                       })
                    ->type_name(CLI::detail::type_name<typename kind::value_type>());
            } else if constexpr (std::same_as<kind, std::string>) {
                return reading([](kind& to, const std::string& text) { to = text; });
            } else {
                return command.add_option(row.option, value, help);
            }
        },
        row.where);
}

void add(CLI::App& command, given_settings& given, const app_options& options, const setting& row,
         const std::string& help) {
    const bool is_data = row.is(&run_settings::data);
    given.command = &command;
    if (!row.is_of(given.values.family) || (is_data && options.make_data != nullptr) ||
        (row.is_of_circuit && options.make_circuit != nullptr))
        return;
    auto* option = option_for(row, command, given.values, help);
    option->check(check_of(row))->group(row.group);
    if (row.is_file) option->type_name(is_data ? "DIR" : "FILE");
    if (const auto text = default_in(options.files, row); !text.empty()) option->default_str(text);
    if (is_data && options.default_data != nullptr) option->default_str(options.default_data);
}

/// A key of files as an option would be spelt.
std::string as_option(std::string key) {
    std::ranges::replace(key, '_', '-');
    return "--" + key;
}

/// What applies to a setting that is given by its key.
struct found_setting {
    const setting& row;
    CLI::Option& option;
};

[[noreturn]] void refuse(const setting_value& entry, const std::string& why) {
    if (entry.where.empty()) throw CLI::ValidationError(why);
    throw usage_error(fmt::format("{}: {}", entry.where, why));
}

found_setting found(const given_settings& given, const setting_value& entry) {
    std::vector<std::string> names;
    for (const auto& row : settings_table()) {
        auto* option = given.command->get_option_no_throw(row.option);
        if (option == nullptr) continue;
        if (entry.key == row.key) return {row, *option};
        names.emplace_back(row.key);
    }
    for (const auto& row : settings_table())
        if (as_option(entry.key) == row.option && std::ranges::find(names, row.key) != names.end())
            refuse(entry, fmt::format("there is no setting {}; that of {} is called {}", io::shown_name(entry.key),
                                      row.option, row.key));
    if (const auto option = as_option(entry.key); given.command->get_option_no_throw(option) != nullptr)
        refuse(entry, fmt::format("{} is no setting; give it as the option {}", io::shown_name(entry.key), option));
    refuse(entry, fmt::format("there is no setting {}{}", io::shown_name(entry.key),
                              circuit::nearest_among(entry.key, names)));
}

/// As if the option had been given.
void give(const found_setting& setting, const setting_value& entry) {
    auto text = entry.value;
    auto problem = check_of(setting.row)(text);
    if (problem.empty()) {
        try {
            setting.option.add_result(text);
            setting.option.run_callback();
        } catch (const CLI::Error&) {
            problem = fmt::format("{} can't be read", io::shown_name(entry.value));
        }
    }
    if (!problem.empty()) refuse(entry, fmt::format("{}: {}", entry.key, problem));
}

}  // namespace

given_settings::given_settings() : values() {}

bool given_settings::has(std::string_view option) const {
    const auto* found = command->get_option_no_throw(std::string(option));
    return found != nullptr && found->count() > 0;
}

void add_settings(CLI::App& command, given_settings& given, const app_options& options) {
    for (const auto& row : settings_table()) add(command, given, options, row, described(row, given.values));
}

void add_setting(CLI::App& command, given_settings& given, const app_options& options, std::string_view option,
                 const std::string& help) {
    const auto& row = *std::ranges::find(settings_table(), option, &setting::option);
    add(command, given, options, row, help.empty() ? described(row, given.values) : help);
}

void add_as_trained(CLI::App& command, given_settings& given, const app_options& options) {
    add_setting(command, given, options, "--steps", "time steps [what the model was trained with, else 5]");
    add_setting(command, given, options, "--mean",
                "taken from pixels of 0 to 1 [what the model was trained with, else the data set's]");
    add_setting(command, given, options, "--deviation", "what pixels are divided by then [as --mean]");
}

void default_data(given_settings& given, const app_options& options) {
    if (options.make_data != nullptr || given.has("--data")) return;
    if (options.default_data == nullptr) throw usage_error("no data; give the folder of the data set with --data DIR");
    given.values.data = options.default_data;
}

void require_setting(const given_settings& given, const setting_value& entry) {
    const auto& row = found(given, entry).row;
    CLI::App command;
    given_settings tried;
    tried.values.family = given.values.family;
    add(command, tried, {}, row, "");
    give({row, *command.get_option(row.option)}, entry);
}

void apply(given_settings& given, const std::vector<setting_value>& of_command_line,
           const std::vector<setting_value>& of_file) {
    for (const auto& entry : of_command_line) {
        const auto setting = found(given, entry);
        if (setting.option.count() > 0) refuse(entry, fmt::format("{} is given twice", entry.key));
        give(setting, entry);
    }
    std::vector<const CLI::Option*> by_file;
    for (const auto& entry : of_file) {
        const auto setting = found(given, entry);
        if (std::ranges::find(by_file, &setting.option) != by_file.end())
            refuse(entry, fmt::format("{} is given twice", entry.key));
        if (setting.option.count() > 0) continue;
        give(setting, entry);
        by_file.push_back(&setting.option);
    }
}

std::vector<std::pair<std::string, std::string>> options_by_key(const CLI::App& command) {
    std::vector<std::pair<std::string, std::string>> named;
    for (const auto& row : settings_table())
        if (command.get_option_no_throw(row.option) != nullptr) named.emplace_back(as_option(row.key), row.option);
    return named;
}

}  // namespace cortexpr::application
