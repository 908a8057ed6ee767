#include "wiring.hpp"

#include "../io/input_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace cortexpr::circuit {

wiring::wiring(const files& from, const expectation& expected, population& cells, report& found,
               std::function<double()> share_read)
    : from_(from), expected_(expected), cells_(cells), found_(found), pairs_(std::move(share_read)) {
    const auto types = expected.types.size();
    if (types == 0 || !expected.pairs) return;
    allowed_.assign(types * types, false);
    for (const auto& pair : *expected.pairs)
        allowed_[static_cast<std::size_t>(pair.pre) * types + static_cast<std::size_t>(pair.post)] = true;
}

std::string wiring::shown(std::int32_t neuron) const {
    return fmt::format("{} ({})", io::shown_name(cells_.shown_id(neuron)), cells_.label(cells_.type(neuron)));
}

std::string_view wiring::reason_of(std::int32_t neuron) const {
    return cells_.is_assumed(neuron) ? " (as otherwise says)" : "";
}

void wiring::refuse_pair(std::int32_t pre, std::int32_t post, const place& at) const {
    const auto sentence =
        fmt::format("neuron {} connects to neuron {}, but no synapses from {} to {} are declared", shown(pre),
                    shown(post), cells_.label(cells_.type(pre)), cells_.label(cells_.type(post)));
    if (at.is_array) at.refuse(sentence);
    at.in("").refuse(sentence);
}

void wiring::note_sign(std::int32_t pre, double weight, const place& at) {
    if (static_cast<std::size_t>(pre) >= signs_.size()) {
        signs_.resize(std::max(cells_.size(), static_cast<std::size_t>(pre) + 1));
        file_ = at.file;
        column_ = at.column;
        is_array_ = at.is_array;
    }
    auto& first = signs_[static_cast<std::size_t>(pre)];
    auto& row = weight < 0 ? first.negative : first.positive;
    if (row >= 0 || weight == 0) return;
    row = at.row;
    if (weight < 0 && cells_.class_of(pre) == neuron_class::excitatory)
        at.refuse(fmt::format("the weight {} is negative, but neuron {} is excitatory", weight, shown(pre)));
}

void wiring::add(std::int32_t pre, std::int32_t post, double weight, const place& at) {
    if (!std::isfinite(weight)) at.refuse(fmt::format("the weight {} is no finite number", weight));
    if (!allowed_.empty() && !allowed_[static_cast<std::size_t>(cells_.type(pre)) * expected_.types.size() +
                                       static_cast<std::size_t>(cells_.type(post))])
        refuse_pair(pre, post, at);
    note_sign(pre, weight, at);
    if (!pairs_.add(pre, post, weight)) ++found_.repeats;
}

void wiring::add_transmitter(std::int32_t pre, std::string_view name, double weight, std::int64_t row) {
    const auto of = cells_.class_of_transmitter(name);
    votes_.add(pre, of, weight, row);
    if (of || cells_.has_own_class(pre)) return;
    if (static_cast<std::size_t>(pre) >= unknown_.size()) unknown_.resize(static_cast<std::size_t>(pre) + 1);
    auto& kept = unknown_[static_cast<std::size_t>(pre)];
    if (kept.empty()) kept = name;
}

void wiring::learn_from_transmitters() {
    for (std::int32_t neuron = 0; static_cast<std::size_t>(neuron) < signs_.size(); ++neuron) {
        const auto& first = signs_[static_cast<std::size_t>(neuron)];
        if (first.positive < 0 && first.negative < 0) continue;
        const auto known = cells_.class_of(neuron), voted = votes_.winner(neuron);
        if (votes_.is_mixed(neuron)) ++found_.mixed_transmitters;
        if (votes_.is_tied(neuron)) {
            ++found_.tied_transmitters;
        } else if (!voted) {
            const auto index = static_cast<std::size_t>(neuron);
            if (!cells_.has_own_class(neuron)) cells_.count_unknown(index < unknown_.size() ? unknown_[index] : "");
        } else if (!cells_.has_own_class(neuron)) {
            cells_.learn_class(neuron, *voted);
        } else if (cells_.is_declared() && known && *known != *voted && *known != neuron_class::hybrid &&
                   *voted != neuron_class::hybrid) {
            row(votes_.row_of(neuron, *voted))
                .in(from_.columns.synapse_transmitter)
                .refuse(fmt::format("neuron {} is {} by the transmitters of its synapses, but {}", shown(neuron),
                                    name_of(*voted), cells_.reason_of_class(neuron, *known)));
        }
    }
}

void wiring::learn_from_signs() {
    for (std::int32_t neuron = 0; static_cast<std::size_t>(neuron) < signs_.size(); ++neuron)
        if (signs_[static_cast<std::size_t>(neuron)].negative >= 0 && cells_.class_of(neuron) != neuron_class::hybrid)
            found_.is_signed = true;
    if (!found_.is_signed) return;
    for (std::int32_t neuron = 0; static_cast<std::size_t>(neuron) < signs_.size(); ++neuron) {
        const auto& first = signs_[static_cast<std::size_t>(neuron)];
        const auto known = cells_.class_of(neuron);
        if (known == neuron_class::inhibitory && first.positive >= 0)
            row(first.positive)
                .refuse(fmt::format("the weight is positive, but neuron {} is inhibitory{} and others in this file "
                                    "have negative weights",
                                    shown(neuron), reason_of(neuron)));
        if (known == neuron_class::excitatory && first.negative >= 0)
            row(first.negative)
                .refuse(fmt::format("the weight is negative, but neuron {} is excitatory{}", shown(neuron),
                                    reason_of(neuron)));
        if (known || (first.positive < 0 && first.negative < 0)) continue;
        const bool has_both = first.positive >= 0 && first.negative >= 0;
        if (has_both) ++found_.mixed_signs;
        cells_.learn_class(neuron, has_both             ? neuron_class::hybrid
                                   : first.negative < 0 ? neuron_class::excitatory
                                                        : neuron_class::inhibitory);
    }
}

void wiring::drop_weak(synapses& all) {
    std::size_t kept = 0;
    for (std::size_t i = 0; i < all.size(); ++i) {
        if (std::abs(all.weights[i]) < from_.minimum) continue;
        all.presynaptic[kept] = all.presynaptic[i];
        all.postsynaptic[kept] = all.postsynaptic[i];
        all.weights[kept++] = all.weights[i];
    }
    found_.pairs_below_minimum = static_cast<std::int64_t>(all.size() - kept);
    all.presynaptic.resize(kept);
    all.postsynaptic.resize(kept);
    all.weights.resize(kept);
}

synapses wiring::finish() {
    if (!from_.columns.synapse_transmitter.empty() && !from_.signs.empty()) learn_from_transmitters();
    cells_.assume_classes();  // before signs are compared with them
    learn_from_signs();
    auto all = pairs_.take();
    for (std::size_t i = 0; i < all.size(); ++i) {
        auto& weight = all.weights[i];
        if (!std::isfinite(weight))
            throw file_error(file_,
                             fmt::format("the weights from neuron {} to neuron {} sum up to more than a number holds",
                                         shown(all.presynaptic[i]), shown(all.postsynaptic[i])));
        if (weight < 0 && cells_.class_of(all.presynaptic[i]) == neuron_class::inhibitory) weight = -weight;
    }
    if (from_.minimum > 0) drop_weak(all);
    return all;
}

}  // namespace cortexpr::circuit
