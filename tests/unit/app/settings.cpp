// The settings of a run: what the command line, checkpoints and the summary make of one table.

#include "app/settings.hpp"

#include "app/circuit_settings.hpp"
#include "app/settings_options.hpp"
#include "app/settings_record.hpp"
#include "temp_folder.hpp"
#include "train/networks.hpp"
#include "train/run_json.hpp"

#include <cortexpr/module/network_module.hpp>
#include <cortexpr/train/checkpoint.hpp>

#include <CLI/CLI.hpp>

#include <catch.hpp>

namespace app_settings_test {

using namespace cortexpr;
using namespace cortexpr::application;
using Catch::Matchers::Contains;

namespace {

struct command_line {
    explicit command_line(const std::string& text = "", network_family family = network_family::areas) {
        given.values.family = family;
        add_settings(command, given, {});
        command.parse(text);
    }
    CLI::App command{};
    given_settings given{};
};

/// All settings other than their defaults.
const std::string everything =
    "--data folder --mean -0.5,0.25,0 --deviation measured --epochs 3 --batch 7 --steps 4 --lr 0.25 --final-lr 0.125 "
    "--seed 18446744073709551615 --warm-up 0 "
    "--average 0.5 --init reference --perturb 'silence I;cut E-I' --device cuda:1 --precision bfloat16 --threads 2 "
    "--log-every 9 --cuda-graph "
    "--loss-all-steps --limit-train 11 --limit-test 12 --optimiser sgd --momentum 0.5 --nesterov --mean-decay 0.75 "
    "--square-decay 0.5 --epsilon 0.125 --clip-norm 2 --clip-value 3 --weight-decay 0.5 --weight-decay-excitatory 0.25 "
    "--weight-decay-inhibitory 0 --schedule one-cycle --fall-every 2 --fall-factor 0.5 --rise 0.25 --loss "
    "squared-error "
    "--class-weights 1,2.5 --balance-classes --label-smoothing 0.5 --activity-l1 1 --activity-l2 2 --weight-l1 3 "
    "--wiring-length 4 --shift 1 --flip --rotate 90 --noise 0.5 --patience 5 --keep-best --tensorboard --overfit-batch";

std::string refusal(const std::string& text) {
    try {
        const command_line parsed(text);
    } catch (const CLI::ParseError& problem) {
        return problem.what();
    }
    return "none";
}

/// What a checkpoint gives back of the settings that it was written with.
run_settings through_file(const run_settings& settings, const checkpoint_notes& notes) {
    const test::temp_folder folder;
    const network_module network(plan_of<train_test::Small>);
    save_checkpoint(folder / "run", network, settings, {}, notes);
    return settings_of(folder / "run");
}

}  // namespace

TEST_CASE("a command line gives all settings, and says which it gives", "[settings]") {
    const command_line all(everything), none;
    CHECK(to_json(all.given.values) == nlohmann::json{{"data", "folder"},
                                                      {"mean", "-0.5,0.25,0"},
                                                      {"deviation", "measured"},
                                                      {"epochs", 3},
                                                      {"batch_size", 7},
                                                      {"steps", 4},
                                                      {"learning_rate", 0.25},
                                                      {"final_learning_rate", 0.125},
                                                      {"seed", ~std::uint64_t{0}},
                                                      {"warm_up", 0},
                                                      {"averaging", 0.5},
                                                      {"initialisation", "reference"},
                                                      {"perturb", "silence I;cut E-I"},
                                                      {"device", "cuda:1"},
                                                      {"precision", "bfloat16"},
                                                      {"threads", 2},
                                                      {"log_every", 9},
                                                      {"cuda_graph", true},
                                                      {"loss_all_steps", true},
                                                      {"train_limit", 11},
                                                      {"test_limit", 12},
                                                      {"optimiser", "sgd"},
                                                      {"momentum", 0.5},
                                                      {"nesterov", true},
                                                      {"mean_decay", 0.75},
                                                      {"square_decay", 0.5},
                                                      {"epsilon", 0.125},
                                                      {"clip_norm", 2.0},
                                                      {"clip_value", 3.0},
                                                      {"weight_decay", 0.5},
                                                      {"excitatory_weight_decay", 0.25},
                                                      {"inhibitory_weight_decay", 0.0},
                                                      {"schedule", "one-cycle"},
                                                      {"fall_every", 2},
                                                      {"fall_factor", 0.5},
                                                      {"rise", 0.25},
                                                      {"loss", "squared-error"},
                                                      {"class_weights", {1.0, 2.5}},
                                                      {"balance_classes", true},
                                                      {"label_smoothing", 0.5},
                                                      {"activity_l1", 1.0},
                                                      {"activity_l2", 2.0},
                                                      {"weight_l1", 3.0},
                                                      {"wiring_length", 4.0},
                                                      {"shift", 1},
                                                      {"flip", true},
                                                      {"rotate", 90.0},
                                                      {"noise", 0.5},
                                                      {"patience", 5},
                                                      {"keep_best", true},
                                                      {"tensorboard", true},
                                                      {"overfit_batch", true}});
    CHECK(to_json(none.given.values) == to_json(run_settings{}));
    CHECK(all.given.has("--limit-test"));
    CHECK(!none.given.has("--limit-test"));
    for (const auto* words : {"[10]", "[0.001]", "[cosine with --final-lr, else constant]", "[adam]", "[0.99]",
                              "[balanced]", "[all cores]"})
        CHECK_THAT(none.command.help(), Contains(words));
}

TEST_CASE("each option of a training is a setting", "[settings]") {
    const auto values = command_line(everything).given.values;
    const auto settings = to_json(values);
    const nlohmann::json options = training_options(values);
    for (const auto& [name, value] : options.items()) {
        CAPTURE(name);
        REQUIRE(settings.contains(name));
        CHECK(settings[name] == value);
    }
}

TEST_CASE("numbers and names are refused in words", "[settings]") {
    CHECK(refusal(everything) == "none");
    CHECK(refusal("--epochs 0") == "--epochs: 0 is not from 1 to 1000000000");
    CHECK(refusal("--epochs one") == "--epochs: 'one' is no whole number");
    CHECK(refusal("--epochs 1.5") == "--epochs: '1.5' is no whole number");
    CHECK(refusal("--epochs 99999999999999999999") == "--epochs: 99999999999999999999 is not from 1 to 1000000000");
    CHECK(refusal("--warm-up -1") == "--warm-up: -1 is not from 0 to 1000000000");
    CHECK(refusal("--threads 1025") == "--threads: 1025 is not from 1 to 1024");
    CHECK(refusal("--lr inf") == "--lr: inf is not a positive number");
    CHECK(refusal("--lr 0x1p-3") == "--lr: 0x1p-3 is not a positive number");
    CHECK(refusal("--lr 1e-3") == "none");
    CHECK(refusal("--lr +1e-3") == "none");
    CHECK_THAT(refusal("--mean 0x10"), Contains("is neither a number"));
    CHECK_THAT(refusal("--epochs 0x10"), Contains("is no whole number"));
    CHECK(refusal("--final-lr -1") == "--final-lr: -1 is not a number from 0");
    CHECK(refusal("--average 1") == "--average: 1 is not a number from 0 to below 1");
    for (const std::string mean : {"x", "1,", ",1", "1;2", "nan", "inf", "1 2"})
        CHECK_THAT(refusal("--mean '" + mean + "'"), Contains(mean + " is neither a number, nor several"));
    for (const std::string deviation : {"0", "0.5,-1", "x"})
        CHECK_THAT(refusal("--deviation " + deviation), Contains(deviation + " is neither a positive number"));
    CHECK(refusal("--class-weights 1,0") == "none");
    CHECK(refusal("--class-weights 1,-1") == "--class-weights: 1,-1 is no list of numbers from 0 with commas between");
    CHECK(refusal("--patience 0") == "--patience: 0 is not from 1 to 1000000000; give none for that");
    CHECK(refusal("--rotate 181") == "--rotate: 181 is not a number from 0 to 180");
    CHECK(refusal("--rise 1") == "--rise: 1 is not a number between 0 and 1");
    CHECK(refusal("--optimiser lion") == "--optimiser: lion not in {adam,adamw,sgd,rmsprop}");
    CHECK(refusal("--init lucky") == "--init: lucky not in {balanced,reference}");
    for (const std::string seed : {"-1", "x", "18446744073709551616"})
        CHECK(refusal("--seed " + seed) == "--seed: " + seed + " is not a whole number from 0 to 18446744073709551615");
}

TEST_CASE("what is unset at first can be unset again", "[settings]") {
    const std::vector<setting_value> of_file{{"patience", "3"},  {"train_limit", "9"}, {"mean", "0.5"},
                                             {"clip_norm", "1"}, {"loss", "huber"},    {"class_weights", "1,2"},
                                             {"perturb", "cut"}, {"data", "folder"}};
    for (const std::string none : {"", "none", "never"}) {
        command_line line("--patience " + (none.empty() ? "none" : none));
        std::vector<setting_value> given;
        for (const auto& one : of_file)
            if (one.key != "patience") given.push_back({one.key, one.key == "data" ? "" : none});
        apply(line.given, given, of_file);
        CHECK(to_json(line.given.values) == to_json(run_settings()));
        CHECK(line.given.has("--patience"));
    }
    command_line named("--data none");  // a folder may be called so
    CHECK(named.given.values.data == "none");
    CHECK(refusal("--epochs ''") != "none");
    CHECK(refusal("--init ''") != "none");
}

TEST_CASE("settings come back from a checkpoint", "[settings]") {
    auto settings = command_line(everything).given.values;
    settings.train_fingerprint = "a";
    settings.test_fingerprint = "b";
    const auto read = through_file(settings, notes_of(settings));
    settings.data = std::filesystem::absolute("folder").string();
    CHECK(to_json(read) == to_json(settings));
    CHECK(read.train_fingerprint == "a");
    CHECK(read.test_fingerprint == "b");
    const run_settings defaults;
    CHECK(to_json(through_file(defaults, notes_of(defaults))) == to_json(defaults));
    // A file from before there were precisions and limits.
    const std::string older = R"({"data": "", "device": "cuda", "initialisation": "balanced", "threads": 3,
                                  "train_fingerprint": "", "test_fingerprint": ""})";
    CHECK(through_file({}, {{"program", older}}).device == "cuda");
    CHECK(through_file({}, {{"program", older}}).precision == "float32");
    CHECK_THROWS_WITH(through_file({}, {}), Contains("lacks the program's settings"));
    CHECK_THROWS_WITH(through_file({}, {{"program", R"({"threads": "many"})"}}),
                      Contains("lacks the program's settings"));
}

