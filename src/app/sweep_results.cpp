#include "sweep_results.hpp"

#include "../io/json_text.hpp"
#include "numbers.hpp"
#include "score.hpp"

#include <cortexpr/io/atomic_file.hpp>
#include <cortexpr/io/csv.hpp>
#include <cortexpr/view/table.hpp>

#include <algorithm>
#include <cmath>
#include <map>

namespace cortexpr::application {

namespace {

struct result {
    const sweep_run* run = nullptr;
    const char* status = "finished";
    bool is_finished = true;
    double score = 0, loss = 0, seconds = 0;
    int kept_epoch = 0;
};

/// Runs that differ by their seeds alone.
struct group {
    std::vector<std::string> values{};     ///< of the settings that vary, but for the seed
    std::vector<const result*> results{};  ///< of those that are finished

    double mean(double result::*what) const {
        double sum = 0;
        for (const auto* one : results) sum += one->*what;
        return sum / static_cast<double>(results.size());
    }
    /// The sample's standard deviation; 0 for one run.
    double deviation() const {
        if (results.size() < 2) return 0;
        const double middle = mean(&result::score);
        double squares = 0;
        for (const auto* one : results) squares += (one->score - middle) * (one->score - middle);
        return std::sqrt(squares / static_cast<double>(results.size() - 1));
    }
    const result& best() const {
        return **std::ranges::max_element(results, {}, [](auto* one) { return one->score; });
    }
};

/// The score of the first run that is finished: all runs are of one program.
score score_of_sweep(const sweep_plan& plan) {
    for (const auto& run : plan.runs)
        if (const auto summary = finished_summary(plan, run)) return score_in(*summary);
    return {};
}

std::vector<result> results_of(const sweep_plan& plan, const sweep_report& report) {
    std::vector<result> all;
    for (const auto& run : plan.runs) {
        const auto summary = finished_summary(plan, run);
        if (!summary) {
            all.push_back(
                {.run = &run, .status = report.failed.contains(&run) ? "failed" : "unfinished", .is_finished = false});
            continue;
        }
        all.push_back({.run = &run,
                       .score = score_in(*summary).of(*summary),
                       .loss = summary->at("test_loss").get<double>(),
                       .seconds = summary->at("seconds").get<double>(),
                       .kept_epoch = summary->at("kept_epoch").get<int>()});
    }
    return all;
}

std::vector<std::string> keys_of(const sweep_plan& plan) {
    std::vector<std::string> keys;
    for (const auto& [key, value] : plan.runs.front().varied)
        if (key != "seed") keys.push_back(key);
    return keys;
}

/// The best mean first, those without a finished run last.
std::vector<group> groups_of(const std::vector<result>& results) {
    std::map<std::vector<std::string>, group> by_values;
    for (const auto& one : results) {
        std::vector<std::string> values;
        for (const auto& [key, value] : one.run->varied)
            if (key != "seed") values.push_back(value);
        auto& group = by_values[values];
        group.values = values;
        if (one.is_finished) group.results.push_back(&one);
    }
    std::vector<group> groups;
    for (auto& [values, one] : by_values) groups.push_back(std::move(one));
    std::ranges::stable_sort(groups, std::greater{}, [](const group& one) {
        return std::pair(!one.results.empty(), one.results.empty() ? 0.0 : one.mean(&result::score));
    });
    return groups;
}

void write_csv(const sweep_plan& plan, const std::vector<result>& results, const score& measure) {
    std::vector<std::string> columns{"run"};
    for (const auto& [key, value] : plan.runs.front().varied) columns.push_back(key);
    for (const auto* column : {measure.key, "test_loss", "kept_epoch", "seconds", "status"})
        columns.emplace_back(column);
    auto text = io::csv_row(std::vector<io::csv_cell>(columns.begin(), columns.end()));
    for (const auto& one : results) {
        std::vector<io::csv_cell> cells{one.run->name};
        for (const auto& [key, value] : one.run->varied) cells.emplace_back(value);
        if (one.is_finished)
            cells.insert(cells.end(), {one.score, one.loss, std::int64_t{one.kept_epoch}, one.seconds});
        else
            cells.resize(cells.size() + 4);
        cells.emplace_back(one.status);
        text += io::csv_row(cells);
    }
    io::write_file(plan.folder / "sweep.csv", text);
}

void write_json(const sweep_plan& plan, const std::vector<result>& results, const std::vector<group>& groups,
                const std::vector<std::string>& keys, const score& measure) {
    auto runs = nlohmann::json::array(), means = nlohmann::json::array();
    for (const auto& one : results) {
        const auto found = [&one](auto value) { return one.is_finished ? nlohmann::json(value) : nlohmann::json(); };
        runs.push_back({{"run", one.run->name},
                        {"settings", nlohmann::json(std::map(one.run->varied.begin(), one.run->varied.end()))},
                        {"status", one.status},
                        {measure.key, found(one.score)},
                        {"test_loss", found(one.loss)},
                        {"kept_epoch", found(one.kept_epoch)},
                        {"seconds", found(one.seconds)}});
    }
    for (const auto& one : groups) {
        if (one.results.empty()) continue;
        nlohmann::json settings = nlohmann::json::object();
        for (std::size_t i = 0; i < keys.size(); ++i) settings[keys[i]] = one.values[i];
        means.push_back({{"settings", settings},
                         {"runs", one.results.size()},
                         {measure.key, one.mean(&result::score)},
                         {"deviation", one.deviation()},
                         {"test_loss", one.mean(&result::loss)},
                         {"best_run", one.best().run->name},
                         {fmt::format("best_{}", measure.key), one.best().score}});
    }
    const nlohmann::json found{{"planned", plan.runs.size()}, {"runs", runs}, {"means", means}};
    io::write_file(plan.folder / "sweep.json", io::json_text(found, 2) + '\n');
}

std::string table_of(const std::vector<std::string>& keys, const std::vector<group>& groups, const score& measure) {
    using view::alignment;
    std::vector<view::table_column> columns;
    for (const auto& key : keys) columns.push_back({key});
    for (const auto& title : {std::string("runs"), fmt::format("test {}", measure.name), std::string("deviation"),
                              std::string("best"), std::string("test loss")})
        columns.push_back({title, alignment::right});
    view::table table(std::move(columns));
    for (const auto& one : groups) {
        auto cells = one.values;
        cells.push_back(grouped(std::ssize(one.results)));
        if (one.results.empty()) {
            cells.resize(keys.size() + 5);  // nothing but how many
            table.row(std::move(cells));
            continue;
        }
        cells.push_back(measure.text(one.mean(&result::score)));
        cells.push_back(one.results.size() < 2 ? "" : measure.text(one.deviation()));
        cells.push_back(measure.text(one.best().score));
        cells.push_back(fmt::format("{:.4f}", one.mean(&result::loss)));
        table.row(std::move(cells));
    }
    return table.text();
}

}  // namespace

void give_results(const sweep_plan& plan, const sweep_report& report,
                  const std::function<void(const std::string&)>& say) {
    const auto results = results_of(plan, report);
    const auto groups = groups_of(results);
    const auto keys = keys_of(plan);
    const auto measure = score_of_sweep(plan);
    const auto finished = std::ranges::count_if(results, &result::is_finished);
    const auto failures = std::ranges::count(results, std::string_view("failed"), &result::status);
    const auto failed = failures == 0 ? std::string() : fmt::format(", {} failed", failures);
    // First, so that files that can't be written leave them on the screen.
    say(table_of(keys, groups, measure) +
        fmt::format("{} of {} runs are finished{}\n", finished, plan.runs.size(), failed));
    write_csv(plan, results, measure);
    write_json(plan, results, groups, keys, measure);
}

}  // namespace cortexpr::application
