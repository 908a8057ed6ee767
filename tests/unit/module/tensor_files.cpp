// Tensors to files and back, and examples of a data set as tensors.

#include "catch.hpp"
#include "temp_folder.hpp"

#include <ATen/ops/arange.h>
#include <ATen/ops/ones.h>
#include <ATen/ops/stack.h>
#include <cortexpr/error.hpp>
#include <cortexpr/module/tensor_files.hpp>
#include <cortexpr/train/images_of.hpp>

#include <vector>

namespace module_tensor_files_test {

using namespace cortexpr;
using namespace cortexpr::test;

TEST_CASE("tensors come back from a file") {
    const temp_folder folder;
    const std::string path = folder / "tensors.safetensors";
    const auto numbers = at::arange(6, at::kFloat).view({2, 3});
    save_tensors(path, {{"numbers", numbers.t()}, {"ones", at::ones({4}, at::kDouble)}});
    const auto read = load_tensors(path);
    REQUIRE(read.size() == 2);
    CHECK(read.at("numbers").equal(numbers.t()));
    CHECK(read.at("ones").equal(at::ones({4}, at::kDouble)));
    CHECK(message_of<usage_error>([&] {
              save_tensors(path, {{"whole", at::ones({2}, at::kLong)}});
          }) == "whole is no tensor of float32 or float64; convert it with .to(at::kFloat)");
    CHECK(load_tensors(path).size() == 2);
    CHECK(is_sentence_about(message_of<file_error>([&] { load_tensors(folder / "none"); }), folder / "none"));
}

TEST_CASE("examples of a data set are tensors") {
    data::labelled_images set;
    set.count = set.classes = 3;
    set.channels = set.height = 1;
    set.width = 2;
    set.source = "three";
    set.pixels = {0, 255, 51, 102, 255, 0};
    set.labels = {2, 0, 1};
    set.scale = {0.5F, 0.5F};
    CHECK(images_of(set).sizes() == at::IntArrayRef{3, 1, 1, 2});
    CHECK(images_of(set, 2)[0].flatten().equal(at::arange(1, -2, -2, at::kFloat)));
    CHECK(labels_of(set, 1, 2).equal(at::arange(2)));
    const std::vector<std::uint32_t> chosen{2, 0};
    CHECK(images_of(set, chosen).equal(at::stack({images_of(set, 2)[0], images_of(set, 0, 1)[0]})));
    CHECK(labels_of(set, chosen).equal(at::arange(1, 3)));
    CHECK(message_of<usage_error>([&] { images_of(set, 2, 2); }) == "three holds 3 examples; there are no 2 from 2 on");
}

}  // namespace module_tensor_files_test
