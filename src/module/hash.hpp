#pragma once
// FNV-1a (Fowler, Noll, Vo), 64 bits: what fingerprints are made of.

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace cortexpr {

class fnv_hash {
  public:
    void add(const void* data, std::size_t size) {
        const auto* bytes = static_cast<const unsigned char*>(data);
        for (std::size_t i = 0; i < size; ++i) value_ = (value_ ^ bytes[i]) * 0x100000001B3U;
    }
    void add(std::string_view text) { add(text.data(), text.size()); }
    std::uint64_t value() const { return value_; }

  private:
    std::uint64_t value_ = 0xCBF29CE484222325U;
};

}  // namespace cortexpr
