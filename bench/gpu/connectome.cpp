// The kernels of connectomes, on drawn ones; timed on one of flyvis's size.

#include "device.hpp"
#include "executors/sparse/device_order.hpp"
#include "kernels/cuda/host_sparse.hpp"

namespace gpu_bench {
namespace {

/// A drawn connectome, with some cells that have many synapses, and the numbers of one step and of its adjoint.
struct connectome_example {
    int cells, batch;
    std::vector<std::int32_t> types, pre, post;
    std::vector<float> weights, sign, rate, drive, before, drive_adjoint, arriving;
    std::vector<std::uint16_t> function_of;
    std::vector<cell_function> functions;

    connectome_example(int cells, std::size_t synapses, int batch, bool mixed) : cells(cells), batch(batch) {
        std::mt19937 generator(1);
        const auto below = [&](int count) {
            return static_cast<std::int32_t>(generator() % static_cast<unsigned>(count));
        };
        const int types_count = 65;
        for (int cell = 0; cell < cells; ++cell) types.push_back(below(types_count));
        for (std::size_t k = 0; k < synapses; ++k) {  // pairs may come twice: no kernel minds
            post.push_back(k % 50 == 0 ? below(8) : below(cells));
            pre.push_back(k % 50 == 1 ? below(8) : (post.back() + below(2000)) % cells);
        }
        const auto size = static_cast<std::size_t>(cells) * static_cast<std::size_t>(batch);
        weights = drawn(synapses, 0, 0.1, 2);
        rate = drawn(static_cast<std::size_t>(cells), 0.2, 1, 3);
        for (int cell = 0; cell < cells; ++cell) sign.push_back(cell % 3 == 0 ? -1.0F : 1.0F);
        drive = drawn(size, -1, 1, 4);
        before = drawn(size, 0, 1, 5);
        drive_adjoint = drawn(size, -1, 1, 6);
        arriving = drawn(size, -1, 1, 7);
        for (int type = 0; type < types_count; ++type)
            functions.push_back(
                {.members = {mixed ? static_cast<activation>(type % activation_count) : activation::sigmoid}});
        function_of.assign(types.begin(), types.end());
    }
    std::size_t size() const { return before.size(); }
};

/// Results of a step and an adjoint, all of them.
struct connectome_results {
    std::vector<float> after, saved, state, next_drive, constant_drive_adjoint, weights, rates;

    explicit connectome_results(const connectome_example& of)
        : after(of.size()),
          saved(of.size()),
          state(of.size()),
          next_drive(of.size()),
          constant_drive_adjoint(of.size()),
          weights(of.weights.size()),
          rates(of.rate.size()) {}
};

synapse_order order_of(const executors::sparse::device_order& from, const std::int32_t* cells,
                       const std::int32_t* starts, const std::int32_t* ends) {
    return {.lines = static_cast<int>(from.cells.size()),
            .long_lines = from.long_lines,
            .synapses = static_cast<int>(from.synapses.size()),
            .cells = cells,
            .starts = starts,
            .ends = ends};
}

/// The example's memory on the device.
class connectome_run {
  public:
    explicit connectome_run(const connectome_example& from)
        : rows_(executors::sparse::order_by_line(from.types, from.post, from.pre, from.types.size())),
          columns_(executors::sparse::order_by_line(from.types, from.pre, from.post, from.types.size())),
          start_(from),
          lists_{on_device(rows_.cells),    on_device(rows_.starts),    on_device(rows_.ends),
                 on_device(columns_.cells), on_device(columns_.starts), on_device(columns_.ends)},
          function_of_(from.function_of),
          functions_(from.functions),
          inputs_{on_device(from.weights), on_device(from.sign),   on_device(from.rate),
                  on_device(from.drive),   on_device(from.before), on_device(from.drive_adjoint),
                  on_device(from.arriving)},
          results_{on_device(start_.after),
                   on_device(start_.saved),
                   on_device(start_.state),
                   on_device(start_.next_drive),
                   on_device(start_.constant_drive_adjoint),
                   on_device(start_.weights),
                   on_device(start_.rates)} {
        const cell_rules rules{function_of_.data(), functions_.data(), inputs_[1].data(), inputs_[2].data()};
        step = {.batch = from.batch,
                .rows = order_of(rows_, lists_[0].data(), lists_[1].data(), lists_[2].data()),
                .weights = inputs_[0].data(),
                .rules = rules,
                .drive = inputs_[3].data(),
                .before = inputs_[4].data(),
                .after = results_[0].data(),
                .saved = results_[1].data()};
        adjoint = {.batch = from.batch,
                   .columns = order_of(columns_, lists_[3].data(), lists_[4].data(), lists_[5].data()),
                   .weights = inputs_[0].data(),
                   .rules = rules,
                   .drive_adjoint = inputs_[5].data(),
                   .states = inputs_[4].data(),
                   .arriving = inputs_[6].data(),
                   .state = results_[2].data(),
                   .weight_gradient = results_[5].data(),
                   .next = {.saved = results_[1].data(),
                            .before = inputs_[4].data(),
                            .drive = results_[3].data(),
                            .constant_drive_adjoint = results_[4].data(),
                            .rate_sum = results_[6].data()},
                   .is_first = false,
                   .sets_weights = false};
    }

