#pragma once
// The end of a program that fails: one line, and status 1.

#include <cstdio>
#include <exception>

namespace bench {

template <class Run>
int guarded(const char* program, Run run) noexcept {
    try {
        return run();
    } catch (const std::exception& problem) {
        std::fprintf(stderr, "%s: %s\n", program, problem.what());
        return 1;
    }
}

}  // namespace bench
