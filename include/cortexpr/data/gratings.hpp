#pragma once
// Gratings, still or drifting, whose angle is their class: what tuning to orientation and to direction is measured with
// (D. H. Hubel, T. N. Wiesel, "Receptive fields, binocular interaction and functional architecture in the cat's visual
// cortex", J. Physiol. 1962).

#include <cortexpr/compiler.hpp>

#include <cortexpr/data/labelled_images.hpp>

#include <vector>

namespace cortexpr::data {

/// What the gratings look like.
struct gratings_options {
    /// The size of an image, in pixels.
    int channels = 1, height = 28, width = 28;  ///< all channels are alike
    int angles = 8;             ///< equally spaced: over 180 degrees of still gratings, over 360 of drifting ones
    int phases = 4;             ///< examples of each angle, with phases equally spaced over a cycle
    double period = 7;          ///< pixels of a cycle
    double contrast = 1;        ///< amplitude around 0, in the units of the network's input
    int frames = 0;             ///< of a drifting grating; 0: still ones
    double frames_a_cycle = 8;  ///< how many frames a drifting grating takes for a cycle
};

/// Angle of each class, in degrees counter-clockwise from a line to the right: a still grating's is that of its bars, a
/// drifting one's that of its motion, across its bars.
std::vector<double> grating_angles(const gratings_options& options);

/// contrast sin(2 pi (place along the wave / period - frame / frames_a_cycle + phase)): all phases of the first angle,
/// then those of the next one. \throws usage_error  options that make no sense
labelled_images gratings(const gratings_options& options);

}  // namespace cortexpr::data
