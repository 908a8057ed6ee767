#include "intervals.hpp"

#include <ATen/CPUGeneratorImpl.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/full.h>
#include <ATen/ops/quantile.h>
#include <ATen/ops/randint.h>
#include <ATen/ops/zeros.h>

#include <boost/math/distributions/students_t.hpp>

#include <algorithm>
#include <cmath>
#include <utility>

namespace cortexpr::workbench {

namespace {

constexpr double confidence = 0.95;

estimate interval_of_resampled(double mean, const at::Tensor& resampled) {
    const auto bound = [&resampled](double share) { return at::quantile(resampled, share).item<double>(); };
    return {mean, bound((1 - confidence) / 2), bound((1 + confidence) / 2)};
}

/// Student's interval around a mean; its standard error was estimated from that many values.
estimate students_interval(double mean, double error, std::int64_t values) {
    const boost::math::students_t distribution(static_cast<double>(values - 1));
    const double half = boost::math::quantile(distribution, (1 + confidence) / 2) * error;
    return {mean, mean - half, mean + half};
}

double largest_of(const at::Tensor& one, const at::Tensor& other) {
    return std::max(one.abs().max().item<double>(), other.abs().max().item<double>());
}

/// By a bootstrap over the columns, which are images: all rows with the same draws, one resample after another, so that
/// no table of draws is kept.
class over_images final : public intervals {
  public:
    over_images(const at::Tensor& values, int resamples)
        : means_(values.mean(1)), resampled_(at::empty({resamples, values.size(0)}, at::kDouble)) {
        const auto images = values.size(1);
        auto draws = at::detail::createCPUGenerator(0);
        const auto one = at::full({images}, 1.0 / static_cast<double>(images), at::kDouble);
        for (std::int64_t i = 0; i < resamples; ++i) {
            const auto weights =
                at::zeros({images}, at::kDouble).index_add_(0, at::randint(images, {images}, draws, at::kLong), one);
            resampled_.select(0, i).copy_(values.mv(weights));
        }
    }
    estimate of(std::int64_t row) const override {
        return interval_of_resampled(means_[row].item<double>(), resampled_.select(1, row));
    }
    estimate of_difference(std::int64_t row, std::int64_t from) const override {
        return beyond_rounding(interval_of_resampled((means_[row] - means_[from]).item<double>(),
                                                     resampled_.select(1, row) - resampled_.select(1, from)),
                               largest_of(means_[row], means_[from]));
    }

  private:
    at::Tensor means_, resampled_;
};

/// Over the columns, which are networks.
class over_networks final : public intervals {
  public:
    explicit over_networks(at::Tensor values) : values_(std::move(values)) {}
    estimate of(std::int64_t row) const override { return interval_of(values_[row]); }
    estimate of_difference(std::int64_t row, std::int64_t from) const override {
        return beyond_rounding(interval_of(values_[row] - values_[from]), largest_of(values_[row], values_[from]));
    }

  private:
    at::Tensor values_;
};

}  // namespace

estimate interval_of(const at::Tensor& values) {
    const auto count = values.numel();
    return students_interval(values.mean().item<double>(),
                             values.std().item<double>() / std::sqrt(static_cast<double>(count)), count);
}

estimate within(estimate one, double least, double most) {
    return {one.mean, std::max(one.low, least), std::min(one.high, most)};
}

estimate jackknifed(double mean, const at::Tensor& left_out, double least, double most) {
    if (!left_out.defined()) return {mean, least, most};
    const auto groups = left_out.numel();
    const double error =
        left_out.std().item<double>() * static_cast<double>(groups - 1) / std::sqrt(static_cast<double>(groups));
    return students_interval(mean, error, groups);
}

estimate beyond_rounding(const estimate& difference, double size) {
    const double rounding = 1e-12 * size;
    const double mean = std::abs(difference.mean) > rounding ? difference.mean : 0;
    if (!(difference.high - difference.low <= rounding)) return {mean, difference.low, difference.high};
    return {mean, mean, mean};
}

std::unique_ptr<intervals> intervals_over_images(const at::Tensor& values, int resamples) {
    return std::make_unique<over_images>(values, resamples);
}

std::unique_ptr<intervals> intervals_over_networks(const at::Tensor& values) {
    return std::make_unique<over_networks>(values);
}

}  // namespace cortexpr::workbench
