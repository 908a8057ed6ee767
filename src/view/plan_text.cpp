#include <cortexpr/view/plan.hpp>

#include "numbers.hpp"
#include "schedule_rows.hpp"

#include <cortexpr/plan/names.hpp>
#include <cortexpr/schedule/least_steps.hpp>
#include <cortexpr/view/table.hpp>

#include <algorithm>

namespace cortexpr::view {

namespace {

/// At how many of all steps.
std::string times(const convolution_row& one, std::int64_t plan::operations::*which) {
    const auto count = std::ranges::count_if(one.steps, [which](const auto& step) { return step.*which > 0; });
    return count == 0 ? "-" : fmt::format("{} of {}", count, one.steps.size());
}

std::string schedule_text(const std::vector<convolution_row>& convolutions) {
    table table({{"area"},
                 {"convolution"},
                 {"channels"},
                 {"grid"},
                 {"extent"},
                 {"stride", alignment::right},
                 {"groups"},
                 {"nonlinearity"},
                 {"forward"},
                 {"to sources"},
                 {"to weights"},
                 {"operations", alignment::right},
                 {"share", alignment::right}});
    std::int64_t sum = 0;
    for (const auto& one : convolutions) sum += one.all().all();
    for (const auto& one : convolutions)
        table.row({one.area, fmt::format("{} -> {}", one.sources, one.targets), one.channels, one.grid, one.extent,
                   std::to_string(one.stride), one.groups, one.nonlinearity, times(one, &plan::operations::forward),
                   times(one, &plan::operations::data_gradients), times(one, &plan::operations::weight_gradients),
                   grouped(one.all().all()), share_of(one.all().all(), sum)});
    return table.text() + "forward, to sources, to weights: steps at which it is computed, and its gradients are\n";
}

std::string savings_text(const plan::work_report& report) {
    table table({{"rule"},
                 {"forward", alignment::right},
                 {"share", alignment::right},
                 {"backward", alignment::right},
                 {"share", alignment::right},
                 {"bytes", alignment::right},
                 {"share", alignment::right},
                 {"calls", alignment::right}});
    const auto& all = report.one_by_one;
    const auto row = [&](std::string_view name, const plan::work& work) {
        table.row({std::string(name), grouped(work.operations.forward),
                   share_of(work.operations.forward, all.operations.forward), grouped(work.operations.backward()),
                   share_of(work.operations.backward(), all.operations.backward()), grouped(work.maps.bytes),
                   share_of(work.maps.bytes, all.maps.bytes), grouped(work.maps.convolutions)});
    };
    std::string meanings;
    row("one convolution for each edge and step", all);
    table.rule();
    for (const auto& saving : report.savings) {
        if (saving.spared == plan::work{}) continue;
        const auto words = plan::words_of(saving.by);
        row(words.name, saving.spared);
        meanings += fmt::format("{}: {}\n", words.name, words.meaning);
    }
    table.rule();
    row("left to do", report.computed);
    return table.text() + meanings;
}

std::string saved_text(const plan::work_report& report) {
    return fmt::format("saved for the backward pass: {} bytes; autograd would save {} of one operation at a time\n",
                       grouped(report.saved_bytes), grouped(report.autograd_bytes));
}

/// How long a run must be.
std::string reach_text(const plan::network& network) {
    const auto least = plan::least_steps_of(network);
    return least.answer == 0 ? std::string()
                             : fmt::format("steps in which the stimulus reaches the answer: {}; by every edge: {}\n",
                                           least.answer, least.all);
}

/// Rows are neuron types, outputs and feedback, columns are steps; those alike stand in one.
std::string time_text(const plan::known_run& run, const std::vector<equal_steps>& columns) {
    const auto& network = run.network();
    std::vector<table_column> titles{{"area"}, {"value"}};
    for (const auto& one : columns)
        titles.push_back(
            {one.first == one.last ? std::to_string(one.first) : fmt::format("{} to {}", one.first, one.last)});
    table table(titles);
    const auto row = [&](std::string_view area, std::string_view value, auto is_live) {
        std::vector<std::string> cells{std::string(area), std::string(value)};
        for (const auto& one : columns) cells.emplace_back(is_live(one.first) ? "●" : "○");
        table.row(std::move(cells));
    };
    for (int index = 0; index < static_cast<int>(network.areas.size()); ++index) {
        const auto& area = area_at(network, index);
        if (index > 0) table.rule();
        for (int type = area.first_type; type < area.first_type + area.types; ++type)
            row(area.name, type_at(network, type).name, [&](int t) { return run.live().state(t, type); });
        row(area.name, "output", [&](int t) { return run.live().output(t, index); });
        if (hears_feedback(area) && run.is_fed(index))
            row(area.name, "feedback", [&](int t) { return run.live().fed_back(t, index); });
    }
    return table.text() + "● computed at that step; ○ read by nothing, and skipped\n" + reach_text(network);
}

}  // namespace

std::string plan_text(const plan::network& network, int steps, answers_read answers) {
    const plan::known_run run(network, shown_run(steps, answers));
    const auto convolutions = schedule_rows(run, plan::schedule_of(network));
    const auto report = plan::work_of(network, shown_run(steps, answers));
    return fmt::format("{}: one image, {} step{}, of which {} read\n\n", network.name, steps, steps == 1 ? "" : "s",
                       answers == answers_read::all ? "every step's answer is" : "the answer is") +
           schedule_text(convolutions) + '\n' + savings_text(report) + '\n' + saved_text(report) + '\n' +
           time_text(run, equal_steps_of(run, convolutions));
}

}  // namespace cortexpr::view
