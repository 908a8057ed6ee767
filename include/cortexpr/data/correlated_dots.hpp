#pragma once
// Moving dots: a share of them moves in one of four directions, the others each in a direction of its own. To tell the
// direction is the task of random-dot experiments (W. T. Newsome, E. B. Pare, "A selective impairment of motion
// perception following lesions of the middle temporal visual area (MT)", J. Neurosci. 1988).

#include <cortexpr/compiler.hpp>

#include <cortexpr/data/labelled_images.hpp>

#include <cstdint>

namespace cortexpr::data {

/// Labels of the sequences.
enum class motion : std::uint8_t { right, left, up, down };

/// What the sequences show.
struct correlated_dots_options {
    /// Pixels.
    int height = 128, width = 128;
    int frames = 10;           ///< images of a sequence
    int dots = 100;            ///< dots of an image
    double correlation = 1.0;  ///< the probability that a dot takes the common step from one frame to the next
    int max_speed = 5;         ///< pixels a frame; the common speed of a sequence is drawn from 1 ... max_speed
    int count = 10'000;        ///< sequences
};

/// Sequences (count, frames, 1, height, width) of white dots on black, and their directions as labels.
///
/// Dots start anywhere and leave one side to come in on the other. At each step a dot takes the common step with the
/// probability `correlation`, and else a step of its own direction and speed, which it keeps through the sequence.
/// Sequence i depends on the seed and on i only, and is the same on every platform: positions are fixed-point numbers.
/// \throws usage_error  options that make no sense, among them a speed of half a side or more, which can be seen as the
///                      opposite motion
labelled_images correlated_dots(const correlated_dots_options& options, std::uint64_t seed);

}  // namespace cortexpr::data
