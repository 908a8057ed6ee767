// Head, loss, merging of parameters and the optimiser's step.

#include "device.hpp"
#include "kernels/cuda/host_kernels.hpp"

#include <deque>

namespace gpu_bench {
namespace {

/// The digits example's head: memory on the device, and jobs that point to it; the same on the CPU.
class head_example {
  public:
    head_example(const head_sizes& sizes, bool there)
        : sizes_(sizes),
          first_(drawn(count(sizes.hidden * sizes.features), -0.2, 0.2, 1)),
          first_bias_(drawn(count(sizes.hidden), -0.2, 0.2, 2)),
          second_(drawn(count(sizes.classes * sizes.hidden), -0.1, 0.1, 3)),
          second_bias_(drawn(count(sizes.classes), -0.1, 0.1, 4)),
          features_(drawn(count(sizes.rows * sizes.features), -1, 1, 5)),
          units_(count(sizes.rows * sizes.hidden)),
          work_(units_.size()),
          logits_(count(sizes.rows * sizes.classes)),
          logit_adjoint_(logits_.size()),
          feature_adjoint_(features_.size()),
          gradients_(count(sizes.hidden * (sizes.features + 1) + sizes.classes * (sizes.hidden + 1))),
          partial_(count(2 * loss_blocks(sizes.rows))),
          loss_(1),
          report_(2),
          seed_{12345},
          labels_(count(sizes.rows)) {
        for (std::size_t i = 0; i < labels_.size(); ++i)
            labels_[i] = static_cast<std::int64_t>(i * 7 % count(sizes.classes));
        auto at = [&](auto& values) { return there ? copies_.put(values) : values.data(); };
        const head_weights weights{at(first_), at(first_bias_), at(second_), at(second_bias_)};
        forward = {.sizes = sizes,
                   .weights = weights,
                   .features = at(features_),
                   .dropout = 0.5F,
                   .seed = at(seed_),
                   .units = at(units_),
                   .logits = at(logits_)};
        loss = {.rows = sizes.rows,
                .classes = sizes.classes,
                .examples = sizes.rows,
                .smoothing = 0.1F,
                .logits = forward.logits,
                .labels = at(labels_),
                .partial = at(partial_),
                .loss = at(loss_),
                .report = at(report_),
                .logit_adjoint = at(logit_adjoint_)};
        float* gradients = at(gradients_);
        const int first = sizes.hidden * sizes.features, second = sizes.classes * sizes.hidden;
        backward = {.sizes = sizes,
                    .weights = weights,
                    .features = forward.features,
                    .dropout = 0.5F,
                    .units = forward.units,
                    .logit_adjoint = loss.logit_adjoint,
                    .unit_adjoint = at(work_),
                    .feature_adjoint = at(feature_adjoint_),
                    .first = gradients,
                    .first_bias = gradients + first,
                    .second = gradients + first + sizes.hidden,
                    .second_bias = gradients + first + sizes.hidden + second};
    }

    /// Logits, their adjoint, features' adjoint, all gradients; loss and number of right answers.
    std::vector<std::vector<float>> results() {
        std::vector<std::vector<float>> all{logits_, logit_adjoint_, feature_adjoint_, gradients_};
        auto report = report_;
        const bool is_there = forward.logits != logits_.data();
        if (is_there) {
            all = {values(forward.logits, logits_.size()), values(loss.logit_adjoint, logit_adjoint_.size()),
                   values(backward.feature_adjoint, feature_adjoint_.size()),
                   values(backward.first, gradients_.size())};
            report = values(loss.report, 2);
        }
        all.push_back({static_cast<float>(report[0]), static_cast<float>(report[1])});
        return all;
    }

    head_job forward;
    loss_job loss;
    head_adjoint_job backward;

  private:
    static std::size_t count(int number) { return static_cast<std::size_t>(number); }

