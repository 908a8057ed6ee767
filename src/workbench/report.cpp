#include <cortexpr/workbench/report.hpp>

#include "../ending.hpp"
#include "../io/input_file.hpp"
#include "../io/run_file.hpp"
#include "../view/numbers.hpp"
#include "../view/svg.hpp"
#include "run_json.hpp"
#include "run_place.hpp"

#include <cortexpr/circuit/statistics.hpp>
#include <cortexpr/io/base64.hpp>
#include <cortexpr/module/connectome_module.hpp>
#include <cortexpr/module/network_module.hpp>
#include <cortexpr/view/circuit.hpp>
#include <cortexpr/view/plan.hpp>
#include <cortexpr/view/summary.hpp>
#include <cortexpr/workbench/plots.hpp>
#include <cortexpr/workbench/wiring.hpp>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <functional>
#include <ranges>
#include <string_view>
#include <utility>

namespace cortexpr::workbench {

namespace {

using json = nlohmann::ordered_json;
using view::svg::escaped;

constexpr std::string_view style = R"(
:root { color-scheme: light dark; }
body { font: 15px/1.5 system-ui, 'DejaVu Sans', Helvetica, Arial, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
h1, h2 { line-height: 1.2; } h2 { margin-top: 2.5rem; border-bottom: 1px solid #8c959f; }
table { border-collapse: collapse; } td, th { padding: 0.15rem 0.9rem 0.15rem 0; text-align: left; vertical-align: top; }
td.number { text-align: right; font-variant-numeric: tabular-nums; } thead th { border-bottom: 1px solid #8c959f; }
pre { overflow-x: auto; font: 13px/1.3 'DejaVu Sans Mono', ui-monospace, monospace; }
figure { margin: 1.2rem 0; } img { max-width: 100%; height: auto; background: #fff; } figcaption { color: #6e7781; }
)";

std::string bytes_of(const std::filesystem::path& file) { return io::input_file(file).text(); }

/// A value as people read it; objects and lists of them stay JSON.
std::string words(const json& value) {
    if (value.is_string()) return value.get<std::string>();
    if (value.is_null()) return "none";
    if (value.is_number_integer() && value.get<std::int64_t>() >= 0) return view::grouped(value.get<std::int64_t>());
    if (value.is_number_float()) return fmt::format("{:.5g}", value.get<double>());
    return value.dump();
}

std::string section(std::string_view title, const std::string& content) {
    return fmt::format("<h2>{}</h2>\n{}", title, content);
}

std::string figure(std::string_view bytes, std::string_view kind, const std::string& caption) {
    return fmt::format("<figure><img src=\"data:image/{};base64,{}\" alt=\"{}\"><figcaption>{}</figcaption></figure>\n",
                       kind, io::base64(bytes), escaped(caption), escaped(caption));
}

std::string drawing(const std::string& svg, const std::string& caption) { return figure(svg, "svg+xml", caption); }

std::string with_note(const std::string& caption, const std::string& note) {
    return note.empty() ? caption : fmt::format("{} ({})", caption, note);
}

std::string preformatted(const std::string& text) {
    std::string lines;
    for (const auto& line : std::string_view(text) | std::views::split('\n'))
        lines += escaped(std::string(line.begin(), line.end())) + '\n';
    return "<pre>" + lines + "</pre>\n";
}

/// What each name stands for, one below the other.
std::string named_values(const std::vector<std::pair<std::string, std::string>>& rows) {
    std::string all = "<table>\n";
    for (const auto& [name, value] : rows)
        all += fmt::format("<tr><th>{}</th><td>{}</td></tr>\n", escaped(name), escaped(value));
    return all + "</table>\n";
}

std::string spaced(std::string name) {
    std::ranges::replace(name, '_', ' ');
    return name;
}

std::string named_values(const json& object) {
    std::vector<std::pair<std::string, std::string>> rows;
    for (const auto& [name, value] : object.items()) rows.emplace_back(spaced(name), words(value));
    return named_values(rows);
}

/// Members that are read as one kind of value and that another program may have changed. \throws file_error
void require_kinds(const json& summary, const std::filesystem::path& file) {
    struct member {
        const char *key, *kind;
        bool (json::*is)() const noexcept;
    };
    for (const auto& [key, kind, is] : {member{"network", "a text", &json::is_string},
                                        {"settings", "an object", &json::is_object},
                                        {"versions", "an object", &json::is_object},
                                        {"test_accuracy", "a number", &json::is_number},
                                        {"seconds", "a number", &json::is_number}}) {
        const auto found = summary.find(key);
        const bool may_be_null = is == &json::is_number;  // of a run that was stopped early
        if (found == summary.end() || ((*found).*is)() || (may_be_null && found->is_null())) continue;
        throw file_error(file.string(), fmt::format("says {} of {}, where {} was expected; training wrote it otherwise",
                                                    io::shown_name(found->dump()), key, kind));
    }
}

/// In how many steps a run's network was run. \throws file_error
int steps_in(const json& settings, const std::filesystem::path& file) {
    constexpr int most = 1'000'000;
    const auto found = settings.find("steps");
    if (found == settings.end()) return 1;
    if (found->is_number_integer() && *found >= 1 && *found <= most) return found->get<int>();
    throw file_error(file.string(), fmt::format("says {} of steps, where a whole number from 1 was expected; training "
                                                "wrote it otherwise",
                                                io::shown_name(found->dump())));
}

std::string results(const json& summary) {
    std::vector<std::pair<std::string, std::string>> rows;
    const auto add = [&](const char* key, const char* name, auto shown) {
        if (summary.contains(key) && !summary[key].is_null()) rows.emplace_back(name, shown(summary[key]));
    };
    const auto as_share = [](const json& value) { return view::percent(value.get<double>(), 2); };
    const auto as_seconds = [](const json& value) { return fmt::format("{:.1f} s", value.get<double>()); };
    add("test_accuracy", "test accuracy", as_share);
    add("test_r2", "test R² (mean over the targets)", words);
    for (const auto& [key, name] : {std::pair{"test_loss", "test loss"},
                                    {"train_images", "training images"},
                                    {"test_images", "test images"},
                                    {"iterations", "iterations"},
                                    {"parameters", "parameters"}})
        add(key, name, words);
    add("seconds", "time", as_seconds);
    add("finished", "finished",
        [](const json& value) { return std::string(value == true ? "yes" : "no, interrupted"); });
    return named_values(rows);
}

/// What `perturb --json` has written.
std::string perturbations(const json& found) {
    const auto& variants = found.at("perturbations");
    const bool is_r2 = std::ranges::any_of(variants, [](const json& one) { return one.contains("r2"); });
    const auto* key = is_r2 ? "r2" : "accuracy";
    const auto shown = [is_r2](const json& number) {
        return is_r2 ? fmt::format("{:.3f}", number.get<double>()) : view::percent(number.get<double>());
    };
    // Which networks, since they may be others than the run's.
    std::string models;
    for (const auto& one : found.value("models", json::array()))
        models += fmt::format("{}{}", models.empty() ? "" : ", ", one.get<std::string>());
    auto all = fmt::format("<p>{} of {}, {} images of {}, {} steps</p>\n", escaped(found.value("network", "a network")),
                           escaped(models.empty() ? "no file, as training begins" : models), words(found.at("images")),
                           escaped(found.value("data", "a data set")), words(found.at("steps")));
    all += fmt::format(
        "<table>\n<thead><tr><th>perturbation</th><th>{}</th><th>95 %</th><th>mean rates</th></tr></thead>\n",
        is_r2 ? "R²" : key);
    for (const auto& one : variants) {
        std::string score, interval, rates;
        if (one.contains(key)) {
            const auto& value = one[key];
            score = shown(value.at("mean"));
            interval = value.at("low").is_null()
                           ? "none"
                           : fmt::format("{} to {}", shown(value.at("low")), shown(value.at("high")));
        }
        for (const auto& [type, effect] : one.at("types").items())
            rates +=
                fmt::format("{}{} {:.3g}", rates.empty() ? "" : ", ", type, effect.at("rate").at("mean").get<double>());
        all += fmt::format("<tr><td>{}</td><td class=\"number\">{}</td><td>{}</td><td>{}</td></tr>\n",
                           escaped(one.at("perturbation").get<std::string>()), score, interval, escaped(rates));
    }
    return all + "</table>\n";
}

/// A picture of a kind that its name says.
std::string picture_in(const std::filesystem::path& file, const std::string& caption) {
    const auto bytes = bytes_of(file);
    const auto kind = ending_of(file).substr(1);
    const bool is_one = kind == "svg"   ? bytes.find("<svg") != std::string::npos
                        : kind == "png" ? bytes.starts_with("\x89PNG\r\n\x1a\n")
                                        : bytes.starts_with("GIF8");
    if (!is_one) throw file_error(file.string(), fmt::format("is no {} picture, though its name says so", kind));
    return figure(bytes, kind == "svg" ? "svg+xml" : kind, caption);
}

std::string given(const std::filesystem::path& file) {
    if (!std::filesystem::exists(file)) throw file_error(file.string(), "isn't there");
    const auto name = file.filename().string();
    const auto ending = ending_of(file);
    if (ending == ".svg" || ending == ".png" || ending == ".gif") return picture_in(file, name);
    if (ending != ".json")
        throw file_error(file.string(),
                         "is no picture (.svg, .png, .gif) and no table that perturb has written (.json)");
    try {
        return perturbations(json_in(file));
    } catch (const nlohmann::json::exception&) {
        throw file_error(file.string(), "holds no table that perturb --json has written");
    }
}

std::string weights(const plan::network& network, const std::filesystem::path& model) {
    network_module module(network);
    module.load(model.string());
    return drawing(view::to_svg(weight_histograms(module)), "How the weights of each edge are distributed") +
           drawing(view::to_svg(weight_spectra(module)), "Singular values of each edge's weights") +
           drawing(view::to_svg(kernel_maps(module)), "Kernels");
}

std::string weights(const plan::connectome& network, const connectome_data& data, const std::filesystem::path& model) {
    connectome_module module(network, data);
    module.load(model.string());
    return drawing(
        view::to_svg(weight_histograms(module)),
        with_note("How the weights of synapses are distributed, from one cell type onto another", drawn_edges(module)));
}

/// What the plan of a run depends on.
struct run_shape {
    int steps = 1;
    view::answers_read answers = view::answers_read::last;
};

/// \throws file_error
run_shape shape_of(const json& settings, const std::filesystem::path& file) {
    const auto all = settings.find("loss_all_steps");
    return {.steps = steps_in(settings, file),
            .answers = all != settings.end() && *all == true ? view::answers_read::all : view::answers_read::last};
}

/// What a report says of a network, whatever its family: sections in their order, and the last one of the model's file.
struct network_sections {
    std::string_view name;
    std::function<std::string(const run_shape& run)> network{};
    std::function<std::string(const std::filesystem::path& model)> weights{};
};

/// The summary of a run of a network. \throws file_error, usage_error
json summary_of(std::string_view network, const std::filesystem::path& run) {
    require_folder_of_run(run, io::run_file::summary);
    const auto file = run / io::run_file::summary;
    if (!std::filesystem::is_regular_file(file))
        throw file_error(run.string(), "holds no summary.json; give the folder of a training run that has ended");
    json summary = json_in(file);
    require_kinds(summary, file);
    if (const auto name = summary.value("network", ""); name != network)
        throw usage_error(
            fmt::format("{} is a run of {}, and this program's network is {}", run.string(), name, network));
    return summary;
}

std::string page_of(const network_sections& of, const std::filesystem::path& run,
                    const std::vector<std::filesystem::path>& beside) {
    const auto file = run / io::run_file::summary;
    const json summary = summary_of(of.name, run);
    const auto settings = summary.value("settings", json::object());
    const auto title =
        fmt::format("{}: {}", of.name, (run.has_filename() ? run : run.parent_path()).filename().string());
    std::string page = fmt::format(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" "
        "content=\"width=device-width\">\n"
        "<title>{0}</title>\n<style>{1}</style>\n</head>\n<body>\n<h1>{0}</h1>\n",
        escaped(title), style);
    page += results(summary);
    if (const auto curves = run / io::run_file::plot; std::filesystem::is_regular_file(curves))
        page += section("Learning", picture_in(curves, "Loss and accuracy over epochs"));
    page += of.network(shape_of(settings, file));
    if (const auto model = run / io::run_file::model; std::filesystem::is_regular_file(model))
        page += section("Weights", of.weights(model));
    std::string more;
    for (const auto& one : beside) more += given(one);
    if (!more.empty()) page += section("Beside the run", more);
    page += section("Configuration", named_values(settings));
    page += section("Versions", named_values(summary.value("versions", json::object())));
    return page + "</body>\n</html>\n";
}

/// A row for each type.
std::string types_table(const circuit::graph& circuit) {
    std::string all = "<table>\n<thead><tr>";
    for (const auto& name : circuit::type_row_titles()) all += fmt::format("<th>{}</th>", escaped(name));
    all += "</tr></thead>\n";
    for (const auto& row : circuit::type_rows(circuit)) {
        all += "<tr>";
        for (std::size_t i = 0; i < row.size(); ++i)
            all += fmt::format("<td{}>{}</td>", i < 2 ? "" : " class=\"number\"", escaped(row[i]));
        all += "</tr>\n";
    }
    return all + "</table>\n";
}

}  // namespace

void require_run_of(std::string_view network, const std::filesystem::path& run) { summary_of(network, run); }

std::string report_page(const plan::network& network, const std::filesystem::path& run,
                        const std::vector<std::filesystem::path>& beside) {
    const auto about = [&](const run_shape& of) {
        return section("Network", drawing(wiring_svg(network),
                                          with_note("Arrowheads excite, bars inhibit, circles may do both; edges are "
                                                    "labelled by their kernels' extents",
                                                    wiring_note(network))) +
                                      preformatted(view::summary_text(network, of.steps))) +
               section("Plan", drawing(view::plan_svg(network, of.steps, of.answers),
                                       fmt::format("What is computed at which of {} steps", of.steps)) +
                                   preformatted(view::plan_text(network, of.steps, of.answers)));
    };
    const auto weights_in = [&](const std::filesystem::path& model) { return weights(network, model); };
    return page_of({network.name, about, weights_in}, run, beside);
}

std::string report_page(const plan::connectome& network, const connectome_data& data, const std::filesystem::path& run,
                        const std::vector<std::filesystem::path>& beside) {
    const auto about = [&](const run_shape&) {
        return section("Network", drawing(wiring_svg(network, data.graph),
                                          with_note("Arrowheads excite, bars inhibit, circles may do both; cell types "
                                                    "with their cells, edges with their synapses",
                                                    wiring_note(network, data.graph))) +
                                      types_table(data.graph) + preformatted(circuit::text_of(data.graph)) +
                                      drawing(view::type_matrix_svg(data.graph), "Synapses from type to type"));
    };
    const auto weights_in = [&](const std::filesystem::path& model) { return weights(network, data, model); };
    return page_of({network.name, about, weights_in}, run, beside);
}

}  // namespace cortexpr::workbench
