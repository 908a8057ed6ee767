// The description of a run in a checkpoint: its log is taken record by record, and what is no log is refused.

#include "train/run_text.hpp"
#include "train/log_json.hpp"

#include <cortexpr/error.hpp>

#include <fmt/format.h>

#include <catch.hpp>

#include <cmath>
#include <string>
#include <vector>

namespace train_test::run_text_test {

namespace {

using namespace cortexpr;
using Catch::Matchers::Contains;

std::string described(const std::string& intervals, const std::string& epochs = "[]", const std::string& more = "") {
    return fmt::format(
        R"({{"version": 2, "network": "Small", "state": {{"epochs": 3, "intervals": {}, "epoch_records": {},
                           "after": {{"intervals": [{{}}]}}}}{}}})",
        intervals, epochs, more);
}

/// A list of texts.
std::string listed(const std::string& first, const std::string& second = "") {
    return second.empty() ? fmt::format("[{}]", first) : fmt::format("[{},{}]", first, second);
}

std::string text_of(const interval_record& record) { return nlohmann::json(record).dump(); }

}  // namespace

TEST_CASE("a log is read record by record, and the rest stays a tree", "[checkpoint]") {
    const std::vector<interval_record> intervals{
        {.epoch = 1, .iteration = 2, .sums = {.iterations = 2, .losses = 0.1}},
        {.epoch = 2, .iteration = 9, .sums = {.images = 7, .seconds = 1.0 / 3}, .learning_rate = 1e-3}};
    const epoch_record epoch{.epoch = 1,
                             .iteration = 2,
                             .train = {},
                             .test_loss = 0.5,
                             .test_fits = {{0.25, 2}, {std::nan(""), 0}},
                             .learning_rate = 0.0};
    // Records of the same names elsewhere are no part of the log.
    const auto text =
        described(listed(text_of(intervals[0]), text_of(intervals[1])), listed(nlohmann::json(epoch).dump()),
                  R"(, "intervals": [{"epoch": 5}], "z": {"a": [{}]})");
    const auto read = read_run_text("run", text);
    CHECK((read.log.intervals == intervals));
    CHECK((read.log.epochs == std::vector{epoch}));
    CHECK(read.run ==
          nlohmann::json::parse(described("[]", "[]", R"(, "intervals": [{"epoch": 5}], "z": {"a": [{}]})")));
    const auto head = read_run_head("run", text);
    CHECK(!head.contains("state"));
    CHECK(head.at("network") == "Small");
}

TEST_CASE("the mean loss of an interval is that of its images", "[checkpoint]") {
    CHECK(training_sums{.iterations = 2, .images = 30, .losses = 29 * 0.5 + 3.5}.mean_loss() == Approx(0.6));
}

TEST_CASE("what is no log of a run is refused, and where", "[checkpoint]") {
    const auto refusal = [](const std::string& text) -> std::string {
        try {
            read_run_text("some/run", text);
            return "";
        } catch (const file_error& fault) {
            return fault.what();
        }
    };
    CHECK_THAT(refusal(described("[0]")),
               Contains("some/run") && Contains("something else than records") && Contains("intervals"));
    CHECK_THAT(refusal(described("null")), Contains("something else than records"));
    CHECK_THAT(refusal(described("[]", R"({"a": 1})")),
               Contains("something else than records") && Contains("epoch_records"));
    CHECK_THAT(refusal(described("[{}]")), Contains("malformed"));
    CHECK_THAT(refusal(fmt::format("{}x", described("[]"))), Contains("malformed"));
    CHECK_THAT(refusal(R"({"version": 1, "state": 0})"),
               Contains("version 1, and this build of cortexpr reads version 2"));
    CHECK_THAT(refusal(R"({"version": 1e300, "state": 0})"), Contains("type must be integer"));
    auto without_losses = nlohmann::json(interval_record{});
    without_losses["sums"].erase("losses");
    CHECK_THAT(refusal(described(listed(without_losses.dump()))), Contains("malformed"));
    auto record = nlohmann::json(interval_record{});
    record["sums"]["images"] = 2.5e27;
    CHECK_THAT(refusal(described(listed(record.dump()))), Contains("type must be integer, but is 2.5e+27"));
    std::string many = "[";
    for (int i = 0; i < 30'000; ++i) many += "0,";
    many += "0]";
    CHECK_THAT(refusal(described(fmt::format(R"([{{"epoch": {}}}])", many))), Contains("values in one record"));
    CHECK_THAT(refusal(described(many)), Contains("values in one record"));
    CHECK_THAT(refusal(described(listed(std::string(100, '[') + std::string(100, ']')))), Contains("brackets"));
    CHECK_THAT(refusal(described("[]", "[]", fmt::format(R"(, "notes": {}0)", std::string(1 << 19, ' ')))),
               Contains("gap"));
    CHECK_THROWS_WITH(read_run_head("run", R"({"version": 7})"), Contains("version 7"));
    CHECK_THROWS_WITH(read_run_head("run", listed(many)), Contains("malformed"));
}

TEST_CASE("a log of any length is within the bounds", "[checkpoint]") {
    const interval_record record{.epoch = 1, .iteration = 2, .sums = {.losses = 0.1}};
    const auto text = text_of(record);
    std::string intervals = text;
    for (int i = 1; i < 30'000; ++i) intervals.append(",").append(text);
    const epoch_record epoch{.epoch = 1, .train = {}, .test_fits = std::vector(50'000, target_fit{0.5, 2})};
    const auto read = read_run_text("run", described(listed(intervals), listed(nlohmann::json(epoch).dump()))).log;
    CHECK((read.intervals == std::vector(30'000, record)));
    CHECK((read.epochs == std::vector{epoch}));
}

}  // namespace train_test::run_text_test
