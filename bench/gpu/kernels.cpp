// The CUDA kernels on a GPU against the same kernels on the CPU's stand-in for a thread block, and their speed on the
// digits example's network and on a connectome of flyvis's size. Prints one JSON object; status 1 where a result is
// off, 77 where there is no GPU.
//
//     gpu_kernels LIBRARY [parity|speed|speed-of-any-size]

#include "executors/sparse/device_order.hpp"
#include "kernels/cuda/host_kernels.hpp"
#include "kernels/cuda/host_sparse.hpp"
#include "kernels/cuda/library.hpp"

#include <cuda_runtime_api.h>
#include <dlfcn.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <deque>
#include <random>
#include <string>
#include <vector>

using namespace cortexpr;
using namespace cortexpr::kernels;
using namespace cortexpr::kernels::cuda;

namespace {

void* library = nullptr;

[[noreturn]] void fail(const std::string& why) {
    std::fprintf(stderr, "gpu_kernels: %s\n", why.c_str());
    std::exit(1);
}

/// A function of the library, by its declaration's type.
template <class Function>
Function* function_of(const char* name) {
    auto* found = reinterpret_cast<Function*>(dlsym(library, name));
    if (found == nullptr) fail(std::string("the library lacks ") + name);
    return found;
}
#define CORTEXPR_LOADED(name) function_of<decltype(name)>(#name)

void check(int error) {
    if (error != 0) fail(cudaGetErrorString(static_cast<cudaError_t>(error)));
}

/// The device's copy of a vector.
template <class Value>
class on_device {
  public:
    explicit on_device(const std::vector<Value>& values) : count_(values.size()) {
        void* memory = nullptr;
        check(cudaMalloc(&memory, std::max<std::size_t>(count_, 1) * sizeof(Value)));
        data_ = static_cast<Value*>(memory);
        check(cudaMemcpy(data_, values.data(), count_ * sizeof(Value), cudaMemcpyHostToDevice));
    }
    on_device(const on_device&) = delete;
    on_device& operator=(const on_device&) = delete;
    ~on_device() { cudaFree(data_); }

    Value* data() const { return data_; }
    std::vector<Value> values() const {
        std::vector<Value> result(count_);
        check(cudaMemcpy(result.data(), data_, count_ * sizeof(Value), cudaMemcpyDeviceToHost));
        return result;
    }

  private:
    std::size_t count_;
    Value* data_ = nullptr;
};

/// What lies on the device, back here.
template <class Value>
std::vector<Value> values(const Value* from, std::size_t count) {
    std::vector<Value> result(count);
    check(cudaMemcpy(result.data(), from, count * sizeof(Value), cudaMemcpyDeviceToHost));
    return result;
}

/// Copies of vectors of any type on the device, which last as long as this.
class device_copies {
  public:
    device_copies() = default;
    device_copies(const device_copies&) = delete;
    device_copies& operator=(const device_copies&) = delete;
    ~device_copies() {
        for (void* one : all_) cudaFree(one);
    }

    template <class Value>
    Value* put(const std::vector<Value>& from) {
        void* memory = nullptr;
        check(cudaMalloc(&memory, std::max<std::size_t>(from.size(), 1) * sizeof(Value)));
        all_.push_back(memory);
        check(cudaMemcpy(memory, from.data(), from.size() * sizeof(Value), cudaMemcpyHostToDevice));
        return static_cast<Value*>(memory);
    }

