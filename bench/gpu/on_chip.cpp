// The on-chip kernels, of any size and for a network's sizes, against those of any size on the CPU.

#include "device.hpp"
#include "kernels/cuda/host_kernels.hpp"

namespace gpu_bench {
namespace {

struct on_chip_example {
    on_chip_sizes sizes;
    int images;
    std::vector<float> state_weights, input_weights, output_weights, bias, rate, output_bias, stimulus, adjoint;
    std::vector<std::uint8_t> names;

    on_chip_example(on_chip_sizes given, int images, nonlinearity name) : sizes(given), images(images) {
        const auto count = [](int number) { return static_cast<std::size_t>(number); };
        const int taps = sizes.kernel_height * sizes.kernel_width;
        const double scale = 1.5 / std::sqrt(taps * sizes.states);
        state_weights = drawn(count(taps * sizes.states * sizes.states), -scale, scale, 1);
        input_weights = drawn(count(taps * sizes.inputs * sizes.states), -0.4, 0.4, 2);
        output_weights = drawn(count(taps * sizes.states * sizes.outputs), -scale, scale, 3);
        bias = drawn(count(sizes.states), -0.5, 0.5, 4);
        rate = drawn(count(sizes.states), 0.2, 1, 5);
        output_bias = drawn(count(sizes.outputs), -0.5, 0.5, 6);
        stimulus = drawn(count(images * sizes.inputs * sizes.height * sizes.width), -1, 1, 7);
        adjoint = drawn(count(images * sizes.outputs), -1, 1, 8);
        names.assign(count(sizes.states), static_cast<std::uint8_t>(name));
    }
    on_chip_parameters parameters() const {
        return {state_weights.data(), input_weights.data(), output_weights.data(), bias.data(),
                rate.data(),          output_bias.data(),   names.data()};
    }
};

/// The example's memory on the device, and the jobs that point to it.
class on_chip_run {
  public:
    on_chip_run(const on_chip_example& from, const on_chip_choice& choice)
        : state_weights_(from.state_weights),
          input_weights_(from.input_weights),
          output_weights_(from.output_weights),
          bias_(from.bias),
          rate_(from.rate),
          output_bias_(from.output_bias),
          stimulus_(from.stimulus),
          adjoint_(from.adjoint),
          names_(from.names),
          packed_(std::vector<unsigned char>(on_chip_packed_bytes(choice))),
          saved_(std::vector<unsigned char>(on_chip_saved_bytes(choice, from.sizes, from.images))),
          features_(std::vector<float>(from.adjoint.size())),
          argmax_(std::vector<std::int32_t>(from.adjoint.size())),
          partial_(std::vector<float>(on_chip_partial_floats(choice, from.sizes, from.images))),
          gradient_(std::vector<float>(on_chip_gradient_floats(from.sizes))) {
        const on_chip_parameters parameters{state_weights_.data(), input_weights_.data(), output_weights_.data(),
                                            bias_.data(),          rate_.data(),          output_bias_.data(),
                                            names_.data()};
        forward = {.sizes = from.sizes,
                   .choice = choice,
                   .parameters = parameters,
                   .images = from.images,
                   .stimulus = stimulus_.data(),
                   .packed = packed_.data(),
                   .saved = saved_.data(),
                   .features = features_.data(),
                   .argmax = argmax_.data()};
        backward = {.sizes = from.sizes,
                    .choice = choice,
                    .parameters = parameters,
                    .images = from.images,
                    .stimulus = stimulus_.data(),
                    .packed = packed_.data(),
                    .saved = saved_.data(),
                    .argmax = argmax_.data(),
                    .feature_adjoint = adjoint_.data(),
                    .partial = partial_.data(),
                    .gradient = gradient_.data()};
    }

    void run_forward() const { check(CORTEXPR_LOADED(cortexpr_cuda_on_chip_forward)(&forward, nullptr)); }
    void run_backward() const { check(CORTEXPR_LOADED(cortexpr_cuda_on_chip_backward)(&backward, nullptr)); }
    std::vector<float> features() const { return features_.values(); }
    std::vector<float> gradient() const { return gradient_.values(); }
    std::vector<std::int32_t> argmax() const { return argmax_.values(); }

    on_chip_forward_job forward;
    on_chip_backward_job backward;

