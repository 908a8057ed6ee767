// Convolutions and their weights' gradients: the direct sum against plain loops, and Winograd's against the direct sum,
// for maps that no tile divides, on every table that this CPU can run.

#include "catch.hpp"
#include "executors/planned/aligned.hpp"
#include "executors/planned/layout.hpp"
#include "executors/planned/packing.hpp"
#include "kernels/cpu/tables.hpp"
#include "kernels/winograd_weights.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <numeric>
#include <random>
#include <vector>

namespace winograd_test {

using namespace cortexpr;
namespace planned = cortexpr::executors::planned;

namespace {

template <class Scalar>
using numbers = planned::aligned_vector<Scalar>;

struct shape {
    int extent, height, width, sources, targets;
};

/// One convolution of two sources, with drawn weights, as taps and as points.
template <class Scalar>
class convolution {
  public:
    convolution(const kernels::kernel_table<Scalar>& table, const shape& size)
        : table_(table),
          size_(size),
          source_(laid(size.sources)),
          target_(laid(size.targets)),
          source_of_channel_(sources_by_channel(size.sources)),
          edges_(halves(size)),
          by_tap_(edges_, false, source_of_channel_, size.targets, size.extent * size.extent, table.lanes),
          winograd_(edges_, false, source_of_channel_, size.targets, kernels::winograd_points(size.extent),
                    table.lanes),
          taps_(by_tap_.size()),
          points_(winograd_.size()),
          read_(source_.size()),
          start_(target_.size()),
          scratch_(kernels::scratch_of(kernels::winograd_points(size.extent),
                                       std::max({source_.stride, 2 * table.lanes}),
                                       std::max(target_.stride, 2 * table.lanes))),
          to_points_(size.extent) {
        fill(source_, read_);
        fill(target_, start_);
        for (const auto& edge : edges_) plan::for_each_pair(edge, [this](int s, int t) { draw_weights(s, t); });
    }

    numbers<Scalar> direct(const std::uint8_t* read_sources, const std::uint8_t* blocks) const {
        return convolved(by_tap_, taps_, read_sources, blocks, table_.direct.convolve);
    }
    numbers<Scalar> winograd(const std::uint8_t* read_sources, const std::uint8_t* blocks,
                             bool zeros_by_tap = false) const {
        return convolved(winograd_, points_, read_sources, blocks, table_.winograd.convolve, zeros_by_tap);
    }

    /// The sums of each position and target, without what fills vectors up.
    std::vector<double> sums_of(const numbers<Scalar>& map) const {
        std::vector<double> all;
        for_each_position([&](int y, int x) {
            const auto* sums = target_.view(map.data()).at(y, x);
            all.insert(all.end(), sums, sums + size_.targets);
        });
        return all;
    }
    /// The same in plain loops, from the sources that are read.
    std::vector<double> plain(const std::uint8_t* read_sources) const {
        std::vector<double> all;
        for_each_position([&](int y, int x) {
            for (int t = 0; t < size_.targets; ++t) {
                double sum = target_.view(start_.data()).at(y, x)[t];
                for (int s = 0; s < size_.sources; ++s)
                    for (int tap = 0; tap < taps() && is_read(s, read_sources); ++tap)
                        sum += source_at(y, x, tap, s) * static_cast<double>(tap_of(taps_, s, t, tap));
                all.push_back(sum);
            }
        });
        return all;
    }
    std::vector<double> plain_gradient(const std::uint8_t* read_sources) const {
        std::vector<double> all;
        const auto adjoint = target_.view(start_.data());
        for_each_pair([&](int s, int t) {
            for (int tap = 0; tap < taps(); ++tap) {
                double sum = 0;
                if (is_read(s, read_sources))
                    for_each_position([&](int y, int x) { sum += source_at(y, x, tap, s) * adjoint.at(y, x)[t]; });
                all.push_back(sum);
            }
        });
        return all;
    }

    /// As in a network of rectified rates under Dale's law: most sources are 0 in whole regions, half of the weights
    /// are 0, and sums start from 0.
    void rectify() {
        const auto view = source_.view(read_.data());
        for (int y = 0; y < source_.height; ++y)
            for (int x = 0; x < source_.width; ++x)
                for (int c = 0; c < source_.channels; ++c)
                    if ((y / 5 + x / 5 + c) % 4 > 0 || view.at(y, x)[c] < 0) view.at(y, x)[c] = 0;
        std::fill(start_.begin(), start_.end(), Scalar{0});
        std::fill(taps_.begin(), taps_.end(), Scalar{0});
        std::fill(points_.begin(), points_.end(), Scalar{0});
        for_each_pair([this](int s, int t) { draw_weights(s, t, Scalar{0}); });
    }

