#pragma once
// Figures of runs, recordings and weights, as plots that view::to_svg draws.

#include <cortexpr/compiler.hpp>

#include <cortexpr/before_libtorch.hpp>

#include <cortexpr/error.hpp>
#include <cortexpr/module/network_module.hpp>
#include <cortexpr/view/plot.hpp>
#include <cortexpr/workbench/record.hpp>

#include <filesystem>
#include <span>
#include <vector>

namespace cortexpr::workbench {

/// Loss and accuracy on the test set, epoch by epoch, of training runs in one figure: of their folders, or of their
/// files curves.csv. \throws file_error
std::vector<view::line_plot> learning_curves(std::span<const std::filesystem::path> runs);

/// Mean rates over the steps of every neuron type, output and feedback that was recorded, with the standard deviation
/// over images as a band. \throws file_error, usage_error  nothing of the kind was recorded
view::line_plot rate_traces(const recording_file& recording);

/// How the weights of each area's edges are distributed: a panel for each area and one for feedback, with a curve for
/// each edge, as fractions of the edge's weights. \throws usage_error  no weights
std::vector<view::line_plot> weight_histograms(const network_module& network);

}  // namespace cortexpr::workbench
