// Data sets in a device's memory give the bits that the host's do. (The device is the CPU here.)

#include "train/device_examples.hpp"

#include "networks.hpp"
#include "train/batch_loader.hpp"

#include <cortexpr/data/batches.hpp>
#include <cortexpr/module/network_module.hpp>

#include <catch.hpp>

namespace train_test::device_examples_test {

namespace {

at::Tensor as_tensor(std::span<const std::uint32_t> indices) {
    auto tensor = at::empty({static_cast<std::int64_t>(indices.size())}, at::kLong);
    std::ranges::copy(indices, tensor.data_ptr<std::int64_t>());
    return tensor;
}

}  // namespace

TEST_CASE("a data set on a device gives the host's bits", "[device]") {
    const auto stills = bright_halves(20, 2, 3, 8, 5);
    auto sequences = stills;
    sequences.count = 5;
    sequences.frames = 4;
    sequences.labels.resize(5);
    auto coloured = stills, coloured_sequences = sequences;
    for (auto* set : {&coloured, &coloured_sequences})
        set->scale = data::normalisation({{0.49F, 0.25F}, {0.48F, 0.24F}, {0.45F, 0.26F}});
    for (const auto& examples : {stills, sequences, coloured, coloured_sequences})
        for (const auto type : {at::kFloat, at::kDouble}) {
            const auto order = data::shuffled_order(static_cast<std::uint32_t>(examples.count), 3, 1);
            const auto chosen = std::span(order).subspan(1, 4);
            const device_examples on_device(examples, at::kCPU, type);
            const auto expected = batch_loader(examples, 4, at::kCPU, type).load(chosen);
            const auto images = on_device.images(as_tensor(chosen));
            CHECK(images.scalar_type() == type);
            CHECK(at::equal(images, expected.images));
            CHECK(at::equal(on_device.labels(as_tensor(chosen)), expected.labels));
        }
}

TEST_CASE("constants for another number of channels are refused", "[device]") {
    auto examples = bright_halves(4, 2, 3, 8, 5);
    examples.scale = data::normalisation({{0.5F, 1.0F}, {0.5F, 1.0F}});
    CHECK_THROWS_AS(device_examples(examples, at::kCPU, at::kFloat), usage_error);
    CHECK_THROWS_AS(batch_loader(examples, 4, at::kCPU, at::kFloat).load(data::natural_order(2)), usage_error);
}

TEST_CASE("a loader goes through an order, from where it is told", "[device]") {
    const auto examples = bright_halves(10);
    const auto order = data::shuffled_order(10, 3, 1);
    batch_loader loader(examples, 4, at::kCPU, at::kFloat);
    loader.follow(order, 4);
    for (const auto& batch : {std::span(order).subspan(4, 4), std::span(order).subspan(8, 2)}) {
        const auto images = loader.next(batch.size()).images.clone();
        CHECK(at::equal(images, batch_loader(examples, 4, at::kCPU, at::kFloat).load(batch).images));
    }
}

}  // namespace train_test::device_examples_test
