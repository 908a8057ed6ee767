// The part of Python's pickle that files of tensors are written in: what its instructions build, by small programs
// written by hand. The files of PyTorch itself, and those made to harm, are those of the test of the reader.

#include "io/pickle.hpp"

#include "catch.hpp"
#include "temp_folder.hpp"

#include <cortexpr/error.hpp>

#include <stdexcept>

namespace io_pickle_test {

using namespace cortexpr;
using namespace cortexpr::test;
using namespace std::string_literals;
using io::dtype;
using io::read_state_dict;

namespace {

std::string text(const std::string& word) { return "\x8c"s + static_cast<char>(word.size()) + word; }
std::string number(int value) { return "K"s + static_cast<char>(value); }
std::string name(const std::string& module, const std::string& word) { return "c" + module + "\n" + word + "\n"; }

/// A tensor over a storage of `elements`; sizes and strides are instructions that leave a tuple.
std::string tensor(const std::string& key, int elements, const std::string& size, const std::string& stride,
                   const std::string& storage = "FloatStorage", int offset = 0) {
    return name("torch._utils", "_rebuild_tensor_v2") + "((" + text("storage") + name("torch", storage) + text(key) +
           text("cpu") + number(elements) + "tQ" + number(offset) + size + stride + "\x89}tR";
}
std::string vector_of(const std::string& key, int elements) {
    return tensor(key, elements, number(elements) + "\x85", number(1) + "\x85");
}
std::string whole(const std::string& program) { return "\x80\x02" + program + "."; }

std::string refusal(const std::string& program) {
    return message_of<std::invalid_argument>([&] { read_state_dict(whole(program)); });
}

std::vector<std::string> names_in(const std::string& program) {
    const auto pickle = whole(program);
    std::vector<std::string> names;
    for (const auto& one : read_state_dict(pickle)) names.push_back(one.name);
    return names;
}

}  // namespace

TEST_CASE("a tensor is a view: type, storage, offset, sizes and strides", "[pickle]") {
    const auto pickle = whole(
        "}" + text("w") +
        tensor("17", 20, number(3) + number(4) + "\x86", number(1) + number(5) + "\x86", "DoubleStorage", 2) + "s");
    const auto all = read_state_dict(pickle);
    REQUIRE(all.size() == 1);
    CHECK(all[0].name == "w");
    CHECK(all[0].type == dtype::f64);
    CHECK(all[0].storage == "17");
    CHECK(all[0].storage_bytes == 160);
    CHECK(all[0].offset == 2);
    CHECK(all[0].shape == std::vector<std::int64_t>{3, 4});
    CHECK(all[0].stride == std::vector<std::int64_t>{1, 5});
    CHECK(all[0].matrix.empty());
}

TEST_CASE("numbers are whole, little-endian, and signed where they say so", "[pickle]") {
    const auto size_of = [](const std::string& value) {
        const auto pickle = whole("}" + text("w") + tensor("0", 1, value + "\x85", number(1) + "\x85") + "s");
        return read_state_dict(pickle)[0].shape[0];
    };
    CHECK(size_of("K\xFF") == 255);
    CHECK(size_of("M\x34\x12") == 0x1234);
    CHECK(size_of("J\x78\x56\x34\x12") == 0x12345678);
    CHECK(size_of("\x8a\0"s) == 0);  // LONG1 of no bytes
    CHECK(size_of("\x8a\x02\xFF\0"s) == 255);
    CHECK(size_of("\x8b\x05\0\0\0\x01\x02\x03\x04\x05"s) == 0x0504030201);
    CHECK(size_of("\x88") == 1);  // True
    const auto of = [](const std::string& value) {
        return refusal("}" + text("w") + tensor("0", 1, value + "\x85", number(1) + "\x85") + "s");
    };
    CHECK(of("J\xFF\xFF\xFF\xFF") == "has a tensor with a negative size or stride");
    CHECK(of("\x8a\x01\x80") == "has a tensor with a negative size or stride");
    CHECK(of("\x8a\x09" + std::string(9, '\x01')) == "holds no sound pickle");  // more than 64 bits
}

TEST_CASE("values are remembered and recalled, whatever their kind", "[pickle]") {
    // The same tensor under two names: by a short and a long place, and by MEMOIZE, which counts places itself.
    CHECK(names_in("}" + text("a") + vector_of("0", 2) + "q\x05" + "s" + text("b") + "h\x05s") ==
          std::vector<std::string>{"a", "b"});
    CHECK(names_in("}" + text("a") + vector_of("0", 2) + "r\x05\x01\0\0"s + "s" + text("b") + "j\x05\x01\0\0s"s) ==
          std::vector<std::string>{"a", "b"});
    CHECK(names_in("}\x94" + text("a") + "\x94" + vector_of("0", 2) + "\x94s" + text("b") + "h\x02s") ==
          std::vector<std::string>{"a", "b"});
    CHECK(refusal("}" + text("a") + "h\x01s") == "holds no sound pickle");
}

TEST_CASE("of several dicts the model's is read, wherever it stands", "[pickle]") {
    const auto dict = [](const std::string& name) { return "}" + text(name) + vector_of("0", 2) + "s"; };
    const auto two = [&](const std::string& first, const std::string& second) {
        return "}(" + text(first) + dict("of_" + first) + text(second) + dict("of_" + second) + "u";
    };
    CHECK(names_in(two("optimizer", "state_dict")) == std::vector<std::string>{"of_state_dict"});
    CHECK(names_in(two("model", "ema")) == std::vector<std::string>{"of_model"});
    CHECK(names_in(two("model", "model_state_dict")) == std::vector<std::string>{"of_model_state_dict"});
    CHECK(names_in(two("model_state_dict", "state_dict")) == std::vector<std::string>{"of_state_dict"});
    CHECK(names_in("}" + text("weights") + dict("a") + "s") == std::vector<std::string>{"a"});
    CHECK(refusal(two("b", "a")) ==
          "holds several dicts of tensors ('b', 'a'), and none is named state_dict or model_state_dict or model; save "
          "the network's state_dict() alone");
    CHECK(refusal("}" + text("epoch") + number(3) + "s") == "holds no tensors; save the network's state_dict()");
    CHECK(refusal(number(3)) == "holds no dict of tensors; save the network's state_dict()");
    CHECK(message_of<std::invalid_argument>([] { read_state_dict(whole(number(3)), "a sparse tensor"); }) ==
          "holds no dict of tensors; save a sparse tensor");
}

TEST_CASE("entries of a state dict that are no tensors are passed over, and names are unique", "[pickle]") {
    CHECK(names_in("}(" + text("version") + number(2) + text("w") + vector_of("0", 2) + number(1) + vector_of("0", 2) +
                   text("none") + "Nu") == std::vector<std::string>{"w"});
    // An OrderedDict, of pairs and with attributes, and a parameter, which wraps its tensor.
    CHECK(names_in(name("collections", "OrderedDict") + "(](" + text("w") + vector_of("0", 2) + "\x86" + text("b") +
                   name("torch._utils", "_rebuild_parameter") + "(" + vector_of("1", 3) + "\x89)tR\x86" + "etR}" +
                   text("_metadata") + ")sb") == std::vector<std::string>{"w", "b"});
    CHECK(refusal("}(" + text("w") + vector_of("0", 2) + text("w") + vector_of("1", 2) + "u") ==
          "holds the tensor 'w' twice");
}

TEST_CASE("a sparse tensor is its parts, with the sizes of the whole at the first", "[pickle]") {
    const auto sparse = name("torch._utils", "_rebuild_sparse_tensor") + "(" +
                        name("torch.serialization", "_get_layout") + text("torch.sparse_csr") + "\x85R(" +
                        vector_of("0", 4) + vector_of("1", 2) + vector_of("2", 2) + number(3) + number(5) + "\x86ttR";
    const auto pickle = whole("}" + text("hh") + sparse + "s");
    const auto all = read_state_dict(pickle);
    REQUIRE(all.size() == 3);
    CHECK(all[0].name == "hh.crow_indices");
    CHECK(all[1].name == "hh.col_indices");
    CHECK(all[2].name == "hh.values");
    CHECK(all[0].matrix == std::vector<std::int64_t>{3, 5});
    CHECK(all[1].matrix.empty());
    CHECK(all[0].storage == "0");
    CHECK(all[2].storage == "2");
    CHECK(names_in(sparse) == std::vector<std::string>{"crow_indices", "col_indices", "values"});
    const auto parameter = name("torch._utils", "_rebuild_parameter") + "(" + sparse + "\x89)tR";
    CHECK(names_in(parameter) == std::vector<std::string>{"crow_indices", "col_indices", "values"});
    CHECK(names_in("}" + text("hh") + parameter + "s") ==
          std::vector<std::string>{"hh.crow_indices", "hh.col_indices", "hh.values"});
    CHECK(refusal(name("torch._utils", "_rebuild_parameter") + "(" + number(1) + "\x89)tR") == "holds no sound pickle");
}

}  // namespace io_pickle_test
