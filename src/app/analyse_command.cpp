// Analyses of the network: a table, and the same as JSON, CSV and a figure.

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
#include <cortexpr/train/images_of.hpp>
#include <cortexpr/view/progress.hpp>
#include <cortexpr/view/table.hpp>
#include <cortexpr/workbench/analysis_figures.hpp>
#include <cortexpr/workbench/named_parts.hpp>
#include <cortexpr/workbench/picture.hpp>

#include <ATen/ops/quantile.h>

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <complex>
#include <utility>

namespace cortexpr::application {

namespace {

using json = nlohmann::ordered_json;
using view::alignment;

/// What was asked for by an option that the chosen analysis hasn't is refused. \throws usage_error
void require_used(const analyse_request& request) {
    using analysis = analyse_request::analysis;
    struct rule {
        analysis of;
        bool is_used;
        const char* used_by;
        std::vector<const char*> options;
    };
    const bool is_noise = request.how == analyse_request::method::noise;
    for (const auto& [of, is_used, used_by, options] :
         {rule{analysis::tuning,
               request.by != analyse_request::variable::classes,
               "orientation, and --by direction",
               {"--angles", "--phases", "--period", "--contrast"}},
          rule{analysis::fields, is_noise, "noise", {"--stimuli", "--contrast"}},
          rule{analysis::fields, !is_noise, "gradient", {"--images"}}}) {
        if (of != request.of || is_used) continue;
        for (const auto* option : options)
            if (request.shown.given.has(option))
                throw usage_error(fmt::format("{} has no effect here; it is of --by {}", option, used_by));
    }
}

/// What was found, in all its forms.
struct findings {
    std::string text;
    json numbers;
    std::string csv;
    std::string picture;
};

/// The network, and what it is shown.
struct subject {
    const workbench::any_network& network;
    const data::labelled_images& examples;
    int steps;
    const std::vector<perturbation>& perturbations;
    std::vector<std::string> types;
    std::string type_title;  ///< "neuron type"

    bool is_connectome() const { return network.connectome() != nullptr; }
    network_module& areas() const { return *network.areas(); }
    const plan::network& plan() const { return areas().plan(); }
};

void add_row(std::string& text, std::initializer_list<io::csv_cell> cells) {
    text += io::csv_row({cells.begin(), cells.size()});
}

/// Numbers that aren't finite are null.
json numbers_of(const at::Tensor& values) {
    const auto flat = values.to(at::kDouble).contiguous();
    const auto* first = flat.const_data_ptr<double>();
    return std::vector<double>(first, first + flat.numel());
}

/// The first report tells how many there are; the work began before it.
std::function<void(std::int64_t, std::int64_t)> shown_on(view::progress& bar, const char* name) {
    return [&bar, name, since = view::monotonic_seconds(), before = std::int64_t{0}](std::int64_t done,
                                                                                     std::int64_t all) mutable {
        if (before == 0) bar.begin(name, (all + done - 1) / done, since);
        bar.advance(done - std::exchange(before, done));
        if (done == all) bar.end();
    };
}

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
    findings all{.text = {},
                 .numbers = {{"stimuli", shown.source}, {"values", stimuli.values}, {"types", json::object()}},
                 .csv = {},
                 .picture = {}};
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

std::vector<workbench::receptive_field> fields_found(const subject& of, const analyse_request& request,
                                                     view::progress& bar) {
    auto options = request.fields;
    options.steps = of.steps;
    options.batch_size = std::min(request.shown.given.values.batch_size, options.batch_size);
    options.seed = request.shown.given.values.seed;
    options.progress = shown_on(bar, "fields");
    std::vector<workbench::neuron_position> neurons;
    for (const auto& text : request.neurons)
        std::ranges::copy(workbench::neurons_in(of.plan(), text), std::back_inserter(neurons));
    if (request.how == analyse_request::method::noise) return workbench::fields_by_noise(of.areas(), neurons, options);
    const auto around = images_of(of.examples, 0, std::min(request.images, of.examples.count));
    return workbench::fields_by_gradient(of.areas(), neurons, around, options);
}

/// A field as it is reported.
struct shown_field {
    const workbench::receptive_field& found;
    std::string name;
    workbench::field_shape shape;
    std::optional<double> error{};  ///< standard error of a weight

    shown_field(const plan::network& plan, const workbench::receptive_field& field)
        : found(field), name(workbench::name_of(plan, field.of)), shape(workbench::shape_of(field)) {
        if (field.error.defined()) error = field.error.flatten()[0].item<double>();
    }
    bool has_shape() const { return shape.weights_counted > 0; }

