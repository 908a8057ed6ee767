#include "threads.hpp"

#include "../../../address_sanitizer.hpp"
#include "../host_block.hpp"

#include <ucontext.h>
#include <algorithm>
#include <cmath>
#include <cstring>
#include <exception>
#include <map>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

// Without the calls, a stack that changes takes minutes to follow.
#if defined(CORTEXPR_ADDRESS_SANITIZER)
#include <sanitizer/common_interface_defs.h>
#endif

namespace cortexpr::kernels::cuda::sized {

namespace {

constexpr int lanes = 32;
constexpr std::size_t stack_bytes = std::size_t{64} * 1024;
constexpr unsigned char garbage = 0xFF;  // not a number, of whatever width

/// What the lanes of a warp hand over to each other; the last one to arrive does the work.
struct warp {
    int arrived = 0, exited = 0;
    std::uint64_t turn = 0;
    std::uint32_t operands[lanes][10], results[lanes][4];
};

struct incoming_copy {
    unsigned char* to;
    const unsigned char* from;
    std::uint32_t bytes;
};
/// An mbarrier of one arrival, with the copies of its phase.
struct copy_barrier {
    std::uint64_t phases = 0;  ///< that are complete
    std::uint32_t announced = 0, copied = 0;
    bool is_armed = false;
    std::vector<incoming_copy> pending{};
};
struct outgoing_copy {
    int thread;
    unsigned char* to;
    const unsigned char* from;
    std::uint32_t bytes;
};

struct thread {
    ucontext_t context{};
    std::unique_ptr<unsigned char[]> stack{};
    bool is_done = false;
#if defined(CORTEXPR_ADDRESS_SANITIZER)
    void* fake_stack = nullptr;
#endif
};

class block {
  public:
    block(int index, int count, int threads, std::size_t shared_bytes, thread_order order,
          const std::function<void()>& body)
        : index(index),
          count(count),
          order_(order),
          body_(body),
          threads_(static_cast<std::size_t>(threads)),
          warps_(static_cast<std::size_t>((threads + lanes - 1) / lanes)),
          shared_(new (std::align_val_t{shared_alignment}) unsigned char[shared_bytes]),
          shared_bytes_(shared_bytes) {
        std::memset(shared_.get(), garbage, shared_bytes);
    }

    void run();
    void wait_for_block();
    template <class Work>
    std::uint32_t* together(const std::uint32_t* operands, int number, Work work);

    int threads() const { return static_cast<int>(threads_.size()); }
    unsigned char* shared() { return shared_.get(); }
    unsigned char* shared_at(std::uint32_t address, std::size_t bytes) {
        if (address + bytes > shared_bytes_ || address % std::min<std::size_t>(bytes, 16) != 0)
            throw std::logic_error("shared memory is accessed at " + std::to_string(address) + ", of " +
                                   std::to_string(shared_bytes_) + " bytes");
        return shared_.get() + address;
    }
    copy_barrier& copies(std::uint32_t address) { return barriers_[address]; }
    void arm(std::uint32_t address, std::uint32_t bytes) {
        auto& barrier = barriers_.at(address);
        if (barrier.is_armed) throw std::logic_error("a barrier for copies is armed twice in a phase");
        barrier.is_armed = true;
        barrier.announced = bytes;
    }
    void await_copies(std::uint32_t address, std::uint32_t parity);
    void start_copy_out(outgoing_copy copy) { outgoing_.push_back(copy); }
    void finish_copies_of(int thread) {
        for (const auto& copy : outgoing_)
            if (copy.thread == thread) std::memcpy(copy.to, copy.from, copy.bytes);
        std::erase_if(outgoing_, [thread](const auto& copy) { return copy.thread == thread; });
    }
    void yield();

    const int index, count;
    int current = 0;

  private:
    static constexpr std::size_t shared_alignment = 1024;
    struct aligned_delete {
        void operator()(unsigned char* memory) const { operator delete[](memory, std::align_val_t{shared_alignment}); }
    };

    static void enter();
    void switch_to(int next);
    bool progressed_ = false;

