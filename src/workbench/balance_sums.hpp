#pragma once
// What the balance of either family is added up in.

#include "shown.hpp"

#include <cortexpr/workbench/balance.hpp>

#include <ATen/core/Tensor.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace cortexpr::workbench {

current_source source_of(neuron_class kind);

/// The sums of a type over images, and over neurons where only their mean is reported.
struct balance_sums {
    /// \param neurons  (C, H, W) or (cells)
    balance_sums(int steps, at::IntArrayRef neurons);

    /// What arrives at a step, counted from 0 for the second one.
    void add(std::size_t step, const at::Tensor& excitation_now, const at::Tensor& inhibition_now);

    std::array<std::vector<double>, current_sources> current{};  ///< empty where there is no such source
    std::vector<double> excitation, inhibition;
    at::Tensor by_neuron_excitation, by_neuron_inhibition;                ///< at the last step
    double squares_excitation = 0, squares_inhibition = 0, products = 0;  ///< over neurons and images, at the last step
};

/// By type.
std::vector<type_balance> summarised(const std::vector<balance_sums>& types, std::int64_t images);

/// The number of steps. \throws usage_error
int balance_steps(const shown_examples& shown, const balance_options& options);

std::vector<type_balance> balance_of_areas(network_module& network, const data::labelled_images& examples,
                                           const balance_options& options);
std::vector<type_balance> balance_of_cells(connectome_module& network, const data::labelled_images& examples,
                                           const balance_options& options);

}  // namespace cortexpr::workbench
