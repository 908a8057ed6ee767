#pragma once
// What a network on chip computes and its gradients, by plain loops in double precision, from the equations alone; and
// checks of kernels' results against it.

#include "catch.hpp"
#include "kernels/cuda/on_chip.hpp"

#include <algorithm>
#include <cmath>
#include <random>
#include <vector>

namespace cortexpr::test {

using namespace kernels;
using namespace kernels::cuda;

inline std::size_t at(int i) { return static_cast<std::size_t>(i); }

/// What a network of these sizes computes and its gradients, from the equations alone.
class plain_network {
  public:
    on_chip_sizes sizes;
    int images;
    std::vector<float> state_weights, input_weights, output_weights, bias, rate, output_bias, stimulus, feature_adjoint;
    std::vector<std::uint8_t> nonlinearities;
    std::vector<std::int32_t> positions;       ///< of maxima; set before the backward pass
    std::vector<std::vector<double>> outputs;  ///< by image: (position, channel)

    plain_network(on_chip_sizes given, int images, std::vector<nonlinearity> names, unsigned seed)
        : sizes(given), images(images), generator_(seed) {
        const int taps = sizes.kernel_height * sizes.kernel_width, states = sizes.states;
        const auto scale = 1.5 / std::sqrt(taps * states);
        state_weights = drawn(taps * states * states, -scale, scale);
        input_weights = drawn(taps * sizes.inputs * states, -0.4, 0.4);
        output_weights = drawn(taps * states * sizes.outputs, -scale, scale);
        for (int tap = 0; tap < taps; ++tap)
            for (int source = 0; source < states; ++source)
                for (int target = 0; target < sizes.outputs; ++target)
                    if (!reads(source)) output_weights[at((tap * states + source) * sizes.outputs + target)] = 0;
        bias = drawn(states, -0.5, 0.5);
        output_bias = drawn(sizes.outputs, -0.5, 0.5);
        rate = drawn(states, 0.2, 1);
        stimulus = drawn(images * sizes.inputs * grid(), -1, 1);
        feature_adjoint = drawn(images * sizes.outputs, -1, 1);
        for (int c = 0; c < states; ++c)
            nonlinearities.push_back(static_cast<std::uint8_t>(names[at(c) * names.size() / at(states)]));
    }

    int grid() const { return sizes.height * sizes.width; }
    bool reads(int source) const { return (sizes.output_sources >> source / 16 & 1) != 0; }
    on_chip_parameters parameters() const {
        return {state_weights.data(), input_weights.data(), output_weights.data(), bias.data(),
                rate.data(),          output_bias.data(),   nonlinearities.data()};
    }

    void forward() {
        states_.assign(at(images), {});
        drives_.assign(at(images), {});
        outputs.assign(at(images), {});
        for (int image = 0; image < images; ++image) {
            states_[at(image)].emplace_back(at(grid() * sizes.states));
            drives_[at(image)].emplace_back();
            for (int step = 1; step <= sizes.steps; ++step) step_states(image);
            auto& output = outputs[at(image)];
            output.assign(at(grid() * sizes.outputs), 0);
            for (int position = 0; position < grid(); ++position)
                for (int c = 0; c < sizes.outputs; ++c) output[at(position * sizes.outputs + c)] = output_bias[at(c)];
            for_each_connection([&](int tap, int target, int source) {
                for (int s = 0; s < sizes.states; ++s)
                    for (int c = 0; c < sizes.outputs; ++c)
                        output[at(target * sizes.outputs + c)] +=
                            double{output_weights[at((tap * sizes.states + s) * sizes.outputs + c)]} *
                            states_[at(image)].back()[at(source * sizes.states + s)];
            });
        }
    }

    /// Gradients of all parameters in the kernel's order.
    std::vector<double> backward() const {
        std::vector<double> by_state(state_weights.size()), by_input(input_weights.size()),
            by_output(output_weights.size()), by_bias(bias.size()), by_rate(rate.size()),
            by_output_bias(output_bias.size());
        for (int image = 0; image < images; ++image) {
            std::vector<double> after(at(grid() * sizes.states));
            const auto& states = states_[at(image)];
            for_each_connection([&](int tap, int target, int source) {
                for (int c = 0; c < sizes.outputs; ++c) {
                    if (positions[at(image * sizes.outputs + c)] != target) continue;
                    const double adjoint = feature_adjoint[at(image * sizes.outputs + c)];
                    for (int s = 0; s < sizes.states; ++s) {
                        if (!reads(s)) continue;
                        const auto weight = at((tap * sizes.states + s) * sizes.outputs + c);
                        by_output[weight] += adjoint * states.back()[at(source * sizes.states + s)];
                        after[at(source * sizes.states + s)] += adjoint * output_weights[weight];
                    }
                }
            });
            for (int c = 0; c < sizes.outputs; ++c)
                by_output_bias[at(c)] += feature_adjoint[at(image * sizes.outputs + c)];
            for (int step = sizes.steps; step >= 1; --step) {
                std::vector<double> drive(after.size()), before(after.size());
                for (int i = 0; i < static_cast<int>(after.size()); ++i) {
                    const int c = i % sizes.states;
                    const double x = drives_[at(image)][at(step)][at(i)], history = states[at(step - 1)][at(i)];
                    const auto [value, slope] = value_and_slope(c, x);
                    // of h' = r f(z) + (1 - r) h
                    drive[at(i)] = after[at(i)] * rate[at(c)] * slope;
                    before[at(i)] = after[at(i)] * (1.0 - rate[at(c)]);
                    by_bias[at(c)] += drive[at(i)];
                    by_rate[at(c)] += after[at(i)] * (value - history);
                }
                for_each_connection([&](int tap, int target, int source) {
                    for (int j = 0; j < sizes.states; ++j) {
                        const double adjoint = drive[at(target * sizes.states + j)];
                        for (int s = 0; s < sizes.states; ++s) {
                            const auto weight = at((tap * sizes.states + s) * sizes.states + j);
                            by_state[weight] += adjoint * states[at(step - 1)][at(source * sizes.states + s)];
                            before[at(source * sizes.states + s)] += adjoint * state_weights[weight];
                        }
                        for (int s = 0; s < sizes.inputs; ++s)
                            by_input[at((tap * sizes.inputs + s) * sizes.states + j)] +=
                                adjoint * shown(image, source, s);
                    }
                });
                after = before;
            }
        }
        std::vector<double> all;
        for (const auto& part : {by_state, by_input, by_output, by_bias, by_rate, by_output_bias})
            all.insert(all.end(), part.begin(), part.end());
        return all;
    }

