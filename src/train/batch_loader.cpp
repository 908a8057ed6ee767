#include "batch_loader.hpp"

#include "stopwatch.hpp"

#include <torch/types.h>

#include <algorithm>
#include <utility>
#include <vector>

namespace cortexpr {

batch_loader::batch_loader(const data::labelled_images& images, int batch_size, at::Device device, at::ScalarType dtype)
    : source_(images), device_(device) {
    // The loader writes float32 or float64; other types are converted on the device.
    const auto written = dtype == at::kDouble ? at::kDouble : at::kFloat;
    const std::int64_t size = std::min(batch_size, images.count);
    std::vector<std::int64_t> shape{size, images.channels, images.height, images.width};
    if (images.is_sequence()) shape.insert(shape.begin() + 1, images.frames);
    images_ = at::empty(shape, written);
    labels_ = at::empty({size}, at::kLong);
}

batch_loader::batch batch_loader::load(std::span<const std::uint32_t> indices) {
    const stopwatch time;
    const auto count = static_cast<std::int64_t>(indices.size());
    batch result{images_.narrow(0, 0, count), labels_.narrow(0, 0, count)};
    const auto pixels = static_cast<std::size_t>(result.images.numel());
    if (images_.scalar_type() == at::kDouble) {
        data::normalise(source_, indices, std::span(result.images.data_ptr<double>(), pixels));
    } else {
        data::normalise(source_, indices, std::span(result.images.data_ptr<float>(), pixels));
    }
    data::gather_labels(source_, indices, std::span(result.labels.data_ptr<std::int64_t>(), indices.size()));
    if (!device_.is_cpu()) {
        result.images = result.images.to(device_);
        result.labels = result.labels.to(device_);
    }
    seconds_ += time.seconds();
    return result;
}

double batch_loader::take_seconds() { return std::exchange(seconds_, 0.0); }

}  // namespace cortexpr