  private:
    std::vector<void*> all_;
};

template <class Storage = float>
std::vector<Storage> drawn(std::size_t size, double low, double high, unsigned seed) {
    std::mt19937 generator(seed);
    std::uniform_real_distribution<double> uniform(low, high);
    std::vector<Storage> values(size);
    for (auto& value : values) value = stored<Storage>(widened(narrowed(static_cast<float>(uniform(generator)))));
    return values;
}

/// The largest difference, relative to the largest number; infinite where one is no number.
template <class Value>
double error_of(const std::vector<Value>& found, const std::vector<Value>& expected) {
    double worst = 0, scale = 1e-30;
    for (std::size_t i = 0; i < found.size(); ++i) {
        const double error = std::abs(double{widened(found[i])} - widened(expected[i]));
        if (!(error < INFINITY)) return INFINITY;
        worst = std::max(worst, error);
        scale = std::max(scale, std::abs(double{widened(expected[i])}));
    }
    return worst / scale;
}

bool all_good = true, is_first = true;

void report(const std::string& what, double error, double bound) {
    all_good = all_good && error <= bound;
    std::printf("%s\n    {\"what\": \"%s\", \"error\": %.3g, \"bound\": %.3g, \"good\": %s}", is_first ? "" : ",",
                what.c_str(), error < INFINITY ? error : 1e30, bound, error <= bound ? "true" : "false");
    is_first = false;
}

// ---- on chip

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
          places_(std::vector<std::int32_t>(from.adjoint.size())),
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
                   .argmax = places_.data()};
        backward = {.sizes = from.sizes,
                    .choice = choice,
                    .parameters = parameters,
                    .images = from.images,
                    .stimulus = stimulus_.data(),
                    .packed = packed_.data(),
                    .saved = saved_.data(),
                    .argmax = places_.data(),
                    .feature_adjoint = adjoint_.data(),
                    .partial = partial_.data(),
                    .gradient = gradient_.data()};
    }

    void run_forward() const { check(CORTEXPR_LOADED(cortexpr_cuda_on_chip_forward)(&forward, nullptr)); }
    void run_backward() const { check(CORTEXPR_LOADED(cortexpr_cuda_on_chip_backward)(&backward, nullptr)); }
    std::vector<float> features() const { return features_.values(); }
    std::vector<float> gradient() const { return gradient_.values(); }
    std::vector<std::int32_t> positions() const { return places_.values(); }

    on_chip_forward_job forward;
    on_chip_backward_job backward;

  private:
    on_device<float> state_weights_, input_weights_, output_weights_, bias_, rate_, output_bias_, stimulus_, adjoint_;
    on_device<std::uint8_t> names_;
    on_device<unsigned char> packed_, saved_;
    on_device<float> features_;
    on_device<std::int32_t> places_;
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
    const auto positions = device.positions();
    device.run_forward();
    device.run_backward();
    const bool repeats =
        features == device.features() && gradient == device.gradient() && positions == device.positions();
    report(name + ": the same bits twice", repeats ? 0 : 1, 0);

    const on_chip_choice any;
    std::vector<unsigned char> saved(on_chip_saved_bytes(any, one.sizes, one.images));
    std::vector<float> host_features(features.size()), host_gradient(gradient.size()),
        partial(on_chip_partial_floats(any, one.sizes, one.images));
    std::vector<std::int32_t> host_argmax(positions.size());
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
                                        .argmax = positions.data(),
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

// ---- fused

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

// ---- connectomes

/// A drawn connectome, with some cells that have many synapses, and the numbers of one step and of its adjoint.
struct connectome_example {
    int cells, batch;
    std::vector<std::int32_t> types, pre, post;
    std::vector<float> weights, sign, rate, drive, before, drive_adjoint, arriving;
    std::vector<std::uint16_t> function_of;
    std::vector<cell_function> functions;

    connectome_example(int cells, std::size_t synapses, int batch, bool mixed) : cells(cells), batch(batch) {
        std::mt19937 generator(1);
        const auto below = [&](int count) {
            return static_cast<std::int32_t>(generator() % static_cast<unsigned>(count));
        };
        const int types_count = 65;
        for (int cell = 0; cell < cells; ++cell) types.push_back(below(types_count));
        for (std::size_t k = 0; k < synapses; ++k) {  // pairs may come twice: no kernel minds
            post.push_back(k % 50 == 0 ? below(8) : below(cells));
            pre.push_back(k % 50 == 1 ? below(8) : (post.back() + below(2000)) % cells);
        }
        const auto size = static_cast<std::size_t>(cells) * static_cast<std::size_t>(batch);
        weights = drawn(synapses, 0, 0.1, 2);
        rate = drawn(static_cast<std::size_t>(cells), 0.2, 1, 3);
        for (int cell = 0; cell < cells; ++cell) sign.push_back(cell % 3 == 0 ? -1.0F : 1.0F);
        drive = drawn(size, -1, 1, 4);
        before = drawn(size, 0, 1, 5);
        drive_adjoint = drawn(size, -1, 1, 6);
        arriving = drawn(size, -1, 1, 7);
        for (int type = 0; type < types_count; ++type)
            functions.push_back(
                {.members = {mixed ? static_cast<activation>(type % activation_count) : activation::sigmoid}});
        function_of.assign(types.begin(), types.end());
    }
    std::size_t size() const { return before.size(); }
};

