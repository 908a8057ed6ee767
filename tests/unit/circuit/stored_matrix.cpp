// Sparse matrices in arrays: COO and CSR of one matrix are the same entries, rows being targets.

#include "circuit/stored_matrix.hpp"

#include "catch.hpp"
#include "temp_folder.hpp"

#include <cortexpr/error.hpp>

#include <algorithm>
#include <map>
#include <tuple>

namespace circuit_stored_matrix_test {

using namespace cortexpr;
using namespace cortexpr::test;
using circuit::read_matrix;
using integers = std::vector<std::int32_t>;

namespace {

/// Arrays in memory.
class held_arrays : public circuit::array_file {
  public:
    struct array {
        std::vector<std::uint64_t> shape;
        std::vector<double> values;
    };
    std::map<std::string, array> all;
    std::optional<std::int64_t> rows, columns;
    std::map<std::string, std::string> words;

    bool has(const std::string& name) const override { return all.contains(name) || words.contains(name); }
    std::vector<std::uint64_t> shape(const std::string& name) const override { return all.at(name).shape; }
    std::vector<std::int64_t> whole_numbers(const std::string& name) const override {
        const auto& values = all.at(name).values;
        return {values.begin(), values.end()};
    }
    std::vector<double> reals(const std::string& name) const override { return all.at(name).values; }
    std::optional<std::int64_t> matrix_rows(const std::string&) const override { return rows; }
    std::optional<std::int64_t> matrix_columns(const std::string&) const override { return columns; }
    std::string word(const std::string& name) const override { return words.contains(name) ? words.at(name) : ""; }
    std::vector<std::string> list() const override {
        std::vector<std::string> names;
        for (const auto& one : all) names.push_back(one.first);
        return names;
    }
    [[noreturn]] void refuse(const std::string& name, const std::string& reason) const override {
        throw file_error(name, reason);
    }
};

held_arrays coo(const std::string& prefix = "") {
    held_arrays file;
    file.all[prefix + "indices"] = {{2, 4}, {0, 0, 2, 3, /*sources*/ 1, 2, 0, 2}};
    file.all[prefix + "values"] = {{4}, {0.5, 1, -2, 4}};
    return file;
}
held_arrays csr(std::vector<double> starts = {0, 2, 2, 3, 4}) {
    held_arrays file;
    file.all["crow_indices"] = {{starts.size()}, std::move(starts)};
    file.all["col_indices"] = {{4}, {1, 2, 0, 2}};
    file.all["values"] = {{4}, {0.5, 1, -2, 4}};
    return file;
}

std::string refusal(const held_arrays& file) {
    return message_of<file_error>([&] { read_matrix(file, ""); });
}

}  // namespace

TEST_CASE("COO and CSR of one matrix have the same entries", "[stored_matrix]") {
    for (const auto& file : {coo(), csr()}) {
        const auto matrix = read_matrix(file, "");
        CHECK(matrix.size() == 4);
        CHECK(matrix.targets == integers{0, 0, 2, 3});
        CHECK(matrix.sources == integers{1, 2, 0, 2});
        CHECK(matrix.weights == std::vector<double>{0.5, 1, -2, 4});
        CHECK(matrix.weights_array == "values");
    }
    // CSR says how many rows there are, those without entries among them; COO where the file does.
    CHECK(read_matrix(csr(), "").rows == 4);
    CHECK(read_matrix(csr({0, 2, 2, 3, 4, 4, 4}), "").rows == 6);
    CHECK_FALSE(read_matrix(coo(), "").rows);
    auto with_rows = coo();
    with_rows.rows = 9;
    with_rows.columns = 5;
    CHECK(read_matrix(with_rows, "").rows == 9);
    CHECK(read_matrix(with_rows, "").columns == 5);
    CHECK(read_matrix(coo("hh."), "hh.").indices_array == "hh.indices");
}

/// As scipy.sparse.save_npz has the matrix of `coo`.
held_arrays scipy(const std::string& format) {
    held_arrays file;
    file.words["format"] = format;
    file.all["shape"] = {{2}, {4, 3}};
    file.all["data"] = {{4}, {0.5, 1, -2, 4}};
    if (format == "coo") {
        file.all["row"] = {{4}, {0, 0, 2, 3}};
        file.all["col"] = {{4}, {1, 2, 0, 2}};
    } else if (format == "csr") {
        file.all["indptr"] = {{5}, {0, 2, 2, 3, 4}};
        file.all["indices"] = {{4}, {1, 2, 0, 2}};
    } else {
        file.all["data"] = {{4}, {-2, 0.5, 1, 4}};
        file.all["indptr"] = {{4}, {0, 1, 2, 4}};
        file.all["indices"] = {{4}, {2, 0, 0, 3}};
    }
    return file;
}

TEST_CASE("what scipy writes is the same matrix", "[stored_matrix]") {
    using entry = std::tuple<std::int32_t, std::int32_t, double>;
    const auto entries_of = [](const circuit::stored_matrix& matrix) {
        std::vector<entry> all;
        for (std::size_t i = 0; i < matrix.size(); ++i)
            all.emplace_back(matrix.targets[i], matrix.sources[i], matrix.weights[i]);
        std::ranges::sort(all);
        return all;
    };
    const auto expected = entries_of(read_matrix(coo(), ""));
    for (const auto* format : {"coo", "csr", "csc"}) {
        const auto file = scipy(format);
        CHECK(circuit::has_matrix(file, ""));
        CHECK_FALSE(circuit::has_matrix(file, "hh."));
        CHECK(entries_of(read_matrix(file, "")) == expected);
        CHECK(read_matrix(file, "").rows == 4);
        CHECK(read_matrix(file, "").columns == 3);
    }
    CHECK(contains(refusal(scipy("dia")), "says dia; coo, csr and csc are read, so convert it by tocsr()"));
    auto cut = scipy("coo");
    cut.all["col"] = {{3}, {1, 2, 0}};
    CHECK(contains(refusal(cut), "has 3 entries, but row has 4"));
    auto unsorted = scipy("csc");
    unsorted.all["indptr"] = {{4}, {0, 2, 1, 4}};
    CHECK(contains(refusal(unsorted), "doesn't go from 0 up to the 4 entries of indices"));
}

TEST_CASE("a matrix without entries is one", "[stored_matrix]") {
    held_arrays file;
    file.all["indices"] = {{2, 0}, {}};
    file.all["values"] = {{0}, {}};
    CHECK(read_matrix(file, "").size() == 0);
    held_arrays rows;
    rows.all["crow_indices"] = {{1}, {0}};
    rows.all["col_indices"] = rows.all["values"] = {{0}, {}};
    CHECK(read_matrix(rows, "").rows == 0);
}

TEST_CASE("a matrix is found under the names of a state dict, if none is given", "[stored_matrix]") {
    using circuit::prefix_of_matrix;
    CHECK(prefix_of_matrix(coo(), "", "hh.").empty());
    CHECK(prefix_of_matrix(coo("hh."), "", "hh.") == "hh.");
    CHECK(prefix_of_matrix(coo("rnn.hh."), "", "hh.") == "rnn.hh.");
    CHECK(prefix_of_matrix(coo("hh."), "", "ih.").empty());
    CHECK(prefix_of_matrix(coo("hh."), "mine.", "hh.") == "mine.");
    CHECK(circuit::has_matrix(csr(), ""));
    CHECK_FALSE(circuit::has_matrix(coo("hh."), ""));
}

TEST_CASE("arrays of other sizes than a sparse matrix has are refused by name", "[stored_matrix]") {
    auto wrong = coo();
    wrong.all["indices"].shape = {4, 2};
    CHECK(refusal(wrong) ==
          "indices: has the sizes 4x2; (2, n) were expected, targets (postsynaptic neurons) in row 0");
    wrong = coo();
    wrong.all["values"] = {{3}, {1, 2, 3}};
    CHECK(refusal(wrong) == "values: has 3 entries, but indices has 4");
    wrong.all["values"] = {{2, 2}, {1, 2, 3, 4}};
    CHECK(refusal(wrong) == "values: has 2 axes; one was expected");
    wrong.all["values"] = {{4, 1}, {1, 2, 3, 4}};
    CHECK(refusal(wrong).empty());  // a column is a list
    const auto starts = std::string("crow_indices: doesn't go from 0 up to the 4 entries of col_indices");
    CHECK(refusal(csr({})) == starts);
    CHECK(refusal(csr({1, 2, 4})) == starts);
    CHECK(refusal(csr({0, 2, 5})) == starts);
    CHECK(refusal(csr({0, 3, 2, 4})) == starts);
}

TEST_CASE("numbers of neurons fit into 31 bits", "[stored_matrix]") {
    auto wrong = coo();
    wrong.all["indices"].values[2] = 2147483648.0;
    CHECK(refusal(wrong) == "indices: has 2147483648 at 2; there are no neurons or channels beyond 2^31 - 1");
    wrong.all["indices"].values[2] = 2147483647.0;
    CHECK(read_matrix(wrong, "").targets[2] == 2147483647);
}

TEST_CASE("a file whose matrices all have a prefix is told it") {
    const auto ends_with = [](const circuit::array_file& arrays, const std::string& advice) {
        CHECK_THROWS_WITH(circuit::refuse_arrays("some.npz", arrays, "pre", "post"), Catch::Matchers::EndsWith(advice));
    };
    CHECK_THROWS_WITH(circuit::refuse_arrays("some.npz", coo(), "pre", "post"), !Catch::Matchers::Contains("prefix"));
    ends_with(coo("w."), "; give the prefix 'w.'");
    auto two = coo("w.");
    two.all.merge(coo("a.b.").all);
    two.all["only.indices"] = two.all["w.indices"];
    ends_with(two, "; give the prefix 'a.b.' or 'w.'");
}

}  // namespace circuit_stored_matrix_test
