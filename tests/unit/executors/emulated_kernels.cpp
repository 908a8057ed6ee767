#include "executors/emulated_kernels.hpp"

#include "executors/device_kernels.hpp"
#include "kernels/cuda/host_kernels.hpp"
#include "kernels/cuda/host_sparse.hpp"

namespace cortexpr::test {

namespace {

emulated_kernels::counts called;
std::size_t shared_bytes_there = 0;
bool is_failing = false;
constexpr int failed = 700;

template <auto Function, int emulated_kernels::counts::*Count, class Job>
int counted(const Job* job, void* stream) {
    ++(called.*Count);
    return is_failing ? failed : Function(job, stream);
}

int shared_bytes(int /*device*/, std::size_t* bytes) {
    *bytes = shared_bytes_there;
    return 0;
}

namespace host = kernels::cuda::host;
using counts = emulated_kernels::counts;

const executors::device_kernels table{
    .step = counted<host::step, &counts::steps>,
    .step_adjoint = counted<host::step_adjoint, &counts::step_adjoints>,
    .maxima = counted<host::maxima, &counts::maxima>,
    .maxima_adjoint = counted<host::maxima_adjoint, &counts::maxima_adjoints>,
    .on_chip_choose = host::on_chip_choose,
    .on_chip_forward = counted<host::on_chip_forward, &counts::on_chip_forward>,
    .on_chip_backward = counted<host::on_chip_backward, &counts::on_chip_backward>,
    .cell_step = counted<host::cell_step, &counts::cell_steps>,
    .cell_adjoint = counted<host::cell_adjoint, &counts::cell_adjoints>,
    .line_product = counted<host::line_product, &counts::line_products>,
    .reorder = counted<host::reorder, &counts::reorders>,
    .group_sums = counted<host::group_sums, &counts::group_sums>,
    .shared_bytes = shared_bytes,
    .error_text = [](int) { return "an illegal memory access was encountered"; },
};

}  // namespace

emulated_kernels::emulated_kernels(std::size_t shared_bytes) {
    using enum kernels::nonlinearity;
    kernels::cuda::sized::host::known<kernels::cuda::sized::shape{
        9, 12, 2, 26, 6, 3, 3, 0b01, 0b01, {sigmoid, softplus}}>();
    called = {};
    is_failing = false;
    shared_bytes_there = shared_bytes;
    executors::put_on_cpu(&table);
}
emulated_kernels::~emulated_kernels() { executors::put_on_cpu(nullptr); }

emulated_kernels::counts emulated_kernels::calls() { return called; }
void emulated_kernels::fail() { is_failing = true; }

}  // namespace cortexpr::test
