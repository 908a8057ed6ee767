// Pooling and resizing of the planned executor: LibTorch's numbers, and the laws of their adjoints.

#include "executors/planned/resize_maps.hpp"

#include "catch.hpp"

#include <torch/csrc/autograd/autograd.h>
#include <torch/nn/functional.h>
#include <torch/types.h>
#include <torch/utils.h>

#include <limits>
#include <vector>

namespace planned_resize_maps_test {

using namespace cortexpr;
using namespace cortexpr::executors::planned;

namespace {

namespace F = torch::nn::functional;

struct sides {
    map_size from, to;
};
/// Down, up, both, to the same and to one position; windows that overlap and that don't.
const std::vector<sides> all_sides{{{6, 8}, {3, 4}}, {{7, 5}, {3, 2}}, {{3, 4}, {7, 9}}, {{5, 6}, {5, 6}},
                                   {{4, 9}, {1, 1}}, {{1, 1}, {3, 2}}, {{8, 3}, {5, 7}}, {{2, 7}, {3, 4}}};
constexpr std::array channel_counts{1, 3, 8};

/// Channels last, as the kernels see maps; with a margin around it that nothing may touch.
template <class Scalar>
class map_of {
  public:
    map_of(map_size size, int channels, Scalar value = 0)
        : size_(size),
          channels_(channels),
          values_(static_cast<std::size_t>((size.height + 2) * (size.width + 2) * channels), margin) {
        fill_map<Scalar>(seen(), size, channels, value);
    }
    map_of(map_size size, const at::Tensor& planes) : map_of(size, static_cast<int>(planes.size(0))) {
        const auto contiguous = planes.contiguous();
        read_planes<Scalar>(contiguous.template data_ptr<Scalar>(), seen(), size_, channels_);
    }

    view<Scalar> seen() {
        const std::ptrdiff_t row = std::ptrdiff_t{size_.width + 2} * channels_;
        return {values_.data() + row + channels_, row, channels_};
    }
    /// (channels, height, width)
    at::Tensor planes() {
        auto out = torch::empty({channels_, size_.height, size_.width}, torch::CppTypeToScalarType<Scalar>::value);
        write_planes<Scalar>(seen(), out.template data_ptr<Scalar>(), size_, channels_);
        return out;
    }
    bool is_margin_whole() {
        const auto touched = std::ranges::count_if(values_, [](Scalar one) { return one != margin; });
        auto inside = std::ptrdiff_t{0};
        for (int y = 0; y < size_.height; ++y)
            for (int x = 0; x < size_.width; ++x)
                for (int c = 0; c < channels_; ++c) inside += seen().at(y, x)[c] != margin;
        return touched == inside;
    }

