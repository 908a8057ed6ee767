#include "augment.hpp"

#include <cortexpr/run/sequence.hpp>

#include <torch/types.h>

#include <numbers>
#include <vector>

namespace cortexpr {

namespace {

/// Maps (B, M, H, W), shifted by whole pixels and mirrored.
at::Tensor moved(const at::Tensor& maps, const augmentation_options& options, const at::Tensor& black,
                 const at::Generator& draws) {
    const auto count = maps.size(0), height = maps.size(2), width = maps.size(3);
    const auto whole = at::TensorOptions(at::kLong);
    const auto coordinates = [&](std::int64_t size) {
        const auto shifts = at::randint(-options.shift, options.shift + 1, {count, 1}, draws, whole);
        return at::arange(size, whole) - shifts;  // (B, size): where a pixel comes from
    };
    const auto rows = coordinates(height);
    auto columns = coordinates(width);
    if (options.flip) {
        const auto is_mirrored = at::randint(0, 2, {count, 1}, draws, whole).to(at::kBool);
        columns = at::where(is_mirrored, width - 1 - columns, columns);
    }
    const auto is_inside = [](const at::Tensor& from, std::int64_t size) {
        return from.ge(0).logical_and(from.lt(size));
    };
    const auto inside = is_inside(rows, height)
                            .view({count, 1, height, 1})
                            .logical_and(is_inside(columns, width).view({count, 1, 1, width}));
    const auto device = maps.device();
    const auto taken = at::index(maps, {at::arange(count, whole).view({-1, 1, 1, 1}).to(device),
                                        at::arange(maps.size(1), whole).view({1, -1, 1, 1}).to(device),
                                        rows.clamp(0, height - 1).view({count, 1, height, 1}).to(device),
                                        columns.clamp(0, width - 1).view({count, 1, 1, width}).to(device)});
    return at::where(inside.to(device), taken, black);
}

/// Each map around its middle.
at::Tensor rotated(const at::Tensor& maps, double most_degrees, const at::Tensor& black, const at::Generator& draws) {
    const auto count = maps.size(0);
    const double aspect = static_cast<double>(maps.size(2)) / static_cast<double>(maps.size(3));
    const auto angles =
        (2 * at::rand({count}, draws, at::TensorOptions(at::kDouble)) - 1) * (most_degrees * std::numbers::pi / 180);
    const auto cosine = angles.cos(), sine = angles.sin(), none = at::zeros_like(angles);
    const auto from = at::stack({cosine, -sine * aspect, none, sine / aspect, cosine, none}, 1).view({count, 2, 3});
    const auto grid = at::affine_grid_generator(from.to(maps.options()), maps.sizes(), /*align_corners=*/false);
    constexpr std::int64_t bilinear = 0, zeros = 0;
    return at::grid_sampler(maps - black, grid, bilinear, zeros, /*align_corners=*/false) + black;
}

}  // namespace

at::Tensor black_of(const data::labelled_images& images) {
    std::vector<double> values;
    values.reserve(images.scale.channels.size());
    for (const auto& channel : images.scale.channels)
        values.push_back(-double{channel.mean} / double{channel.standard_deviation});
    return at::tensor(values).view({-1, 1, 1});
}

at::Tensor augmented(const at::Tensor& images, const augmentation_options& options, const at::Tensor& black,
                     const at::Generator& draws) {
    const at::NoGradGuard no_gradients;
    auto maps = is_sequence(images) ? images.flatten(1, 2) : images;
    auto border = black.to(images.options());
    if (is_sequence(images) && border.size(0) > 1) border = border.repeat({images.size(1), 1, 1});
    if (options.shift > 0 || options.flip) maps = moved(maps, options, border, draws);
    if (options.rotate > 0) maps = rotated(maps, options.rotate, border, draws);
    if (options.noise > 0)
        maps = maps + options.noise * at::randn(maps.sizes(), draws, at::TensorOptions(at::kFloat)).to(maps.options());
    return maps.view(images.sizes());
}

}  // namespace cortexpr
