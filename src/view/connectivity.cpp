#include <cortexpr/view/connectivity.hpp>

#include "../describe/matrix.hpp"

#include <cortexpr/plan/names.hpp>
#include <cortexpr/view/table.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace cortexpr::view {

namespace {

std::string matrix_table(const describe::labelled_matrix& matrix) {
    std::vector<table_column> columns{{"from \\ to"}};
    for (const auto& target : matrix.targets) columns.push_back({target, alignment::right});
    table table(std::move(columns));
    for (std::size_t row = 0; row < matrix.cells.size(); ++row) {
        describe::strings cells{matrix.sources[row]};
        cells.insert(cells.end(), matrix.cells[row].begin(), matrix.cells[row].end());
        table.row(std::move(cells));
    }
    return table.text();
}

}  // namespace

std::string connectivity_template_table(std::span<const std::string_view> neuron_types,
                                        describe::template_options options) {
    return matrix_table(describe::empty_matrix({neuron_types.begin(), neuron_types.end()}, options.top_down));
}

std::string connectivity_table(const plan::network& network, const plan::area& area) {
    describe::strings names;
    for (const auto& type : network.types_of(area)) names.emplace_back(type.name);
    auto matrix = describe::empty_matrix(names, hears_feedback(area));
    for (const auto& edge : network.edges_of(area)) {
        describe::strings words;
        if (edge.extent.height != 3 || edge.extent.width != 3)
            words.push_back(fmt::format("{}x{}", edge.extent.height, edge.extent.width));
        if (edge.groups != 1) words.push_back(fmt::format("{} groups", edge.groups));
        if (edge.bias < 0) words.emplace_back("no bias");
        if (edge.nonlinearity != activation::none) words.emplace_back(std::string_view(name_of(edge.nonlinearity)));
        matrix.cells[static_cast<std::size_t>(edge.row)][static_cast<std::size_t>(edge.column)] =
            words.empty() ? "1" : fmt::format("{}", fmt::join(words, ", "));
    }
    return matrix_table(matrix);
}

}  // namespace cortexpr::view
