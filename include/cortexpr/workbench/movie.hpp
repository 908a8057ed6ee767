#pragma once
// A recording as a movie: a GIF of which each frame is a step.

#include <cortexpr/compiler.hpp>

#include <cortexpr/before_libtorch.hpp>

#include <cortexpr/error.hpp>
#include <cortexpr/workbench/record.hpp>

#include <filesystem>
#include <optional>

namespace cortexpr::workbench {

/// What a movie shows, and how fast.
struct movie_options {
    std::optional<int> image{};   ///< one of the recorded images, by its number in the set; none: the first
    double seconds_a_step = 0.5;  ///< by hundredths, and at most 655
    int most_panels = 16;         ///< of subtypes; of more, the first ones are shown
};

/// Every subtype of the neuron types, outputs and feedback that were recorded, with names, the step and a scale of
/// colours that is the same in all frames. The file is written whole or not at all.
/// \throws usage_error  no such image, or nothing recorded over steps   \throws file_error
void write_movie(const recording_file& recording, const std::filesystem::path& file, const movie_options& options);

}  // namespace cortexpr::workbench
