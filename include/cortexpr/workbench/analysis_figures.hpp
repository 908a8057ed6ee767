#pragma once
// Figures of the analyses, as plots and maps that view::to_svg draws.

#include <cortexpr/compiler.hpp>

#include <cortexpr/before_libtorch.hpp>

#include <cortexpr/plan/network.hpp>
#include <cortexpr/view/maps.hpp>
#include <cortexpr/view/plot.hpp>
#include <cortexpr/workbench/balance.hpp>
#include <cortexpr/workbench/fields.hpp>
#include <cortexpr/workbench/spectrum.hpp>
#include <cortexpr/workbench/tuning.hpp>

#include <span>
#include <string>
#include <vector>

namespace cortexpr::workbench {

/// Mean rates around the preferred value (`period` in degrees) or by rank of the class (`period` 0), and how
/// selectivity is distributed over neurons, with a curve for each type.
std::vector<view::line_plot> tuning_plots(const plan::network& network, std::span<const type_tuning> tuning,
                                          double period);
/// The same of types by their names.
std::vector<view::line_plot> tuning_plots(std::span<const std::string> types, std::span<const type_tuning> tuning,
                                          double period);

/// Each field beside the others or, with several lags, in a row of its own; summed over the stimulus' channels.
view::map_picture field_maps(const plan::network& network, std::span<const receptive_field> fields);

/// Eigenvalues in the complex plane, those of excitation by itself beside those of the whole, and the unit circle.
view::line_plot spectrum_plot(const recurrent_spectrum& spectrum);

/// For each type, currents by source and the ratio of inhibition to excitation, step by step.
std::vector<view::line_plot> balance_plots(const plan::network& network, std::span<const type_balance> balance);
/// The same of types by their names.
std::vector<view::line_plot> balance_plots(std::span<const std::string> types, std::span<const type_balance> balance);

}  // namespace cortexpr::workbench
