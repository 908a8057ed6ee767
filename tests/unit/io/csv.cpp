#include "catch.hpp"

#include <sys/resource.h>

#include <clocale>
#include <cmath>
#include <cortexpr/io/csv.hpp>
#include <csignal>
#include <cstdlib>
#include <limits>
#include <random>

#include "temp_folder.hpp"

namespace io_csv_test {

using namespace cortexpr;
using namespace cortexpr::test;
using io::csv_log;

TEST_CASE("a CSV log has its header at once and each row as soon as it is appended") {
    const temp_folder folder;
    put(folder / "log.csv", "of an earlier run\n");
    csv_log log(folder / "log.csv", {"epoch", "loss", "note"});
    CHECK(contents(folder / "log.csv") == "epoch,loss,note\n");
    log.append({std::int64_t{1}, 0.5, "first"});
    CHECK(contents(folder / "log.csv") == "epoch,loss,note\n1,0.5,first\n");
    csv_log moved(std::move(log));
    moved.append({std::int64_t{2}, std::monostate{}, "a \"b\", c\nd"});
    CHECK(contents(folder / "log.csv") == "epoch,loss,note\n1,0.5,first\n2,,\"a \"\"b\"\", c\nd\"\n");
    CHECK(folder.entries() == 1);
}

TEST_CASE("numbers in CSV read back to the same value") {
    CHECK(io::to_csv(0.1) == "0.1");
    CHECK(io::to_csv(1e300) == "1e+300");
    CHECK(io::to_csv(-0.0) == "-0");
    CHECK(io::to_csv(std::numeric_limits<double>::infinity()) == "inf");
    CHECK(io::to_csv(-std::numeric_limits<double>::infinity()) == "-inf");
    CHECK(io::to_csv(-std::numeric_limits<double>::quiet_NaN()) == "nan");
    CHECK(io::to_csv(std::numeric_limits<std::int64_t>::min()) == "-9223372036854775808");
    std::mt19937_64 bits(1);
    for (int draw = 0; draw < 10'000; ++draw) {
        const auto value = std::bit_cast<double>(bits());
        if (!std::isfinite(value)) continue;
        REQUIRE(std::strtod(io::to_csv(value).c_str(), nullptr) == value);
    }
}

TEST_CASE("numbers in CSV have a point whatever the locale") {
    const std::string before = std::setlocale(LC_ALL, nullptr);
    for (const char* name : {"de_DE.UTF-8", "fr_FR.UTF-8", "de_DE"}) {
        if (std::setlocale(LC_ALL, name) != nullptr) break;
    }
    CHECK(io::to_csv(1234.5) == "1234.5");
    std::setlocale(LC_ALL, before.c_str());
}

TEST_CASE("a CSV log refuses rows and columns that do not fit") {
    const temp_folder folder;
    csv_log log(folder / "log.csv", {"a", "b"});
    CHECK_THROWS_AS(log.append({1.0}), usage_error);
    CHECK_THROWS_AS(log.append({1.0, 2.0, 3.0}), usage_error);
    CHECK(contents(folder / "log.csv") == "a,b\n");
    CHECK_THROWS_AS(csv_log(folder / "other.csv", {}), usage_error);
    CHECK_THROWS_AS(csv_log(folder / "other.csv", {"a", "b", "a"}), usage_error);
    CHECK_THROWS_AS(csv_log(folder / "none" / "log.csv", {"a"}), file_error);
    CHECK(folder.entries() == 1);
}

TEST_CASE("a row that does not fit on the disk is taken back") {
    const temp_folder folder;
    csv_log log(folder / "log.csv", {"text"});
    log.append({"whole"});
    rlimit before{};
    REQUIRE(::getrlimit(RLIMIT_FSIZE, &before) == 0);
    const auto handler = std::signal(SIGXFSZ, SIG_IGN);
    const rlimit small{100, before.rlim_max};
    REQUIRE(::setrlimit(RLIMIT_FSIZE, &small) == 0);
    const std::string message = message_of<file_error>([&] { log.append({std::string(500, 'x')}); });
    REQUIRE(::setrlimit(RLIMIT_FSIZE, &before) == 0);
    std::signal(SIGXFSZ, handler);
    CHECK(is_sentence_about(message, folder / "log.csv"));
    CHECK(contents(folder / "log.csv") == "text\nwhole\n");
    log.append({"and on"});
    CHECK(contents(folder / "log.csv") == "text\nwhole\nand on\n");
}

}  // namespace io_csv_test