  private:
    on_device<float> state_weights_, input_weights_, output_weights_, bias_, rate_, output_bias_, stimulus_, adjoint_;
    on_device<std::uint8_t> names_;
    on_device<unsigned char> packed_, saved_;
    on_device<float> features_;
    on_device<std::int32_t> argmax_;
    on_device<float> partial_, gradient_;
};

on_chip_choice chosen_for(const on_chip_example& one) {
    on_chip_choice choice;
    check(CORTEXPR_LOADED(cortexpr_cuda_on_chip_choose)(&one.sizes, one.names.data(), 0, &choice));
    return choice;
}

/// Kernels of a choice on the device against those for any size on the CPU.
void check_on_chip(const std::string& name, const on_chip_example& one, const on_chip_choice& choice) {
    const on_chip_run device(one, choice);
    device.run_forward();
    device.run_backward();
    const auto features = device.features(), gradient = device.gradient();
    const auto argmax = device.argmax();
    device.run_forward();
    device.run_backward();
    const bool repeats = features == device.features() && gradient == device.gradient() && argmax == device.argmax();
    report(name + ": the same bits twice", repeats ? 0 : 1, 0);

    const on_chip_choice any;
    std::vector<unsigned char> saved(on_chip_saved_bytes(any, one.sizes, one.images));
    std::vector<float> host_features(features.size()), host_gradient(gradient.size()),
        partial(on_chip_partial_floats(any, one.sizes, one.images));
    std::vector<std::int32_t> host_argmax(argmax.size());
    const on_chip_forward_job forward{.sizes = one.sizes,
                                      .choice = any,
                                      .parameters = one.parameters(),
                                      .images = one.images,
                                      .stimulus = one.stimulus.data(),
                                      .saved = saved.data(),
                                      .features = host_features.data(),
                                      .argmax = host_argmax.data()};
    host::on_chip_forward(&forward, nullptr);
    report(name + ": features", error_of(features, host_features), 0.02);
    // From the device's positions: of nearly equal maxima either may be the largest.
    const on_chip_backward_job backward{.sizes = one.sizes,
                                        .choice = any,
                                        .parameters = one.parameters(),
                                        .images = one.images,
                                        .stimulus = one.stimulus.data(),
                                        .saved = saved.data(),
                                        .argmax = argmax.data(),
                                        .feature_adjoint = one.adjoint.data(),
                                        .partial = partial.data(),
                                        .gradient = host_gradient.data()};
    host::on_chip_backward(&backward, nullptr);
    const on_chip_offsets at(one.sizes);
    const std::ptrdiff_t parts[]{at.state_weights, at.input_weights, at.output_weights, at.bias, at.rate,
                                 at.output_bias,   at.size};
    double worst = 0;  // of each kind of parameter by itself: some gradients are a thousand times as large as others
    for (int i = 0; i < 6; ++i)
        worst = std::max(worst,
                         error_of(std::vector(gradient.begin() + parts[i], gradient.begin() + parts[i + 1]),
                                  std::vector(host_gradient.begin() + parts[i], host_gradient.begin() + parts[i + 1])));
    report(name + ": gradients", worst, 0.03);
}

void check_on_chip(const std::string& name, const on_chip_sizes& sizes, int images, nonlinearity function) {
    const on_chip_example one(sizes, images, function);
    check_on_chip("on chip, of any size, " + name, one, {});
    const auto choice = chosen_for(one);
    if (choice.kernels != on_chip_choice::any_size)
        check_on_chip("on chip, sized, " + name, one, choice);
    else
        std::fprintf(stderr, "%s has no sized kernels: %s\n", name.c_str(), choice.reason);
}

}  // namespace

void check_on_chip() {
    check_on_chip("seed", {28, 28, 1, 32, 32, 3, 3, 5, 1, 1}, 3, nonlinearity::sigmoid);
    check_on_chip("seed, more images than blocks", {28, 28, 1, 32, 32, 3, 3, 2, 1, 1}, 130, nonlinearity::sigmoid);
    check_on_chip("blocks not filled", {7, 9, 3, 21, 10, 3, 3, 3, 3, 3}, 3, nonlinearity::tanh);
    check_on_chip("wide extent", {5, 12, 2, 20, 18, 3, 5, 4, 2, 2}, 2, nonlinearity::silu);
    check_on_chip("one tap", {4, 4, 1, 48, 3, 1, 1, 3, 5, 7}, 2, nonlinearity::softplus);
    check_on_chip("a block of channels", {14, 14, 1, 8, 10, 3, 3, 4, 1, 1}, 300, nonlinearity::relu);
    check_on_chip("a larger map", {32, 32, 1, 16, 16, 3, 3, 3, 1, 1}, 3, nonlinearity::sigmoid);
    check_on_chip("one step", {20, 20, 3, 32, 32, 3, 3, 1, 3, 3}, 5, nonlinearity::tanh);
    check_on_chip("one row of taps", {12, 10, 2, 20, 18, 1, 3, 4, 2, 2}, 5, nonlinearity::silu);
}

void time_on_chip(bool is_sized) {
    constexpr int batch = 256;
    const on_chip_example one({28, 28, 1, 32, 32, 3, 3, 5, 1, 1}, batch, nonlinearity::sigmoid);
    const auto choice = is_sized ? chosen_for(one) : on_chip_choice{};
    if (is_sized && choice.kernels == on_chip_choice::any_size) fail(choice.reason);
    const on_chip_run run(one, choice);
    const double forward = microseconds([&] { run.run_forward(); });
    const double backward = microseconds([&] { run.run_backward(); });
    auto job = run.forward;
    job.saved = nullptr;
    const double inference =
        microseconds([&] { check(CORTEXPR_LOADED(cortexpr_cuda_on_chip_forward)(&job, nullptr)); });
    std::printf(
        "\"batch\": %d, \"steps\": 5, \"forward_us\": %.1f, \"backward_us\": %.1f, \"inference_us\": %.1f, "
        "\"images_per_s\": %.0f",
        batch, forward, backward, inference, batch * 1e6 / (forward + backward));
}

}  // namespace gpu_bench
