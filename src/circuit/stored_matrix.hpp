#pragma once
// A sparse matrix in a file's arrays, by number: COO (`indices`, `values`) or CSR (`crow_indices`, `col_indices`,
// `values`), or as scipy.sparse.save_npz has it. Rows are targets, as in torch: of synapses the postsynaptic neurons.

#include "array_file.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace cortexpr::circuit {

struct stored_matrix {
    std::vector<std::int32_t> targets, sources;  ///< by entry
    std::vector<double> weights;
    std::optional<std::int64_t> rows{};     ///< how many targets there are, where the file says it
    std::optional<std::int64_t> columns{};  ///< how many sources, likewise
    // Arrays, for messages.
    std::string rows_array, indices_array, weights_array;

    std::size_t size() const { return weights.size(); }
};

/// Whether there are arrays of a sparse matrix, whose names begin with `prefix`.
bool has_matrix(const array_file& arrays, const std::string& prefix);

/// The prefix of a matrix that may stand in a state dict of the reference's or of `save`: `prefix` where one is given
/// or the matrix has none, else that of `part` ("hh.") in a network or in a classifier of one.
std::string prefix_of_matrix(const array_file& arrays, const std::string& prefix, const std::string& part);

/// That a file has neither the arrays `first` and `second`, of ids, nor a matrix; with the prefixes of those it has.
/// \throws file_error  always
[[noreturn]] void refuse_arrays(const std::string& file, const array_file& arrays, const std::string& first,
                                const std::string& second);

/// \throws file_error  arrays of other sizes than a sparse matrix has
stored_matrix read_matrix(const array_file& arrays, const std::string& prefix);

/// The entries of an array of one axis. \throws file_error  it has more
std::uint64_t length_of(const array_file& arrays, const std::string& array);
/// \throws file_error  `array` has another length than `other`, which has `length`
void require_length(const array_file& arrays, const std::string& array, std::uint64_t length, const std::string& other);

}  // namespace cortexpr::circuit
