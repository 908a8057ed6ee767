// What a perturbation costs: runs and training steps of the digits example's network, and of two areas with feedback,
// with each kind of perturbation beside the same without, in pairs, one after the other.
//
//     bench_perturbed [--batch 16,256] [--threads 1,2] [--steps 5] [--pairs 15]
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
#include <ranges>
#include <span>
#include <string_view>
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

// Two areas, the lower of which hears the upper one.
struct Edge : area<input<1, 28, 28>, feedback_channels<16>, neurons<E, I>,
                   connectivity<                 //  E  I  output
                       from<stimulus, 1, 1, 0>,  //
                       from<top_down, 1, 0, 0>,  //
                       from<E, 1, 1, 1>,         //
                       from<I, 1, 1, 0>>,        //
                   output<32>> {};
struct Shape : area<input<32, 14, 14>, neurons<E, I>,
                    connectivity<from<stimulus, 1, 1, 0>, from<E, 1, 1, 1>, from<I, 1, 1, 0>>, output<32>> {};
struct Hierarchy : classifier<network<Edge, Shape, feedback<Shape, Edge>>, classes<10>, hidden<256>, dropout<0.5>> {};

constexpr std::string_view of_digits[]{
    "silence V1.I",
    "silence V1.I:3..",
    "silence V1.I[0..3]",
    "silence V1.E@10..12,5:2..4",
    "clamp V1.E=0.5",
    "inject V1.E=0.5",
    "inject V1.E[3]@10..12,5:2..4=0.5",
    "noise V1.E=0.1",
    "noise V1.E[3]=0.1",
    "noise V1.E#0..3=0.1",
    "scale_edge V1.E-V1.I=0.5",
    "scale_edge V1.E-V1.I:2..3=0.5",
    "cut V1.I-V1.E",
    "cut V1.I-V1.E:3..",
    "freeze_tau V1.E=2",
    "freeze_tau V1.E:2..3=2",
    "freeze_tau V1.E",
    "silence V1.I:3..; cut V1.E-V1.I",
    "inject V1.E=0.5; noise V1.I=0.1",
    "clamp V1.E[3]=0.5; inject V1.I=0.5; scale_edge V1.I-V1.E=0.5; freeze_tau V1.I=2",
    "noise V1.E=0.1; noise V1.I=0.1; clamp V1.I[0..3]=0.5; scale_edge V1.I-V1.E:2..3=0.5; freeze_tau V1.E:2..3=2"};
constexpr std::string_view of_hierarchy[]{"silence Edge.I:3..",
                                          "clamp Edge.E=0.5",
                                          "inject Edge.E=0.5",
                                          "noise Edge.E=0.1",
                                          "noise Shape.E=0.1",
                                          "scale_edge Edge.E-Edge.I:2..3=0.5",
                                          "cut Edge.I-Edge.E:3..",
                                          "scale_edge Shape-Edge:2..3=0.5",
                                          "cut Shape-Edge",
                                          "cut Shape-Edge:3..",
                                          "silence Edge.I:3..; inject Shape.E=0.5; cut Shape-Edge"};

/// Several, with semicolons between.
std::vector<perturbation> perturbations_in(const plan::network& plan, std::string_view text) {
    std::vector<perturbation> all;
    for (const auto part : text | std::views::split(std::string_view("; ")))
        all.push_back(workbench::perturbation_in(plan, std::string_view(part.begin(), part.end())));
    return all;
}

struct workload {
    int batch = 16, threads = 1, steps = 5, pairs = 15;
};

void print_costs(const plan::network& plan, std::span<const std::string_view> perturbations, const workload& of) {
    at::set_num_threads(of.threads);
    network_module net(plan);
    const auto& input = plan.areas.front().input;
    const auto images = at::randn({of.batch, input.channels, input.height, input.width});
    fmt::print("\n{}, batch {}, {} steps, {} threads, {} pairs\n{:112} {:>8} {:>6}   {:>12} {:>6}\n", plan.name,
               of.batch, of.steps, of.threads, of.pairs, "", "run, ms", "ratio", "training, ms", "ratio");
    for (const auto text : perturbations) {
        const auto some = perturbations_in(plan, text);
        const auto run = [&](const std::vector<perturbation>& all) {
            return net.run(images, {.steps = of.steps, .perturbations = all, .answer_only = true});
        };
        const auto only_run = [&](const std::vector<perturbation>& all) {
            const at::NoGradGuard no_gradients;
            run(all);
        };
        const auto step = [&](const std::vector<perturbation>& all) {
            net.zero_grad();
            run(all).logits.square().sum().backward();
        };
        net.eval();
        const auto forward = paired(
            of.pairs, [&] { only_run({}); }, [&] { only_run(some); });
        net.train();
        const auto training = paired(
            of.pairs, [&] { step({}); }, [&] { step(some); });
        fmt::print("{:112} {:8.1f} {:6.2f}   {:12.1f} {:6.2f}\n", text, 1e3 * forward.perturbed, forward.ratio,
                   1e3 * training.perturbed, training.ratio);
    }
}

int run(int argc, char** argv) {
    CLI::App app("costs of perturbations");
    std::vector<int> batches{16, 256}, threads{1, 2};
    workload of;
    app.add_option("--batch", batches)->delimiter(',');
    app.add_option("--threads", threads)->delimiter(',');
    app.add_option("--steps", of.steps);
    app.add_option("--pairs", of.pairs);
    CLI11_PARSE(app, argc, argv);
    for (const int count : threads)
        for (const int batch : batches) {
            of.threads = count;
            of.batch = batch;
            print_costs(plan_of<Digits>, of_digits, of);
            print_costs(plan_of<Hierarchy>, of_hierarchy, of);
        }
    return 0;
}

}  // namespace

int main(int argc, char** argv) {
    return bench::guarded("bench_perturbed", [&] { return run(argc, argv); });
}
