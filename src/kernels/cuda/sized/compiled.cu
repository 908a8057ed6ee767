// Kernels that are made where they run: for the sizes of a network, by NVRTC, which LibTorch for CUDA brings along.
// What was compiled is kept in the user's cache.

#include "../../../fnv_hash.hpp"
#include "launch.hpp"

#include <dlfcn.h>
#include <link.h>
#include <nvrtc.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <system_error>
#include <vector>

namespace cortexpr::kernels::cuda::sized {
namespace {

namespace files = std::filesystem;

constexpr const char* source =
#include "sized_source.inc"
    ;

std::string text_of(const shape& of) {
    std::string text = "{";
    for (const int number : {of.height, of.width, of.inputs, of.states, of.outputs, of.kernel_height, of.kernel_width})
        text += std::to_string(number) + ",";
    text += std::to_string(of.output_sources) + "u," + std::to_string(of.live_at_last) + "u,{";
    for (const auto name : of.names) text += "cortexpr::activation(" + std::to_string(static_cast<int>(name)) + "),";
    return text + "}}";
}

// ---- the compiler

struct nvrtc {
    decltype(&nvrtcVersion) version = nullptr;
    decltype(&nvrtcCreateProgram) create = nullptr;
    decltype(&nvrtcCompileProgram) compile = nullptr;
    decltype(&nvrtcGetCUBINSize) size = nullptr;
    decltype(&nvrtcGetCUBIN) code = nullptr;
    decltype(&nvrtcGetProgramLogSize) log_size = nullptr;
    decltype(&nvrtcGetProgramLog) log = nullptr;
    decltype(&nvrtcDestroyProgram) destroy = nullptr;

