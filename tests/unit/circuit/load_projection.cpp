// Projections between single cells and channels, in files.

#include "circuits.hpp"

#include <cmath>

namespace circuit_load_projection_test {

using namespace cortexpr;
using namespace cortexpr::test;
using circuit::expected_projection;
using circuit::projection;
using end = expected_projection::end;

namespace {

using i32 = std::int32_t;
using i64 = std::int64_t;

/// Three neurons of two types, which have ids.
graph named() {
    graph all;
    all.neurons = {
        .types = {0, 1, 0}, .type_names = {"E", "I"}, .ids = {"x", "y", "720575940600000001"}, .classes = {}};
    return all;
}

/// Four neurons of one type, by number.
graph numbered() {
    graph all;
    all.neurons = {.types = {0, 0, 0, 0}, .type_names = {"E"}, .ids = {}, .classes = {}};
    return all;
}

struct projection_file {
    projection_file(const std::string& name, std::string_view bytes) : path(folder / name) { put(path, bytes); }

    projection load(const graph& circuit, const expected_projection& expected = {}) const {
        return circuit::load_projection(path, circuit, expected, names);
    }
    std::string refusal(const graph& circuit, const expected_projection& expected = {}) const {
        const auto message = message_of<file_error>([&] { load(circuit, expected); });
        CHECK(is_sentence_about(message, path));
        return message;
    }

