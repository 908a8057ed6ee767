#include <cortexpr/io/base64.hpp>

#include <cstddef>
#include <cstdint>

namespace cortexpr::io {

std::string base64(std::string_view bytes) {
    constexpr std::string_view symbols = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::string text;
    text.reserve((bytes.size() + 2) / 3 * 4);
    for (std::size_t first = 0; first < bytes.size(); first += 3) {
        std::uint32_t group = 0;
        for (std::size_t i = 0; i < 3; ++i)
            group = group << 8U | (first + i < bytes.size() ? static_cast<std::uint8_t>(bytes[first + i]) : 0U);
        for (std::size_t i = 0; i < 4; ++i)
            text += first + i > bytes.size() ? '=' : symbols[group >> (18 - 6 * i) & 63U];
    }
    return text;
}

}  // namespace cortexpr::io
