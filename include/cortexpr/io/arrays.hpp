#pragma once
// Tensors as NumPy's arrays and as tables of numbers: an .npz archive, or a folder with a file for each.

#include <cortexpr/compiler.hpp>

#include <cortexpr/io/tensor_file.hpp>
#include <filesystem>
#include <span>

namespace cortexpr::io {

/// Reads an .npz archive, an .npy file (the file's name is the tensor's, too), or all .npy and .csv files of a folder.
/// A .csv file has a row of numbers for each line, all of one length; a first line "# shape 16,16,3,3" gives the
/// numbers another shape, in C's order.
/// \throws file_error  missing or damaged; elements that are no little-endian numbers
tensor_file read_arrays(const std::filesystem::path& path);

/// Writes an .npz archive, uncompressed; numpy.load reads it. Equal content gives equal arrays.
/// \throws usage_error  an element type that NumPy lacks   \throws file_error  the file can't be written
void write_npz(const std::filesystem::path& file, std::span<const tensor_record> tensors);

/// A NumPy file for each array, or a table.
enum class array_format : std::uint8_t { npy, csv };

/// Writes a file for each tensor into a folder, which is made where it is missing. A table has a line for each entry of
/// the first axis; numpy.loadtxt(file, delimiter=",") reads it.
/// \throws usage_error  as write_npz, or a name that is no file's   \throws file_error  as write_npz
void write_arrays(const std::filesystem::path& folder, std::span<const tensor_record> tensors, array_format format);

}  // namespace cortexpr::io
