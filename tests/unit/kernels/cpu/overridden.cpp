// What perturbations do to drives and states, by the kernels of every instruction set that this CPU has: currents, held
// values, and noise, which is compared with its definition in double and with what normal numbers are.

#include "catch.hpp"
#include "kernels/cpu/all_tables.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <limits>
#include <numbers>
#include <vector>

namespace kernels_cpu_overridden_test {

using namespace cortexpr;
using cortexpr::test::all_tables;

namespace {

/// Philox 4x32-10 as its paper has it.
std::array<std::uint32_t, 4> philox(std::array<std::uint32_t, 4> word, std::uint64_t key) {
    auto low = static_cast<std::uint32_t>(key), high = static_cast<std::uint32_t>(key >> 32);
    for (int round = 0; round < 10; ++round, low += 0x9E3779B9U, high += 0xBB67AE85U) {
        const std::uint64_t first = std::uint64_t{0xD2511F53} * word[0], second = std::uint64_t{0xCD9E8D57} * word[2];
        word = {static_cast<std::uint32_t>(second >> 32) ^ word[1] ^ low, static_cast<std::uint32_t>(second),
                static_cast<std::uint32_t>(first >> 32) ^ word[3] ^ high, static_cast<std::uint32_t>(first)};
    }
    return word;
}

struct position {
    int column = 0, channel = 0, row = 0;
    std::uint32_t step = 0, stream = 0;
};

/// The number of a position in a map with this number of channels.
double normal_at(std::uint64_t key, const position& at, int channels) {
    const auto index = static_cast<std::uint32_t>(at.column * channels + at.channel);
    const std::uint32_t counter = index / 64 * 16 + index % 16, number = index % 64 / 16;
    const auto word = philox({counter, static_cast<std::uint32_t>(at.row), at.step, at.stream}, key);
    const std::uint32_t radius = word[number / 2 * 2], angle = word[number / 2 * 2 + 1];
    const double length = std::sqrt(-2 * std::log(((radius >> 1) + 0.5) / 2147483648.0));
    const double turn = std::numbers::pi / 4 * (1 + static_cast<std::int32_t>(angle << 2) / 2147483648.0);
    const bool is_second = number % 2 == 1, is_negative = (angle >> (is_second ? 30 : 31) & 1) != 0;
    return (is_negative ? -length : length) * (is_second ? std::sin(turn) : std::cos(turn));
}

struct size {
    int height, width, channels;
    std::size_t all() const { return static_cast<std::size_t>(height * width * channels); }
};

template <class Scalar>
kernels::noise_job<Scalar> noise_of(const size& map, std::vector<Scalar>& drive, std::vector<float>& scratch) {
    drive.assign(map.all(), 0);
    scratch.resize(kernels::noise_scratch(map.width, map.channels));
    return {.height = map.height,
            .width = map.width,
            .channels = map.channels,
            .drive = {drive.data(), std::ptrdiff_t{map.width} * map.channels, map.channels},
            .amount = 1,
            .scratch = scratch.data()};
}

/// Means of powers and products of numbers, against what they are of normal ones, in standard errors.
class moments {
  public:
    void add(double one, double other) {
        ++count_;
        const std::array terms{one,
                               one * one - 1,
                               one * one * one,
                               one * one * one * one - 3,
                               one * other,
                               (one * one - 1) * (other * other - 1),
                               one * (other * other - 1)};
        for (std::size_t i = 0; i < terms.size(); ++i) sum_[i] += terms[i];
    }
    double largest_error() const {
        constexpr std::array variances{1.0, 2.0, 15.0, 96.0, 1.0, 4.0, 2.0};
        double most = 0;
        for (std::size_t i = 0; i < sum_.size(); ++i)
            most = std::max(most, std::abs(sum_[i]) / std::sqrt(variances[i] * count_));
        return most;
    }

