// The sized kernels of networks that nothing was built for, compiled as they are where a network runs: for Hopper,
// which needs no GPU. Status 77 where NVRTC isn't found. sized_compile_test LIBRARY

#include "kernels/cuda/on_chip.hpp"

#include <dlfcn.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <string>
#include <vector>

using namespace cortexpr;
using namespace cortexpr::kernels::cuda;

namespace {

[[noreturn]] void fail(const char* what, const char* why) {
    std::fprintf(stderr, "%s: %s\n", what, why);
    std::exit(1);
}

std::size_t files_in(const std::filesystem::path& folder) {
    std::size_t count = 0;
    for (const auto& entry : std::filesystem::directory_iterator(folder)) count += entry.is_regular_file() ? 1 : 0;
    return count;
}

}  // namespace

int main(int argc, char** argv) {
    if (argc < 2) fail("usage", "sized_compile_test LIBRARY");
    void* library = dlopen(argv[1], RTLD_NOW | RTLD_LOCAL);
    if (library == nullptr) fail(argv[1], dlerror());
    const auto compile =
        reinterpret_cast<decltype(&cortexpr_cuda_on_chip_compile)>(dlsym(library, "cortexpr_cuda_on_chip_compile"));
    if (compile == nullptr) fail(argv[1], "it lacks cortexpr_cuda_on_chip_compile");
    const auto cache = std::filesystem::temp_directory_path() / ("cortexpr_sized_" + std::to_string(getpid()));
    setenv("CORTEXPR_CACHE", cache.c_str(), 1);

    using enum activation;
    struct example {
        kernels::on_chip_sizes sizes;
        std::vector<activation> names;
    };
    const example examples[]{
        {{28, 28, 1, 32, 32, 3, 3, 5, 1, 1}, {sigmoid}},
        {{7, 9, 3, 21, 10, 3, 1, 5, 3, 3}, {gelu, relu}},
    };
    std::size_t made = 0;
    for (const auto& one : examples) {
        std::vector<std::uint8_t> names;
        for (int c = 0; c < one.sizes.states; ++c)
            names.push_back(static_cast<std::uint8_t>(one.names[static_cast<std::size_t>(c / 16) % one.names.size()]));
        on_chip_choice choice;
        const auto bytes = compile(&one.sizes, names.data(), 90, &choice);
        if (std::strstr(choice.reason, "is not found") != nullptr) {
            std::printf("SKIPPED: %s\n", choice.reason);
            return 77;
        }
        if (bytes == 0) fail("a shape was not compiled", choice.reason);
        ++made;
        if (files_in(cache / "kernels") != made) fail("the cache", "it doesn't hold what was compiled");
        on_chip_choice again;
        if (compile(&one.sizes, names.data(), 90, &again) != bytes) fail("the cache", "it gives something else");
        if (files_in(cache / "kernels") != made) fail("the cache", "it was not read");
    }
    // What is cut short is made again.
    for (const auto& entry : std::filesystem::directory_iterator(cache / "kernels"))
        std::filesystem::resize_file(entry.path(), 2);
    on_chip_choice choice;
    const std::vector<std::uint8_t> names(32, static_cast<std::uint8_t>(sigmoid));
    if (compile(&examples[0].sizes, names.data(), 90, &choice) < 10'000) fail("a broken cache", "it was believed");
    std::filesystem::remove_all(cache);
    std::printf("%zu shapes compiled\n", made);
    return 0;
}
