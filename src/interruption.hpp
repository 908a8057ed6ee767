#pragma once
// How a long computation is ended from outside: by Ctrl-C in Python, for instance.

#include <atomic>
#include <functional>

namespace cortexpr::interruption {

/// What computations ask on each of their threads, 20 times a second; it throws to end the one that asks. Empty: they
/// ask nothing. Not to be called while one computes.
void set(std::function<void()> ask);

/// Called by long computations once a step. Throws what is thrown there, and given_up where another thread of the same
/// team has failed.
void look();

/// Never reaches who began the computation: another exception came before it.
struct given_up {};

/// While it lives, this thread gives up as soon as `failed` is true.
class team_member {
  public:
    explicit team_member(const std::atomic<bool>& failed);
    ~team_member();
    team_member(const team_member&) = delete;
    team_member& operator=(const team_member&) = delete;

  private:
    const std::atomic<bool>* before_;  ///< of a team within which this one works
};

}  // namespace cortexpr::interruption
