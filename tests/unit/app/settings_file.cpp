// Files of settings: what is read of them, and that what is written says the same.

#include "app/settings_file.hpp"

#include "app/settings_record.hpp"
#include "temp_folder.hpp"

#include <CLI/CLI.hpp>

#include <fmt/format.h>

#include <catch.hpp>

namespace settings_file_test {

using namespace cortexpr;
using namespace cortexpr::application;
using Catch::Matchers::Contains;

namespace {

struct command_line {
    explicit command_line(const std::string& text = "") {
        add_settings(command, given, {});
        command.parse(text);
    }
    CLI::App command{};
    given_settings given{};
};

/// What a command is given by its words and a file.
run_settings given_by(const std::string& words, const std::filesystem::path& file) {
    command_line parsed(words);
    apply(parsed.given, {}, read_settings(file).settings);
    return parsed.given.values;
}

}  // namespace

TEST_CASE("entries have their tables, values and lines", "[settings_file]") {
    const test::temp_folder folder;
    test::put(folder / "a.toml", "# first\nepochs = 3\n[grid]\nseed = [1,\n 2]\nlr = { from = 0.5, log = true }\n");
    test::put(folder / "a.json",
              "{\"epochs\": 3,\n\n\"grid\": {\"seed\": [1, 2],\n\"lr\": {\"from\": 0.5, \"log\": true}}}\n");
    std::filesystem::copy_file(folder / "a.json", folder / "A.JSON");
    for (const auto* name : {"a.toml", "a.json", "A.JSON"}) {
        const auto entries = read_entries(folder / name);
        REQUIRE(entries.size() == 3);
        CHECK(entries[0].table.empty());
        CHECK(entries[0].value == 3);
        CHECK(entries[1].table == "grid");
        CHECK(entries[1].value == nlohmann::json{1, 2});
        CHECK(entries[2].value == nlohmann::json{{"from", 0.5}, {"log", true}});
        const bool is_toml = std::string(name) == "a.toml";
        CHECK(entries[0].line == (is_toml ? 2 : 1));
        CHECK(entries[1].line == (is_toml ? 4 : 3));
        CHECK(entries[2].line == (is_toml ? 6 : 4));
    }
}

TEST_CASE("a number that TOML can't hold is taken in quotes", "[settings_file]") {
    const test::temp_folder folder;
    test::put(folder / "plain.toml", "epochs = 3\nseed = 18446744073709551615\n");
    CHECK_THROWS_WITH(read_entries(folder / "plain.toml"), Contains("line 2") && Contains("write it in quotes"));
    test::put(folder / "quoted.toml", "seed = \"18446744073709551615\"\n");
    CHECK(given_by("", folder / "quoted.toml").seed == ~std::uint64_t{0});
    test::put(folder / "too_large.toml", "seed = \"18446744073709551616\"\n");
    CHECK_THROWS_WITH(given_by("", folder / "too_large.toml"), Contains("from 0 to 18446744073709551615"));
}

TEST_CASE("texts and remarks in TOML may hold what settings may not", "[settings_file]") {
    const test::temp_folder folder;
    std::string dotted;
    for (int i = 0; i < 100; ++i) dotted += ".a";
    const std::string form = "\xEF\xBB\x9F";  // U+FEDF
    const std::vector<std::string> lines{"\xEF\xBB\xBF# " + dotted + ' ' + form + " \"",
                                         "out = \"" + form + " \\\"# " + dotted + "\" # '",
                                         R"(data = """a""b)",
                                         form + R"( \\\n\" \)",
                                         R"(  c"""")",
                                         "seed = '''",
                                         dotted + "''''",
                                         "epochs = 3"};
    std::string text;
    for (const auto& line : lines) text += line + '\n';
    test::put(folder / "a.toml", text);
    const auto entries = read_entries(folder / "a.toml");
    REQUIRE(entries.size() == 4);
    CHECK(entries[0].value == form + " \"# " + dotted);
    CHECK(entries[1].value == "a\"\"b\n" + form + " \\\n\" c\"");
    CHECK(entries[2].value == dotted + "'");
    CHECK(entries[3].value == 3);
    CHECK(entries[3].line == 8);

    const auto refusal = [&](const std::string& of) {
        test::put(folder / "b.toml", of);
        const auto message = test::message_of<file_error>([&] { read_entries(folder / "b.toml"); });
        return message.substr((folder / "b.toml").string().size());
    };
    CHECK(refusal("a = 1\n" + form + " = 2\n") == ": line 2: has a letter that isn't ASCII outside quotes");
    CHECK(refusal("a = 1\na" + dotted + " = 2\n") == ": line 2: has a key of more than 64 parts");
    for (const auto& [said, why] : {std::pair{"a = 1.\"" + form + "\"", "has a letter that isn't ASCII in a key"},
                                    {"a = 1=\"" + form + "\"", "has '=' within a value"},
                                    {"a = [1=\"" + form + "\"]", "has '=' within a value"},
                                    {"a = 1[\"" + form + "\"]", "has a bracket within a word"},
                                    {std::string("[\0.a]", 5), "has a control character"}})
        CHECK(refusal(said) == std::string(": line 1: ") + why);
    CHECK(refusal("a = 1\nb = 2'" + form + "'\n") == ": line 2: has a quote within a word");
    CHECK(refusal("a = \"\"\"b\\\n " + form + "\"\"\"") ==
          ": line 2: has a letter that isn't ASCII after a backslash; write it as \\u00E9");
    CHECK(refusal(std::string(30'001, '\n')) == ": line 30001: is where this file has more values than settings take");
}

TEST_CASE("what a run writes of its settings gives them back", "[settings_file]") {
    const test::temp_folder folder;
    const auto everything =
        command_line(
            "--data \"a 'b' c\" --mean -0.5,0.25 --epochs 3 --lr 0.1 --seed 18446744073709551615 --nesterov "
            "--optimiser sgd "
            "--schedule step --class-weights 1,0.3333333333333333 --clip-norm 1e-30 --keep-best --limit-test 12 "
            "--threads 3")
            .given.values;
    for (const auto& settings : {everything, command_line("--threads 1").given.values}) {
        test::put(folder / "run.toml", to_toml(settings, {{"cortexpr", "0.1.0"}}, "digits"));
        auto expected = settings;
        if (!expected.data.empty()) expected.data = std::filesystem::absolute(expected.data).string();
        CHECK(to_json(given_by("", folder / "run.toml")) == to_json(expected));
        CHECK(read_settings(folder / "run.toml").origin == run_origin{{"cortexpr", "0.1.0"}});
    }
    CHECK(given_by("--epochs 7 --nesterov=false", folder / "run.toml").epochs == 7);
}

TEST_CASE("settings of the command line come before those of a file", "[settings_file]") {
    const test::temp_folder folder;
    test::put(folder / "run.toml", "epochs = 3\nnesterov = true\nseed = 5\n");
    command_line parsed("--epochs 7");
    apply(parsed.given, {setting_in("nesterov=false")}, read_settings(folder / "run.toml").settings);
    CHECK(parsed.given.values.epochs == 7);
    CHECK(!parsed.given.values.nesterov);
    CHECK(parsed.given.values.seed == 5);
    CHECK(parsed.given.has("--seed"));
    CHECK_THROWS_WITH(apply(parsed.given, {setting_in("epochs=8")}, {}), "epochs is given twice");
    CHECK_THROWS_WITH(apply(parsed.given, {setting_in("lr=8")}, {}), Contains("there is no setting 'lr'"));
    CHECK_THROWS_WITH(apply(parsed.given, {setting_in("momentum=8")}, {}),
                      "momentum: 8 is not a number from 0 to below 1");
    CHECK_THROWS_WITH(setting_in("=3"), Contains("epochs=3"));
}

TEST_CASE("a key that stands twice in a JSON file is refused by its name and line", "[settings_file]") {
    const test::temp_folder folder;
    const auto file = folder / "run.json";
    test::put(file, "{\"epochs\": 3,\n\"seed\": 1,\n\"epochs\": 4, \"seed\": 2}");
    CHECK_THROWS_WITH(read_settings(file),
                      file.string() + ": line 3: has the key 'epochs' twice in one object; remove one");
    test::put(file, "{\"made_with\": {\"a\": {\"b\": 1,\n\"b\": 2}}}");
    CHECK_THROWS_WITH(read_settings(file), Contains("line 2: has the key 'b' twice in one object"));
}

TEST_CASE("a sweep's file is no settings of one run", "[settings_file]") {
    const test::temp_folder folder;
    const auto file = folder / "sweep.toml";
    for (const auto* table : {"settings", "grid", "random"}) {
        test::put(file, fmt::format("folder = \"x\"\n[{}]\nseed = [1]\n", table));
        CHECK_THROWS_WITH(read_settings(file),
                          Contains("is a sweep's file") && Contains(fmt::format("give it as sweep {}", file.string())));
    }
    test::put(file, "epochs = 3\n[other]\nseed = 1\n");
    CHECK_THROWS_WITH(read_settings(file), Contains("line 3: settings stand above all tables, and not in [other]"));
}

TEST_CASE("any bytes are read or refused in a sentence", "[settings_file]") {
    const test::temp_folder folder;
    for (const std::string good : {"epochs = 3\nclass_weights = [1, 2.5]\n[made_with]\na = \"b\"\n",
                                   "{\"epochs\": 3, \"made_with\": {\"a\": \"b\"}}"}) {
        const auto file = folder / (good[0] == '{' ? "run.json" : "run.toml");
        for (std::size_t at = 0; at < good.size(); ++at)
            for (const int change : {-1, 0, 0x22, 0x5B, 0x7F, 0xFF}) {
                auto text = change < 0 ? good.substr(0, at) : good;
                if (change >= 0) text[at] = static_cast<char>(change);
                test::put(file, text);
                try {
                    command_line parsed;
                    apply(parsed.given, {}, read_settings(file).settings);
                } catch (const error& problem) {
                    CHECK_THAT(problem.what(), Contains(file.string()));
                }
            }
    }
}

}  // namespace settings_file_test
