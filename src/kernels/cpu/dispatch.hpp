#pragma once
// Which of the kernels' tables a CPU can run.

#include "kernels.hpp"

#include <span>

namespace cortexpr::kernels {

/// All tables that this CPU can run, for float or double; the fastest is the last.
template <class Scalar>
std::span<const kernel_table<Scalar>* const> tables_for_this_cpu();

/// The table of that name, or the fastest for a null pointer.
/// \throws usage_error  no table has that name, or this CPU can't run it
template <class Scalar>
const kernel_table<Scalar>& kernels_named(const char* name);

}  // namespace cortexpr::kernels
