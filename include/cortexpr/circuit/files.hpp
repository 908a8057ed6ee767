#pragma once
// Connectomes in the files that they are published in:
//
//     circuit::report found;
//     const auto worm = circuit::load({.synapses = "connections.csv",
//                                      .cells = "neurons.csv",
//                                      .columns = circuit::columns::celegans(),
//                                      .signs = {{"GABA", neuron_class::inhibitory},
//                                                {"acetylcholine", neuron_class::excitatory},
//                                                {"glutamate", neuron_class::excitatory}}},
//                                     {}, &found);
//     std::puts(circuit::text_of(found).c_str());

#include <cortexpr/compiler.hpp>

#include <cortexpr/circuit/graph.hpp>
#include <cortexpr/circuit/projection.hpp>
#include <cortexpr/error.hpp>
#include <cortexpr/named_value.hpp>

#include <array>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace cortexpr::circuit {

/// What the columns of the files are called. An empty name: the files have no such column.
struct columns {
    // Columns of the synapses file.
    std::string pre = "pre", post = "post";  ///< ids of the presynaptic and the postsynaptic neuron
    std::string weight = "weight";           ///< strength or number of contacts; without it, each row counts 1
    std::string kind{};                      ///< rows whose cell here isn't `kind_is` are left out
    std::string kind_is{};                   ///< what a row's cell in the column `kind` must be
    std::string synapse_transmitter{};       ///< transmitter of the presynaptic neuron, weighed by class

    // Columns of the cells file.
    std::string neuron = "id";                  ///< id of the neuron; each once
    std::string type = "type";                  ///< name of the neuron's type
    std::string neuron_class = "neuron_class";  ///< excitatory, inhibitory or hybrid, or 1 and -1; may be missing
    std::string transmitter{};                  ///< in `files::transmitters` if there is one

    std::string transmitter_neuron{};  ///< id in `files::transmitters`; without it, `neuron`

    // Columns of files of projections, which name neurons as the cells file does.
    std::string channel = "channel";        ///< number of an input or output, from 0
    std::string channel_weight = "weight";  ///< strength; where there is no such column, each row counts 1

    /// FlyWire's Codex: connections.csv.gz with a row for each pair and neuropil, consolidated_cell_types.csv.gz.
    static columns codex();
    /// Codex's connections with the annotations of Schlegel et al., Supplemental_file1_neuron_annotations.tsv.
    static columns schlegel();
    /// MaleCNS: connectome-weights, body-annotations and, as `files::transmitters`, body-neurotransmitters, as CSV.
    static columns male_cns();
    /// The worm as it ships in examples/data/celegans: chemical synapses, roles as types.
    static columns celegans();
};

/// A name of a transmitter, in any case of letters, and what it does.
struct transmitter_sign {
    std::string transmitter;                       ///< as files spell it, in any case of letters
    neuron_class sign = neuron_class::excitatory;  ///< class of the neurons that release it
};

/// What becomes of neurons that the cells file doesn't name, or to which it gives no type.
enum class unannotated : std::uint8_t {
    kept,      ///< of the type `files::unannotated_type`
    left_out,  ///< with their synapses; the report counts them
    refused,   ///< an error
};
/// The names in settings.
constexpr auto names_of(unannotated) {
    using enum unannotated;
    return std::array{named{kept, "kept"}, named{left_out, "left_out"}, named{refused, "refused"}};
}

/// What becomes of neurons of a type that a declaration doesn't name.
enum class undeclared : std::uint8_t { refused, left_out };
/// The names in settings.
constexpr auto names_of(undeclared) {
    using enum undeclared;
    return std::array{named{refused, "refused"}, named{left_out, "left_out"}};
}

/// Where a connectome is, and how it is read.
///
/// Formats go by the name's ending. The synapses file:
///  - .csv and .tsv, with or without .gz: a header row, then a row for each synapse. A quoted cell may hold anything.
///  - .feather (Arrow's files; also .arrow) and .parquet: the same columns, where Arrow's library is (docs/install.md).
///  - .npz: arrays of whole numbers, named as columns are; or `indices` and `values`, as below; or what
///    scipy.sparse.save_npz wrote, COO, CSR or CSC, of which rows are postsynaptic.
///  - .npy: whole numbers (n, 2) or (n, 3), columns pre, post, weight; or records with fields named as columns are.
///  - .safetensors: COO, `indices` (2, n) of which row 0 is postsynaptic, with `values` (n); or CSR, `crow_indices`,
///    `col_indices`, `values`, of which rows are postsynaptic. `prefix` stands before the names, as in `hh.indices`.
///    Neurons go by number, and row k of the cells file is neuron k. What `save` wrote has its cells inside.
///  - .pt, .pth: a sparse tensor, COO or CSR, that torch.save wrote; or a dict of such, whose key and a point are the
///    prefix. Nothing in the file is run.
/// The cells file is .csv or .tsv, with or without .gz, .feather, .arrow or .parquet; so is the transmitters file.
/// Tables are text in UTF-8.
///
/// An id is text, or a whole number of 64 bits; what looks like a rounded number (7.2e17, 1.0) is refused.
struct files {
    std::filesystem::path synapses{};      ///< which synapses there are
    std::filesystem::path cells{};         ///< none: all neurons are of one type
    std::filesystem::path transmitters{};  ///< where transmitters are in a file of their own
    /// The projections of sparse_stimulus_to and sparse_output_from, as `load_projection` reads them.
    std::filesystem::path stimulus_synapses{}, output_synapses{};
    circuit::columns columns{};  ///< what the columns of the files are called
    /// The first row that names a transmitter of a neuron gives its class; a cell names several with ';' between them.
    std::vector<transmitter_sign> signs{};
    /// Class of neurons whose transmitters are unknown, in no row of `signs`, or tie. Hybrid: either sign.
    neuron_class otherwise = neuron_class::hybrid;
    double minimum = 0;  ///< pairs whose weights sum up to less are left out
    /// Whether neurons without a row in the cells file are kept.
    circuit::unannotated unannotated = circuit::unannotated::kept;
    std::string unannotated_type = "unannotated";  ///< type of those that are kept
    /// What is done with types that the declaration doesn't name.
    circuit::undeclared undeclared = circuit::undeclared::refused;
    std::string prefix{};  ///< of the synapses' arrays in .npz, .safetensors and .pt files
    /// Likewise, of `stimulus_synapses` and `output_synapses`; `prefix` says nothing of them.
    std::string stimulus_prefix{}, output_prefix{};
};

