#pragma once
// Memory for large arrays: it starts with a line of the cache, isn't written before it is used, and lies in huge pages
// where the system grants them, which spares misses of the address cache.

#include <cstddef>
#include <memory>
#include <mutex>
#include <span>
#include <utility>
#include <vector>

namespace cortexpr {

inline constexpr std::size_t cache_line = 64;  ///< bytes

/// A size in scalars, rounded up to whole lines of the cache.
template <class Scalar>
constexpr std::size_t whole_lines(std::size_t size) {
    constexpr std::size_t line = cache_line / sizeof(Scalar);
    return (size + line - 1) / line * line;
}

/// How memory goes back.
struct memory_release {
    std::size_t mapped_bytes = 0;  ///< 0: it is on the heap
    void operator()(std::byte* memory) const;
};

/// Bytes of at least that size, not initialised.
class raw_memory {
  public:
    raw_memory() = default;
    explicit raw_memory(std::size_t bytes);

    std::byte* data() const { return bytes_.get(); }
    std::size_t size() const { return size_; }

  private:
    std::unique_ptr<std::byte, memory_release> bytes_;
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
    /// \param most  how many arrays wait for the next run; where more come back, the one that waits longest is freed
    explicit memory_store(std::size_t most);
    raw_memory take(std::size_t bytes);
    void give_back(raw_memory memory) noexcept;

  private:
    std::mutex mutex_;
    std::size_t most_;
    std::vector<raw_memory> free_;  ///< with room for as many
};

/// A fixed number of values, not initialised, in memory that goes back to a store, which must outlive it.
template <class T>
class borrowed_array {
  public:
    borrowed_array() = default;
    borrowed_array(memory_store& store, std::size_t size)
        : store_(&store), memory_(store.take(size * sizeof(T))), size_(size) {}
    ~borrowed_array() {
        if (store_ != nullptr) store_->give_back(std::move(memory_));
    }
    borrowed_array(borrowed_array&& other) noexcept
        : store_(std::exchange(other.store_, nullptr)),
          memory_(std::move(other.memory_)),
          size_(std::exchange(other.size_, 0)) {}
    borrowed_array& operator=(borrowed_array&& other) noexcept {
        std::swap(store_, other.store_);
        std::swap(memory_, other.memory_);
        std::swap(size_, other.size_);
        return *this;
    }
    borrowed_array(const borrowed_array&) = delete;
    borrowed_array& operator=(const borrowed_array&) = delete;

    T* data() const { return reinterpret_cast<T*>(memory_.data()); }
    std::size_t size() const { return size_; }

  private:
    memory_store* store_ = nullptr;
    raw_memory memory_;
    std::size_t size_ = 0;
};

}  // namespace cortexpr
