// Mean and variance over images, compared with LibTorch's.

#include "train/image_moments.hpp"

#include <ATen/CPUGeneratorImpl.h>
#include <torch/types.h>

#include <catch.hpp>

#include <limits>

namespace train_test::image_moments_test {

using cortexpr::image_moments;

TEST_CASE("image_moments are LibTorch's mean and variance", "[image_moments]") {
    const auto generator = at::detail::createCPUGenerator(3);
    for (const double mean : {0.0, 3.0, -1e4})
        for (const auto type : {at::kFloat, at::kDouble}) {
            const auto signal = at::randn({7, 3, 2, 5, 4}, generator, at::TensorOptions(type)) + mean;
            const auto exact = signal.to(at::kDouble, /*non_blocking=*/false, /*copy=*/true);
            const image_moments found(signal);
            CHECK(signal.to(at::kDouble).equal(exact));
            CHECK(found.mean.scalar_type() == at::kDouble);
            CHECK(found.mean.sizes() == at::IntArrayRef{3, 2, 5, 4});
            CHECK(at::allclose(found.mean, exact.mean(0), 1e-12, 1e-12));
            CHECK(at::allclose(found.variance, exact.var(0, /*unbiased=*/false), 1e-12, 1e-12));
        }
}

TEST_CASE("image_moments of what doesn't differ are exactly 0", "[image_moments]") {
    const auto one = at::full({1, 2, 3}, 0.1F);
    CHECK(image_moments(one).variance.eq(0).all().item<bool>());
    CHECK(image_moments(one.expand({9, 2, 3})).variance.eq(0).all().item<bool>());
    CHECK(image_moments(one.expand({9, 2, 3})).mean.eq(one[0].to(at::kDouble)).all().item<bool>());
}

TEST_CASE("image_moments hold what isn't a number", "[image_moments]") {
    auto signal = at::zeros({3, 2});
    signal[1][0] = std::numeric_limits<float>::quiet_NaN();
    const image_moments found(signal);
    CHECK(found.variance[0].isnan().item<bool>());
    CHECK(found.variance[1].item<double>() == 0);
}

}  // namespace train_test::image_moments_test
