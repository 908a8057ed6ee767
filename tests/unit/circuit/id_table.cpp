// Ids of neurons: what is a number, what has lost digits, and the table from ids to neurons.

#include "circuit/id_table.hpp"

#include "circuit/random.hpp"
#include "temp_folder.hpp"

#include <cstdint>
#include <limits>
#include <map>

#include <catch.hpp>

namespace circuit_id_table_test {

using namespace cortexpr;
using namespace cortexpr::circuit;

TEST_CASE("an id is a number where it is written as one", "[id_table]") {
    CHECK(whole_number_in("0") == 0U);
    CHECK(whole_number_in("720575940621675174") == 720575940621675174U);
    CHECK(whole_number_in("18446744073709551615") == std::numeric_limits<std::uint64_t>::max());
    // Others are text, and stay as they are: 007 isn't 7.
    for (const auto* text : {"", "18446744073709551616", "007", "-1", "+1", " 1", "1 ", "1.0", "1e3", "AVAL", "0x1"})
        CHECK_FALSE(whole_number_in(text));
}

TEST_CASE("a number that may have lost digits is no id", "[id_table]") {
    for (const auto* text : {"7.2e17", "1.0", "-1.5", "+2E3", ".5", "1."}) CHECK(is_rounded_number(text));
    for (const auto* text : {"", "7", "-7", "e3", "1e", "1.2.3", "1.0a", "L1.5", ".", "-"})
        CHECK_FALSE(is_rounded_number(text));
    const place at{.file = "cells.csv", .row = 3, .column = "root_id"};
    const auto refusal = [&](const char* id) { return test::message_of<file_error>([&] { require_id(id, at); }); };
    CHECK(refusal("7").empty());
    CHECK(refusal("AVAL").empty());
    CHECK(test::contains(refusal(""), "row 3, column 'root_id': is empty"));
    CHECK(test::contains(refusal("7.2e17"), "'7.2e17' is a rounded number"));
}

TEST_CASE("ids are found as text and as numbers, whatever their bits", "[id_table]") {
    id_table table;
    CHECK(table.find("7") == id_table::absent);
    CHECK(table.find(std::uint64_t{7}) == id_table::absent);
    std::map<std::uint64_t, std::int32_t> expected;
    std::uint64_t id = 0;
    // Neighbours, multiples of powers of two, and numbers all over: an open table has to part them all.
    for (std::int32_t number = 0; number < 3000; ++number) {
        id = number % 3 == 0   ? static_cast<std::uint64_t>(number) << 40U
             : number % 3 == 1 ? static_cast<std::uint64_t>(number)
                               : mixed_bits(static_cast<std::uint64_t>(number));
        if (!expected.emplace(id, number).second) continue;
        if (number % 2 == 0)
            table.insert(id, number);
        else
            table.insert(std::to_string(id), number);
    }
    for (const auto& [key, number] : expected) {
        CHECK(table.find(key) == number);
        CHECK(table.find(std::to_string(key)) == number);
    }
    CHECK(table.find(std::uint64_t{999'999}) == id_table::absent);
    table.insert("AVAL", 4000);
    table.insert("007", 4001);
    CHECK(table.find("AVAL") == 4000);
    CHECK(table.find("007") == 4001);
    CHECK(table.find("7") == 7);
    CHECK(table.find("AVAR") == id_table::absent);
}

}  // namespace circuit_id_table_test
