#pragma once
// How much memory this process takes, and took at most.

#include <malloc.h>

#include <cstddef>
#include <fstream>
#include <string>

namespace cortexpr::test {

/// Bytes of this process's memory, by the key in /proc/self/status: "VmRSS:" now, "VmHWM:" at most.
inline std::size_t memory(const std::string& key) {
    std::ifstream status("/proc/self/status");
    for (std::string line; std::getline(status, line);)
        if (line.starts_with(key)) return 1024 * std::stoul(line.substr(key.size() + 1));
    return 0;
}

/// "At most" begins anew.
inline void forget_most_memory() {
    ::malloc_trim(0);
    std::ofstream("/proc/self/clear_refs") << 5;
}

}  // namespace cortexpr::test
