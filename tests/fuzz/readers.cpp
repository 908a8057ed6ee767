#include "readers.hpp"

#include "app/settings_entries.hpp"
#include "data/picture.hpp"
#include "io/input_file.hpp"
#include "io/pickle.hpp"
#include "train/run_text.hpp"

#include <cortexpr/circuit/files.hpp>
#include <cortexpr/circuit/generators.hpp>
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
#include <memory>
#include <stdexcept>
#include <string>

namespace cortexpr::test {

namespace {

using std::filesystem::path;

// The most bytes of pixels: an input is small, what it announces need not be.
constexpr std::uint64_t most_bytes = std::uint64_t{1} << 24U;

void read_safetensors(const path& folder) {
    const auto file = folder / "x.safetensors";
    // Both readings agree on what is sound but for the elements' checksums.
    io::read_safetensors_metadata(file);
    io::read_safetensors(file);
}

/// By itself: within an archive, checksums keep most changes from it.
void read_pickle(const path& folder) {
    const auto bytes = io::input_file(folder / "x.pkl").text();
    try {
        io::read_state_dict(bytes);
    } catch (const std::invalid_argument& fault) {
        throw file_error("x.pkl", fault.what());
    }
}

void read_synapses(const path& folder, const char* name) { circuit::load({.synapses = folder / name}); }

/// Reads the neurons of a file of synapses that is no input.
void read_cells(const path& folder) {
    const auto synapses = folder / "synapses.csv";
    if (!std::filesystem::exists(synapses)) std::ofstream(synapses) << "pre,post,weight\n1,2,3\n2,3,1\n";
    circuit::columns names;
    names.transmitter = "transmitter";
    circuit::load({.synapses = synapses,
                   .cells = folder / "x.csv",
                   .columns = names,
                   .signs = {{"GABA", neuron_class::inhibitory}, {"glutamate", neuron_class::excitatory}}});
}

/// A stimulus to four neurons, of ids in tables and numbers in arrays.
void read_projection(const path& folder, const char* name) {
    const circuit::graph four{.neurons = {.types = {0, 0, 0, 0},
                                          .type_names = {"one"},
                                          .ids = {"a", "b", "c", "d"},
                                          .classes = std::vector(4, neuron_class::excitatory)},
                              .synapses = {}};
    circuit::load_projection(folder / name, four, {});
}

void read_eye(const path& folder) { circuit::over_hexagonal_eye(io::input_file(folder / "x.json").text(), 2, 0.5); }

void read_picture(const path& folder) { data::read_picture(folder / "x", most_bytes / 64); }

/// The description of a checkpoint's run, as its metadata holds it.
void read_run(const path& folder) {
    const auto text = io::input_file(folder / "x.json").text();
    read_run_text("x.json", text);  // first: the head of a log without bounds is sound
    read_run_head("x.json", text);
}

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
    reader{"synapse_pytorch", "x.pt", [](const path& folder) { read_synapses(folder, "x.pt"); }},
    reader{"cells", "x.csv", read_cells},
    reader{"projection", "x.csv", [](const path& folder) { read_projection(folder, "x.csv"); }},
    reader{"projection_tensors", "x.safetensors", [](const path& folder) { read_projection(folder, "x.safetensors"); }},
    reader{"eye", "x.json", read_eye},
    reader{"picture", "x", read_picture},
    reader{"settings", "x.toml", [](const path& folder) { application::read_entries(folder / "x.toml"); }},
    reader{"settings_json", "x.json", [](const path& folder) { application::read_entries(folder / "x.json"); }},
    reader{"run", "x.json", read_run},
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
