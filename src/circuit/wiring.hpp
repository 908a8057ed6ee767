#pragma once
// The synapses of a file, checked against what a declaration expects and the classes of the neurons.

#include "pair_sums.hpp"
#include "place.hpp"
#include "population.hpp"

#include <cortexpr/circuit/files.hpp>

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace cortexpr::circuit {

class wiring {
  public:
    wiring(const files& from, const expectation& expected, population& cells, report& found,
           std::function<double()> share_read);

    /// One row, whose place is that of its weight. Neurons that are left out take their synapses with them.
    void add(std::int32_t pre, std::int32_t post, double weight, const place& at);
    /// What the row says of the presynaptic neuron's transmitter.
    void add_transmitter(std::int32_t pre, std::string_view name, double weight, std::int64_t row);
    /// Weights without signs; what they say of classes goes to the population.
    synapses finish();

  private:
    struct sign_rows {
        std::int64_t negative = -1, positive = -1;  // the first of each; -1: none
    };

    void refuse_pair(std::int32_t pre, std::int32_t post, const place& at) const;
    std::string shown(std::int32_t neuron) const;
    /// Where a neuron's class comes from, behind it in a sentence; empty: from the files or the declaration.
    std::string_view reason_of(std::int32_t neuron) const;
    void note_sign(std::int32_t pre, double weight, const place& at);
    void learn_from_transmitters();
    void learn_from_signs();
    void drop_weak(synapses& all);
    place row(std::int64_t number) const {
        return {.file = file_, .row = number, .column = column_, .is_array = is_array_};
    }

    const files& from_;
    const expectation& expected_;
    population& cells_;
    report& found_;
    pair_sums pairs_;
    std::vector<bool> allowed_;     // [pre * types + post]; empty: all are
    std::vector<sign_rows> signs_;  // by presynaptic neuron
    transmitter_votes votes_;
    std::vector<std::string> unknown_;  // by neuron: a name that the table doesn't have
    std::string file_, column_;
    bool is_array_ = false;
};

}  // namespace cortexpr::circuit