  private:
    static constexpr Scalar margin = -12345;
    map_size size_;
    int channels_;
    std::vector<Scalar> values_;
};

template <class Scalar>
at::Tensor drawn(map_size size, int channels) {
    return torch::randn({channels, size.height, size.width}, torch::CppTypeToScalarType<Scalar>::value);
}

template <class Scalar>
double tolerance() {
    return 32 * static_cast<double>(std::numeric_limits<Scalar>::epsilon());
}

/// f(sides, channels) for all of them, from the same numbers each time.
template <class Function>
void for_all(const Function& f) {
    torch::manual_seed(7);
    for (const auto& one : all_sides)
        for (const int channels : channel_counts) {
            CAPTURE(one.from.height, one.from.width, one.to.height, one.to.width, channels);
            f(one, channels);
        }
}

}  // namespace

TEMPLATE_TEST_CASE("resizing: pooled and interpolated maps are LibTorch's", "", float, double) {
    for_all([](const sides& size, int channels) {
        const auto planes = drawn<TestType>(size.from, channels);
        const std::vector<std::int64_t> sizes{size.to.height, size.to.width};
        map_of<TestType> map(size.from, planes);
        const auto check = [&](const at::Tensor& expected, const auto& fill) {
            map_of<TestType> out(size.to, channels);
            fill(out);
            CHECK(torch::allclose(out.planes(), expected.squeeze(0), tolerance<TestType>(), tolerance<TestType>()));
            CHECK(out.is_margin_whole());
        };
        const auto batch = planes.unsqueeze(0);
        const auto pool = [&](pool_mode mode) {
            return [&, mode](auto& out) {
                pool_map<TestType>(mode, {map.seen(), size.from}, {out.seen(), size.to}, channels);
            };
        };
        check(F::adaptive_avg_pool2d(batch, F::AdaptiveAvgPool2dFuncOptions({sizes[0], sizes[1]})),
              pool(pool_mode::average));
        check(F::adaptive_max_pool2d(batch, F::AdaptiveMaxPool2dFuncOptions({sizes[0], sizes[1]})),
              pool(pool_mode::max));
        check(
            F::interpolate(batch, F::InterpolateFuncOptions().size(sizes).mode(torch::kBilinear).align_corners(false)),
            [&](auto& out) {
                interpolate_map<TestType>({map.seen(), size.from}, {out.seen(), size.to}, channels);
            });
    });
}

TEMPLATE_TEST_CASE("resizing: adjoints obey <y, A x> = <A' y, x> and add to what is there", "", float, double) {
    for_all([](const sides& size, int channels) {
        const auto x = drawn<TestType>(size.from, channels), y = drawn<TestType>(size.to, channels);
        map_of<TestType> map(size.from, x), sent(size.to, y);
        const auto check = [&](const auto& apply, const auto& add_adjoint) {
            map_of<TestType> out(size.to, channels), from_zero(size.from, channels), from_two(size.from, channels, 2);
            apply(out);
            add_adjoint(from_zero);
            add_adjoint(from_two);
            const auto forward = (y * out.planes()).sum(torch::kDouble).template item<double>();
            const auto backward = (from_zero.planes() * x).sum(torch::kDouble).template item<double>();
            CHECK(forward == Approx(backward).epsilon(tolerance<TestType>()).margin(tolerance<TestType>() * 30));
            CHECK(torch::allclose(from_two.planes(), from_zero.planes() + 2, tolerance<TestType>(),
                                  tolerance<TestType>()));
            CHECK(from_zero.is_margin_whole());
        };
        for (const auto mode : {pool_mode::average, pool_mode::max})
            check(
                [&](auto& out) {
                    pool_map<TestType>(mode, {map.seen(), size.from}, {out.seen(), size.to}, channels);
                },
                [&](auto& adjoint) {
                    add_pool_adjoint<TestType>(mode, {map.seen(), size.from}, {sent.seen(), size.to}, adjoint.seen(),
                                               channels);
                });
        check(
            [&](auto& out) {
                interpolate_map<TestType>({map.seen(), size.from}, {out.seen(), size.to}, channels);
            },
            [&](auto& adjoint) {
                add_interpolation_adjoint<TestType>({sent.seen(), size.to}, {adjoint.seen(), size.from}, channels);
            });
    });
}

TEST_CASE("resizing: the adjoint of maxima goes to LibTorch's position, with ties and NaN") {
    torch::manual_seed(3);
    for (const bool has_nan : {false, true}) {
        const map_size from{6, 7}, to{3, 2};
        auto planes = torch::randint(0, 3, {4, from.height, from.width}, torch::kDouble);  // many are equal
        if (has_nan) planes.index_put_({0, 2, 3}, std::numeric_limits<double>::quiet_NaN());
        const auto sent = torch::randn({4, to.height, to.width}, torch::kDouble);
        auto leaf = planes.clone().requires_grad_();
        const auto pooled = F::adaptive_max_pool2d(leaf, F::AdaptiveMaxPool2dFuncOptions({to.height, to.width}));
        const auto expected = torch::autograd::grad({pooled}, {leaf}, {sent})[0];
        map_of<double> map(from, planes), arriving(to, sent), adjoint(from, 4);
        add_pool_adjoint<double>(pool_mode::max, {map.seen(), from}, {arriving.seen(), to}, adjoint.seen(), 4);
        CHECK(torch::allclose(adjoint.planes(), expected, 0, 1e-14));
    }
}

TEST_CASE("resizing: planes go into channel-last maps and back, from any channel on") {
    torch::manual_seed(4);
    const map_size size{3, 4};
    const auto planes = drawn<double>(size, 5);
    map_of<double> map(size, planes);
    CHECK(torch::equal(map.planes(), planes));
    const auto two = drawn<double>(size, 2);
    auto expected = planes.clone();
    expected.slice(0, 3, 5).add_(two);
    add_planes<double>(two.data_ptr<double>(), map.seen(), size, 2, 3);
    CHECK(torch::equal(map.planes(), expected));
    auto read = torch::empty_like(two);
    write_planes<double>(map.seen(), read.data_ptr<double>(), size, 2, 3);
    CHECK(torch::equal(read, expected.slice(0, 3, 5)));
    std::vector<double> sums(5, 1.0);
    add_sum_over_positions<double>(map.seen(), size, 5, sums.data());
    CHECK(torch::allclose(torch::tensor(sums, torch::kDouble), expected.sum({1, 2}) + 1, 1e-12, 1e-12));
}

}  // namespace planned_resize_maps_test
