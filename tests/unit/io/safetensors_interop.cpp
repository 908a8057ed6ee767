// Python's safetensors reads what cortexpr writes, and the other way round.

#include "catch.hpp"

#include <sys/wait.h>

#include <cortexpr/io/safetensors.hpp>
#include <cstdlib>

#include "temp_folder.hpp"

namespace io_safetensors_interop_test {

using namespace cortexpr;
using namespace cortexpr::test;
using io::dtype;

namespace {

// Runs the script with its output in a file; returns the exit status.
int run_python(const std::string& command, const std::filesystem::path& file, const std::filesystem::path& output) {
    const std::string line = "'" CORTEXPR_PYTHON "' '" CORTEXPR_SOURCE_DIR "/tests/unit/io/safetensors_interop.py' " +
                             command + " '" + file.string() + "' > '" + output.string() + "'";
    const int status = std::system(line.c_str());
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

constexpr int cannot_be_done = 77;

}  // namespace

TEST_CASE("Python reads a file that cortexpr wrote") {
    const temp_folder folder;
    const std::vector<float> weights{1.0F, -2.0F};
    const std::vector<double> tau{1.5};
    const std::vector<std::int64_t> step{258};
    const std::vector<std::uint8_t> mask{1, 0};
    const std::vector<std::uint16_t> half{0x3C00};
    const std::vector<io::tensor_record> tensors{
        {"rnn.areas.0.convs.1->0.0.weight", dtype::f32, {2, 1}, std::as_bytes(std::span(weights))},
        {"tau", dtype::f64, {1}, std::as_bytes(std::span(tau))},
        {"step", dtype::i64, {}, std::as_bytes(std::span(step))},
        {"mask", dtype::boolean, {2}, std::as_bytes(std::span(mask))},
        {"half", dtype::f16, {1}, std::as_bytes(std::span(half))},
        {"brain", dtype::bf16, {1}, std::as_bytes(std::span(half))},
        {"empty", dtype::f32, {0, 3}, {}}};
    write_safetensors(folder / "file", tensors, {{"network", "Digits"}});
    REQUIRE(run_python("read", folder / "file", folder / "output") == 0);
    std::string output = contents(folder / "output");
    if (output.starts_with("by hand\n")) WARN("no Python with safetensors here, so a reader of a few lines stands in");
    output.erase(0, output.find('\n') + 1);
    CHECK(output ==
          "network = Digits\n"
          "brain BF16 1 003c\n"
          "empty F32 0x3 \n"
          "half F16 1 003c\n"
          "mask BOOL 2 0100\n"
          "rnn.areas.0.convs.1->0.0.weight F32 2x1 0000803f000000c0\n"
          "step I64 scalar 0201000000000000\n"
          "tau F64 1 000000000000f83f\n");
}

TEST_CASE("cortexpr reads a file that Python writes") {
    const temp_folder folder;
    const int status = run_python("write", folder / "file", folder / "output");
    if (status == cannot_be_done) {
        WARN("skipped: no Python with safetensors and NumPy here (tests/data/python.safetensors is read in its place)");
        return;
    }
    REQUIRE(status == 0);
    const io::tensor_file file = io::read_safetensors(folder / "file");
    CHECK(file.metadata() == io::metadata_map{{"writer", "Python"}});
    REQUIRE(file.tensors().size() == 3);
    REQUIRE(file.find("weight") != nullptr);
    CHECK(file.find("weight")->type == dtype::f32);
    CHECK(file.find("weight")->shape == std::vector<std::int64_t>{2, 1});
    REQUIRE(file.find("scalar") != nullptr);
    CHECK(std::to_integer<int>(file.find("scalar")->bytes[0]) == 0xF9);
    REQUIRE(file.find("flags") != nullptr);
    CHECK(file.find("flags")->bytes.size() == 3);
}

}  // namespace io_safetensors_interop_test
