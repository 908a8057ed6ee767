#pragma once
// Tensors of LibTorch as the passes read and write them. No LibTorch here.

#include <cortexpr/run/values.hpp>

#include <cstddef>
#include <cstdint>
#include <vector>

namespace cortexpr::executors::planned {

/// Maps of a tensor in LibTorch's order, one for each image and step.
template <class Scalar>
struct planes {
    Scalar* data = nullptr;
    std::ptrdiff_t image_stride = 0, step_stride = 0;

    explicit operator bool() const { return data != nullptr; }
    /// Steps count from 1; what has none is at step 1.
    Scalar* at(std::int64_t image, int step = 1) const {
        return data + image * image_stride + (step - 1) * step_stride;
    }
};

/// Values that a run is given or gives, or their adjoints; what isn't asked for has no data.
template <class Scalar>
using values = run_values<planes<Scalar>>;

/// Where a run begins, or the adjoints of that.
template <class Scalar>
struct starts {
    planes<Scalar> stimulus;
    std::vector<planes<Scalar>> states;             ///< by neuron type
    std::vector<planes<Scalar>> outputs, feedback;  ///< by area
};

}  // namespace cortexpr::executors::planned
