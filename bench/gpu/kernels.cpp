// The CUDA kernels on a GPU against the same kernels on the CPU's stand-in for a thread block, and their speed on the
// digits example's network and on a connectome of flyvis's size. Prints one JSON object; status 1 where a result is
// off, 77 where there is no GPU.
//
//     gpu_kernels LIBRARY [parity|speed|speed-of-any-size]

#include "device.hpp"
#include "kernels/cuda/library.hpp"

using namespace gpu_bench;

namespace {

void check_all() {
    std::printf("{\"parity\": [");
    check_on_chip();
    check_fused();
    check_connectomes();
    check_training_step();
    std::printf("]}\n");
}

void time_all(bool is_sized) {
    std::printf("{");
    time_on_chip(is_sized);
    if (is_sized) {
        std::printf(", ");
        time_training_step();
        std::printf(", ");
        time_connectomes();
    }
    std::printf("}\n");
}

}  // namespace

int main(int argc, char** argv) {
    if (argc < 2) fail("usage: gpu_kernels LIBRARY [parity|speed|speed-of-any-size]");
    int devices = 0;
    if (cudaGetDeviceCount(&devices) != cudaSuccess || devices == 0) {
        std::fprintf(stderr, "gpu_kernels: there is no GPU here\n");
        return 77;
    }
    library = dlopen(argv[1], RTLD_NOW | RTLD_LOCAL);
    if (library == nullptr) fail(dlerror());
    if (CORTEXPR_LOADED(cortexpr_cuda_interface_version)() != interface_version) fail("the library is another build's");
    const std::string wish = argc > 2 ? argv[2] : "";
    if (wish == "speed" || wish == "speed-of-any-size") {
        time_all(wish == "speed");
    } else {
        check_all();
    }
    return all_good ? 0 : 1;
}
