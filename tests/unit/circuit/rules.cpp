// What a declaration expects of files.

#include "circuits.hpp"

namespace circuit_rules_test {

using namespace cortexpr;
using namespace cortexpr::test;

namespace {

const expectation two_types{.types = {{"E", excitatory}, {"I", inhibitory}}, .pairs = {{{0, 1}, {1, 0}}}};
const std::string cells = "id,type\na,E\nb,I\nc,E\n";

}  // namespace

TEST_CASE("types come in the order of the declaration, which says their classes", "[circuit]") {
    written file("pre,post,weight\na,b,1\nb,c,2\n", cells);
    const auto all = file.load({.types = {{"I", inhibitory}, {"E", excitatory}}});
    CHECK(all.neurons.type_names == strings{"I", "E"});
    CHECK(all.neurons.types == integers{1, 0, 1});
    CHECK(all.neurons.classes.empty());
    CHECK(all.synapses.weights == doubles{1, 2});
}

TEST_CASE("a label that is no declared type is refused with the nearest one, or left out", "[circuit]") {
    written file("pre,post,weight\na,b,1\nd,b,1\n", cells + "d,Ex\n");
    CHECK(
        contains(file.refusal(two_types, "c.csv"),
                 "row 5, column 'type': 'Ex' is no declared type; the nearest is 'E'; correct it, declare it, or have "
                 "such neurons left out (undeclared: left_out)"));
    file.how.undeclared = circuit::undeclared::left_out;
    CHECK(file.load(two_types).neurons.ids == strings{"a", "b", "c"});
    CHECK(file.found.undeclared == 1);
    CHECK(file.found.rows_of_left_out_cells == 1);
}

TEST_CASE("a connection that isn't declared is refused with both ids and types", "[circuit]") {
    written file("pre,post,weight\na,b,1\na,c,1\n", cells);
    CHECK(file.refusal(two_types) ==
          "row 3: neuron 'a' (E) connects to neuron 'c' (E), but no synapses from E to E are declared");
    auto any = two_types;
    any.pairs.reset();
    CHECK(file.load(any).synapses.size() == 2);
}

TEST_CASE("an id that the cells don't have has no declared type", "[circuit]") {
    written file("pre,post,weight\na,b,1\na,x,1\n", cells);
    CHECK(contains(file.refusal(two_types), "row 3, column 'post': neuron 'x' isn't in "));
    CHECK(contains(file.refusal(two_types),
                   "no type 'unannotated' is declared; add it there, or have such neurons left "
                   "out (unannotated: left_out)"));
    file.how.unannotated_type = "I";
    CHECK(file.load(two_types).neurons.types == integers{0, 1, 0, 1});
    file.how.unannotated = circuit::unannotated::left_out;
    CHECK(file.load(two_types).neurons.size() == 3);
    written strange("pre,post,weight\nx,y,1\n", cells);
    strange.how.unannotated = circuit::unannotated::left_out;
    CHECK(contains(strange.refusal(two_types),
                   "has no synapse that is left of 1 rows: all are of neurons that are left"));
    written empty("pre,post,weight\na,b,1\n", "id,type\na,E\nb,\n");
    CHECK(contains(empty.refusal(two_types, "c.csv"), "row 3, column 'type': neuron 'b' has no type"));
}

TEST_CASE("a declared type needs a neuron", "[circuit]") {
    written file("pre,post,weight\na,b,1\n", cells);
    auto more = two_types;
    more.types.push_back({"T4a", excitatory});
    CHECK(file.refusal(more, "c.csv") == "has no neuron of the declared type 'T4a'");
}

TEST_CASE("what only arrays have, and a value of a column that isn't named, are refused", "[circuit]") {
    written file("pre,post,weight\na,b,1\n", cells);
    file.how.prefix = "hh.";
    CHECK(contains(message_of<usage_error>([&] { file.load(two_types); }),
                   "a prefix is of the names of arrays, but " + file.how.synapses.string() + " is a table"));
    file.how.prefix.clear();
    file.how.columns.kind_is = "chemical";
    CHECK(message_of<usage_error>([&] { file.load(two_types); }) ==
          "in columns, kind_is is 'chemical', but kind names no column that could hold it");
}

TEST_CASE("without cells only one type can be declared", "[circuit]") {
    written file("pre,post,weight\na,b,1\n");
    CHECK(file.load({.types = {{"E", excitatory}}}).neurons.type_names == strings{"E"});
    CHECK(contains(message_of<usage_error>([&] { file.load(two_types); }), "needs a file of cells"));
}

TEST_CASE("weights against a class are refused with their row", "[circuit]") {
    written negative("pre,post,weight\na,b,1\nb,a,2\na,b,-3\n", cells);
    CHECK(negative.refusal(two_types) ==
          "row 4, column 'weight': the weight -3 is negative, but neuron 'a' (E) is excitatory");
    written positive("pre,post,weight\na,b,1\nb,a,2\nb,c,-3\n", cells);
    CHECK(
        positive.refusal(two_types) ==
        "row 3, column 'weight': the weight is positive, but neuron 'b' (I) is inhibitory and others in this file have "
        "negative weights");
    written both("pre,post,weight\na,b,1\nb,a,-2\n", cells);
    CHECK(both.load(two_types).synapses.weights == doubles{1, 2});
    CHECK(both.found.is_signed);
}

TEST_CASE("with signed weights, neurons that the files give no class have that of otherwise", "[circuit]") {
    written file("pre,post,weight\n1,2,-5\n2,1,3\n", "id,type,nt\n1,H,unknown\n2,H,ach\n");
    file.how.columns.transmitter = "nt";
    file.how.signs = {{"ach", excitatory}};
    const expectation one_type{.types = {{"H", hybrid}}};
    file.how.otherwise = inhibitory;
    const auto all = file.load(one_type);
    CHECK(all.synapses.weights == doubles{5, 3});
    CHECK(all.neurons.classes == classes{inhibitory, excitatory});
    CHECK(file.found.is_signed);
    CHECK(file.found.unknown_transmitters == 1);
    file.how.otherwise = excitatory;
    CHECK(file.refusal(one_type) ==
          "row 2, column 'weight': the weight is negative, but neuron '1' (H) is excitatory (as otherwise says)");
    file.how.otherwise = hybrid;
    CHECK(file.load(one_type).synapses.weights == doubles{-5, 3});
    CHECK(file.load().synapses.weights == doubles{5, 3});  // without a declaration signs say it
}

TEST_CASE("a class or transmitter in the cells file has to agree with the declaration", "[circuit]") {
    written file("pre,post,weight\na,b,1\n", "id,type,neuron_class,nt\na,E,1,ACH\nb,I,excitatory,ACH\n");
    CHECK(file.refusal(two_types, "c.csv") ==
          "row 3, column 'neuron_class': the neuron is excitatory, but its type 'I' is declared inhibitory");
    put(file / "c.csv", "id,type,nt\na,E,ACH\nb,I,ach\n");
    file.how.columns.transmitter = "nt";
    file.how.signs = {{"ACH", excitatory}};
    CHECK(file.refusal(two_types, "c.csv") ==
          "row 3, column 'nt': 'ach' makes the neuron excitatory, but its type 'I' is declared inhibitory");
    put(file / "c.csv", "id,type,neuron_class\na,E,-2\nb,I,-1\n");
    file.how.columns.transmitter = "";
    file.how.signs = {};
    CHECK(contains(file.refusal(two_types, "c.csv"), "row 2, column 'neuron_class': '-2' is no class of neurons"));
    put(file / "c.csv", "id,type\na,E\nb,I\n");
    put(file / "s.csv", "pre,post,weight,nt\nb,a,1,ACH\n");
    file.how.columns.synapse_transmitter = "nt";
    file.how.signs = {{"ACH", excitatory}};
    CHECK(contains(file.refusal(two_types),
                   "row 2, column 'nt': neuron 'b' (I) is excitatory by the transmitters of its "
                   "synapses, but its type is declared inhibitory"));
    // The row is one of the class that won.
    put(file / "s.csv", "pre,post,weight,nt\nb,a,1,GABA\nb,a,5,?\nb,a,2,ACH\n");
    file.how.signs = {{"ACH", excitatory}, {"GABA", inhibitory}};
    CHECK(contains(file.refusal(two_types), "row 4, column 'nt': neuron 'b' (I) is excitatory"));
}

TEST_CASE("transmitters of a hybrid type's synapses have to agree with its cells", "[circuit]") {
    written file("pre,post,weight,nt\n1,2,1,ACH\n", "id,type,neuron_class\n1,H,inhibitory\n2,H,\n");
    const expectation one_type{.types = {{"H", hybrid}}};
    file.how.columns.synapse_transmitter = "nt";
    file.how.signs = {{"ACH", excitatory}, {"GABA", inhibitory}};
    CHECK(file.refusal(one_type) ==
          "row 2, column 'nt': neuron '1' (H) is excitatory by the transmitters of its synapses, but " +
              file.how.cells.string() + " makes it inhibitory");
    put(file / "c.csv", "id,type\n1,H\n2,H\n");
    put(file / "t.csv", "id,released\n1,GABA\n");
    file.how.transmitters = file / "t.csv";
    file.how.columns.transmitter = "released";
    CHECK(file.refusal(one_type).ends_with("but " + file.how.transmitters.string() + " makes it inhibitory"));
}

TEST_CASE("a class and a transmitter of a declared type's cell have to agree", "[circuit]") {
    written file("pre,post,weight\n1,2,1\n", "id,type,neuron_class,nt\n1,H,inhibitory,ACH\n2,H,,ACH\n");
    const expectation one_type{.types = {{"H", hybrid}}};
    file.how.columns.transmitter = "nt";
    file.how.signs = {{"ACH", excitatory}, {"GABA", inhibitory}};
    const std::string sentence = "column 'nt': 'ACH' makes the neuron excitatory, but its neuron_class is inhibitory";
    CHECK(file.refusal(one_type, "c.csv") == "row 2, " + sentence);
    CHECK(file.load().neurons.classes == classes{inhibitory, excitatory});  // without a declaration the class counts
    put(file / "c.csv", "id,type,neuron_class,nt\n1,H,hybrid,ACH\n2,H,excitatory,ACH\n3,H,inhibitory,DA\n");
    CHECK(file.load(one_type).neurons.classes == classes{hybrid, excitatory, inhibitory});
    CHECK(file.found.unknown_transmitters == 0);
    put(file / "c.csv", "id,type,neuron_class\n1,H,\n2,H,inhibitory\n");
    put(file / "t.csv", "id,nt\n1,GABA\n2,ACH\n");
    file.how.transmitters = file / "t.csv";
    CHECK(file.refusal(one_type, "t.csv") == "row 3, " + sentence);
}

TEST_CASE("options that make no sense are refused", "[circuit]") {
    written file("pre,post,weight\na,b,1\n", cells);
    const auto refusal = [&](const expectation& expected) {
        return message_of<usage_error>([&] { file.load(expected); });
    };
    CHECK(contains(refusal({.types = {{"E"}, {"E"}}}), "the type 'E' is expected twice"));
    CHECK(contains(refusal({.types = {{"E"}}, .pairs = {{{0, 1}}}}),
                   "the expected pair (0, 1) is outside the 1 expected types"));
    file.how.signs = {{"GABA", inhibitory}};
    CHECK(contains(refusal({}), "signs of transmitters need the column that names them"));
    file.how.signs = {};
    file.how.transmitters = "x.csv";
    CHECK(contains(refusal({}), "a transmitters file needs the name of its column"));
    file.how.columns.transmitter = "nt";
    file.how.cells = "";
    CHECK(contains(refusal({}), "a transmitters file needs a cells file"));
    file.how.transmitters = "";
    file.how.columns.pre = "";
    CHECK(contains(refusal({}), "need names"));
    file.how.columns.pre = "post";
    CHECK(refusal({}) == "in columns, pre and post are both 'post'; name a column of its own for each");
    file.how.columns.pre = "weight";
    CHECK(contains(refusal({}), "pre and weight are both 'weight'"));
    file.how.columns.pre = "pre";
    file.how.columns.type = "id";
    CHECK(contains(refusal({}), "neuron and type are both 'id'"));
    file.how.columns.type = file.how.columns.weight = "";
    file.how.columns.transmitter = "";
    CHECK(file.load({}).synapses.size() == 1);
}

}  // namespace circuit_rules_test
