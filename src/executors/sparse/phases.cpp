#include "phases.hpp"

#include "../../interruption.hpp"

#include <algorithm>
#include <atomic>
#include <thread>
#include <vector>

namespace cortexpr::executors::sparse {

namespace {

/// Waits a little busily, since phases are short, then lets others run.
class patience {
  public:
    void wait() {
        if (++turns_ < 256) {  // not tuned
#if defined(__x86_64__) || defined(__i386__)
            __builtin_ia32_pause();
#endif
        } else {
            std::this_thread::yield();
        }
    }

  private:
    int turns_ = 0;
};

}  // namespace

void in_phases(const thread_team& team, std::span<const phase> phases) {
    std::vector<std::int64_t> first(phases.size() + 1);  // task of each phase
    int most = 0;
    for (std::size_t p = 0; p < phases.size(); ++p) {
        first[p + 1] = first[p] + phases[p].tasks;
        most = std::max(most, phases[p].tasks);
    }
    const auto all = first.back();
    if (all == 0) return;
    std::atomic<std::int64_t> next{0}, done{0};
    std::atomic<bool> failed{false};
    // A thread waits only for tasks that are taken already, so one is enough to get on.
    team(most, [&] {
        std::size_t p = 0;
        for (;;) {
            const auto task = next.fetch_add(1, std::memory_order_relaxed);
            if (task >= all) return;
            while (task >= first[p + 1]) ++p;
            for (patience patient; done.load(std::memory_order_acquire) < first[p]; patient.wait())
                if (failed.load(std::memory_order_relaxed)) return;
            try {
                interruption::look();
                phases[p].work(static_cast<int>(task - first[p]));
            } catch (...) {
                failed.store(true);
                throw;
            }
            done.fetch_add(1, std::memory_order_release);
        }
    });
}

}  // namespace cortexpr::executors::sparse
