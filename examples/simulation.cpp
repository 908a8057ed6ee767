#include "simulation.hpp"

#include <cortexpr/error.hpp>
#include <cortexpr/io/csv.hpp>
#include <cortexpr/io/folders.hpp>
#include <cortexpr/io/standard_streams.hpp>
#include <cortexpr/view/table.hpp>

#include <ATen/Parallel.h>
#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include <charconv>
#include <filesystem>
#include <numeric>

namespace simulation {

namespace {

using namespace cortexpr;

void print(const findings& found) {
    std::vector<view::table_column> columns;
    for (const auto& title : found.columns)
        columns.push_back({title, columns.empty() ? view::alignment::left : view::alignment::right});
    view::table table(std::move(columns));
    for (const auto& [label, numbers] : found.rows) {
        std::vector<std::string> cells{label};
        for (const double number : numbers) cells.push_back(fmt::format("{:.6g}", number));
        table.row(std::move(cells));
    }
    io::say(stdout, fmt::format("{}\n{}{}\n", found.title, table.text(), found.conclusion));
}

void write(const findings& found, const std::filesystem::path& folder, const std::string& name) {
    io::make_folders(folder);
    io::csv_log csv(folder / (name + ".csv"), found.columns);
    for (const auto& [label, numbers] : found.rows) {
        std::vector<io::csv_cell> cells{label};
        cells.insert(cells.end(), numbers.begin(), numbers.end());
        csv.append(cells);
    }
    view::write_svg(folder / (name + ".svg"), found.plots, found.title);
}

int fail(const std::string& name, const std::string& text, int status) {
    io::say(stderr, fmt::format("{}: {}\n", name, text.substr(0, text.find('\n'))));
    return status;
}

int run(int argc, char** argv, const std::string& name, const std::string& about,
        const std::function<findings(std::uint64_t seed)>& simulate) {
    CLI::App command(about, name);
    std::string seed = "0", out;
    command.add_option("--seed", seed, "all randomness comes from this [0]");
    command.add_option("--out", out, "folder for the table as CSV and the picture as SVG")->type_name("DIR");
    try {
        command.parse(argc, argv);
        std::uint64_t number = 0;
        const auto* end = seed.data() + seed.size();
        if (const auto read = std::from_chars(seed.data(), end, number); read.ec != std::errc() || read.ptr != end)
            return fail(name, fmt::format("--seed: {} is not a whole number from 0; see {} --help", seed, name), 2);
        at::set_num_threads(1);  // these circuits are small: threads would only wait for one another
        const auto found = simulate(number);
        if (!out.empty()) write(found, out, name);
        print(found);
        return 0;
    } catch (const CLI::ParseError& problem) {
        if (problem.get_exit_code() == 0) return command.exit(problem);  // --help
        return fail(name, fmt::format("{}; see {} --help", problem.what(), name), 2);
    } catch (const std::exception& problem) {
        return fail(name, problem.what(), 1);
    }
}

}  // namespace

int program(int argc, char** argv, const std::string& about,
            const std::function<findings(std::uint64_t seed)>& simulate) {
    io::hold_standard_descriptors();
    const std::string name = std::filesystem::path(argv[0]).filename().string();
    return io::status_at_end(name, run(argc, argv, name, about, simulate));
}

void disconnect(network_module& network) {
    using role = plan::parameter::role;
    for (int index = 0; index < static_cast<int>(network.plan().parameters.size()); ++index)
        if (network.plan().parameters[static_cast<std::size_t>(index)].is != role::tau) network.set(index, 0.0);
}

std::vector<double> mean_trace(const at::Tensor& recorded) {
    const auto means = recorded.detach().to(at::kCPU, at::kDouble).mean({0, 2, 3, 4}).contiguous();
    return {means.data_ptr<double>(), means.data_ptr<double>() + means.numel()};
}

view::line_plot rates_plot(std::string title) {
    view::line_plot plot;
    plot.title = std::move(title);
    plot.x_label = "step";
    plot.y_label = "rate";
    return plot;
}

view::curve over_steps(std::string label, std::vector<double> values) {
    view::curve curve;
    curve.label = std::move(label);
    curve.x.resize(values.size());
    curve.y = std::move(values);
    std::iota(curve.x.begin(), curve.x.end(), 1.0);
    return curve;
}

}  // namespace simulation
