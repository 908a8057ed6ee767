#pragma once
// What a fly sees move: dots, an edge or a grating, sampled by the lenses of a hexagonal eye.

#include <cortexpr/compiler.hpp>

#include <cortexpr/data/labelled_images.hpp>

#include <cstdint>

namespace cortexpr::data {

/// What moves over the eye.
enum class moving : std::uint8_t {
    dots,     ///< on grey; what leaves one side comes in on the other
    edge,     ///< beyond which grey has become brighter or darker; it passes the centre half-way
    grating,  ///< a sine of brightness around grey
};

/// Whether what moves is brighter or darker than the grey around it.
enum class contrast_sign : std::uint8_t { both, brighter, darker };

/// What sequences show; lengths are in columns of the eye.
struct hexagonal_motion_options {
    std::int32_t radius = 15;                  ///< of the eye, in columns
    moving what = moving::dots;                ///< dots, an edge or a grating
    int directions = 4;                        ///< equally spaced and counter-clockwise; the first is to the right
    int still_frames = 0;                      ///< grey ones before all moves
    int frames = 20;                           ///< with motion
    double slowest = 0.3, fastest = 1;         ///< columns a frame; the speed of a sequence is drawn between them
    double contrast = 0.8;                     ///< of the greatest, black and white around grey
    contrast_sign sign = contrast_sign::both;  ///< of edges and dots; both: drawn for each of them
    double dots_per_column = 0.1;              ///< dots of a frame, for each column of the eye
    double coherence = 1;  ///< dots: the probability of moving with the others and not in a direction of its own
    double period = 6;     ///< of gratings, in columns
    double blur = 0.5;     ///< standard deviation of what a lens takes in, in columns; of gratings: none
    int count = 1000;      ///< sequences
};

/// Sequences (count, still_frames + frames, 1, 1, columns) of brightness, in the order of `hexagonal_columns`, and
/// their directions as labels: that of sequence i is i % directions, at the angle of 360 degrees / directions * label.
/// Bytes are brightness from black to white, normalised to -1 ... 1 with grey as 0. Sequence i depends on the seed and
/// on i only. \throws usage_error  options that make no sense
labelled_images hexagonal_motion(const hexagonal_motion_options& options, std::uint64_t seed);

}  // namespace cortexpr::data
