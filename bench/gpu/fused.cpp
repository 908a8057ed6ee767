// The kernels between another library's convolutions.

#include "device.hpp"
#include "kernels/cuda/host_kernels.hpp"

namespace gpu_bench {
namespace {

template <class Storage>
void check_fused(const std::string& name, storage as, double bound) {
    const map_sizes sizes{6, 14, 15, 24};
    const auto size = static_cast<std::size_t>(sizes.size());
    const auto drive = drawn<Storage>(size, -3, 3, 1), before = drawn<Storage>(size, 0, 1, 2),
               after_adjoint = drawn<Storage>(size, -1, 1, 3);
    const auto bias = drawn(24, -1, 1, 4), rate = drawn(24, 0.1, 1, 5);
    std::vector<std::uint8_t> names;
    for (int c = 0; c < sizes.channels; ++c) names.push_back(static_cast<std::uint8_t>(c % cortexpr::activation_count));
    std::vector<Storage> after(size), saved(size), drive_adjoint(size), before_adjoint(size);
    std::vector<float> partial(map_step_partial_floats(sizes)), gradient(48), features(6 * 24);
    std::vector<std::int32_t> positions(6 * 24);

    map_step_job step{.as = as,
                      .sizes = sizes,
                      .drive = drive.data(),
                      .constant_drive = {},
                      .bias = bias.data(),
                      .before = {before.data(), sizes.channels},
                      .rate = rate.data(),
                      .nonlinearities = names.data(),
                      .after = after.data(),
                      .saved = saved.data()};
    map_step_adjoint_job back{.as = as,
                              .sizes = sizes,
                              .saved = saved.data(),
                              .before = step.before,
                              .rate = rate.data(),
                              .nonlinearities = names.data(),
                              .after_adjoint = after_adjoint.data(),
                              .drive_adjoint = drive_adjoint.data(),
                              .before_adjoint = before_adjoint.data(),
                              .partial = partial.data(),
                              .channel_gradient = gradient.data()};
    map_maxima_job maxima{as, sizes, 1, 1, after.data(), features.data(), positions.data()};
    host::step(&step, nullptr);
    host::step_adjoint(&back, nullptr);
    host::maxima(&maxima, nullptr);

    const on_device<Storage> there_drive(drive), there_before(before), there_adjoint(after_adjoint), there_after(after),
        there_saved(saved), there_drive_adjoint(drive_adjoint), there_before_adjoint(before_adjoint);
    const on_device<float> there_bias(bias), there_rate(rate), there_partial(partial), there_gradient(gradient),
        there_features(features);
    const on_device<std::uint8_t> there_names(names);
    const on_device<std::int32_t> there_argmax(positions);
    back.saved = there_saved.data();  // the CPU's, so that errors don't add up
    back.before.data = step.before.data = there_before.data();
    back.rate = step.rate = there_rate.data();
    back.nonlinearities = step.nonlinearities = there_names.data();
    back.after_adjoint = there_adjoint.data();
    back.drive_adjoint = there_drive_adjoint.data();
    back.before_adjoint = there_before_adjoint.data();
    back.partial = there_partial.data();
    back.channel_gradient = there_gradient.data();
    check(CORTEXPR_LOADED(cortexpr_cuda_step_adjoint)(&back, nullptr));
    step.drive = there_drive.data();
    step.bias = there_bias.data();
    maxima.map = step.after = there_after.data();
    step.saved = there_saved.data();
    check(CORTEXPR_LOADED(cortexpr_cuda_step)(&step, nullptr));
    maxima.features = there_features.data();
    maxima.argmax = there_argmax.data();
    check(CORTEXPR_LOADED(cortexpr_cuda_maxima)(&maxima, nullptr));
    report("fused, " + name + ": states", error_of(there_after.values(), after), bound);
    report("fused, " + name + ": saved", error_of(there_saved.values(), saved), bound);
    report("fused, " + name + ": drives' adjoints", error_of(there_drive_adjoint.values(), drive_adjoint), bound);
    report("fused, " + name + ": states' adjoints", error_of(there_before_adjoint.values(), before_adjoint), bound);
    report("fused, " + name + ": gradients of biases and rates", error_of(there_gradient.values(), gradient), 1e-5);
    report("fused, " + name + ": maxima", error_of(there_features.values(), features), bound);

    const auto weights = drawn(9 * 24 * 5, -1, 1, 6), adjoint = drawn(6 * 5, -1, 1, 7);
    std::vector<std::int32_t> read(30);
    for (std::size_t i = 0; i < read.size(); ++i) read[i] = static_cast<std::int32_t>(i * 37 % 210);
    auto states = drawn<Storage>(size, -1, 1, 8);
    const on_device<Storage> there_states(states), there_map(before);  // as they are before the CPU's turn
    maxima_adjoint_job sparse{.as = as,
                              .states = sizes,
                              .outputs = 5,
                              .kernel_height = 3,
                              .kernel_width = 3,
                              .map = {before.data(), sizes.channels},
                              .weights = weights.data(),
                              .argmax = read.data(),
                              .feature_adjoint = adjoint.data(),
                              .state_adjoint = states.data()};
    std::vector<float> slices(maxima_adjoint_partial_floats(sparse)), total(maxima_adjoint_gradient_floats(sparse));
    sparse.partial = slices.data();
    sparse.gradient = total.data();
    host::maxima_adjoint(&sparse, nullptr);
    const on_device<float> there_weights(weights), there_feature_adjoint(adjoint), there_slices(slices),
        there_total(total);
    const on_device<std::int32_t> there_read(read);
    sparse.map.data = there_map.data();
    sparse.weights = there_weights.data();
    sparse.argmax = there_read.data();
    sparse.feature_adjoint = there_feature_adjoint.data();
    sparse.state_adjoint = there_states.data();
    sparse.partial = there_slices.data();
    sparse.gradient = there_total.data();
    check(CORTEXPR_LOADED(cortexpr_cuda_maxima_adjoint)(&sparse, nullptr));
    report("fused, " + name + ": maxima's states", error_of(there_states.values(), states), bound);
    report("fused, " + name + ": maxima's weights", error_of(there_total.values(), total), 1e-5);
}

}  // namespace

void check_fused() {
    check_fused<float>("float", storage::float32, 1e-5);
    check_fused<bfloat16>("bfloat16", storage::bfloat16, 1.0 / 128);
}

}  // namespace gpu_bench
