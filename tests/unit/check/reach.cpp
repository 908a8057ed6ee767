// Who reaches whom in drawn matrices, against paths that are followed one step at a time.

#include <cortexpr/check/reach.hpp>

#include "catch.hpp"

#include <random>
#include <vector>

using namespace cortexpr;
using check::diagnose_reach;
using check::reached;
using source = row_declaration::source;

namespace {

/// A matrix of a number of types, without feedback: rows stimulus, then types; columns types, then the output.
struct drawn {
    std::size_t types;
    std::vector<std::vector<cell_declaration>> cells;
    std::vector<neuron_declaration> neurons;
    std::vector<row_declaration> rows;
    area_declaration area{};

    explicit drawn(std::size_t count)
        : types(count), cells(count + 1, std::vector<cell_declaration>(count + 1)), neurons(count) {}
    drawn(const drawn&) = delete;

    void set(std::size_t row, std::size_t column) { cells[row][column].is = cell_declaration::mark::present; }
    bool has(std::size_t row, std::size_t column) const { return cells[row][column].present(); }
    const area_declaration& declared() {
        rows.clear();
        for (std::size_t row = 0; row <= types; ++row)
            rows.push_back({.from = row == 0 ? source::stimulus : source::neuron_type,
                            .neuron_type = static_cast<int>(row) - 1,
                            .cells = cells[row]});
        area.types = neurons;
        area.rows = rows;
        return area;
    }
    /// Types that `start` reaches by any number of edges, itself among them, or those that reach it.
    std::vector<bool> from(std::vector<bool> set, bool is_backward) const {
        for (std::size_t step = 0; step < types; ++step) {
            const auto before = set;
            for (std::size_t pre = 0; pre < types; ++pre)
                for (std::size_t post = 0; post < types; ++post)
                    if (has(pre + 1, post) && before[is_backward ? post : pre]) set[is_backward ? pre : post] = true;
        }
        return set;
    }
};

std::size_t first_outside(const std::vector<bool>& set) {
    std::size_t type = 0;
    while (type < set.size() && set[type]) ++type;
    return type;
}

/// The diagnosis, from paths alone.
std::pair<rule, int> expected(const drawn& matrix) {
    const auto types = matrix.types;
    bool has_output = false, has_stimulus = false;
    std::vector<bool> receives(types, false), stimulated(types, false), reads_out(types, false);
    for (std::size_t row = 0; row <= types; ++row) {
        has_output |= matrix.has(row, types);
        for (std::size_t column = 0; column <= types; ++column) has_stimulus |= row == 0 && matrix.has(row, column);
        for (std::size_t type = 0; type < types; ++type) {
            if (!matrix.has(row, type)) continue;
            receives[type] = true;
            if (row == 0) stimulated[type] = true;
        }
        if (row > 0) reads_out[row - 1] = matrix.has(row, types);
    }
    if (!has_output) return {rule::no_output_edge, 0};
    if (!has_stimulus) return {rule::unused_stimulus, 0};
    const auto of = [&](rule broken, const std::vector<bool>& set) {
        return std::pair(broken, static_cast<int>(first_outside(set)));
    };
    if (first_outside(receives) < types) return of(rule::receives_nothing, receives);
    const auto heard = matrix.from(stimulated, false), seen = matrix.from(reads_out, true);
    if (first_outside(heard) < types) return of(rule::hears_no_input, heard);
    if (first_outside(seen) < types) return of(rule::reaches_nothing, seen);
    return {rule::none, 0};
}

}  // namespace

TEST_CASE("a set grows to all that paths lead to, and back to all that they come from", "[check]") {
    std::mt19937 draw(1);
    for (int round = 0; round < 300; ++round) {
        drawn matrix(1 + round % 6);
        for (std::size_t row = 0; row <= matrix.types; ++row)
            for (std::size_t column = 0; column <= matrix.types; ++column)
                if (draw() % 4 == 0) matrix.set(row, column);
        for (std::size_t start = 0; start < matrix.types; ++start) {
            std::vector<bool> only(matrix.types, false);
            only[start] = true;
            reached forward(matrix.declared()), back(matrix.declared());
            forward.add(start);
            forward.add(start);  // looked at once
            back.add(start);
            forward.follow_edges(check::always);
            back.follow_edges_backward();
            CHECK(forward.first_outside() == first_outside(matrix.from(only, false)));
            CHECK(back.first_outside() == first_outside(matrix.from(only, true)));
        }
    }
}

