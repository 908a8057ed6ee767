// What perturbations do to the network.

#include "../io/json_text.hpp"
#include "numbers.hpp"
#include "pictures.hpp"
#include "program_network.hpp"
#include "run_folder.hpp"
#include "score.hpp"
#include "workbench_commands.hpp"

#include <cortexpr/io/atomic_file.hpp>
#include <cortexpr/io/csv.hpp>
#include <cortexpr/io/standard_streams.hpp>
#include <cortexpr/view/plot.hpp>
#include <cortexpr/view/progress.hpp>
#include <cortexpr/view/table.hpp>
#include <cortexpr/workbench/effects.hpp>
#include <cortexpr/workbench/picture.hpp>

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>

namespace cortexpr::application {

namespace {

using workbench::effect;
using workbench::estimate;
using workbench::variant;

/// Each perturbation, at each strength, and all of them together.
std::vector<variant> variants_of(const workbench::any_network& network, const std::vector<perturbation>& all,
                                 const std::vector<double>& strengths) {
    std::vector<variant> variants;
    for (const auto& one : all) {
        auto some = workbench::over_strengths(network, one, strengths);
        std::ranges::move(some, std::back_inserter(variants));
    }
    if (all.size() > 1) variants.push_back({"all together", {}, all});
    return variants;
}

std::string shown(const estimate& value) { return fmt::format("{:.3g}", value.mean); }

constexpr const char* no_interval = "none";

std::string range(const estimate& value) {
    return value.has_interval() ? fmt::format("{:.3g} to {:.3g}", value.low, value.high) : no_interval;
}

/// What is reported of how good the answers are.
struct score_effect {
    const char* name;
    estimate value, change;
    bool is_share;

    std::string text(double number) const { return is_share ? percent(number) : fmt::format("{:.3f}", number); }
    std::string bounds(const estimate& of) const {
        return bounds(of, [this](double number) { return text(number); });
    }
    /// A change of a share is in percentage points, which the table's header says.
    std::string change_text(double number) const {
        return is_share ? fmt::format("{:.1f}", 100 * number) : text(number);
    }
    std::string change_bounds(const estimate& of) const {
        return bounds(of, [this](double number) { return change_text(number); });
    }

