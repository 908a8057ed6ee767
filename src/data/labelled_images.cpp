#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cortexpr/data/labelled_images.hpp>

namespace cortexpr::data {

namespace {

void demand_below(std::span<const std::uint32_t> indices, std::size_t count, const char* what) {
    for (const std::uint32_t index : indices) {
        if (index >= count) {
            throw usage_error(fmt::format("index {} lies beyond the last of {} {}", index, count, what));
        }
    }
}

// A byte has 256 values, so the arithmetic is done once for each and a pixel costs one look-up. The operations are
// torchvision's, in its order and in float32, whatever type the result is stored in.
template <typename Real>
std::array<Real, 256> lookup_table(normalisation scale) {
    std::array<Real, 256> table{};
    for (std::size_t value = 0; value < table.size(); ++value) {
        const float unit = static_cast<float>(value) / 255.0F;
        table[value] = static_cast<Real>((unit - scale.mean) / scale.standard_deviation);
    }
    return table;
}

template <typename Real>
void gather(std::span<const std::uint8_t> images, std::span<const std::uint32_t> indices, normalisation scale,
            std::span<Real> out) {
    if (indices.empty() && out.empty()) return;
    if (indices.empty() || out.empty() || out.size() % indices.size() != 0) {
        throw usage_error(
            fmt::format("a buffer of {} pixels does not hold {} images of equal size", out.size(), indices.size()));
    }
    const std::size_t size = out.size() / indices.size();
    if (images.size() % size != 0) {
        throw usage_error(fmt::format("{} bytes are not a whole number of images of {} pixels", images.size(), size));
    }
    demand_below(indices, images.size() / size, "images");
    const auto table = lookup_table<Real>(scale);
    auto target = out.begin();
    for (const std::uint32_t index : indices) {
        const auto image = images.subspan(index * size, size);
        target = std::transform(image.begin(), image.end(), target, [&](std::uint8_t value) { return table[value]; });
    }
}

template <typename Real>
void gather(const labelled_images& set, std::span<const std::uint32_t> indices, std::span<Real> out) {
    if (out.size() != indices.size() * set.example_size()) {
        throw usage_error(fmt::format("a buffer of {} pixels does not hold {} {} of {} pixels", out.size(),
                                      indices.size(), set.is_sequence() ? "sequences" : "images", set.example_size()));
    }
    gather<Real>(set.pixels, indices, set.scale, out);
}

}  // namespace

void normalise(std::span<const std::uint8_t> images, std::span<const std::uint32_t> indices, normalisation scale,
               std::span<float> out) {
    gather<float>(images, indices, scale, out);
}

void normalise(std::span<const std::uint8_t> images, std::span<const std::uint32_t> indices, normalisation scale,
               std::span<double> out) {
    gather<double>(images, indices, scale, out);
}

void normalise(const labelled_images& set, std::span<const std::uint32_t> indices, std::span<float> out) {
    gather<float>(set, indices, out);
}

void normalise(const labelled_images& set, std::span<const std::uint32_t> indices, std::span<double> out) {
    gather<double>(set, indices, out);
}

void gather_labels(const labelled_images& set, std::span<const std::uint32_t> indices, std::span<std::int64_t> out) {
    if (out.size() != indices.size()) {
        throw usage_error(fmt::format("a buffer of {} labels does not hold {}", out.size(), indices.size()));
    }
    demand_below(indices, set.labels.size(), "labels");
    std::transform(indices.begin(), indices.end(), out.begin(),
                   [&](std::uint32_t index) { return std::int64_t{set.labels[index]}; });
}

}  // namespace cortexpr::data
