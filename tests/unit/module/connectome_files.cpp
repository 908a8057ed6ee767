// Connectomes in files, and graphs that do not fit their declaration.

#include "catch.hpp"
#include "module/connectome_networks.hpp"
#include "temp_folder.hpp"

#include <cortexpr/error.hpp>

#include <ATen/ops/rand.h>
#include <c10/util/Exception.h>

namespace cortexpr::module_connectome_files_test {

using namespace connectome_networks;

TEST_CASE("connectomes are saved with the ends of their synapses, and read back") {
    const test::temp_folder folder;
    const auto path = (folder.path() / "motion.safetensors").string();
    const auto net = make<Directions>(motion_graph(8), {.seed = 5});
    net->save(path);
    const auto other = make<Directions>(motion_graph(8), {.seed = 6});
    other->load(path);
    const auto input = at::rand({2, net->input_size()});
    CHECK(at::equal(net->forward(input, steps{3}), other->forward(input, steps{3})));
    CHECK(net->fingerprint() == other->fingerprint());

    auto rewired = motion_graph(8);
    std::swap(rewired.graph.synapses.postsynaptic[0], rewired.graph.synapses.postsynaptic[1]);
    const auto another = make<Directions>(rewired);
    CHECK(net->fingerprint() != another->fingerprint());
    CHECK_THROWS_WITH(another->load(path),
                      Catch::Contains("trained with the same synapses in another order; give the files"));
    const auto plain = (folder.path() / "motion.npz").string();  // which holds the ends alone
    net->save(plain);
    CHECK_THROWS_WITH(another->load(plain),
                      Catch::Contains("trained with the same synapses in another order; give the files"));
    CHECK_THROWS_WITH(make<Directions>(motion_graph(9))->load(plain),
                      Catch::Contains("trained with other synapses; give the files"));
    const auto copy = std::dynamic_pointer_cast<connectome_module>(net->clone(std::nullopt));
    REQUIRE(copy != nullptr);
    CHECK(at::equal(copy->run(input, {.steps = 3}).logits, net->forward(input, steps{3})));
}

TEST_CASE("where a file doesn't say whose weights it has, that is told") {
    struct noted_warnings : c10::WarningHandler {
        void process(const c10::Warning& warning) override { text += warning.msg(); }
        std::string text;
    };
    const test::temp_folder folder;
    const auto net = make<Directions>(motion_graph(8));
    const auto told = [&](const std::string& path) {
        noted_warnings heard;
        const c10::WarningUtils::WarningHandlerGuard guard(&heard);
        net->load(path);
        return heard.text;
    };
    const auto tables = (folder.path() / "tables/").string(), arrays = (folder.path() / "arrays/").string();
    net->save_arrays(tables, io::array_format::csv);
    net->save_arrays(arrays, io::array_format::npy);
    CHECK(told(tables) ==
          tables + " doesn't say which synapses its weights are of; they are taken in the network's order");
    CHECK(told(arrays).empty());  // has their ends
}

TEST_CASE("a file says with which counts, types and signs its network was trained") {
    using namespace test;
    const temp_folder folder;
    const auto path = (folder.path() / "motion.safetensors").string();
    const auto scaled = [](const connectome_data& data) { return make<Motion<weight_mode::scaled_counts>>(data); };
    auto data = motion_graph(8);
    for (std::size_t cell = 0; cell < data.graph.neurons.size(); ++cell)
        data.graph.neurons.ids.push_back("c" + std::to_string(cell));
    data.graph.neurons.classes.assign(data.graph.neurons.size(), neuron_class::hybrid);
    const auto net = scaled(data);
    net->save(path);
    scaled(data)->load(path);
    const auto told = [&](const connectome_data& other) {
        const auto noted = scaled(other)->difference_from(net->wiring());
        const auto refused = message_of<file_error>([&] { scaled(other)->load(path); });
        CHECK(contains(refused, noted.empty() ? "" : "trained with " + noted));
        CHECK(refused.empty() == noted.empty());
        return noted;
    };
    CHECK(told(data).empty());
    auto counted = data;
    counted.graph.synapses.weights[3] += 1;
    CHECK(told(counted) == "other synapses");
    auto signs = data;
    signs.graph.neurons.classes[42] = neuron_class::inhibitory;  // of a hybrid type
    CHECK(told(signs) == "other cells");
    auto reordered = data;
    for (auto* ends : {&reordered.graph.synapses.presynaptic, &reordered.graph.synapses.postsynaptic})
        std::swap(ends->front(), ends->back());
    std::swap(reordered.graph.synapses.weights.front(), reordered.graph.synapses.weights.back());
    CHECK(told(reordered) == "the same synapses in another order");
    auto unnamed = data;  // as a network of what another has saved
    unnamed.graph.neurons.ids.clear();
    CHECK(told(unnamed).empty());
    CHECK(net->difference_from("").empty());  // files from before they said it
    const auto own_weights = make<Directions>(motion_graph(8));
    auto other_weights = motion_graph(8);
    other_weights.graph.synapses.weights[3] += 1;  // which only start a training
    CHECK(make<Directions>(other_weights)->difference_from(own_weights->wiring()).empty());
}

TEST_CASE("like rows that are others are told from the same in another order") {
    auto other = small_graph();
    const auto net = make<Sparse>(other);
    other.graph.synapses.postsynaptic = {2, 3, 0, 1};
    CHECK(make<Sparse>(other)->difference_from(net->wiring()) == "other synapses");
    other = small_graph();
    other.stimulus.channels = {1, 3, 1};
    CHECK(make<Sparse>(other)->difference_from(net->wiring()) == "other stimulus synapses");
    other.stimulus = {.cells = {3, 0, 0}, .channels = {2, 4, 0}, .weights = {1, 2, 3}};
    CHECK(make<Sparse>(other)->difference_from(net->wiring()) == "the same stimulus synapses in another order");
}

TEST_CASE("sparse projections are read from files, and from what a network has saved") {
    using namespace test;
    const temp_folder folder;
    put(folder / "s.csv", "pre,post,weight\na,b,1\nb,c,2\nc,d,3\nd,a,4\n");
    put(folder / "c.csv", "id,type\na,Ex\nb,Ex\nc,Ex\nd,Ex\n");
    put(folder / "in.csv", "id,channel,weight\na,0,1\na,4,0.5\nd,2,-1\n");
    put(folder / "out.csv", "id,channel,weight\nb,0,1\nc,0,2\nc,2,3\n");
    circuit::files files{.synapses = folder / "s.csv",
                         .cells = folder / "c.csv",
                         .stimulus_synapses = folder / "in.csv",
                         .output_synapses = folder / "out.csv"};
    const auto net = make<Sparse>(files), same = make<Sparse>(small_graph());
    const auto input = at::rand({2, 5});
    CHECK(at::equal(net->forward(input, steps{3}), same->forward(input, steps{3})));
    net->save((folder / "net.safetensors").string());
    const auto saved = folder / "net.safetensors";
    const auto again = make<Sparse>(
        {.synapses = saved, .cells = folder / "c.csv", .stimulus_synapses = saved, .output_synapses = saved},
        {.weights = starting_weights::as_in_the_file});
    CHECK(at::equal(again->forward(input, steps{3}), net->forward(input, steps{3})));

    const auto prefixed = make<Sparse>(circuit::files{.synapses = saved,
                                                      .cells = folder / "c.csv",
                                                      .stimulus_synapses = saved,
                                                      .output_synapses = saved,
                                                      .prefix = "hh."},
                                       {.weights = starting_weights::as_in_the_file});
    CHECK(at::equal(prefixed->forward(input, steps{3}), again->forward(input, steps{3})));

    circuit::files each{.synapses = saved,
                        .cells = folder / "c.csv",
                        .stimulus_synapses = saved,
                        .output_synapses = saved,
                        .stimulus_prefix = "ih.",
                        .output_prefix = "ho."};
    CHECK(at::equal(make<Sparse>(each, {.weights = starting_weights::as_in_the_file})->forward(input, steps{3}),
                    again->forward(input, steps{3})));
    each.stimulus_prefix = "other.";
    CHECK(contains(message_of<error>([&each] { make<Sparse>(each); }), "arrays id and channel, or indices and values"));
    each.stimulus_prefix = "ih.";
    each.output_prefix = "ih.";  // as an output, its columns are cells, of which there are four
    CHECK(contains(message_of<error>([&each] { make<Sparse>(each); }), "4 is no neuron; they are 0 to 3"));

    const auto refusal = [&files] { return message_of<error>([&files] { make<Sparse>(files); }); };
    put(folder / "in.csv", "id,channel\na,5\n");
    CHECK(contains(refusal(), "row 2, column 'channel': 5 is no channel; they are 0 to 4"));
    files.stimulus_synapses = "";
    CHECK(contains(refusal(),
                   "Sparse declares a sparse stimulus, but is given no synapses for it; name their file in "
                   "stimulus_synapses, or fill connectome_data::stimulus"));
    files.stimulus_synapses = saved;
    put(folder / "c.csv", "id,type\na,Ex\nb,Ex\nc,Ex\nd,Other\n");
    put(folder / "out.csv", "id,channel\nd,0\n");
    files.undeclared = circuit::undeclared::left_out;
    CHECK(contains(refusal(), "names neurons by number, but some of the cells file were left out"));
    files.stimulus_synapses = folder / "in.csv";
    put(folder / "in.csv", "id,channel\na,0\n");
    CHECK(contains(refusal(), "has nothing that is left of 1 rows: all are of neurons that are left out"));
    put(folder / "c.csv", "id,type\na,Ex\nb,Ex\nc,Ex\nd,Ex\n");
    files.stimulus_synapses = saved;
    CHECK(contains(message_of<usage_error>([&files] { make<Dense>(files); }),
                   "Dense declares no sparse stimulus; write sparse_stimulus_to<...> in its declaration, or leave the "
                   "file out"));
}

TEST_CASE("rows of projections go with their cells, which are left out") {
    using namespace test;
    const temp_folder folder;
    put(folder / "s.csv", "pre,post,weight\na,b,1\nb,a,2\nz,a,3\na,w,1\n");
    put(folder / "c.csv", "id,type\na,Ex\nb,Ex\n");  // without z and w
    put(folder / "in.csv", "id,channel,weight\na,0,1\nz,4,0.5\nb,2,-1\n");
    put(folder / "out.csv", "id,channel\nw,0\nb,1\nz,2\n");
    circuit::files files{.synapses = folder / "s.csv",
                         .cells = folder / "c.csv",
                         .stimulus_synapses = folder / "in.csv",
                         .output_synapses = folder / "out.csv",
                         .unannotated = circuit::unannotated::left_out};
    const auto read = [&files](circuit::report* found = nullptr) {
        return load_connectome(plan_of<Sparse>, files, found);
    };
    circuit::report found;
    const auto data = read(&found);
    CHECK(data.stimulus.cells == std::vector<std::int32_t>{0, 1});
    CHECK(data.stimulus.weights == std::vector<double>{1, -1});
    CHECK(data.output.cells == std::vector<std::int32_t>{1});
    CHECK(found.rows_of_left_out_cells == 2 + 3);
    CHECK(found.rows == 4);
    put(folder / "in.csv", "id,channel\nq,0\n");  // which no file names
    CHECK(contains(message_of<error>(read), "'q' is none of the connectome's 2 neurons"));

    // No row of the cells file is left out, so that its rows are the neurons.
    const auto net = make<Sparse>(data);
    net->save((folder / "net.safetensors").string());
    files.stimulus_synapses = files.output_synapses = folder / "net.safetensors";
    CHECK(read().stimulus.cells == data.stimulus.cells);
    put(folder / "c.csv", "id,type\na,Ex\nb,Ex\nv,\n");
    CHECK(contains(message_of<error>(read), "names neurons by number, but some of the cells file were left out"));
}

TEST_CASE("a graph that doesn't fit its declaration is refused in one sentence") {
    const auto refused = [](const connectome_data& data, const char* words) {
        CHECK_THROWS_WITH((make<Motion<weight_mode::per_synapse>>(data)), Catch::Contains(words));
    };
    auto data = motion_graph(9);
    data.graph.synapses.presynaptic[0] = 44;
    refused(data, "name cells that it doesn't have");
    data = motion_graph(9);
    data.graph.neurons.type_names[1] = "R7";
    refused(data, "has cells of a type R7, which Motion");
    data = motion_graph(9);
    data.graph.neurons.type_names = {"Mi1", "R", "Mod", "R"};
    refused(data, "no cell of type L1");
    data = motion_graph(9);
    for (std::size_t k = 0; k < data.graph.synapses.size(); ++k)
        std::swap(data.graph.synapses.presynaptic[k], data.graph.synapses.postsynaptic[k]);
    refused(data, "declares none between these types; add projects<");
    data = motion_graph(9);
    const auto sent_by_r = [&](std::int32_t pre) {
        return data.graph.neurons.types[static_cast<std::size_t>(pre)] == 1;
    };
    const auto first = std::ranges::find_if(data.graph.synapses.presynaptic, sent_by_r);
    data.graph.synapses.weights[static_cast<std::size_t>(first - data.graph.synapses.presynaptic.begin())] = -3;
    refused(data, "has weight -3, but the sign is that of the presynaptic cell's class");
    data.graph.synapses.weights[0] = NAN;
    refused(data, "is infinite or NaN");
    refused({}, "is given a graph without cells");
    data = motion_graph(9);
    data.graph.neurons.classes = {neuron_class::hybrid};
    refused(data, "but 1 classes of cells");
    data.graph.neurons.classes.assign(data.graph.neurons.size(), neuron_class::inhibitory);
    refused(data, "is inhibitory in the graph, but its type");

    auto small = small_graph();
    small.stimulus.channels[1] = 5;
    CHECK_THROWS_WITH(make<Sparse>(small), Catch::Contains("names channel 5, but Sparse declares 5 (from 0)"));
    CHECK_THROWS_WITH(make<Dense>(small, {.executor = executor::batched}), Catch::Contains("no executor batched"));
    const auto net = make<Dense>(small);
    CHECK_THROWS_WITH(net->forward(at::rand({2, 6}), steps{3}),
                      Catch::Contains("has 6 numbers a sample, but Dense takes 5"));
    CHECK_THROWS_WITH(net->forward(at::rand({2, 5}, at::kDouble), steps{3}), Catch::Contains("convert one"));
    CHECK_THROWS_WITH(net->run(at::rand({2, 5})), Catch::Contains("give it: steps{5}"));
    CHECK_THROWS_WITH(net->run(at::rand({2, 5}), steps{3}, start_cells{at::full({1, 4}, -1.0)}),
                      Catch::Contains("would turn the sign of an excitatory cell"));
    CHECK_THROWS_WITH(
        net->run(at::rand({2, 5}), steps{3}, clamp_cells{.cells = {1}, .value = -0.5}),
        Catch::Contains("holds a negative rate, -0.5, which would turn the sign of an excitatory neuron"));
}

}  // namespace cortexpr::module_connectome_files_test
