// Bytes of kernels' calls, against figures derived by hand.

#include "kernels/cpu/counted_bytes.hpp"

#include "catch.hpp"

#include <array>
#include <cstdint>

namespace kernels_counted_bytes_test {

using namespace cortexpr::kernels;

constexpr int lanes = 8;
std::array<float, 1> here{};
const map_view<float> whole{here.data(), 64, 8}, one_position{here.data(), 0, 0};

/// A job on maps of 5 x 7 positions.
template <class Job>
Job sized() {
    Job job;
    job.height = 5;
    job.width = 7;
    return job;
}

TEST_CASE("kernels: a convolution reads each source channel once, however many blocks of targets it reaches") {
    // Channels 0 to 3 reach both blocks; 4 and 5, of a source that isn't read, the second one.
    const std::array<channel_range, 3> ranges{channel_range{0, 4, 0}, channel_range{0, 4, 0}, channel_range{4, 2, 1}};
    const std::array<channel_block, 2> blocks{channel_block{.vectors = 2, .first_range = 0, .ranges = 1},
                                              channel_block{.vectors = 1, .first_range = 1, .ranges = 2}};
    const auto connected = [&]<class Job>(Job job) {
        job.source = whole;
        job.kernel_height = job.kernel_width = 3;
        job.blocks = blocks.data();
        job.block_count = 2;
        job.ranges = ranges.data();
        return job;
    };
    auto job = connected(sized<convolution_job<float>>());
    job.target = whole;
    const int positions = 5 * 7, targets = 24, weights = 4 * 16 + 4 * 8 + 2 * 8;
    CHECK(bytes_of(job, false, lanes) == 4 * (positions * 6 + positions * targets + 9 * weights));
    CHECK(bytes_of(job, true, lanes) == 4 * (positions * 6 + positions * targets + 36 * weights));
    job.start = one_position;  // a bias
    CHECK(bytes_of(job, false, lanes) == 4 * (positions * 6 + positions * targets + 9 * weights));
    job.start = whole;
    CHECK(bytes_of(job, false, lanes) == 4 * (positions * 6 + 2 * positions * targets + 9 * weights));
    job.stride = 2;
    CHECK(bytes_of(job, false, lanes) == 4 * (4 * positions * 6 + 2 * positions * targets + 9 * weights));

    job.stride = 1;
    const std::array<std::uint8_t, 2> is_read{1, 0}, is_live{0, 1};
    job.source_is_read = is_read.data();
    job.block_is_live = is_live.data();
    CHECK(bytes_of(job, false, lanes) == 4 * (positions * 4 + 2 * positions * 8 + 9 * 4 * 8));

    auto gradient = connected(sized<weight_gradient_job<float>>());
    gradient.adjoint = whole;
    CHECK(bytes_of(gradient, false, lanes) == 4 * (positions * 6 + positions * targets + 2 * 9 * weights));
}

TEST_CASE("kernels: pointwise work reads and writes the maps that are there") {
    const int map = 4 * 5 * 7 * lanes;
    auto step = sized<step_job<float>>();
    step.drive = whole;
    step.before = whole;
    step.rate = one_position;
    step.after = whole;
    CHECK(bytes_of(step, lanes) == 3 * map);
    step.saved = step.after;
    CHECK(bytes_of(step, lanes) == 4 * map);
    auto adjoint = sized<step_adjoint_job<float>>();
    adjoint.saved = whole;
    adjoint.before = whole;
    adjoint.after_adjoint = whole;
    adjoint.drive_adjoint = adjoint.before_adjoint = whole;
    CHECK(bytes_of(adjoint, lanes) == 5 * map);
    adjoint.constant_drive_adjoint = whole;  // read and written
    CHECK(bytes_of(adjoint, lanes) == 7 * map);
    auto replay = sized<replay_job<float>>();
    replay.saved = whole;
    replay.before = whole;
    replay.after = whole;
    CHECK(bytes_of(replay, lanes) == 3 * map);
    auto apply = sized<apply_job<float>>();
    apply.value = whole;
    apply.sum = whole;
    CHECK(bytes_of(apply, lanes) == 3 * map);
    apply.replace = true;
    CHECK(bytes_of(apply, lanes) == 2 * map);
    auto back = sized<apply_adjoint_job<float>>();
    back.value = whole;
    back.sum_adjoint = whole;
    back.value_adjoint = whole;
    CHECK(bytes_of(back, lanes) == 3 * map);
}

/// A job on two neurons and three samples.
template <class Job>
Job of_neurons() {
    Job job;
    job.first = 1;
    job.last = 3;
    job.batch = 3;
    job.stride = 4;
    return job;
}

TEST_CASE("kernels: a connectome's step reads its synapses and the states of its neurons") {
    const std::array<std::int64_t, 4> starts{0, 3, 3, 10};
    const std::array<std::uint16_t, 10> short_ends{};
    const std::array<std::uint32_t, 10> long_ends{};
    auto step = of_neurons<sparse_step_job<float>>();
    step.rows = {.starts = starts.data(), .short_ends = short_ends.data()};
    step.drive = step.after = here.data();
    CHECK(bytes_of(step) == 4 * 2 * 4 * 2);  // no state before it: no synapse is read
    step.before = here.data();
    CHECK(bytes_of(step) == 7 * (2 + 4) + 4 * 2 * 4 * 3);
    step.rows = {.starts = starts.data(), .long_ends = long_ends.data()};
    CHECK(bytes_of(step) == 7 * (4 + 4) + 4 * 2 * 4 * 3);

    auto adjoint = of_neurons<sparse_adjoint_job<float>>();
    adjoint.columns = step.rows;
    adjoint.state = here.data();
    CHECK(bytes_of(adjoint) == 4 * 2 * 4 * 2);
    adjoint.drive_adjoint = adjoint.signed_state = adjoint.weight_gradient = here.data();
    CHECK(bytes_of(adjoint) == 7 * (4 + 3 * 4) + 4 * 2 * 4 * 4);
    adjoint.replace = adjoint.fresh = true;
    CHECK(bytes_of(adjoint) == 7 * (4 + 2 * 4) + 4 * 2 * 4 * 3);
}

}  // namespace kernels_counted_bytes_test
