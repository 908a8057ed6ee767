// The trainer: what it learns, what it reports, that it stops and goes on without a trace, and what it refuses.

#include "networks.hpp"
#include "temp_folder.hpp"

#include <cortexpr/module/network_module.hpp>
#include <cortexpr/train/checkpoint.hpp>
#include <cortexpr/train/initialise.hpp>
#include <cortexpr/train/learning_rate.hpp>
#include <cortexpr/train/trainer.hpp>

#include <torch/types.h>

#include <limits>
#include <numeric>
#include <vector>

#include <catch.hpp>

namespace train_test::trainer_test {

namespace {

using Catch::Matchers::Contains;

training_options small_options() {
    training_options options;
    options.epochs = 2;
    options.batch_size = 16;
    options.steps = 3;
    options.learning_rate = 1e-2;
    options.warm_up = 0;
    options.seed = 7;
    options.log_every = 2;
    return options;
}

/// Counts what it is told, and stops after a number of batches.
class counting_observer : public training_observer {
  public:
    explicit counting_observer(const network_module* network = nullptr,
                               int stop_after = std::numeric_limits<int>::max())
        : network_(network), left_(stop_after) {}

    void epoch_begins(int epoch, std::int64_t batches, std::int64_t done) override {
        calls += "b";
        CHECK(epoch >= 1);
        CHECK(done <= batches);
    }
    void step_done(const training_sums& interval, std::int64_t images) override {
        calls += "s";
        CHECK(interval.iterations > 0);
        CHECK(images > 0);
        images_seen += images;
        --left_;
        if (network_ == nullptr) return;
        for (std::size_t i = 0; i < network_->plan().parameters.size(); ++i) {
            const auto constraint = network_->plan().parameters[i].constraint;
            const double smallest = network_->parameter(static_cast<int>(i)).min().item<double>();
            if (constraint == plan::parameter::bound::non_negative) CHECK(smallest >= 0);
            if (constraint == plan::parameter::bound::at_least_one) CHECK(smallest >= 1);
        }
    }
    void interval_done(const interval_record&) override { calls += "i"; }
    void evaluation_begins() override { calls += "v"; }
    void epoch_done(const epoch_record& record, const training_state& state) override {
        calls += "e";
        CHECK(state.epochs == record.epoch);
        CHECK(state.batches == 0);
    }
    bool wants_stop() override { return left_ <= 0; }

    std::string calls;
    std::int64_t images_seen = 0;

