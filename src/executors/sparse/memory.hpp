#pragma once
// Memory for large arrays: it starts with a line of the cache, isn't written before it is used, and lies in huge pages
// where the system grants them, which spares misses of the address cache.

#include <cstddef>
#include <memory>
#include <mutex>
#include <span>
#include <vector>

namespace cortexpr::executors::sparse {

/// Bytes of at least that size, not initialised.
class raw_memory {
  public:
    raw_memory() = default;
    explicit raw_memory(std::size_t bytes);

    std::byte* data() const { return bytes_.get(); }
    std::size_t size() const { return size_; }

  private:
    struct release {
        void operator()(std::byte* memory) const;
    };
    std::unique_ptr<std::byte, release> bytes_;
    std::size_t size_ = 0;
};

/// A fixed number of values, not initialised.
template <class T>
class big_array {
  public:
    big_array() = default;
    explicit big_array(std::size_t size) : memory_(size * sizeof(T)), size_(size) {}

    T* data() const { return reinterpret_cast<T*>(memory_.data()); }
    std::size_t size() const { return size_; }
    T& operator[](std::size_t at) const { return data()[at]; }
    std::span<T> span() const { return {data(), size_}; }

  private:
    raw_memory memory_;
    std::size_t size_ = 0;
};

/// Memory that is used again by the next run: the system zeroes fresh pages, which takes as long as a time step.
class memory_store {
  public:
    raw_memory take(std::size_t bytes);
    void give_back(raw_memory memory);

  private:
    std::mutex mutex_;
    std::vector<raw_memory> free_;
};

}  // namespace cortexpr::executors::sparse
