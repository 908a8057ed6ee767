#pragma once
// Ctrl-C and its like: the first asks for an orderly end, the second ends at once.

#include <exception>

namespace cortexpr::application {

constexpr int interrupted_status = 128;  ///< + signal: what a program that a signal has ended exits with

/// While it lives, SIGINT, SIGTERM and SIGHUP are noted instead of ending the program; a signal that the program was
/// started to ignore stays ignored. A second SIGINT or SIGTERM ends the program at once with status 128 + signal.
/// SIGPIPE is ignored. One at a time.
class interrupt_guard {
  public:
    interrupt_guard();
    interrupt_guard(const interrupt_guard&) = delete;
    interrupt_guard& operator=(const interrupt_guard&) = delete;
    ~interrupt_guard();

    /// From here on SIGINT, SIGTERM and SIGHUP end the program as before: nothing is left that must not be cut off.
    void stop_noting() noexcept;

    /// The first signal that came, or 0.
    static int signal() noexcept;
};

/// What ends a computation after a signal; what it has begun is undone on the way.
class interrupted : public std::exception {
  public:
    const char* what() const noexcept override { return "interrupted by a signal"; }
};

/// While it lives, beside an interrupt_guard, computations of networks end with `interrupted` at their next step after
/// a signal. One at a time.
class computation_guard {
  public:
    computation_guard();
    computation_guard(const computation_guard&) = delete;
    computation_guard& operator=(const computation_guard&) = delete;
    ~computation_guard();
};

}  // namespace cortexpr::application