  private:
    const network_module* network_;
    int left_;
};

std::shared_ptr<network_module> fresh(const plan::network& network = plan_of<Small>) {
    return std::make_shared<network_module>(network, module_options{.device = "cpu", .seed = 1});
}

bool equal_bits(const network_module& one, const network_module& other) {
    for (int i = 0; i < static_cast<int>(one.plan().parameters.size()); ++i)
        if (!at::equal(one.parameter(i), other.parameter(i))) return false;
    return true;
}

/// Equal but for the seconds.
void check_equal(const training_log& one, const training_log& other) {
    REQUIRE(one.intervals.size() == other.intervals.size());
    REQUIRE(one.epochs.size() == other.epochs.size());
    const auto check_sums = [](const training_sums& a, const training_sums& b) {
        CHECK(a.iterations == b.iterations);
        CHECK(a.images == b.images);
        CHECK(a.correct == b.correct);
        CHECK(a.losses == b.losses);
    };
    for (std::size_t i = 0; i < one.intervals.size(); ++i) {
        CHECK(one.intervals[i].iteration == other.intervals[i].iteration);
        check_sums(one.intervals[i].sums, other.intervals[i].sums);
    }
    for (std::size_t i = 0; i < one.epochs.size(); ++i) {
        CHECK(one.epochs[i].test_loss == other.epochs[i].test_loss);
        CHECK(one.epochs[i].test_accuracy == other.epochs[i].test_accuracy);
        check_sums(one.epochs[i].train, other.epochs[i].train);
    }
}

}  // namespace

TEST_CASE("training learns, and keeps Dale's law at every step", "[train]") {
    const auto images = bright_halves(192), held_out = bright_halves(64);
    const auto network = fresh();
    auto options = small_options();
    options.epochs = 4;
    counting_observer observer(network.get());
    const auto log = train(*network, images, held_out, options, observer);
    REQUIRE(log.epochs.size() == 4);
    CHECK(log.epochs.back().test_accuracy > 0.9);
    CHECK(log.epochs.back().test_loss < log.epochs.front().test_loss);
    CHECK_FALSE(network->is_training());
    CHECK(observer.images_seen == 4 * 192);
}

TEST_CASE("training learns from the balanced initialisation, through feedback too", "[train]") {
    const auto images = bright_halves(192, 2, 1, 8, 8), held_out = bright_halves(64);
    for (const auto* plan : {&plan_of<Small>, &plan_of<TwoAreas>}) {
        const auto network = fresh(*plan);
        auto sample = at::empty({64, 1, 8, 8});
        const auto order = std::vector<std::uint32_t>{[] {
            std::vector<std::uint32_t> all(64);
            for (std::uint32_t i = 0; i < 64; ++i) all[i] = i;
            return all;
        }()};
        data::normalise(images, order, std::span(sample.data_ptr<float>(), 64 * 64));
        initialise(*network, initialisation::balanced, 2, sample, 3);
        counting_observer observer(network.get());
        auto options = small_options();
        options.learning_rate = 1e-3;
        options.epochs = 10;
        const auto log = train(*network, images, held_out, options, observer);
        CAPTURE(std::string(plan->name));
        CHECK(log.epochs.back().test_accuracy > 0.9);
    }
}

TEST_CASE("what the observer hears, and means without leftovers", "[train]") {
    const auto images = bright_halves(72), held_out = bright_halves(20);  // five batches, the last of 8 images
    const auto network = fresh();
    counting_observer observer;
    const auto log = train(*network, images, held_out, small_options(), observer);
    CHECK(observer.calls == "bssissisivebssissisive");
    REQUIRE(log.intervals.size() == 6);
    REQUIRE(log.epochs.size() == 2);
    double loss = 0;
    std::int64_t correct = 0, seen = 0;
    for (int i = 0; i < 3; ++i) {
        const auto& record = log.intervals[static_cast<std::size_t>(i)];
        CHECK(record.epoch == 1);
        CHECK(record.sums.iterations == (i < 2 ? 2 : 1));
        loss += record.sums.losses;
        correct += record.sums.correct;
        seen += record.sums.images;
    }
    CHECK(log.intervals[2].iteration == 5);
    CHECK(log.intervals[3].sums.iterations == 2);
    for (const auto& record : log.intervals)
        CHECK(record.learning_rate == learning_rate_at(small_options(), record.iteration - 1, 5));
    CHECK(log.epochs[1].learning_rate == learning_rate_at(small_options(), 9, 5));
    CHECK(log.epochs[0].train.iterations == 5);
    CHECK(log.epochs[0].train.images == 72);
    CHECK(seen == 72);
    CHECK(log.epochs[0].train.correct == correct);
    CHECK(log.epochs[0].train.mean_loss() == Approx(loss / 72));  // the last batch is smaller
    CHECK(log.epochs[0].train.loading_seconds > 0);
    CHECK(log.epochs[0].train.loading_seconds < log.epochs[0].train.seconds);
    // A mean of cross entropies over two classes, not their sum.
    CHECK(log.intervals[0].sums.mean_loss() < 2.0);
    CHECK(training_sums{}.mean_loss() == 0.0);
}

TEST_CASE("the seed decides every bit", "[train]") {
    const auto images = bright_halves(40), held_out = bright_halves(20);
    const auto one = fresh(), same = fresh(), other = fresh();
    counting_observer observer;
    auto options = small_options();
    const auto log = train(*one, images, held_out, options, observer);
    check_equal(log, train(*same, images, held_out, options, observer));
    CHECK(equal_bits(*one, *same));
    options.seed = 8;
    train(*other, images, held_out, options, observer);
    CHECK_FALSE(equal_bits(*one, *other));
}

TEST_CASE("a run that stops after any batch and goes on ends like one that did not", "[train]") {
    const auto images = bright_halves(72), held_out = bright_halves(20);
    const auto straight = fresh();
    counting_observer observer;
    training_state whole;
    train(*straight, images, held_out, small_options(), observer, whole);
    for (int stop = 1; stop <= 10; ++stop) {
        CAPTURE(stop);
        const auto network = fresh();
        training_state state;
        counting_observer stopping(nullptr, stop), going_on;
        CHECK(train(*network, images, held_out, small_options(), stopping, state) == training_end::stopped);
        CHECK(state.iterations == stop);
        CHECK(train(*network, images, held_out, small_options(), going_on, state) == training_end::finished);
        CHECK(equal_bits(*straight, *network));
        check_equal(whole.log, state.log);
        REQUIRE(state.average.size() == whole.average.size());
        for (std::size_t i = 0; i < whole.average.size(); ++i) CHECK(at::equal(state.average[i], whole.average[i]));
    }
}

TEST_CASE("running means are what is tested and kept", "[train]") {
    class recording : public training_observer {
      public:
        explicit recording(const network_module& network) : network_(network), mean_(network.parameter(0).clone()) {}
        void step_done(const training_sums&, std::int64_t) override {
            const double decay = std::min(0.8, (steps_ + 1) / (steps_ + 11));
            mean_ = decay * mean_ + (1 - decay) * network_.parameter(0).detach();
            ++steps_;
        }
        const at::Tensor& mean() const { return mean_; }

      private:
        const network_module& network_;
        at::Tensor mean_;
        double steps_ = 0;
    };
    const auto images = bright_halves(72), held_out = bright_halves(20);
    auto options = small_options();
    options.averaging = 0.8;
    const auto network = fresh();
    recording observer(*network);
    training_state state;
    train(*network, images, held_out, options, observer, state);
    CHECK((state.average[0] - observer.mean()).abs().max().item<double>() < 1e-6);
    const auto stepped = network->parameter(0).clone();
    {
        const averaged_parameters shown(*network, state.average);
        CHECK(at::equal(network->parameter(0), state.average[0]));
        CHECK_FALSE(at::equal(network->parameter(0), stepped));
        CHECK(evaluate(*network, held_out, {.steps = 3, .batch_size = 16}).loss == state.log.epochs.back().test_loss);
    }
    CHECK(at::equal(network->parameter(0), stepped));
    // Without a state the network keeps them; without averaging it keeps what Adam stepped.
    const auto kept = fresh(), plain = fresh();
    counting_observer silent;
    train(*kept, images, held_out, options, silent);
    CHECK(at::equal(kept->parameter(0), state.average[0]));
    options.averaging = 0;
    train(*plain, images, held_out, options, silent);
    CHECK(at::equal(plain->parameter(0), stepped));
}

TEST_CASE("a run ends when none is better, and the best epoch is what is kept", "[train]") {
    const auto images = bright_halves(72), held_out = bright_halves(20);
    auto options = small_options();
    options.epochs = 40;
    options.learning_rate = 0.5;  // later epochs are worse
    options.averaging = 0;
    options.patience = 2;
    options.keep_best = true;
    const auto network = fresh(), in_parts = fresh(), again = fresh();
    counting_observer observer;
    training_state state;
    CHECK(train(*network, images, held_out, options, observer, state) == training_end::finished);
    const auto* best = best_epoch(state.log);
    REQUIRE(best != nullptr);
    for (const auto& epoch : state.log.epochs) {
        const auto quality = [](const epoch_record& record) {
            return std::pair(record.test_accuracy, -record.test_loss);
        };
        CHECK((quality(*best) > quality(epoch) || (quality(*best) == quality(epoch) && best->epoch <= epoch.epoch)));
    }
    REQUIRE(state.epochs < 40);
    CHECK(state.epochs == best->epoch + 2);
    {
        const averaged_parameters kept(*network, state.kept());
        const auto found = evaluate(*network, held_out, {.steps = 3, .batch_size = 16});
        CHECK(found.loss == best->test_loss);
        CHECK(found.accuracy == best->test_accuracy);
    }
    // A state that goes on after the best epoch still has it.
    training_state parts;
    counting_observer stopping(nullptr, static_cast<int>(best->iteration) + 1);
    CHECK(train(*in_parts, images, held_out, options, stopping, parts) == training_end::stopped);
    CHECK(train(*in_parts, images, held_out, options, observer, parts) == training_end::finished);
    check_equal(state.log, parts.log);
    for (std::size_t i = 0; i < state.best.size(); ++i) CHECK(at::equal(state.best[i], parts.best[i]));
    const auto log = train(*again, images, held_out, options, observer);
    CHECK(log.epochs.size() == state.log.epochs.size());
    for (std::size_t i = 0; i < state.best.size(); ++i)
        CHECK(at::equal(state.best[i], again->parameter(static_cast<int>(i))));
}

TEST_CASE("frozen parameters stay", "[train]") {
    const auto images = bright_halves(32), held_out = bright_halves(20);
    const auto network = fresh();
    network->freeze(0);
    const auto frozen = network->parameter(0).clone(), free = network->parameter(1).clone();
    counting_observer observer;
    train(*network, images, held_out, small_options(), observer);
    CHECK(at::equal(frozen, network->parameter(0)));
    CHECK_FALSE(at::equal(free, network->parameter(1)));
    for (int i = 0; i < static_cast<int>(network->plan().parameters.size()); ++i) network->freeze(i);
    CHECK_THROWS_WITH(train(*network, images, held_out, small_options(), observer), Contains("every parameter"));
}

TEST_CASE("a step gain is a factor of the learning rate", "[train]") {
    const auto images = bright_halves(16), held_out = bright_halves(4);
    auto options = small_options();
    options.epochs = 1;
    counting_observer observer;
    const auto with_gains = fresh(), with_rate = fresh();
    for (int i = 0; i < static_cast<int>(with_gains->plan().parameters.size()); ++i) with_gains->step_gain(i, 3.0);
    options.learning_rate = 1e-3;
    train(*with_gains, images, held_out, options, observer);
    options.learning_rate = 3 * 1e-3;
    train(*with_rate, images, held_out, options, observer);
    CHECK(equal_bits(*with_gains, *with_rate));
    // Distinct gains: a parameter with a vanishing one hardly moves while the others do.
    const auto mixed = fresh(), start = fresh();
    const int readout = mixed->plan().readout.weight[1];
    mixed->step_gain(readout, 1e-6);
    train(*mixed, images, held_out, options, observer);
    CHECK((mixed->parameter(readout) - start->parameter(readout)).abs().max().item<double>() < 1e-7);
    const int other = mixed->plan().readout.weight[0];
    CHECK((mixed->parameter(other) - start->parameter(other)).abs().max().item<double>() > 1e-4);
}

TEST_CASE("the learning rate rises over the warm-up", "[train]") {
    const auto images = bright_halves(16), held_out = bright_halves(4);
    auto options = small_options();
    options.epochs = 1;
    options.averaging = 0;
    counting_observer observer;
    const auto start = fresh(), at_once = fresh(), rising = fresh();
    const int readout = start->plan().readout.weight[0];
    const auto moved = [&](const network_module& network) {
        return (network.parameter(readout) - start->parameter(readout)).abs().max().item<double>();
    };
    train(*at_once, images, held_out, options, observer);  // one batch: Adam's first step is the learning rate
    options.warm_up = 4;
    train(*rising, images, held_out, options, observer);
    CHECK(moved(*at_once) == Approx(1e-2).epsilon(1e-3));
    CHECK(moved(*rising) == Approx(1e-2 / 4).epsilon(1e-3));
}

TEST_CASE("a network that isn't finite is not trained", "[train]") {
    const auto images = bright_halves(16), held_out = bright_halves(4);
    const auto network = fresh();
    {
        const at::NoGradGuard no_gradients;
        network->parameter(0).fill_(std::numeric_limits<double>::quiet_NaN());
    }
    counting_observer observer;
    CHECK_THROWS_WITH(train(*network, images, held_out, small_options(), observer), Contains("infinite or NaN"));
}

TEST_CASE("training that diverges ends before its epoch is told of, and says where", "[train]") {
    const auto images = bright_halves(16), held_out = bright_halves(4);
    for (const double averaging : {0.0, 0.9}) {
        const auto network = fresh();
        auto options = small_options();
        options.learning_rate = 1e38;
        options.warm_up = 0;
        options.averaging = averaging;
        options.batch_size = 16;  // one step an epoch: the loss is looked at before it
        counting_observer observer;
        CHECK_THROWS_AS(train(*network, images, held_out, options, observer), divergence_error);
        CHECK(observer.calls.find('e') == std::string::npos);
        options.batch_size = 4;
        const auto other = fresh();
        CHECK_THROWS_WITH(train(*other, images, held_out, options, observer),
                          Contains("epoch 1") && Contains("iteration"));
        CHECK(observer.calls.find('e') == std::string::npos);
    }
}

TEST_CASE("a step larger than float32 can hold ends a training with a sentence of cortexpr", "[train]") {
    const auto images = bright_halves(16), held_out = bright_halves(4);
    for (const auto kind : {optimiser_kind::sgd, optimiser_kind::adam}) {
        const auto network = fresh();
        network->step_gain(0, 5);
        auto options = small_options();
        options.optimiser = kind;
        options.learning_rate = 1e38;
        options.warm_up = 0;
        counting_observer observer;
        CHECK_THROWS_WITH(train(*network, images, held_out, options, observer),
                          Contains("the learning rate of 1e+38 in epoch 1, batch 1 (iteration 1)") &&
                              Contains("step gain of 5, is more than a float32 holds; give a smaller one than 1e+38"));
    }
}

TEST_CASE("what isn't finite is not evaluated, and no checkpoint is written of it", "[train]") {
    const auto images = bright_halves(16);
    const auto network = fresh();
    const test::temp_folder folder;
    training_state state;
    save_checkpoint(folder / "run", *network, small_options(), state, {});
    const auto before = test::contents(folder / "run");
    {
        const at::NoGradGuard no_gradients;
        network->parameter(0).fill_(std::numeric_limits<double>::infinity());
    }
    CHECK_THROWS_WITH(evaluate(*network, images, {.steps = 2}), Contains("infinite or NaN"));
    CHECK_THROWS_WITH(save_checkpoint(folder / "run", *network, small_options(), state, {}),
                      Contains("is not written"));
    CHECK(test::contents(folder / "run") == before);
    {
        const at::NoGradGuard no_gradients;
        for (int i = 0; i < network->parameter_count(); ++i)
            network->parameter(i).fill_(3e38);  // finite, but not what comes of it
    }
    CHECK_THROWS_WITH(evaluate(*network, images, {.steps = 5}), Contains("logits"));
}

TEST_CASE("what does not fit is refused before training", "[train]") {
    const auto images = bright_halves(16);
    const auto network = fresh();
    counting_observer observer;
    const auto refused = [&](const data::labelled_images& train_set, const data::labelled_images& test_set,
                             const training_options& options) {
        try {
            train(*network, train_set, test_set, options, observer);
        } catch (const usage_error& problem) {
            return std::string(problem.what());
        }
        return std::string("not refused");
    };
    CHECK_THAT(refused(bright_halves(16, 2, 1, 9, 8), images, small_options()), Contains("1x8x8") && Contains("1x9x8"));
    CHECK_THAT(refused(images, bright_halves(16, 3), small_options()), Contains("2 classes") && Contains("has 3"));
    CHECK_THAT(refused(bright_halves(0), images, small_options()), Contains("no images"));
    auto options = small_options();
    options.epochs = 0;
    CHECK_THAT(refused(images, images, options), Contains("epochs"));
    options = small_options();
    options.batch_size = 0;
    CHECK_THAT(refused(images, images, options), Contains("batch"));
    options = small_options();
    options.steps = 0;
    CHECK_THAT(refused(images, images, options), Contains("steps"));
    options = small_options();
    options.log_every = 0;
    CHECK_THAT(refused(images, images, options), Contains("log line"));
    for (const double decay : {-0.1, 1.0, std::nan("")}) {
        options = small_options();
        options.averaging = decay;
        CHECK_THAT(refused(images, images, options), Contains("running means"));
    }
    for (const double rate : {0.0, -1.0, std::numeric_limits<double>::infinity(), std::nan("")}) {
        options = small_options();
        options.learning_rate = rate;
        CHECK_THAT(refused(images, images, options), Contains("learning rate"));
    }
    const auto refused_with = [&](auto change) {
        auto changed = small_options();
        change(changed);
        return refused(images, images, changed);
    };
    CHECK_THAT(refused_with([](auto& all) { all.momentum = 1; }), Contains("momentum of 1"));
    CHECK_THAT(refused_with([](auto& all) { all.momentum = 0.5; }), Contains("adam has no momentum"));
    CHECK_THAT(refused_with([](auto& all) { all.nesterov = true; }), Contains("Nesterov"));
    CHECK_THAT(refused_with([](auto& all) { all.clip_norm = 0; }), Contains("norm"));
    CHECK_THAT(refused_with([](auto& all) { all.weight_decay = -1; }), Contains("weight decay"));
    CHECK_THAT(refused_with([](auto& all) { all.fall_every = 0; }), Contains("every 0 epochs"));
    CHECK_THAT(refused_with([](auto& all) { all.rise = 1; }), Contains("rise"));
    CHECK_THAT(refused_with([](auto& all) { all.activity_l1 = std::nan(""); }), Contains("penalty"));
    CHECK_THAT(refused_with([](auto& all) { all.label_smoothing = 1; }), Contains("label smoothing"));
    CHECK_THAT(refused_with([](auto& all) { all.class_weights = {1, -1}; }), Contains("class weight"));
    CHECK_THAT(refused_with([](auto& all) { all.shift = -1; }), Contains("shift"));
    CHECK_THAT(refused_with([](auto& all) { all.patience = 0; }), Contains("patience"));
    CHECK(observer.calls.empty());
    const auto no_head = std::make_shared<network_module>(plan_of<cortexpr::network<V1>>);
    CHECK_THROWS_WITH(train(*no_head, images, images, small_options(), observer), Contains("no readout"));
}

TEST_CASE("images aren't shifted out of sight", "[train]") {
    auto images = bright_halves(8);
    images.height /= 2;  // what is asked looks at no pixel
    const auto network = fresh();
    auto options = small_options();
    options.shift = std::min(images.height, images.width);
    CHECK_THROWS_WITH(require_options(*network, options, images), Contains("pixels takes images of"));
    --options.shift;
    CHECK_NOTHROW(require_options(*network, options, images));
}

TEST_CASE("a state of other data is refused", "[train]") {
    const auto images = bright_halves(72), held_out = bright_halves(20);
    const auto network = fresh();
    training_state state;
    counting_observer stopping(nullptr, 7), observer;
    train(*network, images, held_out, small_options(), stopping, state);
    CHECK_THROWS_WITH(train(*network, bright_halves(40), held_out, small_options(), observer, state),
                      Contains("other data"));
}

TEST_CASE("evaluation means over all images, and leaves the network as it was", "[train]") {
    const auto images = bright_halves(50);
    const auto network = fresh();
    network->train();
    const auto before = network->generator().get_state();
    const auto whole = evaluate(*network, images, {.steps = 3, .batch_size = 50});
    const auto parts = evaluate(*network, images, {.steps = 3, .batch_size = 16});
    CHECK(network->is_training());
    CHECK(at::equal(before, network->generator().get_state()));
    CHECK(whole.loss == Approx(parts.loss).epsilon(1e-5));
    CHECK(whole.accuracy == parts.accuracy);
    CHECK(evaluate(*network, images, {.steps = 3, .batch_size = 16}).loss == parts.loss);
    int asked = 0;
    CHECK_FALSE(
        evaluate_until(*network, images, {.steps = 3, .batch_size = 16}, [&] { return ++asked == 2; }).has_value());
    CHECK(asked == 2);
    CHECK_THROWS_WITH(evaluate(*network, images, {.steps = 0}), Contains("0 time steps"));
}

namespace {

/// The cross entropy of a set's answers, computed in one batch from the logits.
double loss_by_hand(network_module& network, const data::labelled_images& set, bool all_steps) {
    const at::NoGradGuard no_gradients;
    network.eval();
    std::vector<std::uint32_t> indices(static_cast<std::size_t>(set.count));
    std::iota(indices.begin(), indices.end(), 0U);
    auto inputs = at::empty({set.count, set.frames, set.channels, set.height, set.width});
    data::normalise(set, indices, std::span(inputs.data_ptr<float>(), static_cast<std::size_t>(inputs.numel())));
    run_request request;
    request.all_logits = true;
    const auto logits = network.run(inputs, request).logits;  // (T, B, classes)
    double sum = 0;
    for (std::int64_t t = all_steps ? 0 : set.frames - 1; t < set.frames; ++t)
        for (std::int64_t i = 0; i < set.count; ++i)
            sum -= logits[t][i].log_softmax(0)[set.labels[static_cast<std::size_t>(i)]].item<double>();
    return sum / (set.count * (all_steps ? set.frames : 1));
}

}  // namespace

TEST_CASE("sequences are learnt from the order of their frames", "[train]") {
    const auto sequences = running_bars(128), held_out = running_bars(32);
    auto options = small_options();
    options.epochs = 30;
    options.steps = 99;  // means nothing to sequences
    for (const bool all_steps : {false, true}) {
        options.loss_all_steps = all_steps;
        const auto learner = fresh();
        counting_observer observer(learner.get());
        const auto log = train(*learner, sequences, held_out, options, observer);
        CHECK(log.epochs.back().test_accuracy > 0.9);
    }
}

TEST_CASE("the loss is that of the last step, or of all steps", "[train]") {
    const auto sequences = running_bars(20);
    const auto network = fresh();
    for (const bool all_steps : {false, true}) {
        const double expected = loss_by_hand(*network, sequences, all_steps);
        for (const int batch_size : {20, 8}) {
            const auto found = evaluate(*network, sequences, {.batch_size = batch_size, .loss_all_steps = all_steps});
            CHECK(found.loss == Approx(expected).epsilon(1e-5));
        }
        auto options = small_options();
        options.epochs = 1;
        options.batch_size = 20;
        options.loss_all_steps = all_steps;
        const auto learner = fresh(plan_of<TwoAreas>);  // no dropout: the loss before the only step can be told
        counting_observer observer;
        const double before = loss_by_hand(*learner, sequences, all_steps);
        const auto log = train(*learner, sequences, sequences, options, observer);
        CHECK(log.epochs.front().train.mean_loss() == Approx(before).epsilon(1e-5));
    }
    CHECK(loss_by_hand(*network, sequences, true) != Approx(loss_by_hand(*network, sequences, false)).epsilon(1e-5));
}

TEST_CASE("a run on sequences that stopped ends with the bits of one that did not", "[train]") {
    const auto sequences = running_bars(72), held_out = running_bars(20);
    auto options = small_options();
    options.loss_all_steps = true;
    const auto whole = fresh(), stopped = fresh();
    counting_observer observer, stopping(nullptr, 7);
    training_state whole_state, state;
    train(*whole, sequences, held_out, options, observer, whole_state);
    CHECK(train(*stopped, sequences, held_out, options, stopping, state) == training_end::stopped);
    CHECK(train(*stopped, sequences, held_out, options, observer, state) == training_end::finished);
    CHECK(equal_bits(*whole, *stopped));
    check_equal(whole_state.log, state.log);
}

TEST_CASE("sequences that do not fit are refused", "[train]") {
    auto wide = running_bars(8);
    wide.height = 4;
    wide.width = 16;
    const auto network = fresh();
    CHECK_THROWS_WITH(evaluate(*network, wide, {}), Contains("1x8x8") && Contains("1x4x16"));
}

}  // namespace train_test::trainer_test
