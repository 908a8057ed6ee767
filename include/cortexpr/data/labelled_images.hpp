#pragma once
// A set of images or image sequences with labels, or with targets, kept in memory as bytes (or as numbers, where it has
// no pixels) and normalised on the way into a batch.

#include <cortexpr/compiler.hpp>

#include <cortexpr/error.hpp>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace cortexpr::data {

/// What a channel's pixels are measured against.
struct channel_scale {
    float mean = 0.0F;                ///< of byte / 255
    float standard_deviation = 1.0F;  ///< of byte / 255, above 0

    friend bool operator==(const channel_scale&, const channel_scale&) = default;
};

/// Pixels become (byte / 255 - mean) / standard_deviation, by the constants of their channel.
struct normalisation {
    normalisation() = default;
    /// The same for all channels.
    normalisation(channel_scale all) : channels{all} {}
    /// The same for all channels, as two numbers.
    normalisation(float mean, float standard_deviation) : channels{{mean, standard_deviation}} {}
    /// One for each channel.
    explicit normalisation(std::vector<channel_scale> of_channels) : channels(std::move(of_channels)) {}

    std::vector<channel_scale> channels{channel_scale{}};  ///< one for each channel, or one for all of them

    friend bool operator==(const normalisation&, const normalisation&) = default;
};

/// Which part of a data set.
enum class split : std::uint8_t { train, test };

/// Still images of one size, or sequences of such images of one length, with a label each; or, for regressors, with the
/// numbers that are to be fitted.
struct labelled_images {
    int count = 0;                     ///< examples
    int frames = 0;                    ///< images of each sequence; 0 where each example is a still image
    int channels = 0;                  ///< 1 for grey
    int height = 0;                    ///< pixels
    int width = 0;                     ///< pixels
    int classes = 0;                   ///< labels lie in [0, classes)
    std::vector<std::uint8_t> pixels;  ///< (count[, frames], channels, height, width), row-major
    std::vector<float> numbers{};      ///< the same, in place of pixels; become (number - mean) / standard_deviation
    std::vector<std::uint8_t> labels;  ///< (count)
    normalisation scale;               ///< the constants of this data set
    std::string source;                ///< what and where from, for logs: "MNIST train, DIR"
    int first_label = 0;               ///< how the files call class 0; some count from 1
    int target_count = 0;              ///< continuous targets of each example; 0 where it has a label
    std::vector<float> targets{};      ///< (count, target_count), in the user's units; in place of labels

    /// Bytes of one image.
    std::size_t image_size() const noexcept {
        return static_cast<std::size_t>(channels) * static_cast<std::size_t>(height) * static_cast<std::size_t>(width);
    }
    /// Whether an example is a sequence of images.
    bool is_sequence() const noexcept { return frames > 0; }
    /// Whether examples are numbers in place of bytes.
    bool has_numbers() const noexcept { return !numbers.empty(); }
    /// Whether examples have targets in place of labels.
    bool has_targets() const noexcept { return target_count > 0; }
    /// Bytes of one example: of its image, or of all frames of its sequence.
    std::size_t example_size() const noexcept {
        return image_size() * static_cast<std::size_t>(is_sequence() ? frames : 1);
    }
};

/// Writes the images at `indices` to `out`, normalised, in the order of the indices: (indices, channels, height,
/// width). float32 gives the same bits as torchvision's ToTensor followed by Normalize.
/// \param images  whole images of equal size, one after another
/// \param scale   constants of each channel of an image, or one pair for all
/// \param out     indices.size() images; its size over the number of indices is the size of one image
/// \throws usage_error  `out` does not hold a whole number of pixels per index and channel, or an index beyond the last
///                      image
void normalise(std::span<const std::uint8_t> images, std::span<const std::uint32_t> indices, const normalisation& scale,
               std::span<float> out);
void normalise(std::span<const std::uint8_t> images, std::span<const std::uint32_t> indices, const normalisation& scale,
               std::span<double> out);

/// The same for the examples of a set, with its own constants.
/// \throws usage_error  out.size() != indices.size() * set.example_size(), or constants for another number of channels
void normalise(const labelled_images& set, std::span<const std::uint32_t> indices, std::span<float> out);
void normalise(const labelled_images& set, std::span<const std::uint32_t> indices, std::span<double> out);

/// Writes the labels at `indices` to `out` (as int64, what cross entropy takes).
/// \throws usage_error  the sizes differ, or an index beyond the last label
void gather_labels(const labelled_images& set, std::span<const std::uint32_t> indices, std::span<std::int64_t> out);

/// Writes the targets at `indices` to `out`: (indices, target_count).
/// \throws usage_error  the sizes differ, or an index beyond the last example
void gather_targets(const labelled_images& set, std::span<const std::uint32_t> indices, std::span<float> out);
void gather_targets(const labelled_images& set, std::span<const std::uint32_t> indices, std::span<double> out);

/// What a target is measured against.
struct target_scale {
    double mean = 0;                ///< in the target's units
    double standard_deviation = 1;  ///< likewise; 1 where all examples have the same
    bool is_constant = false;       ///< they have

    friend bool operator==(const target_scale&, const target_scale&) = default;
};

/// Mean and standard deviation of each target over a set. \throws usage_error  a set without targets
std::vector<target_scale> measured_targets(const labelled_images& set);

/// One sentence if a set says that it has targets, and they aren't there for each example, or one isn't finite.
/// \throws usage_error
void require_targets(const labelled_images& set);

/// Mean and standard deviation of each channel over all pixels of a set, from exact sums. A channel whose pixels are
/// all equal has the deviation 1, so that nothing is divided by 0.
/// \throws usage_error  a set without pixels or numbers
normalisation measured_scale(const labelled_images& set);

/// One sentence if a set's constants are not one pair for all channels or one for each, or a deviation isn't positive.
/// \throws usage_error
void require_scale(const labelled_images& set);

}  // namespace cortexpr::data
