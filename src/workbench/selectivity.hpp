#pragma once
// How much neurons prefer one class.

#include <ATen/core/Tensor.h>

#include <cstdint>

namespace cortexpr::workbench {

/// Where examples stand when all are sorted by class, in their order within a class.
struct class_order {
    at::Tensor place;  ///< (examples), int64: among all
    at::Tensor rank;   ///< (examples), int64: among those of the class
};
class_order ordered_by_class(const at::Tensor& labels);

/// Which classes have examples in both halves of a set, from how many there are, (2, classes).
at::Tensor halved_classes(const at::Tensor& counts);
/// Whether two classes have, so that one half may say what neurons prefer and the other how much.
bool are_halved(const at::Tensor& counts);
/// Mean rates of one half to the classes that both have, (classes, neurons), from sums of rates, (2, classes, neurons),
/// and the counts that these are of.
at::Tensor half_means(const at::Tensor& sums, const at::Tensor& counts, int half);

/// The selectivity of each neuron from mean rates (classes, ...): (r_best - r_others) / (|r_best| + |r_others|), where
/// r_best is the rate to the class that it answers most and r_others the mean of those to the others; 0 where nothing
/// is answered or there is one class.
at::Tensor selectivity_of(const at::Tensor& rates);
/// The same of examples that vary, from sums of rates over both halves of them, (2, classes, neurons), and the counts
/// that these are of, (2, classes): in the numerator each half says for the other which class is best, so that chance
/// comes to 0 on average. Of the classes with examples in both halves; where these are less than two, of all that have
/// any and without halves.
at::Tensor selectivity_of(const at::Tensor& sums, const at::Tensor& counts);

}  // namespace cortexpr::workbench