TEST_CASE("a continued run keeps what decides its numbers", "[settings]") {
    for (const std::string option : {"--batch 7",        "--steps 4",
                                     "--lr 0.25",        "--final-lr 0.125",
                                     "--seed 3",         "--warm-up 0",
                                     "--average 0.5",    "--init reference",
                                     "--mean 0.5",       "--deviation measured",
                                     "--log-every 9",    "--loss-all-steps",
                                     "--limit-train 11", "--limit-test 12",
                                     "--optimiser sgd",  "--clip-norm 1",
                                     "--weight-decay 1", "--loss squared-error",
                                     "--schedule step",  "--activity-l1 1",
                                     "--shift 1",        "--keep-best",
                                     "--overfit-batch"})
        CHECK_THROWS_WITH(require_changeable(command_line(option).given),
                          option.substr(0, option.find(' ')) +
                              " can't be given with --resume: a continued run keeps its settings, but for --data, "
                              "--epochs, --patience, "
                              "--device, --precision, --threads, --cuda-graph, --tensorboard");
    const auto changed = [](run_settings settings, const std::string& text) {
        const command_line parsed(text);
        require_changeable(parsed.given);
        change(settings, parsed.given);
        return settings;
    };
    run_settings begun;
    begun.cuda_graph = true;
    begun.device = "cuda";
    begun.learning_rate = 0.5;
    CHECK(to_json(changed(begun, "")) == to_json(begun));
    const auto elsewhere =
        changed(begun, "--data other --epochs 99 --device cpu --precision bfloat16 --threads 5 --cuda-graph=false");
    begun.data = "other";
    begun.epochs = 99;
    begun.device = "cpu";
    begun.precision = "bfloat16";
    begun.threads = 5;
    begun.cuda_graph = false;
    CHECK(to_json(elsewhere) == to_json(begun));
    CHECK(changed(begun, "--patience 3 --tensorboard").patience == 3);
    begun.final_learning_rate = 0;
    CHECK(changed(begun, "--epochs 99").epochs == 99);
    CHECK_THROWS_WITH(changed(begun, "--epochs 100"), Contains("--epochs can't be changed"));
    begun.final_learning_rate.reset();
    begun.schedule = learning_rate_schedule::one_cycle;
    CHECK_THROWS_WITH(changed(begun, "--epochs 100"), Contains("--epochs can't be changed"));
    begun.schedule = learning_rate_schedule::step;
    CHECK(changed(begun, "--epochs 100").epochs == 100);
}

