#pragma once
// The part of Python's pickle that a file of tensors is written in. Source of the format: Python's pickletools; of what
// PyTorch puts into it: torch.serialization and torch._utils.
//
// A pickle is a program for a stack machine, and may name any function of any module to be called. Here nothing is
// called: the few names that tensors need are known, with what they mean, and any other is refused where it is named.

#include <cortexpr/io/tensor_file.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace cortexpr::io {

/// A tensor as a view of a storage: where its elements lie.
struct pickled_tensor {
    std::string name{};
    dtype type = dtype::f32;
    std::string_view storage;  ///< its key in the archive; within the pickle
    std::uint64_t storage_bytes = 0;
    std::int64_t offset = 0;                  ///< of the first element, in elements
    std::vector<std::int64_t> shape, stride;  ///< of equal length; strides in elements
    std::vector<std::int64_t> matrix{};       ///< of the first part of a sparse tensor: the sizes of the whole
};

/// The most that a pickle may hold, far beyond what networks take: a file's length is no bound on what it asks for.
inline constexpr std::uint64_t largest_pickle = std::uint64_t{1} << 22U;  // bytes
inline constexpr std::size_t most_pickled_values = 100'000;

/// The tensors of a state dict, in its order: that of the whole, or of the one dict of tensors within it, such as
/// "state_dict" or "model_state_dict". A sparse tensor is its parts, `K.indices` and `K.values`, or `K.crow_indices`,
/// `K.col_indices` and `K.values`; a pickle that is one sparse tensor, too, without the `K.`. Views are not yet
/// compared with their storages. `wanted` is what a file should hold that is refused for other things.
/// \throws std::invalid_argument  with the reason as a clause: "asks for 'os.system', ..."
std::vector<pickled_tensor> read_state_dict(std::string_view pickle,
                                            std::string_view wanted = "the network's state_dict()");

}  // namespace cortexpr::io
