#pragma once
// Work on a GPU as one CUDA graph, behind a C interface: this is a library of its own, the only one that needs
// LibTorch's CUDA headers, and is loaded at run time like LibTorch's CUDA half.

#include <cstddef>

namespace cortexpr::cuda_graph {

/// Grows whenever a function's meaning changes.
inline constexpr int interface_version = 2;

/// Runs before the work is captured: LibTorch's libraries make what they need, and choose their algorithms. PyTorch's
/// notes on CUDA graphs advise as many.
inline constexpr int warm_up_runs = 3;

}  // namespace cortexpr::cuda_graph

extern "C" {
[[gnu::visibility("default")]] int cortexpr_graph_interface_version();
/// A graph on a device, with a stream of its own. `generator` points to the at::Generator that the work draws from.
/// Functions that return a pointer give null where they fail, those that return an int 0 where they don't; `message`
/// then holds the reason.
[[gnu::visibility("default")]] void* cortexpr_graph_new(int device, const void* generator, char* message,
                                                        std::size_t size);
/// Does the work: calls it for the first runs, captures it at the next one, and replays that from then on. It must use
/// the same memory each time, and not throw.
[[gnu::visibility("default")]] int cortexpr_graph_run(void* graph, void (*work)(void*), void* argument, char* message,
                                                      std::size_t size);
/// Kernels, copies and fills that a replay starts; 0 before the capture.
[[gnu::visibility("default")]] std::size_t cortexpr_graph_nodes(const void* graph);
[[gnu::visibility("default")]] void cortexpr_graph_delete(void* graph);
}
