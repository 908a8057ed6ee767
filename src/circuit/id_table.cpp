#include "id_table.hpp"

#include "../io/input_file.hpp"
#include "../parsed.hpp"

#include <cortexpr/numbers/mixed_bits.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace cortexpr::circuit {

std::optional<std::uint64_t> whole_number_in(std::string_view text) {
    if (text.empty() || text.front() < '0' || text.front() > '9' || (text.front() == '0' && text.size() > 1))
        return std::nullopt;
    return parsed<std::uint64_t>(text);
}

bool is_rounded_number(std::string_view text) {
    if (text.starts_with('+') || text.starts_with('-')) text.remove_prefix(1);
    if (text.empty() || ((text.front() < '0' || text.front() > '9') && text.front() != '.')) return false;
    if (text.find_first_of(".eE") == std::string_view::npos) return false;
    double value = 0;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), value);
    return read.ptr == text.data() + text.size();
}

std::size_t id_table::slot_of(std::uint64_t id) const {
    const std::size_t mask = entries_.size() - 1;
    std::size_t slot = mixed_bits(id) & mask;
    while (entries_[slot].number != absent && entries_[slot].id != id) slot = (slot + 1) & mask;
    return slot;
}

void require_id(std::string_view id, const place& at) {
    if (id.empty()) at.refuse("is empty where the id of a neuron was expected");
    if (is_rounded_number(id))
        at.refuse(
            fmt::format("{} is a rounded number and may have lost digits of an id; write ids as whole numbers or as "
                        "text (in pandas, read them with dtype=str)",
                        io::shown_name(id)));
}

std::int32_t id_table::find(std::uint64_t id) const { return entries_.empty() ? absent : entries_[slot_of(id)].number; }

std::int32_t id_table::find(std::string_view id) const {
    if (const auto number = whole_number_in(id)) return find(*number);
    const auto found = texts_.find(id);
    return found == texts_.end() ? absent : found->second;
}

void id_table::insert(std::string_view id, std::int32_t number) {
    if (const auto whole = whole_number_in(id))
        insert(*whole, number);
    else
        texts_.emplace(std::string(id), number);
}

void id_table::insert(std::uint64_t id, std::int32_t number) {
    if (2 * (count_ + 1) > entries_.size()) grow();
    entries_[slot_of(id)] = {id, number};
    ++count_;
}

void id_table::grow() {
    std::vector<entry> old(std::max<std::size_t>(64, 2 * entries_.size()));
    old.swap(entries_);
    for (const auto& each : old)
        if (each.number != absent) entries_[slot_of(each.id)] = each;
}

}  // namespace cortexpr::circuit
