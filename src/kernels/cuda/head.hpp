#pragma once
// A classifier's head: linear, ReLU, dropout, linear; the loss of its answers and how many are right; and their
// backward pass. The interface. Sums over examples are of parts of fixed length, in their order: no atomics.

#include <cstddef>
#include <cstdint>

namespace cortexpr::kernels::cuda {

/// `rows` are the examples, or these at each step.
struct head_sizes {
    int rows = 0, features = 0, hidden = 0, classes = 0;
};

/// The kernels read all weights for every few rows: larger heads are left to a library's matrix products.
/// The bounds are not tuned.
constexpr bool fits_head_kernels(const head_sizes& sizes) {
    constexpr std::int64_t most_units = 1024, most_weights = 1 << 17;
    return sizes.rows > 0 && sizes.features > 0 && sizes.hidden > 0 && sizes.classes > 0 &&
           sizes.hidden <= most_units && sizes.classes <= most_units &&
           std::int64_t{sizes.hidden} * sizes.features <= most_weights &&
           std::int64_t{sizes.hidden} * sizes.classes <= most_weights;
}

struct head_weights {
    const float* first = nullptr;       ///< (hidden, features)
    const float* first_bias = nullptr;  ///< (hidden)
    const float* second = nullptr;      ///< (classes, hidden)
    const float* second_bias = nullptr;
};

struct head_job {
    head_sizes sizes{};
    head_weights weights{};
    const float* features = nullptr;     ///< (rows, features)
    float dropout = 0;                   ///< the probability that a unit is left out
    const std::int64_t* seed = nullptr;  ///< of dropout, one number: the same one draws the same; null: no dropout
    float* units = nullptr;              ///< (rows, hidden): after dropout
    float* logits = nullptr;             ///< (rows, classes)
};

struct head_adjoint_job {
    head_sizes sizes{};
    head_weights weights{};
    const float* features = nullptr;
    float dropout = 0;  ///< 0 where none acted
    const float* units = nullptr;
    const float* logit_adjoint = nullptr;
    float* unit_adjoint = nullptr;     ///< (rows, hidden): memory to work in
    float* feature_adjoint = nullptr;  ///< (rows, features)
    float *first = nullptr, *first_bias = nullptr, *second = nullptr, *second_bias = nullptr;  ///< gradients
};

/// Cross entropy, or the mean squared error over the classes, with smoothed labels: its mean over the rows, by the
/// weights of their classes.
struct loss_job {
    int rows = 0, classes = 0;
    int examples = 0;  ///< rows are these at each step; only the last step's answers are counted as right
    bool is_squared = false;
    float smoothing = 0;
    const float* logits = nullptr;
    const std::int64_t* labels = nullptr;  ///< (examples)
    const float* weights = nullptr;        ///< (classes), or null: 1 each
    float* partial = nullptr;              ///< 2 * loss_blocks
    float* loss = nullptr;                 ///< one number
    double* report = nullptr;              ///< the loss, and the number of right answers
    float* logit_adjoint = nullptr;        ///< (rows, classes): of the loss
};

/// Rows that a thread block takes: one block for the usual batch, so that nothing is left to be added up.
inline constexpr int loss_rows = 256;
constexpr int loss_blocks(int rows) { return (rows + loss_rows - 1) / loss_rows; }

}  // namespace cortexpr::kernels::cuda

extern "C" {
[[gnu::visibility("default")]] int cortexpr_cuda_head(const cortexpr::kernels::cuda::head_job* job, void* stream);
[[gnu::visibility("default")]] int cortexpr_cuda_head_adjoint(const cortexpr::kernels::cuda::head_adjoint_job* job,
                                                              void* stream);
[[gnu::visibility("default")]] int cortexpr_cuda_loss(const cortexpr::kernels::cuda::loss_job* job, void* stream);
}