    /// The gradient of a pair's taps, from sums by tap or, in plain loops, by point. The adjoint is what `start_`
    /// holds.
    std::vector<double> direct_gradient(const std::uint8_t* read_sources) const {
        const auto sums = gradient_sums(by_tap_, read_sources, table_.direct.add_weight_gradient);
        std::vector<double> all;
        for_each_pair([&](int s, int t) {
            for (int tap = 0; tap < taps(); ++tap) all.push_back(tap_of(sums, s, t, tap));
        });
        return all;
    }
    std::vector<double> winograd_gradient(const std::uint8_t* read_sources) const {
        const auto sums = gradient_sums(winograd_, read_sources, table_.winograd.add_weight_gradient);
        const kernels::tap_transform transform(size_.extent);
        const int reads = kernels::winograd_reads(size_.extent);
        std::vector<double> all;
        for_each_pair([&](int s, int t) {
            const auto position = winograd_.of(s, t);
            for (int y = 0; y < size_.extent; ++y)
                for (int x = 0; x < size_.extent; ++x) {
                    double sum = 0;
                    for (int p = 0; p < reads * reads; ++p)
                        sum += transform.at[p / reads][y] * transform.at[p % reads][x] *
                               sums[position.first + at(p) * position.step];
                    all.push_back(sum);
                }
        });
        return all;
    }

    int block_count() const { return static_cast<int>(winograd_.blocks().size()); }

  private:
    static std::size_t at(int index) { return static_cast<std::size_t>(index); }
    int taps() const { return size_.extent * size_.extent; }
    bool is_read(int source, const std::uint8_t* read_sources) const {
        return read_sources == nullptr || read_sources[source_of_channel_[at(source)]] != 0;
    }
    template <class Visitor>
    void for_each_position(Visitor visit) const {
        for (int y = 0; y < size_.height; ++y)
            for (int x = 0; x < size_.width; ++x) visit(y, x);
    }
    double source_at(int y, int x, int tap, int channel) const {
        const int row = y + tap / size_.extent - size_.extent / 2, column = x + tap % size_.extent - size_.extent / 2;
        if (row < 0 || column < 0 || row >= size_.height || column >= size_.width) return 0;
        return source_.view(read_.data()).at(row, column)[channel];
    }
    Scalar tap_of(const numbers<Scalar>& values, int source, int target, int tap) const {
        const auto position = by_tap_.of(source, target);
        return values[position.first + at(tap) * position.step];
    }
    planned::map_layout laid(int channels) const {
        return planned::layout_of(channels, size_.height, size_.width, size_.extent / 2, size_.extent / 2,
                                  table_.lanes);
    }
    static std::vector<int> sources_by_channel(int sources) {
        std::vector<int> all(at(sources), 0);
        std::fill(all.begin() + sources / 2, all.end(), 1);
        return all;
    }
    static std::vector<plan::weight_block> halves(const shape& size) {
        const int first = size.sources / 2;
        return {{.sources = first, .targets = size.targets, .source_type = 0},
                {.first_source = first, .sources = size.sources - first, .targets = size.targets, .source_type = 1}};
    }
    template <class Visitor>
    void for_each_pair(Visitor visit) const {
        for (const auto& edge : edges_) plan::for_each_pair(edge, visit);
    }
    Scalar drawn() { return static_cast<Scalar>(uniform_(generator_)); }
    void fill(const planned::map_layout& layout, numbers<Scalar>& map) {
        const auto view = layout.view(map.data());
        for (int y = 0; y < layout.height; ++y)
            for (int x = 0; x < layout.width; ++x)
                for (int c = 0; c < layout.channels; ++c) view.at(y, x)[c] = drawn();
    }
    void draw_weights(int source, int target, Scalar least = -1) {
        std::vector<Scalar> taps(at(size_.extent * size_.extent));
        for (auto& tap : taps) tap = std::max(drawn(), least);
        const auto direct = by_tap_.of(source, target), tiled = winograd_.of(source, target);
        for (std::size_t tap = 0; tap < taps.size(); ++tap) taps_[direct.first + tap * direct.step] = taps[tap];
        to_points_.write(taps.data(), {.step = tiled.step}, 1, false, &points_[tiled.first]);
    }
    kernels::map_view<const Scalar> first_tap() const {
        auto view = source_.view(read_.data());
        view.origin -= size_.extent / 2 * (view.row + view.pixel);
        return view;
    }
    numbers<Scalar> convolved(const planned::packing& packed, const numbers<Scalar>& weights,
                              const std::uint8_t* read_sources, const std::uint8_t* blocks,
                              void (*convolve)(const kernels::convolution_job<Scalar>&),
                              bool zeros_by_tap = false) const {
        numbers<Scalar> sum(target_.size(), Scalar{-7});
        convolve({.source = first_tap(),
                  .target = target_.view(sum.data()),
                  .start = target_.view(start_.data()),
                  .height = size_.height,
                  .width = size_.width,
                  .kernel_height = size_.extent,
                  .kernel_width = size_.extent,
                  .blocks = packed.blocks().data(),
                  .block_count = static_cast<int>(packed.blocks().size()),
                  .ranges = packed.channel_ranges().data(),
                  .weights = weights.data(),
                  .source_is_read = read_sources,
                  .block_is_live = blocks,
                  .scratch = scratch_.data(),
                  .tap_weights = zeros_by_tap ? taps_.data() : nullptr,
                  .tap_blocks = zeros_by_tap ? by_tap_.blocks().data() : nullptr});
        return sum;
    }
    numbers<Scalar> gradient_sums(const planned::packing& packed, const std::uint8_t* read_sources,
                                  void (*add)(const kernels::weight_gradient_job<Scalar>&)) const {
        numbers<Scalar> sums(packed.size(), Scalar{0});
        add({.source = first_tap(),
             .adjoint = target_.view(start_.data()),
             .height = size_.height,
             .width = size_.width,
             .kernel_height = size_.extent,
             .kernel_width = size_.extent,
             .blocks = packed.blocks().data(),
             .block_count = static_cast<int>(packed.blocks().size()),
             .ranges = packed.channel_ranges().data(),
             .gradient = sums.data(),
             .source_is_read = read_sources,
             .scratch = scratch_.data()});
        return sums;
    }

