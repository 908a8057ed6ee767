// The sized kernels, run on the CPU's stand-in for a GPU's threads, against plain loops in double precision; and that
// stand-in itself.

#include "catch.hpp"
#include "kernels/cuda/host_kernels.hpp"
#include "kernels/cuda/plain_network.hpp"

#include <cmath>
#include <cstring>
#include <stdexcept>
#include <string>

using namespace cortexpr;
using namespace cortexpr::test;

namespace {

using sized::misfit, sized::shape, sized::thread_order;
using enum nonlinearity;

/// Memory that holds NaN, on a boundary that bulk copies can start at.
class device_memory {
  public:
    explicit device_memory(std::size_t bytes)
        : words_(new (std::align_val_t{boundary}) unsigned char[std::max<std::size_t>(bytes, 1)]) {
        std::memset(words_.get(), 0xFF, bytes);
    }
    explicit device_memory(const std::vector<float>& values) : device_memory(values.size() * sizeof(float)) {
        std::memcpy(words_.get(), values.data(), values.size() * sizeof(float));
    }
    unsigned char* bytes() { return words_.get(); }
    float* floats() { return reinterpret_cast<float*>(words_.get()); }

  private:
    static constexpr std::size_t boundary = 256;
    struct aligned_delete {
        void operator()(unsigned char* memory) const { operator delete[](memory, std::align_val_t{boundary}); }
    };
    std::unique_ptr<unsigned char[], aligned_delete> words_;
};

constexpr on_chip_sizes sizes_of(const shape& of, int steps) {
    return {of.height,        of.width,        of.inputs, of.states,         of.outputs,
            of.kernel_height, of.kernel_width, steps,     of.output_sources, of.live_at_last};
}

/// The kernels' results; `blocks` thread blocks share the images of the backward pass.
template <shape S>
on_chip_results run_kernels(const plain_network& network, int blocks, thread_order order) {
    constexpr auto at_once = sized::layout_of(S);
    static_assert(at_once.obstacle == misfit::nothing);
    const auto& sizes = network.sizes;
    const on_chip_choice choice{.kernels = 0, .shape = S};
    on_chip_results result;
    result.features.resize(at(network.images * sizes.outputs), NAN);
    result.positions.resize(result.features.size(), -1);
    result.gradient.assign(on_chip_gradient_floats(sizes), NAN);
    device_memory packed(on_chip_packed_bytes(choice)), saved(on_chip_saved_bytes(choice, sizes, network.images)),
        stimulus(network.stimulus), slices(4 * at(blocks) * at(at_once.slice_size));
    const on_chip_forward_job forward{.sizes = sizes,
                                      .choice = choice,
                                      .parameters = network.parameters(),
                                      .images = network.images,
                                      .stimulus = stimulus.floats(),
                                      .packed = packed.bytes(),
                                      .saved = saved.bytes(),
                                      .features = result.features.data(),
                                      .argmax = result.positions.data()};
    sized::host::pack<S>(sized::packing_of(forward), order);
    sized::host::forward<S>(sized::pass_of(forward), order);
    const on_chip_backward_job backward{.sizes = sizes,
                                        .choice = choice,
                                        .parameters = network.parameters(),
                                        .images = network.images,
                                        .stimulus = stimulus.floats(),
                                        .packed = packed.bytes(),
                                        .saved = saved.bytes(),
                                        .argmax = result.positions.data(),
                                        .feature_adjoint = network.feature_adjoint.data(),
                                        .partial = slices.floats(),
                                        .gradient = result.gradient.data()};
    sized::host::backward<S>(sized::pass_of(backward), blocks, order);
    auto sums = sized::sums_of(backward);
    sums.slices_count = blocks;
    sized::host::sum<S>(sums, order);
    return result;
}

template <shape S>
void check(const char* name, int steps, int images, int blocks) {
    INFO(name);
    std::vector<nonlinearity> names;
    for (int c = 0; c < S.states; ++c) names.push_back(S.names[c / 16]);
    plain_network network(sizes_of(S, steps), images, names, 3);
    network.forward();
    const auto results = run_kernels<S>(network, blocks, thread_order::ascending);
    check_features(network, results, 0.01);
    network.positions = results.positions;
    check_gradients(network, results, 0.015);

    const auto again = run_kernels<S>(network, blocks, thread_order::descending);
    CHECK(again.features == results.features);
    CHECK(again.positions == results.positions);
    CHECK(again.gradient == results.gradient);
}

constexpr shape digits{28, 28, 1, 32, 32, 3, 3, 0b01, 0b01, {sigmoid, sigmoid}};

}  // namespace