    bool is_there() const {
        return version != nullptr && create != nullptr && compile != nullptr && size != nullptr && code != nullptr &&
               log_size != nullptr && log != nullptr && destroy != nullptr;
    }
};

/// Folders of CUDA's other libraries that are loaded already: in Python's packages they lie where no loader looks.
std::vector<files::path> cuda_folders() {
    std::vector<files::path> found;
    dl_iterate_phdr(
        [](dl_phdr_info* one, std::size_t, void* all) {
            const files::path path(one->dlpi_name);
            const auto name = path.filename().string();
            if (name.starts_with("libcudart.so") || name.starts_with("libcublas.so") || name.starts_with("libcudnn.so"))
                static_cast<std::vector<files::path>*>(all)->push_back(path.parent_path());
            return 0;
        },
        &found);
    return found;
}

nvrtc loaded_compiler() {
    const auto names = {"libnvrtc.so." + std::to_string(CUDART_VERSION / 1000), std::string("libnvrtc.so.12")};
    void* library = nullptr;
    for (const auto& name : names) {
        if (library == nullptr) library = dlopen(name.c_str(), RTLD_NOW | RTLD_LOCAL);
        for (const auto& folder : cuda_folders())
            if (library == nullptr) library = dlopen((folder / name).c_str(), RTLD_NOW | RTLD_LOCAL);
    }
    nvrtc all;
    if (library == nullptr) return all;
    const auto set = [library](auto& function, const char* name) {
        function = reinterpret_cast<std::remove_reference_t<decltype(function)>>(dlsym(library, name));
    };
    set(all.version, "nvrtcVersion");
    set(all.create, "nvrtcCreateProgram");
    set(all.compile, "nvrtcCompileProgram");
    set(all.size, "nvrtcGetCUBINSize");
    set(all.code, "nvrtcGetCUBIN");
    set(all.log_size, "nvrtcGetProgramLogSize");
    set(all.log, "nvrtcGetProgramLog");
    set(all.destroy, "nvrtcDestroyProgram");
    return all;
}

const nvrtc& compiler() {
    static const nvrtc found = loaded_compiler();
    return found;
}

/// Machine code; empty where the compiler refuses, and then `why` has its first words.
std::string machine_code(const std::vector<std::string>& options, std::string& why) {
    const auto& with = compiler();
    nvrtcProgram program = nullptr;
    if (with.create(&program, source, "cortexpr_sized.cu", 0, nullptr, nullptr) != NVRTC_SUCCESS) {
        why = "NVRTC could not start";
        return {};
    }
    std::vector<const char*> words;
    for (const auto& option : options) words.push_back(option.c_str());
    std::string code;
    std::size_t size = 0;
    if (with.compile(program, static_cast<int>(words.size()), words.data()) == NVRTC_SUCCESS &&
        with.size(program, &size) == NVRTC_SUCCESS) {
        code.resize(size);
        if (with.code(program, code.data()) != NVRTC_SUCCESS) code.clear();
    }
    if (code.empty()) {
        std::string log;
        if (with.log_size(program, &size) == NVRTC_SUCCESS && size > 1) {
            log.resize(size - 1);
            with.log(program, log.data());
        }
        why = "NVRTC refuses them: " + log.substr(0, log.find('\n'));
    }
    with.destroy(&program);
    return code;
}

// ---- the cache

/// CORTEXPR_CACHE, or cortexpr in the user's caches; empty where there is neither.
files::path cache_folder() {
    const auto from = [](const char* name) {
        const char* found = std::getenv(name);
        return files::path(found == nullptr ? "" : found);
    };
    if (const auto own = from("CORTEXPR_CACHE"); !own.empty()) return own / "kernels";
    if (const auto users = from("XDG_CACHE_HOME"); !users.empty()) return users / "cortexpr" / "kernels";
    if (const auto home = from("HOME"); !home.empty()) return home / ".cache" / "cortexpr" / "kernels";
    return {};
}

bool is_machine_code(const std::string& code) { return code.starts_with("\177ELF"); }

std::string read_file(const files::path& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

/// Whole or not at all; a cache that can't be written is done without.
void keep(const files::path& path, const std::string& code) {
    std::error_code ignored;
    files::create_directories(path.parent_path(), ignored);
    const files::path unfinished = path.string() + "." + std::to_string(getpid());
    {
        std::ofstream file(unfinished, std::ios::binary);
        file << code;
        if (!file.flush()) {
            file.close();
            files::remove(unfinished, ignored);
            return;
        }
    }
    files::rename(unfinished, path, ignored);
}

}  // namespace

std::string code_for(const shape& of, int capability, std::string& why) {
    const auto& with = compiler();
    if (!with.is_there()) {
        why = "they are compiled where they run, and NVRTC (libnvrtc.so) is not found";
        return {};
    }
    int major = 0, minor = 0;
    with.version(&major, &minor);
    const std::vector<std::string> options{"--std=c++20",     "--gpu-architecture=sm_" + std::to_string(capability),
                                           "--use_fast_math", "--device-as-default-execution-space",
                                           "-D__CUDACC__",    "-DCORTEXPR_ASKED_SHAPE=" + text_of(of)};
    fnv_hash hash;
    hash.add(std::string(source) + std::to_string(major) + "." + std::to_string(minor));
    for (const auto& option : options) hash.add(option);
    const auto folder = cache_folder();
    const auto path = folder / (std::to_string(hash.value()) + ".cubin");
    if (!folder.empty())
        if (auto kept = read_file(path); is_machine_code(kept)) return kept;
    auto code = machine_code(options, why);
    if (!code.empty() && !folder.empty()) keep(path, code);
    return code;
}

kernel_set compiled(const shape& of, int device, std::string& why) {
    kernel_set set;
    int major = 0, minor = 0, current = 0;
    if (cudaDeviceGetAttribute(&major, cudaDevAttrComputeCapabilityMajor, device) != cudaSuccess ||
        cudaDeviceGetAttribute(&minor, cudaDevAttrComputeCapabilityMinor, device) != cudaSuccess ||
        cudaGetDevice(&current) != cudaSuccess) {
        why = "the device can't be asked";
        return set;
    }
    const auto code = code_for(of, 10 * major + minor, why);
    if (code.empty()) return set;
    cudaLibrary_t library = nullptr;  // stays: its kernels may be running when the program ends
    auto failed = cudaLibraryLoadData(&library, code.data(), nullptr, nullptr, 0, nullptr, nullptr, 0);
    const auto find = [&](const void*& to, const char* name) {
        cudaKernel_t kernel = nullptr;
        if (failed == cudaSuccess) failed = cudaLibraryGetKernel(&kernel, library, name);
        to = reinterpret_cast<const void*>(kernel);
    };
    find(set.pack, "cortexpr_pack");
    find(set.forward, "cortexpr_forward");
    find(set.backward, "cortexpr_backward");
    find(set.sum, "cortexpr_sum");
    if (failed != cudaSuccess) {
        why = std::string("what NVRTC made can't be loaded: ") + cudaGetErrorString(failed);
        return {};
    }
    set.of = of;
    set.device = device;
    return set;
}

}  // namespace cortexpr::kernels::cuda::sized
