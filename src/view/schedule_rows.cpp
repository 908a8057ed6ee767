#include "schedule_rows.hpp"

#include <cortexpr/error.hpp>
#include <cortexpr/plan/names.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace cortexpr::view {

namespace {

/// Words in their order, each once.
class word_list {
  public:
    bool add(const std::string& word) {
        if (!seen_.insert(word).second) return false;
        text_ += text_.empty() ? word : ", " + word;
        return true;
    }
    const std::string& text() const { return text_; }

  private:
    std::set<std::string> seen_;
    std::string text_;
};

std::string channels_text(int from, int to) { return fmt::format("{} to {}", from, to); }
std::string size_text(int height, int width) { return fmt::format("{}x{}", height, width); }
std::string nonlinearity_text(const activation_function& function) {
    return function == activation::none ? "-" : std::string(std::string_view(name_of(function)));
}

convolution_row row_of(const plan::known_run& run, const plan::merged_convolution& what) {
    const auto& network = run.network();
    word_list sources, targets, groups;
    int channels_in = 0, channels_out = 0;
    std::vector<plan::operations> steps(static_cast<std::size_t>(run.steps()));
    for (const int index : what.edges) {
        const auto& edge = network.edges[static_cast<std::size_t>(index)];
        const auto source = std::string(edge.sign < 0 ? "-" : "") + std::string(source_name(network, edge));
        if (sources.add(source)) channels_in += edge.input.channels;
        if (targets.add(std::string(target_name(network, edge)))) channels_out += edge.output.channels;
        groups.add(std::to_string(edge.groups));
        for (int t = 1; t <= run.steps(); ++t)
            steps[static_cast<std::size_t>(t - 1)] += plan::operations_of(run, edge, t);
    }
    const auto& first = network.edges[static_cast<std::size_t>(what.edges.front())];
    return {.area = std::string(area_at(network, what.area).name),
            .sources = sources.text(),
            .targets = targets.text(),
            .channels = channels_text(channels_in, channels_out),
            .grid = size_text(first.output.height, first.output.width),
            .extent = size_text(what.extent.height, what.extent.width),
            .groups = groups.text(),
            .nonlinearity = nonlinearity_text(what.nonlinearity),
            .stride = what.stride,
            .steps = std::move(steps),
            .what = what};
}

convolution_row row_of(const plan::known_run& run, int index) {
    const auto& network = run.network();
    const auto& edge = network.feedback[static_cast<std::size_t>(index)];
    std::vector<plan::operations> steps;
    for (int t = 1; t <= run.steps(); ++t) steps.push_back(plan::operations_of(run, edge, t));
    return {.area = "feedback",
            .sources = std::string(area_at(network, edge.from).name),
            .targets = std::string(area_at(network, edge.to).name),
            .channels = channels_text(edge.input.channels, edge.output.channels),
            .grid = size_text(edge.output.height, edge.output.width),
            .extent = size_text(edge.extent.height, edge.extent.width),
            .groups = "1",
            .nonlinearity = nonlinearity_text(edge.nonlinearity),
            .steps = std::move(steps),
            .what = {.area = edge.to, .edges = {index}},
            .is_feedback = true};
}

}  // namespace

plan::operations convolution_row::all() const {
    plan::operations sum;
    for (const auto& step : steps) sum += step;
    return sum;
}

std::vector<convolution_row> schedule_rows(const plan::known_run& run, const plan::schedule& schedule) {
    std::vector<convolution_row> all;
    all.reserve(schedule.convolutions.size() + run.network().feedback.size());
    for (const auto& what : schedule.convolutions) all.push_back(row_of(run, what));
    for (std::size_t edge = 0; edge < run.network().feedback.size(); ++edge)
        all.push_back(row_of(run, static_cast<int>(edge)));
    return all;
}

std::vector<equal_steps> equal_steps_of(const plan::known_run& run, const std::vector<convolution_row>& convolutions) {
    const auto& live = run.live();
    const auto is_as_before = [&](int t) {
        const auto now = static_cast<std::size_t>(t), before = now - 1;
        return live.states[now] == live.states[before] && live.outputs[now] == live.outputs[before] &&
               live.feedback[now] == live.feedback[before] &&
               std::ranges::all_of(convolutions, [now, before](const convolution_row& one) {
                   return one.steps[now - 1].forward == one.steps[before - 1].forward;
               });
    };
    std::vector<equal_steps> all{{1, 1}};
    for (int t = 2; t <= run.steps(); ++t) {
        if (is_as_before(t)) {
            all.back().last = t;
        } else {
            all.push_back({t, t});
        }
    }
    return all;
}

plan::run shown_run(int steps, answers_read answers) {
    if (steps < 1) throw usage_error(fmt::format("a plan of {} steps was asked for; a run has at least 1", steps));
    return {.steps = steps, .requested = {.every_answer = answers == answers_read::all}};
}

}  // namespace cortexpr::view
