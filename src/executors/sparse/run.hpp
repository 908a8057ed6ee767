#pragma once
// Time steps of a sparse network, and their adjoint.
//
//   const sparse_run<float> run(network, {.batch = 16, .steps = 10, .weights = rows, .drive = u, .rate = rate},
//                               saved_values::for_backward, team);
//   run.signed_state(9);                                  // sign h after step 9, [neuron][stride]
//   run.backward({.weights = columns, .states = adjoints, .weight_gradient = gradient}, team);
//
// Step t = 0, 1, ... computes h(t) from h(t - 1); h(-1) is the initial state. All arrays over neurons are in the inner
// order, [neuron][network.stride(batch)]; what lies in their padding doesn't matter. Any number of threads gives the
// same bits.

#include "network.hpp"

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

namespace cortexpr::executors::sparse {

template <class Scalar>
struct sparse_inputs {
    int batch = 1, steps = 1;
    const Scalar* weights = nullptr;  ///< in row order
    const Scalar* drive = nullptr;    ///< bias included; one array, or one for each step after the other
    bool drive_by_step = false;
    const Scalar* initial = nullptr;  ///< h(-1); null: zeros, and the first step costs next to nothing
    const Scalar* rate = nullptr;     ///< 1/tau by neuron; null: 1
};

/// What a run saves: the last state; all states; all that backward() needs.
enum class saved_values : std::uint8_t { last_state, states, for_backward };

template <class Scalar>
struct sparse_adjoints {
    const Scalar* weights = nullptr;          ///< in column order
    std::span<const Scalar* const> states{};  ///< by step: the adjoint of h(t), or null where it is zero
    // Where the results go; null: not needed. They are written, not added to.
    Scalar* weight_gradient = nullptr;  ///< in column order
    Scalar* drive = nullptr;            ///< shaped as the drive was given: summed over steps where these share it
    Scalar* initial = nullptr;
    Scalar* rate = nullptr;  ///< by neuron
};

template <class Scalar>
class sparse_run {
  public:
    /// Runs. What `inputs` points to is not needed later.
    /// \throws usage_error  no samples or no steps
    sparse_run(std::shared_ptr<const sparse_network<Scalar>> network, const sparse_inputs<Scalar>& inputs,
               saved_values saves, const thread_team& team);
    ~sparse_run() = default;
    sparse_run(const sparse_run&) = delete;
    sparse_run& operator=(const sparse_run&) = delete;

    int batch() const { return batch_; }
    int steps() const { return steps_; }
    const sparse_network<Scalar>& network() const { return *network_; }

    /// sign h(t). A run that saves the last state has only the last; -1 gives the initial state, or null for zeros.
    const Scalar* signed_state(int step) const;

    /// May be called again, and from several threads at once.
    /// \throws usage_error  the run saved less than that, or `states` has not one entry for each step
    void backward(const sparse_adjoints<Scalar>& adjoints, const thread_team& team) const;

  private:
    Scalar* array(std::size_t number) const;
    Scalar* state(int step) const;
    const Scalar* saved(int step) const;
    phase sign_of_initial(const Scalar* initial) const;
    kernels::sparse_step_job<Scalar> forward_job(const sparse_inputs<Scalar>& inputs, int step) const;
    /// Where a backward pass keeps the adjoints of the drive and of the state.
    struct adjoint_arrays {
        int last_step;       ///< whose state has an adjoint
        Scalar* own_drives;  ///< an array for each step, among the results; null: two arrays take turns
        std::size_t own_distance;
        Scalar* turns;
        std::size_t turn_distance;
        Scalar* state;

        Scalar* drive_of(int step) const {
            return own_drives != nullptr ? own_drives + static_cast<std::size_t>(step) * own_distance
                                         : turns + static_cast<std::size_t>(step % 2) * turn_distance;
        }
    };
    /// Sets to 0 what passes add to, and what none of them writes.
    std::vector<phase> zeros_before(const sparse_adjoints<Scalar>& adjoints, const adjoint_arrays& arrays) const;
    /// What a pass reads and where its results go.
    kernels::sparse_adjoint_job<Scalar> backward_job(const sparse_adjoints<Scalar>& adjoints,
                                                     const adjoint_arrays& arrays, int pass) const;

    std::shared_ptr<const sparse_network<Scalar>> network_;
    int batch_, steps_;
    saved_values saves_;
    bool drive_by_step_, has_initial_, has_saved_;
    std::vector<Scalar> rate_;  ///< empty: 1
    std::size_t array_size_;    ///< scalars, whole lines of the cache
    borrowed_array<Scalar> memory_;
};

}  // namespace cortexpr::executors::sparse
