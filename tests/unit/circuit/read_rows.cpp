// Synapses and cells in CSV and TSV files.

#include "circuits.hpp"

namespace circuit_read_rows_test {

using namespace cortexpr;
using namespace cortexpr::test;

TEST_CASE("a table of synapses becomes a graph, neurons in the order of their first mention", "[circuit]") {
    written file("pre,post,weight\nb,a,2\na,c,0.5\nc,c,7\n");
    const auto all = file.load();
    CHECK(all.neurons.ids == strings{"b", "a", "c"});
    CHECK(all.neurons.type_names == strings{"neuron"});
    CHECK(all.neurons.types == integers{0, 0, 0});
    CHECK(all.neurons.classes.empty());
    CHECK(all.synapses.presynaptic == integers{0, 1, 2});
    CHECK(all.synapses.postsynaptic == integers{1, 2, 2});
    CHECK(all.synapses.weights == doubles{2, 0.5, 7});
    CHECK(file.found.neurons == 3);
    CHECK(file.found.synapses == 3);
    CHECK(file.found.rows == 3);
}

TEST_CASE("every ending of tables is read alike, with any ends of lines and a byte order mark", "[circuit]") {
    const std::string comma = "pre,post,weight\n1,2,3\n2,3,4\n", tab = "pre\tpost\tweight\n1\t2\t3\n2\t3\t4\n";
    written plain(comma);
    const auto expected = plain.load();
    for (const auto& [name, bytes] : std::initializer_list<std::pair<std::string, std::string>>{
             {"s.csv", comma},
             {"s.tsv", tab},
             {"s.csv.gz", gzipped(comma)},
             {"s.tsv.gz", gzipped(tab)},
             {"s.csv", "pre,post,weight\r\n1,2,3\r\n2,3,4"},
             {"s.csv", "\xEF\xBB\xBF" + comma},
             {"s.csv", "\n" + comma + "\n\n"},
             {"s.csv", "pre, post ,weight\n 1,2 , 3\n2,3,+4\n"}}) {
        written other(bytes, {}, name);
        CHECK(are_equal(other.load(), expected));
    }
}

TEST_CASE("columns are found by name, quoted cells may hold anything", "[circuit]") {
    written file("n,to,x,from\n3,\"a,\"\"b\"\"\",,c\n1,c,\"two\nlines\",\"a,\"\"b\"\"\"\n");
    file.how.columns = {.pre = "from", .post = "to", .weight = "n"};
    const auto all = file.load();
    CHECK(all.neurons.ids == strings{"c", "a,\"b\""});
    CHECK(all.synapses.presynaptic == integers{0, 1});
    CHECK(all.synapses.weights == doubles{3, 1});
    file.how.columns.weight = "";
    CHECK(file.load().synapses.weights == doubles{1, 1});
}

TEST_CASE("ids of 64 bits keep every digit; 7 and 007 are two neurons", "[circuit]") {
    written file("pre,post,weight\n720575940600000001,720575940600000000,1\n18446744073709551615,7,1\n007,7,1\n");
    CHECK(file.load().neurons.ids ==
          strings{"720575940600000001", "720575940600000000", "18446744073709551615", "7", "007"});
    written numbers("pre,post,weight\n0,1,1\n2,0,1\n");
    CHECK(numbers.load().neurons.ids.empty());  // the number is the id
}

TEST_CASE("ids that went through floating point are refused with row and column", "[circuit]") {
    for (const char* id : {"7.2e17", "1.0", "7.20575940600000001e17", "-2.5", ".5", "5."}) {
        written file(fmt::format("pre,post,weight\n1,2,3\n4,{},5\n", id));
        CHECK(contains(file.refusal(), fmt::format("row 3, column 'post': '{}' is a rounded number", id)));
    }
    for (const char* id : {"T4a", "e5", "1x", "1-2", "inf", "nan"}) {
        written file(fmt::format("pre,post,weight\n1,2,3\n4,{},5\n", id));
        CHECK(file.load().neurons.ids.back() == id);
    }
    CHECK(contains(written("pre,post,weight\n,2,3\n").refusal(), "row 2, column 'pre': is empty where the id"));
    written cells("pre,post,weight\n1,2,3\n", "id,type\n1,a\n2.0,b\n");
    CHECK(contains(cells.refusal({}, "c.csv"), "row 3, column 'id': '2.0' is a rounded number"));
}

TEST_CASE("repeats of a pair are summed in the order of their first row, and counted", "[circuit]") {
    written file("pre,post,weight\n1,2,3\n2,1,1\n1,2,4\n1,2,0.5\n");
    const auto all = file.load();
    CHECK(all.synapses.presynaptic == integers{0, 1});
    CHECK(all.synapses.weights == doubles{7.5, 1});
    CHECK(file.found.repeats == 2);
    CHECK(contains(circuit::text_of(file.found), "2 rows repeat a pair: their weights are summed"));
    CHECK(contains(written("pre,post,weight\n1,2,1e308\n1,2,1e308\n").refusal(), "sum up to more than a number holds"));
}

TEST_CASE("many pairs, more than the tables hold at first", "[circuit]") {
    std::string rows = "pre,post,weight\n";
    for (int round = 0; round < 2; ++round)
        for (int i = 0; i < 30'000; ++i) rows += fmt::format("{},{},{}\n", 1'000'000 + i * 7 % 1000, i, round + 1);
    written file(rows);
    const auto all = file.load();
    CHECK(all.synapses.size() == 30'000);
    CHECK(file.found.repeats == 30'000);
    CHECK(std::ranges::all_of(all.synapses.weights, [](double weight) { return weight == 3; }));
}

TEST_CASE("a header is required, and a file without one is told from a misnamed column", "[circuit]") {
    CHECK(contains(
        written("1,2,3\n4,5,6\n").refusal(),
        "begins with a row of data ('1') where names of columns were expected; put a header row before it, with "
        "'pre', 'post', 'weight'"));
    CHECK(contains(written("ADAL,ADAR,3\n").refusal(), "begins with a row of data ('3')"));
    CHECK(contains(written("pre,to,weight\n1,2,3\n").refusal(),
                   "has no column 'post' in its first row, which is 'pre', 'to', 'weight'"));
    CHECK(contains(written("pre,post,post,weight\n1,2,2,3\n").refusal(), "has two columns 'post'"));
    written rows("pre,post\n1,2\n1,2\n2,1\n");
    CHECK(rows.refusal() ==
          "has no column 'weight'; it has 'pre', 'post'; rename one of them, let the program name "
          "another column (`columns`), or give weight an empty name there: then each row counts 1");
    rows.how.columns.weight = "";
    CHECK(rows.load().synapses.weights == doubles{2, 1});
    CHECK(contains(written("").refusal(), "is empty"));
    CHECK(contains(written("\n\n").refusal(), "is empty"));
    written cells("pre,post,weight\n1,2,3\n", "ADAL,interneuron\n");
    CHECK(contains(cells.refusal({}, "c.csv"), "has no column 'id' in its first row, which is 'ADAL', 'interneuron'"));
}

TEST_CASE("rows that don't fit the header, and files that are cut short, are refused", "[circuit]") {
    CHECK(contains(written("pre,post,weight\n1,2\n3,4,5\n").refusal(), "row 2: has 2 cells where the header has 3"));
    CHECK(contains(written("pre,post,weight\n1,2,3\n3,4").refusal(),
                   "row 3: has 2 cells where the header has 3; it is the last row, so the file may be cut short"));
    CHECK(contains(written("pre,post,weight\n1,2,\"3\n").refusal(), "row 2: has a quoted cell that is never closed"));
    CHECK(contains(written("pre,post,weight\n1,\"2\"x,3\n").refusal(),
                   "has text between a quoted cell and its separator"));
    const auto packed = gzipped("pre,post,weight\n1,2,3\n4,5,6\n");
    written cut(packed.substr(0, packed.size() - 9), {}, "s.csv.gz");
    CHECK(contains(cut.refusal({}, "s.csv.gz"), "is cut short"));
    written long_row("pre,post,weight\n1,\"" + std::string(17 << 20, 'x') + "\",3\n");
    CHECK(contains(long_row.refusal(), "is longer than 16 MiB"));
}

TEST_CASE("weights have to be finite numbers", "[circuit]") {
    for (const auto& [cell, words] : std::initializer_list<std::pair<const char*, const char*>>{
             {"nan", "the weight nan is no finite number"},
             {"inf", "the weight inf is no finite number"},
             {"-inf", "the weight -inf is no finite number"},
             {"", "'' is no number that could be a weight"},
             {"3x", "'3x' is no number that could be a weight"},
             {"1e999", "'1e999' is no number that could be a weight"}})
        CHECK(contains(written(fmt::format("pre,post,weight\n1,2,3\n1,3,{}\n", cell)).refusal(),
                       fmt::format("row 3, column 'weight': {}", words)));
}

TEST_CASE("other formats are refused", "[circuit]") {
    CHECK(contains(written("x", {}, "s.pt").refusal({}, "s.pt"), "can't be read as a file of PyTorch's"));
    CHECK(contains(written("x", {}, "s.txt").refusal({}, "s.txt"), "has no ending that is known"));
    written cells("pre,post,weight\n1,2,3\n");
    cells.how.cells = cells / "c.npz";
    put(cells.how.cells, "x");
    CHECK(contains(cells.refusal({}, "c.npz"), "is no table of cells"));
    written missing("pre,post,weight\n");
    missing.how.synapses = missing / "none.csv";
    CHECK(contains(missing.refusal({}, "none.csv"), "No such file"));
}

TEST_CASE("cells are joined by id, types are in the order of their names", "[circuit]") {
    written file("pre,post,weight\n9,8,1\n7,9,2\n", "type,id,extra\nMi1,7,x\nL1,8,\nMi1,9,\nR,10,\n");
    const auto all = file.load();
    CHECK(all.neurons.ids == strings{"7", "8", "9", "10"});
    CHECK(all.neurons.type_names == strings{"L1", "Mi1", "R"});
    CHECK(all.neurons.types == integers{1, 0, 1, 2});
    CHECK(all.synapses.presynaptic == integers{2, 0});
    CHECK(file.found.unconnected == 1);
    CHECK(file.found.unannotated == 0);
    file.how.columns.type = "";
    CHECK(file.load().neurons.type_names == strings{"neuron"});
}

TEST_CASE("missing rows and empty cells are kept, left out or refused, and counted", "[circuit]") {
    written file("pre,post,weight\n1,2,1\n2,3,2\n3,4,3\n4,1,4\n3,1,5\n", "id,type\n1,A\n2,\n3,B\n");
    auto all = file.load();
    CHECK(all.neurons.ids == strings{"1", "2", "3", "4"});
    CHECK(all.neurons.type_names == strings{"A", "B", "unannotated"});
    CHECK(all.neurons.types == integers{0, 2, 1, 2});
    CHECK(file.found.unannotated == 2);
    CHECK(contains(circuit::text_of(file.found), "2 neurons have no type in the cells file"));
    file.how.unannotated = circuit::unannotated::left_out;
    all = file.load();
    CHECK(all.neurons.ids == strings{"1", "3"});
    CHECK(all.synapses.size() == 1);
    CHECK(file.found.unannotated == 2);
    CHECK(file.found.rows_of_left_out_cells == 4);
    file.how.unannotated = circuit::unannotated::refused;
    CHECK(contains(file.refusal({}, "c.csv"), "row 3, column 'type': neuron '2' has no type"));
    put(file / "c.csv", "id,type\n1,A\n2,B\n3,B\n");
    CHECK(contains(file.refusal(), "row 4, column 'post': neuron '4' isn't in "));
}

TEST_CASE("two cells of the same id are refused with both rows", "[circuit]") {
    written file("pre,post,weight\n1,2,1\n", "id,type\n1,A\n2,B\n1,A\n");
    CHECK(contains(file.refusal({}, "c.csv"), "row 4, column 'id': neuron '1' is there twice, first in row 2"));
}

TEST_CASE("rows of another kind and weak pairs are left out", "[circuit]") {
    written file("pre,post,weight,kind\n1,2,3,chemical\n1,2,3,gap\n2,1,1,chemical\n1,2,2,chemical\n");
    file.how.columns.kind = "kind";
    file.how.columns.kind_is = "chemical";
    CHECK(file.load().synapses.weights == doubles{5, 1});
    CHECK(file.found.rows_of_other_kind == 1);
    file.how.columns.kind_is = "Chemical";
    CHECK(contains(file.refusal(), "has 4 rows, and none of them has 'Chemical' in its column 'kind'"));
    file.how.columns.kind_is = "chemical";
    CHECK(written("pre,post,weight\n").refusal() == "holds no synapses");
    file.how.minimum = 5;  // of the sum, not of a row
    CHECK(file.load().synapses.weights == doubles{5});
    CHECK(file.found.pairs_below_minimum == 1);
    CHECK(file.found.neurons == 2);
    file.how.minimum = 6;
    CHECK(file.refusal() ==
          "has no synapse that is left of 2 pairs: all weigh less than the minimum, 6; give a smaller one");
    file.how.minimum = -1;
    CHECK(contains(message_of<usage_error>([&] { file.load(); }), "a minimum of -1 is no weight"));
}

TEST_CASE("the presets read the columns of Codex, Schlegel et al. and MaleCNS", "[circuit]") {
    written codex(
        "pre_root_id,post_root_id,neuropil,syn_count,nt_type\n720575940600000001,720575940600000002,ME,6,ACH\n"
        "720575940600000001,720575940600000002,LO,7,ACH\n",
        "root_id,primary_type,additional_type(s)\n720575940600000001,Mi1,\n720575940600000002,T4a,\n");
    codex.how.columns = circuit::columns::codex();
    codex.how.signs = {{"ACH", excitatory}};
    auto all = codex.load();
    CHECK(all.synapses.weights == doubles{13});
    CHECK(all.neurons.classes == classes{excitatory, hybrid});
    CHECK(all.neurons.type_names == strings{"Mi1", "T4a"});
    put(codex / "c.tsv",
        "supervoxel_id\troot_id\tcell_type\ttop_"
        "nt\n1\t720575940600000001\tMi1\tacetylcholine\n2\t720575940600000002\tT4a\t\n");
    codex.how.cells = codex / "c.tsv";
    codex.how.columns = circuit::columns::schlegel();
    codex.how.signs = {{"Acetylcholine", inhibitory}};
    CHECK(codex.load().neurons.classes == classes{inhibitory, hybrid});
    written male("body_pre,body_post,weight\n10,20,5\n", "bodyId,type\n10,A\n20,B\n30,B\n");
    put(male / "nt.csv", "body,consensus_nt\n20,gaba\n10,acetylcholine\n99,gaba\n");
    male.how.columns = circuit::columns::male_cns();
    male.how.transmitters = male / "nt.csv";
    male.how.signs = {{"GABA", inhibitory}, {"acetylcholine", excitatory}};
    CHECK(male.load().neurons.classes == classes{excitatory, inhibitory, hybrid});
    CHECK(male.found.unknown_transmitters == 1);
    male.how.transmitters.clear();
    CHECK(contains(male.refusal({}, "c.csv"),
                   "has no column 'consensus_nt', by which signs are known; name the file that has it (transmitters)"));
    male.how.signs.clear();  // nothing asks for transmitters
    CHECK(male.load().neurons.classes.empty());
}

}  // namespace circuit_read_rows_test
