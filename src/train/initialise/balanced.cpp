#include "balanced.hpp"

#include "../../executors/aten/resize.hpp"
#include "../../module/constraints.hpp"
#include "../random.hpp"
#include "circuit_fit.hpp"

#include <cortexpr/error.hpp>
#include <cortexpr/run/sequence.hpp>

#include <ATen/CPUGeneratorImpl.h>
#include <torch/types.h>

#include <algorithm>
#include <cmath>

namespace cortexpr {

namespace {

using plan::parameter;

class balanced_initialisation {
  public:
    balanced_initialisation(network_module& network, std::uint64_t seed, const balanced_aims& aims)
        : network_(network),
          plan_(network.plan()),
          aims_(aims),
          draws_(at::detail::createCPUGenerator(mixed_seed({seed, balanced_stream}))) {}

    void initialise(const at::Tensor& inputs, int steps) {
        draw();
        const auto few = inputs.narrow(0, 0, std::min(inputs.size(0), fitted_images));
        circuit_fit circuit(network_, aims_, few, steps);
        circuit.fit();
        circuit.set_step_gains();
        if (plan_.has_readout()) fit_readout(inputs, steps);
        network_.project();
    }

  private:
    static constexpr std::uint64_t balanced_stream = 0xBA1A;  // apart from what reset_parameters draws
    static constexpr std::int64_t fitted_images = 64;  // to which edges are fitted; not tuned. The readout sees all

    at::Tensor at_index(int index) { return network_.parameter(index); }

    /// All kernels. Biases are 0.
    void draw() {
        using role = parameter::role;
        for (int i = 0; i < network_.parameter_count(); ++i) {
            const auto is = plan_.parameters[static_cast<std::size_t>(i)].is;
            if (is == role::edge_weight || is == role::feedback_weight) at_index(i).copy_(kernel(i));
            if (is == role::edge_bias || is == role::feedback_bias) at_index(i).zero_();
        }
    }

    /// Free weights are normal, those that keep a sign have heavy tails; scaled by the number of inputs, so that a
    /// network that isn't fitted yet stays in range.
    at::Tensor kernel(int index) {
        const auto& drawn = plan_.parameters[static_cast<std::size_t>(index)];
        const auto normal = at::empty(network_.parameter(index).sizes(), at::kDouble).normal_(0, 1, draws_);
        const double inputs = static_cast<double>(drawn.size()) / drawn.shape[0];
        return drawn.constraint == parameter::bound::free ? normal / std::sqrt(inputs)
                                                          : normal.abs().pow(aims_.tail) / inputs;
    }

    /// The first layer reads the features standardised: W = gain W_drawn / s, b = -W m, with the means m and spreads s
    /// of the features. A feature that hardly varies would get weights that the first steps of training turn into
    /// noise, so its spread counts as more. Of images that are all alike no spread is known: features are scaled by
    /// their size, and each unit answers these images with 1, since a drive of 0 would let no gradient through.
    void fit_readout(const at::Tensor& inputs, int steps) {
        constexpr double alike = 1e-6, least = 1e-6;
        const auto& head = plan_.readout;
        run_request request;
        if (!is_sequence(inputs)) request.steps = steps;
        const auto output = network_.run(inputs, request).output;
        const auto features = executors::pooled(output, head.pool, head.pool_height, head.pool_width).flatten(1);
        const auto found = features.std(0, /*unbiased=*/false);
        const auto size = features.square().mean().sqrt();
        const bool do_vary = (found.max() > alike * size).item<bool>();
        const auto spread = do_vary                       ? at::maximum(found, aims_.least_spread * found.mean())
                            : size.item<double>() > least ? size
                                                          : at::ones_like(size);
        auto weight = at_index(head.weight[0]);
        weight.mul_(aims_.readout_gain / spread.clamp_min(least));
        const auto centred = weight.matmul(features.mean(0)).neg();
        at_index(head.bias[0]).copy_(do_vary ? centred : centred + 1);
    }

    network_module& network_;
    const plan::network& plan_;
    const balanced_aims& aims_;
    at::Generator draws_;
};

}  // namespace

void balance(network_module& network, std::uint64_t seed, const at::Tensor& inputs, int steps,
             const balanced_aims& aims) {
    const at::NoGradGuard no_gradients;
    if (!is_finite(inputs))
        throw usage_error(
            "the images that the initialisation is fitted to hold values that are infinite or NaN; look at the mean "
            "and "
            "the deviation that they are normalised by");
    const bool training = network.is_training();
    network.eval();
    balanced_initialisation(network, seed, aims).initialise(inputs, steps);
    network.train(training);
}

}  // namespace cortexpr
