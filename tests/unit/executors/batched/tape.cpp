// The backward pass of the batched executor: however an adjoint arrives, the same sum is taken.

#include "executors/batched/tape.hpp"

#include "catch.hpp"

#include <torch/types.h>
#include <torch/utils.h>

#include <algorithm>
#include <random>
#include <vector>

namespace batched_tape_test {

using namespace cortexpr::executors::batched;

namespace {

constexpr std::int64_t images = 4, channel_count = 6;

at::Tensor drawn(std::int64_t of_images = images, std::int64_t of_channels = channel_count) {
    return channels_last(torch::randn({of_images, of_channels, 3, 5}, torch::kDouble));
}

variable a_value() { return tape(true).made(drawn(), true); }

/// Rectangles of images and channels that cover all of them once.
std::vector<slice> cover_of(const variable& value, std::mt19937& random) {
    const auto cut = [&random](std::int64_t size) {
        return std::uniform_int_distribution<std::int64_t>(0, size)(random);
    };
    std::vector<slice> all;
    const auto first = cut(images);
    for (const auto& [from, count] : {std::pair{std::int64_t{0}, first}, std::pair{first, images - first}}) {
        const auto middle = cut(channel_count);
        for (const auto& part : {channels{0, middle}, channels{middle, channel_count - middle}})
            if (count > 0 && !part.is_empty()) all.emplace_back(value, from, count, part);
    }
    std::ranges::shuffle(all, random);
    return all;
}

bool is_channels_last(const at::Tensor& map) { return map.is_contiguous(at::MemoryFormat::ChannelsLast); }

}  // namespace

TEST_CASE("tape: an adjoint that arrives in parts, in any order, beside whole ones, is their sum") {
    torch::manual_seed(1);
    std::mt19937 random(1);
    for (int round = 0; round < 40; ++round) {
        const auto value = a_value();
        auto expected = torch::zeros_like(value->value());
        std::vector<std::pair<at::Tensor, at::Tensor>> sent;  // and what they were
        const auto send = [&](const slice& to, const at::Tensor& adjoint) {
            sent.emplace_back(adjoint, adjoint.clone());
            to.receive(adjoint);
        };
        for (int whole = round % 4; whole > 0; --whole) {
            const auto adjoint = drawn();
            expected += adjoint;
            send(value, adjoint);
        }
        for (int covers = round % 3; covers > 0; --covers)
            for (const auto& part : cover_of(value, random)) {
                const auto adjoint = drawn(part.images, part.which.count);
                expected.narrow(0, part.first_image, part.images)
                    .narrow(1, part.which.first, part.which.count)
                    .add_(adjoint);
                send(part, adjoint);
            }
        const auto taken = value->take_adjoint();
        CAPTURE(round);
        if (sent.empty()) {
            CHECK_FALSE(taken.defined());
            continue;
        }
        CHECK(torch::allclose(taken, expected, 1e-13, 1e-13));
        CHECK(is_channels_last(taken));
        CHECK_FALSE(value->take_adjoint().defined());
        for (const auto& [adjoint, before] : sent) CHECK(torch::equal(adjoint, before));
    }
}

TEST_CASE("tape: adjoints that lie one after another in memory are summed as others are") {
    torch::manual_seed(2);
    for (const bool is_shared : {true, false}) {
        step_memory memory({images, channel_count, 3, 5}, torch::kDouble, 5, is_shared);
        const auto value = a_value();
        auto expected = torch::zeros_like(value->value());
        for (int step = 4; step >= 0; --step) {
            auto adjoint = memory.at(step);
            adjoint.copy_(drawn());
            expected += adjoint;
            value->receive(adjoint);
        }
        CHECK(torch::allclose(value->take_adjoint(), expected, 1e-13, 1e-13));
    }
}

TEST_CASE("tape: maps of successive steps are joined without a copy where they share their memory") {
    torch::manual_seed(3);
    for (const bool is_shared : {true, false}) {
        step_memory memory({images, channel_count, 3, 5}, torch::kDouble, 3, is_shared);
        std::vector<at::Tensor> steps;
        for (int step = 0; step < 3; ++step) steps.push_back(memory.at(step).copy_(drawn()));
        const auto all = joined(steps);
        CHECK(torch::equal(all, torch::cat(steps)));
        CHECK(is_channels_last(all));
        CHECK(all.is_alias_of(steps.front()) == is_shared);
        CHECK_FALSE(joined({steps[0], steps[2]}).is_alias_of(steps[0]));
        memory.forget();
        CHECK_FALSE(memory.at(0).is_alias_of(steps[0]));
    }
    const auto one = drawn();
    CHECK(joined({one}).is_same(one));
}

TEST_CASE("tape: parts by image that cover a value are its adjoint, without a sum") {
    torch::manual_seed(4);
    const auto value = a_value();
    const auto adjoint = drawn();
    const slice late(value, 2, 2, {0, channel_count}), early(value, 0, 2, {0, channel_count});
    late.receive(adjoint.narrow(0, 2, 2));
    early.receive(adjoint.narrow(0, 0, 2));
    CHECK(torch::equal(value->take_adjoint(), adjoint));
}

TEST_CASE("tape: a slice of a slice counts from its first image and channel") {
    torch::manual_seed(5);
    const auto value = a_value();
    const auto part = slice(value).of_images(1, 2).narrowed({2, 3}).narrowed({1, 2});
    CHECK(torch::equal(part.value(), value->value().narrow(0, 1, 2).narrow(1, 3, 2)));
    part.receive(torch::ones({2, 2, 3, 5}, torch::kDouble));
    auto expected = torch::zeros_like(value->value());
    expected.narrow(0, 1, 2).narrow(1, 3, 2).fill_(1);
    CHECK(torch::equal(value->take_adjoint(), expected));
}

TEST_CASE("tape: a value whose adjoint is not needed takes in none, and a tape that does not record does no work") {
    const auto unasked = tape(true).made(drawn(), false);
    slice(unasked).receive(drawn());
    CHECK_FALSE(unasked->take_adjoint().defined());
    tape silent(false);
    const auto value = silent.made(drawn(), true);
    CHECK_FALSE(value->needs_grad());
    silent.on_backward([] { FAIL("it was asked to do nothing"); });
    silent.run_backward();
    CHECK_FALSE(static_cast<bool>(slice()));
    CHECK_FALSE(slice(nullptr).needs_grad());
}

TEST_CASE("tape: work is done from the last to the first, as often as it is asked") {
    tape all(true);
    std::vector<int> done;
    for (int i = 0; i < 3; ++i) all.on_backward([&done, i] { done.push_back(i); });
    all.run_backward();
    all.run_backward();
    CHECK(done == (std::vector{2, 1, 0, 2, 1, 0}));
}

TEST_CASE("tape: an adjoint in another precision is taken in the value's") {
    const auto value = tape(true).made(drawn().to(torch::kFloat), true);
    value->receive(torch::full({images, channel_count, 3, 5}, 0.5, torch::kDouble));
    const auto taken = value->take_adjoint();
    CHECK(taken.scalar_type() == torch::kFloat);
    CHECK(taken.min().item<float>() == 0.5F);
}

}  // namespace batched_tape_test
