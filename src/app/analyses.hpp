#pragma once
// What analyses of a network have in common: what they are given, and the forms in which they tell what they found.

#include "workbench_commands.hpp"

#include <cortexpr/data/labelled_images.hpp>
#include <cortexpr/io/csv.hpp>
#include <cortexpr/view/progress.hpp>
#include <cortexpr/workbench/any_network.hpp>

#include <nlohmann/json.hpp>

#include <cstdint>
#include <functional>
#include <initializer_list>
#include <string>
#include <vector>

namespace cortexpr::application {

/// What was found, in all its forms.
struct findings {
    std::string text{};
    nlohmann::ordered_json numbers{};
    std::string csv{};
    std::string picture{};  ///< where one is asked for
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

/// A row of a CSV file.
void add_row(std::string& text, std::initializer_list<io::csv_cell> cells);

/// Numbers that aren't finite are null.
nlohmann::ordered_json numbers_of(const at::Tensor& values);

/// How far an analysis has come, on a bar of this name.
std::function<void(std::int64_t, std::int64_t)> shown_on(view::progress& bar, const char* name);

/// The analyses, each in a source of its own.
findings tuning(const subject& of, const analyse_request& request, view::progress& bar);
findings fields(const subject& of, const analyse_request& request, view::progress& bar);
findings spectrum(const subject& of, const analyse_request& request);
findings balance(const subject& of, const analyse_request& request, view::progress& bar);

}  // namespace cortexpr::application
