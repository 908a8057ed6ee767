#include <cortexpr/train/images_of.hpp>

#include <cortexpr/error.hpp>

#include <ATen/ops/empty.h>

#include <fmt/format.h>

#include <numeric>
#include <vector>

namespace cortexpr {

namespace {

std::vector<std::uint32_t> indices_of(const data::labelled_images& set, int first, int count) {
    if (count < 0) count = set.count - first;
    if (first < 0 || count < 0 || count > set.count - first)
        throw usage_error(
            fmt::format("{} holds {} examples; there are no {} from {} on", set.source, set.count, count, first));
    std::vector<std::uint32_t> indices(static_cast<std::size_t>(count));
    std::iota(indices.begin(), indices.end(), static_cast<std::uint32_t>(first));
    return indices;
}

}  // namespace

at::Tensor images_of(const data::labelled_images& set, std::span<const std::uint32_t> indices) {
    std::vector<std::int64_t> shape{static_cast<std::int64_t>(indices.size()), set.channels, set.height, set.width};
    if (set.is_sequence()) shape.insert(shape.begin() + 1, set.frames);
    auto images = at::empty(shape, at::kFloat);
    data::normalise(set, indices, {images.mutable_data_ptr<float>(), static_cast<std::size_t>(images.numel())});
    return images;
}

at::Tensor labels_of(const data::labelled_images& set, std::span<const std::uint32_t> indices) {
    auto labels = at::empty({static_cast<std::int64_t>(indices.size())}, at::kLong);
    data::gather_labels(set, indices, {labels.mutable_data_ptr<std::int64_t>(), indices.size()});
    return labels;
}

at::Tensor targets_of(const data::labelled_images& set, std::span<const std::uint32_t> indices) {
    auto targets = at::empty({static_cast<std::int64_t>(indices.size()), set.target_count}, at::kFloat);
    data::gather_targets(set, indices,
                         std::span(targets.mutable_data_ptr<float>(), static_cast<std::size_t>(targets.numel())));
    return targets;
}

at::Tensor images_of(const data::labelled_images& set, int first, int count) {
    return images_of(set, indices_of(set, first, count));
}

at::Tensor labels_of(const data::labelled_images& set, int first, int count) {
    return labels_of(set, indices_of(set, first, count));
}

at::Tensor targets_of(const data::labelled_images& set, int first, int count) {
    return targets_of(set, indices_of(set, first, count));
}

}  // namespace cortexpr
