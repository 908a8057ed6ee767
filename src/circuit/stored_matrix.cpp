#include "stored_matrix.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace cortexpr::circuit {

namespace {

stored_matrix read_coo(const array_file& arrays, const std::string& prefix) {
    stored_matrix found;
    found.rows_array = found.indices_array = prefix + "indices";
    found.weights_array = prefix + "values";
    const auto shape = arrays.shape(found.indices_array);
    if (shape.size() != 2 || shape[0] != 2)
        arrays.refuse(found.indices_array,
                      fmt::format("has the sizes {}; (2, n) were expected, targets (postsynaptic neurons) in row 0",
                                  fmt::join(shape, "x")));
    const auto count = static_cast<std::ptrdiff_t>(shape[1]);
    found.targets = arrays.indices(found.indices_array);
    found.sources.assign(found.targets.begin() + count, found.targets.end());
    found.targets.resize(static_cast<std::size_t>(count));
    found.targets.shrink_to_fit();
    found.rows = arrays.matrix_rows(prefix);
    return found;
}

stored_matrix read_csr(const array_file& arrays, const std::string& prefix) {
    stored_matrix found;
    found.rows_array = prefix + "crow_indices";
    found.indices_array = prefix + "col_indices";
    found.weights_array = prefix + "values";
    const auto starts = arrays.whole_numbers(found.rows_array);
    found.sources = arrays.indices(found.indices_array);
    if (starts.empty() || starts.front() != 0 || starts.back() != static_cast<std::int64_t>(found.sources.size()) ||
        !std::ranges::is_sorted(starts))
        arrays.refuse(found.rows_array, fmt::format("doesn't go from 0 up to the {} entries of {}",
                                                    found.sources.size(), found.indices_array));
    found.rows = static_cast<std::int64_t>(starts.size()) - 1;
    found.targets.reserve(found.sources.size());
    for (std::size_t row = 0; row + 1 < starts.size(); ++row)
        found.targets.insert(found.targets.end(), static_cast<std::size_t>(starts[row + 1] - starts[row]),
                             static_cast<std::int32_t>(row));
    return found;
}

}  // namespace

std::uint64_t length_of(const array_file& arrays, const std::string& array) {
    const auto shape = arrays.shape(array);
    if (shape.size() != 1 && !(shape.size() == 2 && shape[1] == 1))
        arrays.refuse(array, fmt::format("has {} axes; one was expected", shape.size()));
    return shape[0];
}

void require_length(const array_file& arrays, const std::string& array, std::uint64_t length,
                    const std::string& other) {
    if (const auto own = length_of(arrays, array); own != length)
        arrays.refuse(array, fmt::format("has {} entries, but {} has {}", own, other, length));
}

bool has_matrix(const array_file& arrays, const std::string& prefix) {
    return arrays.has(prefix + "crow_indices") || arrays.has(prefix + "indices");
}

std::string prefix_of_matrix(const array_file& arrays, const std::string& prefix, const std::string& part) {
    if (prefix.empty() && !has_matrix(arrays, prefix))
        for (const auto& name : {part, "rnn." + part})
            if (has_matrix(arrays, name)) return name;
    return prefix;
}

stored_matrix read_matrix(const array_file& arrays, const std::string& prefix) {
    auto found = arrays.has(prefix + "crow_indices") ? read_csr(arrays, prefix) : read_coo(arrays, prefix);
    require_length(arrays, found.weights_array, found.sources.size(), found.indices_array);
    found.weights = arrays.reals(found.weights_array);
    return found;
}

}  // namespace cortexpr::circuit
