#include "analyses.hpp"
#include "numbers.hpp"

#include <cortexpr/train/images_of.hpp>
#include <cortexpr/view/table.hpp>
#include <cortexpr/workbench/analysis_figures.hpp>
#include <cortexpr/workbench/named_parts.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <optional>

namespace cortexpr::application {

namespace {

using json = nlohmann::ordered_json;
using view::alignment;

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

}  // namespace

findings fields(const subject& of, const analyse_request& request, view::progress& bar) {
    const bool is_noise = request.how == analyse_request::method::noise;
    const auto found = fields_found(of, request, bar);
    view::table table({{"neuron"},
                       {"peak", alignment::right},
                       {"standard error", alignment::right},
                       {"centre (row, column)", alignment::right},
                       {"radius (pixels)", alignment::right},
                       {"excitatory", alignment::right}});
    findings all{.numbers = {{"by", is_noise ? "noise" : "gradient"}, {"neurons", json::array()}}};
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

}  // namespace cortexpr::application
