#pragma once
// Circuits and their files as tests write them.

#include "../data/files.hpp"

#include <cortexpr/circuit/files.hpp>
#include <cortexpr/io/safetensors.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <tuple>

namespace cortexpr::test {

using circuit::expectation;
using circuit::files;
using circuit::graph;
using circuit::report;
using doubles = std::vector<double>;
using integers = std::vector<std::int32_t>;
using strings = std::vector<std::string>;
using classes = std::vector<neuron_class>;

constexpr auto excitatory = neuron_class::excitatory, inhibitory = neuron_class::inhibitory,
               hybrid = neuron_class::hybrid;

inline bool are_equal(const graph& a, const graph& b) {
    return a.neurons.types == b.neurons.types && a.neurons.type_names == b.neurons.type_names &&
           a.neurons.ids == b.neurons.ids && a.neurons.classes == b.neurons.classes &&
           a.synapses.presynaptic == b.synapses.presynaptic && a.synapses.postsynaptic == b.synapses.postsynaptic &&
           a.synapses.weights == b.synapses.weights;
}

/// Two files in a folder of their own, and how they are read.
class written {
  public:
    explicit written(std::string_view synapses, std::string_view cells = {}, const std::string& name = "s.csv") {
        how.synapses = folder_ / name;
        put(how.synapses, synapses);
        if (!cells.empty()) {
            how.cells = folder_ / "c.csv";
            put(how.cells, cells);
        }
    }

    graph load(const expectation& expected = {}) {
        found = {};
        return circuit::load(how, expected, &found);
    }
    /// The one sentence that loading ends with, without the file's name before it, if it names `file`.
    std::string refusal(const expectation& expected = {}, const std::string& file = "s.csv") {
        const auto message = message_of<file_error>([&] { load(expected); });
        if (message.empty()) return {};
        CHECK(is_sentence_about(message, folder_ / file));
        const auto start = (folder_ / file).string() + ": ";
        return message.starts_with(start) ? message.substr(start.size()) : message;
    }
    std::filesystem::path operator/(const std::string& name) const { return folder_ / name; }

    files how;
    report found;

  private:
    temp_folder folder_;
};

/// Name, element type, shape and elements of each.
using tensors = std::vector<std::tuple<std::string, io::dtype, std::vector<std::int64_t>, std::string>>;

inline void write_tensors(const std::filesystem::path& file, const tensors& all) {
    std::vector<io::tensor_record> records;
    for (const auto& [name, type, shape, bytes] : all)
        records.push_back({name, type, shape, std::as_bytes(std::span(bytes))});
    io::write_safetensors(file, records);
}

template <typename Number>
std::string raw(std::initializer_list<Number> numbers) {
    std::string bytes;
    for (const Number number : numbers) bytes.append(reinterpret_cast<const char*>(&number), sizeof(Number));
    return bytes;
}

}  // namespace cortexpr::test
