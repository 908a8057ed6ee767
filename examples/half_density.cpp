// Inhibitory cells at every second position only, as interneurons are sparser than pyramidal cells, and what that costs
// and changes: surround suppression, measured with discs of growing radius, hardly notices.
#include "simulation.hpp"

#include <cortexpr/module/model.hpp>
#include <cortexpr/presets.hpp>

#include <fmt/format.h>
#include <torch/types.h>

#include <algorithm>

using namespace cortexpr;

namespace {

struct E : excitatory<4, tau<tau_mode::per_type, 2.0>, nonlinearity<activation::relu>> {};
struct I : inhibitory<4, tau<tau_mode::per_type, 3.0>, nonlinearity<activation::relu>> {};
struct SparseI : inhibitory<4, tau<tau_mode::per_type, 3.0>, nonlinearity<activation::relu>, half_density> {};

constexpr int side = 33, length = 40;
constexpr edge wide{.extent = {5, 5}};
struct Dense : area<input<1, side, side>, neurons<E, I>, presets::feedback_inhibition_wiring<E, I, wide>, output<4>> {};
struct Sparse : area<input<1, side, side>, neurons<E, SparseI>, presets::feedback_inhibition_wiring<E, SparseI, wide>,
                     output<4>> {};
struct DenseNetwork : network<Dense> {};
struct SparseNetwork : network<Sparse> {};

static_assert(parameter_count<SparseNetwork> == parameter_count<DenseNetwork>);
static_assert(state_bytes<SparseNetwork> < state_bytes<DenseNetwork>);

/// Every edge spreads evenly over its extent and over the subtypes of its source.
template <class Inhibitory, class Network>
void wire(model<Network>& net) {
    constexpr double positions = wide.extent.height * wide.extent.width, subtypes = 4;
    simulation::disconnect(net);
    net.set(weight_of<stimulus, E>{}, 1 / positions);
    net.set(weight_of<E, Inhibitory>{}, 1 / (positions * subtypes));
    net.set(weight_of<Inhibitory, E>{}, 2 / (positions * subtypes));
}

at::Tensor disc(double radius) {
    const auto square = (at::arange(side, at::kFloat) - side / 2).square();
    return (square.view({side, 1}) + square.view({1, side}))
        .le(radius * radius + 0.5)
        .to(at::kFloat)
        .view({1, 1, side, side});
}

template <class Network>
double rate_at_centre(model<Network>& net, const at::Tensor& image) {
    return net.run(image, steps{length})
        .template final_state<E>()
        .select(2, side / 2)
        .select(2, side / 2)
        .mean()
        .template item<double>();
}

/// By how much the answer to the largest disc lies below the best.
double suppression(const view::curve& rates) {
    return 1 - rates.y.back() / *std::max_element(rates.y.begin(), rates.y.end());
}

simulation::findings simulate(std::uint64_t seed) {
    const at::NoGradGuard no_gradients;
    const auto dense = make<DenseNetwork>({.device = "cpu", .seed = seed});
    const auto sparse = make<SparseNetwork>({.device = "cpu", .seed = seed});
    wire<I>(*dense);
    wire<SparseI>(*sparse);
    simulation::findings found{
        .title = "E at the centre of a disc, with inhibitory cells at every and at every second position",
        .columns = {"radius", "dense", "sparse"}};
    view::curve of_dense, of_sparse;
    of_dense.label = "dense";
    of_sparse.label = "sparse";
    for (const double radius : {1.0, 2.0, 3.0, 4.0, 6.0, 8.0, 12.0, 16.0}) {
        const auto image = disc(radius);
        of_dense.x.push_back(radius);
        of_sparse.x.push_back(radius);
        of_dense.y.push_back(rate_at_centre(*dense, image));
        of_sparse.y.push_back(rate_at_centre(*sparse, image));
        found.rows.push_back({fmt::format("{}", radius), {of_dense.y.back(), of_sparse.y.back()}});
    }
    constexpr double operations = static_cast<double>(forward_flops<SparseNetwork, length>) /
                                  static_cast<double>(forward_flops<DenseNetwork, length>);
    constexpr double bytes =
        static_cast<double>(state_bytes<SparseNetwork>) / static_cast<double>(state_bytes<DenseNetwork>);
    found.conclusion = fmt::format(
        "Surround suppression is {:.0f} % dense and {:.0f} % sparse; sparse takes {:.0f} % of the operations and "
        "{:.0f} % of "
        "the state.",
        100 * suppression(of_dense), 100 * suppression(of_sparse), 100 * operations, 100 * bytes);
    auto plot = simulation::rates_plot("Size tuning");
    plot.x_label = "radius of the disc";
    plot.curves = {std::move(of_dense), std::move(of_sparse)};
    found.plots = {std::move(plot)};
    return found;
}

}  // namespace

int main(int argc, char** argv) {
    return simulation::program(argc, argv, "Surround suppression with sparse inhibitory cells.", simulate);
}
