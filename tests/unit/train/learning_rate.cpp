// Schedules against what PyTorch 2.11 gives: torch.optim.lr_scheduler's CosineAnnealingLR(T_max=11, eta_min=0.01),
// StepLR(step_size=8, gamma=0.5) and OneCycleLR(total_steps=12), from 0.1.

#include <cortexpr/train/learning_rate.hpp>

#include <vector>

#include <catch.hpp>

namespace train_learning_rate_test {

using namespace cortexpr;

namespace {

constexpr std::int64_t batches = 4;

std::vector<double> rates(const training_options& options) {
    std::vector<double> all;
    for (std::int64_t step = 0; step < options.epochs * batches; ++step)
        all.push_back(learning_rate_at(options, step, batches));
    return all;
}

training_options starting_from(int epochs) {
    training_options options;
    options.epochs = epochs;
    options.learning_rate = 0.1;
    options.warm_up = 0;
    return options;
}

void check_rates(const training_options& options, const std::vector<double>& expected) {
    const auto found = rates(options);
    REQUIRE(found.size() == expected.size());
    for (std::size_t i = 0; i < found.size(); ++i) CHECK(found[i] == Approx(expected[i]).epsilon(1e-12));
}

}  // namespace

TEST_CASE("schedules are PyTorch's", "[learning_rate]") {
    auto cosine = starting_from(3);
    cosine.final_learning_rate = 0.01;
    const std::vector<double> half_a_cosine{0.10000000000000001,  0.098177183812652391, 0.09285640897740316,
                                            0.084468733027537837, 0.073693675585084897, 0.061404167722297835,
                                            0.048595832277702179, 0.036306324414915124, 0.025531266972462177,
                                            0.017143591022596851, 0.011822816187347618, 0.01};
    check_rates(cosine, half_a_cosine);
    cosine.schedule = learning_rate_schedule::cosine;
    check_rates(cosine, half_a_cosine);

    auto falling = starting_from(5);
    falling.schedule = learning_rate_schedule::step;
    falling.fall_every = 2;  // of 4 batches
    falling.fall_factor = 0.5;
    check_rates(falling, {0.1,  0.1,  0.1,  0.1,  0.1,  0.1,  0.1,   0.1,   0.05,  0.05,
                          0.05, 0.05, 0.05, 0.05, 0.05, 0.05, 0.025, 0.025, 0.025, 0.025});

    auto cycle = starting_from(3);
    cycle.schedule = learning_rate_schedule::one_cycle;
    cycle.warm_up = 50;  // isn't used
    check_rates(cycle, {0.0040000000000000036, 0.034978965421958302, 0.087928515912212873, 0.099441543545091188,
                        0.093301296984141177, 0.081174565394976306, 0.064737899769510332, 0.046263710266697504,
                        0.028306099820869922, 0.01334775301888306, 0.0034566987425395223, 3.9999999999999998e-07});
    cycle.rise = 0.5;
    check_rates(cycle, {0.0040000000000000036, 0.013167184270002533, 0.037167184270002526, 0.066832815729997469,
                        0.090832815729997476, 0.10000000000000001, 0.093301296984141191, 0.0750001,
                        0.050000200000000002, 0.025000300000000013, 0.0066991030158588226, 3.9999999999999998e-07});
}

TEST_CASE("a warm-up rises along a line, whatever comes after it", "[learning_rate]") {
    auto options = starting_from(3);
    options.warm_up = 5;
    for (const auto schedule :
         {learning_rate_schedule::constant, learning_rate_schedule::cosine, learning_rate_schedule::step}) {
        options.schedule = schedule;
        options.fall_every = 2;
        const auto all = rates(options);
        for (std::size_t step = 0; step < 5; ++step)
            CHECK(all[step] == Approx(0.1 * static_cast<double>(step + 1) / 5));
        CHECK(all[5] == 0.1);
    }
    options.schedule = learning_rate_schedule::constant;
    CHECK(rates(options).back() == 0.1);
    options.schedule = learning_rate_schedule::cosine;  // to 0 where no other end is given
    CHECK(rates(options).back() == Approx(0).margin(1e-15));
    options.schedule.reset();
    CHECK(rates(options).back() == 0.1);
}

}  // namespace train_learning_rate_test
