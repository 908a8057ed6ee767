// A program whose runs last a moment, for tests that kill it at any place.

#include <cortexpr/app.hpp>

#include <cstdint>
#include <string>

using namespace cortexpr;

namespace {

struct E : excitatory<4> {};
struct I : inhibitory<3> {};
struct V1 : area<input<1, 8, 8>, neurons<E, I>,
                 connectivity<from<stimulus, 1, 1, 0>, from<E, 1, 1, 1>, from<I, 1, 1, 0>>, output<6>> {};
struct Tiny : classifier<network<V1>, classes<2>, hidden<8>, dropout<0.5>, readout_pool<pool_mode::max>> {};

/// Bright above or below, with noise.
data::labelled_images halves(data::split part) {
    data::labelled_images set;
    set.count = part == data::split::train ? 40 : 16;
    set.classes = 2;
    set.channels = 1;
    set.height = set.width = 8;
    set.source = "halves";
    std::uint32_t noise = part == data::split::train ? 1 : 2;
    for (int i = 0; i < set.count; ++i) {
        set.labels.push_back(static_cast<std::uint8_t>(i % 2));
        for (int place = 0; place < 64; ++place) {
            noise = noise * 1664525 + 1013904223;
            set.pixels.push_back(
                static_cast<std::uint8_t>((place < 32) == (i % 2 == 0) ? 128 + (noise >> 25U) : noise >> 25U));
        }
    }
    return set;
}

}  // namespace

int main(int argc, char** argv) { return app<Tiny>(argc, argv, {.make_data = halves}); }
