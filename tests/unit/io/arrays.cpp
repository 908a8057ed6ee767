// Tensors as .npz archives and folders of .npy and .csv files.

#include <cortexpr/io/arrays.hpp>

#include "data/files.hpp"

#include <cstring>
#include <span>

namespace arrays_test {

using namespace cortexpr;
using namespace cortexpr::test;
using io::dtype;
using io::read_tensors;
using namespace std::string_view_literals;

namespace {

const std::vector<float> weights{0.1F, -2.5F, 3e-30F, 4, 5, 6};
const std::vector<double> tau{1.0 / 3};
const std::vector<io::tensor_record> tensors{{"a->b.weight", dtype::f32, {2, 3, 1}, std::as_bytes(std::span(weights))},
                                             {"tau", dtype::f64, {}, std::as_bytes(std::span(tau))},
                                             {"none", dtype::f32, {0, 2}, {}}};

template <typename Element>
std::vector<double> reals(const io::tensor_record& tensor) {
    std::vector<Element> elements(tensor.bytes.size() / sizeof(Element));
    if (!elements.empty()) std::memcpy(elements.data(), tensor.bytes.data(), tensor.bytes.size());
    return {elements.begin(), elements.end()};
}

std::string refusal(const std::filesystem::path& path) {
    return message_of<file_error>([&] { read_tensors(path); });
}

}  // namespace

TEST_CASE("tensors come back from NumPy's archives and from folders", "[arrays]") {
    const temp_folder folder;
    io::write_tensors(folder / "x.npz", tensors);
    io::write_arrays(folder / "npy", tensors, io::array_format::npy);
    io::write_arrays(folder / "csv", tensors, io::array_format::csv);
    for (const auto* name : {"x.npz", "npy", "csv"}) {
        INFO(name);
        const auto file = read_tensors(folder / name);
        REQUIRE(file.tensors().size() == 3);
        for (const auto& tensor : tensors) {
            const auto* read = file.find(tensor.name);
            REQUIRE(read != nullptr);
            CHECK(read->shape == tensor.shape);
            // A table has no types: its digits are those of the float32, read as float64.
            if (std::string(name) != "csv") CHECK(std::ranges::equal(read->bytes, tensor.bytes));
        }
        const auto read = *file.find("a->b.weight");
        const auto numbers = read.type == dtype::f32 ? reals<float>(read) : reals<double>(read);
        CHECK(std::vector<float>(numbers.begin(), numbers.end()) == weights);
        CHECK(reals<double>(*file.find("tau")) == tau);
    }
    CHECK(contents(folder / "csv" / "a->b.weight.csv") == "# shape 2,3,1\n0.1,-2.5,3e-30\n4,5,6\n");
}

TEST_CASE("a folder of arrays is written whole, or not at all, and holds no others", "[arrays]") {
    const temp_folder folder;
    const auto at = folder / "npy";
    io::write_arrays(at, tensors, io::array_format::npy);
    put(at / "notes.txt", "of one's own");
    auto changed = tensors;
    const std::vector<float> others(6, 7);
    changed[0].bytes = std::as_bytes(std::span(others));
    io::write_arrays(at, changed, io::array_format::npy);
    CHECK(reals<float>(*read_tensors(at).find("a->b.weight")) == std::vector<double>(6, 7));
    // The last of them can't be written.
    std::filesystem::remove(at / "none.npy");
    std::filesystem::create_directory(at / "none.npy");
    CHECK(
        contains(message_of<file_error>([&] { io::write_arrays(at, tensors, io::array_format::npy); }), "is a folder"));
    std::filesystem::remove(at / "none.npy");
    CHECK(reals<float>(*read_tensors(at).find("a->b.weight")) == std::vector<double>(6, 7));
    // What would be read with them.
    const auto refused = message_of<file_error>([&] { io::write_arrays(at, tensors, io::array_format::csv); });
    CHECK(contains(refused, ".npy' already, which is none of the arrays that are written"));
    CHECK(contains(
        message_of<file_error>([&] { io::write_arrays(at, std::span(tensors).first(1), io::array_format::npy); }),
        "'tau.npy' already"));
    CHECK(!std::filesystem::exists(at / "tau.csv"));
    // A new folder doesn't stay where its files can't be written.
    changed.back().name = std::string(300, 'n');
    CHECK(
        !message_of<file_error>([&] { io::write_arrays(folder / "new/one", changed, io::array_format::npy); }).empty());
    CHECK(!std::filesystem::exists(folder / "new"));
    put(folder / "file", "x");
    CHECK(contains(message_of<file_error>([&] { io::write_arrays(folder / "file", tensors, io::array_format::npy); }),
                   "file: is a file, and no folder; give another name"));
}

TEST_CASE("tables without a shape are matrices or columns", "[arrays]") {
    const temp_folder folder;
    const auto shape_of = [&](std::string_view text) {
        std::filesystem::create_directory(folder / "x");
        put(folder / "x" / "w.csv", text);
        return read_tensors(folder / "x").find("w")->shape;
    };
    CHECK(shape_of("1, 2\r\n3,4\r\n") == std::vector<std::int64_t>{2, 2});
    CHECK(shape_of("# of a kind\n1\n2\n3") == std::vector<std::int64_t>{3});
    put(folder / "x" / "v.csv", "1,2\n3\n");
    CHECK(contains(refusal(folder / "x"), "v.csv: has 1 numbers in line 2, 2 in those before"));
    put(folder / "x" / "v.csv", "1,two\n");
    CHECK(contains(refusal(folder / "x"), "has 'two' in line 1, which is no number"));
    put(folder / "x" / "v.csv", "# shape 3,-1\n1\n");
    CHECK(contains(refusal(folder / "x"), "has 1 numbers, which are no array of shape (3, -1)"));
    put(folder / "x" / "v.csv", "1\n");
    put(folder / "x" / "v.npy", npy("<f4", "(1,)", "abcd"));
    CHECK(contains(refusal(folder / "x"), "holds 'v' as .npy and as .csv"));
}

TEST_CASE("transposed arrays come out as the others", "[arrays]") {
    const temp_folder folder;
    // numpy.asfortranarray([[1, 2, 3], [4, 5, 6]]).
    const auto array = npy("<i2", "(2, 3)", "\x01\x00\x04\x00\x02\x00\x05\x00\x03\x00\x06\x00"sv, "True");
    std::filesystem::create_directory(folder / "x");
    put(folder / "x" / "w.npy", array);
    put(folder / "w.npy", array);
    put_zip(folder / "x.npz", {{"w.npy", array}});
    for (const auto* name : {"x", "w.npy", "x.npz"}) {
        INFO(name);
        const auto file = read_tensors(folder / name);
        const auto* read = file.find("w");
        REQUIRE(read != nullptr);
        CHECK(read->shape == std::vector<std::int64_t>{2, 3});
        std::vector<std::int16_t> values(6);
        REQUIRE(read->bytes.size() == sizeof(std::int16_t) * values.size());
        std::memcpy(values.data(), read->bytes.data(), read->bytes.size());
        CHECK(values == std::vector<std::int16_t>{1, 2, 3, 4, 5, 6});
    }
}

TEST_CASE("arrays that can't be weights are refused", "[arrays]") {
    const temp_folder folder;
    std::filesystem::create_directory(folder / "empty");
    CHECK(contains(refusal(folder / "empty"), "is a folder without .npy or .csv files"));
    put_zip(folder / "x.npz", {{"w.npy", npy(">f4", "(1,)", "abcd")}});
    CHECK(contains(refusal(folder / "x.npz"), "its array 'w' has elements '>f4'; little-endian numbers are read"));
    put_zip(folder / "x.npz", {{"w.npy", npy("|O", "(1,)", "abcdefgh")}});
    CHECK(contains(refusal(folder / "x.npz"), "has elements '|O'"));
    put(folder / "v.npy", npy("<f4", "(1,)", "abc"));
    CHECK(contains(refusal(folder / "v.npy"), "holds 3 bytes"));
}

}  // namespace arrays_test
