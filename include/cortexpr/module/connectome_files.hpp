#pragma once
// A declared connectome over the files of a measured one.

#include <cortexpr/compiler.hpp>

#include <cortexpr/circuit/files.hpp>
#include <cortexpr/module/connectome_data.hpp>
#include <cortexpr/plan/connectome.hpp>

namespace cortexpr {

/// Reads a connectome and holds it to a declaration: its types, their classes and which of them are connected; and the
/// projections that it has as sparse, where there are files of them.
/// \throws file_error, usage_error  as circuit::load and circuit::load_projection
connectome_data load_connectome(const plan::connectome& plan, const circuit::files& files,
                                circuit::report* found = nullptr);

}  // namespace cortexpr