TEST_CASE("sized: the digits example's network") { check<digits>("digits", 5, 3, 2); }

TEST_CASE("sized: other sizes, extents, nonlinearities") {
    check<shape{6, 5, 1, 16, 16, 3, 3, 1, 1, {sigmoid}}>("one step", 1, 2, 2);
    check<shape{7, 9, 3, 21, 10, 3, 3, 0b11, 0b11, {sigmoid, relu}}>("blocks and units not filled", 3, 3, 2);
    check<shape{14, 14, 1, 8, 10, 3, 3, 1, 1, {nonlinearity::tanh}}>("half a block", 4, 3, 2);
    check<shape{12, 10, 2, 20, 18, 3, 1, 0b10, 0b10, {relu, silu}}>("one column of taps", 4, 2, 1);
    check<shape{5, 12, 2, 20, 18, 1, 3, 0b10, 0b11, {softplus, gelu}}>("one row of taps", 3, 1, 1);
    check<shape{8, 8, 20, 32, 40, 1, 1, 0b01, 0b11, {none, elu}}>("one tap", 3, 2, 1);
    check<shape{32, 32, 1, 16, 16, 3, 3, 1, 1, {sigmoid}}>("sixteen units", 2, 1, 1);
    check<shape{20, 20, 1, 32, 16, 3, 3, 0b11, 0b11, {softplus, nonlinearity::tanh}}>("two rows in a unit", 2, 1, 1);
    check<shape{1, 40, 1, 16, 4, 1, 3, 1, 1, {leaky_relu}}>("one row of positions", 2, 2, 1);
}

TEST_CASE("sized: more thread blocks than images leave nothing undone") {
    check<shape{5, 5, 1, 16, 4, 3, 3, 1, 1, {sigmoid}}>("idle", 2, 3, 5);
}

