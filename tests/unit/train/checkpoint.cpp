// A training run on disk: whole, exact, and refused when it is damaged or another's.

#include "networks.hpp"

#include "temp_folder.hpp"

#include <cortexpr/io/safetensors.hpp>
#include <cortexpr/module/network_module.hpp>
#include <cortexpr/train/checkpoint.hpp>

#include <torch/types.h>
#include <nlohmann/json.hpp>

#include <catch.hpp>

namespace train_test::checkpoint_test {

namespace {

using Catch::Matchers::Contains;

class stop_after : public training_observer {
  public:
    explicit stop_after(int batches) : left_(batches) {}
    void step_done(const training_sums&, std::int64_t) override { --left_; }
    bool wants_stop() override { return left_ <= 0; }

  private:
    int left_;
};

training_options options_for_tests() {
    training_options options;
    options.epochs = 2;
    options.batch_size = 16;
    options.steps = 2;
    options.learning_rate = 0.1 / 3;  // no short decimal
    options.seed = ~std::uint64_t{0};
    options.log_every = 2;
    options.loss_all_steps = true;
    return options;
}

std::shared_ptr<network_module> fresh() {
    return std::make_shared<network_module>(plan_of<Small>, module_options{.device = "cpu", .seed = 1});
}

void check_equal(const network_module& one, const network_module& other) {
    for (int i = 0; i < static_cast<int>(one.plan().parameters.size()); ++i) {
        CHECK(at::equal(one.parameter(i), other.parameter(i)));
        CHECK(one.step_gain(i) == other.step_gain(i));
    }
}

/// A checkpoint after `batches` batches.
std::filesystem::path written(const std::filesystem::path& folder, int batches) {
    const auto images = bright_halves(72), held_out = bright_halves(20);
    const auto network = fresh();
    network->step_gain(0, 20.0 / 3);
    training_state state;
    stop_after observer(batches);
    train(*network, images, held_out, options_for_tests(), observer, state);
    save_checkpoint(folder / "run", *network, options_for_tests(), state, {{"note", "kept\nas it is"}});
    return folder / "run";
}

}  // namespace

TEST_CASE("a run continued from its checkpoint ends like one that never stopped", "[checkpoint]") {
    const test::temp_folder folder;
    const auto images = bright_halves(72), held_out = bright_halves(20);
    const auto straight = fresh();
    straight->step_gain(0, 20.0 / 3);
    stop_after never(1000);
    training_state whole;
    train(*straight, images, held_out, options_for_tests(), never, whole);
    const auto& log = whole.log;
    for (const int batches : {1, 3, 5, 6, 10}) {
        CAPTURE(batches);
        const auto file = written(folder.path(), batches);
        const auto head = read_checkpoint_head(file);
        CHECK(head.network == "Small");
        CHECK(head.options.seed == ~std::uint64_t{0});
        CHECK(head.options.learning_rate == 0.1 / 3);
        CHECK(head.notes.at("note") == "kept\nas it is");
        const auto network = fresh();
        auto state = load_checkpoint(file, *network);
        CHECK(state.iterations == batches);
        CHECK(train(*network, images, held_out, head.options, never, state) == training_end::finished);
        check_equal(*straight, *network);
        REQUIRE(state.log.intervals.size() == log.intervals.size());
        for (std::size_t i = 0; i < log.intervals.size(); ++i)
            CHECK(state.log.intervals[i].sums.losses == log.intervals[i].sums.losses);
        for (std::size_t i = 0; i < whole.average.size(); ++i) CHECK(at::equal(whole.average[i], state.average[i]));
        CHECK(state.log.epochs.back().test_loss == log.epochs.back().test_loss);
    }
}

TEST_CASE("what every optimiser keeps, and the best epoch, come back from a checkpoint", "[checkpoint]") {
    const test::temp_folder folder;
    const auto images = bright_halves(72), held_out = bright_halves(20);
    for (const auto kind : {optimiser_kind::sgd, optimiser_kind::adamw, optimiser_kind::rmsprop}) {
        auto options = options_for_tests();
        options.optimiser = kind;
        options.learning_rate = 1e-3;
        options.keep_best = true;
        options.shift = 1;
        options.noise = 0.1;
        stop_after never(1000), early(7);
        const auto straight = fresh(), begun = fresh(), gone_on = fresh();
        training_state whole, part;
        train(*straight, images, held_out, options, never, whole);
        train(*begun, images, held_out, options, early, part);
        REQUIRE(!part.best.empty());
        save_checkpoint(folder / "run", *begun, options, part);
        auto state = load_checkpoint(folder / "run", *gone_on);
        train(*gone_on, images, held_out, read_checkpoint_head(folder / "run").options, never, state);
        check_equal(*straight, *gone_on);
        REQUIRE(state.best.size() == whole.best.size());
        for (std::size_t i = 0; i < whole.best.size(); ++i) CHECK(at::equal(whole.best[i], state.best[i]));
    }
}

TEST_CASE("a checkpoint of another declaration is refused, and the network stays", "[checkpoint]") {
    const test::temp_folder folder;
    const auto file = written(folder.path(), 3);
    network_module other(plan_of<ExcitatoryInput>, {.device = "cpu", .seed = 4});
    const network_module before(plan_of<ExcitatoryInput>, {.device = "cpu", .seed = 4});
    CHECK_THROWS_WITH(load_checkpoint(file, other), Contains("Small") && Contains("ExcitatoryInput"));
    check_equal(other, before);
    network_module precise(plan_of<Small>, {.device = "cpu", .dtype = at::kDouble});
    CHECK_THROWS_WITH(load_checkpoint(file, precise), Contains("F32") && Contains("F64"));
}

TEST_CASE("a checkpoint's head is read without its tensors", "[checkpoint]") {
    const test::temp_folder folder;
    const auto file = written(folder.path(), 3);
    auto bytes = test::contents(file);
    bytes.back() = static_cast<char>(bytes.back() ^ 1);
    test::put(file, bytes);
    CHECK(read_checkpoint_head(file).options.seed == ~std::uint64_t{0});
    CHECK_THROWS_WITH(load_checkpoint(file, *fresh()), Contains("is corrupt: tensor"));
    test::put(file, bytes.substr(0, bytes.size() - 1));
    CHECK_THROWS_WITH(read_checkpoint_head(file), Contains("bytes follow the header"));
    const auto first_letter = bytes.find("Small");
    bytes[first_letter] = 's';
    test::put(file, bytes);
    CHECK_THROWS_WITH(read_checkpoint_head(file), Contains("its header does not have the checksum"));
}

TEST_CASE("all options come back, and a file that lacks one or has it of another type is refused", "[checkpoint]") {
    const test::temp_folder folder;
    auto options = options_for_tests();
    options.cuda_graph = true;
    options.final_learning_rate = 0.01 / 3;
    save_checkpoint(folder / "run", *fresh(), options, {});
    const auto read = read_checkpoint_head(folder / "run").options;
    CHECK(read.cuda_graph);
    CHECK(read.loss_all_steps);
    CHECK(read.final_learning_rate == 0.01 / 3);
    const auto with = [&](const std::string& name, const std::string& changed) {
        auto run = nlohmann::json::parse(io::read_safetensors_metadata(folder / "run").at("run"));
        if (changed.empty())
            run["options"].erase(name);
        else
            run["options"][name] = nlohmann::json::parse(changed);
        io::write_safetensors(folder / "bad", {}, {{"run", run.dump()}});
        return folder / "bad";
    };
    CHECK(read_checkpoint_head(with("log_every", "8")).options.log_every == 8);
    for (const auto* name : {"cuda_graph", "patience", "momentum", "flip"}) {
        CHECK_THROWS_WITH(read_checkpoint_head(with(name, "")), Contains("malformed") && Contains(name));
        CHECK_THROWS_WITH(read_checkpoint_head(with(name, "\"1\"")), Contains("malformed"));
    }
}

TEST_CASE("files that are no checkpoint are refused in words", "[checkpoint]") {
    const test::temp_folder folder;
    const auto network = fresh();
    const auto model = folder.path() / "model";
    network->save(model.string());
    CHECK_THROWS_WITH(load_checkpoint(model, *network), Contains("no checkpoint"));
    CHECK_THROWS_WITH(read_checkpoint_head(model), Contains("no checkpoint"));
    CHECK_THROWS_AS(load_checkpoint(folder.path() / "nowhere", *network), file_error);
    const auto described = [&](const std::string& run) {
        io::write_safetensors(folder.path() / "odd", {}, {{"run", run}});
        return folder.path() / "odd";
    };
    CHECK_THROWS_WITH(load_checkpoint(described("not json"), *network), Contains("malformed"));
    CHECK_THROWS_WITH(load_checkpoint(described(R"({"version": 99})"), *network), Contains("version 99"));
    CHECK_THROWS_WITH(load_checkpoint(described(R"({"version": 2})"), *network), Contains("malformed"));
}

TEST_CASE("a log as long as a training takes comes back from a checkpoint", "[checkpoint]") {
    const test::temp_folder folder;
    const auto network = fresh();
    training_state state;
    for (int i = 0; i < 20'000; ++i) {
        state.log.intervals.push_back({.epoch = i / 10, .iteration = i, .sums = {.iterations = i, .losses = i / 3.0}});
        state.log.epochs.push_back(
            {.epoch = i,
             .iteration = i,
             .train = {.seconds = i / 7.0},
             .test_loss = 0.1 * i,
             .test_accuracy = 1.0 / (i + 1),
             .test_seconds = 0,
             .test_fits = std::vector<target_fit>(static_cast<std::size_t>(i % 3), {0.5, i / 9.0})});
    }
    const auto file = folder.path() / "long";
    save_checkpoint(file, *network, options_for_tests(), state);
    const auto back = load_checkpoint(file, *network);
    CHECK((back.log.intervals == state.log.intervals));
    CHECK((back.log.epochs == state.log.epochs));
    CHECK(read_checkpoint_head(file).options.seed == options_for_tests().seed);
}

}  // namespace train_test::checkpoint_test
