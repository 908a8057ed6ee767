#pragma once
// The neurons of a file: their numbers, types and classes, checked against what a declaration expects.

#include "id_table.hpp"
#include "known_cells.hpp"
#include "place.hpp"
#include "transmitters.hpp"

#include <cortexpr/circuit/files.hpp>

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace cortexpr::circuit {

class row_reader;

/// Neurons get their numbers in the order in which they are added.
class population {
  public:
    static constexpr std::int32_t left_out = -2;

    population(const files& from, const expectation& expected, report& found);

    /// Adds the neurons of the cells file, and what the transmitters file says of them.
    void read_tables();
    /// A neuron, with its label and what a column says of its class. \throws file_error  against the declaration
    void add(std::string_view id, std::string_view label, std::string_view class_word, std::string_view transmitter,
             const place& at);
    /// Keeps labels in the order of these, which may be without neurons.
    void keep_order_of(const std::vector<std::string>& labels);
    /// Neurons by number, where no file names them.
    void add_unnamed(std::int64_t count, std::string_view file);

    /// The number of a neuron that a synapse names, or left_out. Adds it where it isn't known, if that is asked for.
    std::int32_t number_of(std::string_view id, const place& at);
    std::int32_t number_of(std::int64_t id, const place& at);
    /// The number of row `row` of the cells, or left_out.
    std::int32_t number_at(std::int64_t row, const place& at) const;

    std::size_t size() const { return types_.size(); }
    std::size_t rows() const { return by_row_.size(); }
    /// What projections of the same cells are read by; takes the ids away.
    known_cells take_known() {
        return {.numbers = std::move(numbers_),
                .rows = static_cast<std::int64_t>(by_row_.size()),
                .rows_left_out = std::ranges::count(by_row_, left_out)};
    }
    std::int32_t type(std::int32_t neuron) const { return types_[static_cast<std::size_t>(neuron)]; }
    const std::string& label(std::int32_t type) const { return labels_[static_cast<std::size_t>(type)]; }
    std::string shown_id(std::int32_t neuron) const;
    /// What is known of a neuron's class before its weights are. Of a hybrid type, hybrid where the files say nothing.
    std::optional<neuron_class> class_of(std::int32_t neuron) const;
    /// Of a transmitter, by the user's table.
    std::optional<neuron_class> class_of_transmitter(std::string_view name) { return signs_.class_of(name); }
    /// Whether the declaration, or the files so far, say that a neuron excites or inhibits.
    bool has_own_class(std::int32_t neuron) const;
    /// What gave a neuron its class before synapses did: "c.csv makes it inhibitory".
    std::string reason_of_class(std::int32_t neuron, neuron_class of) const;
    bool is_declared() const { return !expected_.types.empty(); }

    /// Known from the synapses: their transmitter. \throws file_error  it is against the declaration
    void learn_class(std::int32_t neuron, neuron_class of) { classes_[static_cast<std::size_t>(neuron)] = index(of); }
    void count_unknown(std::string_view transmitter);
    /// Neurons of hybrid types of which nothing says a class get that which the caller gives such (files::otherwise).
    void assume_classes();
    /// Whether the neuron's class is such a one.
    bool is_assumed(std::int32_t neuron) const {
        return !is_assumed_.empty() && is_assumed_[static_cast<std::size_t>(neuron)];
    }

    /// Types in their order; each declared one has a neuron.
    neurons finish(std::string_view synapses_file);

  private:
    static constexpr std::int8_t unknown = -1;
    static std::int8_t index(neuron_class of) { return static_cast<std::int8_t>(of); }

    void read_transmitters();
    void add_row(const row_reader& rows, std::string_view id, std::string_view transmitter);
    std::int32_t append(std::string_view id, std::int32_t type, std::int8_t known, std::int64_t row);
    std::optional<std::int32_t> type_of(std::string_view label, std::string_view id, const place& at);
    std::int8_t checked_class(std::string_view class_word, std::string_view transmitter, std::int32_t type,
                              const place& at);
    neuron_class declared_class(std::int32_t type) const;
    std::int8_t class_said(std::string_view word, std::int32_t type, const place& at) const;
    /// `known`: by the column of classes. \throws file_error  the transmitter is against it, or against the declaration
    void check_transmitter(std::string_view transmitter, neuron_class of, std::int32_t type, std::int8_t known,
                           const place& at) const;
    void check_class(neuron_class of, std::int32_t type, const std::string& reason, const place& at) const;
    std::int32_t admit(std::string_view id, const place& at);
    /// \throws file_error  a declared type has no neuron
    void require_all_types(std::string_view synapses_file) const;
    /// By neuron; empty where nothing says them, or the declaration all.
    std::vector<neuron_class> found_classes() const;

    const files& from_;
    const expectation& expected_;
    report& found_;
    sign_table signs_;
    unknown_names unknown_;
    bool has_cells_ = false, keeps_order_ = false;
    std::string cells_file_;
    id_table numbers_;
    std::vector<std::int32_t> types_;
    std::vector<std::int8_t> classes_;  // of neuron_class, or unknown
    std::vector<bool> is_assumed_;      // by neuron; empty: none is
    std::vector<bool> is_listed_;       // by neuron: the transmitters file gave the class; may be shorter
    std::vector<std::int64_t> rows_;    // of the cells file, by neuron
    std::vector<std::string> ids_;
    std::vector<std::int32_t> by_row_;  // neuron of each row of the cells, or left_out
    std::vector<std::string> labels_;
    std::unordered_map<std::string, std::int32_t> types_by_label_;
};

}  // namespace cortexpr::circuit