TEST_CASE("how a connectome's files are read is the command line's, else the program's", "[settings]") {
    app_options options;
    options.files = {.synapses = "s.csv",
                     .cells = "c.csv",
                     .unannotated_type = "other",
                     .undeclared = circuit::undeclared::left_out,
                     .prefix = "w."};
    const command_line said("--unannotated left_out --undeclared refused --prefix hh.", network_family::connectome);
    auto files = files_of(said.given.values, options);
    CHECK(files.unannotated == circuit::unannotated::left_out);
    CHECK(files.undeclared == circuit::undeclared::refused);
    CHECK(files.prefix == "hh.");
    CHECK(files.unannotated_type == "other");
    files = files_of(command_line("", network_family::connectome).given.values, options);
    CHECK(files.undeclared == circuit::undeclared::left_out);
    CHECK(files.prefix == "w.");

    CLI::App command;
    given_settings given;
    given.values.family = network_family::connectome;
    add_circuit_settings(command, given, options);
    const auto help = command.help();
    CHECK_THAT(help, Contains("=s.csv") && Contains("=c.csv, where --synapses isn't given") && Contains("=left_out"));
    take_circuit_settings(given, {{"synapses", "run.csv"}, {"unannotated", "left_out"}, {"epochs", 3}});
    CHECK(given.values.synapses == "run.csv");
    CHECK(given.values.unannotated == circuit::unannotated::left_out);
}

