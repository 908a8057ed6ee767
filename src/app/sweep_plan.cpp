#include "sweep_plan.hpp"

#include "../io/input_file.hpp"
#include "../utf_8.hpp"
#include "run_folder.hpp"

#include <cortexpr/numbers/split_mix_64.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <optional>
#include <set>

namespace cortexpr::application {

namespace {

using varied_values = std::vector<std::pair<std::string, std::string>>;

constexpr int most_runs = 100'000;

class sweep_reader {
  public:
    sweep_reader(const std::filesystem::path& file, const given_settings& known) : file_(file), known_(known) {}

    sweep_plan read(const std::vector<setting_value>& more) {
        sweep_plan plan{.folder = std::filesystem::path("runs") / file_.stem(), .runs = {}};
        require_no_file_of_another_kind(file_, "sweep");
        const auto entries = read_entries(file_);
        require_sweep(entries);
        if (entries.empty() && more.empty())
            throw file_error(file_.string(), "is empty; a sweep has the tables [settings], [grid] and [random]");
        for (const auto& entry : entries) {
            if (entry.table.empty() && entry.key == "folder")
                plan.folder = folder_in(entry);
            else if (entry.table == "settings")
                settings_.push_back(checked(setting_in(file_, entry)));
            else if (entry.table == "grid")
                grid_.push_back({entry, choices(entry)});
            else if (entry.table == "random" && entry.key == "draws")
                draws_ = whole(entry, 1, most_runs);
            else if (entry.table == "random" && entry.key == "draw_seed")
                seed_ = static_cast<std::uint64_t>(whole(entry, 0, std::numeric_limits<int>::max()));
            else if (entry.table == "random")
                drawn_.push_back(entry);
            else
                refuse(entry, "a sweep has a folder, and the tables [settings], [grid] and [random]");
        }
        if (drawn_.empty() != !draws_)
            throw file_error(file_.string(), "[random] needs draws, how many, and the settings that are drawn");
        require_one_table();
        for (std::size_t i = 0; i < more.size(); ++i) {
            const auto is_same = [&](const setting_value& other) { return other.key == more[i].key; };
            if (std::ranges::any_of(more.begin(), more.begin() + static_cast<std::ptrdiff_t>(i), is_same))
                throw usage_error(fmt::format("{} is given twice", more[i].key));
            replace(more[i]);
        }
        for (const auto& drawn : all_draws()) add_grid(plan, drawn);
        return plan;
    }

  private:
    struct choice {
        file_entry entry;
        std::vector<std::string> values;
    };

    [[noreturn]] void refuse(const file_entry& entry, const std::string& why) const {
        throw file_error(file_.string(), fmt::format("line {}: {}", entry.line, why));
    }

    /// Not the settings of one run, which a training writes.
    void require_sweep(const std::vector<file_entry>& entries) const {
        const auto is_of_sweep = [](const file_entry& entry) {
            return is_table_of_a_sweep(entry.table) || (entry.table.empty() && entry.key == "folder");
        };
        if (!entries.empty() && std::ranges::none_of(entries, is_of_sweep))
            throw file_error(file_.string(), fmt::format("has no table of a sweep, [settings], [grid] or [random]; the "
                                                         "settings of one run are given as train --settings {}",
                                                         file_.string()));
    }

    setting_value checked(setting_value entry) const {
        require_setting(known_, entry);
        return entry;
    }

    /// In place of what the file has for the setting: one value, or several.
    void replace(const setting_value& entry) {
        checked(entry);
        std::erase_if(settings_, [&](const setting_value& other) { return other.key == entry.key; });
        std::erase_if(grid_, [&](const choice& other) { return other.entry.key == entry.key; });
        std::erase_if(drawn_, [&](const file_entry& other) { return other.key == entry.key; });
        settings_.push_back(entry);
    }

    std::filesystem::path folder_in(const file_entry& entry) const {
        if (!entry.value.is_string() || entry.value.get_ref<const std::string&>().empty())
            refuse(entry, "folder is no name of one; give a text: folder = \"runs/sweep\"");
        return entry.value.get<std::string>();
    }

    void require_one_table() const {
        for (const auto& drawn : drawn_)
            for (const auto& one : grid_)
                if (one.entry.key == drawn.key)
                    refuse(drawn, fmt::format("{} stands in [grid], too; leave one out", drawn.key));
    }

    int whole(const file_entry& entry, int least, int most) const {
        if (!entry.value.is_number_integer() || entry.value < least || entry.value > most)
            refuse(entry, fmt::format("{} is not a whole number from {} to {}", entry.key, least, most));
        return entry.value.get<int>();
    }

    std::vector<std::string> choices(const file_entry& entry) const {
        if (!entry.value.is_array() || entry.value.empty())
            refuse(entry, fmt::format("{} takes a list of the values to try: [1, 2]", entry.key));
        std::vector<std::string> values;
        for (const auto& value : entry.value) values.push_back(checked(setting_in(file_, entry, value)).value);
        return values;
    }

