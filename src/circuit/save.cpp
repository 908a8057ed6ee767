#include <cortexpr/circuit/files.hpp>

#include "../ending.hpp"
#include "stored_cells.hpp"
#include "text_rows.hpp"

#include <cortexpr/io/atomic_file.hpp>
#include <cortexpr/io/csv.hpp>
#include <cortexpr/io/safetensors.hpp>

#include <fmt/format.h>

#include <iterator>
#include <span>

namespace cortexpr::circuit {

namespace {

template <typename Number>
std::span<const std::byte> bytes_of(const std::vector<Number>& numbers) {
    return std::as_bytes(std::span(numbers));
}

/// A list of texts as `stored` has it.
struct stored_texts {
    std::vector<std::uint8_t> bytes;
    std::vector<std::int64_t> ends;

    explicit stored_texts(const std::vector<std::string>& texts) {
        for (const auto& text : texts) {
            bytes.insert(bytes.end(), text.begin(), text.end());
            ends.push_back(static_cast<std::int64_t>(bytes.size()));
        }
    }
    void append_to(std::vector<io::tensor_record>& records, std::string_view list) const {
        const auto size = [](const auto& of) {
            return std::vector<std::int64_t>{static_cast<std::int64_t>(of.size())};
        };
        records.push_back(
            {std::string(list) + std::string(stored::bytes), io::dtype::u8, size(bytes), bytes_of(bytes)});
        records.push_back({std::string(list) + std::string(stored::ends), io::dtype::i64, size(ends), bytes_of(ends)});
    }
};

void save_tensors(const graph& circuit, const std::filesystem::path& file) {
    const auto& [neurons, synapses] = circuit;
    const auto count = static_cast<std::int64_t>(synapses.size()), cells = static_cast<std::int64_t>(neurons.size());
    std::vector<std::int64_t> indices(synapses.postsynaptic.begin(), synapses.postsynaptic.end());
    indices.insert(indices.end(), synapses.presynaptic.begin(), synapses.presynaptic.end());
    std::vector<std::int8_t> classes;
    for (const auto of : neurons.classes) classes.push_back(static_cast<std::int8_t>(of));
    const stored_texts labels(neurons.type_names), ids(neurons.ids);
    std::vector<io::tensor_record> records{
        {"indices", io::dtype::i64, {2, count}, bytes_of(indices)},
        {"values", io::dtype::f64, {count}, bytes_of(synapses.weights)},
        {std::string(stored::types), io::dtype::i32, {cells}, bytes_of(neurons.types)},
    };
    labels.append_to(records, stored::type_names);
    if (!neurons.ids.empty()) ids.append_to(records, stored::ids);
    if (!classes.empty()) records.push_back({std::string(stored::classes), io::dtype::i8, {cells}, bytes_of(classes)});
    io::write_safetensors(file, records, {{"content", "neurons and synapses; row 0 of indices is postsynaptic"}});
}

/// Rows of text, written a piece at a time.
class row_writer {
  public:
    row_writer(const std::filesystem::path& file, char separator) : file_(file), separator_(separator) {}

    void cell(std::string_view text) {
        begin_cell();
        const bool is_plain =
            text.find_first_of(",\t\"\r\n") == std::string_view::npos && !text.starts_with(' ') && !text.ends_with(' ');
        if (is_plain) {
            text_ += text;
            return;
        }
        text_ += '"';
        for (const char symbol : text) text_.append(symbol == '"' ? 2 : 1, symbol);
        text_ += '"';
    }
    void cell(double number) {
        begin_cell();
        text_ += io::to_csv(number);
    }
    void cell(std::int32_t number) {
        begin_cell();
        fmt::format_to(std::back_inserter(text_), "{}", number);
    }
    void end_row() {
        constexpr std::size_t piece = 1U << 20U;
        text_ += '\n';
        is_first_ = true;
        if (text_.size() > piece) flush();
    }
    void commit() {
        flush();
        file_.commit();
    }

  private:
    void begin_cell() {
        if (!is_first_) text_ += separator_;
        is_first_ = false;
    }
    void flush() {
        file_.write(text_);
        text_.clear();
    }

    io::atomic_file file_;
    char separator_;
    std::string text_;
    bool is_first_ = true;
};

void save_cells(const neurons& all, const std::filesystem::path& file, char separator) {
    const columns names;
    row_writer rows(file, separator);
    rows.cell(names.neuron);
    rows.cell(names.type);
    if (!all.classes.empty()) rows.cell(names.neuron_class);
    rows.end_row();
    for (std::size_t i = 0; i < all.size(); ++i) {
        if (all.ids.empty())
            rows.cell(static_cast<std::int32_t>(i));
        else
            rows.cell(all.ids[i]);
        rows.cell(all.type_names[static_cast<std::size_t>(all.types[i])]);
        if (!all.classes.empty()) rows.cell(name_of(all.classes[i]));
        rows.end_row();
    }
    rows.commit();
}

void save_synapses(const graph& circuit, const std::filesystem::path& file, char separator) {
    const auto& [neurons, synapses] = circuit;
    const columns names;
    row_writer rows(file, separator);
    for (const auto& name : {names.pre, names.post, names.weight}) rows.cell(name);
    rows.end_row();
    const auto id = [&](std::int32_t neuron) {
        if (neurons.ids.empty())
            rows.cell(neuron);
        else
            rows.cell(neurons.ids[static_cast<std::size_t>(neuron)]);
    };
    for (std::size_t i = 0; i < synapses.size(); ++i) {
        id(synapses.presynaptic[i]);
        id(synapses.postsynaptic[i]);
        rows.cell(synapses.weights[i]);
        rows.end_row();
    }
    rows.commit();
}

char separator_to_write(const std::filesystem::path& file) {
    const char separator = ending_of(file) == ".gz" ? '\0' : separator_of(file);
    if (separator == 0)
        throw usage_error(
            fmt::format("{}: circuits are written as .csv or .tsv, in two files, or as .safetensors", file.string()));
    return separator;
}

}  // namespace

void save(const graph& circuit, const std::filesystem::path& synapses, const std::filesystem::path& cells) {
    if (ending_of(synapses) == ".safetensors") {
        if (!cells.empty())
            throw usage_error(
                fmt::format("{}: a .safetensors file holds the cells, too, so that {} is none to be written",
                            synapses.string(), cells.string()));
        save_tensors(circuit, synapses);
        return;
    }
    const char separator = separator_to_write(synapses);
    if (cells.empty())
        throw usage_error(fmt::format(
            "{}: types and classes need a file of their own beside a table of synapses; name one", synapses.string()));
    save_cells(circuit.neurons, cells, separator_to_write(cells));
    save_synapses(circuit, synapses, separator);
}

}  // namespace cortexpr::circuit
