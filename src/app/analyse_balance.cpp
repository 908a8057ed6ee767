#include "analyses.hpp"

#include <cortexpr/view/table.hpp>
#include <cortexpr/workbench/analysis_figures.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

namespace cortexpr::application {

namespace {

using view::alignment;

/// A row for each step.
void add_balance_rows(view::table& table, const std::string& name, const workbench::type_balance& one) {
    const auto shown = [](double value) {
        return std::isfinite(value) ? fmt::format("{:.3f}", value) : std::string("none");
    };
    for (std::size_t step = 0; step < one.steps.size(); ++step) {
        const bool is_last = step + 1 == one.steps.size();
        table.row({step == 0 ? name : "", std::to_string(one.steps[step]), fmt::format("{:.4g}", one.excitation[step]),
                   fmt::format("{:.4g}", one.inhibition[step]), shown(one.ratio[step]),
                   is_last ? shown(one.correlation) : ""});
    }
}

/// Currents by the name of their source.
std::vector<std::pair<std::string, std::vector<double>>> currents_in(const workbench::type_balance& one) {
    std::vector<std::pair<std::string, std::vector<double>>> all;
    for (int source = 0; source < workbench::current_sources; ++source)
        if (const auto& currents = one.current[static_cast<std::size_t>(source)]; !currents.empty())
            all.emplace_back(workbench::name_of(static_cast<workbench::current_source>(source)), currents);
    return all;
}

}  // namespace

findings balance(const subject& of, const analyse_request& request, view::progress& bar) {
    workbench::balance_options options{.steps = of.steps, .progress = shown_on(bar, "balance")};
    options.batch_size = std::min(options.batch_size, request.shown.given.values.batch_size);
    if (of.is_connectome()) options.perturbations = of.perturbations;
    const auto found = workbench::balance_of(of.network, of.examples, options);
    view::table table({{of.type_title},
                       {"step", alignment::right},
                       {"excitation", alignment::right},
                       {"inhibition", alignment::right},
                       {"inhibition / excitation", alignment::right},
                       {"correlation", alignment::right}});
    findings all{.numbers = {{"types", nlohmann::ordered_json::object()}}};
    all.csv = "type,step,source,current\n";
    for (std::size_t type = 0; type < found.size(); ++type) {
        const auto& one = found[type];
        const auto& name = of.types[type];
        if (type > 0) table.rule();
        add_balance_rows(table, name, one);
        auto& entry = all.numbers["types"][name];
        entry = {{"steps", one.steps},
                 {"excitation", one.excitation},
                 {"inhibition", one.inhibition},
                 {"ratio", one.ratio},
                 {"correlation", one.correlation}};
        for (const auto& [source, currents] : currents_in(one)) {
            entry["current"][source] = currents;
            for (std::size_t step = 0; step < currents.size(); ++step)
                add_row(all.csv, {name, std::int64_t{one.steps[step]}, source, currents[step]});
        }
    }
    all.text = table.text();
    if (request.svg) all.picture = view::to_svg(workbench::balance_plots(of.types, found), of.network.name());
    return all;
}

}  // namespace cortexpr::application
