// Tables by the names of their columns, and which files are tables.

#include "circuit/row_reader.hpp"

#include "catch.hpp"
#include "temp_folder.hpp"

#include <cortexpr/error.hpp>

namespace circuit_row_reader_test {

using namespace cortexpr;
using namespace cortexpr::test;

TEST_CASE("columns are found by name, each once", "[row_reader]") {
    const temp_folder folder;
    put(folder / "t.csv", "pre,post,weight,post\n1,2,3,4\n");
    const auto rows = circuit::open_rows(folder / "t.csv");
    REQUIRE(rows != nullptr);
    const std::vector<std::string> needed{"pre", "post"};
    CHECK(rows->column("pre", needed) == 0);
    CHECK(rows->column("weight", needed) == 2);
    CHECK(rows->has("post"));
    CHECK_FALSE(rows->has("Post"));
    CHECK(
        contains(message_of<file_error>([&] { rows->column("post", needed); }), "has two columns 'post'; rename one"));
    CHECK(contains(message_of<file_error>([&] { rows->column("id", needed); }), "has no column 'id'"));
    REQUIRE(rows->next());
    CHECK(rows->cells()[2] == "3");
    CHECK(rows->here().text() == "row 2");
    CHECK(rows->here(2).text() == "row 2, column 'weight'");
    CHECK_FALSE(rows->next());
}

TEST_CASE("the ending of a name says whether it is a table", "[row_reader]") {
    const temp_folder folder;
    for (const auto* name : {"t.csv", "t.tsv", "t.x.csv", "T.CSV"}) {
        put(folder / name, "a\n1\n");
        CHECK(circuit::open_rows(folder / name) != nullptr);
    }
    for (const auto* name : {"t", "t.npz", "csv", "t.csv.zip"}) CHECK(circuit::open_rows(folder / name) == nullptr);
    CHECK_THROWS_AS(circuit::open_rows(folder / "missing.csv"), file_error);
    CHECK_THROWS_AS(circuit::open_rows(folder / "missing.parquet"), file_error);
}

}  // namespace circuit_row_reader_test
