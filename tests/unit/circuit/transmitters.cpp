// Classes of neurons from transmitters and from the signs of weights.

#include "circuits.hpp"

namespace circuit_transmitters_test {

using namespace cortexpr;
using namespace cortexpr::test;

TEST_CASE("the first row of the table that names a transmitter decides, in any case of letters", "[circuit]") {
    written file("pre,post,weight\n1,2,1\n",
                 "id,type,nt\n1,A,gaba\n2,A,Acetylcholine; GABA\n3,A,glutamate\n4,A,\n5,A,glutamate\n");
    file.how.columns.transmitter = "nt";
    file.how.signs = {{"GABA", inhibitory}, {"acetylcholine", excitatory}};
    CHECK(file.load().neurons.classes == classes{inhibitory, inhibitory, hybrid, hybrid, hybrid});
    CHECK(file.found.unknown_transmitters == 3);
    CHECK(file.found.unknown_names == std::vector<std::pair<std::string, std::int64_t>>{{"glutamate", 2}, {"", 1}});
    CHECK(contains(circuit::text_of(file.found),
                   "3 neurons have no transmitter that the table of signs names: 2 'glutamate', 1 without any"));
    file.how.signs = {{"acetylcholine", excitatory}, {"GABA", inhibitory}};
    file.how.otherwise = excitatory;
    CHECK(file.load().neurons.classes == classes{inhibitory, excitatory, excitatory, excitatory, excitatory});
    CHECK(file.found.unknown_transmitters == 3);  // counted all the same
    CHECK(file.found.unused_signs.empty());
    file.how.signs = {{"GABAA", inhibitory}, {"acetylcholine", excitatory}, {"DA", excitatory}};
    file.load();
    CHECK(file.found.unused_signs == std::vector<std::string>{"GABAA", "DA"});
    CHECK(contains(circuit::text_of(file.found), "no neuron has what the table of signs names 'GABAA' and 'DA'\n"));
}

TEST_CASE("a transmitter has one sign", "[circuit]") {
    written file("pre,post,weight\n1,2,1\n", "id,type,nt\n1,A,ACH\n2,A,GABA\n");
    file.how.columns.transmitter = "nt";
    file.how.signs = {{"ACH", inhibitory}, {"GABA", inhibitory}, {"ach", excitatory}};
    CHECK(contains(message_of<usage_error>([&] { file.load(); }), "signs name the transmitter 'ach' twice"));
}

TEST_CASE("transmitters of synapses are weighed where they differ", "[circuit]") {
    written file("pre,post,weight,nt\n1,2,3,ACH\n1,3,2,GABA\n2,3,1,DA\n3,1,1,GABA\n");
    file.how.columns.synapse_transmitter = "nt";
    file.how.signs = {{"ACH", excitatory}, {"GABA", inhibitory}};
    CHECK(file.load().neurons.classes == classes{excitatory, hybrid, inhibitory});
    CHECK(file.found.mixed_transmitters == 1);
    CHECK(file.found.unknown_transmitters == 1);
    CHECK(file.found.unknown_names.front().first == "DA");
    CHECK(file.found.unused_signs.empty());
}

TEST_CASE("transmitters of synapses that weigh alike give no class", "[circuit]") {
    written file("pre,post,weight,nt\n1,2,2,ACH\n1,3,2,GABA\n2,3,1,ACH\n3,1,1,GABA\n", "id,type\n1,A\n2,A\n3,A\n");
    file.how.columns.synapse_transmitter = "nt";
    file.how.signs = {{"ACH", excitatory}, {"GABA", inhibitory}};
    CHECK(file.load().neurons.classes == classes{hybrid, excitatory, inhibitory});
    CHECK(file.found.mixed_transmitters == 1);
    CHECK(file.found.tied_transmitters == 1);
    CHECK(file.found.unknown_transmitters == 0);
    const expectation one_type{.types = {{"A", hybrid}}};
    for (const auto of : {hybrid, inhibitory, excitatory}) {
        file.how.otherwise = of;
        CHECK(file.load(one_type).neurons.classes == classes{of, excitatory, inhibitory});
    }
}

TEST_CASE("the class column goes before transmitters", "[circuit]") {
    written file("pre,post,weight\n1,2,1\n",
                 "id,type,neuron_class,nt\n1,A,inhibitory,ACH\n2,A,,ACH\n3,A,hybrid,ACH\n4,A,+1,GABA\n");
    file.how.columns.transmitter = "nt";
    file.how.signs = {{"ACH", excitatory}, {"GABA", inhibitory}};
    CHECK(file.load().neurons.classes == classes{inhibitory, excitatory, hybrid, excitatory});
}

TEST_CASE("negative weights make neurons inhibitory, and lose no sign", "[circuit]") {
    written file("pre,post,weight\n1,2,-3\n2,1,2\n1,3,-1\n4,1,0\n");
    const auto all = file.load();
    CHECK(all.synapses.weights == doubles{3, 2, 1, 0});
    CHECK(all.neurons.classes == classes{inhibitory, excitatory, hybrid, hybrid});
    CHECK(file.found.is_signed);
    CHECK(contains(circuit::text_of(file.found), "negative weights stood for inhibition"));
    CHECK(contains(written("pre,post,weight\n1,2,-3\n", "id,type,neuron_class\n1,A,1\n2,A,1\n").refusal(),
                   "row 2, column 'weight': the weight -3 is negative, but neuron '1' (A) is excitatory"));
}

TEST_CASE("a neuron with weights of both signs becomes hybrid and keeps them", "[circuit]") {
    written file("pre,post,weight\n1,2,-3\n1,3,2\n2,3,1\n");
    const auto all = file.load();
    CHECK(all.synapses.weights == doubles{-3, 2, 1});
    CHECK(all.neurons.classes == classes{hybrid, excitatory, hybrid});
    CHECK(file.found.mixed_signs == 1);
}

TEST_CASE("cells of a hybrid type excite or inhibit by their transmitter, those of others as declared", "[circuit]") {
    const expectation declared{.types = {{"H", hybrid}, {"E", excitatory}}};
    const std::string cells = "id,type,nt\n1,H,GABA\n2,H,ACH\n3,H,\n4,E,\n";
    written file("pre,post,weight\n1,2,3\n2,1,2\n3,1,1\n4,1,1\n", cells);
    file.how.columns.transmitter = "nt";
    CHECK(file.load(declared).neurons.classes.empty());  // without a table hybrid cells have weights of either sign
    file.how.otherwise = inhibitory;
    CHECK(file.load(declared).neurons.classes == classes{inhibitory, inhibitory, inhibitory, excitatory});
    file.how.otherwise = hybrid;
    file.how.signs = {{"GABA", inhibitory}, {"ACH", excitatory}};
    CHECK(file.load(declared).neurons.classes == classes{inhibitory, excitatory, hybrid, excitatory});
    file.how.otherwise = inhibitory;
    CHECK(file.load(declared).neurons.classes == classes{inhibitory, excitatory, inhibitory, excitatory});
    written negative("pre,post,weight\n2,1,-2\n1,2,-3\n", cells);
    negative.how.columns = file.how.columns;
    negative.how.signs = file.how.signs;
    CHECK(contains(negative.refusal(declared), "the weight -2 is negative, but neuron '2' (H) is excitatory"));

    written by_synapse("pre,post,weight,nt\n1,2,3,GABA\n2,1,2,ACH\n3,1,1,DA\n", "id,type\n1,H\n2,H\n3,H\n4,E\n");
    by_synapse.how.columns.synapse_transmitter = "nt";
    by_synapse.how.signs = {{"GABA", inhibitory}, {"ACH", excitatory}};
    CHECK(by_synapse.load(declared).neurons.classes == classes{inhibitory, excitatory, hybrid, excitatory});
    CHECK(by_synapse.found.unknown_names.front().first == "DA");
}

TEST_CASE("negative weights of a hybrid type don't make the file a signed one", "[circuit]") {
    written file("pre,post,weight\n1,2,-3\n2,1,2\n", "id,type\n1,H\n2,I\n");
    CHECK(file.load({.types = {{"H", hybrid}, {"I", inhibitory}}}).synapses.weights == doubles{-3, 2});
    CHECK(!file.found.is_signed);
}

}  // namespace circuit_transmitters_test
