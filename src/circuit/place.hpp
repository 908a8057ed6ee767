#pragma once
// Where in a file something stands, for messages.

#include <cortexpr/error.hpp>

#include <cstdint>
#include <string>
#include <string_view>

namespace cortexpr::circuit {

/// Row and column of a table, or an entry of an array.
struct place {
    std::string_view file;
    std::int64_t row =
        0;  ///< of a table, the header's being 1; from 0 of an array, and of a table without a header row
    std::string_view column{};
    bool is_array = false;

    place in(std::string_view other) const { return {file, row, other, is_array}; }
    /// "row 7, column 'weight'" or "entry 6 of array 'weight'".
    std::string text() const;
    /// One sentence about this place.
    [[noreturn]] void refuse(const std::string& reason) const;
};

}  // namespace cortexpr::circuit
