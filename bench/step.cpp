// Times one training step and one forward pass of the seed example's network, and prints one JSON object. The opponent
// is reference_step.py; run.py pairs the two.

#include "digits.hpp"

#include <cortexpr/plan/lower.hpp>
#include <cortexpr/torch/network_module.hpp>

#include <torch/torch.h>
#include <nlohmann/json.hpp>

#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <functional>
#include <iostream>
#include <string>
#include <vector>

namespace {

using cortexpr::network_module;

struct settings {
    int threads = 2, batch = 256, network_steps = 5, warmup = 2, repeats = 5;
    cortexpr::executor executor = cortexpr::executor::planned;
};

settings parse(int argc, char** argv) {
    settings given;
    for (int i = 1; i + 1 < argc; i += 2) {
        const std::string name = argv[i];
        const std::string text = argv[i + 1];
        const int value = std::atoi(text.c_str());
        if (name == "--executor")
            for (const auto one : {cortexpr::executor::transparent, cortexpr::executor::batched})
                if (text == name_of(one)) given.executor = one;
        if (name == "--threads") given.threads = value;
        if (name == "--batch") given.batch = value;
        if (name == "--num-steps") given.network_steps = value;
        if (name == "--warmup") given.warmup = value;
        if (name == "--repeats") given.repeats = value;
    }
    return given;
}

std::vector<double> seconds(const settings& with, const std::function<void()>& work) {
    std::vector<double> measured;
    for (int i = 0; i < with.warmup + with.repeats; ++i) {
        const auto start = std::chrono::steady_clock::now();
        work();
        const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - start;
        if (i >= with.warmup) measured.push_back(taken.count());
    }
    std::sort(measured.begin(), measured.end());
    return measured;
}

nlohmann::json summary(const std::vector<double>& sorted) {
    return {{"min_s", sorted.front()}, {"median_s", sorted[sorted.size() / 2]}};
}

at::Tensor loss_of(network_module& network, const at::Tensor& images, const at::Tensor& labels, int steps) {
    cortexpr::run_request request;
    request.steps = steps;
    request.answer_only = true;
    return torch::nn::functional::cross_entropy(network.run(images, request).logits, labels);
}

/// The largest error of any parameter's gradient in float32 against the transparent executor in float64, relative to
/// that gradient's largest element.
double gradient_error(const settings& with) {
    network_module coarse(cortexpr::plan_of<Digits>, {.seed = 1, .executor = with.executor});
    network_module fine(cortexpr::plan_of<Digits>,
                        {.dtype = at::kDouble, .seed = 1, .executor = cortexpr::executor::transparent});
    coarse.eval();
    fine.eval();
    const int count = static_cast<int>(fine.plan().parameters.size());
    {
        const torch::NoGradGuard no_gradient;
        for (int i = 0; i < count; ++i) fine.parameter(i).copy_(coarse.parameter(i));
    }
    const auto images = torch::randn({with.batch, 1, 28, 28});
    const auto labels = torch::randint(0, 10, {with.batch}, at::kLong);
    loss_of(coarse, images, labels, with.network_steps).backward();
    loss_of(fine, images.to(at::kDouble), labels, with.network_steps).backward();
    double worst = 0;
    for (int i = 0; i < count; ++i) {
        const auto& exact = fine.parameter(i).grad();
        if (!exact.defined()) continue;
        const auto scale = exact.abs().max().item<double>();
        const auto error = (coarse.parameter(i).grad().to(at::kDouble) - exact).abs().max().item<double>();
        if (scale > 0) worst = std::max(worst, error / scale);
    }
    return worst;
}

}  // namespace

int main(int argc, char** argv) {
    const auto with = parse(argc, argv);
    at::set_num_threads(with.threads);
    torch::manual_seed(1);
    network_module network(cortexpr::plan_of<Digits>, {.seed = 1, .executor = with.executor});
    const auto images = torch::randn({with.batch, 1, 28, 28});
    const auto labels = torch::randint(0, 10, {with.batch}, at::kLong);
    torch::optim::Adam optimiser(network.parameters(), torch::optim::AdamOptions(1e-3));

    const auto train = seconds(with, [&] {
        const auto loss = loss_of(network, images, labels, with.network_steps);
        optimiser.zero_grad();
        loss.backward();
        optimiser.step();
        network.project();
    });
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    const auto forward = seconds(with, [&] {
        const torch::NoGradGuard no_gradient;
        cortexpr::run_request request;
        request.steps = with.network_steps;
        request.answer_only = true;
        network.run(images, request);
    });
    std::cout << nlohmann::json{{"threads", with.threads},
                                {"batch", with.batch},
                                {"num_steps", with.network_steps},
                                {"train", summary(train)},
                                {"forward", summary(forward)},
                                {"peak_bytes", usage.ru_maxrss * 1024},
                                {"gradient_error", gradient_error(with)}}
              << '\n';
    return 0;
}
