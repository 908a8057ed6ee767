#pragma once
// A list whose length is known only while a rule is checked. Lighter than <vector>, for header and compiler.

#include <cortexpr/compiler.hpp>

#include <cstddef>

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
    constexpr Value& operator[](std::size_t index) { return values_[index]; }
    constexpr const Value& operator[](std::size_t index) const { return values_[index]; }

  private:
    std::size_t size_;
    Value* values_;
};

}  // namespace cortexpr::check