/// Results of a step and an adjoint, all of them.
struct connectome_results {
    std::vector<float> after, saved, state, next_drive, drive_sum, weights, rates;

    explicit connectome_results(const connectome_example& of)
        : after(of.size()),
          saved(of.size()),
          state(of.size()),
          next_drive(of.size()),
          drive_sum(of.size()),
          weights(of.weights.size()),
          rates(of.rate.size()) {}
};

synapse_order order_of(const executors::sparse::device_order& from, const std::int32_t* cells,
                       const std::int32_t* starts, const std::int32_t* ends) {
    return {.lines = static_cast<int>(from.cells.size()),
            .long_lines = from.long_lines,
            .synapses = static_cast<int>(from.synapses.size()),
            .cells = cells,
            .starts = starts,
            .ends = ends};
}

/// The example's memory on the device.
class connectome_run {
  public:
    explicit connectome_run(const connectome_example& from)
        : rows_(executors::sparse::order_by_line(from.types, from.post, from.pre, from.types.size())),
          columns_(executors::sparse::order_by_line(from.types, from.pre, from.post, from.types.size())),
          start_(from),
          lists_{on_device(rows_.cells),    on_device(rows_.starts),    on_device(rows_.ends),
                 on_device(columns_.cells), on_device(columns_.starts), on_device(columns_.ends)},
          function_of_(from.function_of),
          functions_(from.functions),
          inputs_{on_device(from.weights), on_device(from.sign),   on_device(from.rate),
                  on_device(from.drive),   on_device(from.before), on_device(from.drive_adjoint),
                  on_device(from.arriving)},
          results_{on_device(start_.after),      on_device(start_.saved),     on_device(start_.state),
                   on_device(start_.next_drive), on_device(start_.drive_sum), on_device(start_.weights),
                   on_device(start_.rates)} {
        const cell_rules rules{function_of_.data(), functions_.data(), inputs_[1].data(), inputs_[2].data()};
        step = {.batch = from.batch,
                .rows = order_of(rows_, lists_[0].data(), lists_[1].data(), lists_[2].data()),
                .weights = inputs_[0].data(),
                .rules = rules,
                .drive = inputs_[3].data(),
                .before = inputs_[4].data(),
                .after = results_[0].data(),
                .saved = results_[1].data()};
        adjoint = {.batch = from.batch,
                   .columns = order_of(columns_, lists_[3].data(), lists_[4].data(), lists_[5].data()),
                   .weights = inputs_[0].data(),
                   .rules = rules,
                   .drive_adjoint = inputs_[5].data(),
                   .states = inputs_[4].data(),
                   .arriving = inputs_[6].data(),
                   .state = results_[2].data(),
                   .weight_gradient = results_[5].data(),
                   .next = {.saved = results_[1].data(),
                            .before = inputs_[4].data(),
                            .drive = results_[3].data(),
                            .drive_sum = results_[4].data(),
                            .rate_sum = results_[6].data()},
                   .is_first = false,
                   .sets_weights = false};
    }

    void run_step() const { check(CORTEXPR_LOADED(cortexpr_cuda_cell_step)(&step, nullptr)); }
    void run_adjoint() const { check(CORTEXPR_LOADED(cortexpr_cuda_cell_adjoint)(&adjoint, nullptr)); }
    std::vector<float> result(std::size_t i) const { return results_[i].values(); }

