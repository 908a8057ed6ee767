#include "interruption.hpp"

#include <chrono>
#include <utility>

namespace cortexpr::interruption {

namespace {

using std::chrono::steady_clock;

std::function<void()>& asked() {
    static std::function<void()> ask;
    return ask;
}

std::atomic<bool> is_set{false};
thread_local const std::atomic<bool>* team_has_failed = nullptr;
thread_local steady_clock::time_point next_question{};

}  // namespace

void set(std::function<void()> ask) {
    is_set.store(false);
    asked() = std::move(ask);
    is_set.store(static_cast<bool>(asked()));
}

void look() {
    if (team_has_failed != nullptr && team_has_failed->load(std::memory_order_relaxed)) throw given_up();
    if (!is_set.load(std::memory_order_acquire)) return;
    const auto now = steady_clock::now();
    if (now < next_question) return;
    next_question = now + std::chrono::milliseconds(50);
    asked()();
}

team_member::team_member(const std::atomic<bool>& failed) : before_(std::exchange(team_has_failed, &failed)) {}

team_member::~team_member() { team_has_failed = before_; }

}  // namespace cortexpr::interruption