    thread_order order_;
    const std::function<void()>& body_;
    std::vector<thread> threads_;
    std::vector<warp> warps_;
    std::unique_ptr<unsigned char[], aligned_delete> shared_;
    std::size_t shared_bytes_;
    std::map<std::uint32_t, copy_barrier> barriers_;
    std::vector<outgoing_copy> outgoing_;
    int waiting_ = 0, done_ = 0;
    std::uint64_t barrier_turn_ = 0;
    ucontext_t scheduler_{};
    std::exception_ptr problem_;
#if defined(CORTEXPR_ADDRESS_SANITIZER)
    const void* scheduler_stack_ = nullptr;
    std::size_t scheduler_stack_bytes_ = 0;
#endif
};

thread_local block* running = nullptr;

void block::enter() {
    auto& self = *running;
#if defined(CORTEXPR_ADDRESS_SANITIZER)
    __sanitizer_finish_switch_fiber(nullptr, &self.scheduler_stack_, &self.scheduler_stack_bytes_);
#endif
    try {
        self.body_();
    } catch (...) {
        if (!self.problem_) self.problem_ = std::current_exception();
    }
    auto& one = self.threads_[static_cast<std::size_t>(self.current)];
    one.is_done = true;
    ++self.done_;
    self.progressed_ = true;
#if defined(CORTEXPR_ADDRESS_SANITIZER)
    __sanitizer_start_switch_fiber(nullptr, self.scheduler_stack_, self.scheduler_stack_bytes_);
#endif
    setcontext(&self.scheduler_);
}

void block::switch_to(int next) {
    current = next;
    auto& one = threads_[static_cast<std::size_t>(next)];
#if defined(CORTEXPR_ADDRESS_SANITIZER)
    void* fake_stack = nullptr;
    __sanitizer_start_switch_fiber(&fake_stack, one.stack.get(), stack_bytes);
#endif
    swapcontext(&scheduler_, &one.context);
#if defined(CORTEXPR_ADDRESS_SANITIZER)
    __sanitizer_finish_switch_fiber(fake_stack, nullptr, nullptr);
#endif
}

/// Back to the scheduler; returns at the thread's next turn.
void block::yield() {
    auto& one = threads_[static_cast<std::size_t>(current)];
#if defined(CORTEXPR_ADDRESS_SANITIZER)
    __sanitizer_start_switch_fiber(&one.fake_stack, scheduler_stack_, scheduler_stack_bytes_);
#endif
    swapcontext(&one.context, &scheduler_);
#if defined(CORTEXPR_ADDRESS_SANITIZER)
    __sanitizer_finish_switch_fiber(one.fake_stack, &scheduler_stack_, &scheduler_stack_bytes_);
#endif
    if (problem_) throw std::logic_error("another thread failed");
}

void block::run() {
    for (auto& one : threads_) {
        one.stack.reset(new unsigned char[stack_bytes]);
        getcontext(&one.context);
        one.context.uc_stack.ss_sp = one.stack.get();
        one.context.uc_stack.ss_size = stack_bytes;
        one.context.uc_link = nullptr;
        makecontext(&one.context, &block::enter, 0);
    }
    running = this;
    while (done_ < threads()) {
        progressed_ = false;
        for (int i = 0; i < threads(); ++i) {
            const int next = order_ == thread_order::ascending ? i : threads() - 1 - i;
            if (!threads_[static_cast<std::size_t>(next)].is_done) switch_to(next);
        }
        if (!progressed_ && done_ < threads() && !problem_)
            problem_ = std::make_exception_ptr(std::logic_error("threads of a block wait for each other"));
    }
    running = nullptr;
    if (problem_) std::rethrow_exception(problem_);
    for (const auto& copy : outgoing_) std::memcpy(copy.to, copy.from, copy.bytes);
    for (const auto& [address, barrier] : barriers_)
        if (barrier.is_armed || !barrier.pending.empty())
            throw std::logic_error("a block ends before its copies have come");
}

void block::wait_for_block() {
    const auto turn = barrier_turn_;
    if (++waiting_ == threads()) {
        waiting_ = 0;
        ++barrier_turn_;
        progressed_ = true;
        return;
    }
    progressed_ = true;
    while (barrier_turn_ == turn) yield();
}

template <class Work>
std::uint32_t* block::together(const std::uint32_t* operands, int number, Work work) {
    auto& mine = warps_[static_cast<std::size_t>(current / lanes)];
    const int lane = current % lanes;
    std::copy(operands, operands + number, mine.operands[lane]);
    progressed_ = true;
    const auto turn = mine.turn;
    if (++mine.arrived == lanes) {
        work(mine);
        mine.arrived = 0;
        ++mine.turn;
    } else {
        while (mine.turn == turn) yield();
    }
    return mine.results[lane];
}

void block::await_copies(std::uint32_t address, std::uint32_t parity) {
    auto& barrier = barriers_.at(address);
    while (barrier.phases % 2 == parity) {  // phase number `phases` isn't complete
        if (barrier.is_armed) {
            if (barrier.announced != barrier.copied)
                throw std::logic_error("of " + std::to_string(barrier.announced) + " bytes that were announced, " +
                                       std::to_string(barrier.copied) + " are copied");
            for (const auto& copy : barrier.pending) std::memcpy(copy.to, copy.from, copy.bytes);
            ++barrier.phases;
            barrier.pending.clear();
            barrier.is_armed = false;
            barrier.announced = barrier.copied = 0;
            progressed_ = true;
            return;
        }
        yield();
    }
}

template <bool Transposed>
void load(std::uint32_t (&to)[4], std::uint32_t from) {
    const auto* found = running->together(&from, 1, [](warp& all) {
        host_block::per_lane<const bfloat16*, 1> rows;
        for (int lane = 0; lane < lanes; ++lane)
            rows.at(lane, 0) = reinterpret_cast<const bfloat16*>(running->shared_at(all.operands[lane][0], 16));
        host_block::per_lane<std::uint32_t, 4> found;
        host_block::load_matrices<Transposed>(found, rows);
        std::memcpy(all.results, found.values, sizeof all.results);
    });
    std::copy(found, found + 4, to);
}

template <class Value>
Value exchanged(Value value, int mask) {
    std::uint32_t bits[2]{0, static_cast<std::uint32_t>(mask)};
    std::memcpy(bits, &value, sizeof value);
    const auto* found = running->together(bits, 2, [](warp& all) {
        for (int lane = 0; lane < lanes; ++lane)
            all.results[lane][0] = all.operands[lane ^ static_cast<int>(all.operands[lane][1])][0];
    });
    std::memcpy(&value, found, sizeof value);
    return value;
}

template <class Value>
Value read_shared(std::uint32_t from) {
    Value found;
    std::memcpy(&found, running->shared_at(from, sizeof found), sizeof found);
    return found;
}
template <class Value>
void write_shared(std::uint32_t to, const Value& value) {
    std::memcpy(running->shared_at(to, sizeof value), &value, sizeof value);
}

}  // namespace

void run_block(int index, int count, int threads, std::size_t shared_bytes, thread_order order,
               const std::function<void()>& body) {
    block(index, count, threads, std::max<std::size_t>(shared_bytes, 16), order, body).run();
}

int thread_index() { return running->current; }
int thread_count() { return running->threads(); }
int block_index() { return running->index; }
int block_count() { return running->count; }
unsigned char* shared_memory() { return running->shared(); }
std::uint32_t shared_address(const void* pointer) {
    return static_cast<std::uint32_t>(static_cast<const unsigned char*>(pointer) - running->shared());
}
void barrier() { running->wait_for_block(); }
void warp_barrier() {
    running->together(nullptr, 0, [](warp&) {});
}
float shuffled(float value, int mask) { return exchanged(value, mask); }
int shuffled(int value, int mask) { return exchanged(value, mask); }

float fused(float a, float b, float c) { return std::fma(a, b, c); }
float tanh_of(float x) { return std::tanh(x); }

void multiply(float (&sums)[4], const std::uint32_t (&a)[4], std::uint32_t b0, std::uint32_t b1) {
    std::uint32_t operands[10]{a[0], a[1], a[2], a[3], b0, b1};
    std::memcpy(operands + 6, sums, sizeof sums);
    const auto* found = running->together(operands, 10, [](warp& all) {
        host_block::per_lane<std::uint32_t, 4> left, right;
        host_block::per_lane<float, 4> sum;
        for (int lane = 0; lane < lanes; ++lane) {
            const auto* with = all.operands[lane];
            std::copy(with, with + 4, left.values[lane]);
            std::copy(with + 4, with + 6, right.values[lane]);
            std::memcpy(sum.values[lane], with + 6, sizeof sum.values[lane]);
        }
        host_block::multiply(sum, left, right, 0);
        std::memcpy(all.results, sum.values, sizeof all.results);
    });
    std::memcpy(sums, found, sizeof sums);
}
void load_matrices(std::uint32_t (&to)[4], std::uint32_t from) { load<false>(to, from); }
void load_transposed(std::uint32_t (&to)[4], std::uint32_t from) { load<true>(to, from); }

words2 shared_words2(std::uint32_t from) { return read_shared<words2>(from); }
words4 shared_words4(std::uint32_t from) { return read_shared<words4>(from); }
void put_shared(std::uint32_t to, words2 words) { write_shared(to, words); }
float shared_float(std::uint32_t from) { return read_shared<float>(from); }
void put_shared(std::uint32_t to, float value) { write_shared(to, value); }

void start_copy_barrier(std::uint32_t barrier) {
    running->shared_at(barrier, 8);
    running->copies(barrier) = {};
}
void expect_bytes(std::uint32_t barrier, std::uint32_t bytes) { running->arm(barrier, bytes); }
void copy_in(std::uint32_t to, const void* from, std::uint32_t bytes, std::uint32_t barrier) {
    auto* target = running->shared_at(to, 16);
    if (bytes % 16 != 0 || reinterpret_cast<std::uintptr_t>(from) % 16 != 0)
        throw std::logic_error("a bulk copy needs whole words of 16 bytes");
    running->shared_at(to + bytes - 16, 16);
    std::memset(target, garbage, bytes);
    auto& phase = running->copies(barrier);
    phase.copied += bytes;
    phase.pending.push_back({target, static_cast<const unsigned char*>(from), bytes});
}
void wait_for_copies(std::uint32_t barrier, std::uint32_t parity) { running->await_copies(barrier, parity); }
void copy_out(void* to, std::uint32_t from, std::uint32_t bytes) {
    if (bytes % 16 != 0 || reinterpret_cast<std::uintptr_t>(to) % 16 != 0)
        throw std::logic_error("a bulk copy needs whole words of 16 bytes");
    running->shared_at(from + bytes - 16, 16);
    running->start_copy_out({running->current, static_cast<unsigned char*>(to), running->shared_at(from, 16), bytes});
}
void wait_until_copied_out() { running->finish_copies_of(running->current); }
void order_before_copies() {}
void fetch_ahead(const void* /*from*/, std::uint32_t /*bytes*/) {}

}  // namespace cortexpr::kernels::cuda::sized
