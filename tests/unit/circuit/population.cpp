// Neurons as they come in: numbers in the order in which they are named, types and classes as files and declarations
// say. What files of every format make of it is tested with their readers.

#include "circuit/population.hpp"

#include "circuit/circuits.hpp"

#include <cortexpr/error.hpp>

#include <limits>

namespace circuit_population_test {

using namespace cortexpr;
using namespace cortexpr::test;
using circuit::place;
using circuit::population;

namespace {

const place at{.file = "c.csv", .row = 2};

/// What a population is made from, which has to live as long as it.
struct given {
    files from{};
    expectation expected{};
    report found{};

    population cells() { return {from, expected, found}; }
};

place row(std::int64_t number) { return {.file = "c.csv", .row = number}; }

std::string refusal_of(const std::function<void()>& call) { return message_of<file_error>(call); }

}  // namespace

TEST_CASE("neurons get their numbers in the order in which they are named", "[population]") {
    given some;
    auto cells = some.cells();
    CHECK(cells.number_of("b", at) == 0);
    CHECK(cells.number_of("a", at) == 1);
    CHECK(cells.number_of("b", at) == 0);
    CHECK(cells.number_of(std::int64_t{7}, at) == 2);
    CHECK(cells.number_of("7", at) == 2);  // one id, as a number and as text
    CHECK(cells.number_of("007", at) == 3);
    CHECK(cells.size() == 4);
    const auto all = cells.finish("s.csv");
    CHECK(all.ids == strings{"b", "a", "7", "007"});
    CHECK(all.type_names == strings{"neuron"});
    CHECK(all.types == integers(4, 0));
    CHECK(all.classes.empty());
}

TEST_CASE("ids that are the neurons' numbers aren't kept", "[population]") {
    given some;
    auto numbers = some.cells();
    for (const auto* id : {"0", "1", "2"}) numbers.number_of(id, at);
    CHECK(numbers.finish("s.csv").ids.empty());
    auto others = some.cells();
    for (const auto* id : {"1", "0"}) others.number_of(id, at);
    CHECK(others.finish("s.csv").ids == strings{"1", "0"});
}

TEST_CASE("types are in the order of their names, or in one that is kept, or declared", "[population]") {
    const auto add_all = [](population& cells) {
        for (const auto& [id, type] : {std::pair("1", "z"), std::pair("2", "a"), std::pair("3", "z")})
            cells.add(id, type, "", "", at);
    };
    given some;
    auto sorted = some.cells();
    add_all(sorted);
    auto all = sorted.finish("");
    CHECK(all.type_names == strings{"a", "z"});
    CHECK(all.types == integers{1, 0, 1});
    auto kept = some.cells();
    kept.keep_order_of({"m", "z"});
    add_all(kept);
    all = kept.finish("");
    CHECK(all.type_names == strings{"m", "z", "a"});  // one without neurons among them
    CHECK(all.types == integers{1, 2, 1});
    given declared{.expected = {.types = {{"z", excitatory}, {"a", inhibitory}}}};
    auto expected = declared.cells();
    add_all(expected);
    CHECK(expected.class_of(1) == inhibitory);
    all = expected.finish("");
    CHECK(all.type_names == strings{"z", "a"});
    CHECK(all.classes.empty());  // the declaration says them
}

TEST_CASE("a neuron has one row, and the first is named", "[population]") {
    given some;
    auto cells = some.cells();
    cells.add("7", "a", "", "", row(2));
    CHECK(refusal_of([&] { cells.add("7", "b", "", "", row(5)); }) ==
          "c.csv: row 5, column 'id': neuron '7' is there twice, first in row 2; each has one row");
    CHECK(contains(refusal_of([&] { cells.add("", "b", "", "", row(6)); }), "row 6, column 'id': is empty"));
}

TEST_CASE("neurons without a type, and of others than the declared, are left out with their rows", "[population]") {
    given some{.from = {.unannotated = circuit::unannotated::left_out, .undeclared = circuit::undeclared::left_out},
               .expected = {.types = {{"E", excitatory}}}};
    auto cells = some.cells();
    cells.add("1", "", "", "", row(2));
    cells.add("2", "X", "", "", row(3));
    cells.add("3", "E", "", "", row(4));
    CHECK(cells.size() == 1);
    CHECK(cells.rows() == 3);
    CHECK(cells.number_at(0, at) == population::left_out);
    CHECK(cells.number_at(2, at) == 0);
    CHECK(cells.number_of("2", at) == population::left_out);
    CHECK(cells.number_of("9", at) == population::left_out);  // that the cells don't name
    CHECK(some.found.unannotated == 2);
    CHECK(some.found.undeclared == 1);
    for (const std::int64_t row : {std::int64_t{-1}, std::int64_t{3}, std::numeric_limits<std::int64_t>::max()})
        CHECK(contains(refusal_of([&] { std::ignore = cells.number_at(row, at); }),
                       std::to_string(row) + " is no neuron; they are 0 to 2"));
}

TEST_CASE("a neuron that isn't named in the cells is counted once, whatever becomes of it", "[population]") {
    given kept{.from = {.unannotated_type = "other"}};
    auto cells = kept.cells();
    cells.add("1", "E", "", "", row(2));
    CHECK(cells.number_of("8", at) == 1);
    CHECK(cells.number_of("8", at) == 1);
    CHECK(cells.label(cells.type(1)) == "other");
    CHECK(kept.found.unannotated == 1);
    given refused{.from = {.unannotated = circuit::unannotated::refused}};
    auto strict = refused.cells();
    strict.add("1", "E", "", "", row(2));
    CHECK(contains(refusal_of([&] { strict.number_of("8", at); }), "neuron '8' isn't in c.csv"));
}

TEST_CASE("a class comes from its column, against a declaration it is refused", "[population]") {
    given some{.from = {.otherwise = inhibitory}};
    auto cells = some.cells();
    for (const auto& [id, word] :
         {std::pair("a", "excitatory"), std::pair("b", "-1"), std::pair("c", "hybrid"), std::pair("d", "")})
        cells.add(id, "t", word, "", at);
    CHECK(cells.class_of(1) == inhibitory);
    CHECK_FALSE(cells.class_of(3));
    cells.learn_class(0, hybrid);
    CHECK(cells.finish("").classes == classes{hybrid, inhibitory, hybrid, inhibitory});
    auto wrong = some.cells();
    CHECK(contains(refusal_of([&] { wrong.add("a", "t", "both", "", at); }),
                   "column 'neuron_class': 'both' is no class of neurons"));
    given declared{.expected = {.types = {{"E", excitatory}, {"H", hybrid}}}};
    auto strict = declared.cells();
    CHECK(contains(refusal_of([&] { strict.add("a", "E", "inhibitory", "", at); }),
                   "the neuron is inhibitory, but its type 'E' is declared excitatory"));
    strict.add("b", "H", "inhibitory", "", at);
    strict.add("c", "E", "hybrid", "", at);
    strict.add("d", "H", "", "", at);
    CHECK(strict.class_of(0) == inhibitory);
    CHECK(strict.class_of(2) == hybrid);
    CHECK(strict.finish("").classes == classes{inhibitory, excitatory, hybrid});
}

TEST_CASE("ids of 63 bits are numbers, others are refused", "[population]") {
    given some;
    auto cells = some.cells();
    constexpr auto most = std::numeric_limits<std::int64_t>::max();
    CHECK(cells.number_of(most - 1, at) == 0);
    CHECK(cells.number_of("9223372036854775806", at) == 0);
    CHECK(contains(refusal_of([&] { cells.number_of(most, at); }), "an id is beyond 63 bits"));
    CHECK(contains(refusal_of([&] { cells.number_of(std::int64_t{-1}, at); }), "-1 is no id; they aren't negative"));
}

TEST_CASE("where nothing names neurons they are their numbers, of one type", "[population]") {
    given some;
    auto cells = some.cells();
    cells.add_unnamed(3, "s.npz");
    CHECK(cells.size() == 3);
    CHECK(cells.shown_id(2) == "2");
    CHECK(cells.number_at(2, at) == 2);
    CHECK(cells.finish("s.npz").type_names == strings{"neuron"});
    given two{.expected = {.types = {{"E", excitatory}, {"I", inhibitory}}}};
    CHECK(contains(refusal_of([&] { two.cells().add_unnamed(3, "s.npz"); }), "says no types, but 2 are declared"));
    CHECK(contains(message_of<usage_error>([&] { two.cells().number_of("1", at); }), "needs a file of cells"));
    auto none = two.cells();
    none.add("1", "E", "", "", at);
    CHECK(contains(refusal_of([&] { none.finish("s.csv"); }), "has no neuron of the declared type 'I'"));
    given twice{.expected = {.types = {{"E", excitatory}, {"E", excitatory}}}};
    CHECK(contains(message_of<usage_error>([&] { twice.cells(); }), "the type 'E' is expected twice"));
}

}  // namespace circuit_population_test
