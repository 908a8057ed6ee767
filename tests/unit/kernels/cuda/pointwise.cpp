// The fused backend's kernels, run on the CPU's stand-in for a thread block, against plain loops in double precision.

#include "catch.hpp"
#include "kernels/cuda/host_kernels.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>
#include <vector>

using namespace cortexpr::kernels;
using namespace cortexpr::kernels::cuda;

namespace {

std::size_t at(std::ptrdiff_t i) { return static_cast<std::size_t>(i); }

template <class Storage>
constexpr double precision = std::is_same_v<Storage, float> ? 1e-5 : 1.0 / 128;

/// Numbers that both storages have.
template <class Storage>
std::vector<Storage> drawn(std::ptrdiff_t size, double low, double high, unsigned seed) {
    std::mt19937 generator(seed);
    std::uniform_real_distribution<double> uniform(low, high);
    std::vector<Storage> values(at(size));
    for (auto& value : values) value = stored<Storage>(widened(narrowed(static_cast<float>(uniform(generator)))));
    return values;
}

template <class Storage>
void check_near(const std::vector<Storage>& found, const std::vector<double>& expected, double tolerance) {
    REQUIRE(found.size() == expected.size());
    double worst = 0, scale = 1;
    for (std::size_t i = 0; i < found.size(); ++i) {
        const double error = std::abs(widened(found[i]) - expected[i]);
        worst = error <= worst ? worst : error;  // NaN is the worst
        scale = std::max(scale, std::abs(expected[i]));
    }
    CHECK(worst <= tolerance * scale);
}

/// run(block) for each block of a launch.
template <class Run>
void launch(int blocks, int threads, host_block::order order, Run run) {
    for (int i = 0; i < blocks; ++i) {
        host_block block(i, blocks, threads, step_adjoint_shared_bytes(threads), order);
        run(block);
    }
}

/// Maps that are read lie `more` elements further from position to position than their channels need.
template <class Storage>
struct step_example {
    map_sizes sizes;
    bool rate_by_position;
    int pitch;
    std::vector<Storage> drive, constant_drive, before, after_adjoint;
    std::vector<float> bias, rate;
    std::vector<std::uint8_t> names;

    step_example(map_sizes given, bool by_position, int more)
        : sizes(given),
          rate_by_position(by_position),
          pitch(given.channels + more),
          drive(drawn<Storage>(given.size(), -3, 3, 1)),
          constant_drive(drawn<Storage>(given.positions() * pitch, -1, 1, 2)),
          before(drawn<Storage>(given.positions() * pitch, 0, 1, 3)),
          after_adjoint(drawn<Storage>(given.size(), -1, 1, 4)),
          bias(drawn<float>(given.channels, -1, 1, 5)),
          rate(drawn<float>((by_position ? given.grid() : 1) * given.channels, 0.1, 1, 6)) {
        for (int c = 0; c < sizes.channels; ++c)
            names.push_back(static_cast<std::uint8_t>(c % cortexpr::activation_count));
    }

