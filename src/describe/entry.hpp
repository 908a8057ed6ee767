#pragma once
// A value in a description together with its place, so that whatever is wrong with it can be said in one sentence.

#include <cortexpr/error.hpp>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace cortexpr::describe {

/// All members throw usage_error where the value is of another kind.
class entry {
  public:
    using json = nlohmann::ordered_json;

    /// `value` must outlive the entry. `path` is a JSON pointer.
    explicit entry(const json& value, std::string path = "") : value_(&value), path_(std::move(path)) {}

    entry at(const char* key) const {
        if (!value_->is_object()) refuse("give an object");
        const auto found = value_->find(key);
        if (found == value_->end()) say(fmt::format("has no \"{}\"; add it", key));
        return entry(*found, fmt::format("{}/{}", path_, key));
    }
    bool is_null() const { return value_->is_null(); }
    bool has(const char* key) const { return value_->contains(key); }
    bool is_number() const { return value_->is_number(); }

    std::vector<entry> list() const;
    /// Exactly two values.
    std::pair<entry, entry> pair() const;
    /// From 0 to a million, so that what is computed from a few of them doesn't overflow.
    int whole() const;
    double number() const;
    bool flag() const;
    const std::string& text() const;
    /// The index of the value among these names.
    std::size_t choice(const std::vector<std::string_view>& names) const;
    /// One of the first `count` enumerators.
    template <class Enum>
    Enum word(int count) const {
        std::vector<std::string_view> names;
        for (int i = 0; i < count; ++i) names.push_back(name_of(static_cast<Enum>(i)));
        return static_cast<Enum>(choice(names));
    }

    /// "/areas/0/input/channels is "3"; <what to do>".
    [[noreturn]] void refuse(std::string_view what_to_do) const;
    /// "/areas/0 ("V1") <what is wrong; what to do>".
    [[noreturn]] void say(std::string_view what) const;

    /// The place and, where it has them, the names there: /areas/0/edges/3 ("E" to "I").
    std::string place() const;

  private:
    const json* value_;
    std::string path_;
};

}  // namespace cortexpr::describe
