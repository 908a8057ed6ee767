#pragma once
// Means with their intervals of confidence, 95 %.

#include <cortexpr/workbench/effects.hpp>

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <memory>

namespace cortexpr::workbench {

/// The mean over several networks and its interval.
estimate interval_of(const at::Tensor& values);

/// Student's interval of a share over few models may go beyond what a share can be.
estimate within(estimate one, double least, double most);

/// By a jackknife over groups of images (J. W. Tukey, 1958): it takes the sums of each group, where a bootstrap would
/// take the rates of every neuron to every image. Where leaving a group out isn't defined, from the least to the most
/// that there can be.
estimate jackknifed(double mean, const at::Tensor& left_out, double least, double most);

/// A difference that is no more than the rounding of what it is taken of, numbers of some size, is none.
estimate beyond_rounding(const estimate& difference, double size);

/// Means, and differences of means, of the rows of a table with their intervals.
class intervals {
  public:
    virtual ~intervals() = default;
    virtual estimate of(std::int64_t row) const = 0;
    virtual estimate of_difference(std::int64_t row, std::int64_t from) const = 0;
};

/// By a bootstrap over the columns, which are images.
std::unique_ptr<intervals> intervals_over_images(const at::Tensor& values, int resamples);
/// Over the columns, which are networks.
std::unique_ptr<intervals> intervals_over_networks(const at::Tensor& values);

}  // namespace cortexpr::workbench
