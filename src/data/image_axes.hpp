#pragma once
// Arrays of images: which axis is which, in the files that leave it open.

#include <cortexpr/data/load_images.hpp>

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

namespace cortexpr::data {

/// Sets count, channels, height, width and pixels from an array of unsigned bytes (N, H, W), (N, C, H, W) or
/// (N, H, W, C). With four axes, the expected image says where the channels are; else they are the last axis if it has
/// 1 or 3, else the second. `read` is called once the sizes are known to be those of images. \param refuse  throws,
/// with a reason that follows the name of the array
void set_images(labelled_images& set, std::span<const std::uint64_t> shape, const expected_images& expected,
                const std::function<void(const std::string&)>& refuse,
                const std::function<std::vector<std::uint8_t>()>& read);

}  // namespace cortexpr::data