    void run_step() const { check(CORTEXPR_LOADED(cortexpr_cuda_cell_step)(&step, nullptr)); }
    void run_adjoint() const { check(CORTEXPR_LOADED(cortexpr_cuda_cell_adjoint)(&adjoint, nullptr)); }
    std::vector<float> result(std::size_t i) const { return results_[i].values(); }

    cell_step_job step;
    cell_adjoint_job adjoint;

  private:
    executors::sparse::device_order rows_, columns_;
    connectome_results start_;
    on_device<std::int32_t> lists_[6];
    on_device<std::uint16_t> function_of_;
    on_device<cell_function> functions_;
    on_device<float> inputs_[7], results_[7];
};

void check_connectome(const std::string& name, const connectome_example& one) {
    std::vector<std::vector<float>> found[2];
    for (auto& each : found) {
        const connectome_run device(one);
        device.run_step();
        device.run_adjoint();
        for (std::size_t i = 0; i < 7; ++i) each.push_back(device.result(i));
    }
    report("connectome, " + name + ": the same bits twice", found[0] == found[1] ? 0 : 1, 0);

    const auto rows = executors::sparse::order_by_line(one.types, one.post, one.pre, one.types.size()),
               columns = executors::sparse::order_by_line(one.types, one.pre, one.post, one.types.size());
    connectome_results here(one);
    const cell_rules rules{one.function_of.data(), one.functions.data(), one.sign.data(), one.rate.data()};
    const host::sparse_launch host{.threads = 256};
    host.step({.batch = one.batch,
               .rows = order_of(rows, rows.cells.data(), rows.starts.data(), rows.ends.data()),
               .weights = one.weights.data(),
               .rules = rules,
               .drive = one.drive.data(),
               .before = one.before.data(),
               .after = here.after.data(),
               .saved = here.saved.data()});
    const cell_slopes next{.saved = here.saved.data(),
                           .before = one.before.data(),
                           .drive = here.next_drive.data(),
                           .constant_drive_adjoint = here.constant_drive_adjoint.data(),
                           .rate_sum = here.rates.data()};
    host.adjoint({.batch = one.batch,
                  .columns = order_of(columns, columns.cells.data(), columns.starts.data(), columns.ends.data()),
                  .weights = one.weights.data(),
                  .rules = rules,
                  .drive_adjoint = one.drive_adjoint.data(),
                  .states = one.before.data(),
                  .arriving = one.arriving.data(),
                  .state = here.state.data(),
                  .weight_gradient = here.weights.data(),
                  .next = next});
    const char* names[] = {"states",  "saved", "states' adjoints", "drives' adjoints", "sums of these",
                           "weights", "rates"};
    const std::vector<float>* expected[] = {
        &here.after,   &here.saved, &here.state, &here.next_drive, &here.constant_drive_adjoint,
        &here.weights, &here.rates};
    for (std::size_t i = 0; i < 7; ++i)
        report("connectome, " + name + ": " + names[i], error_of(found[0][i], *expected[i]), 2e-5);
}

}  // namespace

void check_connectomes() {
    for (const int batch : {1, 3, 16, 40, 132})
        check_connectome("batch " + std::to_string(batch), connectome_example(3'000, 60'000, batch, true));
}

void time_connectomes() {
    const char* before = "\"connectome\": {";
    for (const int batch : {1, 16, 32, 64}) {
        const connectome_run run(connectome_example(45'669, 1'500'000, batch, false));
        const double step = microseconds([&] { run.run_step(); });
        const double adjoint = microseconds([&] { run.run_adjoint(); });
        std::printf("%s\"%d\": {\"step_us\": %.1f, \"adjoint_us\": %.1f}", before, batch, step, adjoint);
        before = ", ";
    }
    std::printf("}");
}

}  // namespace gpu_bench
