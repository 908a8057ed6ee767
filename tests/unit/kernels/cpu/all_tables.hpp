#pragma once
// The kernels of every instruction set that this CPU has.

#include "kernels/cpu/dispatch.hpp"

#include <vector>

namespace cortexpr::test {

template <class Scalar>
std::vector<const kernels::kernel_table<Scalar>*> all_tables() {
    const auto tables = kernels::tables_for_this_cpu<Scalar>();
    std::vector<const kernels::kernel_table<Scalar>*> all(tables.begin(), tables.end());
    all.push_back(&kernels::kernels_for_this_cpu<Scalar>());  // wide_kernel_tests puts another one in its place
    return all;
}

}  // namespace cortexpr::test