  private:
    /// Numbers that bfloat16 has, so that only states are rounded.
    std::vector<float> drawn(int size, double low, double high) {
        std::uniform_real_distribution<double> uniform(low, high);
        std::vector<float> values(at(size));
        for (auto& value : values) value = widened(narrowed(static_cast<float>(uniform(generator_))));
        return values;
    }

    double shown(int image, int position, int channel) const {
        return stimulus[at((image * sizes.inputs + channel) * grid() + position)];
    }

    /// visit(tap, target position, source position) where both are in the map.
    template <class Visitor>
    void for_each_connection(Visitor visit) const {
        for (int tap = 0; tap < sizes.kernel_height * sizes.kernel_width; ++tap)
            for (int target = 0; target < grid(); ++target) {
                const int y = target / sizes.width + tap / sizes.kernel_width - sizes.kernel_height / 2;
                const int x = target % sizes.width + tap % sizes.kernel_width - sizes.kernel_width / 2;
                if (y >= 0 && y < sizes.height && x >= 0 && x < sizes.width) visit(tap, target, y * sizes.width + x);
            }
    }

    std::pair<double, double> value_and_slope(int channel, double x) const {
        return with_name(nonlinearity(nonlinearities[at(channel)]), [x](auto name) {
            constexpr auto known = decltype(name)::value;
            const double value = value_of<known>(x);
            return std::pair(value, slope_of<known>(tells_slope<known> ? value : x));
        });
    }

    void step_states(int image) {
        const auto before = states_[at(image)].back();
        std::vector<double> drive(before.size()), after(before.size());
        for (int i = 0; i < static_cast<int>(drive.size()); ++i) drive[at(i)] = bias[at(i % sizes.states)];
        for_each_connection([&](int tap, int target, int source) {
            for (int j = 0; j < sizes.states; ++j) {
                double sum = 0;
                for (int s = 0; s < sizes.inputs; ++s)
                    sum += input_weights[at((tap * sizes.inputs + s) * sizes.states + j)] * shown(image, source, s);
                for (int s = 0; s < sizes.states; ++s)
                    sum += state_weights[at((tap * sizes.states + s) * sizes.states + j)] *
                           before[at(source * sizes.states + s)];
                drive[at(target * sizes.states + j)] += sum;
            }
        });
        for (int i = 0; i < static_cast<int>(drive.size()); ++i) {
            const double share = rate[at(i % sizes.states)];
            after[at(i)] = share * value_and_slope(i % sizes.states, drive[at(i)]).first + (1 - share) * before[at(i)];
        }
        states_[at(image)].push_back(after);
        drives_[at(image)].push_back(drive);
    }

    std::mt19937 generator_;
    std::vector<std::vector<std::vector<double>>> states_, drives_;  ///< by image, by step
};

struct on_chip_results {
    std::vector<float> features, gradient;
    std::vector<std::int32_t> positions;
};

inline double largest(const std::vector<double>& values, std::size_t first, std::size_t last) {
    double most = 0;
    for (auto i = first; i < last; ++i) most = std::max(most, std::abs(values[i]));
    return most;
}

/// Every parameter's gradient, its error relative to the largest of its kind.
inline void check_gradients(const plain_network& network, const on_chip_results& results, double bound) {
    const auto expected = network.backward();
    REQUIRE(expected.size() == results.gradient.size());
    const std::size_t sizes[]{network.state_weights.size(), network.input_weights.size(), network.output_weights.size(),
                              network.bias.size(),          network.rate.size(),          network.output_bias.size()};
    std::size_t first = 0;
    for (int kind = 0; kind < 6; ++kind) {
        const auto last = first + sizes[kind];
        const double scale = largest(expected, first, last);
        double worst = 0;
        for (auto i = first; i < last; ++i) {
            const double error = std::abs(results.gradient[i] - expected[i]);
            worst = error <= worst ? worst : error;  // NaN is the worst
        }
        INFO("kind " << kind << ", scale " << scale);
        CHECK(worst <= bound * scale);
        first = last;
    }
}

/// Features are maxima, where the kernels say they are.
inline void check_features(const plain_network& network, const on_chip_results& results, double bound) {
    for (int image = 0; image < network.images; ++image)
        for (int c = 0; c < network.sizes.outputs; ++c) {
            const auto& output = network.outputs[at(image)];
            double most = output[at(c)];
            for (int position = 0; position < network.grid(); ++position)
                most = std::max(most, output[at(position * network.sizes.outputs + c)]);
            const auto entry = at(image * network.sizes.outputs + c);
            const auto position = results.positions[entry];
            INFO("image " << image << ", output " << c);
            CHECK(std::abs(results.features[entry] - most) <= bound);
            REQUIRE((position >= 0 && position < network.grid()));
            CHECK(std::abs(output[at(position * network.sizes.outputs + c)] - most) <= bound);
        }
}

}  // namespace cortexpr::test
