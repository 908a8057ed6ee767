#pragma once
// Tests that need a GPU: they are hidden, and run as a test of their own.

#include <cortexpr/error.hpp>
#include <cortexpr/module/network_module.hpp>

#include <cstdio>

namespace cortexpr::test {

/// Whether there is one; where there is none, says why the test is skipped.
inline bool has_gpu(const plan::network& any) {
    try {
        (void)network_module(any, {.device = "cuda"});
        return true;
    } catch (const usage_error& problem) {
        std::printf("SKIPPED: %s\n", problem.what());
        return false;
    }
}

}  // namespace cortexpr::test
