// Files of arrays under one face: .npz, .npy, .safetensors and .pt give the same numbers.

#include "circuit/array_file.hpp"

#include "circuit/circuits.hpp"

#include <cortexpr/io/arrays.hpp>
#include <cortexpr/io/pytorch.hpp>

#include <cmath>
#include <limits>

namespace circuit_array_file_test {

using namespace cortexpr;
using namespace cortexpr::test;
using circuit::open_arrays;
using io::dtype;
using wide = std::vector<std::int64_t>;

namespace {

constexpr auto most = std::numeric_limits<std::int64_t>::max();

/// The arrays of one file, in each of the three formats that name them.
void for_each_format(const tensors& all, const std::function<void(const circuit::array_file&)>& check) {
    const temp_folder folder;
    std::vector<io::tensor_record> records;
    for (const auto& [name, type, shape, bytes] : all)
        records.push_back({name, type, shape, std::as_bytes(std::span(bytes))});
    for (const auto* name : {"x.npz", "x.safetensors", "x.pt"}) {
        INFO(name);
        io::write_tensors(folder / name, records);
        const auto file = open_arrays(folder / name, {});
        REQUIRE(file != nullptr);
        check(*file);
    }
}

}  // namespace

TEST_CASE("arrays of any width are the same numbers in every format", "[array_file]") {
    const tensors all{{"i64", dtype::i64, {3}, raw<std::int64_t>({0, -1, most})},
                      {"i16", dtype::i16, {2, 1}, raw<std::int16_t>({-300, 300})},
                      {"u8", dtype::u8, {2}, raw<std::uint8_t>({0, 255})},
                      {"f32", dtype::f32, {2}, raw<float>({0.5F, -2})},
                      {"none", dtype::f64, {0}, {}}};
    for_each_format(all, [](const circuit::array_file& file) {
        CHECK(file.has("i64"));
        CHECK_FALSE(file.has("I64"));
        CHECK(file.whole_numbers("i64") == wide{0, -1, most});
        CHECK(file.whole_numbers("i16") == wide{-300, 300});
        CHECK(file.shape("i16") == std::vector<std::uint64_t>{2, 1});
        CHECK(file.indices("u8") == integers{0, 255});
        CHECK(file.reals("f32") == doubles{0.5, -2});
        CHECK(file.reals("u8") == doubles{0, 255});
        CHECK(file.reals("none").empty());
        CHECK(contains(file.names(), "i64"));
        CHECK_FALSE(file.matrix_rows(""));
        CHECK_FALSE(message_of<file_error>([&] { file.whole_numbers("f32"); }).empty());
        CHECK(contains(message_of<file_error>([&] { file.indices("i64"); }), "i64"));
        CHECK(contains(message_of<file_error>([&] { file.indices("i64"); }),
                       "has at least 9223372036854775807 at 2; there are no neurons or channels beyond 2^31 - 1"));
        CHECK_FALSE(message_of<file_error>([&] { file.reals("missing"); }).empty());
    });
}

TEST_CASE("a long array of indices is read in parts, and the place of what is too large is counted", "[array_file]") {
    std::string bytes;
    constexpr std::int64_t count = 150'000;  // more than two parts
    for (std::int64_t i = 0; i < count; ++i) bytes += raw<std::int64_t>({i * 7});
    for_each_format({{"a", dtype::i64, {count}, bytes}}, [&](const circuit::array_file& file) {
        const auto all = file.indices("a");
        REQUIRE(all.size() == count);
        CHECK(all[65'535] == 65'535 * 7);
        CHECK(all[65'536] == 65'536 * 7);
        CHECK(all.back() == (count - 1) * 7);
    });
    bytes.replace(140'000 * 8, 8, raw<std::int64_t>({std::int64_t{1} << 31}));
    for_each_format({{"a", dtype::i64, {count}, bytes}}, [](const circuit::array_file& file) {
        CHECK(contains(message_of<file_error>([&] { file.indices("a"); }), "has 2147483648 at 140000; "));
    });
}

TEST_CASE("numbers of 16 bits are those that they stand for", "[array_file]") {
    const temp_folder folder;
    // 1, -2, the smallest above 0, infinity, not a number.
    const auto brain = raw<std::uint16_t>({0x3F80, 0xC000, 0x0001, 0x7F80, 0x7FC0});
    const auto half = raw<std::uint16_t>({0x3C00, 0xC000, 0x0001, 0x7C00, 0x7E00});
    write_tensors(folder / "x.safetensors",
                  {{"brain", dtype::bf16, {5}, brain}, {"half", dtype::f16, {5}, half}, {"no", dtype::c64, {0}, {}}});
    const auto file = open_arrays(folder / "x.safetensors", {});
    for (const auto& [name, smallest] : {std::pair("brain", std::ldexp(1.0, -133)), std::pair("half", 0x1p-24)}) {
        const auto all = file->reals(name);
        REQUIRE(all.size() == 5);
        CHECK(all[0] == 1);
        CHECK(all[1] == -2);
        CHECK(all[2] == smallest);
        CHECK(std::isinf(all[3]));
        CHECK(std::isnan(all[4]));
    }
    CHECK(
        contains(message_of<file_error>([&] { file->reals("no"); }), "its tensor 'no' has elements C64, which are no"));
}

TEST_CASE("an .npy file has columns, in any order of its elements, or records", "[array_file]") {
    const temp_folder folder;
    const circuit::columns names;
    const auto open = [&](const std::string& bytes) {
        put(folder / "x.npy", bytes);
        return open_arrays(folder / "x.npy", names);
    };
    const auto rows = npy("<i4", "(2, 3)", raw<std::int32_t>({1, 2, 3, 4, 5, 6}));
    const auto columns = npy("<i4", "(2, 3)", raw<std::int32_t>({1, 4, 2, 5, 3, 6}), "True");
    for (const auto& bytes : {rows, columns}) {
        const auto file = open(bytes);
        CHECK(file->whole_numbers("pre") == wide{1, 4});
        CHECK(file->whole_numbers("post") == wide{2, 5});
        CHECK(file->reals("weight") == doubles{3, 6});
        CHECK(file->shape("pre") == std::vector<std::uint64_t>{2});
        CHECK(file->names() == "'pre', 'post', 'weight'");
    }
    put_zip(folder / "x.npz", {{"w.npy", columns}});
    const auto whole = open_arrays(folder / "x.npz", names);
    REQUIRE(whole != nullptr);
    CHECK(whole->shape("w") == std::vector<std::uint64_t>{2, 3});
    CHECK(whole->whole_numbers("w") == wide{1, 2, 3, 4, 5, 6});
    const auto pairs = open(npy("<i8", "(1, 2)", raw<std::int64_t>({8, 9})));
    CHECK(pairs->indices("post") == integers{9});
    CHECK_FALSE(pairs->has("weight"));
    const auto refusal = message_of<file_error>([&] { open(npy("<f8", "(1, 2)", raw<double>({8, 9}))); });
    CHECK(contains(refusal, "has 1x2 elements '<f8'; synapses are read from whole numbers (n, 2) or (n, 3)"));
    CHECK(refusal.ends_with(
        "ids are whole numbers, so convert them, or save pre, post and real weights with numpy.savez"));
    const auto dense = message_of<file_error>([&] { open(npy("<f8", "(2, 2)", raw<double>({0, 1, 2, 0}))); });
    CHECK(dense.ends_with("with such fields; " + std::string(circuit::dense_advice)));
    const auto flat = message_of<file_error>([&] { open(npy("<f8", "(2,)", raw<double>({0, 1}))); });
    CHECK(flat.ends_with("with such fields"));
}

TEST_CASE("other endings are no arrays, and the text says which there are", "[array_file]") {
    for (const auto* name : {"x", "x.csv", "x.npz.gz", "npz"}) CHECK(open_arrays(name, {}) == nullptr);
    const auto text = message_of<file_error>([] { circuit::refuse_ending("x.txt", "synapses"); });
    CHECK(is_sentence_about(text, "x.txt"));
    for (const auto* ending : {"synapses are read from .csv", ".parquet", ".npz", ".npy", ".safetensors", ".pt"})
        CHECK(contains(text, ending));
}

}  // namespace circuit_array_file_test