    std::vector<std::string> cells() const {
        const auto error_text = error ? fmt::format("{:.1g}", *error) : "";
        if (!has_shape()) return {name, "none stands out", error_text, "", "", ""};
        return {name,
                fmt::format("{:.3g}", shape.peak),
                error_text,
                fmt::format("{:.1f}, {:.1f}", shape.row, shape.column),
                fmt::format("{:.2f}", shape.radius),
                percent(shape.excitatory)};
    }
    json numbers() const {
        const auto number = [this](double value) { return has_shape() ? json(value) : json(); };
        json entry{{"neuron", name},
                   {"peak", number(shape.peak)},
                   {"row", number(shape.row)},
                   {"column", number(shape.column)},
                   {"radius", number(shape.radius)},
                   {"excitatory", number(shape.excitatory)}};
        entry["weights_counted"] = shape.weights_counted;
        entry["shape"] = found.weights.sizes().vec();
        entry["weights"] = numbers_of(found.weights);
        if (error) entry["standard_error"] = *error;
        return entry;
    }
    /// A row for each weight.
    std::string csv() const {
        std::string text;
        const auto weights = found.weights.contiguous();
        const auto* next = weights.const_data_ptr<double>();
        const auto error_cell = error ? io::csv_cell(*error) : io::csv_cell();
        for (std::int64_t lag = 0; lag < weights.size(0); ++lag)
            for (std::int64_t channel = 0; channel < weights.size(1); ++channel)
                for (std::int64_t row = 0; row < weights.size(2); ++row)
                    for (std::int64_t column = 0; column < weights.size(3); ++column)
                        add_row(text, {name, lag, channel, row, column, *next++, error_cell});
        return text;
    }
};

findings fields(const subject& of, const analyse_request& request, view::progress& bar) {
    const bool is_noise = request.how == analyse_request::method::noise;
    const auto found = fields_found(of, request, bar);
    view::table table({{"neuron"},
                       {"peak", alignment::right},
                       {"standard error", alignment::right},
                       {"centre (row, column)", alignment::right},
                       {"radius (pixels)", alignment::right},
                       {"excitatory", alignment::right}});
    findings all{.text = {},
                 .numbers = {{"by", is_noise ? "noise" : "gradient"}, {"neurons", json::array()}},
                 .csv = {},
                 .picture = {}};
    if (is_noise) all.numbers["stimuli"] = fmt::format("white noise, {} stimuli", request.fields.stimuli);
    all.csv = "neuron,lag,channel,row,column,weight,error\n";
    for (const auto& field : found) {
        const shown_field one(of.plan(), field);
        table.row(one.cells());
        all.numbers["neurons"].push_back(one.numbers());
        if (request.csv) all.csv += one.csv();
    }
    all.text = table.text();
    if (request.svg) all.picture = view::to_svg(workbench::field_maps(of.plan(), found));
    return all;
}

std::string leading_of(const std::vector<std::complex<double>>& eigenvalues) {
    constexpr std::size_t shown = 3;
    std::string text;
    for (std::size_t i = 0; i < std::min(shown, eigenvalues.size()); ++i) {
        const auto value = eigenvalues[i];
        text += i > 0 ? ", " : "";
        text += value.imag() == 0 ? fmt::format("{:.4f}", value.real())
                                  : fmt::format("{:.4f}{:+.4f}i", value.real(), value.imag());
    }
    return text;
}

json spectrum_json(const workbench::spectrum& one) {
    json entry{
        {"size", one.size}, {"is_complete", one.is_complete}, {"radius", one.radius()}, {"abscissa", one.abscissa()}};
    for (const auto& value : one.eigenvalues) entry["eigenvalues"].push_back({value.real(), value.imag()});
    return entry;
}

const char* verdict_on(const workbench::recurrent_spectrum& found) {
    if (!found.is_stable()) return "The circuit is not stable at these rates.";
    if (found.is_inhibition_stabilised())
        return "The circuit is stable, and inhibition stabilises it: excitation alone would run away.";
    return found.excitation ? "The circuit is stable, and would be without inhibition." : "The circuit is stable.";
}

findings spectrum(const subject& of, const analyse_request& request, view::progress&) {
    auto options = request.spectrum;
    options.steps = of.steps;
    if (of.is_connectome()) options.perturbations = of.perturbations;
    if (request.image >= of.examples.count)
        throw usage_error(fmt::format("{} has images 0 to {}, and no image {}", of.examples.source,
                                      of.examples.count - 1, request.image));
    const auto found = workbench::spectrum_of(of.network, images_of(of.examples, request.image, 1), options);
    view::table table({{"circuit"},
                       {"size", alignment::right},
                       {"spectral radius", alignment::right},
                       {"abscissa (1/step)", alignment::right},
                       {"leading eigenvalues"}});
    findings all{.text = {}, .numbers = {{"image", request.image}, {"steps", of.steps}}, .csv = {}, .picture = {}};
    all.csv = "circuit,real,imaginary,size\n";
    const auto add = [&](const char* key, const std::string& name, const workbench::spectrum& one) {
        table.row({name, grouped(one.size), fmt::format("{:.4f}", one.radius()), fmt::format("{:.4f}", one.abscissa()),
                   leading_of(one.eigenvalues)});
        all.numbers[key] = spectrum_json(one);
        for (const auto& value : one.eigenvalues) add_row(all.csv, {name, value.real(), value.imag(), std::abs(value)});
    };
    add("circuit", "circuit", found.whole);
    if (found.excitation) add("excitation", "excitation alone", *found.excitation);
    all.numbers["is_stable"] = found.is_stable();
    all.numbers["is_inhibition_stabilised"] = found.is_inhibition_stabilised();
    all.text = table.text() + '\n' + verdict_on(found) + '\n';
    if (request.svg) {
        const std::vector<view::line_plot> plots{workbench::spectrum_plot(found)};
        all.picture = view::to_svg(plots);
    }
    return all;
}

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
    findings all{.text = {}, .numbers = {{"types", json::object()}}, .csv = {}, .picture = {}};
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

/// For an analysis and neurons that the network has. \throws usage_error
std::vector<perturbation> perturbations_asked(const workbench::any_network& opened, const analyse_request& request) {
    if (request.of == analyse_request::analysis::fields && opened.connectome() != nullptr)
        throw usage_error(
            fmt::format("receptive fields are parts of images, and {} takes numbers without a grid", opened.name()));
    if (auto* areas = opened.areas())
        for (const auto& text : request.neurons) workbench::neurons_in(areas->plan(), text);
    auto all = perturbations_of(opened, request.perturbations);
    for (const auto& one : all)
        if (!one.where.images.empty())
            throw usage_error(fmt::format("an analysis perturbs all images alike; leave the images out of {}",
                                          workbench::text_of(opened, one)));
    return all;
}

}  // namespace

bool makes_stimuli(const analyse_request& request) {
    using analysis = analyse_request::analysis;
    return (request.of == analysis::tuning && request.by != analyse_request::variable::classes) ||
           (request.of == analysis::fields && request.how == analyse_request::method::noise);
}

int analyse_command(program_network& network, const analyse_request& request) {
    require_no_start(request.shown.given, !request.shown.models.empty());
    require_used(request);
    if (request.svg) workbench::require_picture_name(*request.svg);
    for (const auto* file : {&request.json, &request.csv, &request.svg})
        if (*file) require_writable(**file);
    std::vector<perturbation> perturbations;
    const auto loaded = load_shown(network, request.shown, [&](const workbench::any_network& opened) {
        perturbations = perturbations_asked(opened, request);
    });
    const auto& shown = loaded.probed.front();
    if (auto* areas = shown.areas()) areas->perturb(perturbations);
    const subject of{shown,         loaded.examples,    loaded.steps,
                     perturbations, shown.type_names(), network.type_titles().back()};
    view::progress bar({.unit = "examples", .plain_every = 0});
    constexpr std::array analyses{tuning, fields, spectrum, balance};
    const auto found = analyses[static_cast<std::size_t>(request.of)](of, request, bar);
    if (request.json) {
        json report{{"program", request.shown.program}, {"network", shown.name()}};
        if (!request.shown.makes_stimuli) report["data"] = loaded.examples.source;
        report["steps"] = loaded.steps;
        if (!request.shown.models.empty()) report["model"] = request.shown.models.front();
        if (!perturbations.empty()) report["perturbations"] = json::array();
        for (const auto& one : perturbations) report["perturbations"].push_back(workbench::text_of(shown, one));
        report.update(found.numbers);
        io::write_file(*request.json, io::json_text(report, 2) + '\n');
    }
    if (request.csv) io::write_file(*request.csv, found.csv);
    if (request.svg) draw_picture(*request.svg, found.picture);
    io::say(stdout, found.text);
    return 0;
}

}  // namespace cortexpr::application
