// The kernels of one instruction set. Included by one file for each of them, which defines lanes.hpp's macros first.

#include "direct.hpp"
#include "overridden.hpp"
#include "pointwise.hpp"
#include "sparse.hpp"
#include "winograd.hpp"

namespace cortexpr::kernels::CORTEXPR_INSTRUCTION_SET {

template <class Scalar>
constexpr kernel_table<Scalar> table(const char* name) {
    return {name,
            lanes<Scalar>,
            {convolve<Scalar>, add_weight_gradient<Scalar>},
            {convolve_winograd<Scalar>, add_weight_gradient_winograd<Scalar>},
            step<Scalar>,
            step_adjoint<Scalar>,
            replay<Scalar>,
            apply<Scalar>,
            apply_adjoint<Scalar>,
            largest<Scalar>,
            rounding<Scalar>(),
            add_current<Scalar>,
            hold<Scalar>,
            add_noise<Scalar>,
            {sparse_step<Scalar>, sparse_adjoint<Scalar>}};
}

}  // namespace cortexpr::kernels::CORTEXPR_INSTRUCTION_SET