TEST_CASE("sized: a map is cut into groups without a rest where it can be") {
    constexpr auto cut = [](int height, int width) { return sized::cut_of(height, width); };
    STATIC_REQUIRE((cut(28, 28).groups == 7 && cut(28, 28).units == 14 && cut(28, 28).paired));
    STATIC_REQUIRE((cut(32, 32).groups == 8 && cut(32, 32).units == 16 && !cut(32, 32).paired));
    STATIC_REQUIRE((cut(8, 8).units_in_all() == 8 && cut(14, 14).units_in_all() == 28));
    STATIC_REQUIRE(cut(40, 40).groups == 0);
    STATIC_REQUIRE(sized::layout_of(digits).is_full);
    STATIC_REQUIRE(sized::layout_of(digits).forward_bytes == 115'344);
    STATIC_REQUIRE(sized::layout_of(digits).forward_residents == 2);
    STATIC_REQUIRE(sized::layout_of(digits).backward_bytes <= 227 * 1024);
}

TEST_CASE("sized: what has no kernels is told with the number that is in the way") {
    const auto told = [](shape of, std::vector<nonlinearity> names = {sigmoid}) {
        std::vector<std::uint8_t> by_channel;
        for (int c = 0; c < of.states; ++c)
            by_channel.push_back(static_cast<std::uint8_t>(names[at(c) * names.size() / at(of.states)]));
        const auto sizes = sizes_of(of, 1);
        const auto found = sized::fit_of(sizes, by_channel.data());
        char text[256];
        sized::explain(found, text, sizeof text);
        CHECK(found.fits() == (std::strlen(text) == 0));
        return std::string(text);
    };
    CHECK(told(digits).empty());
    CHECK(told({28, 28, 1, 48, 32, 3, 3, 1, 1}) == "48 state channels are more than the 32 that registers hold");
    CHECK(told({28, 28, 1, 32, 32, 5, 3, 1, 1}) == "an extent of 5 x 3 is larger than 3 x 3");
    CHECK(told({28, 28, 4, 32, 32, 3, 3, 1, 1}) == "4 channels of the image under 9 taps are more than 30 numbers");
    CHECK(told({40, 40, 1, 16, 32, 3, 3, 1, 1}) == "a map of 40 x 40 is cut into more than 8 groups of positions");
    CHECK(told({28, 28, 1, 32, 32, 3, 3, 0, 0}) == "the output reads no neuron type");
    CHECK(told({32, 32, 1, 32, 32, 3, 3, 1, 1})
              .find("bytes of shared memory are more than the 232448 of a thread block") != std::string::npos);
    CHECK(told({8, 8, 1, 32, 32, 3, 3, 1, 1}, {sigmoid, relu}).empty());
    CHECK(told({8, 8, 1, 16, 32, 3, 3, 1, 1}, {sigmoid, relu}) ==
          "types that share a block of 16 channels have different nonlinearities");
}

// ---- the stand-in

namespace {

/// What a block of threads throws; empty if nothing.
template <class Body>
std::string failure_of(Body body, int threads = 64, std::size_t shared = 256) {
    try {
        sized::run_block(0, 1, threads, shared, thread_order::ascending, body);
    } catch (const std::logic_error& problem) {
        return problem.what();
    }
    return "";
}

}  // namespace

TEST_CASE("emulated threads: a barrier parts what comes before from what comes after") {
    for (const auto order : {thread_order::ascending, thread_order::descending}) {
        int sum = 0;
        sized::run_block(0, 1, 96, 96 * 4, order, [&sum] {
            auto* numbers = reinterpret_cast<int*>(sized::shared_memory());
            numbers[sized::thread_index()] = sized::thread_index();
            sized::barrier();
            if (sized::thread_index() == 5)
                for (int i = 0; i < 96; ++i) sum += numbers[i];
        });
        CHECK(sum == 95 * 96 / 2);
    }
}

TEST_CASE("emulated threads: lanes exchange values") {
    std::vector<int> seen(64, -1);
    CHECK(failure_of([&seen] {
              const int lane = sized::thread_index();
              seen[at(lane)] = sized::shuffled(lane, 5);
          }) == "");
    for (int lane = 0; lane < 64; ++lane) CHECK(seen[at(lane)] == (lane ^ 5));
}

TEST_CASE("emulated threads: threads that would never go on are told") {
    CHECK(failure_of([] {
              if (sized::thread_index() > 0) sized::barrier();
          }) == "threads of a block wait for each other");
    CHECK(failure_of([] {
              if (sized::thread_index() != 33) sized::warp_barrier();
          }) == "threads of a block wait for each other");
}

TEST_CASE("emulated threads: a bulk copy has come where a thread has waited for it") {
    alignas(16) static constexpr float source[4]{1, 2, 3, 4};
    const auto with = [](std::uint32_t announced, bool waits) {
        return [announced, waits] {
            if (sized::thread_index() == 0) {
                sized::start_copy_barrier(128);
                sized::expect_bytes(128, announced);
                sized::copy_in(16, source, sizeof source, 128);
            }
            sized::barrier();
            const auto* there = reinterpret_cast<const float*>(sized::shared_memory() + 16);
            if (sized::thread_index() == 7 && !std::isnan(there[2])) throw std::logic_error("it came too early");
            sized::barrier();
            if (waits) sized::wait_for_copies(128, 0);
            if (sized::thread_index() == 7 && waits && there[2] != 3) throw std::logic_error("it came too late");
        };
    };
    CHECK(failure_of(with(16, true)) == "");
    CHECK(failure_of(with(16, false)) == "a block ends before its copies have come");
    CHECK(failure_of(with(32, true)) == "of 32 bytes that were announced, 16 are copied");
}

TEST_CASE("emulated threads: accesses outside of shared memory, and copies of broken words, are told") {
    CHECK(failure_of([] { sized::put_shared(256, 1.0F); }) == "shared memory is accessed at 256, of 256 bytes");
    CHECK(failure_of([] { sized::put_shared(2, 1.0F); }) == "shared memory is accessed at 2, of 256 bytes");
    alignas(16) static float target[4];
    CHECK(failure_of([] {
              if (sized::thread_index() == 0) sized::copy_out(target, 0, 8);
          }) == "a bulk copy needs whole words of 16 bytes");
}