    head_sizes sizes_;
    std::vector<float> first_, first_bias_, second_, second_bias_, features_, units_, work_, logits_, logit_adjoint_,
        feature_adjoint_, gradients_, partial_, loss_;
    std::vector<double> report_;
    std::vector<std::int64_t> seed_, labels_;
    device_copies copies_;
};

void run_head(const head_example& there) {
    check(CORTEXPR_LOADED(cortexpr_cuda_head)(&there.forward, nullptr));
    check(CORTEXPR_LOADED(cortexpr_cuda_loss)(&there.loss, nullptr));
    check(CORTEXPR_LOADED(cortexpr_cuda_head_adjoint)(&there.backward, nullptr));
}

void check_head(const std::string& name, const head_sizes& sizes) {
    head_example here(sizes, false), there(sizes, true);
    host::head(&here.forward, nullptr);
    host::loss(&here.loss, nullptr);
    host::head_adjoint(&here.backward, nullptr);
    run_head(there);
    const auto found = there.results(), expected = here.results();
    run_head(there);
    report("head, " + name + ": the same bits twice", found == there.results() ? 0 : 1, 0);
    const char* names[] = {"logits", "logits' adjoint", "features' adjoint", "gradients", "loss and right answers"};
    for (std::size_t i = 0; i < found.size(); ++i)
        report("head, " + name + ": " + names[i], error_of(found[i], expected[i]), 1e-5);
}

/// Parameters of many sizes, here or on the device.
class update_example {
  public:
    update_example(const step_rule& rule, float clip_norm, const std::vector<int>& sizes, bool there) {
        for (std::size_t i = 0; i < sizes.size(); ++i) {
            const auto size = static_cast<std::size_t>(sizes[i]);
            const auto seed = static_cast<unsigned>(10 * i);
            auto& segment = segments_.emplace_back();
            segment.values = put(drawn(size, 1, 2, seed), there);
            segment.gradient = put(drawn(size, -1, 1, seed + 1), there);
            segment.kept[0] = put(drawn(size, 0, 0.1, seed + 2), there);
            segment.kept[1] = put(drawn(size, 0, 0.1, seed + 3), there);
            segment.count = put({static_cast<float>(i % 5)}, there);
            segment.decay = i % 2 == 0 ? put({0.1F}, there) : nullptr;
            segment.rate = put({0.01F}, there);
            segment.size = sizes[i];
            segment.least = 1;
        }
        const auto blocks = assign_blocks(segments_.data(), static_cast<int>(segments_.size()));
        job = {.rule = rule,
               .segments = segments_.data(),
               .segment_count = static_cast<int>(segments_.size()),
               .loss = put({1.0F}, there),
               .clip_norm = clip_norm,
               .scales = reinterpret_cast<update_scale*>(put(std::vector<float>(5 * segments_.size()), there)),
               .square_partial = put(std::vector<float>(static_cast<std::size_t>(blocks)), there)};
    }

    /// Values and what is kept.
    std::vector<float> results(bool there) const {
        std::vector<float> all;
        for (const auto& segment : segments_)
            for (const float* from : {segment.values, segment.kept[0], segment.kept[1]}) {
                const auto size = static_cast<std::size_t>(segment.size);
                const auto some = there ? values(from, size) : std::vector<float>(from, from + size);
                all.insert(all.end(), some.begin(), some.end());
            }
        return all;
    }

    update_job job;

  private:
    float* put(std::vector<float> numbers, bool there) {
        here_.push_back(std::move(numbers));
        return there ? copies_.put(here_.back()) : here_.back().data();
    }

    std::vector<update_segment> segments_;
    std::deque<std::vector<float>> here_;
    device_copies copies_;
};

const step_rule adam_rule{.kind = step_kind::adam, .mean_decay = 0.9, .square_decay = 0.999, .epsilon = 1e-8};

void check_update(const std::string& name, const step_rule& rule, float clip_norm) {
    std::vector<int> sizes;
    for (int i = 0; i < 50; ++i) sizes.push_back(1 + i * 97 % 700);
    update_example here(rule, clip_norm, sizes, false), there(rule, clip_norm, sizes, true);
    for (int step = 0; step < 2; ++step) {
        host::update(&here.job, nullptr);
        check(CORTEXPR_LOADED(cortexpr_cuda_update)(&there.job, nullptr));
    }
    report("update, " + name, error_of(there.results(true), here.results(false)), 1e-6);
}

/// A list as long as the digits example's, each number of one element or two.
struct merging_example {
    std::vector<float> weights = drawn(12000, 0, 1, 1), taus = drawn(32, 1, 2, 2), gradient = drawn(11000, -1, 1, 3);
    std::vector<std::int32_t> elements, numbers;