  private:
    template <class Words>
    static std::string bounds(const estimate& of, const Words& words) {
        return of.has_interval() ? fmt::format("{} to {}", words(of.low), words(of.high)) : no_interval;
    }
};

std::optional<score_effect> score_effect_of(const effect& one) {
    if (one.of_accuracy) return score_effect{"accuracy", one.of_accuracy->accuracy, one.of_accuracy->change, true};
    if (one.of_r2) return score_effect{"r2", one.of_r2->r2, one.of_r2->change, false};
    return std::nullopt;
}

std::string score_table(const std::vector<effect>& effects) {
    using view::alignment;
    view::table table({{"perturbation"},
                       {effects.front().of_r2 ? "R²" : "accuracy", alignment::right},
                       {"95 %", alignment::right},
                       {effects.front().of_r2 ? "change" : "change (points)", alignment::right},
                       {"95 %", alignment::right}});
    for (const auto& one : effects) {
        const auto found = score_effect_of(one);
        if (!found) continue;
        const bool is_first = &one == effects.data();
        table.row({one.of.name, found->text(found->value.mean), found->bounds(found->value),
                   is_first ? "" : found->change_text(found->change.mean),
                   is_first ? "" : found->change_bounds(found->change)});
    }
    return table.text();
}

std::string rates_table(const std::vector<std::string>& types, const std::string& title,
                        const std::vector<effect>& effects) {
    using view::alignment;
    const auto has_selectivity =
        std::ranges::any_of(effects.front().types, [](const auto& type) { return type.of_selectivity.has_value(); });
    std::vector<view::table_column> columns{{"perturbation"},
                                            {title},
                                            {"rate", alignment::right},
                                            {"change", alignment::right},
                                            {"95 %", alignment::right}};
    if (has_selectivity)
        columns.insert(columns.end(), {{"selectivity", alignment::right}, {"change, 95 %", alignment::right}});
    view::table table(std::move(columns));
    for (const auto& one : effects) {
        const bool is_first = &one == effects.data();
        for (std::size_t type = 0; type < one.types.size(); ++type) {
            const auto& found = one.types[type];
            std::vector<std::string> row{type == 0 ? one.of.name : "", types[type], shown(found.rate),
                                         is_first ? "" : shown(found.rate_change),
                                         is_first ? "" : range(found.rate_change)};
            if (const auto& selectivity = found.of_selectivity) {
                row.push_back(fmt::format("{:.3f}", selectivity->selectivity.mean));
                row.push_back(is_first ? "" : range(selectivity->change));
            } else if (has_selectivity) {
                row.insert(row.end(), 2, "");
            }
            table.row(std::move(row));
        }
        if (&one != &effects.back()) table.rule();
    }
    return table.text();
}

nlohmann::ordered_json estimate_json(const estimate& value) {
    nlohmann::ordered_json all{{"mean", value.mean}, {"low", nullptr}, {"high", nullptr}};
    if (value.has_interval()) all.update({{"low", value.low}, {"high", value.high}});
    return all;
}

nlohmann::ordered_json effects_json(const std::vector<std::string>& types, const std::vector<effect>& effects) {
    auto all = nlohmann::ordered_json::array();
    for (const auto& one : effects) {
        nlohmann::ordered_json entry{{"perturbation", one.of.name}};
        if (one.of.strength) entry["strength"] = *one.of.strength;
        if (const auto found = score_effect_of(one)) {
            entry[found->name] = estimate_json(found->value);
            entry[fmt::format("{}_change", found->name)] = estimate_json(found->change);
        }
        for (std::size_t type = 0; type < one.types.size(); ++type) {
            const auto& found = one.types[type];
            auto& effect = entry["types"][types[type]];
            effect = {{"rate", estimate_json(found.rate)}, {"rate_change", estimate_json(found.rate_change)}};
            if (const auto& selectivity = found.of_selectivity) {
                effect["selectivity"] = estimate_json(selectivity->selectivity);
                effect["selectivity_change"] = estimate_json(selectivity->change);
            }
        }
        all.push_back(std::move(entry));
    }
    return all;
}

/// A row for each number.
std::string csv_of(const std::vector<std::string>& types, const std::vector<effect>& effects) {
    std::string text = "perturbation,strength,quantity,type,mean,low,high,change,change_low,change_high\n";
    const auto add = [&text](const variant& of, const char* quantity, const std::string& type,
                             const std::optional<estimate>& value, const std::optional<estimate>& change) {
        const auto cell = [](const std::optional<estimate>& one, double estimate::*member) {
            const bool is_there = one && (member == &estimate::mean || one->has_interval());
            return is_there ? io::csv_cell((*one).*member) : io::csv_cell();
        };
        const std::array<io::csv_cell, 10> cells{of.name,
                                                 of.strength ? io::csv_cell(*of.strength) : io::csv_cell(),
                                                 std::string(quantity),
                                                 type,
                                                 cell(value, &estimate::mean),
                                                 cell(value, &estimate::low),
                                                 cell(value, &estimate::high),
                                                 cell(change, &estimate::mean),
                                                 cell(change, &estimate::low),
                                                 cell(change, &estimate::high)};
        text += io::csv_row(cells);
    };
    for (const auto& one : effects) {
        if (const auto found = score_effect_of(one)) add(one.of, found->name, "", found->value, found->change);
        for (std::size_t type = 0; type < one.types.size(); ++type) {
            const auto& found = one.types[type];
            add(one.of, "rate", types[type], found.rate, found.rate_change);
            if (const auto& selectivity = found.of_selectivity)
                add(one.of, "selectivity", types[type], selectivity->selectivity, selectivity->change);
        }
    }
    return text;
}

void add_point(view::curve& curve, double x, const estimate& value) {
    curve.x.push_back(x);
    curve.y.push_back(value.mean);
    curve.low.push_back(value.low);
    curve.high.push_back(value.high);
}

/// Against the strength where there is a grid of strengths, else against the number of the perturbation in the table.
std::vector<view::line_plot> plots_of(const std::vector<std::string>& types, const std::vector<effect>& effects,
                                      bool over_strengths) {
    const bool has_strengths =
        over_strengths && std::ranges::any_of(effects, [](const effect& one) { return one.of.strength.has_value(); });
    // "scale_edge V1.E-V1.I=0.5" without its strength.
    const auto& varied = effects.back().of.name;
    const auto x_label = has_strengths ? "strength of " + varied.substr(0, varied.rfind('='))
                                       : std::string("perturbation, as in the table (0: none)");
    const bool is_r2 = effects.front().of_r2.has_value();
    const auto* name = is_r2 ? "R²" : "Accuracy";
    view::line_plot scores{.title = fmt::format("{}, band: 95 %", name),
                           .x_label = x_label,
                           .y_label = name,
                           .curves = {{name, {}, {}}},
                           .percent = !is_r2,
                           .has_whole_x = !has_strengths};
    view::line_plot rates{
        .title = "Mean rates, bands: 95 %", .x_label = x_label, .y_label = "rate", .has_whole_x = !has_strengths};
    for (const auto& type : types) rates.curves.push_back({type, {}, {}});
    for (std::size_t i = 0; i < effects.size(); ++i) {
        const auto& one = effects[i];
        if (has_strengths && !one.of.strength) continue;
        const double x = has_strengths ? *one.of.strength : static_cast<double>(i);
        if (const auto found = score_effect_of(one)) add_point(scores.curves.front(), x, found->value);
        for (std::size_t type = 0; type < one.types.size(); ++type)
            add_point(rates.curves[type], x, one.types[type].rate);
    }
    if (scores.curves.front().x.empty()) return {rates};
    return {scores, rates};
}

void require_different(std::vector<double> strengths) {
    std::ranges::sort(strengths);
    if (const auto twice = std::ranges::adjacent_find(strengths); twice != strengths.end())
        throw usage_error(fmt::format("--strengths names {} twice; name each once", *twice));
}

/// Those that are asked for. \throws usage_error  where strengths don't suit the perturbations
std::vector<variant> variants_asked(const workbench::any_network& network, const perturb_request& request) {
    const auto all = perturbations_of(network, request.perturbations);
    const auto has_amount = [](const perturbation& one) { return one.amount.has_value(); };
    if (!request.strengths.empty() && std::ranges::none_of(all, has_amount))
        throw usage_error("--strengths are amounts, and none of the perturbations has one; leave them out");
    auto variants = variants_of(network, all, request.strengths);
    if (request.svg && !request.strengths.empty() && all.size() > 1)
        throw usage_error("a figure over strengths is of one perturbation; leave --svg out, or give one");
    return variants;
}

std::string effects_text(const std::vector<effect>& effects, const workbench::any_network& network,
                         const std::string& type_title) {
    std::string text;
    if (score_effect_of(effects.front()))
        text += score_table(effects) + '\n';
    else if (network.module().targets() > 0)
        text += "The targets that are shown are all alike, so there is no R².\n\n";
    return text + rates_table(network.type_names(), type_title, effects);
}

/// Those that are asked for.
void write_files(const perturb_request& request, const shown_networks& loaded, const std::vector<effect>& effects) {
    const auto name = loaded.probed.front().name();
    const auto types = loaded.probed.front().type_names();
    if (request.json) {
        const nlohmann::ordered_json report{{"program", request.shown.program},
                                            {"network", name},
                                            {"models", request.shown.models},
                                            {"data", loaded.examples.source},
                                            {"images", loaded.examples.count},
                                            {"steps", loaded.steps},
                                            {"perturbations", effects_json(types, effects)}};
        io::write_file(*request.json, io::json_text(report, 2) + '\n');
    }
    if (request.csv) io::write_file(*request.csv, csv_of(types, effects));
    if (request.svg)
        draw_picture(*request.svg, view::to_svg(plots_of(types, effects, !request.strengths.empty()), name));
}

}  // namespace

int perturb_command(program_network& network, const perturb_request& request) {
    require_no_start(request.shown.given, !request.shown.models.empty());
    if (request.perturbations.empty())
        throw usage_error(
            "no perturbation was given; try --silence, --clamp, --inject, --noise, --scale, --cut or "
            "--freeze-tau");
    require_different(request.strengths);
    if (request.svg) workbench::require_picture_name(*request.svg);
    for (const auto* file : {&request.json, &request.csv, &request.svg})
        if (*file) require_writable(**file);
    std::vector<variant> variants;
    const auto loaded = load_shown(network, request.shown, [&](const workbench::any_network& opened) {
        variants = variants_asked(opened, request);
    });
    const auto& first = loaded.probed.front();
    view::progress bar({.unit = "batches", .plain_every = 0});
    const auto effects = workbench::effects_of(loaded.probed, loaded.examples, variants,
                                               {.steps = loaded.steps,
                                                .batch_size = request.shown.given.values.batch_size,
                                                .progress = [&](std::int64_t done, std::int64_t batches) {
                                                    if (done == 1) bar.begin("perturb", batches);
                                                    bar.advance(1);
                                                    if (done == batches) bar.end();
                                                }});
    write_files(request, loaded, effects);
    const auto text = effects_text(effects, first, network.type_titles().back());
    io::say(stdout, text + selectivity_note(loaded.examples));
    return 0;
}

}  // namespace cortexpr::application
