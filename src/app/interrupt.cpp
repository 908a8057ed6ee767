#include "interrupt.hpp"

#include "../interruption.hpp"

#include <unistd.h>

#include <array>
#include <csignal>

namespace cortexpr::application {

namespace {

constexpr std::array<int, 3> signals{SIGINT, SIGTERM, SIGHUP};

volatile std::sig_atomic_t received = 0;
std::array<struct sigaction, signals.size()> before{};
struct sigaction pipe_before {};

extern "C" void note_signal(int number) {
    // A closed terminal sends SIGHUP up to twice, from its shell and from the kernel; the second asks for nothing new.
    if (received != 0 && number != SIGHUP) ::_exit(interrupted_status + number);
    if (received == 0) received = number;
}

}  // namespace

interrupt_guard::interrupt_guard() {
    received = 0;
    // A reader of the log that goes away costs the log, and not the training.
    struct sigaction ignoring {};
    ignoring.sa_handler = SIG_IGN;
    ::sigaction(SIGPIPE, &ignoring, &pipe_before);
    struct sigaction noting {};
    noting.sa_handler = note_signal;
    noting.sa_flags = SA_RESTART;  // files being written don't see it
    sigemptyset(&noting.sa_mask);
    for (std::size_t i = 0; i < signals.size(); ++i) {
        ::sigaction(signals[i], nullptr, &before[i]);
        if (before[i].sa_handler != SIG_IGN) ::sigaction(signals[i], &noting, nullptr);
    }
}

void interrupt_guard::stop_noting() noexcept {
    for (std::size_t i = 0; i < signals.size(); ++i) ::sigaction(signals[i], &before[i], nullptr);
}

interrupt_guard::~interrupt_guard() {
    stop_noting();
    ::sigaction(SIGPIPE, &pipe_before, nullptr);
}

int interrupt_guard::signal() noexcept { return received; }

computation_guard::computation_guard() {
    interruption::set([] {
        if (interrupt_guard::signal() != 0) throw interrupted();
    });
}

computation_guard::~computation_guard() { interruption::set({}); }

}  // namespace cortexpr::application
