#include "analyses.hpp"
#include "numbers.hpp"

#include <cortexpr/train/images_of.hpp>
#include <cortexpr/view/table.hpp>
#include <cortexpr/workbench/analysis_figures.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <complex>

namespace cortexpr::application {

namespace {

using json = nlohmann::ordered_json;
using view::alignment;

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

}  // namespace

findings spectrum(const subject& of, const analyse_request& request) {
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
    findings all{.numbers = {{"image", request.image}, {"steps", of.steps}}};
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

}  // namespace cortexpr::application
