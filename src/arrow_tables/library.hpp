#pragma once
// Tables in Feather and Parquet files, behind a C interface: a library of its own, the only one that needs Arrow's, and
// loaded at run time, so that a machine without Arrow lacks no more than these files.

#include "stream.hpp"

#include <cstddef>

namespace cortexpr::arrow_tables {

/// Grows whenever the function's meaning changes.
inline constexpr int interface_version = 1;
inline constexpr const char* library_name = "libcortexpr_arrow.so";

}  // namespace cortexpr::arrow_tables

extern "C" {
[[gnu::visibility("default")]] int cortexpr_arrow_interface_version();
/// Opens a file of Arrow's (Feather's second version) or a Parquet file; what it is, its first bytes say. Gives its
/// rows as batches, and their number, or -1 where the file doesn't say. Returns 0, or 1 with the reason in `message`.
[[gnu::visibility("default")]] int cortexpr_arrow_open(const char* path, ArrowArrayStream* stream, std::int64_t* rows,
                                                       char* message, std::size_t size);
}
