// How readers fill a file of tensors: records are views of one block of memory.

#include "io/tensor_file_builder.hpp"

#include "catch.hpp"

#include <cstdint>
#include <cstring>

namespace io_tensor_file_builder_test {

using namespace cortexpr;
using io::dtype;

TEST_CASE("tensors are found by name, and lie where they were put", "[tensor_file]") {
    io::tensor_file_builder builder(32);
    REQUIRE(builder.payload().size() == 32);
    CHECK(reinterpret_cast<std::uintptr_t>(builder.payload().data()) % 64 == 0);
    for (std::size_t i = 0; i < 32; ++i) builder.payload()[i] = static_cast<std::byte>(i);
    builder.add("last", dtype::f32, {2, 2}, 16);
    builder.add("first", dtype::i16, {3}, 0);
    builder.add("within", dtype::u8, {}, 17);  // shares bytes with "last"
    builder.add("none", dtype::f64, {0, 5}, 32);
    CHECK(builder.tensors().size() == 4);
    const auto* payload = builder.payload().data();
    const auto file = std::move(builder).finish(true, {{"key", "value"}});

    CHECK(file.checksummed());
    CHECK(file.metadata() == io::metadata_map{{"key", "value"}});
    REQUIRE(file.tensors().size() == 4);
    CHECK(file.tensors()[0].name == "last");  // in the order in which they came
    CHECK(file.tensors()[3].name == "none");
    for (const auto& tensor : file.tensors()) CHECK(file.find(tensor.name) == &tensor);
    CHECK(file.find("LAST") == nullptr);
    CHECK(file.find("last")->bytes.data() == payload + 16);
    CHECK(file.find("last")->bytes.size() == 16);
    CHECK(file.find("first")->bytes.size() == 6);
    CHECK(file.find("within")->bytes.front() == std::byte{17});
    CHECK(file.find("within")->bytes.size() == 1);
    CHECK(file.find("none")->bytes.empty());
    CHECK(file.find("none")->shape == std::vector<std::int64_t>{0, 5});
}

TEST_CASE("a file without tensors is one, too", "[tensor_file]") {
    const auto file = io::tensor_file_builder(0).finish(false);
    CHECK(file.tensors().empty());
    CHECK(file.find("") == nullptr);
    CHECK(file.metadata().empty());
    CHECK_FALSE(file.checksummed());
}

}  // namespace io_tensor_file_builder_test