    cell_step_job step;
    cell_adjoint_job adjoint;

  private:
    executors::sparse::device_order rows_, columns_;
    connectome_results start_;
    on_device<std::int32_t> lists_[6];
    on_device<std::uint16_t> function_of_;
    on_device<cell_function> functions_;
    on_device<float> inputs_[7], results_[7];
};

void check_connectome(const std::string& name, const connectome_example& one) {
    std::vector<std::vector<float>> found[2];
    for (auto& each : found) {
        const connectome_run device(one);
        device.run_step();
        device.run_adjoint();
        for (std::size_t i = 0; i < 7; ++i) each.push_back(device.result(i));
    }
    report("connectome, " + name + ": the same bits twice", found[0] == found[1] ? 0 : 1, 0);

    const auto rows = executors::sparse::order_by_line(one.types, one.post, one.pre, one.types.size()),
               columns = executors::sparse::order_by_line(one.types, one.pre, one.post, one.types.size());
    connectome_results here(one);
    const cell_rules rules{one.function_of.data(), one.functions.data(), one.sign.data(), one.rate.data()};
    const host::sparse_launch host{.threads = 256};
    host.step({.batch = one.batch,
               .rows = order_of(rows, rows.cells.data(), rows.starts.data(), rows.ends.data()),
               .weights = one.weights.data(),
               .rules = rules,
               .drive = one.drive.data(),
               .before = one.before.data(),
               .after = here.after.data(),
               .saved = here.saved.data()});
    const cell_slopes next{.saved = here.saved.data(),
                           .before = one.before.data(),
                           .drive = here.next_drive.data(),
                           .drive_sum = here.drive_sum.data(),
                           .rate_sum = here.rates.data()};
    host.adjoint({.batch = one.batch,
                  .columns = order_of(columns, columns.cells.data(), columns.starts.data(), columns.ends.data()),
                  .weights = one.weights.data(),
                  .rules = rules,
                  .drive_adjoint = one.drive_adjoint.data(),
                  .states = one.before.data(),
                  .arriving = one.arriving.data(),
                  .state = here.state.data(),
                  .weight_gradient = here.weights.data(),
                  .next = next});
    const char* names[] = {"states",  "saved", "states' adjoints", "drives' adjoints", "sums of these",
                           "weights", "rates"};
    const std::vector<float>* expected[] = {&here.after,     &here.saved,   &here.state, &here.next_drive,
                                            &here.drive_sum, &here.weights, &here.rates};
    for (std::size_t i = 0; i < 7; ++i)
        report("connectome, " + name + ": " + names[i], error_of(found[0][i], *expected[i]), 2e-5);
}

// ---- the rest of a training step

