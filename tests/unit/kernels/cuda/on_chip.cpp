// The on-chip backend's kernels, run on the CPU's stand-in for a thread block, against plain loops in double precision.

#include "catch.hpp"
#include "kernels/cuda/host_block.hpp"
#include "kernels/cuda/on_chip_backward.hpp"
#include "kernels/cuda/on_chip_forward.hpp"
#include "kernels/cuda/plain_network.hpp"

#include <cmath>
#include <vector>

using namespace cortexpr;
using namespace cortexpr::test;

namespace {

/// The kernels' results; `blocks` of them share the images.
on_chip_results run_kernels(const plain_network& network, int blocks, host_block::order order) {
    const auto& sizes = network.sizes;
    const auto layout = layout_of(sizes);
    on_chip_results result;
    result.features.resize(at(network.images * sizes.outputs));
    result.positions.resize(result.features.size());
    const on_chip_choice any;
    std::vector<unsigned char> saved(on_chip_saved_bytes(any, sizes, network.images), 0xFF);
    const on_chip_forward_job forward{.sizes = sizes,
                                      .choice = any,
                                      .parameters = network.parameters(),
                                      .images = network.images,
                                      .stimulus = network.stimulus.data(),
                                      .saved = saved.data(),
                                      .features = result.features.data(),
                                      .argmax = result.positions.data()};
    for (int i = 0; i < blocks; ++i) {
        host_block block(i, blocks, layout.threads, layout.forward_bytes, order);
        on_chip_forward<host_block>(block, forward, layout).run();
    }
    const auto size = on_chip_gradient_floats(sizes);
    std::vector<float> partial(at(blocks * layout.splits) * size, NAN);
    result.gradient.assign(size, NAN);
    const on_chip_backward_job backward{.sizes = sizes,
                                        .choice = any,
                                        .parameters = network.parameters(),
                                        .images = network.images,
                                        .stimulus = network.stimulus.data(),
                                        .saved = saved.data(),
                                        .argmax = result.positions.data(),
                                        .feature_adjoint = network.feature_adjoint.data(),
                                        .partial = partial.data(),
                                        .gradient = result.gradient.data()};
    for (int i = 0; i < blocks; ++i) {
        host_block block(i, blocks, layout.threads, layout.backward_bytes, order);
        on_chip_backward<host_block>(block, backward, layout).run();
    }
    for (int i = 0; i < 3; ++i) {
        host_block block(i, 3, 64, 0, order);
        add_slices(block, partial.data(), blocks * layout.splits, static_cast<std::ptrdiff_t>(size),
                   result.gradient.data());
    }
    return result;
}

struct example {
    const char* name;
    on_chip_sizes sizes;
    int images, blocks;
    std::vector<nonlinearity> nonlinearities;
};

void check_example(const example& one, double feature_bound, double gradient_bound) {
    INFO(one.name);
    plain_network network(one.sizes, one.images, one.nonlinearities, 3);
    network.forward();
    const auto results = run_kernels(network, one.blocks, host_block::order::ascending);
    check_features(network, results, feature_bound);
    network.positions = results.positions;
    check_gradients(network, results, gradient_bound);

    const auto again = run_kernels(network, one.blocks, host_block::order::descending);
    CHECK(again.features == results.features);
    CHECK(again.positions == results.positions);
    CHECK(again.gradient == results.gradient);
}

}  // namespace

TEST_CASE("on chip: the digits example's network") {
    check_example({"seed", {28, 28, 1, 32, 32, 3, 3, 5, 0b01, 0b01}, 2, 1, {nonlinearity::sigmoid}}, 0.01, 0.01);
}

TEST_CASE("on chip: other sizes, extents, nonlinearities") {
    using enum nonlinearity;
    const example examples[]{
        {"one step", {6, 5, 1, 16, 16, 3, 3, 1, 1, 1}, 2, 2, {sigmoid}},
        {"blocks not filled, types not aligned", {7, 9, 3, 21, 10, 3, 3, 3, 0b11, 0b11}, 3, 2, {sigmoid, relu}},
        {"wide extent", {5, 12, 2, 20, 18, 3, 5, 4, 0b10, 0b10}, 1, 1, {relu, silu}},
        {"high extent", {12, 4, 1, 8, 40, 5, 1, 3, 1, 1}, 2, 1, {softplus, gelu, none}},
        {"one tap", {4, 4, 1, 48, 3, 1, 1, 3, 0b101, 0b111}, 2, 1, {tanh, elu, hard_sigmoid}},
        {"one row", {1, 40, 1, 64, 16, 1, 3, 2, 0b1001, 0b1001}, 1, 1, {leaky_relu, relu6, hard_tanh, sigmoid}},
    };
    for (const auto& one : examples) check_example(one, 0.02, 0.015);
}

TEST_CASE("on chip: more blocks than images leave nothing undone") {
    check_example({"idle", {5, 5, 1, 16, 4, 3, 3, 2, 1, 1}, 3, 2, {nonlinearity::sigmoid}}, 0.01, 0.01);
    check_example({"idle", {5, 5, 1, 16, 4, 3, 3, 2, 1, 1}, 3, 5, {nonlinearity::sigmoid}}, 0.01, 0.01);
}
