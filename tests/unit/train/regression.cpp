// Continuous targets: what answers cost, how well they fit, in which units they are learnt, and what is refused.

#include "train/regression.hpp"

#include "networks.hpp"
#include "temp_folder.hpp"
#include "train/batch_loader.hpp"
#include "train/device_examples.hpp"
#include "train/optimiser.hpp"

#include <cortexpr/module/connectome_model.hpp>
#include <cortexpr/module/network_module.hpp>
#include <cortexpr/train/checkpoint.hpp>
#include <cortexpr/train/health.hpp>
#include <cortexpr/train/images_of.hpp>
#include <cortexpr/train/initialise.hpp>
#include <cortexpr/train/trainer.hpp>

#include <torch/types.h>

#include <catch.hpp>

#include <cmath>
#include <limits>

namespace train_test::regression_test {

namespace {

using Catch::Matchers::Contains;

struct Place : regressor<network<V1>, targets<2>, hidden<16>, dropout<0.1>, readout_pool<pool_mode::average, 8, 8>> {};

// A classifier of the same shapes.
struct Halves : classifier<network<V1>, classes<2>, hidden<16>, dropout<0.1>, readout_pool<pool_mode::average, 8, 8>> {
};

/// Grey noise with a bright spot, whose row and column are told on scales of their own; always the same.
data::labelled_images bright_spots(int count, double factor = 1) {
    data::labelled_images set{.count = count,
                              .channels = 1,
                              .height = 8,
                              .width = 8,
                              .pixels = {},
                              .labels = {},
                              .scale = {0.15F, 0.25F},
                              .source = "bright spots"};
    set.target_count = 2;
    std::uint32_t noise = 4321;
    const auto draw = [&noise] { return (noise = noise * 1664525U + 1013904223U) >> 16U; };
    for (int image = 0; image < count; ++image) {
        const int row = static_cast<int>(draw() % 7), column = static_cast<int>(draw() % 7);
        for (int position = 0; position < 64; ++position) {
            const int down = position / 8 - row, right = position % 8 - column;
            const bool is_spot = down >= 0 && down < 2 && right >= 0 && right < 2;
            set.pixels.push_back(static_cast<std::uint8_t>(is_spot ? 255 : draw() % 60));
        }
        set.targets.push_back(static_cast<float>(factor * (1000 + 50 * row)));
        set.targets.push_back(static_cast<float>(factor * 0.25 * column));
    }
    return set;
}

training_options small_options() {
    training_options options;
    options.epochs = 12;
    options.batch_size = 16;
    options.steps = 3;
    options.learning_rate = 3e-3;
    options.warm_up = 0;
    options.seed = 7;
    options.log_every = 3;
    return options;
}

class silent_observer : public training_observer {
  public:
    explicit silent_observer(int stop_after = std::numeric_limits<int>::max()) : left_(stop_after) {}
    void step_done(const training_sums&, std::int64_t) override { --left_; }
    bool wants_stop() override { return left_ <= 0; }

