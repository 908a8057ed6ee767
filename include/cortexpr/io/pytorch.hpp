#pragma once
// PyTorch's files of tensors (.pt, .pth): a zip archive of a pickle, which says what tensors there are, and their
// storages. Source of the format: torch.serialization.

#include <cortexpr/compiler.hpp>

#include <cortexpr/io/tensor_file.hpp>
#include <filesystem>
#include <span>
#include <string_view>

namespace cortexpr::io {

/// Whether a zip archive is one of PyTorch's. \throws file_error  it is no zip archive
bool is_pytorch_archive(const std::filesystem::path& file);

/// Reads the state dict that torch.save wrote: the whole, or the one dict of tensors within it (as "state_dict",
/// "model_state_dict"). Views, also strided ones and ones that share their storage, are read as what they show. Sparse
/// tensors (COO, CSR) are read as their parts: `K.indices` and `K.values`, or `K.crow_indices`, `K.col_indices` and
/// `K.values`; a file that is one sparse tensor, too, as `indices` and so on.
///
/// A pickle may name any Python function to be called. None is called here: what isn't a tensor, a dict, a list or a
/// number is refused by its name. Memory is taken once all sizes have been found sound, and is that of the file at most
/// twice.
/// \param wanted  what is to be saved in place of a file that holds other things, for the text of the error
/// \throws file_error  missing or damaged (the archive has checksums), a pickle that asks for anything else, a file of
///                     an older PyTorch or of TorchScript; tensors beyond their storage, several dicts of tensors
tensor_file read_pytorch(const std::filesystem::path& file, std::string_view wanted = "the network's state_dict()");

/// Writes tensors as a state dict that torch.load(..., weights_only=True) reads, atomically (see atomic_file). Equal
/// content gives equal files.
/// \throws usage_error  a repeated name, an element type that PyTorch lacks, bytes that disagree with the shape
/// \throws file_error   the file can't be written; what was there before stays
void write_pytorch(const std::filesystem::path& file, std::span<const tensor_record> tensors);

}  // namespace cortexpr::io
