#pragma once
// The table of settings: what each is called, what it must be and whether a continued run may change it.

#include "settings.hpp"

#include <cortexpr/train/learning_rate.hpp>

#include <CLI/CLI.hpp>

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

namespace cortexpr::application {

/// Whether a continued run may be given the setting anew.
enum class on_resume : bool { fixed, may_change };

/// A row of the table.
struct setting {
    template <class... Values>
    using member_of = std::variant<Values run_settings::*...>;
    using member =
        member_of<int, std::uint64_t, double, bool, std::string, std::optional<int>, std::optional<double>,
                  std::vector<double>, optimiser_kind, std::optional<learning_rate_schedule>, std::optional<loss_kind>,
                  std::optional<circuit::unannotated>, std::optional<circuit::undeclared>>;

    /// `unset` is how --help calls a default whose value doesn't say it.
    template <class Owner, class Value>
    setting(const char* option, const char* key, Value Owner::*where, on_resume resumed, CLI::Validator check,
            const char* help, const char* unset = "")
        : option(option),
          key(key),
          where(where),
          is_noted(!std::is_base_of_v<Owner, training_options>),
          resumed(resumed),
          check(std::move(check)),
          help(help),
          unset(unset) {}

    const char* option;  ///< of the command line
    const char* key;     ///< in JSON
    member where;
    bool is_noted;  ///< in a checkpoint's notes; not training options, which it stores anyway
    on_resume resumed;
    CLI::Validator check;
    const char* help;
    const char* unset;
    std::optional<network_family> only{};
    bool is_of_circuit = false;  ///< says how a connectome is read
    bool is_file = false;        ///< its value is the place of a file or folder
    const char* group = "";      ///< the heading in --help

    bool is(member one) const { return where == one; }
    bool is_of(network_family family) const { return only.value_or(family) == family; }

    setting of(network_family family) && {
        only = family;
        return std::move(*this);
    }
    setting file() && {
        is_file = true;
        return std::move(*this);
    }
    setting of_circuit() && {
        is_of_circuit = true;
        return std::move(*this).of(network_family::connectome);
    }
};

/// All of them, in the order of --help.
std::span<const setting> settings_table();

}  // namespace cortexpr::application
