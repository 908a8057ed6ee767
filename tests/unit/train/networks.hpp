#pragma once
// Small networks of every kind, and small data sets, to train and to initialise.

#include <cortexpr/data/labelled_images.hpp>
#include <cortexpr/dsl.hpp>

#include <cstdint>

namespace train_test {

using namespace cortexpr;

// Excitation and inhibition, as in the digits example.
struct E : excitatory<4> {};
struct I : inhibitory<3> {};
struct V1 : area<input<1, 8, 8>, neurons<E, I>,
                 connectivity<from<stimulus, 1, 1, 0>, from<E, 1, 1, 1>, from<I, 1, 1, 0>>, output<6>> {};
struct Small : classifier<network<V1>, classes<2>, hidden<8>, dropout<0.5>, readout_pool<pool_mode::max>> {};

// Types that the stimulus does not reach; groups; half density; a nonlinear edge; an edge without bias.
struct Pyr : excitatory<4> {};
struct PV : inhibitory<4, nonlinearity<activation::relu>> {};
struct SST : inhibitory<2, half_density> {};
struct VIP : inhibitory<2, tau<tau_mode::per_type, 2.0>> {};
struct Column : area<input<2, 9, 10>, neurons<Pyr, PV, SST, VIP>,
                     connectivity<from<stimulus, edge{.groups = 2}, 1, 0, 0, 0>,
                                  from<Pyr, 1, edge{.extent = {5, 5}}, 1, 1, edge{.extent = {1, 1}}>,
                                  from<PV, edge{.groups = 2}, 1, 0, 0, 1>, from<SST, edge{.bias = false}, 1, 0, 1, 0>,
                                  from<VIP, 0, 0, edge{.nonlinearity = activation::tanh}, 0, 0>>,
                     output<5>> {};
struct Microcircuit : classifier<network<Column>, classes<3>, hidden<8>, dropout<0.0>, readout_pool<pool_mode::max>> {};

// Hybrid types with rates of either sign.
struct H : hybrid<4, nonlinearity<activation::tanh>> {};
struct G : hybrid<3> {};
struct Free : area<input<1, 7, 7>, neurons<H, G>,
                   connectivity<from<stimulus, 1, 0, 0>, from<H, 1, 1, 1>, from<G, 1, 0, 1>>, output<4>> {};
struct Hybrid : classifier<network<Free>, classes<2>, hidden<4>, dropout<0.1>, readout_pool<pool_mode::max>> {};

// An excitatory input, whose bias cannot lower a drive.
struct Lifted : area<input<1, 8, 8, neuron_class::excitatory>, neurons<E, I>,
                     connectivity<from<stimulus, 1, 1, 0>, from<E, 1, 1, 1>, from<I, 1, 0, 0>>, output<4>> {};
struct ExcitatoryInput
    : classifier<network<Lifted>, classes<2>, hidden<4>, dropout<0.0>, readout_pool<pool_mode::max>> {};

// Two areas with feedback; a type that only feedback drives.
struct Low : excitatory<4> {};
struct Context : excitatory<2> {};
struct Below
    : area<input<1, 8, 8>, feedback_channels<3>, neurons<Low, Context>,
           connectivity<from<stimulus, 1, 0, 0>, from<top_down, 1, 1, 0>, from<Low, 1, 0, 1>, from<Context, 1, 0, 0>>,
           output<5>> {};
struct High : excitatory<4> {};
struct Off : inhibitory<3> {};
struct Above : area<input<5, 4, 4>, neurons<High, Off>,
                    connectivity<from<stimulus, 1, 1, 0>, from<High, 1, 1, 1>, from<Off, 1, 1, 0>>, output<6>> {};
struct TwoAreas : classifier<network<Below, Above, feedback<Above, Below>>, classes<2>, hidden<8>, dropout<0.0>,
                             readout_pool<pool_mode::max>> {};

/// Images of two classes that differ in where they are bright, with noise; always the same ones.
inline data::labelled_images bright_halves(int count, int classes = 2, int channels = 1, int height = 8,
                                           int width = 8) {
    data::labelled_images images{.count = count,
                                 .channels = channels,
                                 .height = height,
                                 .width = width,
                                 .classes = classes,
                                 .pixels = {},
                                 .labels = {},
                                 .scale = {0.3F, 0.3F},
                                 .source = "bright halves"};
    std::uint32_t noise = 12345;
    for (int image = 0; image < count; ++image) {
        const int label = image % classes;
        images.labels.push_back(static_cast<std::uint8_t>(label));
        for (int position = 0; position < channels * height * width; ++position) {
            noise = noise * 1664525U + 1013904223U;  // Numerical Recipes, section 7.1
            const int row = position / width % height;
            const bool bright = row * classes / height == label;
            images.pixels.push_back(static_cast<std::uint8_t>((bright ? 120 : 0) + (noise >> 25U)));
        }
    }
    return images;
}

/// Sequences of 4 frames of a bright bar on 1 x 8 x 8 that runs down (label 0) or up (label 1): the order of the frames
/// is all that tells the classes apart.
inline data::labelled_images running_bars(int count) {
    constexpr int frames = 4, side = 8;
    data::labelled_images set{.count = count,
                              .frames = frames,
                              .channels = 1,
                              .height = side,
                              .width = side,
                              .classes = 2,
                              .pixels = {},
                              .labels = {},
                              .scale = {0.3F, 0.3F},
                              .source = "running bars"};
    for (int sequence = 0; sequence < count; ++sequence) {
        const int label = sequence % 2, start = sequence / 2 % side;
        set.labels.push_back(static_cast<std::uint8_t>(label));
        for (int frame = 0; frame < frames; ++frame)
            for (int position = 0; position < side * side; ++position) {
                const int bar = (start + (label == 0 ? frame : side + frames - 1 - frame)) % side;
                set.pixels.push_back(position / side == bar ? 200 : 20);
            }
    }
    return set;
}

}  // namespace train_test
