// Data sets in .npz files, by the names that Keras, MedMNIST and Kuzushiji-MNIST give to files and arrays.

#include "../ending.hpp"
#include "../io/npz.hpp"
#include "image_axes.hpp"
#include "image_sets.hpp"
#include "labels.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <optional>
#include <span>
#include <string_view>
#include <system_error>

namespace cortexpr::data {

using io::npy_header;
using io::npz_file;

namespace fs = std::filesystem;

namespace {

/// Where images, labels or targets are.
struct array_place {
    fs::path file;
    std::string array;
};

struct split_places {
    array_place images, labels;  ///< labels, or what stands in their place
};

/// The places of a split, with targets or else labels; throws file_error where they aren't.
using placed = std::function<split_places(split, bool has_targets)>;

/// Whether an array holds an example of `inputs` numbers in each row, or a step of a sequence.
bool are_inputs(const npy_header& header, const expected_images& expected) {
    const auto axes = header.shape.size();
    return expected.inputs > 0 && (axes == 2 || axes == 3) &&
           header.shape.back() == static_cast<std::uint64_t>(expected.inputs);
}

/// How the numbers of a column lie, and how far they move as float32: its roots of mean squares.
struct column_spread {
    double mean = 0, deviation = 0, rounding = 0;

    bool is_kept() const {
        constexpr double most_lost = 0.01, of_double = 1e-12;  // shares: of the spread; of rounding, which is no spread
        return rounding <= most_lost * deviation || deviation <= of_double * std::abs(mean);
    }
};

/// Row by row, as the numbers lie in memory.
std::vector<column_spread> spreads_of(std::span<const double> values, std::size_t columns) {
    std::vector<column_spread> all(columns);
    const auto rows = values.size() / std::max<std::size_t>(columns, 1);
    const auto count = static_cast<double>(rows);
    const auto for_each = [&](const auto& visit) {
        for (std::size_t row = 0; row < rows; ++row)
            for (std::size_t column = 0; column < columns; ++column) visit(all[column], values[row * columns + column]);
    };
    for_each([count](column_spread& of, double value) { of.mean += value / count; });
    for_each([count](column_spread& of, double value) {
        of.deviation += (value - of.mean) * (value - of.mean) / count;
        const double moved = value - static_cast<float>(value);
        of.rounding += moved * moved / count;
    });
    for (auto& of : all) {
        of.deviation = std::sqrt(of.deviation);
        of.rounding = std::sqrt(of.rounding);
    }
    return all;
}

/// Examples are kept in float32, in which close numbers far from 0, as times, become one.
void require_kept(const npz_file& file, const std::string& array, std::span<const double> values, std::size_t columns,
                  std::string_view thing) {
    const auto spreads = spreads_of(values, columns);
    for (std::size_t column = 0; column < columns; ++column) {
        const auto& of = spreads[column];
        if (of.is_kept()) continue;
        const auto at = static_cast<float>(std::abs(of.mean));
        file.refuse(array, fmt::format("has numbers around {:.10g} as {} {}, with a deviation of {:.3g}, which float32 "
                                       "can't tell apart (its numbers lie {:.2g} apart there); subtract an offset, or "
                                       "give them in another unit",
                                       of.mean, thing, column, of.deviation,
                                       std::nextafter(at, std::numeric_limits<float>::infinity()) - at));
    }
}

void read_inputs(labelled_images& set, const npz_file& file, const std::string& array, const npy_header& header,
                 const expected_images& expected) {
    constexpr std::uint64_t largest = std::numeric_limits<int>::max();
    if (std::ranges::any_of(header.shape, [](std::uint64_t size) { return size == 0 || size > largest; }))
        file.refuse(array, fmt::format("holds no examples: its sizes are {}", header.sizes()));
    set.count = static_cast<int>(header.shape[0]);
    set.frames = header.shape.size() == 3 ? static_cast<int>(header.shape[1]) : 0;
    set.channels = set.height = 1;
    set.width = expected.inputs;
    if (header.is_bytes()) {
        set.pixels = file.bytes(array, expected.limit_bytes);
        return;
    }
    const auto read = file.reals(array, expected.limit_bytes);
    for (std::size_t i = 0; i < read.size(); ++i) {
        const auto number = static_cast<float>(read[i]);
        if (!std::isfinite(number))
            file.refuse(array,
                        fmt::format("has {} in example {}, which no network takes", read[i], i / set.example_size()));
        set.numbers.push_back(number);
    }
    require_kept(file, array, read, static_cast<std::size_t>(expected.inputs), "input");
}

void read_examples(labelled_images& set, const array_place& place, const expected_images& expected) {
    const npz_file file(place.file);
    const auto header = file.header(place.array);
    if (are_inputs(header, expected)) return read_inputs(set, file, place.array, header, expected);
    const auto& shape = header.shape;
    if (expected.inputs > 0 && (shape.size() == 2 || !header.is_bytes()))
        file.refuse(place.array, fmt::format("has the shape {}, but the network takes {} numbers: (N, {}), or (N, T, "
                                             "{}) for sequences",
                                             header.sizes(), expected.inputs, expected.inputs, expected.inputs));
    set_images(
        set, shape, expected, [&](const std::string& reason) { file.refuse(place.array, reason); },
        [&] { return file.bytes(place.array, expected.limit_bytes); });
}

std::vector<std::int64_t> labels_at(const array_place& place, const expected_images& expected) {
    const npz_file file(place.file);
    const auto header = file.header(place.array);
    if (header.shape.empty() || header.shape.size() > 2 || (header.shape.size() == 2 && header.shape[1] != 1))
        file.refuse(place.array, fmt::format("has the shape {}; labels are read as (N) or (N, 1), one for each image",
                                             header.sizes()));
    return file.whole_numbers(place.array, expected.limit_bytes);
}

/// Numbers for each image, (N) or (N, targets).
void read_targets(labelled_images& set, const array_place& place, const expected_images& expected) {
    const npz_file file(place.file);
    const auto header = file.header(place.array);
    const auto& shape = header.shape;
    const auto columns = shape.size() == 1 ? std::uint64_t{1} : shape.size() == 2 ? shape[1] : 0;
    if (columns != static_cast<std::uint64_t>(expected.targets))
        file.refuse(place.array,
                    fmt::format("has the shape {}, but the network fits {} target{} for each image: {}", header.sizes(),
                                expected.targets, expected.targets == 1 ? "" : "s",
                                expected.targets == 1 ? "(N) or (N, 1)" : fmt::format("(N, {})", expected.targets)));
    const auto read = file.reals(place.array, expected.limit_bytes);
    set.target_count = expected.targets;
    set.targets.reserve(read.size());
    for (std::size_t i = 0; i < read.size(); ++i) {
        const auto number = static_cast<float>(read[i]);
        if (!std::isfinite(number))
            file.refuse(place.array, fmt::format("has {} as target {} of example {}, which nothing can be fitted to",
                                                 read[i], i % columns, i / columns));
        set.targets.push_back(number);
    }
    require_kept(file, place.array, read, columns, "target");
}

int first_label_in(const placed& places, split part, std::span<const std::int64_t> labels,
                   const expected_images& expected) {
    label_range both;
    both.add(labels);
    if (both.least >= 1 && !expected.first_label) {  // the other split must be read alike
        const auto others = [&]() -> std::optional<split_places> {
            try {
                return places(other(part), false);
            } catch (const file_error&) {
                return std::nullopt;
            }
        }();
        if (others) both.add(labels_at(others->labels, expected));
    }
    return first_label_of(both, expected);
}

void require_as_many(const split_places& at, std::size_t there, const char* what, int images) {
    if (there == static_cast<std::size_t>(images)) return;
    throw file_error(at.labels.file.string(), fmt::format("holds {} {} ({}), but {} images ({})", there, what,
                                                          at.labels.array, images, at.images.array));
}

/// What the targets beside some images would be called.
std::string targets_name(split part, const split_places& at) {
    return at.images.array == "images" ? "targets" : fmt::format("{}_targets", name_of(part));
}

labelled_images load_npz(const placed& places, split part, const expected_images& expected) {
    const auto at = places(part, expected.targets > 0);
    labelled_images set;
    if (expected.targets > 0) {
        if (at.labels.array.ends_with("labels") || at.labels.file.stem().string().ends_with("labels"))
            throw file_error(at.labels.file.string(),
                             fmt::format("holds labels ({}), but the network fits {} targets; give them as {}",
                                         at.labels.array, expected.targets, targets_name(part, at)));
        read_targets(set, at.labels, expected);
        read_examples(set, at.images, expected);
        require_as_many(at, set.targets.size() / static_cast<std::size_t>(expected.targets), "targets", set.count);
        return set;
    }
    if (at.labels.array.ends_with("targets"))
        throw file_error(
            at.labels.file.string(),
            fmt::format("holds targets ({}), but the network tells classes apart; give labels, or declare a "
                        "regressor",
                        at.labels.array));
    const auto labels = labels_at(at.labels, expected);
    set_labels(set, labels, first_label_in(places, part, labels, expected), expected,
               fmt::format("{}: array {}", at.labels.file.string(), at.labels.array));
    read_examples(set, at.images, expected);
    require_as_many(at, labels.size(), "labels", set.count);
    return set;
}

found_set set_at(std::string name, const fs::path& place, placed places) {
    return {.name = std::move(name),
            .place = place,
            .classes = {},
            .scale = {},
            .load = [places = std::move(places)](split part, const expected_images& expected) {
                return load_npz(places, part, expected);
            }};
}

using array_names = std::vector<std::pair<std::string, std::string>>;

/// What a split's arrays may be called where it has this name, as "train".
using names_for_word = array_names (*)(const std::string& word, bool has_targets);

/// The name that the file has of an array: X_train where it has no x_train.
std::string spelled(const npz_file& file, const std::string& name) {
    if (file.has(name)) return name;
    const auto all = file.arrays();
    const auto found = std::ranges::find(all, name, in_lower_case);
    return found == all.end() ? name : *found;
}

/// The first pair of arrays that a file has whole, also of `others`, which will be refused with their names; or else
/// the first of which it has a part.
std::optional<split_places> pair_in(const npz_file& file, const array_names& known, const array_names& others) {
    const auto places = [&](const auto& names) {
        return split_places{{file.path(), spelled(file, names.first)}, {file.path(), spelled(file, names.second)}};
    };
    for (const auto* names : {&known, &others})
        for (const auto& one : *names)
            if (auto at = places(one); file.has(at.images.array) && file.has(at.labels.array)) return at;
    for (const auto& one : known)
        if (auto at = places(one); file.has(at.images.array) || file.has(at.labels.array)) return at;
    return std::nullopt;
}

/// The arrays of a split, under the first of its names that the file has anything of.
split_places among(const fs::path& file, split part, bool has_targets, names_for_word names) {
    const npz_file opened(file);
    for (const auto& word : names_of(part))
        if (auto found = pair_in(opened, names(word, has_targets), names(word, !has_targets))) return *found;
    if (opened.has("description") && opened.has("images"))
        throw file_error(file.string(), "is a recording, and no data set");
    if (opened.is_model()) throw file_error(file.string(), "is a model's parameters, and no data set");
    std::vector<std::string> pairs;
    for (const auto& [images, labels] : names(name_of(part), has_targets))
        pairs.push_back(fmt::format("{} and {}", images, labels));
    throw file_error(file.string(),
                     fmt::format("has {}; {} were expected",
                                 opened.arrays().empty() ? opened.names() : "the arrays " + opened.names(),
                                 fmt::join(pairs, ", or ")));
}

array_names both_splits_names(const std::string& word, bool has_targets) {
    return {{fmt::format("x_{}", word), fmt::format("y_{}", word)},
            {fmt::format("{}_images", word), fmt::format("{}_{}", word, has_targets ? "targets" : "labels")}};
}

array_names one_split_names(const std::string& word, bool has_targets) {
    auto names = both_splits_names(word, has_targets);
    const array_names plain{{"images", has_targets ? "targets" : "labels"}, {"x", "y"}, {"arr_0", "arr_1"}};
    names.insert(names.begin(), plain.begin(), plain.end());
    return names;
}

/// The file of a split by its name, train.npz or val.npz, if there is one.
std::optional<fs::path> file_of(const fs::path& folder, split part) {
    std::error_code ignored;
    for (const auto& word : names_of(part))
        if (auto file = folder / fmt::format("{}.npz", word); fs::exists(file, ignored)) return file;
    return std::nullopt;
}

/// FOLDER/train.npz and test.npz.
found_set file_for_each_split(const fs::path& folder) {
    return set_at("npz", folder, [folder](split part, bool has_targets) {
        const auto file = file_of(folder, part).value_or(folder / fmt::format("{}.npz", name_of(part)));
        return among(file, part, has_targets, one_split_names);
    });
}

/// Whether a file is that of a split: one that isn't called train or test has the other beside it.
bool is_of_split(const fs::path& file) {
    const auto folder = file.has_parent_path() ? file.parent_path() : fs::path(".");
    for (const auto part : {split::train, split::test})
        for (const auto& word : names_of(part))
            if (file.stem() == word) return word == name_of(part) || file_of(folder, other(part)).has_value();
    return false;
}

/// FOLDER/NAME-train-imgs.npz and three more; `prefix` is "NAME-".
found_set file_for_each_array(const fs::path& folder, const std::string& prefix) {
    const auto name = prefix.empty() ? std::string("npz") : prefix.substr(0, prefix.size() - 1);
    return set_at(name, prefix.empty() ? folder : folder / name, [folder, prefix](split part, bool) {
        const auto file = [&](const char* kind) {
            return folder / fmt::format("{}{}-{}.npz", prefix, name_of(part), kind);
        };
        return split_places{{file("imgs"), "arr_0"}, {file("labels"), "arr_0"}};
    });
}

std::optional<std::string> npz_prefix_in(const std::string& name) {
    for (const auto* rest : {"train-imgs.npz", "train-labels.npz", "test-imgs.npz", "test-labels.npz"})
        if (name.ends_with(rest)) {
            auto prefix = name.substr(0, name.size() - std::string_view(rest).size());
            if (prefix.empty() || prefix.ends_with('-')) return prefix;
        }
    return std::nullopt;
}

/// Whether a file has arrays that a data set has, and isn't one of other numbers: a recording, or a model.
bool holds_examples(const fs::path& file) {
    try {
        const npz_file opened(file);
        for (const auto part : {split::train, split::test})
            for (const bool has_targets : {true, false})
                for (const auto& word : names_of(part))
                    if (pair_in(opened, both_splits_names(word, has_targets), {})) return true;
        return false;
    } catch (const file_error&) {
        return false;  // reported if it is the only one
    }
}

}  // namespace

found_set npz_file_set(const fs::path& file) {
    return set_at(file.stem().string(), file,
                  [file](split part, bool has_targets) { return among(file, part, has_targets, both_splits_names); });
}

found_sets find_npz_sets(const fs::path& folder) {
    std::map<std::string, found_set> found;  // in the order of their names
    std::error_code ignored;
    for (const auto& entry : fs::directory_iterator(folder, ignored)) {
        const auto& file = entry.path();
        const auto name = file.filename().string();
        if (ending_of(file) != ".npz") continue;
        if (is_of_split(file))
            found.try_emplace("", file_for_each_split(folder));
        else if (const auto prefix = npz_prefix_in(name))
            found.try_emplace(*prefix + "-", file_for_each_array(folder, *prefix));
        else
            found.try_emplace(name, npz_file_set(file)).first->second.is_guess = !holds_examples(file);
    }
    found_sets sets;
    for (auto& [name, set] : found) sets.push_back(std::move(set));
    return sets;
}

}  // namespace cortexpr::data