  private:
    double count_ = 0;
    std::array<double, 7> sum_{};
};

}  // namespace

TEST_CASE("kernels: noise, the generator is Philox 4x32-10, by the answers that its authors give") {
    CHECK(philox({0, 0, 0, 0}, 0) == std::array{0x6627E8D5U, 0xE169C58DU, 0xBC57AC4CU, 0x9B00DBD8U});
    CHECK(philox({0xFFFFFFFF, 0xFFFFFFFF, 0xFFFFFFFF, 0xFFFFFFFF}, 0xFFFFFFFFFFFFFFFF) ==
          std::array{0x408F276DU, 0x41C83B0EU, 0xA20BC7C6U, 0x6D5451FDU});
}

TEMPLATE_TEST_CASE("kernels: noise, where each number is what key, stream, step and position say, on every table", "",
                   float, double) {
    for (const auto* table : all_tables<TestType>())
        for (const auto& map : {size{3, 5, 4}, size{2, 9, 16}, size{2, 3, 37}, size{1, 1, 1}}) {
            INFO(table->name << ", " << map.channels << " channels");
            std::vector<TestType> drive;
            std::vector<float> scratch;
            auto job = noise_of(map, drive, scratch);
            job.key = 0x123456789ABCDEFULL;
            job.step = 3;
            job.stream = 1 << 16;
            job.amount = static_cast<TestType>(0.5);
            std::fill(drive.begin(), drive.end(), TestType{2});
            table->add_noise(job);
            double worst = 0;
            std::size_t i = 0;
            for (int y = 0; y < map.height; ++y)
                for (int x = 0; x < map.width; ++x)
                    for (int c = 0; c < map.channels; ++c, ++i)
                        worst = std::max(
                            worst,
                            std::abs(drive[i] - 2 - 0.5 * normal_at(job.key, {x, c, y, 3, 1 << 16}, map.channels)));
            CHECK(worst < 1e-5);

            const auto everywhere = drive;
            std::vector<TestType> amounts(map.all());
            for (std::size_t k = 0; k < amounts.size(); k += 3) amounts[k] = static_cast<TestType>(0.5);
            job.amounts = amounts.data();
            std::fill(drive.begin(), drive.end(), TestType{2});
            table->add_noise(job);
            for (std::size_t k = 0; k < amounts.size(); ++k)
                if (std::abs(drive[k] - (k % 3 == 0 ? everywhere[k] : TestType{2})) > 1e-6) FAIL("neuron " << k);
        }
}

// Bounds that a sound generator exceeds once in thousands of seeds; this one's keys are fixed.
TEST_CASE(
    "kernels: noise has mean, variance, skewness and kurtosis of normal numbers; neighbours, steps, images know "
    "nothing") {
    const size map{28, 28, 16};
    const auto numbers_of = [&](std::uint64_t key, std::uint32_t step, std::uint32_t stream) {
        std::vector<float> drive, scratch;
        auto job = noise_of(map, drive, scratch);
        job.key = key;
        job.step = step;
        job.stream = stream;
        kernels::kernels_for_this_cpu<float>().add_noise(job);
        return drive;
    };
    enum { channels, pairs, columns, rows, steps, images, streams, relations };
    std::array<moments, relations> all;
    double beyond_3 = 0, beyond_4 = 0, negative = 0, count = 0, largest = 0;
    for (std::uint64_t key = 0; key < 16; ++key) {
        auto before = numbers_of(key, 0, 0);
        for (std::uint32_t step = 1; step <= 10; ++step) {
            const auto now = numbers_of(key, step, 0);
            const std::array others{numbers_of(key + 1, step, 0), numbers_of(key, step, 1)};
            for (std::size_t i = 448; i < now.size(); ++i) {
                all[channels].add(now[i], now[i - 1]);
                all[pairs].add(now[i], now[i - 32]);
                all[columns].add(now[i], now[i - 16]);
                all[rows].add(now[i], now[i - 448]);
                all[steps].add(now[i], before[i]);
                all[images].add(now[i], others[0][i]);
                all[streams].add(now[i], others[1][i]);
                const double size = std::abs(now[i]);
                beyond_3 += size > 3;
                beyond_4 += size > 4;
                negative += now[i] < 0;
                largest = std::max(largest, size);
                ++count;
            }
            before = now;
        }
    }
    for (int relation = 0; relation < relations; ++relation) {
        INFO("relation " << relation);
        CHECK(all[static_cast<std::size_t>(relation)].largest_error() < 4);
    }
    const auto errors = [&](double found, double share) {
        return std::abs(found - count * share) / std::sqrt(count * share * (1 - share));
    };
    CHECK(errors(beyond_3, 2.6998e-3) < 4);
    CHECK(errors(beyond_4, 6.3342e-5) < 4);
    CHECK(errors(negative, 0.5) < 4);
    CHECK(largest > 4.5);
    CHECK(largest < 6.67);  // sqrt(64 ln 2)
}

TEMPLATE_TEST_CASE("kernels: currents are added, and what is held is held whatever it was", "", float, double) {
    constexpr auto infinite = std::numeric_limits<TestType>::infinity();
    for (const auto* table : all_tables<TestType>())
        for (const int channels : {1, 16, 21}) {
            INFO(table->name << ", " << channels << " channels");
            const int height = 2, width = 3, pixel = channels + 2;
            const auto numbers = static_cast<std::size_t>(height * width * channels);
            std::vector<TestType> map(static_cast<std::size_t>(height * width * pixel), 1), held(numbers),
                value(numbers);
            for (std::size_t i = 0; i < numbers; ++i) {
                held[i] = i % 3 == 0 ? 1 : 0;
                value[i] = static_cast<TestType>(i);
            }
            const auto at = [&](std::size_t i) -> TestType& {
                const auto position = i / static_cast<std::size_t>(channels);
                return map[position * static_cast<std::size_t>(pixel) + i % static_cast<std::size_t>(channels) + 1];
            };
            const kernels::map_view<TestType> view{map.data() + 1, std::ptrdiff_t{width} * pixel, pixel};
            table->add_current({height, width, channels, value.data(), view});
            for (std::size_t i = 0; i < numbers; ++i) CHECK(at(i) == static_cast<TestType>(i) + 1);
            for (std::size_t i = 0; i < numbers; ++i) at(i) = infinite;
            table->hold({height, width, channels, held.data(), value.data(), view});
            for (std::size_t i = 0; i < numbers; ++i) CHECK(at(i) == (i % 3 == 0 ? value[i] : infinite));
            table->hold({height, width, channels, held.data(), nullptr, view});
            for (std::size_t i = 0; i < numbers; ++i) CHECK(at(i) == (i % 3 == 0 ? 0 : infinite));
            for (int position = 0; position < height * width; ++position) {
                CHECK(map[static_cast<std::size_t>(position * pixel)] == 1);
                CHECK(map[static_cast<std::size_t>(position * pixel + channels + 1)] == 1);
            }
        }
}

}  // namespace kernels_cpu_overridden_test
