#include "stored_matrix.hpp"

#include "../io/input_file.hpp"

#include <cortexpr/error.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <utility>

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

/// How arrays of a compressed matrix are called.
struct compressed_names {
    std::string starts, ends, values;
};

/// Rows are lines.
stored_matrix read_csr(const array_file& arrays, const compressed_names& names) {
    stored_matrix found;
    found.rows_array = names.starts;
    found.indices_array = names.ends;
    found.weights_array = names.values;
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

/// The format that scipy.sparse.save_npz noted: "coo", "csr", ...; empty where it is no such file.
std::string scipy_format(const array_file& arrays) {
    return arrays.has("format") && arrays.has("shape") && arrays.has("data") ? arrays.word("format") : std::string();
}

stored_matrix read_scipy(const array_file& arrays, const std::string& format) {
    const auto shape = arrays.whole_numbers("shape");
    if (shape.size() != 2 || shape[0] < 0) arrays.refuse("shape", "isn't that of a matrix");
    stored_matrix found;
    if (format == "coo") {
        found.rows_array = found.indices_array = "row";
        found.weights_array = "data";
        found.targets = arrays.indices("row");
        found.sources = arrays.indices("col");
        require_length(arrays, "col", found.targets.size(), "row");
    } else if (format == "csr" || format == "csc") {
        found = read_csr(arrays, {"indptr", "indices", "data"});
        if (format == "csc") std::swap(found.sources, found.targets);
    } else {
        arrays.refuse("format", fmt::format("says {}; coo, csr and csc are read, so convert it by tocsr()", format));
    }
    found.rows = shape[0];
    found.columns = shape[1];
    return found;
}

/// "; give the prefix 'w.'"; empty where no prefix leads to a matrix.
std::string prefix_advice(const array_file& arrays) {
    std::vector<std::string> prefixes;
    for (const auto& name : arrays.list())
        for (const std::string_view ending : {".crow_indices", ".indices"}) {
            if (!name.ends_with(ending)) continue;
            const auto prefix = name.substr(0, name.size() - ending.size() + 1);
            if (arrays.has(prefix + "values")) prefixes.push_back(io::shown_name(prefix));
        }
    return prefixes.empty() ? std::string() : fmt::format("; give the prefix {}", fmt::join(prefixes, " or "));
}

/// What to do with a square array; empty where there is none.
std::string advice_on_square(const array_file& arrays) {
    for (const auto& name : arrays.list())
        if (const auto shape = arrays.shape(name); shape.size() == 2 && shape[0] == shape[1] && shape[0] > 1)
            return fmt::format("; {} may be dense: {}", io::shown_name(name), dense_advice);
    return {};
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
    return arrays.has(prefix + "crow_indices") || arrays.has(prefix + "indices") ||
           (prefix.empty() && !scipy_format(arrays).empty());
}

std::string prefix_of_matrix(const array_file& arrays, const std::string& prefix, const std::string& part) {
    if (prefix.empty() && !has_matrix(arrays, prefix))
        for (const auto& name : {part, "rnn." + part})
            if (has_matrix(arrays, name)) return name;
    return prefix;
}

void refuse_arrays(const std::string& file, const array_file& arrays, const std::string& first,
                   const std::string& second) {
    auto advice = prefix_advice(arrays);
    if (advice.empty()) advice = advice_on_square(arrays);
    throw file_error(file, fmt::format("has {}; arrays {} and {}, or indices and values, or crow_indices, col_indices "
                                       "and values were expected{}",
                                       arrays.names(), first, second, advice));
}

stored_matrix read_matrix(const array_file& arrays, const std::string& prefix) {
    const auto scipy = prefix.empty() ? scipy_format(arrays) : std::string();
    auto found = !scipy.empty() ? read_scipy(arrays, scipy)
                 : arrays.has(prefix + "crow_indices")
                     ? read_csr(arrays, {prefix + "crow_indices", prefix + "col_indices", prefix + "values"})
                     : read_coo(arrays, prefix);
    if (scipy.empty()) found.columns = arrays.matrix_columns(prefix);
    require_length(arrays, found.weights_array, found.sources.size(), found.indices_array);
    found.weights = arrays.reals(found.weights_array);
    return found;
}

}  // namespace cortexpr::circuit
