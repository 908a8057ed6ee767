// Files for PyTorch: what is written is read back, equal content gives equal bytes, and what PyTorch lacks is refused.

#include <cortexpr/io/pytorch.hpp>

#include "io/pytorch_storages.hpp"
#include "io/zip_archive.hpp"

#include "catch.hpp"
#include "temp_folder.hpp"

#include <array>
#include <cstring>
#include <set>

namespace io_pytorch_writer_test {

using namespace cortexpr;
using namespace cortexpr::test;
using io::dtype;

TEST_CASE("every element type that PyTorch stores comes back, in the order given", "[pytorch]") {
    const temp_folder folder;
    std::array<std::byte, 48> bytes{};
    for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<std::byte>(7 * i + 1);
    std::set<dtype> types;
    std::set<std::string_view> names;
    std::vector<io::tensor_record> tensors;
    for (const auto& [type, name] : io::storage_types) {
        CHECK(types.insert(type).second);
        CHECK(names.insert(name).second);
        tensors.push_back({"z." + std::string(name), type, {2, 3}, std::span(bytes).first(6 * io::size_of(type))});
    }
    tensors.push_back({"a scalar", dtype::f64, {}, std::span(bytes).first(8)});
    tensors.push_back({"none", dtype::f32, {3, 0, 2}, {}});
    io::write_pytorch(folder / "x.pt", tensors);
    const auto read = io::read_pytorch(folder / "x.pt");
    REQUIRE(read.tensors().size() == tensors.size());
    for (std::size_t i = 0; i < tensors.size(); ++i) {
        const auto &was = tensors[i], &is = read.tensors()[i];
        INFO(was.name);
        CHECK(is.name == was.name);
        CHECK(is.type == was.type);
        CHECK(is.shape == was.shape);
        REQUIRE(is.bytes.size() == was.bytes.size());
        if (!was.bytes.empty()) CHECK(std::memcmp(is.bytes.data(), was.bytes.data(), was.bytes.size()) == 0);
    }
}

TEST_CASE("equal content gives equal bytes, laid out as torch.save does", "[pytorch]") {
    const temp_folder folder;
    const std::array<float, 2> numbers{1, 2};
    const io::tensor_record tensor{"w", dtype::f32, {2}, std::as_bytes(std::span(numbers))};
    io::write_pytorch(folder / "x.pt", std::array{tensor});
    io::write_pytorch(folder / "y.pt", std::array{tensor});
    CHECK(contents(folder / "x.pt") == contents(folder / "y.pt"));
    const io::zip_archive archive(folder / "x.pt", "an archive");
    CHECK(archive.members() ==
          std::vector<std::string>{"archive/data.pkl", "archive/byteorder", "archive/data/0", "archive/version"});
    CHECK(io::zip_member(archive, "archive/data/0", [](const std::string&) {}).is_stored());
    io::write_pytorch(folder / "none.pt", {});
    CHECK(io::zip_archive(folder / "none.pt", "an archive").members().size() == 3);
}

TEST_CASE("what PyTorch has no storage for is refused, and no file is left", "[pytorch]") {
    const temp_folder folder;
    const std::array<std::byte, 8> bytes{};
    const auto refusal = [&](const io::tensor_record& tensor) {
        return message_of<usage_error>([&] { io::write_pytorch(folder / "x.pt", std::array{tensor}); });
    };
    CHECK(refusal({"w", dtype::u32, {2}, bytes}) == "tensor 'w' has elements U32, which are not written for PyTorch");
    CHECK(contains(refusal({"w", dtype::f32, {3}, bytes}), "do not fit"));
    CHECK(folder.entries() == 0);
}

}  // namespace io_pytorch_writer_test
