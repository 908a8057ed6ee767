// One reader for all files of tensors, by what they hold, and one writer, by their names.

#include <cortexpr/io/tensor_file.hpp>

#include "catch.hpp"
#include "temp_folder.hpp"

#include <array>
#include <cstring>

namespace io_tensor_file_test {

using namespace cortexpr;
using namespace cortexpr::test;
using io::dtype;

namespace {

const std::array<float, 6> numbers{0, -1.5F, 2, 3e30F, -0.0F, 5};
const std::vector<io::tensor_record> tensors{{"a.weight", dtype::f32, {2, 3}, std::as_bytes(std::span(numbers))},
                                             {"b", dtype::f32, {}, std::as_bytes(std::span(numbers).first(1))}};

}  // namespace

TEST_CASE("a file's name says how it is written, its content how it is read", "[tensor_file]") {
    const temp_folder folder;
    const std::vector<std::pair<std::string, std::string>> starts{
        {"x.pt", "PK"},  {"x.pth", "PK"},       {"X.PT", "PK"}, {"x.npz", "PK"},
        {"X.Npz", "PK"}, {"x.safetensors", {}}, {"x", {}},      {"x.pt.old", {}}};
    for (const auto& [name, start] : starts) {
        INFO(name);
        io::write_tensors(folder / name, tensors, {{"note", "kept"}});
        const bool is_safetensors = start.empty();
        CHECK(contents(folder / name).starts_with("PK") == !is_safetensors);
        std::filesystem::rename(folder / name, folder / "unnamed");
        const auto read = io::read_tensors(folder / "unnamed");
        CHECK(read.tensors().size() == 2);
        CHECK(read.metadata().contains("note") == is_safetensors);
        for (const auto& tensor : tensors) {
            const auto* found = read.find(tensor.name);
            REQUIRE(found != nullptr);
            CHECK(found->type == tensor.type);
            CHECK(found->shape == tensor.shape);
            REQUIRE(found->bytes.size() == tensor.bytes.size());
            CHECK(std::memcmp(found->bytes.data(), tensor.bytes.data(), tensor.bytes.size()) == 0);
        }
    }
}

TEST_CASE("PyTorch's files of old are named as such, and other content is no file of tensors", "[tensor_file]") {
    const temp_folder folder;
    const auto refusal = [&](std::string_view bytes) {
        put(folder / "x", bytes);
        const auto message = message_of<file_error>([&] { io::read_tensors(folder / "x"); });
        CHECK(is_sentence_about(message, folder / "x"));
        return message;
    };
    CHECK(contains(refusal("\x80\x02\x8a\x0a\x6c\xfc\x9c\x46\xf9 and more"), "of PyTorch before 1.6"));
    for (const std::string_view bytes : {"", "P", "PK\x03", "\x93NUMP", "no tensors at all"}) refusal(bytes);
}

}  // namespace io_tensor_file_test