    int channel(std::ptrdiff_t i) const { return static_cast<int>(i % sizes.channels); }
    double part(const std::vector<Storage>& map, std::ptrdiff_t i) const {
        return widened(map[at(i / sizes.channels * pitch + channel(i))]);
    }
    double rate_at(std::ptrdiff_t i) const { return rate[at(i % static_cast<std::ptrdiff_t>(rate.size()))]; }
    double drive_at(std::ptrdiff_t i) const {
        return double{widened(drive[at(i)])} + part(constant_drive, i) + bias[at(channel(i))];
    }
};

template <class Storage>
constexpr storage as = std::is_same_v<Storage, float> ? storage::float32 : storage::bfloat16;

template <class Storage>
void check_step(map_sizes sizes, bool rate_by_position, int more = 0) {
    step_example<Storage> one(sizes, rate_by_position, more);
    std::vector<Storage> after(one.drive.size()), saved(one.drive.size());
    const map_step_job job{.as = as<Storage>,
                           .sizes = sizes,
                           .drive = one.drive.data(),
                           .constant_drive = {one.constant_drive.data(), one.pitch},
                           .bias = one.bias.data(),
                           .before = {one.before.data(), one.pitch},
                           .rate = one.rate.data(),
                           .rate_by_position = rate_by_position,
                           .nonlinearities = one.names.data(),
                           .after = after.data(),
                           .saved = saved.data()};
    host::step(&job, nullptr);
    std::vector<double> expected_after, expected_saved, expected_drive, expected_before;
    std::vector<double> by_bias(one.bias.size()), by_rate(one.rate.size());
    for (std::ptrdiff_t i = 0; i < sizes.size(); ++i)
        with_name(nonlinearity(one.names[at(one.channel(i))]), [&](auto name) {
            constexpr auto known = decltype(name)::value;
            const double value = value_of<known>(one.drive_at(i)), before = one.part(one.before, i);
            expected_saved.push_back(tells_slope<known> ? value : one.drive_at(i));
            const double rate = one.rate_at(i);
            expected_after.push_back(rate * value + (1 - rate) * before);
            // The backward pass starts from what was stored.
            const double read = widened(saved[at(i)]);
            const double adjoint = widened(one.after_adjoint[at(i)]);
            expected_drive.push_back(adjoint * rate * slope_of<known>(read));
            expected_before.push_back(adjoint * (1 - rate));
            by_bias[at(one.channel(i))] += expected_drive.back();
            by_rate[at(i) % by_rate.size()] += adjoint * ((tells_slope<known> ? read : value_of<known>(read)) - before);
        });
    check_near(after, expected_after, precision<Storage>);
    check_near(saved, expected_saved, precision<Storage>);

    for (const auto order : {host_block::order::ascending, host_block::order::descending}) {
        std::vector<Storage> drive_adjoint(after.size()), in_place = one.after_adjoint;
        std::vector<float> position_rates(rate_by_position ? one.rate.size() : 0),
            partial(map_step_partial_floats(sizes)), channels(2 * one.bias.size());
        const map_step_adjoint_job back{.as = as<Storage>,
                                        .sizes = sizes,
                                        .saved = saved.data(),
                                        .before = job.before,
                                        .rate = one.rate.data(),
                                        .rate_by_position = rate_by_position,
                                        .nonlinearities = one.names.data(),
                                        .after_adjoint = in_place.data(),
                                        .drive_adjoint = drive_adjoint.data(),
                                        .before_adjoint = in_place.data(),
                                        .partial = partial.data(),
                                        .channel_gradient = channels.data(),
                                        .position_rate_gradient = position_rates.data()};
        if (rate_by_position) launch(2, 64, order, [&](auto& block) { position_rate_adjoint<Storage>(block, back); });
        const int blocks = map_blocks(sizes);
        launch(blocks, 64, order, [&](auto& block) {
            is_wide(back) ? step_map_adjoint<Storage, widest>(block, back) : step_map_adjoint<Storage, 1>(block, back);
        });
        launch(1, 32, order, [&](auto& block) {
            add_slices(block, partial.data(), blocks, static_cast<std::ptrdiff_t>(channels.size()), channels.data());
        });
        check_near(drive_adjoint, expected_drive, precision<Storage>);
        check_near(in_place, expected_before, precision<Storage>);
        const auto half = channels.begin() + sizes.channels;
        check_near(std::vector<float>(channels.begin(), half), by_bias, 1e-5);
        check_near(rate_by_position ? position_rates : std::vector<float>(half, channels.end()), by_rate, 1e-5);
    }
}

template <class Storage>
void check_maxima(map_sizes sizes, int pool_height, int pool_width) {
    auto map = drawn<Storage>(sizes.size(), -1, 1, 7);
    for (std::size_t i = 0; i < map.size(); i += 3) map[i] = stored<Storage>(0.75F);  // equal ones
    map.back() = stored<Storage>(std::numeric_limits<float>::quiet_NaN());
    std::vector<float> features(at(sizes.images * sizes.channels * pool_height * pool_width));
    std::vector<std::int32_t> positions(features.size());
    const map_maxima_job job{.sizes = sizes,
                             .pool_height = pool_height,
                             .pool_width = pool_width,
                             .map = map.data(),
                             .features = features.data(),
                             .argmax = positions.data()};
    launch(sizes.images * pool_height * pool_width, 64, host_block::order::descending,
           [&](auto& block) { find_map_maxima<Storage>(block, job); });
    std::size_t entry = 0;
    for (int image = 0; image < sizes.images; ++image)
        for (int c = 0; c < sizes.channels; ++c)
            for (int py = 0; py < pool_height; ++py)
                for (int px = 0; px < pool_width; ++px, ++entry) {
                    // As PyTorch: from the floor of the start to the ceiling of the end, the first of equal ones.
                    const auto first = [](int i, int size, int n) { return int(std::floor(double(i) * size / n)); };
                    const auto last = [](int i, int size, int n) { return int(std::ceil(double(i + 1) * size / n)); };
                    int best = -1;
                    const auto value_at = [&](int position) {
                        return widened(map[at((image * sizes.grid() + position) * sizes.channels + c)]);
                    };
                    for (int y = first(py, sizes.height, pool_height); y < last(py, sizes.height, pool_height); ++y)
                        for (int x = first(px, sizes.width, pool_width); x < last(px, sizes.width, pool_width); ++x) {
                            const int position = y * sizes.width + x;
                            if (best < 0 || value_at(position) > value_at(best) || std::isnan(value_at(position)))
                                best = position;
                        }
                    CHECK(positions[entry] == best);
                    CHECK((features[entry] == value_at(best) || std::isnan(value_at(best))));
                }
}

template <class Storage>
void check_maxima_adjoint(map_sizes sizes, int outputs, int windows, int kernel_height, int kernel_width) {
    const auto map = drawn<Storage>(sizes.size(), 0, 1, 8);
    const int taps = kernel_height * kernel_width, features = outputs * windows;
    const auto weights = drawn<float>(taps * sizes.channels * outputs, -1, 1, 9);
    const auto adjoint = drawn<float>(sizes.images * features, -1, 1, 10);
    const auto start = drawn<Storage>(sizes.size(), -1, 1, 11);
    std::mt19937 generator(12);
    std::vector<std::int32_t> positions(adjoint.size());
    for (auto& position : positions)
        position = static_cast<std::int32_t>(generator() % static_cast<unsigned>(sizes.grid()));
    positions[1] = positions[0];  // shared
    std::vector<double> states(start.size()), gradient(weights.size() + at(outputs));
    for (std::size_t i = 0; i < start.size(); ++i) states[i] = widened(start[i]);
    for (int image = 0; image < sizes.images; ++image)
        for (int feature = 0; feature < features; ++feature) {
            const auto entry = at(image * features + feature);
            gradient[weights.size() + at(feature / windows)] += adjoint[entry];
            for (int tap = 0; tap < taps; ++tap) {
                const int y = positions[entry] / sizes.width + tap / kernel_width - kernel_height / 2;
                const int x = positions[entry] % sizes.width + tap % kernel_width - kernel_width / 2;
                if (y < 0 || y >= sizes.height || x < 0 || x >= sizes.width) continue;
                for (int s = 0; s < sizes.channels; ++s) {
                    const auto weight = at((tap * sizes.channels + s) * outputs + feature / windows);
                    const auto source = at((image * sizes.grid() + y * sizes.width + x) * sizes.channels + s);
                    gradient[weight] += double{adjoint[entry]} * widened(map[source]);
                    states[source] += double{adjoint[entry]} * weights[weight];
                }
            }
        }
    for (const auto order : {host_block::order::ascending, host_block::order::descending}) {
        auto found = start;
        std::vector<float> total(gradient.size());
        maxima_adjoint_job job{.states = sizes,
                               .outputs = outputs,
                               .windows = windows,
                               .kernel_height = kernel_height,
                               .kernel_width = kernel_width,
                               .map = {map.data(), sizes.channels},
                               .weights = weights.data(),
                               .argmax = positions.data(),
                               .feature_adjoint = adjoint.data(),
                               .state_adjoint = found.data(),
                               .gradient = total.data()};
        const auto size = static_cast<std::ptrdiff_t>(maxima_adjoint_gradient_floats(job));
        REQUIRE(at(size) == gradient.size());
        std::vector<float> partial(maxima_adjoint_partial_floats(job), NAN);
        job.partial = partial.data();
        const int blocks = maxima_adjoint_blocks(sizes.images);
        launch(blocks, 64, order, [&](auto& block) { maxima_adjoint<Storage, host_block>(block, job, size).run(); });
        launch(2, 32, order, [&](auto& block) { add_slices(block, partial.data(), blocks, size, total.data()); });
        check_near(found, states, precision<Storage>);
        check_near(total, gradient, 1e-5);
    }
}

}  // namespace

