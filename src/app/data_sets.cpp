#include "data_sets.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <vector>

namespace cortexpr::application {

data::labelled_images load_images(const std::string& folder, data::split part, std::optional<int> limit) {
    auto images = data::load_mnist(folder, part);
    if (limit && *limit < images.count) {
        images.count = *limit;
        images.pixels.resize(static_cast<std::size_t>(images.count) * images.image_size());
        images.labels.resize(static_cast<std::size_t>(images.count));
    }
    return images;
}

std::string fingerprint(const data::labelled_images& images) {
    // FNV-1a (Fowler, Noll, Vo), 64 bits.
    std::uint64_t hash = 0xCBF29CE484222325U;
    const auto add = [&](const std::vector<std::uint8_t>& bytes) {
        for (const auto byte : bytes) hash = (hash ^ byte) * 0x100000001B3U;
    };
    for (const int size : {images.count, images.channels, images.height, images.width})
        hash = (hash ^ static_cast<std::uint32_t>(size)) * 0x100000001B3U;
    add(images.pixels);
    add(images.labels);
    return fmt::format("{:016x}", hash);
}

}  // namespace cortexpr::application
