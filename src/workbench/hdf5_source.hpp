#pragma once
// Data sets of an HDF5 file as arrays. Source of the format: The HDF Group, libhdf5.

#include "sources.hpp"

namespace cortexpr::workbench {

/// \throws file_error  not such a file
std::unique_ptr<const array_source> make_hdf5_source(const std::filesystem::path& file);

}  // namespace cortexpr::workbench
