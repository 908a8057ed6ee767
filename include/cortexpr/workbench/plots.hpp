#pragma once
// Figures of runs, recordings and weights, as plots and maps that view::to_svg draws.

#include <cortexpr/compiler.hpp>

#include <cortexpr/before_libtorch.hpp>

#include <cortexpr/error.hpp>
#include <cortexpr/module/connectome_module.hpp>
#include <cortexpr/module/network_module.hpp>
#include <cortexpr/view/maps.hpp>
#include <cortexpr/view/plot.hpp>
#include <cortexpr/workbench/named_parts.hpp>
#include <cortexpr/workbench/record.hpp>

#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace cortexpr::workbench {

/// Loss and accuracy, or R2 of regressors, on the test set, epoch by epoch, of training runs in one figure: of their
/// folders, or of their files curves.csv. Losses of several kinds, as the folders' summaries say, have a panel each.
/// \throws file_error, usage_error  runs of classifiers and of regressors
std::vector<view::line_plot> learning_curves(std::span<const std::filesystem::path> runs);

/// Mean rates over the steps of every neuron type, cell type, output and feedback that was recorded, with the standard
/// deviation over images as a band. \throws file_error, usage_error  nothing of the kind was recorded
view::line_plot rate_traces(const recording_file& recording);

/// How the weights of each area's edges are distributed: a panel for each area and one for feedback, with a curve for
/// each edge, as fractions of the edge's weights. \throws usage_error  no weights
std::vector<view::line_plot> weight_histograms(const network_module& network);

/// The same for a connectome: a panel for each cell type that receives synapses, with a curve for each type that sends
/// them, as fractions of the synapses from the one onto the other; of twelve types that receive most and six that send
/// most. \throws usage_error  no synapses
std::vector<view::line_plot> weight_histograms(connectome_module& network);
/// Which of a connectome's edges these are: "72 of 870 edges, those with most synapses"; empty where all are drawn.
std::string drawn_edges(const connectome_module& network);

/// Singular values of each edge's weights, by rank: of the matrix from all that a position hears (presynaptic subtypes
/// and positions of the kernel) to postsynaptic subtypes, with no entries between groups. Panels as above. \throws
/// usage_error  no weights
std::vector<view::line_plot> weight_spectra(const network_module& network);

/// Kernels of some edges (none: of all, and of all feedback), with their sign: a picture for each edge, in which a
/// column of kernels belongs to a postsynaptic subtype and a row to a presynaptic one of its group. Several edges have
/// a scale each, up to their largest weight. \throws usage_error
view::map_picture kernel_maps(const network_module& network, const std::vector<edge_index>& edges = {});

/// Mean rates over subtypes, and over images where none is chosen by its number in the set: a row of maps for every
/// neuron type, output and feedback that was recorded, a column for each step, or for six of them where there are more.
/// \throws file_error, usage_error  nothing of the kind was recorded, or no such image, or a connectome's cells
view::map_picture activity_maps(const recording_file& recording, std::optional<int> image = {});

}  // namespace cortexpr::workbench
