#pragma once
// Classes of neurons from names of transmitters.

#include <cortexpr/circuit/files.hpp>

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace cortexpr::circuit {

/// The user's table, and what it could not answer.
class sign_table {
  public:
    explicit sign_table(const std::vector<transmitter_sign>& signs);

    bool empty() const { return rows_.empty(); }
    /// The class by the first row that names one of the transmitters in a cell ("GABA;dopamine").
    std::optional<neuron_class> class_of(std::string_view cell);
    /// The transmitters of rows that no cell had yet, as the user spelt them: often misspelt.
    std::vector<std::string> unused() const;

  private:
    struct row {
        transmitter_sign given;
        std::string lower;
        bool is_used = false;
    };
    std::vector<row> rows_;
};

/// Cells that no row of the table answers, by how many neurons have them.
class unknown_names {
  public:
    void count(std::string_view cell) { ++counts_[std::string(cell)]; }
    /// The most frequent first, at most ten.
    std::vector<std::pair<std::string, std::int64_t>> most() const;

  private:
    std::map<std::string, std::int64_t, std::less<>> counts_;
};

/// Weights of a neuron's synapses by the class that their transmitter has: the greatest sum decides.
class transmitter_votes {
  public:
    void add(std::int32_t neuron, std::optional<neuron_class> of, double weight, std::int64_t row);
    /// Nothing where no class has any weight, or two have the same.
    std::optional<neuron_class> winner(std::int32_t neuron) const;
    bool is_tied(std::int32_t neuron) const;
    /// The first row whose transmitter has a class that the neuron was given votes for.
    std::int64_t row_of(std::int32_t neuron, neuron_class of) const {
        return rows_[static_cast<std::size_t>(neuron)][static_cast<std::size_t>(of)];
    }
    bool is_mixed(std::int32_t neuron) const;

  private:
    static constexpr std::size_t classes = 3;
    std::vector<std::array<double, classes>> sums_;        // by neuron
    std::vector<std::array<std::int64_t, classes>> rows_;  // likewise; 0: none
};

}  // namespace cortexpr::circuit
