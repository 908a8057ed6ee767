// What a perturbation costs: runs and training steps of the digits example's network with each kind of perturbation
// beside the same without, in pairs, one after the other.
//
//     bench_perturbed [--batch 256] [--steps 5] [--pairs 15] [--threads 2]
#include "digits.hpp"
#include "guarded.hpp"

#include <cortexpr/module/network_module.hpp>
#include <cortexpr/workbench/named_parts.hpp>

#include <ATen/Parallel.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/randn.h>
#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include <algorithm>
#include <chrono>
#include <string>
#include <vector>

namespace {

using namespace cortexpr;

double seconds_of(const auto& work) {
    const auto start = std::chrono::steady_clock::now();
    work();
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

double median(std::vector<double> values) {
    const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
    std::ranges::nth_element(values, middle);
    return *middle;
}

/// Medians over pairs: of the ratio, and of the seconds without and with the perturbation.
struct cost {
    double ratio = 0, plain = 0, perturbed = 0;
};

cost paired(int pairs, const auto& plain, const auto& perturbed) {
    plain();
    perturbed();
    std::vector<double> ratios, without, with;
    for (int i = 0; i < pairs; ++i) {
        // Each goes first in turn.
        const double first = i % 2 == 0 ? seconds_of(plain) : seconds_of(perturbed);
        const double second = i % 2 == 0 ? seconds_of(perturbed) : seconds_of(plain);
        without.push_back(i % 2 == 0 ? first : second);
        with.push_back(i % 2 == 0 ? second : first);
        ratios.push_back(with.back() / without.back());
    }
    return {median(ratios), median(without), median(with)};
}

int run(int argc, char** argv) {
    CLI::App app("costs of perturbations");
    int batch = 256, steps = 5, pairs = 15, threads = 2;
    app.add_option("--batch", batch);
    app.add_option("--steps", steps);
    app.add_option("--pairs", pairs);
    app.add_option("--threads", threads);
    CLI11_PARSE(app, argc, argv);
    at::set_num_threads(threads);
    const auto& plan = plan_of<Digits>;
    network_module net(plan);
    const auto images = at::randn({batch, 1, 28, 28});
    fmt::print("batch {}, {} steps, {} threads, {} pairs\n{:28} {:>9} {:>7}   {:>13} {:>7}\n", batch, steps, threads,
               pairs, "", "run, ms", "ratio", "training, ms", "ratio");
    for (const auto* text : {"silence V1.I", "silence V1.I:3..", "silence V1.I[0..3]", "silence V1.E@10..12,5:2..4",
                             "clamp V1.E=0.5", "inject V1.E=0.5", "inject V1.E[3]@10..12,5:2..4=0.5", "noise V1.E=0.1",
                             "noise V1.E[3]=0.1", "scale_edge V1.E-V1.I=0.5", "scale_edge V1.E-V1.I:2..3=0.5",
                             "cut V1.I-V1.E", "cut V1.I-V1.E:3..", "freeze_tau V1.E=2", "freeze_tau V1.E"}) {
        const auto one = workbench::perturbation_in(plan, std::string_view(text));
        const auto run = [&](const std::vector<perturbation>& perturbations) {
            return net.run(images, {.steps = steps, .perturbations = perturbations, .answer_only = true});
        };
        net.eval();
        const auto only_run = [&](const std::vector<perturbation>& perturbations) {
            const at::NoGradGuard no_gradients;
            run(perturbations);
        };
        const auto forward = paired(
            pairs, [&] { only_run({}); }, [&] { only_run({one}); });
        net.train();
        const auto step = [&](const std::vector<perturbation>& perturbations) {
            net.zero_grad();
            run(perturbations).logits.square().sum().backward();
        };
        const auto training = paired(
            pairs, [&] { step({}); }, [&] { step({one}); });
        fmt::print("{:28} {:9.1f} {:7.2f}   {:13.1f} {:7.2f}\n", text, 1e3 * forward.perturbed, forward.ratio,
                   1e3 * training.perturbed, training.ratio);
    }
    return 0;
}

}  // namespace

int main(int argc, char** argv) {
    return bench::guarded("bench_perturbed", [&] { return run(argc, argv); });
}
