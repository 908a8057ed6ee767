#include "batch_loader.hpp"

#include "stopwatch.hpp"

#include <torch/types.h>

#include <algorithm>
#include <utility>
#include <vector>

namespace cortexpr {

namespace {

/// Larger sets stay in the host's memory, and go to the device batch by batch. A small part of a GPU's memory, which
/// the network needs as well. Not tuned.
constexpr std::size_t most_device_bytes = std::size_t{4} << 30;

}  // namespace

batch_loader::batch_loader(const data::labelled_images& images, int batch_size, at::Device device, at::ScalarType dtype)
    : source_(images), device_(device) {
    // The loader writes float32 or float64; other types are converted on the device.
    const auto written = dtype == at::kDouble ? at::kDouble : at::kFloat;
    if (!device.is_cpu() && !images.has_numbers() && images.pixels.size() <= most_device_bytes) {
        on_device_.emplace(images, device, written);
        return;
    }
    const std::int64_t size = std::min(batch_size, images.count);
    std::vector<std::int64_t> shape{size, images.channels, images.height, images.width};
    if (images.is_sequence()) shape.insert(shape.begin() + 1, images.frames);
    images_ = at::empty(shape, written);
    labels_ = images.has_targets() ? at::empty({size, images.target_count}, written) : at::empty({size}, at::kLong);
}

void batch_loader::follow(std::span<const std::uint32_t> order, std::size_t first) {
    const stopwatch time;
    order_ = order;
    position_ = first;
    if (on_device_) {
        device_order_ = at::empty({static_cast<std::int64_t>(order.size())}, at::kLong);
        std::ranges::copy(order, device_order_.data_ptr<std::int64_t>());
        device_order_ = device_order_.to(device_);
    }
    seconds_ += time.seconds();
}

batch_loader::batch batch_loader::next(std::size_t count) {
    const stopwatch time;
    const auto first = std::exchange(position_, position_ + count);
    batch result;
    if (on_device_) {
        const auto indices =
            device_order_.narrow(0, static_cast<std::int64_t>(first), static_cast<std::int64_t>(count));
        result = {on_device_->images(indices), on_device_->labels(indices)};
    } else {
        result = gathered(order_.subspan(first, count));
    }
    seconds_ += time.seconds();
    return result;
}

batch_loader::batch batch_loader::load(std::span<const std::uint32_t> indices) {
    follow(indices);
    return next(indices.size());
}

batch_loader::batch batch_loader::gathered(std::span<const std::uint32_t> indices) {
    const auto count = static_cast<std::int64_t>(indices.size());
    batch result{images_.narrow(0, 0, count), labels_.narrow(0, 0, count)};
    const auto pixels = static_cast<std::size_t>(result.images.numel());
    if (images_.scalar_type() == at::kDouble) {
        data::normalise(source_, indices, std::span(result.images.data_ptr<double>(), pixels));
    } else {
        data::normalise(source_, indices, std::span(result.images.data_ptr<float>(), pixels));
    }
    const auto numbers = static_cast<std::size_t>(result.labels.numel());
    if (!source_.has_targets()) {
        data::gather_labels(source_, indices, std::span(result.labels.data_ptr<std::int64_t>(), numbers));
    } else if (result.labels.scalar_type() == at::kDouble) {
        data::gather_targets(source_, indices, std::span(result.labels.data_ptr<double>(), numbers));
    } else {
        data::gather_targets(source_, indices, std::span(result.labels.data_ptr<float>(), numbers));
    }
    if (device_.is_cpu()) return result;
    return {result.images.to(device_), result.labels.to(device_)};
}

double batch_loader::take_seconds() { return std::exchange(seconds_, 0.0); }

}  // namespace cortexpr
