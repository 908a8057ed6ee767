#pragma once
// What a text of JSON may come to once it is read, found before anything is made of it. A tree takes many times the
// memory of its text: three bytes, "[],", become eighty.

#include <cstddef>
#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace cortexpr::io {

inline constexpr std::uint64_t any_bytes = ~std::uint64_t{0};

struct json_bounds {
    std::uint64_t bytes = std::uint64_t{1} << 20U;  ///< of the text
    std::uint64_t tree = 6'000'000;                 ///< bytes of memory that a tree of it takes at most
    int depth = 64;                                 ///< of brackets within brackets
    std::size_t token = std::size_t{1} << 18U;      ///< bytes of a text, a number or a gap, which a parser holds twice
    /// A member of the whole whose value the reader leaves out, and which therefore doesn't count.
    std::string_view left_out{};
};

/// Why a text isn't read, as a clause; empty where it is within the bounds. It need not be sound: what stands before
/// the place where a parser stops is measured as the parser takes it.
std::string json_beyond(std::string_view text, const json_bounds& bounds = {});
/// The same of its bytes alone, before the text is in memory.
std::string json_beyond(std::uint64_t bytes, const json_bounds& bounds = {});

/// For the parser: leaves out a member of the whole.
inline auto json_without(std::string_view member) {
    return [member](int depth, auto event, const auto& value) {
        using event_type = decltype(event);
        return event != event_type::key || depth != 1 || value.template get_ref<const std::string&>() != member;
    };
}

/// For the parser, by std::ref: notes what an object has twice, of which the parser would keep the last.
class json_key_check {
  public:
    template <class Event, class Value>
    bool operator()(int depth, Event event, const Value& value) {
        const auto here = static_cast<std::size_t>(depth);
        if (event == Event::object_start) {  // whose keys are one deeper
            keys_.resize(here);
            keys_.emplace_back();
        }
        if (event == Event::key && !keys_[here - 1].insert(value.template get<std::string>()).second &&
            repeated_.empty())
            repeated_ = value.template get<std::string>();
        return true;
    }

    /// What a file with a repeated key is refused with, as a clause; empty where there is none.
    std::string fault() const;

  private:
    std::vector<std::set<std::string>> keys_{};  ///< by depth
    std::string repeated_{};
};

}  // namespace cortexpr::io
