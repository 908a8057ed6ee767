#include "analyses.hpp"
#include "numbers.hpp"
#include "score.hpp"

#include <cortexpr/view/table.hpp>
#include <cortexpr/workbench/analysis_figures.hpp>

#include <ATen/ops/quantile.h>

#include <fmt/format.h>

#include <utility>

namespace cortexpr::application {

namespace {

using json = nlohmann::ordered_json;
using view::alignment;

/// What tuning is to: the classes of the examples, or the angles of gratings.
struct tuning_stimuli {
    data::labelled_images gratings{};  ///< none where it is to classes
    std::vector<double> values{};
    double period = 0;  ///< degrees after which angles come again; 0: classes
    int first_step = 0;

    bool is_circular() const { return period > 0; }
};

tuning_stimuli stimuli_of(const subject& of, const analyse_request& request) {
    using variable = analyse_request::variable;
    tuning_stimuli all{.first_step = request.from};
    if (request.by == variable::classes) {
        for (int label = 0; label < of.examples.classes; ++label) all.values.push_back(label + of.examples.first_label);
        return all;
    }
    if (of.is_connectome())
        throw usage_error(
            fmt::format("gratings are images, and {} takes numbers without a grid; leave --by out", of.network.name()));
    const bool drifts = request.by == variable::direction;
    auto wanted = request.gratings;
    const auto& input = of.plan().areas.front().input;
    wanted.channels = input.channels;
    wanted.height = input.height;
    wanted.width = input.width;
    if (drifts) {
        wanted.frames = of.steps;
        if (request.from == 0) all.first_step = of.steps / 2 + 1;
    }
    all.gratings = data::gratings(wanted);
    all.values = data::grating_angles(wanted);
    all.period = drifts ? 360 : 180;
    return all;
}

at::Tensor mean_by_unit(const at::Tensor& rates, std::int64_t first) {
    return rates.dim() > first ? rates.flatten(first).mean(first) : rates;
}

std::vector<std::string> tuning_row(const std::string& name, const workbench::type_tuning& found, bool is_circular) {
    const auto flat = found.selectivity.flatten();
    const auto number = [](const at::Tensor& value) { return fmt::format("{:.3f}", value.item<double>()); };
    std::vector<std::string> row{name,
                                 grouped(flat.numel()),
                                 fmt::format("{:.3g}", found.mean_rate),
                                 number(flat.mean()),
                                 number(at::quantile(flat, 0.1)),
                                 number(at::quantile(flat, 0.9))};
    if (is_circular) row.push_back(number(found.vector_length.mean()));
    return row;
}

view::table tuning_table(const subject& of, bool is_circular) {
    std::vector<view::table_column> columns{{of.type_title},
                                            {of.is_connectome() ? "cells" : "neurons", alignment::right},
                                            {"mean rate", alignment::right},
                                            {"selectivity", alignment::right},
                                            {"10 %", alignment::right},
                                            {"90 %", alignment::right}};
    if (is_circular) columns.push_back({"vector length", alignment::right});
    return view::table(std::move(columns));
}

json tuning_json(const workbench::type_tuning& found, const char* unit, bool is_circular) {
    json entry{{"mean_rate", found.mean_rate},
               {"selectivity", found.selectivity.mean().item<double>()},
               {"aligned", found.aligned},
               {fmt::format("selectivity_by_{}", unit), numbers_of(mean_by_unit(found.selectivity, 1))}};
    if (is_circular) entry["vector_length"] = found.vector_length.mean().item<double>();
    return entry;
}

/// The tuning curve of each unit of a type.
std::string tuning_csv(const std::string& name, const workbench::type_tuning& found,
                       const std::vector<double>& values) {
    std::string text;
    const auto rates = mean_by_unit(found.rates, 2), deviations = mean_by_unit(found.deviation, 2);
    for (std::int64_t unit = 0; unit < rates.size(1); ++unit)
        for (std::size_t value = 0; value < values.size(); ++value) {
            const auto index = static_cast<std::int64_t>(value);
            add_row(text, {name, unit, values[value], rates[index][unit].item<double>(),
                           deviations[index][unit].item<double>()});
        }
    return text;
}

}  // namespace

findings tuning(const subject& of, const analyse_request& request, view::progress& bar) {
    const auto stimuli = stimuli_of(of, request);
    const bool is_circular = stimuli.is_circular();
    workbench::tuning_options options{.steps = of.steps,
                                      .batch_size = request.shown.given.values.batch_size,
                                      .from = stimuli.first_step,
                                      .period = stimuli.period,
                                      .progress = shown_on(bar, "tuning")};
    if (of.is_connectome()) options.perturbations = of.perturbations;
    const auto& shown = is_circular ? stimuli.gratings : of.examples;
    const auto found = workbench::tuning_of(of.network, shown, options);
    auto table = tuning_table(of, is_circular);
    findings all{.numbers = {{"stimuli", shown.source}, {"values", stimuli.values}, {"types", json::object()}}};
    // The cells of a cell type, which have no positions, are what subtypes are in areas.
    const char* unit = of.is_connectome() ? "cell" : "subtype";
    all.csv = fmt::format("type,{},value,mean,deviation\n", unit);
    for (std::size_t type = 0; type < found.size(); ++type) {
        const auto& one = found[type];
        const auto& name = of.types[type];
        if (one.selectivity.numel() == 0) continue;  // a declared type of which there are no cells
        table.row(tuning_row(name, one, is_circular));
        all.numbers["types"][name] = tuning_json(one, unit, is_circular);
        all.csv += tuning_csv(name, one, stimuli.values);
    }
    all.text = table.text();
    if (!is_circular) all.text += selectivity_note(shown);
    if (request.svg)
        all.picture = view::to_svg(workbench::tuning_plots(of.types, found, options.period), of.network.name());
    return all;
}

}  // namespace cortexpr::application
