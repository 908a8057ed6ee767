#include "device_kernels.hpp"

#include "../loaded_library.hpp"
#include "aten/addressable.hpp"
#include "uploaded.hpp"

#include <cortexpr/error.hpp>

#include <c10/core/impl/VirtualGuardImpl.h>

#include <fmt/format.h>

#include <cstdlib>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace cortexpr::executors {

namespace {

constexpr const char* library_name = "libcortexpr_cuda.so";

const device_kernels* on_cpu = nullptr;

std::optional<device_kernels> loaded_kernels() {
    void* library = loaded_library(library_name);
    if (library == nullptr) return std::nullopt;
    const auto version =
        function_of<decltype(&cortexpr_cuda_interface_version)>(library, "cortexpr_cuda_interface_version");
    if (version == nullptr || version() != kernels::cuda::interface_version)
        throw usage_error(
            fmt::format("{} is of another version than this program; build it anew, or leave it out with "
                        "CORTEXPR_CUDA=libtorch in the environment",
                        library_name));
    const auto set = [library](auto& function, const char* name) {
        function = function_of<std::remove_reference_t<decltype(function)>>(library, name);
    };
    device_kernels all;
    set(all.step, "cortexpr_cuda_step");
    set(all.step_adjoint, "cortexpr_cuda_step_adjoint");
    set(all.maxima, "cortexpr_cuda_maxima");
    set(all.maxima_adjoint, "cortexpr_cuda_maxima_adjoint");
    set(all.on_chip_choose, "cortexpr_cuda_on_chip_choose");
    set(all.on_chip_forward, "cortexpr_cuda_on_chip_forward");
    set(all.on_chip_backward, "cortexpr_cuda_on_chip_backward");
    set(all.cell_step, "cortexpr_cuda_cell_step");
    set(all.cell_adjoint, "cortexpr_cuda_cell_adjoint");
    set(all.line_product, "cortexpr_cuda_line_product");
    set(all.reorder, "cortexpr_cuda_reorder");
    set(all.group_sums, "cortexpr_cuda_group_sums");
    set(all.merge, "cortexpr_cuda_merge");
    set(all.split, "cortexpr_cuda_split");
    set(all.head, "cortexpr_cuda_head");
    set(all.head_adjoint, "cortexpr_cuda_head_adjoint");
    set(all.loss, "cortexpr_cuda_loss");
    set(all.update, "cortexpr_cuda_update");
    set(all.shared_bytes, "cortexpr_cuda_shared_bytes");
    set(all.error_text, "cortexpr_cuda_error_text");
    return all;
}

}  // namespace

kernel_backend allowed_backend() {
    const char* wish = std::getenv("CORTEXPR_CUDA");
    const std::string_view name = wish == nullptr ? "on_chip" : wish;
    if (name == "libtorch") return kernel_backend::libtorch;
    if (name == "fused") return kernel_backend::fused;
    if (name == "any_size") return kernel_backend::any_size;
    if (name == "on_chip") return kernel_backend::on_chip;
    throw usage_error(
        fmt::format("CORTEXPR_CUDA is \"{}\" in the environment; use libtorch, fused, any_size or on_chip", name));
}

const device_kernels* kernels_on(at::Device device, kernel_backend backend) {
    if (backend > allowed_backend()) return nullptr;
    if (device.is_cpu()) return on_cpu;
    if (!device.is_cuda()) return nullptr;
    static const auto kernels = loaded_kernels();
    return kernels ? &*kernels : nullptr;
}

void put_on_cpu(const device_kernels* kernels) { on_cpu = kernels; }

std::size_t shared_bytes_of(const device_kernels& kernels, at::Device device) {
    std::size_t bytes = 0;
    detail::require_success(kernels, kernels.shared_bytes(detail::index_of(device), &bytes));
    return bytes;
}

const device_kernels& kernels_again(at::Device device) {
    const auto* found = kernels_on(device);
    if (found == nullptr)
        throw error("the CUDA kernels were there in the forward pass, but aren't in the backward one");
    return *found;
}

at::Tensor for_vectors(const at::Tensor& values) {
    constexpr std::uintptr_t boundary = 16;
    const auto dense = addressable(values);
    return reinterpret_cast<std::uintptr_t>(dense.const_data_ptr()) % boundary == 0 ? dense : dense.clone();
}

at::Tensor lasting_bytes(std::span<const std::uint8_t> bytes, at::Device device) {
    using key = std::pair<std::string, std::vector<std::uint8_t>>;
    static std::mutex mutex;
    static auto& all = *new std::map<key, at::Tensor>;  // never destroyed: a device may be gone before
    const std::lock_guard lock(mutex);
    auto& cached = all[{device.str(), {bytes.begin(), bytes.end()}}];
    if (!cached.defined()) cached = uploaded(std::vector(bytes.begin(), bytes.end()), device);
    return cached;
}

namespace detail {

int index_of(at::Device device) { return device.has_index() ? device.index() : 0; }

void* current_stream(at::Device device) {
    if (device.is_cpu()) return nullptr;
    return c10::impl::VirtualGuardImpl(device.type()).getStream(device).native_handle();
}

void require_success(const device_kernels& kernels, int status) {
    if (status != 0) throw error(fmt::format("a CUDA kernel could not be run ({})", kernels.error_text(status)));
}

}  // namespace detail

}  // namespace cortexpr::executors
