#pragma once
// A list whose length is known only while a rule is checked. Lighter than <vector>, for header and compiler.

#include <cortexpr/compiler.hpp>

#include <cstddef>
#include <span>

namespace cortexpr::check {

template <class Value>
class list_of {
  public:
    constexpr list_of(std::size_t size, Value value) : size_(size), values_(new Value[size]{}) {
        for (std::size_t i = 0; i < size; ++i) values_[i] = value;
    }
    list_of(const list_of&) = delete;
    list_of& operator=(const list_of&) = delete;
    constexpr ~list_of() { delete[] values_; }

    constexpr std::size_t size() const { return size_; }
    constexpr Value* data() { return values_; }
    constexpr const Value* data() const { return values_; }
    constexpr Value& operator[](std::size_t index) { return values_[index]; }
    constexpr const Value& operator[](std::size_t index) const { return values_[index]; }

  private:
    std::size_t size_;
    Value* values_;
};

/// For walks along edges that go on from all they reach.
inline constexpr auto always = [](std::size_t) { return true; };

/// The values of a span by pointers: Clang counts the steps of a constant, and an iterator takes several for each
/// value.
template <class Value>
struct plain_range {
    const Value* first;
    const Value* last;
    constexpr const Value* begin() const { return first; }
    constexpr const Value* end() const { return last; }
};
template <class Value>
constexpr plain_range<Value> plain(std::span<const Value> values) {
    return {values.data(), values.data() + values.size()};
}

}  // namespace cortexpr::check
