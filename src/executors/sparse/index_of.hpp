#pragma once

#include <cstddef>
#include <cstdint>

namespace cortexpr::executors::sparse {

/// A cell's, type's or synapse's number as an index.
constexpr std::size_t index_of(std::int32_t number) { return static_cast<std::size_t>(number); }

}  // namespace cortexpr::executors::sparse
