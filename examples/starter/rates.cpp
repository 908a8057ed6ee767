// Rates of V1 for digits of a folder, written to a file:  rates FOLDER
#include "network.hpp"

#include <cortexpr/data/load_images.hpp>
#include <cortexpr/io/standard_streams.hpp>
#include <cortexpr/module/model.hpp>
#include <cortexpr/module/tensor_files.hpp>
#include <cortexpr/train/images_of.hpp>

#include <cstdio>

using namespace cortexpr;

int main(int argc, char** argv) {
    if (argc != 2) return std::puts("usage: rates FOLDER"), 2;
    try {
        const auto digits = data::load_images(argv[1], data::split::test);
        auto net = make<Reader>({.device = "cpu", .seed = 1});
        const auto run = net->run(images_of(digits, 0, 32), steps{5}, record<V1, Exc>{});
        save_tensors("rates.safetensors", {{"rates", run.state<V1, Exc>()}});
        std::printf("%zu file of rates\n", load_tensors("rates.safetensors").size());
        return io::status_at_end("rates", 0);
    } catch (const std::exception& fault) {
        return std::fprintf(stderr, "%s\n", fault.what()), 1;
    }
}
