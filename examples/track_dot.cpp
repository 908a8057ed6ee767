// Excitatory and inhibitory neurons track a dot, its place and its velocity:  track_dot train --epochs 8 --batch 64
#include <cortexpr/app.hpp>
#include <cortexpr/data/batches.hpp>

#include <array>
#include <cmath>
#include <cstdint>

using namespace cortexpr;

struct E : excitatory<16> {};
struct I : inhibitory<8> {};

// clang-format off
struct MT : area<
    input<1, 16, 16>,
    neurons<E, I>,
    connectivity<
        //             E  I  output
        from<stimulus, 1, 1, 0>,
        from<E,        1, 1, 1>,
        from<I,        1, 1, 0>>,
    output<8>> {};
// clang-format on

/// Where the dot is in the last frame (right, up), and how far it moves in a frame. The readout sees the whole map: a
/// maximum over it would say that there is a dot, but not where.
struct TrackDot : regressor<network<MT>, targets<4>, hidden<64>, readout_pool<pool_mode::average, 8, 8>> {};

/// Sequences of a dot that moves along a line through noise. No single frame tells its velocity.
data::labelled_images dots(data::split part) {
    constexpr int side = 16, frames = 5;
    constexpr double degrees = 0.5;  // of the visual field, for a pixel
    const bool training = part == data::split::train;
    data::labelled_images set{.count = training ? 4000 : 1000,
                              .frames = frames,
                              .channels = 1,
                              .height = side,
                              .width = side,
                              .pixels = {},
                              .labels = {},
                              .scale = {},
                              .source = training ? "training dots" : "test dots"};
    set.target_count = 4;
    split_mix_64 draws(training ? 1 : 2);
    const auto uniform = [&draws](double from, double to) {
        return from + (to - from) * static_cast<double>(draws() >> 11U) / 9007199254740992.0;  // 2^53
    };
    for (int i = 0; i < set.count; ++i) {
        const std::array velocity{uniform(-1.5, 1.5), uniform(-1.5, 1.5)};  // pixels a frame
        const std::array place{uniform(2, side - 3), uniform(2, side - 3)};
        for (int frame = 0; frame < frames; ++frame)
            for (int row = 0; row < side; ++row)
                for (int column = 0; column < side; ++column) {
                    const double since = frames - 1 - frame;
                    const double right = column - (place[0] - since * velocity[0]);
                    const double up = side - 1 - row - (place[1] - since * velocity[1]);
                    const double dot = 2 * std::exp(-(right * right + up * up) / 2);
                    set.numbers.push_back(static_cast<float>(dot + uniform(-0.3, 0.3)));
                }
        for (const double at : place) set.targets.push_back(static_cast<float>(degrees * (at - (side - 1) / 2.0)));
        for (const double speed : velocity) set.targets.push_back(static_cast<float>(degrees * speed));
    }
    return set;
}

int main(int argc, char** argv) { return app<TrackDot>(argc, argv, {.make_data = dots}); }
