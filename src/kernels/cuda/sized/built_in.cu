// The sized kernels of networks that examples and presets declare; others are compiled where they run (compiled.cu).

#include "kernels.cuh"
#include "launch.hpp"

namespace cortexpr::kernels::cuda::sized {
namespace {

constexpr auto sigmoid = nonlinearity::sigmoid;

/// The digits example: 16 excitatory and 16 inhibitory subtypes on MNIST's images, of which the excitatory are read.
struct digits {
    static constexpr shape value{28, 28, 1, 32, 32, 3, 3, 0b01, 0b01, {sigmoid, sigmoid}};
};

template <class Shape>
kernel_set set_of() {
    return {Shape::value,
            -1,
            reinterpret_cast<const void*>(&pack_kernel<Shape>),
            reinterpret_cast<const void*>(&forward_kernel<Shape>),
            reinterpret_cast<const void*>(&backward_kernel<Shape>),
            reinterpret_cast<const void*>(&sum_kernel<Shape>)};
}

}  // namespace

const kernel_set* built_in(const shape& of) {
    static const kernel_set sets[]{set_of<digits>()};
    for (const auto& one : sets)
        if (one.of == of) return &one;
    return nullptr;
}

}  // namespace cortexpr::kernels::cuda::sized