TEST_CASE("a connectome has settings of its own, and not those of areas", "[settings]") {
    const command_line given("--synapses s.csv --cells c.csv --weights as_in_the_file --cuda-graph",
                             network_family::connectome);
    const auto told = to_json(given.given.values);
    CHECK(told["synapses"] == "s.csv");
    CHECK(told["cuda_graph"] == true);
    CHECK(told["starting_weights"] == "as_in_the_file");
    CHECK(!told.contains("initialisation"));
    CHECK(!to_json(run_settings{}).contains("synapses"));
    CHECK_THAT(refusal("--synapses s.csv"), Contains("--synapses"));
    CHECK_THROWS_WITH(command_line("--init reference", network_family::connectome), Contains("--init"));
    CHECK_THROWS_WITH(command_line("--weights heavy", network_family::connectome), Contains("by_total_input"));
    CHECK_THROWS_WITH(command_line("--unannotated lost", network_family::connectome), Contains("left_out"));

    const test::temp_folder folder;
    const network_module network(plan_of<train_test::Small>);
    save_checkpoint(folder / "run", network, given.given.values, {}, notes_of(given.given.values));
    const auto read = settings_of(folder / "run", network_family::connectome);
    CHECK(read.cells == std::filesystem::absolute("c.csv").string());
    CHECK(read.starting_weights == "as_in_the_file");
    CHECK_THROWS_WITH(require_changeable(given.given), Contains("--weights"));
}

}  // namespace app_settings_test
