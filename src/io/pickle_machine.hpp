#pragma once
// The stack machine that a pickle is a program for, and what its instructions build. Nothing that a pickle names is
// called: see pickle.hpp.

#include "pickle.hpp"

#include <cstdint>
#include <deque>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

namespace cortexpr::io {

enum class pickled_kind : std::uint8_t { other, none, whole, text, sequence, mapping, known, storage, tensor, sparse };

/// A value of the machine's: a whole number, or the index of what it is in a table of its kind.
struct pickled_value {
    pickled_kind is = pickled_kind::other;
    std::int64_t number = 0;
};

/// Of a dict, keys and values.
using pickled_entries = std::vector<std::pair<pickled_value, pickled_value>>;

struct pickled_sparse {
    std::span<const std::string_view> names;
    std::vector<std::size_t> parts;  ///< indices into the table of tensors
};

/// What a pickle leaves: its last value, and the tables of those kinds that a state dict is made of.
struct pickled_values {
    pickled_value root{};
    std::vector<std::string_view> texts{};   ///< within the pickle
    std::deque<pickled_entries> mappings{};  ///< references to one stay good while there come more
    std::vector<pickled_tensor> tensors{};
    std::vector<pickled_sparse> sparse{};
};

/// `wanted` as read_state_dict has it. \throws std::invalid_argument  likewise
pickled_values run_pickle(std::string_view pickle, std::string_view wanted);

}  // namespace cortexpr::io
