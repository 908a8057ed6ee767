#include "repeated_work.hpp"

#include "../cuda_graph/graph.hpp"
#include "../loaded_library.hpp"

#include <cortexpr/error.hpp>

#include <dlfcn.h>
#include <fmt/format.h>

#include <array>
#include <exception>

namespace cortexpr {

namespace {

constexpr const char* library_name = "libcortexpr_cuda_graph.so";
using message = std::array<char, 512>;

/// The functions of cuda_graph/graph.hpp, once the library is there.
struct graph_functions {
    decltype(&cortexpr_graph_new) make = nullptr;
    decltype(&cortexpr_graph_run) run = nullptr;
    decltype(&cortexpr_graph_nodes) nodes = nullptr;
    decltype(&cortexpr_graph_delete) destroy = nullptr;
};

graph_functions load_functions() {
    void* library = loaded_library(library_name);
    if (library == nullptr)
        throw usage_error(fmt::format("a CUDA graph can't be had: {} can't be loaded ({})", library_name, dlerror()));
    const auto version =
        function_of<decltype(&cortexpr_graph_interface_version)>(library, "cortexpr_graph_interface_version");
    if (version == nullptr || version() != cuda_graph::interface_version)
        throw usage_error(
            fmt::format("a CUDA graph can't be had: {} is of another version; build it anew", library_name));
    return {function_of<decltype(&cortexpr_graph_new)>(library, "cortexpr_graph_new"),
            function_of<decltype(&cortexpr_graph_run)>(library, "cortexpr_graph_run"),
            function_of<decltype(&cortexpr_graph_nodes)>(library, "cortexpr_graph_nodes"),
            function_of<decltype(&cortexpr_graph_delete)>(library, "cortexpr_graph_delete")};
}

class cuda_graph_work : public repeated_work {
  public:
    cuda_graph_work(c10::Device device, const at::Generator& generator) : functions_(load_functions()) {
        message reason{};
        graph_ = functions_.make(device.has_index() ? device.index() : 0, &generator, reason.data(), reason.size());
        if (graph_ == nullptr) throw error(fmt::format("a CUDA graph can't be made ({})", reason.data()));
    }
    ~cuda_graph_work() override { functions_.destroy(graph_); }

    void run(const std::function<void()>& work) override {
        // Exceptions don't pass through the library: a capture must be ended first.
        struct call {
            const std::function<void()>& work;
            std::exception_ptr problem{};
        } one{work};
        const auto guarded = [](void* argument) {
            auto& asked = *static_cast<call*>(argument);
            try {
                asked.work();
            } catch (...) {
                asked.problem = std::current_exception();
            }
        };
        message reason{};
        const int status = functions_.run(graph_, guarded, &one, reason.data(), reason.size());
        if (one.problem) std::rethrow_exception(one.problem);
        if (status != 0) throw error(fmt::format("the CUDA graph failed ({})", reason.data()));
    }

    std::size_t launches() const override { return functions_.nodes(graph_); }

  private:
    graph_functions functions_;
    void* graph_ = nullptr;
};

}  // namespace

std::unique_ptr<repeated_work> cuda_graph_on(c10::Device device, const at::Generator& generator) {
    if (!device.is_cuda())
        throw usage_error(fmt::format("a CUDA graph needs a CUDA device, but the network is on {}", device.str()));
    return std::make_unique<cuda_graph_work>(device, generator);
}

}  // namespace cortexpr
