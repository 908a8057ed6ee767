// A network that was read from its description computes what the declared one computes, to the last bit.

#include <cortexpr/module/stored_module.hpp>

#include "catch.hpp"

#include <cortexpr/describe/describe.hpp>
#include <cortexpr/describe/read.hpp>
#include <cortexpr/module/model.hpp>
#include <cortexpr/presets.hpp>

#include <ATen/ops/rand.h>
#include <nlohmann/json.hpp>

#include <memory>
#include <vector>

namespace module_stored_module_test {

using namespace cortexpr;

namespace {

struct E : excitatory<8, tau<tau_mode::per_subtype, uniform_draw{1, 4}>> {};
struct I : inhibitory<4, half_density, nonlinearity<activation::softplus>> {};
struct H : hybrid<6, nonlinearity<chain(activation::softplus, activation::tanh)>> {};
struct Low : area<input<2, 9, 7>, feedback_channels<4>, neurons<E, I>,
                  connectivity<from<stimulus, 1, 1, 0>, from<top_down, 1, 0, 0>,
                               from<E, 1, edge{.groups = 2, .nonlinearity = activation::relu}, 1>,
                               from<I, 1, edge{.extent = {1, 3}, .bias = false}, 0>>,
                  output<6>> {};
struct High : area<input<6, 5, 4>, neurons<H>, connectivity<from<stimulus, 1, 0>, from<H, 1, 1>>, output<5>> {};
struct Pair : network<Low, High, feedback<High, Low, edge{.extent = {5, 1}}>, area_delay<1>> {};
struct Answer : classifier<Pair, classes<3>, hidden<7>, readout_pool<pool_mode::average, 2, 2>> {};

template <class Declared>
void compare(executor runner) {
    const module_options options{.seed = 3, .executor = runner};
    network_module declared(plan_of<Declared>, options);
    // The description and the stored plan are gone when the module runs.
    const auto read = std::make_shared<stored_module>(describe::read(describe::to_json<Declared>()), options);
    CHECK(read->shared_from_this() == read);
    const auto& input = plan_of<Declared>.areas[0].input;
    const auto images = at::rand({3, input.channels, input.height, input.width});
    const auto run = [&images](network_module& net) {
        const auto result = net.run(images, {.steps = 3});
        const auto& answer = net.plan().has_readout() ? result.logits : result.output;
        answer.square().sum().backward();
        std::vector<at::Tensor> all{answer, result.output};
        for (const auto& state : result.final_states) all.push_back(state);
        for (std::size_t i = 0; i < net.plan().parameters.size(); ++i) {
            all.push_back(net.parameter(static_cast<int>(i)));
            all.push_back(net.parameter(static_cast<int>(i)).grad());
        }
        return all;
    };
    const auto expected = run(declared), got = run(*read);
    REQUIRE(expected.size() == got.size());
    for (std::size_t i = 0; i < expected.size(); ++i) {
        INFO(plan_of<Declared>.name << ", tensor " << i);
        REQUIRE(expected[i].defined() == got[i].defined());
        if (expected[i].defined()) CHECK(expected[i].equal(got[i]));
    }
}

}  // namespace

TEST_CASE("a network read from its description gives the declared one's bits") {
    for (const auto runner : {executor::planned, executor::batched, executor::transparent}) {
        compare<Answer>(runner);
        compare<Pair>(runner);
        compare<presets::spatial_1e1i1a<4, input<1, 8, 8>>>(runner);
        compare<presets::spatial_4h1a_v2<4, input<1, 10, 10>>>(runner);
        compare<presets::pyr_pv_sst_vip<input<1, 8, 8>, 4, 2, 3>>(runner);
    }
}

}  // namespace module_stored_module_test
