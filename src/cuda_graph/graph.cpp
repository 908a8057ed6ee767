#include "graph.hpp"

#include <ATen/cuda/CUDAEvent.h>
#include <ATen/cuda/CUDAGraph.h>
#include <c10/cuda/CUDAGuard.h>
#include <c10/cuda/CUDAStream.h>

#include <cstring>
#include <exception>

namespace cortexpr::cuda_graph {

namespace {

class graph {
  public:
    graph(c10::DeviceIndex device, const at::Generator& generator)
        : device_(device), stream_(c10::cuda::getStreamFromPool(/*isHighPriority=*/false, device)) {
        graph_.register_generator_state(generator);
    }

    /// In order with what the caller's stream does before and after.
    void run(void (*work)(void*), void* argument) {
        const c10::cuda::CUDAGuard on_device(device_);
        const auto callers = c10::cuda::getCurrentCUDAStream(device_);
        wait(stream_, callers);
        {
            const c10::cuda::CUDAStreamGuard on_stream(stream_);
            if (runs_ >= warm_up_runs) {
                if (runs_ == warm_up_runs) capture(work, argument);
                graph_.replay();
            } else {
                work(argument);
            }
            ++runs_;
        }
        wait(callers, stream_);
    }

    std::size_t nodes() const { return nodes_; }

  private:
    static void wait(const c10::cuda::CUDAStream& waiting, const c10::cuda::CUDAStream& other) {
        at::cuda::CUDAEvent reached;
        reached.record(other);
        reached.block(waiting);
    }

    void capture(void (*work)(void*), void* argument) {
        graph_.capture_begin();
        work(argument);
        nodes_ = captured_nodes();
        graph_.capture_end();
    }

    std::size_t captured_nodes() const {
        cudaStreamCaptureStatus status{};
        cudaGraph_t captured = nullptr;
        std::size_t count = 0;
#if CUDART_VERSION >= 13000
        const auto found = cudaStreamGetCaptureInfo(stream_, &status, nullptr, &captured, nullptr, nullptr, nullptr);
#else
        const auto found = cudaStreamGetCaptureInfo_v2(stream_, &status, nullptr, &captured, nullptr, nullptr);
#endif
        if (found == cudaSuccess && captured != nullptr) cudaGraphGetNodes(captured, nullptr, &count);
        return count;
    }

    c10::DeviceIndex device_;
    c10::cuda::CUDAStream stream_;
    at::cuda::CUDAGraph graph_;
    int runs_ = 0;
    std::size_t nodes_ = 0;
};

void copy_text(const char* text, char* message, std::size_t size) {
    if (size == 0) return;
    std::strncpy(message, text, size - 1);
    message[size - 1] = '\0';
}

template <class Work>
bool succeeds(Work work, char* message, std::size_t size) {
    try {
        work();
        return true;
    } catch (const std::exception& problem) {
        copy_text(problem.what(), message, size);
    } catch (...) {
        copy_text("unknown reason", message, size);
    }
    return false;
}

}  // namespace

}  // namespace cortexpr::cuda_graph

using cortexpr::cuda_graph::graph;

int cortexpr_graph_interface_version() { return cortexpr::cuda_graph::interface_version; }

void* cortexpr_graph_new(int device, const void* generator, char* message, std::size_t size) {
    graph* made = nullptr;
    cortexpr::cuda_graph::succeeds(
        [&] { made = new graph(static_cast<c10::DeviceIndex>(device), *static_cast<const at::Generator*>(generator)); },
        message, size);
    return made;
}

int cortexpr_graph_run(void* one, void (*work)(void*), void* argument, char* message, std::size_t size) {
    return cortexpr::cuda_graph::succeeds([&] { static_cast<graph*>(one)->run(work, argument); }, message, size) ? 0
                                                                                                                 : 1;
}

std::size_t cortexpr_graph_nodes(const void* one) { return static_cast<const graph*>(one)->nodes(); }

void cortexpr_graph_delete(void* one) { delete static_cast<graph*>(one); }
