#include "readers.hpp"

#include "io/pickle.hpp"

#include <cortexpr/circuit/files.hpp>
#include <cortexpr/data/idx.hpp>
#include <cortexpr/data/load_images.hpp>
#include <cortexpr/describe/read.hpp>
#include <cortexpr/io/arrays.hpp>
#include <cortexpr/io/pytorch.hpp>
#include <cortexpr/io/safetensors.hpp>

#include <nlohmann/json.hpp>

#include <array>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <memory>
#include <stdexcept>
#include <string>

namespace cortexpr::test {

namespace {

using std::filesystem::path;

// Of pixels: an input is small, what it announces need not be.
constexpr std::uint64_t most_bytes = std::uint64_t{1} << 24U;

void read_safetensors(const path& folder) {
    const auto file = folder / "x.safetensors";
    // Both readings agree on what is sound but for the elements' checksums.
    io::read_safetensors_metadata(file);
    io::read_safetensors(file);
}

/// By itself: within an archive, checksums keep most changes from it.
void read_pickle(const path& folder) {
    std::ifstream in(folder / "x.pkl", std::ios::binary);
    const std::string bytes{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
    try {
        io::read_state_dict(bytes);
    } catch (const std::invalid_argument& fault) {
        throw file_error("x.pkl", fault.what());
    }
}

void read_synapses(const path& folder, const char* name) { circuit::load({.synapses = folder / name}); }

constexpr std::array all{
    reader{"npy", "x.npy", [](const path& folder) { io::read_arrays(folder / "x.npy"); }},
    reader{"npz", "x.npz", [](const path& folder) { io::read_arrays(folder / "x.npz"); }},
    reader{"table", "x.csv", [](const path& folder) { io::read_arrays(folder); }},
    reader{"safetensors", "x.safetensors", read_safetensors},
    reader{"pytorch", "x.pt", [](const path& folder) { io::read_pytorch(folder / "x.pt"); }},
    reader{"pickle", "x.pkl", read_pickle},
    reader{"tensors", "x", [](const path& folder) { io::read_tensors(folder / "x"); }},
    reader{"idx", "x-idx3-ubyte",
           [](const path& folder) { data::read_idx(folder / "x-idx3-ubyte", 3, 4, most_bytes); }},
    reader{"idx_integers", "x-idx2-int",
           [](const path& folder) { data::read_idx_integers(folder / "x-idx2-int", 2, most_bytes); }},
    reader{"cifar", "test_batch.bin",
           [](const path& folder) { data::load_images(folder, data::split::test, {.limit_bytes = most_bytes}); }},
    reader{"image_arrays", "x.npz",
           [](const path& folder) {
               data::load_images(folder / "x.npz", data::split::test, {.limit_bytes = most_bytes});
           }},
    reader{"synapses", "x.csv", [](const path& folder) { read_synapses(folder, "x.csv"); }},
    reader{"synapse_records", "x.npy", [](const path& folder) { read_synapses(folder, "x.npy"); }},
    reader{"synapse_tensors", "x.safetensors", [](const path& folder) { read_synapses(folder, "x.safetensors"); }},
    reader{"description", "x.json", [](const path& folder) { describe::read_file(folder / "x.json"); }},
};

}  // namespace

std::span<const reader> readers() { return all; }

bool read_bytes(const reader& of, const path& folder, std::span<const char> bytes) {
    const auto file = folder / of.file;
    const std::unique_ptr<std::FILE, int (*)(std::FILE*)> out(std::fopen(file.c_str(), "wb"), std::fclose);
    if (!out || std::fwrite(bytes.data(), 1, bytes.size(), out.get()) != bytes.size() || std::fflush(out.get()) != 0)
        throw std::runtime_error("cannot write " + file.string());
    try {
        of.read(folder);
        return true;
    } catch (const error&) {
        return false;
    }
}

}  // namespace cortexpr::test
