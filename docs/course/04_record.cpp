// Rates by type and step while test digits are shown, in C++:  record MODEL
#include "digits.hpp"

#include <cortexpr/data/load_images.hpp>
#include <cortexpr/module/model.hpp>
#include <cortexpr/train/images_of.hpp>

#include <torch/types.h>

#include <cstdio>

int main(int argc, char** argv) {
    if (argc != 2) return std::puts("usage: record MODEL"), 2;
    try {
        const at::NoGradGuard no_gradients;
        const auto net = make<Digits>();
        net->load(argv[1]);
        net->eval();  // no dropout
        const auto digits = data::load_images("digits", data::split::test);
        const auto run = net->run(images_of(digits, 0, 100), step_count<5>{}, record<V1, Pyr>{}, record<V1, PV>{});

        const at::Tensor pyr = run.state<V1, Pyr>();  // (100 images, 5 steps, 8 subtypes, 28, 28)
        const at::Tensor pv = run.state<V1, PV>();
        std::puts("step   Pyr     PV");
        for (int step = 0; step < 5; ++step)
            std::printf("%d      %.3f   %.3f\n", step + 1, pyr.select(1, step).mean().item<double>(),
                        pv.select(1, step).mean().item<double>());

        // A part of it by name. subtype<8>{} does not compile: Pyr has the subtypes 0 to 7.
        const at::Tensor one = run.query<V1, Pyr>(in_batch{3}, subtype<2>{}, position<14, 14>{});
        std::printf("\nPyr, subtype 2, row 14, column 14, the fourth image:");
        for (int step = 0; step < 5; ++step) std::printf(" %.3f", one[step].item<double>());
        std::puts("");
    } catch (const std::exception& fault) {
        return std::fprintf(stderr, "record: %s\n", fault.what()), 1;
    }
}