/// A type that a declaration names.
struct expected_type {
    std::string name;  ///< as the cells file spells it
    /// Class of its neurons. Hybrid: each has that which the files say of it, if they do.
    neuron_class sign = neuron_class::hybrid;
};

/// Indices into `expectation::types`.
struct expected_pair {
    /// The presynaptic and the postsynaptic type.
    std::int32_t pre = 0, post = 0;
};

/// What a declaration fixes before a file is read. Without types: whatever the files have, types in the order of their
/// names.
struct expectation {
    std::vector<expected_type> types{};                 ///< in the order of the declaration
    std::optional<std::vector<expected_pair>> pairs{};  ///< pairs that may connect; nothing: any
};

/// What was read, and what wasn't.
struct report {
    std::int64_t neurons = 0, synapses = 0;   ///< in the graph
    std::int64_t types = 0;                   ///< likewise
    std::int64_t rows = 0;                    ///< of the synapses file
    std::int64_t repeats = 0;                 ///< rows that added to a pair that was there
    std::int64_t rows_of_other_kind = 0;      ///< left out: columns::kind
    std::int64_t rows_of_left_out_cells = 0;  ///< of synapses and projections: a neuron of theirs is left out
    std::int64_t pairs_below_minimum = 0;     ///< left out: files::minimum
    std::int64_t unannotated = 0;             ///< neurons without a type, kept or left out
    std::int64_t undeclared = 0;              ///< neurons left out as their type isn't declared
    std::int64_t unconnected = 0;             ///< neurons without any synapse; they are in the graph
    std::int64_t unknown_transmitters = 0;    ///< neurons whose transmitter no row of `signs` names, or that have none
    std::int64_t mixed_transmitters = 0;      ///< neurons whose synapses differ in class: the greater weight counts
    std::int64_t tied_transmitters = 0;       ///< of these, neurons whose greatest weights tie: none counts
    std::int64_t mixed_signs = 0;             ///< neurons of no known class with weights of both signs: now hybrid
    bool is_signed = false;                   ///< negative weights stood for inhibition
    /// Names that no row of `signs` has, with their neurons; most frequent first, at most ten.
    std::vector<std::pair<std::string, std::int64_t>> unknown_names{};
    std::vector<std::string> unused_signs{};  ///< transmitters of `signs` that no neuron and no synapse has
};

/// Reads a connectome. Repeats of a pair are summed, in the order in which pairs first appear. Weights in the graph are
/// positive: the sign is the class's. In a file with negative weights, neurons that send them are inhibitory.
/// \throws file_error   a file that is missing, unsound, cut short, or in another format; a column that isn't there; a
///                      cell that is no id or weight; a weight that isn't finite; a sign or transmitter against the
///                      class; a type that isn't declared, or has no neuron; a connection that isn't; an id twice
/// \throws usage_error  options that contradict one another
graph load(const files& from, const expectation& expected = {}, report* found = nullptr);

/// Which projection a file holds, and what a declaration says of it.
struct expected_projection {
    /// What it leads from, or to.
    enum class end : std::uint8_t { stimulus, output };

    end is = end::stimulus;     ///< of arrays by number, rows are the targets: cells of a stimulus, else channels
    std::int64_t channels = 0;  ///< inputs or outputs that are declared; 0: any number
    std::vector<std::int32_t> types{};  ///< indices into the graph's types, whose neurons take part; empty: all
    bool is_renumbered = false;  ///< neurons of the cells file were left out, so that only ids tell which one is meant
};

/// Reads a projection between neurons of `circuit` and channels. Repeats of a pair are summed, in the order in which
/// pairs first appear.
///  - Tables, as for synapses: columns `columns::neuron` (an id), `columns::channel` and `columns::channel_weight`.
///  - .npz: arrays named as these columns; .npy: whole numbers (n, 2) or (n, 3), or records, likewise.
///  - .npz, .safetensors, .pt: COO or CSR, by number, as for synapses. Without a `prefix`, the `ih.` of a stimulus or
///    `ho.` of an output in what `save` or the reference wrote is found, too.
/// \throws file_error  as `load`; a neuron that the circuit doesn't have or whose type takes no part, a channel that
///                     isn't declared
projection load_projection(const std::filesystem::path& file, const graph& circuit, const expected_projection& expected,
                           const columns& names = {}, const std::string& prefix = {});

/// A few lines: what was read, what was left out and why.
std::string text_of(const report& found);

/// Writes a graph so that `load` reads it back equal; atomically.
///  - .csv or .tsv: `cells` gets id, type and neuron_class; types come back in the order of their names.
///  - .safetensors: everything in one file (COO, 64-bit indices, float64 values); `cells` has to be empty.
/// \throws usage_error  another ending, or cells where there are none to be   \throws file_error  it can't be written
void save(const graph& circuit, const std::filesystem::path& synapses, const std::filesystem::path& cells = {});

}  // namespace cortexpr::circuit
