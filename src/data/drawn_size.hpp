#pragma once
// The size that a drawn data set may have.

#include <cortexpr/error.hpp>

#include <fmt/format.h>

#include <string_view>

namespace cortexpr {

/// Throws usage_error where what is to be drawn takes more than 4 GiB: all of it is held in memory.
inline void require_drawable(double bytes, std::string_view what) {
    constexpr double most_bytes = 4294967296.0;
    if (bytes > most_bytes)
        throw usage_error(fmt::format("{} take more than 4 GiB; give fewer, or smaller ones", what));
}

}  // namespace cortexpr
