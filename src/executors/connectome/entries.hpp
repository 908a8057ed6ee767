#pragma once
// Parameters as cells and synapses read them: each its own entry, or one that several share.

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <memory>
#include <vector>

namespace cortexpr::executors {

/// A list of entries of a parameter of single numbers, where the parameter lives.
class entry_reader {
  public:
    entry_reader() = default;
    /// \param count  entries of the parameter; each of `entries` is below it
    /// \param adds_in_order  the gradient of an entry is added up over its readers by kernels, where there are some, in
    ///                       one order, which LibTorch's has not on a GPU; but there are no second derivatives
    entry_reader(const std::vector<std::int32_t>& entries, std::int32_t count, at::Device device, bool adds_in_order);

    /// values[entries], over the first dimension; differentiable. An empty reader gives them as they are.
    at::Tensor read(const at::Tensor& values) const;

    /// Readers by entry, in chunks: the lists of kernels::cuda::group_sums_job.
    struct groups {
        std::int32_t entries = 0, chunks = 0;
        at::Tensor order{}, chunk_starts{}, group_starts{};
        bool is_permutation = false;  ///< each entry has one reader: gradients are reordered by `order`
    };

  private:
    at::Tensor index_;                        ///< int64
    std::shared_ptr<const groups> groups_{};  ///< null: LibTorch's adjoint
};

}  // namespace cortexpr::executors
