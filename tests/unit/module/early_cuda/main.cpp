// A program that asks LibTorch about CUDA (as torch::manual_seed does) before it makes a network on a GPU.
#include "module/device.hpp"

#include <cortexpr/error.hpp>

#include <ATen/Context.h>

#include <cstdio>

int main() {
    at::manual_seed(1);
    try {
        const auto device = cortexpr::usable_device("cuda");
        std::printf("found %s\n", device.str().c_str());
        return device == c10::Device(c10::kCUDA, 0) ? 0 : 1;
    } catch (const cortexpr::error& problem) {
        std::printf("%s\n", problem.what());
        return 1;
    }
}