TEST_CASE("fused: a step of all nonlinearities and its adjoint") {
    for (const bool by_position : {false, true}) {
        check_step<float>({3, 5, 7, 24}, by_position);
        check_step<bfloat16>({2, 12, 13, 12}, by_position);  // several blocks of positions
        check_step<float>({1, 2, 3, 100}, by_position);      // more channels than threads
        check_step<float>({1, 2, 3, 300}, by_position);      // even four at a time
        check_step<bfloat16>({2, 3, 4, 7}, by_position);     // one at a time
        check_step<float>({1, 3, 4, 8}, by_position, 4);     // some channels of wider maps
        check_step<bfloat16>({1, 3, 4, 8}, by_position, 2);  // that four at a time don't fit
    }
}

TEST_CASE("fused: maxima of windows, the first of equal ones, and their positions") {
    check_maxima<float>({2, 7, 5, 6}, 1, 1);
    check_maxima<bfloat16>({2, 7, 5, 6}, 3, 2);  // windows that overlap
    check_maxima<float>({1, 2, 2, 80}, 2, 2);
}

TEST_CASE("fused: the adjoint of an output of which only maxima are read") {
    check_maxima_adjoint<float>({3, 5, 6, 8}, 4, 1, 3, 3);
    check_maxima_adjoint<bfloat16>({2, 4, 4, 6}, 3, 2, 1, 5);
}
