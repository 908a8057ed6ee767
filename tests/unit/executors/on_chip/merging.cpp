// Splitting the gradient of merged parameters is the adjoint of merging them.

#include "executors/on_chip/merging.hpp"
#include "catch.hpp"
#include "executors/emulated_kernels.hpp"
#include "executors/networks.hpp"

#include <cortexpr/schedule/on_chip/fit.hpp>

#include <set>

namespace on_chip_merging_test {

using namespace cortexpr;
using namespace cortexpr::test;

namespace {

struct Pyr : excitatory<6> {};
struct PV : inhibitory<4, tau<tau_mode::per_type, 2.0>> {};
struct Area : area<input<2, 5, 6>, neurons<Pyr, PV>,
                   connectivity<from<stimulus, 1, 1, 0>, from<Pyr, edge{.groups = 2}, edge{.bias = false}, 1>,
                                from<PV, 1, 1, 1>>,
                   output<4>> {};
struct Seen : classifier<network<Area>, classes<3>, hidden<6>, readout_pool<pool_mode::max>> {};
static_assert(fits_on_chip<Seen>);

}  // namespace

TEST_CASE("on chip: all parameters but the readout's are merged, time constants last") {
    const executors::on_chip::merging merging(plan_of<Seen>, at::kCPU);
    const auto& indices = merging.parameters();
    const std::set<int> all(indices.begin(), indices.end());
    CHECK(all.size() == indices.size());
    CHECK(all.size() == plan_of<Seen>.parameters.size() - 4);
    for (std::size_t i = 0; i < indices.size(); ++i)
        CHECK((plan_of<Seen>.parameters[static_cast<std::size_t>(indices[i])].is == plan::parameter::role::tau) ==
              (i + 2 >= indices.size()));
}

TEST_CASE("on chip: splitting gradients is the adjoint of merging parameters") {
    const emulated_kernels kernels;
    const executors::on_chip::merging merging(plan_of<Seen>, at::kCPU);
    std::vector<at::Tensor> values, up, down, direction;
    constexpr double step = 1.0 / 64;
    for (const int index : merging.parameters()) {
        const auto& parameter = plan_of<Seen>.parameters[static_cast<std::size_t>(index)];
        const std::vector<std::int64_t> sizes(parameter.shape.begin(), parameter.shape.begin() + parameter.rank);
        const auto seed = static_cast<std::uint64_t>(index);
        values.push_back(normal(sizes, seed, at::kFloat).abs() + 2);
        direction.push_back(normal(sizes, 100 + seed, at::kFloat));
        up.push_back(values.back() + step * direction.back());
        down.push_back(values.back() - step * direction.back());
    }
    const auto gradient = normal({merging.size()}, 7, at::kFloat);
    const auto change = (merging.merged(up).to(at::kDouble) - merging.merged(down).to(at::kDouble)) / (2 * step);
    const auto parts = merging.split(gradient, values);
    double expected = 0;
    for (std::size_t i = 0; i < parts.size(); ++i) expected += (parts[i] * direction[i]).sum().item<double>();
    const double found = (change * gradient).sum().item<double>();
    CHECK(std::abs(found - expected) < 1e-3 * (1 + std::abs(expected)));
}

}  // namespace on_chip_merging_test
