// Places in files, in words.

#include "circuit/place.hpp"

#include "catch.hpp"
#include "temp_folder.hpp"

#include <cortexpr/error.hpp>

namespace circuit_place_test {

using namespace cortexpr;
using circuit::place;

TEST_CASE("a place is a row, its column, or an entry of an array", "[place]") {
    const place row{.file = "s.csv", .row = 7}, entry{.file = "s.npz", .row = 0, .column = "weight", .is_array = true};
    CHECK(row.text() == "row 7");
    CHECK(row.in("weight").text() == "row 7, column 'weight'");
    CHECK(row.in("weight").in("post").text() == "row 7, column 'post'");
    CHECK(entry.text() == "entry 0 of array 'weight'");
    CHECK(entry.in("post").text() == "entry 0 of array 'post'");
    CHECK(row.in("a\nb").text() == "row 7, column 'a?b'");
    CHECK(test::message_of<file_error>([&] { row.in("weight").refuse("'x' is no number"); }) ==
          "s.csv: row 7, column 'weight': 'x' is no number");
}

}  // namespace circuit_place_test
