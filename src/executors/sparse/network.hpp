#pragma once
// A sparse network as the kernels see it: wiring, signs, nonlinearities; and the memory that its runs share.

#include "index.hpp"
#include "phases.hpp"

#include "../../kernels/cpu/kernels.hpp"

#include <cstddef>
#include <vector>

namespace cortexpr::executors::sparse {

/// A user's array of values by neuron and sample.
template <class Scalar>
struct user_array {
    Scalar* origin = nullptr;
    std::ptrdiff_t neuron = 0, sample = 0;  ///< strides
    bool is_inner = false;                  ///< its neurons go by inner number, else by the user's
};

template <class Scalar>
class sparse_network {
  public:
    /// sign (+1 or -1) by inner number; ranges: neighbours, by inner number, that share a nonlinearity.
    /// \throws usage_error  they don't cover the neurons of the index
    sparse_network(sparse_index index, std::vector<Scalar> sign, std::vector<kernels::neuron_range<Scalar>> ranges,
                   const kernels::kernel_table<Scalar>& table = kernels::kernels_for_this_cpu<Scalar>());

    const sparse_index& index() const { return index_; }
    const std::vector<Scalar>& sign() const { return sign_; }
    const std::vector<kernels::neuron_range<Scalar>>& ranges() const { return ranges_; }
    const kernels::kernel_table<Scalar>& table() const { return *table_; }
    /// A number of scalars, not initialised; the network must outlive it.
    borrowed_array<Scalar> borrow(std::size_t size) const { return borrowed_array<Scalar>(memory_, size); }
    /// Whether the slope of each nonlinearity can be computed from its value.
    bool values_tell_slopes() const { return values_tell_slopes_; }

    /// Scalars from one neuron to the next, and in an array over neurons.
    static int stride(int batch) { return kernels::padded_batch<Scalar>(batch); }
    std::size_t size_of_array(int batch) const {
        return static_cast<std::size_t>(index_.neurons()) * static_cast<std::size_t>(stride(batch));
    }
    /// Whether the kernels fetch a batch's states ahead, because the second-level cache can't hold them.
    bool fetches_ahead(int batch) const;

    /// Values by synapse in the index's first order, from the user's; in its second, from those in the first; and from
    /// the order of its columns, those in the user's, perhaps in the same memory.
    void gather_first(const Scalar* of_user, Scalar* to, const thread_team& team) const;
    void gather_second(const Scalar* first, Scalar* to, const thread_team& team) const;
    borrowed_array<Scalar> spread_columns(borrowed_array<Scalar> columns, const thread_team& team) const;
    /// to = an array over neurons, in the inner order. Padding becomes 0.
    void pack(const user_array<const Scalar>& from, int batch, Scalar* to, const thread_team& team) const;
    void unpack(const Scalar* from, int batch, const user_array<Scalar>& to, const thread_team& team) const;
    /// The states themselves, from signed ones.
    void unpack_signed(const Scalar* from, int batch, const user_array<Scalar>& to, const thread_team& team) const;

  private:
    void unpack_times(const Scalar* sign, const Scalar* from, int batch, const user_array<Scalar>& to,
                      const thread_team& team) const;

    sparse_index index_;
    std::vector<Scalar> sign_;
    std::vector<kernels::neuron_range<Scalar>> ranges_;
    const kernels::kernel_table<Scalar>* table_;
    bool values_tell_slopes_ = true;
    // A training step borrows states, weights in both orders and their gradients, drives and adjoints, with some to
    // spare.
    mutable memory_store memory_{16};
};

}  // namespace cortexpr::executors::sparse
