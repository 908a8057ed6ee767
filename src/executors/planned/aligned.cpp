#include "aligned.hpp"

#include "../../address_sanitizer.hpp"

#include <algorithm>
#include <array>
#include <mutex>
#include <new>

namespace cortexpr::executors::planned {

namespace {

constexpr std::align_val_t at_line{cache_line};
// A block smaller than a page gives the system no page back. The others: docs/dev/planned.md, Numbers.
constexpr std::size_t least_bytes = 4096, most_bytes = std::size_t{2} << 20;  // of a block
constexpr std::size_t most_kept = std::size_t{16} << 20;                      // in all, in a process

/// Free blocks, the one that has waited longest first. It is never destroyed: what a network holds may outlive it.
class free_blocks {
  public:
    /// Null where there is none of that size: a network asks for the same sizes in each run.
    void* take(std::size_t bytes) {
        const std::lock_guard hold(mutex_);
        const auto end = blocks_.begin() + static_cast<std::ptrdiff_t>(count_);
        const auto found = std::find_if(blocks_.begin(), end, [bytes](const block& one) { return one.bytes == bytes; });
        if (found == end) return nullptr;
        return remove(found);
    }
    void give_back(void* memory, std::size_t bytes) {
        const std::lock_guard hold(mutex_);
        while (count_ == blocks_.size() || bytes_ + bytes > most_kept)
            ::operator delete(remove(blocks_.begin()), at_line);
        blocks_[count_++] = {memory, bytes};
        bytes_ += bytes;
    }

    std::size_t bytes() {
        const std::lock_guard hold(mutex_);
        return bytes_;
    }

  private:
    struct block {
        void* memory = nullptr;
        std::size_t bytes = 0;
    };
    using blocks = std::array<block, 256>;  // each take looks through all. Not tuned.

    void* remove(blocks::iterator one) {
        auto* const memory = one->memory;
        bytes_ -= one->bytes;
        std::copy(one + 1, blocks_.begin() + static_cast<std::ptrdiff_t>(count_), one);
        --count_;
        return memory;
    }

    std::mutex mutex_;
    blocks blocks_{};
    std::size_t count_ = 0, bytes_ = 0;
};
constinit free_blocks kept;

/// Under the address sanitizer none is kept: it has to see each use of memory that was given back.
#ifdef CORTEXPR_ADDRESS_SANITIZER
constexpr bool keeps_blocks = false;
#else
constexpr bool keeps_blocks = true;
#endif

bool is_kept(std::size_t bytes) { return keeps_blocks && bytes >= least_bytes && bytes <= most_bytes; }

}  // namespace

void* take_block(std::size_t bytes) {
    auto* const block = is_kept(bytes) ? kept.take(bytes) : nullptr;
    return block != nullptr ? block : ::operator new(bytes, at_line);
}

void give_back_block(void* block, std::size_t bytes) noexcept {
    if (is_kept(bytes))
        kept.give_back(block, bytes);
    else
        ::operator delete(block, at_line);
}

std::size_t waiting_bytes() { return kept.bytes(); }

}  // namespace cortexpr::executors::planned
