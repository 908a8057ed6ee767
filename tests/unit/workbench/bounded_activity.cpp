// Activity that runs away is refused by all that would make a table or a file of it.

#include "catch.hpp"
#include "executors/networks.hpp"
#include "temp_folder.hpp"
#include "workbench/circuit.hpp"

#include <cortexpr/module/model.hpp>
#include <cortexpr/train/health.hpp>
#include <cortexpr/train/images_of.hpp>
#include <cortexpr/train/trainer.hpp>
#include <cortexpr/workbench/balance.hpp>
#include <cortexpr/workbench/effects.hpp>
#include <cortexpr/workbench/fields.hpp>
#include <cortexpr/workbench/named_parts.hpp>
#include <cortexpr/workbench/record.hpp>
#include <cortexpr/workbench/spectrum.hpp>
#include <cortexpr/workbench/tuning.hpp>

namespace workbench_bounded_activity_test {

using namespace cortexpr;
using namespace cortexpr::test;
using workbench::tuning_of;
using workbench::variant;
using kind = perturbation::kind;

namespace {

/// Images of three classes that differ in their brightness.
data::labelled_images images() {
    data::labelled_images set{.count = 6,
                              .channels = 2,
                              .height = 6,
                              .width = 5,
                              .classes = 3,
                              .pixels = {},
                              .labels = {0, 1, 2, 0, 1, 2},
                              .scale = {},
                              .source = "shades"};
    for (const int label : set.labels)
        set.pixels.insert(set.pixels.end(), set.image_size(), static_cast<std::uint8_t>(100 * label + 20));
    return set;
}

void refused(const std::function<void()>& call) {
    CHECK_THROWS_AS(call(), divergence_error);
    CHECK_THROWS_WITH(call(), Catch::Contains("becomes infinite or NaN; it runs away"));
}

/// Files and tables of either family.
void refuses_all(workbench::any_network net, const data::labelled_images& set,
                 const std::vector<workbench::recorded_array>& arrays) {
    const temp_folder folder;
    refused([&] { workbench::record_to_file(net, set, folder / "x.npz", {.steps = 4, .arrays = arrays}); });
    CHECK(folder.entries() == 0);
    const std::vector<workbench::any_network> networks{net};
    refused([&] { effects_of(networks, set, std::vector<variant>{}, {.steps = 4}); });
    refused([&] { tuning_of(net, set, {.steps = 4}); });
    refused([&] { balance_of(net, set, {.steps = 4}); });
}

}  // namespace

TEST_CASE("bounded activity: of areas") {
    const auto net = make<Tiny>({.seed = 2});
    const auto set = images();
    CHECK_NOTHROW(tuning_of(*net, set, {.steps = 4}));
    auto& module = static_cast<network_module&>(*net);
    module.perturb({workbench::perturbation_in(net->plan(), kind::clamp, "V1.E=3e38"),
                    workbench::perturbation_in(net->plan(), kind::scale_edge, "V1.E-V1.output=1e30")});
    const auto one = images_of(set, 0, 1);
    refuses_all(*net, set, workbench::arrays_of<Tiny>(record_output<V1>{}));
    const std::vector<workbench::neuron_position> neurons{{.type = 0, .subtype = 1, .row = 3, .column = 2}};
    refused([&] { workbench::fields_by_noise(*net, neurons, {.steps = 4, .stimuli = 8}); });
    refused([&] { workbench::fields_by_gradient(*net, neurons, one, {.steps = 4}); });
}

TEST_CASE("bounded activity: of a connectome") {
    const auto net = make<Sides>(pathway(), {.seed = 2});
    const auto set = views(6);
    CHECK_NOTHROW(tuning_of(*net, set, {.steps = 4}));
    auto& module = static_cast<connectome_module&>(*net);
    const inject_cells huge{.cells = module.cells_of(1), .current = 3e38};  // twice that is beyond float32
    module.perturb({.injections = {huge, huge}});
    refuses_all(*net, set, {workbench::array_in(*net, "Lamina")});
    // Spectra are computed in float64.
    const auto exact = make<Sides>(pathway(), {.dtype = at::kDouble});
    {
        const at::NoGradGuard no_gradients;
        exact->named_parameters()["rnn.hh.values"].fill_(1e308);
    }
    refused([&] { workbench::spectrum_of(*exact, 10 * images_of(set, 0, 1), {.steps = 4}); });
    const auto found = complaints(module, health(module, set, 4));
    REQUIRE(!found.empty());
    CHECK(found.front().find("Lamina is infinite or NaN from step") != std::string::npos);
    for (const auto& one : found) CHECK(one.find("no gradient") == std::string::npos);
}

}  // namespace workbench_bounded_activity_test
