#include "device.hpp"

#include <cortexpr/error.hpp>

#include <ATen/detail/CUDAHooksInterface.h>
#include <c10/util/Exception.h>

#include <dlfcn.h>
#include <fmt/format.h>
#include <link.h>

#include <filesystem>
#include <optional>
#include <typeinfo>

namespace cortexpr {

namespace {

std::optional<c10::Device> device_called(const std::string& name) {
    try {
        return c10::Device(name);
    } catch (const c10::Error&) {
        return std::nullopt;
    }
}

/// Where the LibTorch of this process lies: beside its CPU half.
std::filesystem::path libtorch_folder() {
    void* cpu_half = dlopen("libtorch_cpu.so", RTLD_LAZY | RTLD_NOLOAD);
    link_map* entry = nullptr;
    if (cpu_half == nullptr || dlinfo(cpu_half, RTLD_DI_LINKMAP, static_cast<void*>(&entry)) != 0) return {};
    std::filesystem::path library(entry->l_name);
    dlclose(cpu_half);
    return library.parent_path();
}

/// Why there is no CUDA half; empty once it is loaded. dlopen makes LibTorch register it.
const std::string& reason_without_cuda() {
    static const std::string reason = []() -> std::string {
        const auto library = libtorch_folder() / "libtorch_cuda.so";
        if (dlopen(library.c_str(), RTLD_NOW | RTLD_GLOBAL) != nullptr) return "";
        const char* reason = dlerror();
        std::error_code ignored;  // this may run before main, where an exception ends the program
        return std::filesystem::exists(library, ignored)
                   ? fmt::format("{} cannot be loaded ({})", library.string(), reason)
                   : "this LibTorch is built for the CPU only";
    }();
    return reason;
}

/// LibTorch remembers what it finds when it is first asked about CUDA (by torch::manual_seed, say), so its CUDA half
/// must be there before main. Only where a driver is: loading it takes a second.
[[maybe_unused]] const bool cuda_is_loaded_early = [] {
    return dlopen("libcuda.so.1", RTLD_LAZY | RTLD_LOCAL) != nullptr && reason_without_cuda().empty();
}();

c10::Device usable_cuda(const std::string& name, c10::Device device) {
    const auto refuse = [&name](const std::string& reason) {
        throw usage_error(fmt::format("device \"{}\" can't be had: {}; use device \"cpu\"", name, reason));
    };
    if (!reason_without_cuda().empty()) refuse(reason_without_cuda());
    const auto& hooks = at::detail::getCUDAHooks();
    if (typeid(hooks) == typeid(at::CUDAHooksInterface))
        refuse(
            "LibTorch was asked about CUDA before its CUDA half was loaded, and remembers that there is none; ask "
            "later, or start the program with LD_PRELOAD=libtorch_cuda.so");
    const auto found = hooks.deviceCount();
    if (found == 0) refuse("no CUDA GPU with a working driver was found");
    const auto index = device.has_index() ? device.index() : c10::DeviceIndex{0};
    if (index >= found)
        refuse(
            fmt::format("there {} {} GPU{}, counted from 0", found == 1 ? "is" : "are", found, found == 1 ? "" : "s"));
    return {c10::kCUDA, index};
}

}  // namespace

c10::Device usable_device(const std::string& name) {
    const auto device = device_called(name);
    if (device && device->is_cpu()) return c10::kCPU;
    if (device && device->is_cuda()) return usable_cuda(name, *device);
    throw usage_error(fmt::format("\"{}\" is no device for a network; use \"cpu\", \"cuda\" or \"cuda:1\"", name));
}

}  // namespace cortexpr
