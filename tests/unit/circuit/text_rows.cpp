// CSV and TSV as RFC 4180 says: quotes, ends of lines, rows longer than any buffer, and what is no table.

#include "circuit/text_rows.hpp"

#include "data/files.hpp"

#include <cortexpr/error.hpp>

namespace circuit_text_rows_test {

using namespace cortexpr;
using namespace cortexpr::test;
using circuit::text_rows;
using table = std::vector<std::vector<std::string>>;

namespace {

table read(std::string_view text, char separator = ',') {
    const temp_folder folder;
    put(folder / "t.csv", text);
    text_rows rows(folder / "t.csv", separator);
    table all;
    while (rows.next()) all.emplace_back(rows.cells().begin(), rows.cells().end());
    return all;
}

std::string refusal(std::string_view text) {
    const auto message = message_of<file_error>([&] { read(text); });
    const auto start = message.find("t.csv: ");
    return message.empty() ? message : message.substr(start + 7);
}

}  // namespace

TEST_CASE("the separator is that of the file's name", "[text_rows]") {
    using circuit::separator_of;
    CHECK(separator_of("a/b.csv") == ',');
    CHECK(separator_of("b.csv.gz") == ',');
    CHECK(separator_of("b.tsv") == '\t');
    CHECK(separator_of("b.tsv.gz") == '\t');
    CHECK(separator_of("B.CSV.Gz") == ',');
    for (const auto* name : {"csv", "b.txt", "b.gz", "b.csv.zip", "a.csv/b", ""}) CHECK(separator_of(name) == 0);
}

TEST_CASE("cells are trimmed, quoted ones hold anything", "[text_rows]") {
    CHECK(read("a,b\n1, 2 \n") == table{{"1", "2"}});
    CHECK(read("a,b\n \" 1,2 \" ,\"3\n4\"\n5,6") == table{{" 1,2 ", "3\n4"}, {"5", "6"}});
    CHECK(read("a,b\n\"\"\"\",\"a\"\"b\"\"\"\n") == table{{"\"", "a\"b\""}});
    CHECK(read("a,b\n\"\",\n,\"\"\n") == table{{"", ""}, {"", ""}});
    CHECK(read("a\tb\n1,2\t\"3\t4\"\n", '\t') == table{{"1,2", "3\t4"}});
}

TEST_CASE("a quote within a cell that isn't quoted is a letter", "[text_rows]") {
    CHECK(read("a,b\n5\",6\n7,8\n") == table{{"5\"", "6"}, {"7", "8"}});
    CHECK(read("a,b\n5\"\",6\"\n7,8\n") == table{{"5\"\"", "6\""}, {"7", "8"}});
    CHECK(read("a,b\nx \"y\",z\n7,8\n") == table{{"x \"y\"", "z"}, {"7", "8"}});
}

TEST_CASE("lines end as anywhere, and empty ones are passed over", "[text_rows]") {
    const table expected{{"1", "2"}, {"3", "4"}};
    CHECK(read("a,b\r\n1,2\r\n3,4\r\n") == expected);
    CHECK(read("\xEF\xBB\xBF\"a\",b\n1,2\n3,4") == expected);
    CHECK(read("\n\r\na,b\n\n1,2\n\n\n3,4\n\n") == expected);
    CHECK(read("a,b\n").empty());
    CHECK(read("a,b").empty());
    CHECK(read("a\n\"\"\n") == table{{""}});                         // not an empty line
    CHECK(read(",\na,b\n1,2\n  \n,\n , \r\n3,4\n,\n") == expected);  // as Excel writes rows without anything
    CHECK(read("a\tb\n1\t2\n\t\n3\t4\n", '\t') == expected);
}

TEST_CASE("comments and Excel's line about separators are told as such", "[text_rows]") {
    const temp_folder folder;
    const auto missing = [&](std::string_view text) {
        put(folder / "t.csv", text);
        text_rows rows(folder / "t.csv", ',');
        const auto message = message_of<file_error>([&] {
            rows.column("pre", std::vector<std::string>{"pre", "post"});
        });
        return message.substr(std::min(message.size(), (folder / "t.csv").string().size() + 2));
    };
    CHECK(missing("# made by X; version 2\npre,post\n1,2\n") ==
          "begins with a comment ('# made by X; version 2'), where names of columns were expected; cut that line off");
    CHECK(
        missing("sep=,\npre,post\n1,2\n") ==
        "begins with Excel's line about separators ('sep='), where names of columns were expected; cut that line off");
    CHECK(contains(missing("#pre,to\n1,2\n"), "has no column 'pre' in its first row, which is '#pre', 'to'"));
    CHECK(contains(missing("#,post\n1,2\n"), "has no column 'pre' in its first row, which is '#', 'post'"));
    CHECK(refusal("a,b\n1,2\n# a pause\n3,4\n") ==
          "row 3: begins as a comment does and has 1 cell where the header has 2; cut comments out of the file");
    CHECK(read("a,b\n#1,2\n") == table{{"#1", "2"}});  // may be an id
}

TEST_CASE("a workbook under the name of a table is told as such", "[text_rows]") {
    for (const auto* start : {"PK\x03\x04 and more\n", "\xD0\xCF\x11\xE0 and more\n"})
        CHECK(refusal(start) == "is an Excel workbook or a zip archive; save the sheet as CSV, and unpack archives");
}

TEST_CASE("rows of any length come out whole, wherever the buffer ends", "[text_rows]") {
    // Cells of 300 KB, so that quoted ones lie over the ends of the buffer of 1 MiB; one row is longer than it.
    std::string text = "a,b\n";
    table expected;
    for (int row = 0; row < 9; ++row) {
        const std::string cell(row == 4 ? 1'300'000 : 300'000, static_cast<char>('a' + row));
        text += "\"" + cell + "\n\"\"\"," + std::to_string(row) + "\n";
        expected.push_back({cell + "\n\"", std::to_string(row)});
    }
    CHECK((read(text) == expected));
    CHECK(contains(refusal("a,b\n\"" + std::string(17'000'000, 'x')), "row 2: is longer than 16 MiB; is a quote"));
}

TEST_CASE("rows are counted, and the share that was read grows to one", "[text_rows]") {
    const temp_folder folder;
    put(folder / "t.csv", gzipped("a\n1\n\n\"2\n\"\n3"));
    text_rows rows(folder / "t.csv", ',');
    REQUIRE(rows.next());
    CHECK(rows.here().text() == "row 2");
    REQUIRE(rows.next());
    CHECK(rows.here().text() == "row 4");  // empty ones count
    REQUIRE(rows.next());
    CHECK(rows.here().text() == "row 5");  // a cell of two lines is in one row
    CHECK_FALSE(rows.next());
    CHECK_FALSE(rows.next());
    CHECK(rows.share_read() == 1);
}

TEST_CASE("what is no table is refused with its row", "[text_rows]") {
    CHECK(refusal("") == "is empty; a header row with the names of the columns was expected");
    CHECK(refusal("\n\n") == refusal(""));
    CHECK(refusal("a,b\n1\n2,3\n") == "row 2: has 1 cell where the header has 2");
    CHECK(refusal("a,b\n1,2,3\n") == "row 2: has 3 cells where the header has 2");
    CHECK(refusal("a,b\n1,2\n3") ==
          "row 3: has 1 cell where the header has 2; it is the last row, so the file may "
          "be cut short");
    CHECK(refusal("a,b\n1,\"2\n3,4\n") == "row 2: has a quoted cell that is never closed");
    CHECK(refusal("a,b\n\"1\"x,2\n") == "row 2: has text between a quoted cell and its separator");
}

TEST_CASE("a file without a header is told from one with other columns", "[text_rows]") {
    const temp_folder folder;
    const auto missing = [&](std::string_view text) {
        put(folder / "t.csv", text);
        text_rows rows(folder / "t.csv", ',');
        return message_of<file_error>([&] { rows.column("pre", std::vector<std::string>{"pre", "post"}); });
    };
    CHECK(contains(missing("1,2\n3,4\n"),
                   "begins with a row of data ('1') where names of columns were expected; put "
                   "a header row before it, with 'pre', 'post'"));
    CHECK(contains(missing("from,to\n1,2\n"), "has no column 'pre' in its first row, which is 'from', 'to'"));
    CHECK(contains(missing("post,2019\n1,2\n"), "has no column 'pre'"));  // a header with a number in it
    // Cells that another symbol separates.
    CHECK(contains(
        missing("pre;post\n1;2\n"),
        "has one column, 'pre;post', by its name; its cells seem to be separated by ';'; save it with commas"));
    CHECK(contains(missing("pre|post\n"), "separated by '|'"));
    CHECK(contains(missing("pre\tpost\n"), "separated by tabs; end its name in .tsv"));
    CHECK(contains(missing("one\n"), "has no column 'pre' in its first row, which is 'one'; rename"));
    put(folder / "t.tsv", "pre,post\n1,2\n");
    text_rows commas(folder / "t.tsv", '\t');
    CHECK(contains(message_of<file_error>([&] { commas.column("pre", std::vector<std::string>{"pre"}); }),
                   "separated by commas; end its name in .csv"));
}

TEST_CASE("text that is no UTF-8 is refused with its row", "[text_rows]") {
    CHECK(refusal("a,b\n1,\xC3\xA4\n2,m\xF6tor\n") ==
          "row 3: has the byte 0xF6, which is no UTF-8; save the table as UTF-8");
    CHECK(contains(refusal("\xE4,b\n1,2\n"), "row 1: has the byte 0xE4"));
    CHECK(contains(refusal("a,b\n12345678,\xFF\n"), "row 2: has the byte 0xFF"));
    CHECK(refusal(std::string_view("a,b\n1,x\0y\n", 10)) ==
          "row 2: has zero bytes, which no text has; the file may be damaged");
    CHECK(
        contains(refusal(std::string("a,b\n1,2\n") + std::string(512, '\0')), "row 3: has zero bytes, which no text"));
    const std::string_view big_end("\0a\0,\0b\0\n", 8), little_end("a\0,\0b\0\n\0", 8);
    for (const auto wide : {big_end, little_end})
        CHECK(refusal(wide) == "row 1: has zero bytes, as text in UTF-16 has; save the table as UTF-8");
    CHECK(refusal("\xFF\xFE"
                  "a") == "is text in UTF-16; save the table as UTF-8");
    CHECK(refusal("\xFE\xFF"
                  "a") == "is text in UTF-16; save the table as UTF-8");
    CHECK(contains(refusal("a,b\r1,2\r3,4\r"), "row 1: has a carriage return within; end rows with line feeds"));
    // Overlong, surrogates, beyond the last code point, and cut short.
    for (const auto* wrong : {"\xC0\x80", "\xE0\x80\x80", "\xED\xA0\x80", "\xF0\x80\x80\x80", "\xF4\x90\x80\x80",
                              "\xF5\x80\x80\x80", "\x80", "\xE2\x82", "\xC3"})
        CHECK(contains(refusal(std::string("a\n") + wrong + "\n"), "which is no UTF-8"));
    for (const auto* right : {"\xC2\x80", "\xE0\xA0\x80", "\xEF\xBF\xBF", "\xF0\x90\x80\x80", "\xF4\x8F\xBF\xBF"})
        CHECK(read(std::string("a\n") + right + "\n") == table{{right}});
}

}  // namespace circuit_text_rows_test
