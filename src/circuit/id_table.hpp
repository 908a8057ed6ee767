#pragma once
// From ids to numbers of neurons. Ids are whole numbers of 64 bits or text, never floating-point numbers.

#include "place.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace cortexpr::circuit {

/// The number that a text is, if it is written as numbers are: digits, no sign, no zero before others.
std::optional<std::uint64_t> whole_number_in(std::string_view text);

/// Whether a text is a number that isn't whole, or isn't written so: 7.2e17, 1.0.
bool is_rounded_number(std::string_view text);

/// \throws file_error  the text is no id: empty, or a rounded number
void require_id(std::string_view id, const place& at);

class id_table {
  public:
    static constexpr std::int32_t absent = -1;

    std::int32_t find(std::string_view id) const;
    std::int32_t find(std::uint64_t id) const;
    /// What isn't there yet; `number` is anything but `absent`.
    void insert(std::string_view id, std::int32_t number);
    void insert(std::uint64_t id, std::int32_t number);

  private:
    struct entry {
        std::uint64_t id = 0;
        std::int32_t number = absent;
    };
    struct text_hash {
        using is_transparent = void;
        std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>()(text); }
    };

    std::size_t slot_of(std::uint64_t id) const;
    void grow();

    std::vector<entry> entries_;  // open addressing; a power of two
    std::size_t count_ = 0;
    std::unordered_map<std::string, std::int32_t, text_hash, std::equal_to<>> texts_;
};

}  // namespace cortexpr::circuit
