#pragma once
// Arrays as the data sets of an HDF5 file. Source of the format: The HDF Group, libhdf5.

#include "sinks.hpp"

namespace cortexpr::workbench {

/// A data set for each array, in chunks of entries of its first dimension; the description is one of bytes.
/// \throws file_error
std::unique_ptr<array_sink> make_hdf5_sink(const std::filesystem::path& file);

}  // namespace cortexpr::workbench
