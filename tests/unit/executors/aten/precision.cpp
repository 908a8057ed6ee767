#include "executors/aten/precision.hpp"

#include "catch.hpp"

#include <ATen/Context.h>
#include <torch/types.h>

#include <memory>

namespace aten_precision_test {

using namespace cortexpr;
using executors::float32_precision;

namespace {

using enum at::Float32Precision;

class convolutions_set_to {
  public:
    explicit convolutions_set_to(at::Float32Precision precision) { set(precision); }
    convolutions_set_to(const convolutions_set_to&) = delete;
    convolutions_set_to& operator=(const convolutions_set_to&) = delete;
    ~convolutions_set_to() { set(before_); }

    static at::Float32Precision now() {
        return at::globalContext().float32Precision(at::Float32Backend::CUDA, at::Float32Op::CONV);
    }

  private:
    static void set(at::Float32Precision precision) {
        at::globalContext().setFloat32Precision(at::Float32Backend::CUDA, at::Float32Op::CONV, precision);
    }

    at::Float32Precision before_ = now();
};

bool same_bits() { return at::globalContext().deterministicCuDNN(); }

auto scope(precision wanted) { return std::make_unique<float32_precision>(wanted); }

}  // namespace

TEST_CASE("precision: scopes of threads that end in another order than they began give back what was set") {
    const bool bits_before = same_bits();
    for (const bool bits : {false, true}) {
        at::globalContext().setDeterministicCuDNN(bits);
        const convolutions_set_to tf32(TF32);
        auto first = scope(precision::float32);
        CHECK(convolutions_set_to::now() == IEEE);
        auto second = scope(precision::float32);
        first.reset();
        CHECK(convolutions_set_to::now() == IEEE);
        CHECK(same_bits());
        second.reset();
        CHECK(convolutions_set_to::now() == TF32);
        CHECK(same_bits() == bits);
    }
    at::globalContext().setDeterministicCuDNN(bits_before);
}

TEST_CASE("precision: the most exact of the open scopes holds") {
    const convolutions_set_to ieee(IEEE);
    auto rough = scope(precision::tf32);
    CHECK(convolutions_set_to::now() == TF32);
    auto exact = scope(precision::float32);
    CHECK(convolutions_set_to::now() == IEEE);
    rough.reset();
    CHECK(convolutions_set_to::now() == IEEE);
    rough = scope(precision::tf32);
    CHECK(convolutions_set_to::now() == IEEE);
    exact.reset();
    CHECK(convolutions_set_to::now() == TF32);
    rough.reset();
    CHECK(convolutions_set_to::now() == IEEE);
}

TEST_CASE("precision: a scope of another thread hides nothing of what the process is set to") {
    const auto products = at::globalContext().float32Precision(at::Float32Backend::MKLDNN, at::Float32Op::MATMUL);
    at::globalContext().setFloat32Precision(at::Float32Backend::MKLDNN, at::Float32Op::MATMUL, BF16);
    CHECK(float32_precision::lowers_products(at::kCPU));
    {
        const float32_precision exact(precision::float32);
        CHECK(at::globalContext().float32Precision(at::Float32Backend::MKLDNN, at::Float32Op::MATMUL) == IEEE);
        CHECK(float32_precision::lowers_products(at::kCPU));
    }
    at::globalContext().setFloat32Precision(at::Float32Backend::MKLDNN, at::Float32Op::MATMUL, products);
    CHECK_FALSE(float32_precision::lowers_products(at::kCPU));
}

}  // namespace aten_precision_test