/// The digits example's head: memory on the device, and jobs that point to it; the same on the CPU.
class head_example {
  public:
    head_example(const head_sizes& sizes, bool there)
        : sizes_(sizes),
          first_(drawn(count(sizes.hidden * sizes.features), -0.2, 0.2, 1)),
          first_bias_(drawn(count(sizes.hidden), -0.2, 0.2, 2)),
          second_(drawn(count(sizes.classes * sizes.hidden), -0.1, 0.1, 3)),
          second_bias_(drawn(count(sizes.classes), -0.1, 0.1, 4)),
          features_(drawn(count(sizes.rows * sizes.features), -1, 1, 5)),
          units_(count(sizes.rows * sizes.hidden)),
          work_(units_.size()),
          logits_(count(sizes.rows * sizes.classes)),
          logit_adjoint_(logits_.size()),
          feature_adjoint_(features_.size()),
          gradients_(count(sizes.hidden * (sizes.features + 1) + sizes.classes * (sizes.hidden + 1))),
          partial_(count(2 * loss_blocks(sizes.rows))),
          loss_(1),
          report_(2),
          seed_{12345},
          labels_(count(sizes.rows)) {
        for (std::size_t i = 0; i < labels_.size(); ++i)
            labels_[i] = static_cast<std::int64_t>(i * 7 % count(sizes.classes));
        auto at = [&](auto& values) { return there ? copies_.put(values) : values.data(); };
        const head_weights weights{at(first_), at(first_bias_), at(second_), at(second_bias_)};
        forward = {.sizes = sizes,
                   .weights = weights,
                   .features = at(features_),
                   .dropout = 0.5F,
                   .seed = at(seed_),
                   .units = at(units_),
                   .logits = at(logits_)};
        loss = {.rows = sizes.rows,
                .classes = sizes.classes,
                .examples = sizes.rows,
                .smoothing = 0.1F,
                .logits = forward.logits,
                .labels = at(labels_),
                .partial = at(partial_),
                .loss = at(loss_),
                .report = at(report_),
                .logit_adjoint = at(logit_adjoint_)};
        float* gradients = at(gradients_);
        const int first = sizes.hidden * sizes.features, second = sizes.classes * sizes.hidden;
        backward = {.sizes = sizes,
                    .weights = weights,
                    .features = forward.features,
                    .dropout = 0.5F,
                    .units = forward.units,
                    .logit_adjoint = loss.logit_adjoint,
                    .unit_adjoint = at(work_),
                    .feature_adjoint = at(feature_adjoint_),
                    .first = gradients,
                    .first_bias = gradients + first,
                    .second = gradients + first + sizes.hidden,
                    .second_bias = gradients + first + sizes.hidden + second};
    }

    /// Logits, their adjoint, features' adjoint, all gradients; loss and number of right answers.
    std::vector<std::vector<float>> results() {
        std::vector<std::vector<float>> all{logits_, logit_adjoint_, feature_adjoint_, gradients_};
        auto report = report_;
        const bool is_there = forward.logits != logits_.data();
        if (is_there) {
            all = {values(forward.logits, logits_.size()), values(loss.logit_adjoint, logit_adjoint_.size()),
                   values(backward.feature_adjoint, feature_adjoint_.size()),
                   values(backward.first, gradients_.size())};
            report = values(loss.report, 2);
        }
        all.push_back({static_cast<float>(report[0]), static_cast<float>(report[1])});
        return all;
    }

    head_job forward;
    loss_job loss;
    head_adjoint_job backward;

  private:
    static std::size_t count(int number) { return static_cast<std::size_t>(number); }

    head_sizes sizes_;
    std::vector<float> first_, first_bias_, second_, second_bias_, features_, units_, work_, logits_, logit_adjoint_,
        feature_adjoint_, gradients_, partial_, loss_;
    std::vector<double> report_;
    std::vector<std::int64_t> seed_, labels_;
    device_copies copies_;
};

void run_head(const head_example& there) {
    check(CORTEXPR_LOADED(cortexpr_cuda_head)(&there.forward, nullptr));
    check(CORTEXPR_LOADED(cortexpr_cuda_loss)(&there.loss, nullptr));
    check(CORTEXPR_LOADED(cortexpr_cuda_head_adjoint)(&there.backward, nullptr));
}

void check_head(const std::string& name, const head_sizes& sizes) {
    head_example here(sizes, false), there(sizes, true);
    host::head(&here.forward, nullptr);
    host::loss(&here.loss, nullptr);
    host::head_adjoint(&here.backward, nullptr);
    run_head(there);
    const auto found = there.results(), expected = here.results();
    run_head(there);
    report("head, " + name + ": the same bits twice", found == there.results() ? 0 : 1, 0);
    const char* names[] = {"logits", "logits' adjoint", "features' adjoint", "gradients", "loss and right answers"};
    for (std::size_t i = 0; i < found.size(); ++i)
        report("head, " + name + ": " + names[i], error_of(found[i], expected[i]), 1e-5);
}