    temp_folder folder;
    std::filesystem::path path;
    circuit::columns names;
};

bool are(const projection& found, const integers& cells, const integers& channels, const doubles& weights) {
    return found.cells == cells && found.channels == channels && found.weights == weights;
}

const std::filesystem::path pytorch = std::string(CORTEXPR_SOURCE_DIR) + "/tests/data/pytorch";

}  // namespace

TEST_CASE("a projection is read from a table by ids, repeats summed", "[circuit]") {
    const projection_file file("p.csv",
                               "weight,channel,id\n0.5,2,x\n-1,0,720575940600000001\n0.25,2,x\n1e-3,0,\"y\"\n");
    CHECK(are(file.load(named()), {0, 2, 1}, {2, 0, 0}, {0.75, -1, 0.001}));
    const projection_file counts("p.tsv", "id\tchannel\nx\t1\nx\t1\n");
    CHECK(are(counts.load(named()), {0}, {1}, {2}));
    projection_file called("p.csv", "root_id,column,w\n3,1,2\n");
    called.names.neuron = "root_id";
    called.names.channel = "column";
    called.names.channel_weight = "w";
    CHECK(are(called.load(numbered()), {3}, {1}, {2}));
    called.names.channel_weight = "n";
    CHECK(contains(called.refusal(numbered()), "has no column 'n'"));
    called.names.channel_weight = "";
    CHECK(are(called.load(numbered()), {3}, {1}, {1}));
}

TEST_CASE("a projection without any synapse is refused as such", "[circuit]") {
    const projection_file table("p.csv", "id,channel,weight\n");
    CHECK(table.refusal(named()) == table.path.string() + ": holds no synapses");
    const projection_file arrays("p.npy", npy("<i8", "(0, 2)", ""));
    CHECK(arrays.refusal(numbered()) == arrays.path.string() + ": holds no synapses");
}

TEST_CASE("what a table of a projection says that can't be is refused with row and column", "[circuit]") {
    const auto refusal = [](const std::string& row, const expected_projection& expected = {}) {
        return projection_file("p.csv", "id,channel,weight\nx,0,1\n" + row + "\n").refusal(named(), expected);
    };
    CHECK(contains(refusal("z,0,1"), "row 3, column 'id': 'z' is none of the connectome's 3 neurons"));
    CHECK(contains(refusal(",0,1"), "row 3, column 'id': is empty where the id of a neuron was expected"));
    CHECK(contains(refusal("7.2e17,0,1"), "is a rounded number"));
    CHECK(contains(refusal("x,1.0,1"), "row 3, column 'channel': '1.0' is no channel; they are whole numbers from 0"));
    CHECK(contains(refusal("x,-1,1"), "'-1' is no channel"));
    CHECK(contains(refusal("x,4294967296,1"), "'4294967296' is no channel"));
    CHECK(contains(refusal("x,5,1", {.channels = 5}), "row 3, column 'channel': 5 is no channel; they are 0 to 4"));
    CHECK(contains(refusal("x,1,heavy"), "row 3, column 'weight': 'heavy' is no number that could be a weight"));
    CHECK(contains(refusal("x,1,nan"), "row 3, column 'weight': the weight is infinite or NaN"));
    CHECK(
        contains(refusal("x,1,1e308\nx,1,1e308"),
                 "row 4, column 'weight': with this one, the weights of neuron 'x' and channel 1 sum up to more than a "
                 "number holds"));
    CHECK(contains(refusal("y,1,1", {.types = {0}}),
                   "row 3, column 'id': 'y' is of the type 'I', and none of those that the stimulus goes to"));
    CHECK(contains(refusal("y,1,1", {.is = end::output, .types = {0}}), "none of those that the output comes from"));
    CHECK(contains(projection_file("p.csv", "id,weight\nx,1\n").refusal(named()), "has no column 'channel'"));
    CHECK(contains(projection_file("p.txt", "").refusal(named()),
                   "has no ending that is known; projections are read from .csv"));
}

TEST_CASE("by number, rows of a stimulus are cells, and rows of an output channels", "[circuit]") {
    projection_file file("p.safetensors", "");
    write_tensors(file.path, {{"indices", io::dtype::i64, {2, 3}, raw<i64>({3, 0, 3, 1, 0, 1})},
                              {"values", io::dtype::f32, {3}, raw<float>({2, 3, 4})}});
    CHECK(are(file.load(numbered()), {3, 0}, {1, 0}, {6, 3}));
    CHECK(are(file.load(numbered(), {.is = end::output}), {1, 0}, {3, 0}, {6, 3}));
    const auto wide = numbered();
    CHECK(contains(file.refusal(named()),
                   "entry 0 of array 'indices': 3 is no neuron; they are 0 to 2 (a stimulus has neurons in its rows, "
                   "channels in its columns)"));
    CHECK(
        contains(file.refusal(wide, {.channels = 1}), "entry 0 of array 'indices': 1 is no channel; they are 0 to 0"));
    CHECK(contains(file.refusal(wide, {.is_renumbered = true}),
                   "names neurons by number, but some of the cells file were left out; give a table of their ids"));
    write_tensors(file.path, {{"crow_indices", io::dtype::i64, {3}, raw<i64>({0, 1, 2})},
                              {"col_indices", io::dtype::i64, {2}, raw<i64>({3, 1})},
                              {"values", io::dtype::f64, {2}, raw<double>({1, INFINITY})}});
    CHECK(
        contains(file.refusal(wide, {.is = end::output}), "entry 1 of array 'values': the weight is infinite or NaN"));
    write_tensors(file.path, {{"crow_indices", io::dtype::i64, {3}, raw<i64>({0, 1, 2})},
                              {"col_indices", io::dtype::i64, {2}, raw<i64>({3, 1})},
                              {"values", io::dtype::f64, {2}, raw<double>({1, 2})}});
    CHECK(are(file.load(wide, {.is = end::output}), {3, 1}, {0, 1}, {1, 2}));
    write_tensors(file.path, {{"values", io::dtype::f64, {1}, raw<double>({1})}});
    CHECK(contains(file.refusal(wide), "has 'values'; arrays id and channel, or indices and values"));
}

TEST_CASE("a projection that says its sizes has those of the circuit and of the declaration", "[circuit]") {
    const auto dict = pytorch / "sparse_dict.pt";  // ih is of 4 x 2
    const auto refusal = [&](const graph& circuit, const expected_projection& expected) {
        return message_of<file_error>(
            [&] { circuit::load_projection(dict, circuit, expected, {}, expected.is == end::stimulus ? "" : "ih."); });
    };
    auto larger = numbered();
    larger.neurons.types.push_back(0);
    CHECK(
        contains(refusal(larger, {.channels = 2}), "is of a matrix with 4 rows, but there are 5 neurons (a stimulus"));
    CHECK(contains(refusal(numbered(), {.channels = 3}), "is of a matrix with 2 columns, but there are 3 channels"));
    CHECK(contains(refusal(numbered(), {.is = end::output, .channels = 4}),
                   "is of a matrix with 2 columns, but there are 4 neurons (an output has channels in its rows"));
    larger.neurons.types.resize(2);
    CHECK(contains(refusal(larger, {.is = end::output, .channels = 3}),
                   "is of a matrix with 4 rows, but there are 3 channels"));
}

TEST_CASE("projections are found under the reference's names, and in a file of PyTorch's", "[circuit]") {
    projection_file file("p.safetensors", "");
    write_tensors(file.path, {{"ih.indices", io::dtype::i64, {2, 1}, raw<i64>({2, 1})},
                              {"ih.values", io::dtype::f32, {1}, raw<float>({2})},
                              {"ho.indices", io::dtype::i64, {2, 1}, raw<i64>({0, 3})},
                              {"ho.values", io::dtype::f32, {1}, raw<float>({5})}});
    CHECK(are(file.load(numbered()), {2}, {1}, {2}));
    CHECK(are(file.load(numbered(), {.is = end::output}), {3}, {0}, {5}));
    CHECK(are(circuit::load_projection(pytorch / "sparse_dict.pt", numbered(), {.channels = 2}), {0, 3}, {1, 0},
              {0.5, -1}));
}

TEST_CASE("an .npy array of a projection has columns neuron, channel, weight", "[circuit]") {
    const projection_file file("p.npy", npy("<i8", "(2, 3)", raw<i64>({3, 0, 2, 1, 5, -4})));
    CHECK(are(file.load(numbered()), {3, 1}, {0, 5}, {2, -4}));
    const projection_file pairs("p.npy", npy("<i4", "(2, 2)", raw<i32>({3, 0, 9, 5})));
    CHECK(contains(pairs.refusal(numbered()), "entry 1 of array 'id': '9' is none of the connectome's 4 neurons"));
}

TEST_CASE("an .npz file of a projection has its columns as arrays", "[circuit]") {
    projection_file file("p.npz", "");
    const auto array = [](const std::string& type, const std::string& bytes) { return npy(type, "(2,)", bytes); };
    put_zip(file.path, {{"id.npy", array("<i8", raw<i64>({3, 1}))}, {"channel.npy", array("<i8", raw<i64>({0, -5}))}});
    CHECK(contains(file.refusal(numbered()), "entry 1 of array 'channel': -5 is no channel"));
    put_zip(file.path, {{"id.npy", array("<i8", raw<i64>({3, 1}))},
                        {"channel.npy", array("|u1", "\x04\x05")},
                        {"weight.npy", array("<f8", raw<double>({0.5, 2}))}});
    CHECK(are(file.load(numbered()), {3, 1}, {4, 5}, {0.5, 2}));
    file.names.channel_weight = "";
    CHECK(are(file.load(numbered()), {3, 1}, {4, 5}, {1, 1}));
}

}  // namespace circuit_load_projection_test
