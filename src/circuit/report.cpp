#include <cortexpr/circuit/files.hpp>

#include "../io/input_file.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace cortexpr::circuit {

namespace {

std::string counted(std::int64_t count, const char* one, const char* many) {
    return fmt::format("{} {}", count, count == 1 ? one : many);
}

}  // namespace

std::string text_of(const report& found) {
    auto text = fmt::format("{}, {}, {}, from {}\n", counted(found.neurons, "neuron", "neurons"),
                            counted(found.synapses, "connected pair", "connected pairs"),
                            counted(found.types, "type", "types"), counted(found.rows, "row", "rows"));
    const auto line = [&text](std::int64_t count, const char* one, const char* many, const char* rest) {
        if (count > 0) text += fmt::format("  {} {}\n", counted(count, one, many), rest);
    };
    line(found.repeats, "row repeats", "rows repeat", "a pair: their weights are summed");
    line(found.rows_of_other_kind, "row is", "rows are", "of another kind: left out");
    line(found.rows_of_left_out_cells, "row is", "rows are",
         "of synapses or projections of neurons that are left out: left out, too");
    line(found.pairs_below_minimum, "pair is", "pairs are", "below the minimum: left out");
    line(found.unannotated, "neuron has", "neurons have", "no type in the cells file");
    line(found.undeclared, "neuron is", "neurons are", "of types that aren't declared: left out");
    line(found.unconnected, "neuron has", "neurons have", "no synapses");
    if (found.unknown_transmitters > 0) {
        text += fmt::format("  {} no transmitter that the table of signs names",
                            counted(found.unknown_transmitters, "neuron has", "neurons have"));
        for (std::size_t i = 0; i < found.unknown_names.size(); ++i) {
            const auto& [name, count] = found.unknown_names[i];
            text += fmt::format("{}{} {}", i == 0 ? ": " : ", ", count,
                                name.empty() ? "without any" : io::shown_name(name));
        }
        text += '\n';
    }
    if (!found.unused_signs.empty()) {
        std::vector<std::string> names;
        for (const auto& one : found.unused_signs) names.push_back(io::shown_name(one));
        text += fmt::format("  no neuron has what the table of signs names {}\n", fmt::join(names, " and "));
    }
    line(found.mixed_transmitters, "neuron's", "neurons'",
         "synapses name transmitters of several classes: the greater weight counts");
    line(found.tied_transmitters, "neuron's", "neurons'",
         "synapses weigh two such classes alike: their transmitters give it none");
    line(found.mixed_signs, "neuron has", "neurons have", "weights of both signs: hybrid");
    if (found.is_signed) text += "  negative weights stood for inhibition; the graph has their strengths\n";
    return text;
}

}  // namespace cortexpr::circuit