    const kernels::kernel_table<Scalar>& table_;
    shape size_;
    planned::map_layout source_, target_;
    std::vector<int> source_of_channel_;
    std::vector<plan::weight_block> edges_;
    planned::packing by_tap_, winograd_;
    numbers<Scalar> taps_, points_, read_, start_;
    mutable numbers<Scalar> scratch_;
    kernels::winograd_weights<Scalar> to_points_;
    std::mt19937 generator_{7};
    std::uniform_real_distribution<double> uniform_{-1, 1};
};

/// Relative to the largest.
template <class Values>
double largest_error(const Values& ours, const Values& theirs) {
    REQUIRE(ours.size() == theirs.size());
    double scale = 0, worst = 0;
    for (std::size_t i = 0; i < ours.size(); ++i) {
        scale = std::max(scale, std::abs(static_cast<double>(theirs[i])));
        worst = std::max(worst, std::abs(static_cast<double>(ours[i]) - static_cast<double>(theirs[i])));
    }
    return worst / scale;
}

/// Sums that are 0 by tap and something else in `ours`.
template <class Values>
int lost_zeros(const Values& ours, const Values& by_tap) {
    int count = 0;
    for (std::size_t i = 0; i < ours.size(); ++i) count += by_tap[i] == 0 && ours[i] != 0 ? 1 : 0;
    return count;
}

template <class Scalar>
void compare_zeros(const kernels::kernel_table<Scalar>& table, double bound) {
    INFO(table.name);
    for (const shape& size : {shape{3, 28, 28, 16, 32}, shape{5, 13, 11, 7, 20}}) {
        convolution<Scalar> one(table, size);
        one.rectify();
        const auto direct = one.direct(nullptr, nullptr), sums = one.winograd(nullptr, nullptr, true);
        CHECK(largest_error(sums, direct) < bound);
        CHECK(lost_zeros(sums, direct) == 0);
        CHECK(lost_zeros(one.winograd(nullptr, nullptr), direct) > 0);
        const std::vector<std::uint8_t> read_sources{0, 1};
        CHECK(lost_zeros(one.winograd(read_sources.data(), nullptr, true), one.direct(read_sources.data(), nullptr)) ==
              0);
    }
}

template <class Scalar>
void compare(const kernels::kernel_table<Scalar>& table, double bound) {
    INFO(table.name);
    for (const shape& size : {shape{3, 8, 8, 16, 16},
                              {3, 28, 28, 32, 32},
                              {3, 5, 13, 9, 20},
                              {3, 1, 7, 8, 3},
                              {3, 7, 1, 2, 40},
                              {3, 3, 3, 4, 4},
                              {5, 8, 6, 16, 16},
                              {5, 7, 11, 5, 33},
                              {5, 1, 2, 3, 3},
                              {3, 28, 25, 130, 260}}) {  // sums of more tiles together
        INFO(size.extent << ": " << size.height << " x " << size.width << ", " << size.sources << " to "
                         << size.targets);
        const convolution<Scalar> one(table, size);
        CHECK(largest_error(one.sums_of(one.direct(nullptr, nullptr)), one.plain(nullptr)) < bound);
        CHECK(largest_error(one.direct_gradient(nullptr), one.plain_gradient(nullptr)) < bound);
        CHECK(largest_error(one.winograd(nullptr, nullptr), one.direct(nullptr, nullptr)) < bound);
        CHECK(largest_error(one.winograd_gradient(nullptr), one.direct_gradient(nullptr)) < bound);
        for (const std::vector<std::uint8_t>& read_sources : {std::vector<std::uint8_t>{1, 0}, {0, 1}}) {
            CHECK(largest_error(one.sums_of(one.direct(read_sources.data(), nullptr)), one.plain(read_sources.data())) <
                  bound);
            CHECK(largest_error(one.direct_gradient(read_sources.data()), one.plain_gradient(read_sources.data())) <
                  bound);
            std::vector<std::uint8_t> blocks(static_cast<std::size_t>(one.block_count()), 1);
            blocks.back() = 0;  // stays what it was: -7
            CHECK(largest_error(one.winograd(read_sources.data(), blocks.data()),
                                one.direct(read_sources.data(), blocks.data())) < bound);
            CHECK(largest_error(one.winograd_gradient(read_sources.data()), one.direct_gradient(read_sources.data())) <
                  bound);
        }
    }
}

}  // namespace

TEST_CASE("convolutions: sums and gradients, direct as in plain loops, and Winograd's as direct ones") {
    compare(kernels::kernels_for_this_cpu<double>(), 1e-14);
    compare(kernels::portable_double, 1e-14);
    compare(kernels::kernels_for_this_cpu<float>(), 5e-6);
    compare(kernels::portable_float, 5e-6);
}

// Parts of it are numbered by products that don't fit 32 bits.
TEST_CASE("convolutions: a map of 200,000 positions in a row") {
    const auto compare_wide = [](const kernels::kernel_table<float>& table) {
        INFO(table.name);
        const convolution<float> one(table, {3, 1, 200'000, 2, 1});
        CHECK(largest_error(one.sums_of(one.direct(nullptr, nullptr)), one.plain(nullptr)) < 5e-6);
    };
    compare_wide(kernels::kernels_for_this_cpu<float>());
    compare_wide(kernels::portable_float);
}

TEST_CASE("Winograd: sums of nothing but zeros are 0, where weights by tap are given") {
    compare_zeros(kernels::kernels_for_this_cpu<double>(), 1e-14);
    compare_zeros(kernels::portable_double, 1e-14);
    compare_zeros(kernels::kernels_for_this_cpu<float>(), 5e-6);
    compare_zeros(kernels::portable_float, 5e-6);
}

TEST_CASE("Winograd: weights come back from the Winograd domain by the adjoint of the forward pass") {
    std::mt19937 generator(3);
    std::uniform_real_distribution<double> uniform(-1, 1);
    for (const int extent : {3, 5}) {
        const kernels::winograd_weights<double> weights(extent);
        const auto count = static_cast<std::size_t>(extent * extent);
        const auto point_count = static_cast<std::size_t>(kernels::winograd_points(extent));
        std::vector<double> taps(count), turned(count), back(count), points(point_count), there = points;
        for (auto* list : {&taps, &points})
            for (auto& one : *list) one = uniform(generator);
        const auto dot = [](const std::vector<double>& one, const std::vector<double>& other) {
            return std::inner_product(one.begin(), one.end(), other.begin(), 0.0);
        };
        weights.write(taps.data(), {}, -1, false, there.data());
        weights.write_adjoint(points.data(), {}, -1, back.data());
        CHECK(std::abs(dot(there, points) - dot(taps, back)) < 1e-12);
        // With taps turned round, points are those of the turned taps.
        std::reverse_copy(taps.begin(), taps.end(), turned.begin());
        std::vector<double> reversed(point_count);
        weights.write(turned.data(), {}, -1, true, reversed.data());
        CHECK(reversed == there);
    }
}

}  // namespace winograd_test