/// Parameters of many sizes, here or on the device.
class update_example {
  public:
    update_example(const step_rule& rule, float clip_norm, const std::vector<int>& sizes, bool there) {
        for (std::size_t i = 0; i < sizes.size(); ++i) {
            const auto size = static_cast<std::size_t>(sizes[i]);
            const auto seed = static_cast<unsigned>(10 * i);
            auto& segment = segments_.emplace_back();
            segment.values = put(drawn(size, 1, 2, seed), there);
            segment.gradient = put(drawn(size, -1, 1, seed + 1), there);
            segment.kept[0] = put(drawn(size, 0, 0.1, seed + 2), there);
            segment.kept[1] = put(drawn(size, 0, 0.1, seed + 3), there);
            segment.count = put({static_cast<float>(i % 5)}, there);
            segment.decay = i % 2 == 0 ? put({0.1F}, there) : nullptr;
            segment.rate = put({0.01F}, there);
            segment.size = sizes[i];
            segment.least = 1;
        }
        const auto blocks = place_segments(segments_.data(), static_cast<int>(segments_.size()));
        job = {.rule = rule,
               .segments = segments_.data(),
               .segment_count = static_cast<int>(segments_.size()),
               .loss = put({1.0F}, there),
               .clip_norm = clip_norm,
               .scales = reinterpret_cast<update_scale*>(put(std::vector<float>(5 * segments_.size()), there)),
               .square_partial = put(std::vector<float>(static_cast<std::size_t>(blocks)), there)};
    }

    /// Values and what is kept.
    std::vector<float> results(bool there) const {
        std::vector<float> all;
        for (const auto& segment : segments_)
            for (const float* from : {segment.values, segment.kept[0], segment.kept[1]}) {
                const auto size = static_cast<std::size_t>(segment.size);
                const auto some = there ? values(from, size) : std::vector<float>(from, from + size);
                all.insert(all.end(), some.begin(), some.end());
            }
        return all;
    }

    update_job job;

  private:
    float* put(std::vector<float> numbers, bool there) {
        here_.push_back(std::move(numbers));
        return there ? copies_.put(here_.back()) : here_.back().data();
    }

    std::vector<update_segment> segments_;
    std::deque<std::vector<float>> here_;
    device_copies copies_;
};

const step_rule adam_rule{.kind = step_kind::adam, .mean_decay = 0.9, .square_decay = 0.999, .epsilon = 1e-8};

void check_update(const std::string& name, const step_rule& rule, float clip_norm) {
    std::vector<int> sizes;
    for (int i = 0; i < 50; ++i) sizes.push_back(1 + i * 97 % 700);
    update_example here(rule, clip_norm, sizes, false), there(rule, clip_norm, sizes, true);
    for (int step = 0; step < 2; ++step) {
        host::update(&here.job, nullptr);
        check(CORTEXPR_LOADED(cortexpr_cuda_update)(&there.job, nullptr));
    }
    report("update, " + name, error_of(there.results(true), here.results(false)), 1e-6);
}

/// A list as long as the digits example's, each number of one element or two.
struct merging_example {
    std::vector<float> weights = drawn(12000, 0, 1, 1), taus = drawn(32, 1, 2, 2), gradient = drawn(11000, -1, 1, 3);
    std::vector<std::int32_t> elements, numbers;

    merging_example() : elements(22000, -1), numbers(12032, -1) {
        for (std::int32_t i = 0; i < 12032; ++i) {
            const std::int32_t number = i % 11000;
            numbers[static_cast<std::size_t>(i)] = number;
            elements[static_cast<std::size_t>(i)] = i;  // the second row begins at 11000
        }
    }
    /// merged numbers, elements' gradients.
    void jobs(merge_job& merge, split_job& split, const float* w, const float* t, const float* g, const std::int32_t* e,
              const std::int32_t* n, float* merged, float* gradients) const {
        merged_parameters from;
        from.all[0] = {w, -1, 0};
        from.all[1] = {t, 0, 12000};
        from.count = 2;
        from.elements = 12032;
        merge = {.from = from, .size = 11000, .terms = 2, .elements = e, .numbers = merged};
        split = {.from = from, .most_numbers = 1, .numbers = n, .gradient = g, .gradients = gradients};
    }
};

