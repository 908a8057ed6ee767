// Synapses in files of arrays.

#include "circuits.hpp"

#include <cmath>

namespace circuit_read_arrays_test {

using namespace cortexpr;
using namespace cortexpr::test;

namespace {

using i32 = std::int32_t;
using i64 = std::int64_t;

std::string array(const std::string& type, std::size_t count, const std::string& bytes) {
    return npy(type, fmt::format("({},)", count), bytes);
}

struct npz_file : written {
    explicit npz_file(const std::map<std::string, std::string>& members) : written("", {}, "s.npz") {
        put_zip(how.synapses, members);
    }
    std::string refusal() { return written::refusal({}, "s.npz"); }
};

struct tensors_file : written {
    explicit tensors_file(const tensors& all) : written("", {}, "s.safetensors") { write_tensors(how.synapses, all); }
    std::string refusal(const expectation& expected = {}) { return written::refusal(expected, "s.safetensors"); }
};

/// 0 -> 1 (2), 2 -> 1 (3), 1 -> 0 (4)
bool is_example(const graph& all) {
    return all.synapses.presynaptic == integers{0, 2, 1} && all.synapses.postsynaptic == integers{1, 1, 0} &&
           all.synapses.weights == doubles{2, 3, 4} && all.neurons.size() == 3 && all.neurons.ids.empty();
}

const std::string post = raw<i64>({1, 1, 0}), pre = raw<i64>({0, 2, 1}), values = raw<float>({2, 3, 4});

}  // namespace

TEST_CASE("an .npz file has columns of 64-bit ids", "[circuit]") {
    constexpr i64 big = 720575940600000001;
    npz_file file({{"pre.npy", array("<i8", 3, raw<i64>({big, big, 7}))},
                   {"post.npy", array("<u8", 3, raw<i64>({big - 1, big - 1, big}))},
                   {"weight.npy", array("<f4", 3, raw<float>({1.5F, 2, 3}))}});
    const auto all = file.load();
    CHECK(all.neurons.ids == strings{"720575940600000001", "720575940600000000", "7"});
    CHECK(all.synapses.weights == doubles{3.5, 3});
    CHECK(file.found.repeats == 1);
    CHECK(file.found.rows == 3);
    npz_file counts(
        {{"pre.npy", array("|u1", 2, "\x01\x02")}, {"post.npy", array("<i2", 2, raw<std::int16_t>({2, 3}))}});
    CHECK(counts.load().synapses.weights == doubles{1, 1});
    put(counts / "c.csv", "id,type\n3,B\n2,A\n1,A\n");
    counts.how.cells = counts / "c.csv";
    CHECK(counts.load().synapses.presynaptic == integers{2, 1});
}

TEST_CASE("columns of an .npz file that don't fit are refused", "[circuit]") {
    const auto ids = array("<i8", 2, raw<i64>({1, 2}));
    const auto refusal = [&](const std::map<std::string, std::string>& members) { return npz_file(members).refusal(); };
    CHECK(contains(refusal({{"pre.npy", array("<f8", 2, raw<double>({1, 2}))}, {"post.npy", ids}}),
                   "has elements '<f8'; ids and indices are read as whole numbers"));
    CHECK(contains(refusal({{"pre.npy", array("<i8", 2, raw<i64>({1, -2}))}, {"post.npy", ids}}),
                   "entry 1 of array 'pre': -2 is no id"));
    CHECK(contains(refusal({{"pre.npy", array("<u8", 2, raw<i64>({1, -2}))}, {"post.npy", ids}}), "beyond 63 bits"));
    CHECK(contains(refusal({{"pre.npy", ids}, {"post.npy", array("<i8", 1, raw<i64>({1}))}}),
                   "its array 'post' has 1 entries, but pre has 2"));
    CHECK(
        contains(refusal({{"pre.npy", ids}, {"post.npy", ids}, {"weight.npy", array("<f8", 2, raw<double>({1, NAN}))}}),
                 "entry 1 of array 'weight': the weight nan is no finite number"));
    CHECK(contains(refusal({{"a.npy", ids}}), "has 'a'; arrays pre and post, or indices and values"));
    CHECK(
        contains(refusal({{"a.npy", npy("<f8", "(2, 2)", raw<double>({0, 1, 2, 0}))}}),
                 "were expected; 'a' may be dense: save a dense matrix, whose rows are postsynaptic, as scipy.sparse"));
    CHECK(contains(refusal({{"pre.npy", npy("<i8", "(1, 2)", raw<i64>({1, 2}))}, {"post.npy", ids}}), "has 2 axes"));
    npz_file unnamed({{"pre.npy", ids}, {"post.npy", ids}});
    unnamed.how.columns.weight = "n";
    CHECK(contains(unnamed.refusal(), "its array 'n' isn't there (the file has 'post', 'pre'); rename one of them"));
    unnamed.how.columns.kind = "kind";
    CHECK(
        contains(message_of<usage_error>([&] { unnamed.load(); }),
                 "kinds and transmitters of synapses are read from tables (.csv and .tsv (both also .gz), .feather and "
                 ".parquet), not from arrays"));
}

TEST_CASE("weights under another name aren't taken for none", "[circuit]") {
    const auto ids = array("<i8", 2, raw<i64>({1, 2})), targets = array("<i8", 2, raw<i64>({3, 3}));
    npz_file counts({{"pre.npy", ids}, {"post.npy", targets}, {"syn_count.npy", array("<i8", 2, raw<i64>({7, 9}))}});
    CHECK(
        counts.refusal() ==
        "its array 'weight' isn't there (the file has 'post', 'pre', 'syn_count'); rename one of them, let the program "
        "name another column (`columns`), or give weight an empty name there: then each row counts 1");
    counts.how.columns.weight = "syn_count";
    CHECK(counts.load().synapses.weights == doubles{7, 9});
    counts.how.columns.weight = "";
    CHECK(counts.load().synapses.weights == doubles{1, 1});
    npz_file others({{"pre.npy", ids},
                     {"post.npy", targets},
                     {"names.npy", array("<i8", 3, raw<i64>({1, 2, 3}))},
                     {"version.npy", npy("<i8", "()", raw<i64>({1}))}});
    CHECK(others.load().synapses.weights == doubles{1, 1});
    auto records = npy("R", "(1,)", raw<i64>({5, 6, 7}));
    records.replace(records.find("'R'"), 3, "[('pre', '<i8'), ('post', '<i8'), ('count', '<i8')]");
    records.erase(records.find("   "), 48);  // the header keeps its length
    CHECK(contains(written(records, {}, "s.npy").refusal({}, "s.npy"),
                   "its column 'weight' isn't there (the file has 'pre', 'post', 'count'); rename one of them"));
}

TEST_CASE("COO and CSR are read from .npz and .safetensors, rows postsynaptic", "[circuit]") {
    CHECK(is_example(
        npz_file({{"indices.npy", npy("<i8", "(2, 3)", post + pre)}, {"values.npy", array("<f4", 3, values)}}).load()));
    CHECK(is_example(
        tensors_file({{"indices", io::dtype::i64, {2, 3}, post + pre}, {"values", io::dtype::f32, {3}, values}})
            .load()));
    CHECK(is_example(
        tensors_file({{"hh.indices", io::dtype::i64, {2, 3}, post + pre}, {"hh.values", io::dtype::f32, {3}, values}})
            .load()));
    tensors_file prefixed({{"rnn.hh.indices", io::dtype::i32, {2, 3}, raw<i32>({1, 1, 0, 0, 2, 1})},
                           {"rnn.hh.values", io::dtype::bf16, {3}, std::string("\x00\x40\x40\x40\x80\x40", 6)}});
    prefixed.how.prefix = "rnn.hh.";
    CHECK(is_example(prefixed.load()));
    const auto csr = tensors_file({{"crow_indices", io::dtype::i64, {4}, raw<i64>({0, 1, 3, 3})},
                                   {"col_indices", io::dtype::i64, {3}, raw<i64>({1, 0, 2})},
                                   {"values", io::dtype::f64, {3}, raw<double>({4, 2, 3})}})
                         .load();
    CHECK(csr.synapses.presynaptic == integers{1, 0, 2});
    CHECK(csr.synapses.postsynaptic == integers{0, 1, 1});
    CHECK(csr.synapses.weights == doubles{4, 2, 3});
    CHECK(csr.neurons.size() == 3);
}

TEST_CASE("a sparse tensor that torch.save wrote is read, with neurons that have no synapse", "[circuit]") {
    const std::filesystem::path folder = std::string(CORTEXPR_SOURCE_DIR) + "/tests/data/pytorch";
    for (const auto* name : {"sparse_coo.pt", "sparse_csr.pt", "sparse_dict.pt"}) {
        INFO(name);
        const auto all = circuit::load({.synapses = folder / name});
        CHECK(all.neurons.size() == 4);
        auto rows = all.synapses.postsynaptic;
        std::ranges::sort(rows);
        CHECK(rows == integers{0, 1, 1});
        double of_pair = 0;
        for (std::size_t i = 0; i < all.synapses.size(); ++i)
            if (all.synapses.presynaptic[i] == 2 && all.synapses.postsynaptic[i] == 1)
                of_pair = all.synapses.weights[i];
        CHECK(of_pair == 3);
    }
    CHECK(contains(
        message_of<file_error>([&] { circuit::load({.synapses = folder / "sparse_csc.pt"}); }),
        "has a sparse tensor of the layout 'torch.sparse_csc'; torch.sparse_coo and torch.sparse_csr are read"));
    CHECK(contains(message_of<file_error>([&] { circuit::load({.synapses = folder / "state_dict.pt"}); }),
                   "has '0.weight', '0.bias'; arrays pre and post"));
    CHECK(contains(message_of<file_error>([&] { circuit::load({.synapses = folder / "old.pt"}); }),
                   "is a file of PyTorch before 1.6, or in its format"));
}

TEST_CASE("what a file of PyTorch should hold in place of other things is a sparse tensor, in the reader's words",
          "[circuit]") {
    const std::filesystem::path folder = std::string(CORTEXPR_SOURCE_DIR) + "/tests/data/pytorch";
    const auto refusal = [](const std::filesystem::path& file) {
        return message_of<file_error>([&] { circuit::load({.synapses = file}); });
    };
    const std::string advice = "save a sparse tensor (torch.save(dense.to_sparse(), file))";
    CHECK(refusal(folder / "bare.pt") == (folder / "bare.pt").string() + ": holds no dict of tensors; " + advice);
    CHECK(refusal(folder / "several.pt").ends_with("; " + advice + " alone"));
    // A file's name may hold any words.
    const temp_folder own;
    const auto named = own / "save the network's state_dict().pt";
    std::filesystem::copy_file(folder / "bare.pt", named);
    CHECK(refusal(named) == named.string() + ": holds no dict of tensors; " + advice);
}

TEST_CASE("row k of the cells is neuron k of a COO file", "[circuit]") {
    tensors_file file({{"indices", io::dtype::i64, {2, 3}, post + pre}, {"values", io::dtype::f32, {3}, values}});
    put(file / "c.csv", "id,type\nx,E\ny,I\nz,E\nw,I\n");
    file.how.cells = file / "c.csv";
    const expectation expected{.types = {{"E", excitatory}, {"I", inhibitory}}, .pairs = {{{0, 1}, {1, 0}}}};
    auto all = file.load(expected);
    CHECK(all.neurons.ids == strings{"x", "y", "z", "w"});
    CHECK(all.synapses.presynaptic == integers{0, 2, 1});
    put(file / "c.csv", "id,type\nx,E\ny,\nz,I\n");
    file.how.unannotated = circuit::unannotated::left_out;
    CHECK(
        contains(file.refusal({.types = expected.types}), "has no synapse that is left of 3 rows: all are of neurons"));
    CHECK(file.found.rows_of_left_out_cells == 3);
    put(file / "c.csv", "id,type\nx,E\ny,I\n");
    CHECK(contains(file.refusal(), "entry 1 of array 'indices': 2 is no neuron; they are 0 to 1"));
    put(file / "c.csv", "id,type\nx,E\ny,E\nz,I\n");
    CHECK(contains(file.refusal(expected),
                   "entry 0 of array 'values': neuron 'x' (E) connects to neuron 'y' (E), but no "
                   "synapses from E to E are declared"));
    file.how.cells = "";
    CHECK(contains(file.refusal(expected), "says no types, but 2 are declared; give a cells file"));
}

TEST_CASE("a matrix that says its size has a row for each row of the cells", "[circuit]") {
    tensors_file file({{"crow_indices", io::dtype::i64, {4}, raw<i64>({0, 1, 3, 3})},
                       {"col_indices", io::dtype::i64, {3}, raw<i64>({1, 0, 2})},
                       {"values", io::dtype::f64, {3}, raw<double>({4, 2, 3})}});
    file.how.cells = file / "c.csv";
    for (const auto* rows : {"x,E\ny,E\n", "x,E\ny,E\nz,E\nw,E\n"}) {
        put(file.how.cells, std::string("id,type\n") + rows);
        CHECK(contains(file.refusal(), "its tensor 'crow_indices' is of 3 neurons, but "));
    }
    file.how.unannotated = circuit::unannotated::left_out;
    put(file.how.cells, "id,type\nx,E\ny,E\nz,E\nw,\n");  // one that is left out has a row, too
    CHECK(contains(file.refusal(), "is of 3 neurons, but 4 are known"));
    const std::filesystem::path folder = std::string(CORTEXPR_SOURCE_DIR) + "/tests/data/pytorch";
    for (const auto* name : {"sparse_coo.pt", "sparse_csr.pt"}) {
        file.how.synapses = folder / name;  // of 4 neurons
        CHECK(file.load().neurons.size() == 3);
    }
    put(file.how.cells, "id,type\nx,E\ny,E\nz,E\nw,E\nv,E\n");
    for (const auto* name : {"sparse_coo.pt", "sparse_csr.pt"}) {
        file.how.synapses = folder / name;
        CHECK(contains(message_of<file_error>([&] { file.load(); }), "is of 4 neurons, but 5 are known"));
    }
}

TEST_CASE("COO and CSR that don't fit are refused", "[circuit]") {
    using io::dtype;
    const auto refusal = [](const tensors& all) { return tensors_file(all).refusal(); };
    CHECK(contains(refusal({{"indices", dtype::i64, {3, 2}, post + pre}, {"values", dtype::f32, {3}, values}}),
                   "has the sizes 3x2; (2, n) were expected"));
    CHECK(contains(refusal({{"indices", dtype::i64, {2, 3}, post + pre}, {"values", dtype::f32, {1}, raw<float>({1})}}),
                   "its tensor 'values' has 1 entries, but indices has 3"));
    CHECK(contains(refusal({{"indices", dtype::i64, {2, 3}, post + pre}}), "its tensor 'values' isn't there"));
    CHECK(contains(refusal({{"indices", dtype::f64, {2, 3}, post + pre}, {"values", dtype::f32, {3}, values}}),
                   "has elements F64; indices are read as whole numbers"));
    CHECK(contains(
        refusal({{"indices", dtype::i64, {2, 1}, raw<i64>({0, -1})}, {"values", dtype::f32, {1}, raw<float>({1})}}),
        "entry 0 of array 'indices': -1 is no neuron"));
    CHECK(contains(refusal({{"indices", dtype::i64, {2, 1}, raw<i64>({0, 2'000'000'000})},
                            {"values", dtype::f32, {1}, raw<float>({1})}}),
                   "is of 2000000001 neurons, but there are only 1 synapses"));
    CHECK(contains(refusal({{"indices", dtype::i64, {2, 1}, raw<i64>({0, INT64_MAX / 2})},
                            {"values", dtype::f32, {1}, raw<float>({1})}}),
                   "its tensor 'indices' has 4611686018427387903 at 1; there are no neurons or channels beyond"));
    CHECK(contains(refusal({{"indices", dtype::i64, {2, 1}, raw<i64>({INT64_MIN, 0})},
                            {"values", dtype::f32, {1}, raw<float>({1})}}),
                   "its tensor 'indices' has -9223372036854775808 at 0"));
    CHECK(contains(refusal({{"crow_indices", dtype::i64, {3}, raw<i64>({0, 2, 1})},
                            {"col_indices", dtype::i64, {1}, raw<i64>({0})},
                            {"values", dtype::f32, {1}, raw<float>({1})}}),
                   "doesn't go from 0 up to the 1 entries of col_indices"));
    CHECK(contains(refusal({{"crow_indices", dtype::i64, {2}, raw<i64>({0, 1})},
                            {"col_indices", dtype::i64, {1}, raw<i64>({1})},
                            {"values", dtype::boolean, {1}, "\x01"}}),
                   "has elements BOOL, which are no weights"));
}

TEST_CASE("an .npy file has columns pre, post, weight, or records", "[circuit]") {
    const auto load = [](const std::string& bytes) { return written(bytes, {}, "s.npy").load(); };
    const auto all = load(npy("<i8", "(3, 3)", raw<i64>({0, 1, 2, 2, 1, 3, 1, 0, 4})));
    CHECK(is_example(all));
    CHECK(are_equal(load(npy("<i8", "(3, 3)", raw<i64>({0, 2, 1, 1, 1, 0, 2, 3, 4}), "True")), all));
    CHECK(load(npy("<i4", "(2, 2)", raw<i32>({5, 6, 6, 5}))).neurons.ids == strings{"5", "6"});
    auto records = npy("R", "(2,)", raw<i64>({5, 6}) + raw<float>({1.5F}) + raw<i64>({6, 5}) + raw<float>({2}));
    records.replace(records.find("'R'"), 3, "[('pre', '<i8'), ('post', '<i8'), ('weight', '<f4')]");
    records.erase(records.find("   "), 49);  // the header keeps its length
    CHECK(load(records).synapses.weights == doubles{1.5, 2});
    const auto refusal = [](const std::string& bytes) { return written(bytes, {}, "s.npy").refusal({}, "s.npy"); };
    CHECK(contains(refusal(npy("<f8", "(1, 3)", raw<double>({1, 2, 3}))),
                   "synapses are read from whole numbers (n, 2) or (n, 3)"));
    CHECK(contains(refusal(npy("<i8", "(1, 4)", raw<i64>({1, 2, 3, 4}))), "has 1x4 elements '<i8'"));
}

}  // namespace circuit_read_arrays_test
