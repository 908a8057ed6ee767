// PyTorch's files: those that torch.save wrote (tests/data/pytorch, by pytorch_files.py), our own, and ones made to
// harm.

#include "data/files.hpp"

#include <cortexpr/io/pytorch.hpp>

#include <cstring>
#include <numeric>
#include <span>

namespace io_pytorch_reader_test {

using namespace cortexpr;
using namespace cortexpr::test;
using namespace std::string_literals;
using namespace std::string_view_literals;
using io::dtype;
using io::read_pytorch;
using io::read_tensors;

namespace {

const std::filesystem::path data = std::string(CORTEXPR_SOURCE_DIR) + "/tests/data/pytorch";

template <typename Element>
std::vector<Element> elements_of(const io::tensor_file& file, std::string_view name) {
    const auto* tensor = file.find(name);
    REQUIRE(tensor != nullptr);
    std::vector<Element> elements(tensor->bytes.size() / sizeof(Element));
    std::memcpy(elements.data(), tensor->bytes.data(), tensor->bytes.size());
    return elements;
}

std::string refusal(const std::filesystem::path& file) {
    const auto message = message_of<file_error>([&] { read_tensors(file); });
    if (!message.empty()) CHECK(is_sentence_about(message, file));
    return message;
}

/// The refusal of a file with this pickle and storage "0" of eight bytes.
std::string refusal_of(std::string_view pickle, const std::map<std::string, std::string>& more = {}) {
    const temp_folder folder;
    std::map<std::string, std::string> members{{"a/data.pkl", std::string(pickle)}, {"a/data/0", "01234567"}};
    members.insert(more.begin(), more.end());
    put_zip(folder / "x.pt", members, false);
    return refusal(folder / "x.pt");
}

/// {"w": a tensor of float32 over storage "0"}; numbers of one byte.
std::string pickle_of(std::string_view size, std::string_view stride, int elements = 2, int offset = 0) {
    const auto number = [](int value) { return std::string("K") + static_cast<char>(value); };
    std::string text =
        "\x80\x02}X\x01\0\0\0wctorch._utils\n_rebuild_tensor_v2\n((X\x07\0\0\0storagectorch\nFloatStorage\n"s;
    text += "X\x01\0\0\0"s + "0" + "X\x03\0\0\0cpu"s + number(elements) + "tQ" + number(offset);
    return text.append(size).append(stride) + "\x89}tRs.";
}

}  // namespace

TEST_CASE("what torch.save writes is read, of every protocol and view", "[pytorch]") {
    for (const int protocol : {2, 3, 4, 5}) {
        INFO("protocol " << protocol);
        const auto file = read_tensors(data / ("protocol_" + std::to_string(protocol) + ".pt"));
        CHECK(file.checksummed());
        CHECK(file.metadata().empty());
        REQUIRE(file.tensors().size() == 12);
        CHECK(file.tensors().front().name == "plain");
        std::vector<float> numbers(12);
        std::iota(numbers.begin(), numbers.end(), 0.0F);
        CHECK(elements_of<float>(file, "plain") == numbers);
        CHECK(file.find("plain")->shape == std::vector<std::int64_t>{3, 4});
        CHECK(file.find("transposed")->shape == std::vector<std::int64_t>{4, 3});
        CHECK(elements_of<float>(file, "transposed") == std::vector<float>{0, 4, 8, 1, 5, 9, 2, 6, 10, 3, 7, 11});
        CHECK(elements_of<float>(file, "row") == std::vector<float>{4, 5, 6, 7});
        // It lies in the storage of the first, as in the file.
        CHECK(file.find("row")->bytes.data() == file.find("plain")->bytes.data() + 4 * sizeof(float));
        CHECK(elements_of<float>(file, "column") == std::vector<float>{1, 5, 9});
        CHECK(elements_of<double>(file, "every_other") == std::vector<double>{1, 3, 5, 7});
        CHECK(file.find("scalar")->shape.empty());
        CHECK(elements_of<std::int64_t>(file, "scalar") == std::vector<std::int64_t>{-7});
        CHECK(file.find("empty")->shape == std::vector<std::int64_t>{0, 3});
        CHECK(file.find("half")->type == dtype::f16);
        CHECK(elements_of<std::uint16_t>(file, "half") == std::vector<std::uint16_t>{0x3E00, 0xC000});
        CHECK(file.find("brain")->type == dtype::bf16);
        CHECK(elements_of<std::uint16_t>(file, "brain") == std::vector<std::uint16_t>{0x3FC0, 0xC000});
        CHECK(file.find("flags")->type == dtype::boolean);
        CHECK(elements_of<float>(file, "parameter") == std::vector<float>{0.25F});
        CHECK(elements_of<std::int8_t>(file, "small") == std::vector<std::int8_t>{-3, 4});
    }
    CHECK(read_tensors(data / "typed.pt").find("w")->type == dtype::u16);
    CHECK(read_tensors(data / "state_dict.pt").find("0.weight")->shape == std::vector<std::int64_t>{1, 2});
}

TEST_CASE("the model is found within a training's checkpoint", "[pytorch]") {
    const auto file = read_tensors(data / "checkpoint.pt");
    REQUIRE(file.tensors().size() == 2);
    CHECK(file.find("module.weight") != nullptr);
    CHECK(contains(refusal(data / "several.pt"), "holds several dicts of tensors ('one', 'other'), and none is named"));
}

TEST_CASE("files of PyTorch that hold other things are refused by the names of those", "[pytorch]") {
    CHECK(contains(refusal(data / "module.pt"),
                   "asks for 'torch.nn.modules.linear.Linear', which no file of weights needs"));
    CHECK(contains(refusal(data / "bare.pt"), "holds no dict of tensors"));
    const auto* old_one = "is a file of PyTorch before 1.6, or in its format; load it with PyTorch and save it again";
    CHECK(contains(refusal(data / "old.pt"), old_one));
    CHECK(contains(message_of<file_error>([] { io::read_pytorch(data / "old.pt"); }), old_one));
    CHECK(contains(refusal(data / "expanded.pt"), "repeats elements up to 4194304 bytes"));
}

TEST_CASE("a pickle's program is never run", "[pytorch]") {
    const temp_folder folder;
    const auto trace = (folder / "was_here").string();
    const auto length = static_cast<char>(trace.size() + 6);
    const auto command = std::string("X") + length + "\0\0\0"s + "touch " + trace;
    for (const auto& [pickle, name] : std::vector<std::pair<std::string, std::string>>{
             {"\x80\x02"
              "cos\nsystem\n(" +
                  command + "tR.",
              "asks for 'os.system', which"},
             {"\x80\x02"
              "cposix\nsystem\n(" +
                  command + "tR.",
              "'posix.system'"},
             {"\x80\x02"
              "cbuiltins\neval\n(" +
                  command + "tR.",
              "'builtins.eval'"},
             {"\x80\x04\x8c\x02os\x8c\x06system\x93" + command + "\x85R.", "'os.system'"},
             {"\x80\x02"
              "ctorch\nload\n.",
              "'torch.load'"},
             {"\x80\x02"
              "ctorch._utils\n_rebuild_tensor\n.",
              "'torch._utils._rebuild_tensor'"},
             {"\x80\x02"
              "ccollections\nOrderedDict.__reduce__\n.",
              "'collections.OrderedDict.__reduce__'"},
             {"\x80\x02(" + command + "ios\nsystem\n.", "instruction 0x69"},  // INST
             {"\x80\x02(cos\nsystem\n" + command + "o.", "'os.system'"},      // OBJ
             {"\x80\x02"
              "ccollections\nOrderedDict\n)\x81.",
              "instruction 0x81"},                          // NEWOBJ
             {"\x80\x02\x82\x01.", "instruction 0x82"}}) {  // EXT1
        INFO(name);
        CHECK(contains(refusal_of(pickle), name));
    }
    CHECK_FALSE(std::filesystem::exists(trace));
}

TEST_CASE("pickles that are none, or are cut short, are refused", "[pytorch]") {
    const auto good = pickle_of("K\x02\x85", "K\x01\x85");
    CHECK(refusal_of(good).empty());
    for (std::size_t length = 0; length < good.size(); ++length)
        CHECK_FALSE(refusal_of(good.substr(0, length)).empty());
    CHECK(contains(refusal_of(good + "."), "surplus"));
    CHECK(contains(refusal_of("\x80\x06}."sv), "protocol 6"));
    for (const auto bad :
         {"\x80\x02."sv, "\x80\x02R."sv, "\x80\x02t."sv, "\x80\x02h\x07."sv, "\x80\x02}}."sv, "\x80\x02(."sv,
          "\x80\x02K\x01K\x01R."sv, "\x80\x02}b."sv, "\x80\x02]]b."sv, "\x80\x02}(K\x01u."sv, "\x80\x02K\x01Q."sv,
          "\x80\x02r\xff\xff\xff\xff."sv, "\x80\x02N\x94\x8b\xff\xff\xff\xff."sv})
        CHECK_FALSE(refusal_of(bad).empty());
    // Lists within themselves, and values by the million.
    CHECK(contains(refusal_of("\x80\x02]q\0h\0a."sv), "holds no dict of tensors"));
    std::string many = "\x80\x02";
    for (int i = 0; i < 200'000; ++i) many += ']';
    CHECK(contains(refusal_of(many + "."), "more than 100000 values"));
    CHECK(contains(refusal_of("\x80\x02" + std::string(std::size_t{5} << 20U, '0')), "has a pickle of"));
}

TEST_CASE("a sparse tensor is read as its parts", "[pytorch]") {
    const auto one = read_tensors(data / "sparse_coo.pt");
    REQUIRE(one.tensors().size() == 2);
    CHECK(one.find("indices")->shape == std::vector<std::int64_t>{2, 3});
    CHECK(elements_of<std::int64_t>(one, "indices") == std::vector<std::int64_t>{0, 1, 1, 1, 0, 2});
    CHECK(elements_of<float>(one, "values") == std::vector<float>{4, 2, 3});
    CHECK(one.metadata() == io::metadata_map{{"size", "4,4"}});
    const auto rows = read_tensors(data / "sparse_csr.pt");
    CHECK(elements_of<std::int64_t>(rows, "crow_indices") == std::vector<std::int64_t>{0, 1, 3, 3, 3});
    CHECK(elements_of<std::int64_t>(rows, "col_indices") == std::vector<std::int64_t>{1, 0, 2});
    CHECK(elements_of<double>(rows, "values") == std::vector<double>{4, 2, 3});
    const auto several = read_tensors(data / "sparse_dict.pt");
    CHECK(several.tensors().size() == 5);
    CHECK(several.find("hh.values") != nullptr);
    CHECK(elements_of<float>(several, "ih.values") == std::vector<float>{0.5F, -1});
    CHECK(several.metadata() == io::metadata_map{{"hh.size", "4,4"}, {"ih.size", "4,2"}});
    CHECK(contains(refusal(data / "sparse_csc.pt"), "has a sparse tensor of the layout 'torch.sparse_csc'"));
    const auto call = [](std::string_view arguments) {
        return refusal_of(
            "\x80\x02"
            "ctorch._utils\n_rebuild_sparse_tensor\n"s.append(arguments) +
            "R.");
    };
    CHECK(contains(call(")"), "no sound pickle"));
    CHECK(contains(call("X\x10\0\0\0torch.sparse_coo)\x86"sv), "no sound pickle"));
    CHECK(contains(call("X\x10\0\0\0torch.sparse_cooK\x01K\x01K\x01\x87\x86"sv), "no sound pickle"));
}

TEST_CASE("tensors that reach beyond their storage are refused", "[pytorch]") {
    CHECK(refusal_of(pickle_of("K\x01\x85", "K\x01\x85", 2, 1)).empty());
    CHECK(contains(refusal_of(pickle_of("K\x02\x85", "K\x01\x85", 2, 1)),
                   "its tensor 'w' reaches beyond its storage of 8 bytes"));
    CHECK(contains(refusal_of(pickle_of("K\x02\x85", "K\x02\x85")), "beyond"));
    const auto huge = "\x8a\x08\xff\xff\xff\xff\xff\xff\xff\x7f"s;  // 2^63 - 1
    CHECK(contains(refusal_of(pickle_of(huge + "\x85", "K\x01\x85")), "beyond"));
    CHECK(contains(refusal_of(pickle_of(huge + huge + "\x86", "K\x01K\x01\x86")), "beyond"));
    CHECK(contains(refusal_of(pickle_of("K\x02\x85", huge + "\x85")), "beyond"));
    CHECK(refusal_of(pickle_of("K\x01\x85", huge + "\x85")).empty());  // a stride that nothing takes
    CHECK(contains(refusal_of(pickle_of("\x8a\x01\xff\x85", "K\x01\x85")), "negative"));
    CHECK(contains(refusal_of(pickle_of("K\x02\x85", "K\x01K\x01\x86")), "no sound pickle"));
    CHECK(contains(refusal_of(pickle_of("K\x02\x85", "K\x01\x85", 3)),
                   "its part 'data/0' has 8 bytes, 12 were expected"));
}

TEST_CASE("archives that are none of PyTorch's, or damaged, are refused", "[pytorch]") {
    const temp_folder folder;
    const auto good = pickle_of("K\x02\x85", "K\x01\x85");
    CHECK(contains(refusal_of(good, {{"a/constants.pkl", "x"}}), "is a TorchScript program"));
    CHECK(contains(refusal_of(good, {{"a/byteorder", "big"}}), "another byte order"));
    put_zip(folder / "deflated.pt", {{"a/data.pkl", good}, {"a/data/0", std::string(8, 'x')}});
    CHECK(contains(refusal(folder / "deflated.pt"), "is deflated"));
    put_zip(folder / "missing.pt", {{"a/data.pkl", good}}, false);
    CHECK(contains(refusal(folder / "missing.pt"), "its part 'data/0' isn't there"));
    CHECK(contains(message_of<file_error>([&] { read_pytorch(data / "old.pt"); }), "is a file of PyTorch before 1.6"));
    put_zip(folder / "good.pt", {{"a/data.pkl", good}, {"a/data/0", "01234567"}}, false);
    auto bytes = contents(folder / "good.pt");
    const auto place = bytes.find("01234567");
    REQUIRE(place != std::string::npos);
    bytes[place + 3] = static_cast<char>(bytes[place + 3] ^ 1);
    put(folder / "flipped.pt", bytes);
    CHECK(contains(refusal(folder / "flipped.pt"), "is corrupt"));
}

TEST_CASE("what is written for PyTorch comes back, and equal content gives equal files", "[pytorch]") {
    const temp_folder folder;
    const std::vector<float> weights{1.0F, -2.0F, 3.0F};
    const std::vector<std::int64_t> step{258};
    const std::vector<io::tensor_record> tensors{
        {"rnn.areas.0.convs.1->0.0.weight", dtype::f32, {3, 1}, std::as_bytes(std::span(weights))},
        {"step", dtype::i64, {}, std::as_bytes(std::span(step))},
        {"empty", dtype::f64, {2, 0}, {}}};
    io::write_tensors(folder / "one.pt", tensors);
    io::write_pytorch(folder / "other.pth", tensors);
    CHECK(contents(folder / "one.pt") == contents(folder / "other.pth"));
    const auto file = read_tensors(folder / "one.pt");
    REQUIRE(file.tensors().size() == 3);
    CHECK(elements_of<float>(file, "rnn.areas.0.convs.1->0.0.weight") == weights);
    CHECK(elements_of<std::int64_t>(file, "step") == step);
    CHECK(file.find("empty")->shape == std::vector<std::int64_t>{2, 0});
    CHECK(folder.entries() == 2);
    const std::vector<io::tensor_record> twice{tensors[1], tensors[1]};
    CHECK(
        contains(message_of<usage_error>([&] { io::write_pytorch(folder / "x.pt", twice); }), "'step' is given twice"));
    const std::vector<io::tensor_record> unknown{{"w", dtype::f8_e8m0, {0}, {}}};
    CHECK(contains(message_of<usage_error>([&] { io::write_pytorch(folder / "x.pt", unknown); }), "F8_E8M0"));
}

}  // namespace io_pytorch_reader_test
