// The memory that a device was asked for.

#include "module/device_memory.hpp"

#include "catch.hpp"
#include "gpu.hpp"

#include <ATen/ops/zeros.h>

#include <c10/core/Device.h>

namespace module_device_memory_test {

using namespace cortexpr;

namespace {

struct E : excitatory<4> {};
struct Area : area<input<1, 4, 4>, neurons<E>, connectivity<from<stimulus, 1, 0>, from<E, 1, 1>>, output<2>> {};
struct Tiny : network<Area> {};

}  // namespace

TEST_CASE("device memory: the CPU's isn't counted") { CHECK_FALSE(peak_memory_of(c10::Device("cpu"))); }

TEST_CASE("cuda: device memory counts what tensors hold", "[.cuda]") {
    if (!test::has_gpu(plan_of<Tiny>)) return;
    constexpr std::int64_t bytes = std::int64_t{64} << 20;
    const c10::Device device("cuda:0");
    const auto before = peak_memory_of(device);
    const auto held = at::zeros({bytes}, at::TensorOptions(at::kByte).device(device));
    const auto after = peak_memory_of(device);
    REQUIRE((before && after));
    CHECK(after->held_by_tensors >= bytes);
    CHECK(after->taken >= after->held_by_tensors);
    CHECK(before->held_by_tensors <= after->held_by_tensors);
}

}  // namespace module_device_memory_test