    merging_example() : elements(22000, -1), numbers(12032, -1) {
        for (std::int32_t i = 0; i < 12032; ++i) {
            const std::int32_t number = i % 11000;
            numbers[static_cast<std::size_t>(i)] = number;
            elements[static_cast<std::size_t>(i)] = i;  // the second row begins at 11000
        }
    }
    /// The same on the host or the device, and where results go: merged numbers, elements' gradients.
    struct arrays {
        const float *weights, *taus, *gradient;
        const std::int32_t *elements, *numbers;
        float *merged, *gradients;
    };
    arrays here(std::vector<float>& merged, std::vector<float>& gradients) const {
        return {weights.data(), taus.data(),   gradient.data(), elements.data(),
                numbers.data(), merged.data(), gradients.data()};
    }
    arrays there(device_copies& copies) const {
        return {copies.put(weights),
                copies.put(taus),
                copies.put(gradient),
                copies.put(elements),
                copies.put(numbers),
                copies.put(std::vector<float>(11000)),
                copies.put(std::vector<float>(12032))};
    }

    static void set_jobs(merge_job& merge, split_job& split, const arrays& of) {
        merged_parameters from;
        from.all[0] = {of.weights, -1, 0};
        from.all[1] = {of.taus, 0, 12000};
        from.count = 2;
        from.elements = 12032;
        merge = {.from = from, .size = 11000, .terms = 2, .elements = of.elements, .numbers = of.merged};
        split = {
            .from = from, .most_numbers = 1, .numbers = of.numbers, .gradient = of.gradient, .gradients = of.gradients};
    }
};

void check_merging() {
    const merging_example one;
    std::vector<float> merged(11000), gradients(12032);
    merge_job merge;
    split_job split;
    merging_example::set_jobs(merge, split, one.here(merged, gradients));
    host::merge(&merge, nullptr);
    host::split(&split, nullptr);
    device_copies copies;
    merging_example::set_jobs(merge, split, one.there(copies));
    check(CORTEXPR_LOADED(cortexpr_cuda_merge)(&merge, nullptr));
    check(CORTEXPR_LOADED(cortexpr_cuda_split)(&split, nullptr));
    report("merging: numbers", error_of(values(merge.numbers, 11000), merged), 1e-6);
    report("merging: gradients", error_of(values(split.gradients, 12032), gradients), 1e-6);
}

}  // namespace

void check_training_step() {
    check_head("seed", {256, 32, 256, 10});
    check_head("many classes", {300, 45, 150, 130});
    check_head("one of each", {1, 1, 1, 1});
    check_update("adam", adam_rule, 0);
    check_update("adam, clipped", adam_rule, 2);
    auto adamw = adam_rule;
    adamw.decouples_decay = true;
    check_update("adamw", adamw, 0);
    check_update("sgd", {.kind = step_kind::sgd, .nesterov = true, .momentum = 0.9}, 0);
    check_update("rmsprop", {.kind = step_kind::rmsprop, .square_decay = 0.99, .momentum = 0.5, .epsilon = 1e-8}, 0);
    check_merging();
}

void time_training_step() {
    head_example head({256, 32, 256, 10}, true);
    const double forward = microseconds([&] { check(CORTEXPR_LOADED(cortexpr_cuda_head)(&head.forward, nullptr)); });
    const double loss = microseconds([&] { check(CORTEXPR_LOADED(cortexpr_cuda_loss)(&head.loss, nullptr)); });
    const double backward =
        microseconds([&] { check(CORTEXPR_LOADED(cortexpr_cuda_head_adjoint)(&head.backward, nullptr)); });
    // The digits example's parameters: weights and biases of 7 edges, two time constants, the head.
    update_example parameters(
        adam_rule, 0, {144, 144, 2304, 2304, 2304, 2304, 4608, 16, 16, 16, 16, 16, 16, 32, 16, 16, 8192, 256, 2560, 10},
        true);
    const double update = microseconds([&] { check(CORTEXPR_LOADED(cortexpr_cuda_update)(&parameters.job, nullptr)); });
    const merging_example list;
    device_copies copies;
    merge_job merge;
    split_job split;
    merging_example::set_jobs(merge, split, list.there(copies));
    const double merging = microseconds([&] { check(CORTEXPR_LOADED(cortexpr_cuda_merge)(&merge, nullptr)); });
    const double splitting = microseconds([&] { check(CORTEXPR_LOADED(cortexpr_cuda_split)(&split, nullptr)); });
    std::printf(
        "\"head_us\": %.1f, \"loss_us\": %.1f, \"head_adjoint_us\": %.1f, \"update_us\": %.1f, \"merge_us\": %.1f, "
        "\"split_us\": %.1f",
        forward, loss, backward, update, merging, splitting);
}

}  // namespace gpu_bench