    std::string draw(const file_entry& entry, split_mix_64& numbers) const {
        if (entry.value.is_array()) {
            const auto values = choices(entry);
            return values[numbers.below(static_cast<std::uint32_t>(values.size()))];
        }
        const auto where = fmt::format("{}, line {}", file_.string(), entry.line);
        return checked({.key = entry.key, .value = drawn_of_range(entry, numbers), .where = where}).value;
    }

    std::string drawn_of_range(const file_entry& entry, split_mix_64& numbers) const {
        const auto& range = entry.value;
        const auto is_number = [&](const char* end) { return range.contains(end) && range[end].is_number(); };
        if (!range.is_object() || !is_number("from") || !is_number("to") || range["from"] > range["to"])
            refuse(entry, fmt::format("{} is drawn from a list, or from {{ from = 1, to = 2 }}", entry.key));
        for (const auto& [name, value] : range.items())
            if (name != "from" && name != "to" && name != "log")
                refuse(entry, fmt::format("{} is drawn from a range of from, to and log, which has no {}", entry.key,
                                          io::shown_name(name)));
        if (range.contains("log") && !range["log"].is_boolean())
            refuse(entry, fmt::format("log of {} is neither true nor false", entry.key));
        const auto low = range["from"].get<double>(), high = range["to"].get<double>();
        const bool is_log = range.contains("log") && range["log"] == true;
        if (is_log && low <= 0) refuse(entry, fmt::format("the logarithm of {} can't be drawn", low));
        const double share = numbers.uniform();
        const bool is_whole = range["from"].is_number_integer() && range["to"].is_number_integer();
        const double top = is_whole ? high + 1 : high;
        const double value = is_log ? low * std::pow(top / low, share) : low + (top - low) * share;
        return is_whole ? fmt::format("{}", static_cast<std::int64_t>(std::min(std::floor(value), high)))
                        : fmt::format("{:.6g}", value);
    }

    std::vector<varied_values> all_draws() const {
        if (!draws_) return {{}};
        std::vector<varied_values> all;
        split_mix_64 numbers(seed_);
        for (int i = 0; i < *draws_; ++i) {
            auto& one = all.emplace_back();
            for (const auto& entry : drawn_) one.emplace_back(entry.key, draw(entry, numbers));
        }
        return all;
    }

    /// All combinations of the grid; the last setting changes fastest.
    void add_grid(sweep_plan& plan, const varied_values& drawn) {
        std::size_t combinations = 1;
        for (const auto& one : grid_) {
            combinations *= one.values.size();
            if (combinations * static_cast<std::size_t>(draws_.value_or(1)) > most_runs)
                refuse(one.entry, fmt::format("these are more than {} runs", most_runs));
        }
        for (std::size_t number = 0; number < combinations; ++number) {
            auto varied = drawn;
            std::size_t rest = number, of_rest = combinations;
            for (const auto& one : grid_) {
                of_rest /= one.values.size();
                varied.emplace_back(one.entry.key, one.values[rest / of_rest]);
                rest %= of_rest;
            }
            add_run(plan, std::move(varied));
        }
    }

    void add_run(sweep_plan& plan, varied_values varied) {
        if (!all_varied_.insert(varied).second) return;  // drawn twice, it is one run
        sweep_run run{.name = free_name(name_of_run(varied)), .varied = std::move(varied), .settings = {}};
        const auto add = [&](const std::string& key, const std::string& value) {
            run.settings += fmt::format("{} = {}\n", key, nlohmann::json(value).dump());
        };
        for (const auto& entry : settings_) {
            const auto is_same = [&](const auto& pair) { return pair.first == entry.key; };
            if (std::ranges::none_of(run.varied, is_same)) add(entry.key, entry.value);
        }
        for (const auto& [key, value] : run.varied) add(key, value);
        plan.runs.push_back(std::move(run));
    }

    static std::string name_of_run(const varied_values& varied) {
        std::string name;
        for (const auto& [key, value] : varied) name += fmt::format("{}{}={}", name.empty() ? "" : ",", key, value);
        for (auto& letter : name)
            if (letter == '/' || static_cast<unsigned char>(letter) < ' ') letter = '_';
        return name.empty() ? "run" : shortened(name);
    }

    /// File systems hold names of 255 bytes, and the names of a run's files are longer than its own.
    static std::string shortened(std::string_view name) { return std::string(first_bytes(name, 200)); }

    /// Other values may have the same name, as x/d and x_d, or long ones that begin alike.
    std::string free_name(const std::string& name) {
        auto found = name;
        for (int& number = numbers_[name]; !names_.insert(found).second;)
            found = fmt::format("{}-{}", name, number = std::max(number, 1) + 1);
        return found;
    }

    const std::filesystem::path& file_;
    const given_settings& known_;
    std::vector<setting_value> settings_;
    std::vector<choice> grid_;
    std::vector<file_entry> drawn_;
    std::optional<int> draws_;
    std::uint64_t seed_ = 0;
    std::set<varied_values> all_varied_;
    std::set<std::string> names_;
    std::map<std::string, int> numbers_;  ///< the last that a name was given
};

}  // namespace

sweep_plan read_sweep(const std::filesystem::path& file, const given_settings& known,
                      const std::vector<setting_value>& more) {
    return sweep_reader(file, known).read(more);
}

}  // namespace cortexpr::application
