// Recordings read back, from files of each kind; files that are none, or not whole.

#include "catch.hpp"
#include "executors/networks.hpp"
#include "io/npy.hpp"
#include "peak_memory.hpp"
#include "temp_folder.hpp"

#include <cortexpr/module/model.hpp>
#include <cortexpr/module/tensor_files.hpp>
#include <cortexpr/workbench/plots.hpp>
#include <cortexpr/workbench/record.hpp>

#include <hdf5.h>

#include <fmt/format.h>

#include <array>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <vector>

namespace workbench_recording_file_test {

using namespace cortexpr;
using namespace cortexpr::test;
using workbench::recording_file;

namespace {

std::string refusal(const std::filesystem::path& file) {
    return message_of<file_error>([&] {
        const recording_file recording(file);
        for (const auto& name : recording.names()) recording.array(name);
    });
}

struct Fitted : regressor<network<V1>, targets<2>, hidden<7>, readout_pool<pool_mode::max>> {};

/// An HDF5 file with a description and a data set of `count` doubles, none of which is stored.
void put_hollow(const std::filesystem::path& file, hsize_t count) {
    const auto made = ::H5Fcreate(file.c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
    const auto add = [&](const char* name, hid_t type, hsize_t size, const void* values) {
        const auto space = ::H5Screate_simple(1, &size, nullptr);
        const auto set = ::H5Dcreate2(made, name, type, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
        if (values != nullptr) ::H5Dwrite(set, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, values);
        ::H5Dclose(set);
        ::H5Sclose(space);
    };
    const std::string description = R"({"format": "cortexpr recording", "arrays": {"V1.E": {}}})";
    add("description", H5T_NATIVE_UINT8, description.size(), description.data());
    add("V1.E", H5T_NATIVE_DOUBLE, count, nullptr);
    ::H5Fclose(made);
}

}  // namespace

TEST_CASE("a recording is the same from an .npz, an HDF5 and an .npy file", "[recording]") {
    const temp_folder folder;
    const auto net = make<Tiny>({.seed = 3});
    const workbench::record_options options{.steps = 2, .arrays = {workbench::array_in(plan_of<Tiny>, "V1.E")}};
    for (const auto* name : {"r.npz", "r.h5", "r.hdf5", "r.npy"})
        workbench::record_to_file(*net, normal({3, 2, 6, 5}, 4, at::kFloat), folder / name, options);
    const recording_file expected(folder / "r.npz");
    CHECK(expected.array("V1.E").dim() == 5);
    for (const auto* name : {"r.h5", "r.hdf5", "r.npy"}) {
        const recording_file file(folder / name);
        INFO(name);
        CHECK(file.description() == expected.description());
        CHECK(at::equal(file.array("V1.E"), expected.array("V1.E")));
        const bool is_whole = std::string(name) != "r.npy";
        CHECK(file.names() == (is_whole ? expected.names() : std::vector<std::string>{"V1.E"}));
        if (is_whole) CHECK(at::equal(file.array("images"), expected.array("images")));
    }
}

TEST_CASE("a model's parameters are no recording, and told as what they are", "[recording]") {
    const temp_folder folder;
    save_tensors((folder / "m.npz").string(), {{"rnn.areas.0.convs.0->0.0.weight", at::zeros({1})}});
    CHECK(contains(refusal(folder / "m.npz"), "is a model's parameters, and no recording"));
}

TEST_CASE("a regressor's rates are recorded into an .npy file without its targets", "[recording]") {
    const temp_folder folder;
    const auto net = make<Fitted>({.seed = 3});
    data::labelled_images examples{};
    examples.count = 4;
    examples.channels = examples.target_count = 2;
    examples.height = 6;
    examples.width = 5;
    examples.source = "made up";
    examples.pixels.assign(4 * examples.image_size(), 100);
    examples.targets.assign(8, 0.5F);
    const workbench::record_options options{.steps = 2, .arrays = {workbench::array_in(plan_of<Fitted>, "V1.I")}};
    for (const auto* name : {"r.npz", "r.npy"}) workbench::record_to_file(*net, examples, folder / name, options);
    const recording_file whole(folder / "r.npz"), one(folder / "r.npy");
    CHECK(whole.array("targets").sizes() == at::IntArrayRef{4, 2});
    CHECK(one.names() == std::vector<std::string>{"V1.I"});
    CHECK(at::equal(one.array("V1.I"), whole.array("V1.I")));
}

TEST_CASE("what is no recording is refused by its name, at every length", "[recording]") {
    const temp_folder folder;
    const auto net = make<Tiny>({.seed = 3});
    workbench::record_to_file(*net, normal({3, 2, 6, 5}, 4, at::kFloat), folder / "whole.h5",
                              {.steps = 1, .arrays = {workbench::array_in(plan_of<Tiny>, "V1.E")}});
    const auto whole = contents(folder / "whole.h5");
    for (std::size_t length = 0; length < whole.size(); length += 97) {
        put(folder / "cut.h5", whole.substr(0, length));
        INFO("length " << length);
        CHECK(contains(refusal(folder / "cut.h5"), "cut.h5"));
    }
    for (const auto* name : {"text.h5", "text.npz", "text.npy"}) {
        put(folder / name, "no recording");
        CHECK(contains(refusal(folder / name), name));
        CHECK(contains(refusal(folder / fmt::format("missing-{}", name)), name));
    }
    put(folder / "text.npy.json", "{}");
    CHECK(contains(refusal(folder / "text.npy"), "is no recording: its description says nothing of arrays"));
    put(folder / "text.npy.json", R"({"format": 3, "arrays": {}})");
    CHECK(contains(refusal(folder / "text.npy"), "is no recording"));
}

TEST_CASE("what a recording says of its arrays is what was written of them", "[recording]") {
    const temp_folder folder;
    const auto sizes = std::array{std::uint64_t{4}};
    put(folder / "flat.npy", io::npy_start("<f8", sizes) + std::string(32, '\0'));
    const auto describe = [&](std::string_view arrays) {
        put(folder / "flat.npy.json", fmt::format(R"({{"format": "cortexpr recording", "arrays": {}}})", arrays));
    };
    for (const auto* arrays : {R"({"V1.E": 5})", R"({"V1.E": {"of": 5}})", R"({"V1.E": {"steps": [1, 2]}})"}) {
        describe(arrays);
        CHECK(contains(refusal(folder / "flat.npy"), "says of the array 'V1.E' what cortexpr never wrote"));
    }
    describe(R"({"V1.E": {"of": "states", "steps": "2..5"}})");
    const auto told = [&](std::optional<int> image = {}) {
        const recording_file recording(folder / "flat.npy");
        const auto message = message_of<file_error>([&] {
            image ? static_cast<void>(workbench::activity_maps(recording, image))
                  : static_cast<void>(workbench::rate_traces(recording));
        });
        CHECK(is_sentence_about(message, folder / "flat.npy"));
        return message;
    };
    CHECK(contains(told(),
                   "its array 'V1.E' has 1 axes, where images and steps are two, so it isn't as it was recorded"));
    const auto write = [&](std::initializer_list<std::uint64_t> of, const char* type = "<f8") {
        std::uint64_t count = 1;
        for (const auto size : of) count *= size;
        put(folder / "flat.npy", io::npy_start(type, std::vector(of)) + std::string(8 * count, '\0'));
    };
    write({2, 4, 1, 1, 1});
    CHECK(workbench::rate_traces(recording_file(folder / "flat.npy")).curves.front().x ==
          std::vector<double>{2, 3, 4, 5});
    write({2, 3});
    CHECK(contains(told(), "has 3 steps, and its description says 4"));
    write({2, 0});
    CHECK(contains(told(), "is empty"));
    for (const auto* steps : {"x", "5..2", "0..3", "2..x"}) {
        describe(fmt::format(R"({{"V1.E": {{"steps": "{}"}}}})", steps));
        write({2, 4});
        CHECK(contains(told(), "by its description, which are none"));
    }
    describe(R"({"V1.E": {"steps": "1..4", "axes": ["image", "step", "cell"]}})");
    CHECK(contains(told(), "has 2 axes, and its description says 3"));
    describe(R"({"V1.E": {"steps": "1..4"}}, "images": {"count": 7})");
    CHECK(contains(told(), "has 2 images, and its description says 7"));
    CHECK(contains(told(3), "has 2 images, and its description says 7"));
    describe(R"({"logits": {"of": "logits"}})");
    CHECK(contains(told(), "has no rates; record a neuron type"));
}

TEST_CASE("a data set that the file doesn't hold costs no memory", "[recording]") {
    const temp_folder folder;
    put_hollow(folder / "hollow.h5", hsize_t{1} << 40U);
    forget_most_memory();
    const auto before = memory("VmHWM:");
    CHECK(contains(refusal(folder / "hollow.h5"), "'V1.E' is larger than what the file holds of it"));
    CHECK(memory("VmHWM:") - before < std::size_t{8} << 20U);
}

}  // namespace workbench_recording_file_test
