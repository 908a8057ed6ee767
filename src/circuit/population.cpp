#include "population.hpp"

#include "nearest.hpp"
#include "row_reader.hpp"
#include "stored_cells.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <numeric>

namespace cortexpr::circuit {

namespace {

constexpr std::string_view only_type = "neuron";  // where nothing says types

std::optional<neuron_class> class_named(std::string_view word) {
    if (word == "excitatory" || word == "1" || word == "+1") return neuron_class::excitatory;
    if (word == "inhibitory" || word == "-1") return neuron_class::inhibitory;
    if (word == "hybrid") return neuron_class::hybrid;
    return std::nullopt;
}

/// Orders types by name, and has the neurons follow.
void sort_types(neurons& all) {
    std::vector<std::int32_t> order(all.type_names.size()), rank(order.size());
    std::iota(order.begin(), order.end(), 0);
    std::ranges::sort(order, {}, [&](std::int32_t type) { return all.type_names[static_cast<std::size_t>(type)]; });
    std::vector<std::string> sorted;
    for (std::size_t i = 0; i < order.size(); ++i) {
        const auto type = static_cast<std::size_t>(order[i]);
        rank[type] = static_cast<std::int32_t>(i);
        sorted.push_back(std::move(all.type_names[type]));
    }
    all.type_names = std::move(sorted);
    for (auto& type : all.types) type = rank[static_cast<std::size_t>(type)];
}

bool are_row_numbers(const std::vector<std::string>& ids) {
    for (std::size_t i = 0; i < ids.size(); ++i)
        if (ids[i] != std::to_string(i)) return false;
    return true;
}

}  // namespace

population::population(const files& from, const expectation& expected, report& found)
    : from_(from), expected_(expected), found_(found), signs_(from.signs) {
    for (const auto& type : expected.types) {
        if (!types_by_label_.emplace(type.name, static_cast<std::int32_t>(labels_.size())).second)
            throw usage_error(fmt::format("the type {} is expected twice", io::shown_name(type.name)));
        labels_.push_back(type.name);
    }
}

std::string population::shown_id(std::int32_t neuron) const {
    const auto& id = ids_.empty() ? std::string() : ids_[static_cast<std::size_t>(neuron)];
    return id.empty() ? std::to_string(neuron) : id;
}

neuron_class population::declared_class(std::int32_t type) const {
    return is_declared() ? expected_.types[static_cast<std::size_t>(type)].sign : neuron_class::hybrid;
}

std::optional<neuron_class> population::class_of(std::int32_t neuron) const {
    const auto declared = declared_class(type(neuron));
    const auto known = classes_[static_cast<std::size_t>(neuron)];
    if (declared != neuron_class::hybrid || (is_declared() && known == unknown)) return declared;
    return known == unknown ? std::nullopt : std::optional(static_cast<neuron_class>(known));
}

bool population::has_own_class(std::int32_t neuron) const {
    return declared_class(type(neuron)) != neuron_class::hybrid ||
           classes_[static_cast<std::size_t>(neuron)] != unknown;
}

void population::count_unknown(std::string_view transmitter) {
    ++found_.unknown_transmitters;
    unknown_.count(transmitter);
}

void population::assume_classes() {
    if (!is_declared() || from_.otherwise == neuron_class::hybrid) return;
    is_assumed_.resize(classes_.size());
    for (std::size_t neuron = 0; neuron < classes_.size(); ++neuron) {
        if (classes_[neuron] != unknown || declared_class(types_[neuron]) != neuron_class::hybrid) continue;
        classes_[neuron] = index(from_.otherwise);
        is_assumed_[neuron] = true;
    }
}

void population::keep_order_of(const std::vector<std::string>& labels) {
    if (is_declared()) return;
    keeps_order_ = true;
    for (const auto& label : labels)
        if (types_by_label_.emplace(label, static_cast<std::int32_t>(labels_.size())).second) labels_.push_back(label);
}

void population::check_class(neuron_class of, std::int32_t type, const std::string& reason, const place& at) const {
    if (!is_declared() || of == neuron_class::hybrid) return;
    const auto& declared = expected_.types[static_cast<std::size_t>(type)];
    if (declared.sign != of && declared.sign != neuron_class::hybrid)
        at.refuse(fmt::format("{}, but its type {} is declared {}", reason, io::shown_name(declared.name),
                              name_of(declared.sign)));
}

/// Against a declaration nothing in the files may contradict; without one the column of classes goes before.
void population::check_transmitter(std::string_view transmitter, neuron_class of, std::int32_t type, std::int8_t known,
                                   const place& at) const {
    const auto reason = fmt::format("{} makes the neuron {}", io::shown_name(transmitter), name_of(of));
    check_class(of, type, reason, at);
    if (!is_declared() || known == unknown) return;
    const auto said = static_cast<neuron_class>(known);
    if (said != of && said != neuron_class::hybrid && of != neuron_class::hybrid)
        at.refuse(fmt::format("{}, but its {} is {}", reason, from_.columns.neuron_class, name_of(said)));
}

std::int8_t population::class_said(std::string_view word, std::int32_t type, const place& at) const {
    if (word.empty()) return unknown;
    const auto of = class_named(word);
    const auto where = at.in(at.is_array ? stored::classes : std::string_view(from_.columns.neuron_class));
    if (!of)
        where.refuse(
            fmt::format("{} is no class of neurons; these are excitatory (or 1), inhibitory (or -1) and hybrid",
                        io::shown_name(word)));
    check_class(*of, type, fmt::format("the neuron is {}", name_of(*of)), where);
    return index(*of);
}

std::int8_t population::checked_class(std::string_view class_word, std::string_view transmitter, std::int32_t type,
                                      const place& at) {
    const auto said = class_said(class_word, type, at);
    if (from_.columns.transmitter.empty() || !from_.transmitters.empty() || signs_.empty()) return said;
    const auto of = signs_.class_of(transmitter);
    if (of)
        check_transmitter(transmitter, *of, type, said, at.in(from_.columns.transmitter));
    else if (said == unknown)
        count_unknown(transmitter);
    return said != unknown || !of ? said : index(*of);
}

std::string population::reason_of_class(std::int32_t neuron, neuron_class of) const {
    if (declared_class(type(neuron)) != neuron_class::hybrid)
        return fmt::format("its type is declared {}", name_of(of));
    const auto number = static_cast<std::size_t>(neuron);
    const bool is_listed = number < is_listed_.size() && is_listed_[number];
    return fmt::format("{} makes it {}", is_listed ? from_.transmitters.string() : cells_file_, name_of(of));
}

/// Nothing where the neuron is left out.
std::optional<std::int32_t> population::type_of(std::string_view label, std::string_view id, const place& at) {
    const bool is_missing = label.empty();
    if (is_missing) {
        ++found_.unannotated;
        if (from_.unannotated == unannotated::left_out) return std::nullopt;
        if (from_.unannotated == unannotated::refused)
            at.refuse(fmt::format("neuron {} has no type", io::shown_name(id)));
        label = from_.unannotated_type;
    }
    if (const auto known = types_by_label_.find(std::string(label)); known != types_by_label_.end())
        return known->second;
    if (is_declared()) {
        if (is_missing)
            at.refuse(
                fmt::format("neuron {} has no type, and no type {} is declared; give it one, or have such neurons left "
                            "out (unannotated: left_out)",
                            io::shown_name(id), io::shown_name(label)));
        if (from_.undeclared == undeclared::left_out) {
            ++found_.undeclared;
            return std::nullopt;
        }
        at.refuse(
            fmt::format("{} is no declared type{}; correct it, declare it, or have such neurons left out (undeclared: "
                        "left_out)",
                        io::shown_name(label), nearest_among(label, labels_)));
    }
    labels_.emplace_back(label);
    return types_by_label_.emplace(std::string(label), static_cast<std::int32_t>(labels_.size() - 1)).first->second;
}

std::int32_t population::append(std::string_view id, std::int32_t type, std::int8_t known, std::int64_t row) {
    const auto number = static_cast<std::int32_t>(types_.size());
    types_.push_back(type);
    classes_.push_back(known);
    rows_.push_back(row);
    ids_.emplace_back(id);
    return number;
}

void population::add(std::string_view id, std::string_view label, std::string_view class_word,
                     std::string_view transmitter, const place& at) {
    const auto at_id = at.in(at.is_array ? at.column : std::string_view(from_.columns.neuron));
    require_id(id, at_id);
    if (const auto first = numbers_.find(id); first != id_table::absent) {
        const auto row = first == left_out ? 0 : rows_[static_cast<std::size_t>(first)];
        at_id.refuse(fmt::format("neuron {} is there twice{}; each has one row", io::shown_name(id),
                                 row > 0 ? fmt::format(", first in row {}", row) : ""));
    }
    if (types_.size() >= std::numeric_limits<std::int32_t>::max()) at.refuse("there are more than 2^31 - 1 neurons");
    const auto type = type_of(label, id, at.in(at.is_array ? at.column : std::string_view(from_.columns.type)));
    const auto number = type ? append(id, *type, checked_class(class_word, transmitter, *type, at), at.row) : left_out;
    numbers_.insert(id, number);
    by_row_.push_back(number);
    has_cells_ = true;
    cells_file_ = at.file;
}

void population::read_tables() {
    if (from_.cells.empty()) {
        if (!from_.transmitters.empty())
            throw usage_error("a transmitters file needs a cells file whose neurons it is about");
        return;
    }
    const auto opened = open_rows(from_.cells);
    if (opened == nullptr)
        throw file_error(from_.cells.string(), fmt::format("is no table of cells; these are {} files", table_endings));
    auto& rows = *opened;
    const auto& names = from_.columns;
    std::vector<std::string> needed{names.neuron};
    if (!names.type.empty()) needed.push_back(names.type);
    const auto neuron = rows.column(names.neuron, needed);
    const auto cell_of = [&](const std::string& name, bool is_needed) -> std::optional<std::size_t> {
        if (name.empty() || (!is_needed && !rows.has(name))) return std::nullopt;
        return rows.column(name, needed);
    };
    const auto type = cell_of(names.type, true);
    const auto of_class = cell_of(names.neuron_class, names.neuron_class != columns().neuron_class);
    const bool asks_transmitter = !signs_.empty() && from_.transmitters.empty();  // else nothing reads it here
    if (asks_transmitter && !names.transmitter.empty() && !rows.has(names.transmitter))
        throw file_error(from_.cells.string(),
                         fmt::format("has no column {}, by which signs are known; name the file that has it "
                                     "(transmitters), or another column (`columns`)",
                                     io::shown_name(names.transmitter)));
    const auto transmitter = asks_transmitter ? cell_of(names.transmitter, true) : std::nullopt;
    has_cells_ = true;
    cells_file_ = from_.cells.string();
    while (rows.next()) {
        const auto cell = [&](std::optional<std::size_t> column) {
            return column ? rows.cells()[*column] : std::string_view();
        };
        add(rows.cells()[neuron], type ? cell(type) : only_type, cell(of_class), cell(transmitter), rows.here());
    }
    if (!from_.transmitters.empty() && !signs_.empty()) read_transmitters();
}

void population::read_transmitters() {
    const auto opened = open_rows(from_.transmitters);
    if (opened == nullptr)
        throw file_error(from_.transmitters.string(),
                         fmt::format("is no table of transmitters; these are {} files", table_endings));
    auto& rows = *opened;
    const auto& names = from_.columns;
    const auto& id_name = names.transmitter_neuron.empty() ? names.neuron : names.transmitter_neuron;
    const std::vector<std::string> needed{id_name, names.transmitter};
    const auto id = rows.column(id_name, needed), transmitter = rows.column(names.transmitter, needed);
    std::vector<bool> is_there(types_.size(), false);
    is_listed_.assign(types_.size(), false);
    while (rows.next()) {
        require_id(rows.cells()[id], rows.here(id));
        const auto number = numbers_.find(rows.cells()[id]);
        if (number < 0) continue;  // of a neuron that the cells don't name
        const auto neuron = static_cast<std::size_t>(number);
        if (is_there[neuron])
            rows.here(id).refuse(
                fmt::format("neuron {} is there twice; each has one row", io::shown_name(rows.cells()[id])));
        is_there[neuron] = true;
        const auto cell = rows.cells()[transmitter];
        const auto of = signs_.class_of(cell);
        if (!of) {
            if (classes_[neuron] == unknown) count_unknown(cell);
            continue;
        }
        check_transmitter(cell, *of, types_[neuron], classes_[neuron], rows.here(transmitter));
        if (classes_[neuron] != unknown) continue;
        classes_[neuron] = index(*of);
        is_listed_[neuron] = true;
    }
    for (std::size_t neuron = 0; neuron < is_there.size(); ++neuron)
        if (!is_there[neuron] && classes_[neuron] == unknown) count_unknown("");
}

void population::add_unnamed(std::int64_t count, std::string_view file) {
    if (count > std::numeric_limits<std::int32_t>::max())
        throw file_error(std::string(file), fmt::format("has {} neurons, more than 2^31 - 1", count));
    if (is_declared() && expected_.types.size() > 1)
        throw file_error(std::string(file),
                         fmt::format("says no types, but {} are declared; give a cells file", expected_.types.size()));
    if (labels_.empty()) labels_.emplace_back(only_type);
    types_.assign(static_cast<std::size_t>(count), 0);
    classes_.assign(types_.size(), unknown);
    rows_.assign(types_.size(), 0);
    by_row_.resize(types_.size());
    std::iota(by_row_.begin(), by_row_.end(), 0);
}

/// A neuron that the cells don't name.
std::int32_t population::admit(std::string_view id, const place& at) {
    require_id(id, at);
    if (types_.size() >= std::numeric_limits<std::int32_t>::max()) at.refuse("there are more than 2^31 - 1 neurons");
    if (!has_cells_) {
        if (is_declared() && expected_.types.size() > 1)
            throw usage_error(
                fmt::format("a declaration of {} types needs a file of cells beside that of synapses, which says the "
                            "type of each",
                            expected_.types.size()));
        if (labels_.empty()) labels_.emplace_back(only_type);
        const auto number = append(id, 0, unknown, 0);
        numbers_.insert(id, number);
        return number;
    }
    ++found_.unannotated;
    std::int32_t number = left_out;
    if (from_.unannotated == unannotated::refused)
        at.refuse(fmt::format("neuron {} isn't in {}", io::shown_name(id), cells_file_));
    if (from_.unannotated == unannotated::kept) {
        const auto known = types_by_label_.find(from_.unannotated_type);
        if (is_declared() && known == types_by_label_.end())
            at.refuse(fmt::format(
                "neuron {} isn't in {}, so it has no type, and no type {} is declared; add it there, or have such "
                "neurons left out (unannotated: left_out)",
                io::shown_name(id), cells_file_, io::shown_name(from_.unannotated_type)));
        --found_.unannotated;  // type_of counts it again
        const auto type = type_of("", id, at);
        number = append(id, *type, unknown, 0);
    }
    numbers_.insert(id, number);
    return number;
}

std::int32_t population::number_of(std::string_view id, const place& at) {
    const auto number = numbers_.find(id);
    return number != id_table::absent ? number : admit(id, at);
}

std::int32_t population::number_of(std::int64_t id, const place& at) {
    if (id < 0) at.refuse(fmt::format("{} is no id; they aren't negative", id));
    if (id == std::numeric_limits<std::int64_t>::max())
        at.refuse("an id is beyond 63 bits; write ids as int64, or the table as CSV");
    const auto number = numbers_.find(static_cast<std::uint64_t>(id));
    return number != id_table::absent ? number : admit(std::to_string(id), at);
}

std::int32_t population::number_at(std::int64_t row, const place& at) const {
    if (row < 0 || static_cast<std::size_t>(row) >= by_row_.size())
        at.refuse(fmt::format("{} is no neuron; they are 0 to {}", row, static_cast<std::int64_t>(by_row_.size()) - 1));
    return by_row_[static_cast<std::size_t>(row)];
}

void population::require_all_types(std::string_view synapses_file) const {
    if (!is_declared()) return;
    std::vector<bool> is_used(labels_.size(), false);
    for (const auto type : types_) is_used[static_cast<std::size_t>(type)] = true;
    for (std::size_t type = 0; type < labels_.size(); ++type)
        if (!is_used[type])
            throw file_error(has_cells_ ? cells_file_ : std::string(synapses_file),
                             fmt::format("has no neuron of the declared type {}", io::shown_name(labels_[type])));
}

std::vector<neuron_class> population::found_classes() const {
    const auto is_known = [](std::int8_t of) { return of != unknown; };
    const bool are_open =
        !is_declared() || std::ranges::count(expected_.types, neuron_class::hybrid, &expected_type::sign);
    const bool says_classes = !signs_.empty() || from_.otherwise != neuron_class::hybrid;
    std::vector<neuron_class> all;
    if (!are_open || !(says_classes || std::ranges::any_of(classes_, is_known))) return all;
    for (std::size_t neuron = 0; neuron < classes_.size(); ++neuron) {
        const auto declared = declared_class(types_[neuron]);
        const auto known = classes_[neuron];
        all.push_back(declared != neuron_class::hybrid ? declared
                      : known == unknown               ? from_.otherwise
                                                       : static_cast<neuron_class>(known));
    }
    return all;
}

neurons population::finish(std::string_view synapses_file) {
    found_.unknown_names = unknown_.most();
    found_.unused_signs = signs_.unused();
    require_all_types(synapses_file);
    auto classes = found_classes();
    neurons all{.types = std::move(types_),
                .type_names = std::move(labels_),
                .ids = std::move(ids_),
                .classes = std::move(classes)};
    if (!is_declared() && !keeps_order_) sort_types(all);
    if (are_row_numbers(all.ids)) all.ids.clear();
    return all;
}

}  // namespace cortexpr::circuit