void check_merging() {
    const merging_example one;
    std::vector<float> merged(11000), gradients(12032);
    merge_job merge;
    split_job split;
    one.jobs(merge, split, one.weights.data(), one.taus.data(), one.gradient.data(), one.elements.data(),
             one.numbers.data(), merged.data(), gradients.data());
    host::merge(&merge, nullptr);
    host::split(&split, nullptr);
    device_copies copies;
    one.jobs(merge, split, copies.put(one.weights), copies.put(one.taus), copies.put(one.gradient),
             copies.put(one.elements), copies.put(one.numbers), copies.put(std::vector<float>(11000)),
             copies.put(std::vector<float>(12032)));
    check(CORTEXPR_LOADED(cortexpr_cuda_merge)(&merge, nullptr));
    check(CORTEXPR_LOADED(cortexpr_cuda_split)(&split, nullptr));
    report("merging: numbers", error_of(values(merge.numbers, 11000), merged), 1e-6);
    report("merging: gradients", error_of(values(split.gradients, 12032), gradients), 1e-6);
}

void check_rest() {
    check_head("seed", {256, 32, 256, 10});
    check_head("many classes", {300, 45, 150, 130});
    check_head("one of each", {1, 1, 1, 1});
    check_update("adam", adam_rule, 0);
    check_update("adam, clipped", adam_rule, 2);
    auto adamw = adam_rule;
    adamw.decouples_decay = true;
    check_update("adamw", adamw, 0);
    check_update("sgd", {.kind = step_kind::sgd, .nesterov = true, .momentum = 0.9}, 0);
    check_update("rmsprop", {.kind = step_kind::rmsprop, .square_decay = 0.99, .momentum = 0.5, .epsilon = 1e-8}, 0);
    check_merging();
}

void check_parity() {
    std::printf("{\"parity\": [");
    check_rest();
    check_on_chip("seed", {28, 28, 1, 32, 32, 3, 3, 5, 1, 1}, 3, nonlinearity::sigmoid);
    check_on_chip("seed, more images than blocks", {28, 28, 1, 32, 32, 3, 3, 2, 1, 1}, 130, nonlinearity::sigmoid);
    check_on_chip("blocks not filled", {7, 9, 3, 21, 10, 3, 3, 3, 3, 3}, 3, nonlinearity::tanh);
    check_on_chip("wide extent", {5, 12, 2, 20, 18, 3, 5, 4, 2, 2}, 2, nonlinearity::silu);
    check_on_chip("one tap", {4, 4, 1, 48, 3, 1, 1, 3, 5, 7}, 2, nonlinearity::softplus);
    check_on_chip("a block of channels", {14, 14, 1, 8, 10, 3, 3, 4, 1, 1}, 300, nonlinearity::relu);
    check_on_chip("a larger map", {32, 32, 1, 16, 16, 3, 3, 3, 1, 1}, 3, nonlinearity::sigmoid);
    check_on_chip("one step", {20, 20, 3, 32, 32, 3, 3, 1, 3, 3}, 5, nonlinearity::tanh);
    check_on_chip("one row of taps", {12, 10, 2, 20, 18, 1, 3, 4, 2, 2}, 5, nonlinearity::silu);
    check_fused<float>("float", storage::float32, 1e-5);
    check_fused<bfloat16>("bfloat16", storage::bfloat16, 1.0 / 128);
    for (const int batch : {1, 3, 16, 40, 132})
        check_connectome("batch " + std::to_string(batch), connectome_example(3'000, 60'000, batch, true));
    std::printf("]}\n");
}

/// Microseconds of one launch, the median of many.
template <class Run>
double microseconds(Run run) {
    constexpr int warmup = 20, repeats = 200;
    cudaEvent_t start, stop;
    check(cudaEventCreate(&start));
    check(cudaEventCreate(&stop));
    std::vector<double> taken;
    for (int i = 0; i < warmup + repeats; ++i) {
        check(cudaEventRecord(start, nullptr));
        run();
        check(cudaEventRecord(stop, nullptr));
        check(cudaEventSynchronize(stop));
        float milliseconds = 0;
        check(cudaEventElapsedTime(&milliseconds, start, stop));
        if (i >= warmup) taken.push_back(milliseconds * 1e3);
    }
    std::sort(taken.begin(), taken.end());
    return taken[taken.size() / 2];
}

