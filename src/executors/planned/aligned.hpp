#pragma once
// Memory that starts with a line of the cache: a vector that lies across two lines costs twice.

#include "../../memory.hpp"

#include <cstddef>
#include <utility>
#include <vector>

namespace cortexpr::executors::planned {

/// Bytes from the start of a line. Those of up to 2 MiB that were given back come first: the heap returns them to the
/// system between two runs, which zeroes fresh pages, an eighth of a training step of one image.
void* take_block(std::size_t bytes);
void give_back_block(void* block, std::size_t bytes) noexcept;
/// Bytes of the blocks that wait to be taken: 16 MiB at most.
std::size_t waiting_bytes();

template <class T>
struct line_allocator {
    using value_type = T;

    line_allocator() = default;
    template <class U>
    line_allocator(const line_allocator<U>&) {}

    T* allocate(std::size_t count) { return static_cast<T*>(take_block(count * sizeof(T))); }
    void deallocate(T* memory, std::size_t count) { give_back_block(memory, count * sizeof(T)); }

    template <class U>
    bool operator==(const line_allocator<U>&) const {
        return true;
    }
};

template <class T>
using aligned_vector = std::vector<T, line_allocator<T>>;

/// Hands out positions for scalars in one memory, each at the start of a line.
template <class Scalar>
class line_offsets {
  public:
    std::size_t take(std::size_t count) { return std::exchange(size_, size_ + whole_lines<Scalar>(count)); }
    std::size_t size() const { return size_; }

  private:
    std::size_t size_ = 0;
};

}  // namespace cortexpr::executors::planned
