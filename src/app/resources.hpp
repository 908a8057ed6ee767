#pragma once
// Whether the machine has what a run takes.

#include <cortexpr/plan/network.hpp>

#include <cstdint>
#include <filesystem>
#include <iosfwd>
#include <optional>
#include <string>

namespace cortexpr::application {

struct run_size {
    int steps = 1, batch = 1;
    bool is_sequence = false, needs_gradient = false;
};

/// Bytes that a run of the planned executor takes at least, in float32: the maps saved for the backward pass.
double bytes_of(const plan::network& network, const run_size& size);

/// Bytes that the machine, the process's limits and its control groups allow.
double allowed_bytes();

/// The least limit of memory among the control groups of a process and those above them; infinite without one.
/// \param membership  what /proc/self/cgroup says: of version 2 "0::/a/b", of version 1 "9:memory:/a/b"
/// \param mounted     where the groups are: /sys/fs/cgroup
double group_limit(std::istream& membership, const std::filesystem::path& mounted);

/// \throws usage_error  the bytes that a run takes are more than that; says what fits
void require_memory(double needed, const run_size& size, double allowed = allowed_bytes());
/// The same of what `bytes_of` says.
void require_memory(const plan::network& network, const run_size& size, double allowed = allowed_bytes());

/// \throws usage_error  the system doesn't let the process start this many threads
void require_threads(int count);

/// From now on LibTorch and the kernels use this many threads. \throws usage_error  as require_threads
void use_threads(int count);

/// What takes less memory than a batch and a number of steps.
/// \param batch  none: the command has no --batch. \param has_steps  whether it has --steps
std::string memory_advice(std::optional<int> batch, bool has_steps);

}  // namespace cortexpr::application
