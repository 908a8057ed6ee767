// Recordings: the numbers of a run, read back in C++ and in Python, at bounded memory.

#include "address_sanitizer.hpp"
#include "catch.hpp"
#include "executors/networks.hpp"
#include "peak_memory.hpp"
#include "temp_folder.hpp"
#include "workbench/circuit.hpp"

#include <cortexpr/module/model.hpp>
#include <cortexpr/train/images_of.hpp>
#include <cortexpr/workbench/named_parts.hpp>
#include <cortexpr/workbench/record.hpp>

#include <ATen/ops/cat.h>

#include <fmt/format.h>
#include <sys/wait.h>

#include <algorithm>
#include <cstdlib>

namespace record_test {

using namespace cortexpr;
using namespace cortexpr::test;
using workbench::array_in;
using workbench::arrays_of;
using workbench::recording_file;

namespace {

using kind = workbench::recorded_array::kind;

data::labelled_images some_images(int count, int channels = 2, int height = 6, int width = 5) {
    data::labelled_images set{.count = count,
                              .channels = channels,
                              .height = height,
                              .width = width,
                              .classes = 3,
                              .pixels = {},
                              .labels = {},
                              .scale = {},
                              .source = "made up"};
    unsigned state = 1;
    for (std::size_t i = 0; i < static_cast<std::size_t>(count) * set.image_size(); ++i)
        set.pixels.push_back(static_cast<std::uint8_t>((state = state * 1664525U + 1013904223U) >> 24U));
    for (int i = 0; i < count; ++i) set.labels.push_back(static_cast<std::uint8_t>(i % 3));
    return set;
}

std::string refusal(network_module& net, const workbench::record_options& options, const std::string& name = "x.npz") {
    const temp_folder folder;
    const auto message =
        message_of<usage_error>([&] { workbench::record_to_file(net, some_images(3), folder / name, options); });
    CHECK(folder.entries() == 0);
    return message;
}

/// What a Python with the module prints; nothing where there is none.
std::optional<std::string> python(const std::string& module, const std::string& script, const temp_folder& folder) {
    put(folder / "script.py", script);
    for (const std::string interpreter : {CORTEXPR_PYTHON, "/usr/bin/python3"}) {
        if (std::system((interpreter + " -c 'import " + module + "' 2>/dev/null").c_str()) != 0) continue;
        const auto output = folder / "output";
        const int status = std::system(
            (interpreter + " '" + (folder / "script.py").string() + "' > '" + output.string() + "' 2>&1").c_str());
        auto printed = contents(output);
        return WIFEXITED(status) && WEXITSTATUS(status) == 0 ? printed : "failed: " + printed;
    }
    return std::nullopt;
}

}  // namespace

TEST_CASE("record: what a run gives is read back, in batches of any size") {
    const auto net = make<Tiny>({.dtype = at::kDouble, .seed = 2});
    const auto inputs = normal({7, 2, 6, 5}, 4);
    net->eval();
    const at::NoGradGuard no_gradients;
    const auto run = net->run(inputs, steps{4}, record<V1, E>{}, record<V1, I>{}, record_output<V1>{}, all_logits{});
    for (const int batch : {1, 3, 100}) {
        const temp_folder folder;
        workbench::record_to_file(*net, inputs, folder / "all.npz",
                                  {.steps = 4,
                                   .batch_size = batch,
                                   .arrays = arrays_of<Tiny>(record<V1, E>{}, record_output<V1>{}, all_logits{})});
        const recording_file file(folder / "all.npz");
        CHECK(file.names() == std::vector<std::string>{"V1.E", "V1.output", "logits", "images"});
        CHECK(largest_difference(file.array("V1.E"), run.state<V1, E>()) < 1e-12);
        CHECK(largest_difference(file.array("V1.output"), run.output<V1>()) < 1e-12);
        CHECK(largest_difference(file.array("logits"), run.logits().transpose(0, 1)) < 1e-12);
        CHECK(file.array("V1.E").sizes() == at::IntArrayRef{7, 4, 4, 6, 5});
        CHECK(file.array("images").equal(at::arange(7)));
        CHECK(file.description().find("\"Tiny\"") != std::string::npos);
        CHECK(folder.entries() == 1);
    }
}

TEST_CASE("record: images have the same noise in batches of any size") {
    const auto inputs = normal({6, 2, 6, 5}, 4);
    const auto noisy = [](std::vector<int> images, int type) {
        return perturbation{
            .is = perturbation::kind::noise, .index = type, .amount = 0.5, .where = {.images = std::move(images)}};
    };
    const auto recorded = [&](int batch) {
        const auto net = make<Tiny>({.dtype = at::kDouble, .seed = 2});
        const temp_folder folder;
        workbench::record_to_file(*net, inputs, folder / "noisy.npz",
                                  {.steps = 3,
                                   .batch_size = batch,
                                   .arrays = arrays_of<Tiny>(record<V1, E>{}),
                                   .perturbations = {noisy({1}, 0), noisy({1, 5}, 0), noisy({4}, 1)}});
        return recording_file(folder / "noisy.npz").array("V1.E");
    };
    const auto whole = recorded(6);
    for (const int batch : {1, 2, 4}) CHECK(largest_difference(recorded(batch), whole) < 1e-12);
}

TEST_CASE("record: parts of arrays, chosen images, and perturbations by the images' numbers") {
    const auto net = make<Two>({.dtype = at::kDouble, .seed = 2});
    const auto inputs = normal({6, 2, 6, 5}, 4);
    const at::NoGradGuard no_gradients;
    const auto& plan = plan_of<Two>;
    const perturbation held{.is = perturbation::kind::clamp, .amount = 0.25, .where = {.images = {4}}};
    const temp_folder folder;
    workbench::record_to_file(*net, inputs, folder / "part.npz",
                              {.steps = 3,
                               .batch_size = 2,
                               .arrays = {array_in(plan, "Lower.E[1,3]@2..4,*:2.."), array_in(plan, "Lower.feedback:3"),
                                          array_in(plan, "Upper.output")},
                               .images = {1, 3, 4},
                               .perturbations = {held}});
    const recording_file file(folder / "part.npz");
    const auto chosen = at::cat({inputs.slice(0, 1, 2), inputs.slice(0, 3, 5)});
    auto same = held;
    same.where.images = {2};
    const auto run = net->network_module::run(chosen, {.steps = 3,
                                                       .record_states = {true, false, false},
                                                       .record_outputs = {false, true},
                                                       .record_feedback = {true, false},
                                                       .perturbations = {same}});
    const auto rates = file.array("Lower.E");
    REQUIRE(rates.sizes() == at::IntArrayRef{3, 2, 2, 3, 5});
    CHECK(largest_difference(rates.select(2, 1), run.states[0].slice(1, 1).select(2, 3).slice(2, 2, 5)) < 1e-12);
    CHECK((rates.select(0, 2) == 0.25).all().item<bool>());
    CHECK(largest_difference(file.array("Lower.feedback"), run.feedback[0].slice(1, 2)) < 1e-12);
    CHECK(largest_difference(file.array("Upper.output"), run.outputs[1]) < 1e-12);
    CHECK(file.array("images").equal(at::tensor({1, 3, 4}, at::kLong)));
    CHECK(file.description().find("clamp Lower.E#4=0.25") != std::string::npos);
    CHECK(file.description().find("\"subtypes\": \"1,3\"") != std::string::npos);
}

TEST_CASE("record: NumPy and h5py read the same numbers, names and declaration") {
    const auto net = make<Tiny>({.seed = 2});
    const auto images = some_images(5);
    const temp_folder folder;
    const workbench::record_options options{
        .steps = 3, .batch_size = 2, .arrays = arrays_of<Tiny>(record<V1, E>{}, all_logits{})};
    for (const auto* name : {"r.npz", "r.h5", "R.NPZ"}) workbench::record_to_file(*net, images, folder / name, options);
    workbench::record_to_file(*net, images, folder / "r.npy", {.steps = 3, .arrays = arrays_of<Tiny>(record<V1, E>{})});
    const auto ours = recording_file(folder / "r.npz").array("V1.E").sum().item<double>();
    CHECK(recording_file(folder / "R.NPZ").array("V1.E").sum().item<double>() == ours);
    const auto script = [&](const std::string& imports, const std::string& open, const std::string& more) {
        return fmt::format(
            "import json, numpy{}\nwith {} as file:\n"
            "    about = json.loads(numpy.asarray(file['description']).tobytes())\n"
            "    rates = numpy.asarray(file['V1.E'])\n"
            "    listed = [numpy.asarray(file[name]).tolist() for name in ('labels', 'images')]\n"
            "    print(rates.shape, rates.dtype, numpy.asarray(file['logits']).shape, *listed,\n"
            "          about['network']['name'], about['arrays']['V1.E']['axes'][2],\n"
            "          abs(rates.sum(dtype=float) - {}) < 1e-6)\n{}",
            imports, open, ours, more);
    };
    const std::string expected =
        "(5, 3, 4, 6, 5) float32 (5, 3, 3) [0, 1, 2, 0, 1] [0, 1, 2, 3, 4] Tiny subtype True\n";
    const auto with_numpy = python("numpy",
                                   script("", fmt::format("numpy.load('{}')", (folder / "r.npz").string()),
                                          fmt::format("print(numpy.load('{}').shape)\n", (folder / "r.npy").string())),
                                   folder);
    if (!with_numpy) WARN("no Python with NumPy here");
    if (with_numpy) CHECK(*with_numpy == expected + "(5, 3, 4, 6, 5)\n");
    const auto with_h5py =
        python("h5py", script(", h5py", fmt::format("h5py.File('{}')", (folder / "r.h5").string()), ""), folder);
    if (!with_h5py) WARN("no Python with h5py here");
    if (with_h5py) CHECK(*with_h5py == expected);
    CHECK(contents(folder / "r.npy.json").find("cortexpr recording") != std::string::npos);
}

TEST_CASE("record: sequences bring their steps, and evaluation leaves no trace") {
    const auto net = make<Tiny>({.dtype = at::kDouble});
    net->train();
    const auto draws = net->generator().get_state();
    const temp_folder folder;
    workbench::record_to_file(*net, normal({3, 2, 2, 6, 5}, 1), folder / "x.npz",
                              {.arrays = arrays_of<Tiny>(record<I>{})});
    CHECK(recording_file(folder / "x.npz").array("V1.I").size(1) == 2);
    CHECK(net->is_training());
    CHECK(net->generator().get_state().equal(draws));
}

#ifndef CORTEXPR_ADDRESS_SANITIZER  // which keeps what was given back
TEST_CASE("record: memory doesn't grow with the images") {
    const auto net = make<Tiny>({});
    const temp_folder folder;
    constexpr int many = 100'000;
    const auto images = some_images(many);
    const auto peak_of = [&](int count) {
        workbench::record_options options{.steps = 4, .arrays = arrays_of<Tiny>(record<V1, E>{}, record<V1, I>{})};
        for (int i = 0; i < count; ++i) options.images.push_back(i);
        forget_most_memory();
        workbench::record_to_file(*net, images, folder / "x.npz", options);
        return memory("VmHWM:");
    };
    peak_of(100);  // what a library does when it is first used
    const auto few = peak_of(1000), most = peak_of(many);
    const auto written = std::filesystem::file_size(folder / "x.npz");
    INFO(fmt::format("peak of 1,000 images {} bytes, of {} {}; {} bytes written", few, many, most, written));
    CHECK(written > static_cast<std::uintmax_t>(many) * 4 * 6 * 30 * 4);
    CHECK(most - std::min(most, few) < std::size_t{8} * 1000 * 1000);
}
#endif

TEST_CASE("record: what can't be recorded is refused, and nothing is left behind") {
    const auto net = make<Tiny>({});
    const auto& plan = plan_of<Tiny>;
    CHECK(refusal(*net, {}) == "nothing is to be recorded; name a neuron type, an output or the logits");
    const auto states = arrays_of<Tiny>(record<V1, E>{});
    CHECK(refusal(*net, {.arrays = {states[0], states[0]}}) == "V1.E is to be recorded twice; name all of it at once");
    CHECK(refusal(*net, {.steps = 3, .arrays = {array_in(plan, "V1.E:2..4")}}) ==
          "V1.E is to be recorded from step 2 to 4, but the run has steps 1 to 3");
    CHECK(refusal(*net, {.arrays = {array_in(plan, "V1.E[4]")}}) == "V1.E has subtypes 0 to 3, and no subtype 4");
    CHECK(refusal(*net, {.arrays = states, .images = {3}}) == "made up has images 0 to 2, and no image 3");
    CHECK(refusal(*net, {.arrays = states}, "x.mat").find("end it in .npz, .npy or .h5") != std::string::npos);
    CHECK(
        refusal(*net, {.arrays = arrays_of<Tiny>(record<V1, E>{}, record<V1, I>{})}, "x.npy").find("holds one array") !=
        std::string::npos);
    CHECK(message_of<usage_error>([&] { array_in(plan, "V1.F"); }) ==
          "Tiny has no neuron type \"V1.F\"; the nearest name is \"V1.E\"");
    CHECK(message_of<usage_error>([&] { array_in(plan, "V1.feedback"); }) ==
          "area V1 hears no feedback, so none can be recorded");
    CHECK(message_of<usage_error>([&] { array_in(plan_of<Two>, "logits"); }) ==
          "Two is no classifier, so it has no logits; record its outputs");
    CHECK(message_of<usage_error>([&] { array_in(plan_of<Two>, "output"); }) == "Two has 2 areas; write Lower.output");
    CHECK(message_of<usage_error>([&] { array_in(plan, "V1.E=2"); }).find("has no amount") != std::string::npos);
    const temp_folder folder;
    put(folder / "no.npz", "nothing");
    CHECK(is_sentence_about(message_of<file_error>([&] { recording_file(folder / "no.npz"); }), folder / "no.npz"));
    const auto nowhere = folder / "missing";
    CHECK(is_sentence_about(message_of<file_error>([&] {
                                workbench::record_to_file(*net, some_images(2), nowhere / "x.npz", {.arrays = states});
                            }),
                            nowhere / "x.npz"));
}

TEST_CASE("record: of a connectome, what a run gives is read back, by type and by cell") {
    const auto net = make<Sides>(pathway(), {.dtype = at::kDouble, .seed = 2});
    net->eval();
    const auto inputs = normal({7, 3}, 4).abs();
    const at::NoGradGuard no_gradients;
    const auto run = net->run(inputs, steps{4}, record_states{}, record_outputs{}, all_logits{});
    for (const int batch : {1, 3, 100}) {
        const temp_folder folder;
        auto arrays = arrays_of<Sides>(record<Medulla>{}, record_outputs{}, all_logits{});
        for (const auto* text : {"Lamina[1]:2..3", "R2"}) arrays.push_back(array_in(*net, text));
        workbench::record_to_file(*net, inputs, folder / "all.npz",
                                  {.steps = 4, .batch_size = batch, .arrays = arrays});
        const recording_file file(folder / "all.npz");
        CHECK(file.names() == std::vector<std::string>{"Medulla", "output", "logits", "LB", "R2", "images"});
        CHECK(file.array("Medulla").sizes() == at::IntArrayRef{7, 4, 4});
        CHECK(largest_difference(file.array("Medulla"), run.state<Medulla>()) < 1e-14);
        CHECK(largest_difference(file.array("output"), run.outputs) < 1e-14);
        CHECK(largest_difference(file.array("logits"), run.logits.transpose(0, 1)) < 1e-14);
        CHECK(at::equal(file.array("LB").squeeze(2), run.states.select(2, net->cell_of("LB")).slice(1, 1, 3)));
        CHECK(at::equal(file.array("R2").squeeze(2), run.states.select(2, net->cell_of("R2"))));
        // Which cells, by number where ids are no numbers.
        CHECK(file.array("Medulla.cells").equal(at::tensor({0, 3, 5, 8}, at::kLong)));
        const auto& about = file.description();
        for (const auto* words : {"\"cell_types\"", "\"Sides\"", "\"LB\"", "\"cells\": \"0..3\"", "dimensionless"})
            CHECK(about.find(words) != std::string::npos);
    }
}

TEST_CASE("record: of a perturbed connectome, chosen images and ids that are numbers") {
    auto data = pathway();
    for (std::size_t i = 0; i < data.graph.neurons.ids.size(); ++i)
        data.graph.neurons.ids[i] = std::to_string(720575940600000000 + static_cast<std::int64_t>(i));
    const auto net = make<Sides>(data, {.dtype = at::kDouble});
    const auto examples = views(6);
    const temp_folder folder;
    workbench::record_to_file(*net, examples, folder / "part.h5",
                              {.steps = 3, .arrays = {array_in(*net, "Eye")}, .images = {1}, .perturbations = {}});
    workbench::record_to_file(
        *net, examples, folder / "part.npz",
        {.steps = 3,
         .batch_size = 2,
         .arrays = {array_in(*net, "Medulla[1,3]"), array_in(*net, "Lamina")},
         .images = {1, 3, 4},
         .perturbations = {workbench::perturbation_in(*net, perturbation::kind::clamp, "Lamina:2..=0.75")}});
    const recording_file file(folder / "part.npz");
    CHECK((file.array("Lamina").slice(1, 1) == 0.75).all().item<bool>());
    CHECK((file.array("Lamina").select(1, 0) != 0.75).all().item<bool>());
    CHECK(file.array("images").equal(at::tensor({1, 3, 4}, at::kLong)));
    CHECK(file.array("labels").equal(at::tensor({1, 1, 0}, at::kLong)));
    CHECK(file.array("Medulla.cells").equal(at::tensor({720575940600000003, 720575940600000008}, at::kLong)));
    CHECK(file.description().find("clamp Lamina:2..=0.75") != std::string::npos);
    CHECK(file.description().find("\"ids\"") == std::string::npos);
    const auto run = net->run(images_of(examples, 4, 1).to(at::kDouble), steps{3}, record_states{},
                              clamp<Lamina>{.value = 0.75, .from = 2});
    CHECK(largest_difference(file.array("Medulla").select(0, 2),
                             run.state<Medulla>()[0].index_select(1, at::tensor({1, 3}))) < 1e-12);
}

#ifndef CORTEXPR_ADDRESS_SANITIZER  // which keeps what was given back
TEST_CASE("record: of a connectome, memory doesn't grow with the examples") {
    const auto net = make<Sides>(pathway());
    const temp_folder folder;
    constexpr int many = 200'000;
    const auto examples = views(many);
    const auto peak_of = [&](int count) {
        workbench::record_options options{.steps = 8, .arrays = arrays_of<Sides>(record<Medulla>{}, record<Eye>{})};
        for (int i = 0; i < count; ++i) options.images.push_back(i);
        forget_most_memory();
        workbench::record_to_file(*net, examples, folder / "x.npz", options);
        return memory("VmHWM:");
    };
    peak_of(100);
    const auto few = peak_of(2000), most = peak_of(many);
    CHECK(std::filesystem::file_size(folder / "x.npz") > static_cast<std::uintmax_t>(many) * 8 * 7 * 4);
    CHECK(most - std::min(most, few) < std::size_t{8} * 1000 * 1000);
}
#endif

TEST_CASE("record: what a connectome can't record is refused, and nothing is left behind") {
    const auto net = make<Pathway>(pathway());
    const temp_folder folder;
    const auto refused = [&](const workbench::record_options& options) {
        return message_of<usage_error>([&] { workbench::record_to_file(*net, views(3), folder / "x.npz", options); });
    };
    const auto eye = array_in(*net, "Eye");
    CHECK(refused({.arrays = {eye, eye}}) == "Eye is to be recorded twice; name all of it at once");
    CHECK(refused({.steps = 2, .arrays = {array_in(*net, "Eye:3")}}).find("the run has steps 1 to 2") !=
          std::string::npos);
    CHECK(refused({.arrays = {{.of = kind::feedback}}}).find("no feedback") != std::string::npos);
    CHECK(refused({.arrays = {{.of = kind::logits}}}).find("no classifier") != std::string::npos);
    CHECK(refused({.arrays = {{.index = 5}}}).find("cell type 5 is to be recorded, of 3") != std::string::npos);
    CHECK(folder.entries() == 0);
}

}  // namespace record_test