TEST_CASE("a diagnosis names the first type that no path reaches, or that none leaves", "[check]") {
    std::mt19937 draw(2);
    std::vector<int> seen(6, 0);
    for (int round = 0; round < 4000; ++round) {
        drawn matrix(1 + round % 5);
        const unsigned share = 1 + round % 3;
        for (std::size_t row = 0; row <= matrix.types; ++row)
            for (std::size_t column = 0; column <= matrix.types; ++column)
                if (draw() % 4 < share) matrix.set(row, column);
        const auto found = diagnose_reach(matrix.declared());
        const auto [broken, type] = expected(matrix);
        CHECK(found.broken == broken);
        if (found.where == diagnosis::place::neuron_type) CHECK(found.numbers[0] == type);
        seen[broken == rule::no_output_edge     ? 0
             : broken == rule::unused_stimulus  ? 1
             : broken == rule::receives_nothing ? 2
             : broken == rule::hears_no_input   ? 3
             : broken == rule::reaches_nothing  ? 4
                                                : 5]++;
    }
    for (const int count : seen) CHECK(count > 10);
}

TEST_CASE("a rectified type that hears inhibition only stays silent", "[check]") {
    drawn matrix(2);  // E to I and the output, I to E; the stimulus to I
    for (const auto& [row, column] : {std::pair(0, 1), {1, 1}, {1, 2}, {2, 0}}) matrix.set(row, column);
    matrix.neurons[0].kind = neuron_class::excitatory;
    matrix.neurons[1].kind = neuron_class::inhibitory;
    matrix.neurons[0].nonlinearity = activation::relu;
    CHECK(diagnose_reach(matrix.declared()).broken == rule::only_inhibited);
    CHECK(diagnose_reach(matrix.declared()).numbers[0] == 0);
    matrix.neurons[0].nonlinearity = activation::sigmoid;  // above 0 for any drive
    CHECK(diagnose_reach(matrix.declared()).ok());
    matrix.neurons[0].nonlinearity = activation::relu;
    matrix.neurons[1].signed_rates = true;  // whose rates may be below 0, and so excite
    CHECK(diagnose_reach(matrix.declared()).ok());
    matrix.neurons[1].signed_rates = false;
    matrix.neurons[0].initial_state = fill::ones;  // which decay, and reach the output
    CHECK(diagnose_reach(matrix.declared()).ok());
    matrix.neurons[0].initial_state = fill::zeros;
    matrix.set(0, 0);
    matrix.area.input_class = neuron_class::inhibitory;  // of weights: pixels may have either sign
    CHECK(diagnose_reach(matrix.declared()).ok());
}

TEST_CASE("a rectified type that excites itself without a bias stays silent", "[check]") {
    drawn matrix(2);  // as above, and E to itself
    for (const auto& [row, column] : {std::pair(0, 1), {1, 0}, {1, 1}, {1, 2}, {2, 0}}) matrix.set(row, column);
    matrix.neurons[0].kind = neuron_class::excitatory;
    matrix.neurons[1].kind = neuron_class::inhibitory;
    matrix.neurons[0].nonlinearity = activation::relu;
    CHECK(diagnose_reach(matrix.declared()).ok());
    matrix.cells[1][0].with.bias = false;
    CHECK(diagnose_reach(matrix.declared()).broken == rule::only_inhibited);
    matrix.neurons[0].initial_state = fill::ones;
    CHECK(diagnose_reach(matrix.declared()).ok());
}

TEST_CASE("a rectified output that inhibition alone reaches is refused", "[check]") {
    drawn matrix(1);
    for (const auto& [row, column] : {std::pair(0, 0), {1, 0}, {1, 1}}) matrix.set(row, column);
    matrix.neurons[0].kind = neuron_class::inhibitory;
    CHECK(diagnose_reach(matrix.declared()).ok());
    matrix.area.output_nonlinearity = activation::relu;
    CHECK(diagnose_reach(matrix.declared()).broken == rule::only_inhibited_output);
    CHECK(diagnose_reach(matrix.declared()).where == diagnosis::place::output);
    matrix.neurons[0].kind = neuron_class::excitatory;
    CHECK(diagnose_reach(matrix.declared()).ok());
}
