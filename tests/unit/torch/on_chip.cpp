// The on-chip kernels, run on the CPU's stand-in for a thread block, are the network that is declared: its outputs'
// maxima and the gradients of its own parameters are those of the transparent executor in double precision.

#include "catch.hpp"
#include "kernels/cuda/host_block.hpp"
#include "kernels/cuda/on_chip_backward.hpp"
#include "kernels/cuda/on_chip_forward.hpp"
#include "torch/networks.hpp"

#include <cortexpr/plan/on_chip_parameters.hpp>

#include <ATen/core/grad_mode.h>

#include <cstring>
#include <vector>

using namespace cortexpr;
using namespace cortexpr::test;
using namespace cortexpr::kernels::cuda;

namespace {

// Types that don't fill blocks of 16, groups, a tau for the whole type, an edge without bias.
struct Pyr : excitatory<12, nonlinearity<activation::softplus>> {};
struct PV : inhibitory<6, tau<tau_mode::per_type, 2.0>> {};
struct SST : inhibitory<4> {};
struct Area : area<input<2, 7, 6>, neurons<Pyr, PV, SST>,
                   connectivity<from<stimulus, 1, 1, 0, 0>,                               //
                                from<Pyr, edge{.groups = 2}, 1, edge{.bias = false}, 1>,  //
                                from<PV, 1, 0, 0, 0>,                                     //
                                from<SST, 0, 1, 0, edge{.groups = 2}>>,
                   output<10>> {};
struct Seen : classifier<network<Area>, classes<3>> {};
static_assert(fits_on_chip<Seen>);

constexpr int images = 3, steps = 4;

/// Values between bounds that keep Dale's law and taus, small enough for softplus not to run away.
void draw(network_module& net) {
    const at::NoGradGuard no_grad;
    for (int i = 0; i < static_cast<int>(net.plan().parameters.size()); ++i) {
        const bool is_tau =
            net.plan().parameters[static_cast<std::size_t>(i)].kept == plan::parameter::bound::at_least_one;
        const auto drawn = normal(net.parameter(i).sizes(), 20 + static_cast<std::uint64_t>(i)).abs();
        net.set(i, is_tau ? 1 + drawn : 0.08 * drawn);
    }
}

std::vector<float> merged(const network_module& net, const plan::on_chip_sizes& sizes) {
    std::vector<float> all(static_cast<std::size_t>(plan::on_chip_offsets(sizes).size));
    for (int i = 0; i < static_cast<int>(net.plan().parameters.size()); ++i) {
        const auto links = plan::on_chip_links_of(net.plan(), net.plan().parameters[static_cast<std::size_t>(i)]);
        const double* values = net.parameter(i).const_data_ptr<double>();
        for (const auto& link : links.links) {
            const double value = values[link.element];
            all[static_cast<std::size_t>(link.place)] +=
                static_cast<float>(links.is_tau ? 1 / value : links.sign * value);
        }
    }
    return all;
}

at::Tensor gradient_of(const network_module& net, int index, const std::vector<float>& all) {
    const auto links = plan::on_chip_links_of(net.plan(), net.plan().parameters[static_cast<std::size_t>(index)]);
    auto gradient = at::zeros_like(net.parameter(index));
    const double* values = net.parameter(index).const_data_ptr<double>();
    double* to = gradient.mutable_data_ptr<double>();
    for (const auto& link : links.links) {
        const double arriving = all[static_cast<std::size_t>(link.place)], value = values[link.element];
        to[link.element] += links.is_tau ? -arriving / (value * value) : links.sign * arriving;
    }
    return gradient;
}

}  // namespace

TEST_CASE("on chip: a declared network's maxima and its own parameters' gradients") {
    network_module net(plan_of<Seen>, {.dtype = at::kDouble, .executor = executor::transparent});
    draw(net);
    const auto image = normal({images, 2, 7, 6}, 1);
    const auto adjoint = normal({images, 10}, 2);
    run_request request;
    request.steps = steps;
    const auto expected = net.run(image, request).output.amax({2, 3});
    (expected * adjoint).sum().backward();

    const auto sizes = plan::on_chip_sizes_of(net.plan(), steps);
    const auto layout = plan::layout_of(sizes);
    const auto all = merged(net, sizes);
    std::vector<std::uint8_t> names;
    for (const auto& type : net.plan().types)
        names.insert(names.end(), static_cast<std::size_t>(type.shape.channels),
                     static_cast<std::uint8_t>(type.nonlinearity.members[0]));
    const plan::on_chip_offsets offsets(sizes);
    const on_chip_parameters parameters{.state_weights = all.data() + offsets.state_weights,
                                        .input_weights = all.data() + offsets.input_weights,
                                        .output_weights = all.data() + offsets.output_weights,
                                        .bias = all.data() + offsets.bias,
                                        .rate = all.data() + offsets.rate,
                                        .output_bias = all.data() + offsets.output_bias,
                                        .nonlinearities = names.data()};
    const auto stimulus = image.to(at::kFloat), feature_adjoint = adjoint.to(at::kFloat);
    std::vector<unsigned char> kept(on_chip_kept_bytes(sizes, images));
    std::vector<float> features(images * 10);
    std::vector<std::int32_t> places(images * 10);
    const on_chip_forward_job forward{.sizes = sizes,
                                      .parameters = parameters,
                                      .images = images,
                                      .stimulus = stimulus.const_data_ptr<float>(),
                                      .kept = kept.data(),
                                      .features = features.data(),
                                      .places = places.data()};
    host_block forward_block(0, 1, layout.threads, layout.forward_bytes);
    on_chip_forward<host_block>(forward_block, forward, layout).run();
    const auto found = at::from_blob(features.data(), {images, 10}, at::kFloat);
    CHECK(largest_difference(found, expected) < 0.01 * expected.abs().max().item<double>());

    std::vector<float> partial(on_chip_partial_floats(sizes, images)), gradient(all.size());
    const on_chip_backward_job backward{.sizes = sizes,
                                        .parameters = parameters,
                                        .images = images,
                                        .stimulus = stimulus.const_data_ptr<float>(),
                                        .kept = kept.data(),
                                        .places = places.data(),
                                        .feature_adjoint = feature_adjoint.const_data_ptr<float>(),
                                        .partial = partial.data(),
                                        .gradient = gradient.data()};
    host_block backward_block(0, 1, layout.threads, layout.backward_bytes);
    on_chip_backward<host_block>(backward_block, backward, layout).run();
    host_block adding(0, 1, 32, 0);
    add_slices(adding, partial.data(), layout.splits, offsets.size, gradient.data());
    for (int i = 0; i < static_cast<int>(net.plan().parameters.size()); ++i) {
        const auto& exact = net.parameter(i).grad();
        if (!exact.defined()) continue;  // the readout's
        INFO(std::string_view(net.plan().parameters[static_cast<std::size_t>(i)].name));
        CHECK(largest_difference(gradient_of(net, i, gradient), exact) <
              0.02 * exact.abs().max().item<double>() + 1e-9);
    }
}