/// One entry of the object that is being printed.
void measure_connectome() {
    const char* before = ", \"connectome\": {";
    for (const int batch : {1, 16, 32, 64}) {
        const connectome_run run(connectome_example(45'669, 1'500'000, batch, false));
        const double step = microseconds([&] { run.run_step(); });
        const double adjoint = microseconds([&] { run.run_adjoint(); });
        std::printf("%s\"%d\": {\"step_us\": %.1f, \"adjoint_us\": %.1f}", before, batch, step, adjoint);
        before = ", ";
    }
    std::printf("}");
}

void measure_speed(bool is_sized) {
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
    head_example head({batch, 32, 256, 10}, true);
    const double head_forward =
        microseconds([&] { check(CORTEXPR_LOADED(cortexpr_cuda_head)(&head.forward, nullptr)); });
    const double loss = microseconds([&] { check(CORTEXPR_LOADED(cortexpr_cuda_loss)(&head.loss, nullptr)); });
    const double head_backward =
        microseconds([&] { check(CORTEXPR_LOADED(cortexpr_cuda_head_adjoint)(&head.backward, nullptr)); });
    // The example's parameters: weights and biases of 7 edges, two time constants, the head.
    update_example parameters(
        adam_rule, 0, {144, 144, 2304, 2304, 2304, 2304, 4608, 16, 16, 16, 16, 16, 16, 32, 16, 16, 8192, 256, 2560, 10},
        true);
    const double update = microseconds([&] { check(CORTEXPR_LOADED(cortexpr_cuda_update)(&parameters.job, nullptr)); });
    const merging_example list;
    device_copies copies;
    merge_job merge;
    split_job split;
    list.jobs(merge, split, copies.put(list.weights), copies.put(list.taus), copies.put(list.gradient),
              copies.put(list.elements), copies.put(list.numbers), copies.put(std::vector<float>(11000)),
              copies.put(std::vector<float>(12032)));
    const double merging = microseconds([&] { check(CORTEXPR_LOADED(cortexpr_cuda_merge)(&merge, nullptr)); });
    const double splitting = microseconds([&] { check(CORTEXPR_LOADED(cortexpr_cuda_split)(&split, nullptr)); });
    std::printf(
        "{\"batch\": %d, \"steps\": 5, \"forward_us\": %.1f, \"backward_us\": %.1f, \"inference_us\": %.1f, "
        "\"images_per_s\": %.0f, \"head_us\": %.1f, \"loss_us\": %.1f, \"head_adjoint_us\": %.1f, "
        "\"update_us\": %.1f, \"merge_us\": %.1f, \"split_us\": %.1f",
        batch, forward, backward, inference, batch * 1e6 / (forward + backward), head_forward, loss, head_backward,
        update, merging, splitting);
    if (is_sized) measure_connectome();
    std::printf("}\n");
}

}  // namespace

int main(int argc, char** argv) {
    if (argc < 2) fail("usage: gpu_kernels LIBRARY [parity|speed|speed-of-any-size]");
    int devices = 0;
    if (cudaGetDeviceCount(&devices) != cudaSuccess || devices == 0) {
        std::fprintf(stderr, "gpu_kernels: there is no GPU here\n");
        return 77;
    }
    library = dlopen(argv[1], RTLD_NOW | RTLD_LOCAL);
    if (library == nullptr) fail(dlerror());
    if (CORTEXPR_LOADED(cortexpr_cuda_interface_version)() != interface_version) fail("the library is another build's");
    const std::string wish = argc > 2 ? argv[2] : "";
    if (wish == "speed" || wish == "speed-of-any-size") {
        measure_speed(wish == "speed");
    } else {
        check_parity();
    }
    return all_good ? 0 : 1;
}
