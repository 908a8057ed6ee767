#include "transmitters.hpp"

#include "../io/input_file.hpp"

#include <cortexpr/error.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

namespace cortexpr::circuit {

namespace {

std::string lower_case(std::string_view text) {
    std::string lower(text);
    for (char& symbol : lower)
        if (symbol >= 'A' && symbol <= 'Z') symbol = static_cast<char>(symbol - 'A' + 'a');
    return lower;
}

bool names(std::string_view cell, std::string_view transmitter) {
    while (!cell.empty()) {
        const auto end = std::min(cell.find(';'), cell.size());
        auto one = cell.substr(0, end);
        while (one.starts_with(' ')) one.remove_prefix(1);
        while (one.ends_with(' ')) one.remove_suffix(1);
        if (one == transmitter) return true;
        cell.remove_prefix(std::min(end + 1, cell.size()));
    }
    return false;
}

}  // namespace

sign_table::sign_table(const std::vector<transmitter_sign>& signs) {
    for (const auto& one : signs) {
        auto lower = lower_case(one.transmitter);
        if (std::ranges::find(rows_, lower, &row::lower) != rows_.end())
            throw usage_error(
                fmt::format("signs name the transmitter {} twice, whatever the case of its letters; keep one",
                            io::shown_name(one.transmitter)));
        rows_.push_back({one, std::move(lower)});
    }
}

std::optional<neuron_class> sign_table::class_of(std::string_view cell) {
    const auto lower = lower_case(cell);
    std::optional<neuron_class> found;
    for (auto& row : rows_) {
        if (!names(lower, row.lower)) continue;
        row.is_used = true;
        if (!found) found = row.given.sign;
    }
    return found;
}

std::vector<std::string> sign_table::unused() const {
    std::vector<std::string> all;
    for (const auto& row : rows_)
        if (!row.is_used) all.push_back(row.given.transmitter);
    return all;
}

std::vector<std::pair<std::string, std::int64_t>> unknown_names::most() const {
    std::vector<std::pair<std::string, std::int64_t>> all(counts_.begin(), counts_.end());
    std::ranges::sort(all,
                      [](const auto& a, const auto& b) { return a.second != b.second ? a.second > b.second : a < b; });
    constexpr std::size_t most = 10;
    if (all.size() > most) all.resize(most);
    return all;
}

void transmitter_votes::add(std::int32_t neuron, std::optional<neuron_class> of, double weight, std::int64_t row) {
    if (!of) return;
    const auto number = static_cast<std::size_t>(neuron), kind = static_cast<std::size_t>(*of);
    if (number >= sums_.size()) {
        sums_.resize(number + 1);
        rows_.resize(number + 1);
    }
    sums_[number][kind] += std::abs(weight);
    if (rows_[number][kind] == 0) rows_[number][kind] = row;
}

std::optional<neuron_class> transmitter_votes::winner(std::int32_t neuron) const {
    if (static_cast<std::size_t>(neuron) >= sums_.size()) return std::nullopt;
    const auto& sums = sums_[static_cast<std::size_t>(neuron)];
    const auto most = std::ranges::max_element(sums);
    if (*most == 0 || std::ranges::count(sums, *most) > 1) return std::nullopt;
    return static_cast<neuron_class>(most - sums.begin());
}

bool transmitter_votes::is_tied(std::int32_t neuron) const { return is_mixed(neuron) && !winner(neuron); }

bool transmitter_votes::is_mixed(std::int32_t neuron) const {
    return static_cast<std::size_t>(neuron) < sums_.size() &&
           std::ranges::count_if(sums_[static_cast<std::size_t>(neuron)], [](double sum) { return sum > 0; }) > 1;
}

}  // namespace cortexpr::circuit
