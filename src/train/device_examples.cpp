#include "device_examples.hpp"

#include <array>
#include <numeric>

namespace cortexpr {

namespace {

/// A copy on the device.
at::Tensor uploaded(const std::vector<std::uint8_t>& bytes, at::IntArrayRef sizes, at::Device device) {
    const auto view = at::from_blob(const_cast<std::uint8_t*>(bytes.data()), sizes, at::kByte);
    return view.to(device, /*non_blocking=*/false, /*copy=*/true);
}

/// What each byte becomes, in a row for each of the constants. Devices divide differently; a table from the CPU gives
/// all of them the same bits.
template <class Real>
at::Tensor normalised_bytes(const data::normalisation& scale, at::ScalarType type) {
    std::array<std::uint8_t, 256> bytes{};
    std::iota(bytes.begin(), bytes.end(), std::uint8_t{0});
    std::array<std::uint32_t, 256> all{};
    std::iota(all.begin(), all.end(), std::uint32_t{0});
    auto values = at::empty({static_cast<std::int64_t>(scale.channels.size()), 256}, type);
    auto rows = std::span(values.data_ptr<Real>(), static_cast<std::size_t>(values.numel()));
    for (const auto& channel : scale.channels) {
        data::normalise(bytes, all, channel, rows.first(all.size()));
        rows = rows.subspan(all.size());
    }
    return values;
}

}  // namespace

device_examples::device_examples(const data::labelled_images& examples, at::Device device, at::ScalarType type) {
    data::require_scale(examples);
    std::vector<std::int64_t> sizes{examples.count, examples.channels, examples.height, examples.width};
    if (examples.is_sequence()) sizes.insert(sizes.begin() + 1, examples.frames);
    bytes_ = uploaded(examples.pixels, sizes, device);
    labels_ = examples.has_targets() ? at::from_blob(const_cast<float*>(examples.targets.data()),
                                                     {examples.count, examples.target_count}, at::kFloat)
                                           .to(at::TensorOptions(device).dtype(type), /*non_blocking=*/false,
                                               /*copy=*/true)
                                     : uploaded(examples.labels, {examples.count}, device);
    values_ = (type == at::kDouble ? normalised_bytes<double>(examples.scale, type)
                                   : normalised_bytes<float>(examples.scale, type))
                  .to(device);
    if (values_.size(0) > 1)
        first_value_ = (at::arange(values_.size(0), at::kInt) * values_.size(1)).view({-1, 1, 1}).to(device);
    values_ = values_.flatten();
}

at::Tensor device_examples::images(const at::Tensor& indices) const {
    const auto chosen = bytes_.index_select(0, indices);
    auto in_table = chosen.to(at::kInt);
    if (first_value_.defined()) in_table = in_table + first_value_;  // in the row of its channel
    return values_.index_select(0, in_table.flatten()).view(chosen.sizes());
}

at::Tensor device_examples::labels(const at::Tensor& indices) const {
    const auto chosen = labels_.index_select(0, indices);
    return chosen.is_floating_point() ? chosen : chosen.to(at::kLong);
}

}  // namespace cortexpr
