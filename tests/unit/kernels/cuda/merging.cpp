// Merging parameters and splitting gradients, run on the CPU's stand-in for a thread block.

#include "catch.hpp"
#include "kernels/cuda/host_kernels.hpp"

#include <vector>

using namespace cortexpr::kernels::cuda;

TEST_CASE("merging: sums of signed elements and rates; the adjoint") {
    const std::vector<float> excitatory{1, 2, 3}, inhibitory{10, 20}, tau{4};
    merged_parameters from;
    from.all[0] = {excitatory.data(), 1, 0};
    from.all[1] = {inhibitory.data(), -1, 3};
    from.all[2] = {tau.data(), 0, 5};
    from.count = 3;
    from.elements = 6;
    // Numbers: a sum of two parameters' elements, one of a single element, none, and the rate of two channels.
    const std::vector<std::int32_t> elements{0, 4,  -1, 5,  5,  //
                                             3, -1, -1, -1, -1};
    std::vector<float> merged(5, NAN);
    const merge_job merge{.from = from, .size = 5, .terms = 2, .elements = elements.data(), .numbers = merged.data()};
    host::merge(&merge, nullptr);
    CHECK(merged == std::vector<float>{-9, -20, 0, 0.25F, 0.25F});

    const std::vector<std::int32_t> targets{0,  -1, -1, 0,  1,  3,  //
                                            -1, -1, -1, -1, -1, 4};
    const std::vector<float> gradient{5, 7, 100, 1, 3};
    std::vector<float> split(6, NAN);
    const split_job adjoint{.from = from,
                            .most_numbers = 2,
                            .numbers = targets.data(),
                            .gradient = gradient.data(),
                            .gradients = split.data()};
    host::split(&adjoint, nullptr);
    CHECK(split == std::vector<float>{5, 0, 0, -5, -7, -0.25F});
}
