// Networks of every kind as ONNX models, and what cortexpr makes of an input: onnx_cases FOLDER. onnx_check.py runs
// them.

#include "../unit/executors/networks.hpp"
#include "../unit/train/networks.hpp"

#include <cortexpr/module/stored_module.hpp>
#include <cortexpr/module/tensor_files.hpp>
#include <cortexpr/onnx/write.hpp>
#include <cortexpr/presets.hpp>

#include <ATen/core/grad_mode.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <string>

namespace {

using namespace cortexpr;
using cortexpr::test::normal;

// Every named nonlinearity, on types, edges and the output; every mode of tau; starts of ones.
struct A : excitatory<4, nonlinearity<activation::relu>, tau<tau_mode::spatial>, initial_state<fill::ones>> {};
struct B : inhibitory<2, nonlinearity<activation::softplus>, tau<tau_mode::per_type>> {};
struct C : hybrid<4, nonlinearity<chain(activation::gelu, activation::hard_tanh)>, tau<tau_mode::per_subtype_spatial>> {
};
struct D : hybrid<2, nonlinearity<activation::silu>, half_density> {};
constexpr edge with(activation function, int side = 3) { return {.extent = {side, 1}, .nonlinearity = function}; }
struct Mixed
    : area<input<2, 7, 10>, neurons<A, B, C, D>,
           connectivity<from<stimulus, with(activation::leaky_relu), with(activation::elu, 5), 1, 1, 0>,
                        from<A, with(activation::relu6), with(activation::hard_sigmoid), edge{.groups = 2}, 1, 1>,
                        from<B, with(activation::tanh), with(activation::sigmoid), 1, 0, 1>,
                        from<C, 0, edge{.bias = false}, 1, 1, with(activation::elu)>, from<D, 1, 0, 1, 1, 1>>,
           output<4, activation::softplus>> {};
struct Everything
    : classifier<network<Mixed>, classes<3>, hidden<5>, dropout<0.5>, readout_pool<pool_mode::average, 3, 4>> {};

// Areas that grow, shrink by no whole factor, and wait, by maxima and means.
struct P : excitatory<3> {};
struct Q : inhibitory<2> {};
struct R : excitatory<2> {};
template <class Type>
using simple = connectivity<from<stimulus, 1, 0>, from<Type, 1, 1>>;
struct First : area<input<1, 11, 9>, feedback_channels<2>, neurons<P, Q>,
                    connectivity<from<stimulus, 1, 1, 0>, from<top_down, 1, 0, 0>, from<P, 1, 1, 1>, from<Q, 1, 1, 0>>,
                    output<3>> {};
struct Second : area<input<3, 4, 13>, neurons<R>, simple<R>, output<2>> {};
struct Third : area<input<2, 3, 5>, neurons<P>, simple<P>, output<3>> {};
struct Delayed : classifier<network<First, Second, Third,
                                    feedback<Third, First, edge{.extent = {5, 3}, .nonlinearity = activation::tanh}>,
                                    feedback<Second, First>, area_delay<1>>,
                            classes<4>, hidden<6>, readout_pool<pool_mode::max, 2, 2>> {};
struct Averaged : network<First, Second, feedback<Second, First>, pool<pool_mode::average>> {};

/// Values that differ everywhere and break no rule.
void draw(network_module& network) {
    const at::NoGradGuard no_grad;
    for (int i = 0; i < network.parameter_count(); ++i) {
        const auto is = network.declared_parameters()[static_cast<std::size_t>(i)].is;
        const auto values = normal(network.parameter(i).sizes(), 100 + static_cast<std::uint64_t>(i));
        auto parameter = network.parameter(i);
        // By the number of what a unit hears, so that answers are of the order of 1.
        const double heard =
            static_cast<double>(std::max<std::int64_t>(values.numel(), 1)) / static_cast<double>(values.size(0));
        parameter.copy_(is == plan::parameter::role::tau ? values.abs() + 1 : values * 2 / std::sqrt(heard + 1));
    }
    network.project();
}

template <class Declared>
void write_case(const std::filesystem::path& folder, const std::string& name, int steps, bool sequence = false) {
    network_module network(plan_of<Declared>, {.executor = executor::transparent});
    network.eval();
    draw(network);
    const auto shape = network.input_shape();
    const auto images = sequence ? normal({3, steps, shape.channels, shape.height, shape.width}, 7, at::kFloat)
                                 : normal({3, shape.channels, shape.height, shape.width}, 7, at::kFloat);
    run_request request;
    if (!sequence) request.steps = steps;
    const auto result = network.run(images, request);
    const auto& answer = network.plan().has_readout() ? result.logits : result.output;
    save_tensors(folder / (name + ".safetensors"), {{"images", images}, {"expected", answer.detach().contiguous()}});
    write_onnx(folder / (name + ".onnx"), network,
               {.steps = steps, .sequence = sequence, .notes = {{"steps", std::to_string(steps)}}});
}

using image = input<1, 28, 28>;
struct Circuit : network<presets::pyr_pv_sst_vip<image, 16, 8, 32>> {};
struct Feedforward : network<presets::feedforward_inhibition<image, 8, 4, 8>> {};

}  // namespace

int main(int argc, char** argv) try {
    if (argc != 2) return 2;
    const std::filesystem::path folder = argv[1];
    std::filesystem::create_directories(folder);
    write_case<test::Tiny>(folder, "groups", 5);
    write_case<test::Tiny>(folder, "one_step", 1);
    write_case<test::Tiny>(folder, "sequence", 4, true);
    write_case<test::Two>(folder, "delayed_feedback", 5);
    write_case<train_test::Microcircuit>(folder, "half_density", 4);
    write_case<train_test::TwoAreas>(folder, "two_areas", 4);
    write_case<train_test::Hybrid>(folder, "hybrid", 3);
    write_case<train_test::ExcitatoryInput>(folder, "excitatory_input", 3);
    write_case<Everything>(folder, "everything", 4);
    write_case<Delayed>(folder, "uneven_grids", 5);
    write_case<Averaged>(folder, "uneven_means", 4);
    write_case<Circuit>(folder, "pyr_pv_sst_vip", 5);
    write_case<Feedforward>(folder, "feedforward_inhibition", 5);
    write_case<presets::spatial_1e1i1a<10, image>>(folder, "spatial_1e1i1a", 5);
    write_case<presets::spatial_1h1a<10, image>>(folder, "spatial_1h1a", 5);
    write_case<presets::spatial_4h1a<10>>(folder, "spatial_4h1a", 5);
    write_case<presets::spatial_4h1a_v2<10>>(folder, "spatial_4h1a_v2", 5);
    write_case<presets::spatial_big_1h1a<10>>(folder, "spatial_big_1h1a", 3);
    write_case<presets::spatial_big_1h2a<10, input<1, 64, 64>>>(folder, "spatial_big_1h2a", 3);
    write_case<presets::spatial_big_1h2af<2, input<1, 64, 64>>>(folder, "spatial_big_1h2af", 3);
    return 0;
} catch (const std::exception& problem) {
    std::fprintf(stderr, "onnx_cases: %s\n", problem.what());
    return 1;
}
