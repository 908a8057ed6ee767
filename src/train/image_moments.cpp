#include "image_moments.hpp"

#include <torch/types.h>

namespace cortexpr {

// Sums of differences from the first image, so that little is lost where the mean is large. By images, since what one
// holds stays in the cache from one operation to the next.
image_moments::image_moments(const at::Tensor& signal) {
    const auto count = static_cast<double>(signal.size(0));
    const auto first = signal[0].to(at::kDouble);
    auto sum = at::zeros_like(first), squares = at::zeros_like(first);
    for (std::int64_t image = 1; image < signal.size(0); ++image) {
        const auto difference = signal[image].to(at::kDouble) - first;
        sum.add_(difference);
        squares.addcmul_(difference, difference);
    }
    sum.div_(count);
    variance = squares.div_(count).sub_(sum.square()).clamp_min_(0);
    mean = sum.add_(first);
}

}  // namespace cortexpr
