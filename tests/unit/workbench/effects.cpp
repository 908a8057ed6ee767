// What perturbations are said to do, against what is known.

#include "catch.hpp"
#include "executors/networks.hpp"
#include "temp_folder.hpp"
#include "workbench/circuit.hpp"

#include <cortexpr/module/model.hpp>
#include <cortexpr/train/images_of.hpp>
#include <cortexpr/train/initialise.hpp>
#include <cortexpr/train/trainer.hpp>
#include <cortexpr/workbench/effects.hpp>
#include <cortexpr/workbench/named_parts.hpp>
#include <cortexpr/workbench/tuning.hpp>

namespace workbench_effects_test {

using namespace cortexpr;
using namespace cortexpr::test;
using workbench::effects_of;
using workbench::perturbation_in;
using workbench::variant;
using kind = perturbation::kind;
using Catch::Matchers::Contains;

namespace {

struct Fitted : regressor<network<V1>, targets<2>, hidden<7>, readout_pool<pool_mode::max>> {};

/// Images whose brightness is their class, of three if not said otherwise.
data::labelled_images shades(int count, int classes = 3) {
    data::labelled_images set{.count = count,
                              .channels = 2,
                              .height = 6,
                              .width = 5,
                              .classes = classes,
                              .pixels = {},
                              .labels = {},
                              .scale = {},
                              .source = "shades"};
    for (int i = 0; i < count; ++i) {
        set.labels.push_back(static_cast<std::uint8_t>(i % classes));
        set.pixels.insert(set.pixels.end(), set.image_size(),
                          static_cast<std::uint8_t>(200 / (classes - 1) * (i % classes) + i % 7));
    }
    return set;
}

/// The same images in another order.
data::labelled_images ordered(const data::labelled_images& from, const std::vector<int>& order) {
    auto set = from;
    set.labels.clear();
    set.pixels.clear();
    for (const int i : order) {
        set.labels.push_back(from.labels[static_cast<std::size_t>(i)]);
        const auto first = from.pixels.begin() + static_cast<std::ptrdiff_t>(i * static_cast<int>(from.image_size()));
        set.pixels.insert(set.pixels.end(), first, first + static_cast<std::ptrdiff_t>(from.image_size()));
    }
    return set;
}

at::Tensor rates_to(model<Tiny>& net, const data::labelled_images& images) {
    const at::NoGradGuard no_gradients;
    return net.network_module::run(images_of(images), {.steps = 2}).final_states[0].flatten(1).to(at::kDouble);
}

/// The mean over neurons where each half of the images says for the other which class is best. `times`: how often each
/// image counts; `half`: which one it is of, 0 or 1.
double selectivity_by_halves(const at::Tensor& rates, const at::Tensor& classes, const at::Tensor& times,
                             const at::Tensor& half) {
    const auto mean_of = [&](const at::Tensor& counted) {
        const auto weights = classes * counted;
        return weights.t().mm(rates) / weights.sum(0).unsqueeze(1);
    };
    const auto others = [](const at::Tensor& means, const at::Tensor& of) {
        return (means.sum(0) - of) / static_cast<double>(means.size(0) - 1);
    };
    const auto first = mean_of(times * (half == 0)), second = mean_of(times * (half == 1)), all = mean_of(times);
    auto gap = at::zeros({rates.size(1)}, at::kDouble);
    for (const auto& [chooses, answers] : {std::pair{first, second}, {second, first}}) {
        const auto there = answers.gather(0, chooses.argmax(0, true))[0];
        gap += (there - others(answers, there)) / 2;
    }
    const auto best = std::get<0>(all.max(0));
    return (gap / (best.abs() + others(all, best).abs())).mean().item<double>();
}

std::vector<variant> variants(const std::vector<perturbation>& all) {
    std::vector<variant> some;
    for (const auto& one : all) some.push_back({workbench::text_of(plan_of<Tiny>, one), one.amount, {one}});
    return some;
}

}  // namespace

TEST_CASE("effects: how well a regressor fits is R2 of an evaluation") {
    const auto net = make<Fitted>({.seed = 1});
    net->eval();
    auto images = shades(30);
    images.classes = 0;
    images.labels.clear();
    images.target_count = 2;
    for (int i = 0; i < images.count; ++i) {
        images.targets.push_back(static_cast<float>(i % 3));
        images.targets.push_back(static_cast<float>(10 * (i % 7)));
    }
    start_at_targets(*net, images);
    std::vector<network_module*> networks{net.get()};
    const std::vector<perturbation> all{perturbation_in(plan_of<Fitted>, kind::silence, "V1.E")};
    const auto found =
        effects_of(networks, images, std::vector<variant>{{"silence", {}, all}}, {.steps = 3, .batch_size = 7});
    REQUIRE(found.size() == 2);
    CHECK(!found[0].of_accuracy);
    REQUIRE(found[0].of_r2);
    CHECK(found[0].of_r2->r2.mean == Approx(mean_r2(evaluate(*net, images, {.steps = 3}).fits)).epsilon(1e-4));
    CHECK(found[0].of_r2->r2.low <= found[0].of_r2->r2.mean);
    CHECK(found[1].of_r2->change.mean == Approx(found[1].of_r2->r2.mean - found[0].of_r2->r2.mean));
    CHECK(!found[0].types[0].of_selectivity);
    CHECK_THROWS_WITH(workbench::tuning_of(*net, images, {.steps = 3}), Contains("has targets and no classes"));
    // A target that is everywhere the same is left out of the mean; of such alone there is no R2.
    const auto r2_of = [&](bool first_varies, bool second_varies) {
        for (int i = 0; i < images.count; ++i) {
            images.targets[static_cast<std::size_t>(2 * i)] = first_varies ? static_cast<float>(i % 3) : 1.0F;
            images.targets[static_cast<std::size_t>(2 * i + 1)] =
                second_varies ? static_cast<float>(10 * (i % 7)) : 2.0F;
        }
        return effects_of(networks, images, std::vector<variant>{}, {.steps = 3}).front().of_r2;
    };
    const auto fits = evaluate(*net, images, {.steps = 3}).fits;
    CHECK(r2_of(true, false).value().r2.mean == Approx(fits[0].r2).epsilon(1e-4));
    CHECK(r2_of(false, true).value().r2.mean == Approx(fits[1].r2).epsilon(1e-4));
    CHECK_FALSE(r2_of(false, false));
    images.target_count = 1;
    images.targets.resize(30);
    CHECK_THROWS_WITH(effects_of(networks, images, std::vector<variant>{}, {.steps = 3}), Contains("fits 2 targets"));
}

TEST_CASE("effects: intervals end where numbers do, and there is none of rounding") {
    const auto net = make<Fitted>({.dtype = at::kDouble, .seed = 1});
    const auto worse = make<Fitted>({.dtype = at::kDouble, .seed = 1});
    worse->parameters().back().detach().add_(5);
    auto images = shades(12);
    images.classes = 0;
    images.labels.clear();
    images.target_count = 2;
    for (int i = 0; i < 2 * images.count; ++i) images.targets.push_back(static_cast<float>(i % 5));
    start_at_targets(*net, images);
    const std::vector<variant> unseen{{"unseen", {}, {perturbation_in(plan_of<Fitted>, kind::inject, "V1.E=1e-16")}}};
    std::vector<network_module*> networks{net.get(), worse.get()};
    CHECK(effects_of(networks, images, std::vector<variant>{}, {.steps = 3}).front().of_r2.value().r2.high == 1);
    const auto nothing = [](const workbench::estimate& one) { return one.mean == 0 && !one.has_interval(); };
    for (const std::size_t count : {1U, 2U}) {
        networks.resize(count);
        const auto found = effects_of(networks, images, unseen, {.steps = 3});
        CHECK(nothing(found[1].of_r2.value().change));
        for (const auto& type : found[1].types) CHECK(nothing(type.rate_change));
        networks = {net.get(), worse.get()};
    }
}

TEST_CASE("effects: accuracy and rates are those of evaluation and of runs") {
    const auto net = make<Tiny>({.seed = 1});
    net->eval();
    const auto images = shades(30);
    const std::vector<perturbation> all{perturbation_in(plan_of<Tiny>, kind::silence, "V1.E"),
                                        perturbation_in(plan_of<Tiny>, kind::clamp, "V1.I=0.25"),
                                        perturbation_in(plan_of<Tiny>, kind::inject, "V1.E#4=9")};
    std::vector<network_module*> networks{net.get()};
    const auto found = effects_of(networks, images, variants(all), {.steps = 3, .batch_size = 7});
    REQUIRE(found.size() == 4);
    CHECK(found[0].of.name == "none");
    CHECK(found[0].of_accuracy->accuracy.mean == Approx(evaluate(*net, images, {.steps = 3}).accuracy));
    CHECK(found[0].of_accuracy->change.mean == 0);
    CHECK(found[1].types[0].rate.mean == 0);
    CHECK(found[1].types[0].rate_change.mean == Approx(-found[0].types[0].rate.mean));
    CHECK(found[2].types[1].rate.mean == Approx(0.25));
    CHECK(found[2].types[1].rate.low == Approx(0.25));
    CHECK_FALSE(found[2].types[1].rate.has_interval());  // as nothing varies
    CHECK_FALSE(found[0].of_accuracy->change.has_interval());
    CHECK(found[0].types[0].rate.has_interval());
    CHECK(found[2].types[1].of_selectivity.value().selectivity.mean == Approx(0).margin(1e-12));
    const at::NoGradGuard no_gradients;
    const auto free = net->network_module::run(images_of(images), {.steps = 3}).final_states[0];
    CHECK(found[0].types[0].rate.mean == Approx(free.mean().item<double>()));
    CHECK(found[0].types[0].rate.low < found[0].types[0].rate.mean);
    CHECK(found[0].types[0].rate.high > found[0].types[0].rate.mean);
    const auto driven = net->network_module::run(images_of(images, 4, 1), {.steps = 3, .perturbations = {[&] {
                                                                                           auto one = all[2];
                                                                                           one.where.images.clear();
                                                                                           return one;
                                                                                       }()}})
                            .final_states[0];
    CHECK(found[3].types[0].rate_change.mean ==
          Approx((driven.mean() - free.select(0, 4).mean()).item<double>() / 30).epsilon(1e-4));
}

TEST_CASE("effects: selectivity is 1 for neurons that answer one class alone, 0 for those that answer all alike") {
    const auto net = make<Tiny>({.seed = 1});
    net->eval();
    const auto images = shades(30);
    auto only_first = perturbation_in(plan_of<Tiny>, kind::silence, "V1.E");
    for (int i = 0; i < 30; ++i)
        if (i % 3 != 0) only_first.where.images.push_back(i);
    const auto alike = perturbation_in(plan_of<Tiny>, kind::clamp, "V1.E=0.5");
    std::vector<network_module*> networks{net.get()};
    const std::vector<variant> all{{"first", {}, {alike, only_first}}, {"alike", {}, {alike}}};
    const auto found = effects_of(networks, images, all, {.steps = 3});
    CHECK(found[1].types[0].of_selectivity.value().selectivity.mean == Approx(1));
    CHECK(found[2].types[0].of_selectivity.value().selectivity.mean == Approx(0).margin(1e-12));
}

TEST_CASE("effects: intervals cover what they should") {
    // The mean of 0 and 1 in equal parts of 400 images: a standard error of 0.025, so 95 % are within 0.049.
    const auto net = make<Tiny>({.seed = 1});
    const auto images = shades(399);
    auto half = perturbation_in(plan_of<Tiny>, kind::clamp, "V1.E=1"),
         other = perturbation_in(plan_of<Tiny>, kind::clamp, "V1.E=0");
    for (int i = 0; i < 399; i += 2) other.where.images.push_back(i);
    std::vector<network_module*> one{net.get()};
    const std::vector<variant> halves{{"halves", {}, {half, other}}};
    const auto found = effects_of(one, images, halves, {.steps = 1});
    const auto& rate = found[1].types[0].rate;
    CHECK(rate.mean == Approx(199.0 / 399));
    CHECK(rate.high - rate.low == Approx(2 * 1.96 * 0.5 / std::sqrt(399.0)).epsilon(0.1));

    // Student's, of the means of three networks.
    std::vector<std::shared_ptr<model<Tiny>>> owned;
    std::vector<network_module*> three;
    std::vector<double> means;
    for (const std::uint64_t seed : {1, 2, 3}) {
        owned.push_back(make<Tiny>({.seed = seed}));
        three.push_back(owned.back().get());
        std::vector<network_module*> alone{three.back()};
        means.push_back(effects_of(alone, images, {}, {.steps = 2, .resamples = 1})[0].types[0].rate.mean);
    }
    const auto all = effects_of(three, images, halves, {.steps = 2});
    const double mean = (means[0] + means[1] + means[2]) / 3;
    double squares = 0;
    for (const double value : means) squares += (value - mean) * (value - mean);
    CHECK(all[0].types[0].rate.mean == Approx(mean));
    // The 97.5th percentile for two degrees of freedom.
    CHECK(all[0].types[0].rate.high - mean == Approx(4.302653 * std::sqrt(squares / 2 / 3)).epsilon(1e-5));
    CHECK(all[1].types[0].rate_change.high > all[1].types[0].rate_change.low);
}

TEST_CASE("effects: the interval of one network's selectivity is as wide as a bootstrap over images says") {
    const auto net = make<Tiny>({.seed = 2});
    net->eval();
    constexpr int count = 240, resamples = 400;
    const auto images = shades(count);
    const std::vector<variant> alike{{"alike", {}, {perturbation_in(plan_of<Tiny>, kind::clamp, "V1.E=0.5")}}};
    std::vector<network_module*> one{net.get()};
    const auto found = effects_of(one, images, alike, {.steps = 2, .batch_size = 37});
    const auto before = found[0].types[0].of_selectivity.value();
    const auto after = found[1].types[0].of_selectivity.value();

    const auto rates = rates_to(*net, images);
    const auto belongs = at::one_hot(labels_of(images, 0, count), images.classes).to(at::kDouble);
    const auto half = at::arange(count).div(images.classes, "floor").remainder(2).unsqueeze(1);  // as classes alternate
    auto draws = at::detail::createCPUGenerator(1);
    std::vector<double> resampled;
    for (int i = 0; i <= resamples; ++i) {
        auto times = at::ones({count, 1}, at::kDouble);  // the first is of all images as they are
        if (i > 0) times = at::bincount(at::randint(count, {count}, draws, at::kLong), {}, count).unsqueeze(1);
        resampled.push_back(selectivity_by_halves(rates, belongs, times, half));
    }
    CHECK(before.selectivity.mean == Approx(resampled.front()));
    resampled.erase(resampled.begin());
    const double deviation = at::tensor(resampled).std().item<double>();
    // The 97.5th percentile for 19 degrees of freedom; of 20 groups a deviation is known to a sixth.
    CHECK(before.selectivity.high - before.selectivity.mean == Approx(2.093 * deviation).epsilon(0.35));
    // Clamped neurons select nothing, whatever is left out.
    CHECK(after.selectivity.high == Approx(0).margin(1e-12));
    CHECK(after.change.low == Approx(-before.selectivity.high));

    // Without one of two images there is nothing left to tell apart: all that it can be.
    const auto few = effects_of(one, shades(2), alike, {.steps = 2});
    CHECK(few[1].types[0].of_selectivity.value().selectivity.high == 1);
    CHECK(few[1].types[0].of_selectivity.value().change.low == -1);
}

TEST_CASE("effects: the order of the images changes neither selectivity nor its interval") {
    const auto net = make<Tiny>({.seed = 2});
    net->eval();
    std::vector<network_module*> one{net.get()};
    const auto images = shades(100, 10);  // class after class, 0 to 9
    std::vector<int> by_class(100);
    for (int i = 0; i < 100; ++i) by_class[static_cast<std::size_t>(i)] = (i % 10) * 10 + i / 10;
    const auto found = [&](const data::labelled_images& set) {
        return effects_of(one, set, std::vector<variant>{}, {.steps = 2})[0].types[0].of_selectivity->selectivity;
    };
    const auto mixed = found(images), sorted = found(ordered(images, by_class));
    CHECK(mixed.mean == Approx(sorted.mean));
    CHECK(mixed.high == Approx(sorted.high));
    CHECK(mixed.low == Approx(sorted.low));
}

TEST_CASE("effects: where labels mean nothing, selectivity is about 0; a class of one image is left out") {
    const auto net = make<Tiny>({.dtype = at::kDouble, .seed = 2});
    net->eval();
    std::vector<network_module*> one{net.get()};
    auto images = shades(60, 10);
    auto draws = at::detail::createCPUGenerator(3);
    const auto noise = at::randint(256, {static_cast<std::int64_t>(images.pixels.size())}, draws, at::kLong);
    for (std::size_t i = 0; i < images.pixels.size(); ++i)
        images.pixels[i] = static_cast<std::uint8_t>(noise[static_cast<std::int64_t>(i)].item<std::int64_t>());
    const auto of = [&](const data::labelled_images& set) {
        return effects_of(one, set, std::vector<variant>{}, {.steps = 2})[0].types[0].of_selectivity->selectivity.mean;
    };
    // Of all images together, as by chance.
    const at::NoGradGuard no_gradients;
    const auto rates =
        net->network_module::run(images_of(images).to(at::kDouble), {.steps = 2}).final_states[0].flatten(1);
    const auto by_class = at::stack(rates.chunk(6)).mean(0);
    const auto best = std::get<0>(by_class.max(0)), others = (by_class.sum(0) - best) / 9;
    const double uncorrected = ((best - others) / (best + others)).mean().item<double>();
    CHECK(std::abs(of(images)) < uncorrected / 3);
    CHECK(workbench::tuning_of(*net, images, {.steps = 2})[0].selectivity.mean().item<double>() == Approx(of(images)));

    std::vector<int> first_five, single;  // five classes, and those with one image of a sixth
    for (int i = 0; i < 60; ++i)
        if (i % 10 < 5) first_five.push_back(i);
    single = first_five;
    single.push_back(5);
    auto few = ordered(images, first_five), more = ordered(images, single);
    few.count = 30;
    more.count = 31;
    CHECK(of(more) == Approx(of(few)));
}

TEST_CASE("effects: selectivity has an interval over networks") {
    const auto images = shades(30);
    const std::vector<variant> alike{{"alike", {}, {perturbation_in(plan_of<Tiny>, kind::clamp, "V1.E=0.5")}}};
    std::vector<std::shared_ptr<model<Tiny>>> owned;
    std::vector<network_module*> three;
    std::vector<double> alone;
    for (const std::uint64_t seed : {1, 2, 3}) {
        owned.push_back(make<Tiny>({.seed = seed}));
        three.push_back(owned.back().get());
        std::vector<network_module*> one{three.back()};
        const auto found = effects_of(one, images, alike, {.steps = 2, .resamples = 1});
        alone.push_back(found[0].types[0].of_selectivity.value().selectivity.mean);
    }
    const auto found = effects_of(three, images, alike, {.steps = 2});
    const auto before = found[0].types[0].of_selectivity.value();
    const auto after = found[1].types[0].of_selectivity.value();
    const double mean = (alone[0] + alone[1] + alone[2]) / 3;
    double squares = 0;
    for (const double value : alone) squares += (value - mean) * (value - mean);
    CHECK(before.selectivity.mean == Approx(mean));
    CHECK(before.selectivity.high - mean == Approx(4.302653 * std::sqrt(squares / 2 / 3)).epsilon(1e-5));
    CHECK(before.change.mean == Approx(0).margin(1e-12));
    // Clamped neurons select nothing, so the change is what they had.
    CHECK(after.change.mean == Approx(-mean));
    CHECK(after.change.low == Approx(-before.selectivity.high));
}

TEST_CASE("effects: strengths replace amounts, and what doesn't fit is refused") {
    const auto& plan = plan_of<Tiny>;
    const auto grid = workbench::over_strengths(plan, perturbation_in(plan, kind::inject, "V1.E=3"), {0, 0.5});
    REQUIRE(grid.size() == 2);
    CHECK(grid[1].name == "inject V1.E=0.5");
    CHECK(grid[1].strength == 0.5);
    CHECK(grid[1].perturbations.front().amount == 0.5);
    CHECK(workbench::over_strengths(plan, perturbation_in(plan, kind::cut, "E-I"), {0, 1}).size() == 1);
    CHECK(workbench::over_strengths(plan, perturbation_in(plan, kind::inject, "V1.E=3"), {}).front().strength == 3);
    CHECK(message_of<usage_error>([&] { effects_of({}, shades(3), {}, {}); }) == "no network was given");
    const auto one = make<Tiny>({});
    const auto other = make<Two>({});
    std::vector<network_module*> both{one.get(), other.get()};
    CHECK(message_of<usage_error>([&] { effects_of(both, shades(3), {}, {}); }).find("these have several") !=
          std::string::npos);
}

TEST_CASE("effects: of a connectome, accuracy and rates are those of evaluation and of perturbed runs") {
    const auto net = make<Sides>(pathway(), {.seed = 1});
    net->eval();
    const auto examples = views(30);
    std::vector<connectome_module*> networks{net.get()};
    std::vector<variant> all;
    for (const auto& [of, text] : {std::pair{kind::silence, "Lamina:2.."},
                                   {kind::cut, "Lamina-Medulla"},
                                   {kind::inject, "M3=2"},
                                   {kind::clamp, "Medulla=0.25"}}) {
        const auto one = perturbation_in(*net, of, text);
        all.push_back({workbench::text_of(*net, one), one.amount, {one}});
    }
    const auto found = effects_of(networks, examples, all, {.steps = 4, .batch_size = 7});
    REQUIRE(found.size() == 5);
    CHECK(found[0].of_accuracy->accuracy.mean == Approx(evaluate(*net, examples, {.steps = 4}).accuracy));
    const at::NoGradGuard no_gradients;
    const auto inputs = images_of(examples);
    const auto rate_of = [&](int type, const auto&... options) {
        const auto run = net->run(inputs, steps{4}, record_states{}, options...);
        return states_of(*net, run.states, type).select(1, 3).mean().template item<double>();
    };
    for (int type = 0; type < 3; ++type) {
        const auto at = static_cast<std::size_t>(type);
        CHECK(found[0].types[at].rate.mean == Approx(rate_of(type)).epsilon(1e-5));
        CHECK(found[1].types[at].rate.mean == Approx(rate_of(type, silence<Lamina>{.from = 2})).margin(1e-6));
        CHECK(found[2].types[at].rate.mean == Approx(rate_of(type, cut<Lamina, Medulla>{})).epsilon(1e-5));
        CHECK(found[3].types[at].rate.mean ==
              Approx(rate_of(type, inject_cells{.cells = {net->cell_of("M3")}, .current = 2})).epsilon(1e-5));
        CHECK(found[1].types[at].rate_change.mean ==
              Approx(found[1].types[at].rate.mean - found[0].types[at].rate.mean).margin(1e-9));
    }
    CHECK(found[4].types[2].rate.low == Approx(0.25));
    CHECK(found[4].types[2].of_selectivity.value().selectivity.mean == Approx(0).margin(1e-7));
    CHECK(found[3].of.name == "inject M3=2");
    CHECK(workbench::over_strengths(*net, all[2].perturbations.front(), {0, 1})[1].name == "inject M3=1");

    // Of several seeds, Student's intervals.
    const auto other = make<Sides>(pathway(), {.seed = 2});
    other->named_parameters()["rnn.hh.values"].mul_(0.5);  // at the start both have the weights of the graph
    networks.push_back(other.get());
    const auto both = effects_of(networks, examples, all, {.steps = 4});
    CHECK(both[2].types[2].rate_change.low < both[2].types[2].rate_change.mean);
    const auto bare = make<Pathway>(pathway());
    networks.push_back(bare.get());
    CHECK(message_of<usage_error>([&] { effects_of(networks, examples, all, {}); }).find("these have several") !=
          std::string::npos);
}

}  // namespace workbench_effects_test