  private:
    int left_;
};

std::shared_ptr<network_module> fresh(const data::labelled_images& examples) {
    auto network = std::make_shared<network_module>(plan_of<Place>, module_options{.device = "cpu", .seed = 1});
    initialise(*network, initialisation::balanced, 3, examples, 3);
    return network;
}

bool equal_bits(const parameter_set& one, const parameter_set& other) {
    for (int i = 0; i < one.parameter_count(); ++i)
        if (!at::equal(one.parameter(i), other.parameter(i))) return false;
    return true;
}

const auto& likes() {
    static const at::TensorOptions options(at::kDouble);
    return options;
}
at::Tensor answers() { return at::tensor({2.0, -1.0, 0.5, 0.0, 1.0, -2.0}, likes()).view({3, 2}); }
at::Tensor wanted() { return at::tensor({1.0, -1.5, 3.5, 4.0, 1.0, 2.0}, likes()).view({3, 2}); }

}  // namespace

TEST_CASE("losses of targets are the sums written out, in units of deviations", "[regression]") {
    const double units[]{2.0, 0.5};
    const auto errors_over = [&](auto cost) {
        double sum = 0;
        for (int i = 0; i < 3; ++i)
            for (int k = 0; k < 2; ++k) sum += cost((answers() - wanted())[i][k].item<double>() / units[k]);
        return sum / 2;
    };
    const auto huber = [](double e) { return std::abs(e) <= 1 ? e * e / 2 : std::abs(e) - 0.5; };
    const std::pair<loss_kind, double> kinds[]{
        {loss_kind::squared_error, errors_over([](double e) { return e * e; })},
        {loss_kind::absolute_error, errors_over([](double e) { return std::abs(e); })},
        {loss_kind::huber, errors_over(huber)}};
    for (const auto& [kind, sum] : kinds) {
        CAPTURE(std::string(name_of(kind)));
        const loss_criterion criterion{.kind = kind, .target_deviations = at::tensor({2.0, 0.5}, likes())};
        CHECK(loss_of(answers(), wanted(), criterion).item<double>() == Approx(sum / 3));
        CHECK(loss_of(answers(), wanted(), criterion, at::Reduction::Sum).item<double>() == Approx(sum));
        // All steps: the mean over them.
        const auto steps = at::stack({answers(), wanted()});
        CHECK(loss_of(steps, wanted(), criterion).item<double>() == Approx(sum / 6));
        CHECK(loss_of(steps, wanted(), criterion, at::Reduction::Sum).item<double>() == Approx(sum / 2));
        // Gradients against finite differences.
        auto free = answers().requires_grad_();
        loss_of(free, wanted(), criterion).backward();
        constexpr double step = 1e-6;
        for (int i = 0; i < 3; ++i)
            for (int k = 0; k < 2; ++k) {
                if (std::abs((answers() - wanted())[i][k].item<double>()) < step) continue;  // a corner of |e|
                auto up = answers(), down = answers();
                up[i][k] += step;
                down[i][k] -= step;
                const auto difference = loss_of(up, wanted(), criterion) - loss_of(down, wanted(), criterion);
                CHECK(free.grad()[i][k].item<double>() ==
                      Approx(difference.item<double>() / (2 * step)).epsilon(1e-6).margin(1e-8));
            }
    }
    // float32 targets are compared in the answers' type.
    CHECK(loss_of(answers(), wanted().to(at::kFloat), {.kind = loss_kind::squared_error}).item<double>() ==
          Approx(at::mse_loss(answers(), wanted()).item<double>()));
}

TEST_CASE("gradients of a regressor's loss agree with finite differences", "[regression]") {
    const auto set = bright_spots(12);
    network_module network(plan_of<Place>, {.device = "cpu", .dtype = at::kDouble, .seed = 2});
    initialise(network, initialisation::balanced, 3, set, 3);
    network.eval();
    const auto images = images_of(set).to(at::kDouble);
    const auto criterion = criterion_of({.loss = loss_kind::huber}, set, at::kDouble);
    const auto loss = [&] { return loss_of(network.logits(images, {.steps = 3}), targets_of(set), criterion); };
    loss().backward();
    const at::NoGradGuard no_gradients;
    for (int index = 0; index < network.parameter_count(); ++index) {
        auto values = network.parameter(index).detach().flatten();
        const auto gradient = network.parameter(index).grad().flatten();
        const auto at = gradient.abs().argmax().item<std::int64_t>();
        const double there = values[at].item<double>(), step = 1e-5 * std::max(1.0, std::abs(there));
        values[at] = there + step;
        const double up = loss().item<double>();
        values[at] = there - step;
        const double down = loss().item<double>();
        values[at] = there;
        CAPTURE(std::string(std::string_view(network.declared_parameters()[static_cast<std::size_t>(index)].name)));
        CHECK(gradient[at].item<double>() == Approx((up - down) / (2 * step)).epsilon(1e-4).margin(1e-9));
    }
}

TEST_CASE("R2 and root mean square errors are as defined", "[regression]") {
    data::labelled_images set{.count = 3, .pixels = {}, .labels = {}, .scale = {}, .source = "three"};
    set.target_count = 2;
    set.targets = {1.0F, -1.5F, 3.5F, 4.0F, 1.0F, 2.0F};
    fit_sums sums(set);
    sums.add(answers().narrow(0, 0, 2), wanted().narrow(0, 0, 2));
    // Only the last step counts.
    sums.add(at::stack({at::zeros({1, 2}, likes()), answers().narrow(0, 2, 1)}), wanted().narrow(0, 2, 1));
    const auto fits = sums.fits();
    REQUIRE(fits.size() == 2);
    for (int k = 0; k < 2; ++k) {
        const auto target = wanted().select(1, k);
        const double missed = (answers().select(1, k) - target).square().sum().item<double>();
        const double spread = (target - target.mean()).square().sum().item<double>();
        CHECK(fits[static_cast<std::size_t>(k)].r2 == Approx(1 - missed / spread));
        CHECK(fits[static_cast<std::size_t>(k)].rms_error == Approx(std::sqrt(missed / 3)));
    }
    CHECK(mean_r2(fits) == Approx((fits[0].r2 + fits[1].r2) / 2));
    CHECK(mean_r2({}) == 0);
    // Targets that are all equal: nothing is to be explained.
    set.targets = {5, 1, 5, 1, 5, 1};
    fit_sums constant(set);
    constant.add(at::tensor({5.0, 2.0, 5.0, 1.0, 5.0, 1.0}, likes()).view({3, 2}),
                 at::tensor({5.0, 1.0, 5.0, 1.0, 5.0, 1.0}, likes()).view({3, 2}));
    const auto of_constants = constant.fits();
    CHECK_FALSE(of_constants[0].has_r2());
    CHECK_FALSE(of_constants[1].has_r2());
    CHECK(of_constants[0].rms_error == 0);
    CHECK((of_constants == constant.fits()));
    CHECK(std::isnan(mean_r2(of_constants)));
    CHECK(mean_r2({of_constants[0], {.r2 = 0.5}, {.r2 = 0.25}}) == Approx(0.375));
}

TEST_CASE("a regressor learns targets of any scale, in their units", "[regression]") {
    const auto images = bright_spots(192), held_out = bright_spots(64);
    for (const auto kind : {loss_kind::squared_error, loss_kind::absolute_error, loss_kind::huber}) {
        const auto network = fresh(images);
        auto options = small_options();
        options.loss = kind;
        silent_observer observer;
        const auto log = train(*network, images, held_out, options, observer);
        CAPTURE(std::string(name_of(kind)));
        const auto& last = log.epochs.back();
        REQUIRE(last.test_fits.size() == 2);
        CHECK(last.test_fits[0].r2 > 0.8);
        CHECK(last.test_fits[1].r2 > 0.8);
        CHECK(last.test_fits[0].rms_error < 50);
        CHECK(last.test_fits[1].rms_error < 0.25);
        CHECK(last.test_accuracy == 0);
        CHECK(last.train.correct == 0);
        CHECK(last.test_loss < log.epochs.front().test_loss);
        // What it answers is what the user gave.
        const auto found = network->logits(images_of(held_out), {.steps = 3});
        CHECK((found - targets_of(held_out)).select(1, 0).square().mean().sqrt().item<double>() ==
              Approx(last.test_fits[0].rms_error).epsilon(1e-3));
        const auto again = evaluate(*network, held_out, {.steps = 3, .batch_size = 7, .loss = kind});
        CHECK(mean_r2(again.fits) == Approx(mean_r2(last.test_fits)));
    }
}

TEST_CASE("a regressor starts at the targets' mean", "[regression]") {
    const auto set = bright_spots(96);
    const auto network = fresh(set);
    // About the mean and the deviation of the targets count, whatever their scale.
    const auto found = evaluate(*network, set, {.steps = 3});
    CHECK(found.loss < 4);
    CHECK(found.fits[0].rms_error < 300);  // from zero it would be 1150
    CHECK(found.loss == Approx(1 - mean_r2(found.fits)));
    const auto twice = evaluate(*network, set, {.steps = 3, .target_deviations = [&] {
                                                    auto all = std::vector<double>();
                                                    for (const auto& one : data::measured_targets(set))
                                                        all.push_back(2 * one.standard_deviation);
                                                    return all;
                                                }()});
    CHECK(twice.loss == Approx(found.loss / 4));
    CHECK_THROWS_WITH(evaluate(*network, set, {.steps = 3, .target_deviations = {1.0}}),
                      Contains("1 deviations of targets were given, but bright spots has 2"));
}

TEST_CASE("targets in other units give the same run, bit for bit", "[regression]") {
    // A factor that is a power of two changes no rounding.
    const auto images = bright_spots(80), held_out = bright_spots(20);
    const auto scaled = bright_spots(80, 1024), scaled_out = bright_spots(20, 1024);
    for (const auto optimiser : {optimiser_kind::adam, optimiser_kind::adamw, optimiser_kind::sgd}) {
        auto options = small_options();
        options.epochs = 2;
        options.optimiser = optimiser;
        options.clip_norm = 1.0;
        options.weight_decay = 0.01;
        const auto one = fresh(images), other = fresh(scaled);
        silent_observer observer;
        const auto log = train(*one, images, held_out, options, observer);
        const auto scaled_log = train(*other, scaled, scaled_out, options, observer);
        CAPTURE(std::string(name_of(optimiser)));
        const auto [weight, bias] = last_layer_of(*one);
        CHECK(weight == one->plan().readout.weight[1]);
        CHECK(bias == one->plan().readout.bias[1]);
        for (int i = 0; i < one->parameter_count(); ++i)
            CHECK(at::equal(one->parameter(i) * (i == weight || i == bias ? 1024 : 1), other->parameter(i)));
        CHECK(log.epochs.back().test_loss == scaled_log.epochs.back().test_loss);
        CHECK(log.epochs.back().test_fits[1].r2 == scaled_log.epochs.back().test_fits[1].r2);
        CHECK(scaled_log.epochs.back().test_fits[1].rms_error == 1024 * log.epochs.back().test_fits[1].rms_error);
    }
}

TEST_CASE("a step in units is one of the parameter over its unit", "[regression]") {
    const auto set = bright_spots(8);
    const auto in_units = fresh(set), plain = fresh(set);
    auto units = readout_units(*in_units, set);
    REQUIRE(units.size() == static_cast<std::size_t>(in_units->parameter_count()));
    const auto [weight, bias] = last_layer_of(*in_units);
    const auto of_bias = units[static_cast<std::size_t>(bias)];
    const auto scales = data::measured_targets(set);
    for (int k = 0; k < 2; ++k) {
        const double unit = of_bias[k].item<double>(), exponent = std::log2(unit);
        CHECK(exponent == std::round(exponent));
        CHECK(scales[static_cast<std::size_t>(k)].standard_deviation / unit < std::sqrt(2.0) * (1 + 1e-6));
        CHECK(scales[static_cast<std::size_t>(k)].standard_deviation / unit > std::sqrt(0.5) * (1 - 1e-6));
    }
    CHECK(readout_units(*in_units, bright_halves(4)).empty());
    // Adam's first step is as long as the learning rate, in units.
    optimiser scaled(*in_units, {}, rule_of({}), {}, std::move(units));
    const auto before = in_units->parameter(bias).detach().clone();
    loss_of(in_units->logits(images_of(set), {.steps = 3}), targets_of(set), criterion_of({}, set, at::kFloat))
        .backward();
    scaled.step(0.25);
    const auto moved = (in_units->parameter(bias).detach() - before).abs() / of_bias;
    CHECK(moved.min().item<double>() == Approx(0.25).epsilon(1e-3));
    CHECK(moved.max().item<double>() == Approx(0.25).epsilon(1e-3));
    // A loss that isn't finite steps nothing, and loses no bit.
    const auto kept = in_units->parameter(weight).detach().clone();
    in_units->logits(images_of(set), {.steps = 3}).sum().backward();
    scaled.step(0.25, at::full({}, std::numeric_limits<double>::quiet_NaN()));
    CHECK(at::equal(kept, in_units->parameter(weight)));
}

TEST_CASE("a regressor's run that stops and goes on from its checkpoint ends with the same bits", "[regression]") {
    const test::temp_folder folder;
    const auto images = bright_spots(72), held_out = bright_spots(20);
    auto options = small_options();
    options.epochs = 3;
    options.keep_best = true;
    const auto straight = fresh(images);
    silent_observer observer;
    training_state whole;
    train(*straight, images, held_out, options, observer, whole);
    for (int stop = 1; stop <= 15; stop += 4) {
        CAPTURE(stop);
        const auto stopped = fresh(images), resumed = fresh(bright_spots(8));
        training_state state;
        silent_observer stopping(stop);
        CHECK(train(*stopped, images, held_out, options, stopping, state) == training_end::stopped);
        save_checkpoint(folder / "run.safetensors", *stopped, options, state);
        auto loaded = load_checkpoint(folder / "run.safetensors", *resumed);
        CHECK(train(*resumed, images, held_out, options, observer, loaded) == training_end::finished);
        CHECK(equal_bits(*straight, *resumed));
        REQUIRE(loaded.log.epochs.size() == whole.log.epochs.size());
        for (std::size_t i = 0; i < whole.log.epochs.size(); ++i) {
            CHECK(loaded.log.epochs[i].test_loss == whole.log.epochs[i].test_loss);
            CHECK((loaded.log.epochs[i].test_fits == whole.log.epochs[i].test_fits));
        }
        REQUIRE(loaded.best.size() == whole.best.size());
        for (std::size_t i = 0; i < whole.best.size(); ++i) CHECK(at::equal(loaded.best[i], whole.best[i]));
    }
}

TEST_CASE("the best epoch of a regressor is that of the lowest loss", "[regression]") {
    const auto images = bright_spots(72), held_out = bright_spots(20);
    auto options = small_options();
    options.epochs = 30;
    options.learning_rate = 0.3;  // later epochs are worse
    options.averaging = 0;
    options.patience = 2;
    options.keep_best = true;
    const auto network = fresh(images);
    silent_observer observer;
    const auto log = train(*network, images, held_out, options, observer);
    const auto* best = best_epoch(log);
    REQUIRE(best != nullptr);
    for (const auto& epoch : log.epochs) CHECK(best->test_loss <= epoch.test_loss);
    CHECK((log.epochs.size() == 30 || static_cast<int>(log.epochs.size()) == best->epoch + 2));
    const auto kept = evaluate(*network, held_out, {.steps = 3, .batch_size = 16});
    CHECK(mean_r2(kept.fits) == Approx(mean_r2(best->test_fits)));
}

TEST_CASE("what is of classes is refused for targets, and the reverse", "[regression]") {
    const auto spots = bright_spots(32);
    const auto halves = bright_halves(32);
    const auto refused = [&](const loss_options& options, const data::labelled_images& set) {
        return criterion_of(options, set, at::kFloat);
    };
    CHECK_THROWS_WITH(refused({.class_weights = {1, 2}}, spots),
                      Contains("class weights need classes, but bright spots"));
    CHECK_THROWS_WITH(refused({.balance_classes = true}, spots), Contains("weights that balance classes need classes"));
    CHECK_THROWS_WITH(refused({.label_smoothing = 0.1}, spots), Contains("smoothed labels need classes"));
    CHECK_THROWS_WITH(refused({.loss = loss_kind::cross_entropy}, spots), Contains("cross-entropy needs classes"));
    CHECK_THROWS_WITH(refused({.loss = loss_kind::huber}, halves), Contains("huber needs targets, but bright halves"));
    CHECK_THROWS_WITH(refused({.loss = loss_kind::absolute_error}, halves), Contains("absolute-error needs targets"));
    auto tiny = spots;
    for (auto& target : tiny.targets) target *= 1e-36F;
    CHECK_THROWS_WITH(refused({}, tiny), Contains("give it in other units"));

    const auto regresses = fresh(spots);
    const auto classifies = std::make_shared<network_module>(plan_of<Small>, module_options{.device = "cpu"});
    silent_observer observer;
    const auto told = [&](network_module& network, const data::labelled_images& set) {
        return train(network, set, set, small_options(), observer);
    };
    CHECK_THROWS_WITH(told(*regresses, halves), Contains("Place fits 2 targets, but bright halves has labels"));
    CHECK_THROWS_WITH(told(*classifies, spots), Contains("Small tells 2 classes apart, but bright spots has targets"));
    auto three = spots;
    three.target_count = 3;
    three.targets.resize(96);
    CHECK_THROWS_WITH(told(*regresses, three), Contains("Place fits 2 targets, but bright spots has 3"));
    CHECK_THROWS_WITH(start_at_targets(*regresses, three), Contains("Place fits 2 targets, but bright spots has 3"));
    auto endless = spots;
    endless.targets[5] = std::numeric_limits<float>::quiet_NaN();
    CHECK_THROWS_WITH(told(*regresses, endless), Contains("bright spots has nan as target 1 of example 2"));
    auto missing = spots;
    missing.targets.pop_back();
    CHECK_THROWS_WITH(told(*regresses, missing),
                      Contains("63 numbers as targets, but 32 examples with 2 each take 64"));
    CHECK_THROWS_WITH(train(*std::make_shared<network_module>(plan_of<V1>, module_options{}), spots, spots,
                            small_options(), observer),
                      Contains("or regressor<V1, targets<...>>"));
    CHECK(regresses->classes() == 0);
    CHECK(regresses->targets() == 2);
    CHECK(classifies->targets() == 0);
    start_at_targets(*classifies, spots);  // nothing
    // Equal shapes, but another network: its file and its checkpoint are told apart.
    CHECK(network_module(plan_of<Halves>, {}).fingerprint() != regresses->fingerprint());
}

TEST_CASE("targets on a device are those of the host", "[regression]") {
    const auto set = bright_spots(20);
    const std::vector<std::uint32_t> chosen{3, 19, 0};
    for (const auto type : {at::kFloat, at::kDouble}) {
        const device_examples on_device(set, at::kCPU, type);
        const auto found = on_device.labels(at::tensor({3, 19, 0}, at::kLong));
        CHECK(found.scalar_type() == type);
        CHECK(at::equal(found, targets_of(set, chosen).to(type)));
        CHECK(at::equal(batch_loader(set, 3, at::kCPU, type).load(chosen).labels, found));
    }
    CHECK(at::equal(targets_of(set, 19, 1), targets_of(set, std::vector<std::uint32_t>{19})));
    CHECK_THROWS_AS(targets_of(set, 20, 1), usage_error);
    CHECK_THROWS_AS(targets_of(bright_halves(4)), usage_error);
}

TEST_CASE("a regressor is looked at as a classifier is", "[regression]") {
    const auto set = bright_spots(64);
    const auto network = fresh(set);
    const auto found = health(*network, set, 3);
    CHECK(found.gradients.size() == static_cast<std::size_t>(network->parameter_count()));
    CHECK(complaints(network->plan(), found).empty());
}

struct In : excitatory_cells<nonlinearity<activation::relu>, no_tau> {};
struct Out : excitatory_cells<nonlinearity<activation::relu>, tau<tau_mode::per_type, 1.25>> {};
struct Line : connectome<cells<In, Out>, synapses<projects<In, Out>>, stimulus_to<In>, output_from<Out>> {};
struct Sum : regressor<Line, targets<1>, hidden<16>> {};

TEST_CASE("a connectome fits targets", "[regression]") {
    data::labelled_images set{.count = 96,
                              .channels = 1,
                              .height = 1,
                              .width = 2,
                              .pixels = {},
                              .labels = {},
                              .scale = {},
                              .source = "pairs"};
    set.target_count = 1;
    std::uint32_t noise = 99;
    for (int i = 0; i < 2 * set.count; ++i) {
        noise = noise * 1664525U + 1013904223U;
        set.numbers.push_back(static_cast<float>(noise >> 16U) / 65536);
    }
    for (std::size_t i = 0; i < set.numbers.size(); i += 2)
        set.targets.push_back(300 - 40 * set.numbers[i] - 20 * set.numbers[i + 1]);
    const auto network =
        make<Sum>({.graph = {.neurons = {.types = {0, 0, 1, 1}, .type_names = {"In", "Out"}, .ids = {}, .classes = {}},
                             .synapses = {.presynaptic = {0, 1, 0}, .postsynaptic = {2, 3, 3}, .weights = {2, 1, 1}}}},
                  {.seed = 1});
    start_at_targets(*network, set);
    CHECK(network->targets() == 1);
    auto options = small_options();
    options.epochs = 40;
    options.learning_rate = 1e-2;
    silent_observer observer;
    const auto log = train(*network, set, set, options, observer);
    CHECK(mean_r2(log.epochs.back().test_fits) > 0.9);
    CHECK(log.epochs.back().test_fits[0].rms_error < 5);
}

}  // namespace train_test::regression_test
