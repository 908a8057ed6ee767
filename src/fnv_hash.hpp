#pragma once
// FNV-1a (Fowler, Noll, Vo), 64 bits: what fingerprints are made of.

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace cortexpr {

/// A hash over bytes; the order in which they come counts, the calls they come in don't.
class fnv_hash {
  public:
    /// `size` bytes from `data`.
    void add(const void* data, std::size_t size) noexcept {
        const auto* bytes = static_cast<const unsigned char*>(data);
        for (std::size_t i = 0; i < size; ++i) value_ = (value_ ^ bytes[i]) * 0x100000001B3U;
    }
    /// The text's characters.
    void add(std::string_view text) noexcept { add(text.data(), text.size()); }
    /// The hash of all that was added.
    std::uint64_t value() const noexcept { return value_; }

  private:
    std::uint64_t value_ = 0xCBF29CE484222325U;
};

}  // namespace cortexpr
