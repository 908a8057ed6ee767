// MNIST and the sets that are written in its files. Sources: http://yann.lecun.com/exdb/mnist; EMNIST: G. Cohen,
// S. Afshar, J. Tapson, A. van Schaik, "EMNIST: an extension of MNIST to handwritten letters", 2017; QMNIST: C. Yadav,
// L. Bottou, "Cold case: the lost MNIST digits", 2019.

#include "image_axes.hpp"
#include "image_sets.hpp"
#include "labels.hpp"

#include <cortexpr/data/idx.hpp>

#include <fmt/format.h>

#include <array>
#include <map>
#include <string_view>
#include <system_error>
#include <utility>

namespace cortexpr::data {

namespace fs = std::filesystem;

namespace {

/// `prefix` of the set, with its dash, or "".
struct idx_files {
    fs::path folder;
    std::string prefix;
};

/// QMNIST's labels: a row for each digit, whose first column is its class.
constexpr std::string_view extended_labels = "idx2-int";

constexpr std::array kinds{std::string_view("images"), std::string_view("labels")};

std::vector<std::string> words_of(split part) {
    return part == split::train ? std::vector<std::string>{"train"} : std::vector<std::string>{"t10k", "test"};
}

/// What the files of a kind hold, as their names say it: colours have a fourth axis.
std::vector<std::string_view> formats_of(std::string_view kind) {
    if (kind == "images") return {"idx3-ubyte", "idx4-ubyte"};
    return {"idx1-ubyte"};
}

/// What may stand between "train-images" and the end of a name, in the order in which files are taken.
std::vector<std::string> endings_of(std::string_view kind) {
    std::vector<std::string> endings;
    for (const auto format : formats_of(kind))
        for (const char* mark : {"-", "."})
            for (const char* packed : {"", ".gz"}) endings.push_back(fmt::format("{}{}{}", mark, format, packed));
    if (kind == "labels")
        for (const char* packed : {"", ".gz"}) endings.push_back(fmt::format("-{}{}", extended_labels, packed));
    return endings;
}

/// The prefix, if a name is that of such a file.
std::optional<std::string> idx_prefix_in(const std::string& name) {
    for (const auto part : {split::train, split::test})
        for (const auto& word : words_of(part))
            for (const auto kind : kinds)
                for (const auto& ending : endings_of(kind)) {
                    const auto rest = fmt::format("{}-{}{}", word, kind, ending);
                    if (!name.ends_with(rest)) continue;
                    auto prefix = name.substr(0, name.size() - rest.size());
                    if (prefix.empty() || prefix.ends_with('-')) return prefix;
                }
    return std::nullopt;
}

/// The file with the images or labels of a split; nothing if there is none.
std::optional<fs::path> located(const idx_files& files, std::string_view word, std::string_view kind) {
    std::error_code ignored;
    for (const auto& ending : endings_of(kind)) {
        auto path = files.folder / fmt::format("{}{}-{}{}", files.prefix, word, kind, ending);
        if (fs::exists(path, ignored) && !fs::is_directory(path, ignored)) return path;
    }
    return std::nullopt;
}

/// "test" where only such files are there, else "t10k".
std::string word_of(const idx_files& files, split part) {
    for (const auto& word : words_of(part))
        for (const auto kind : kinds)
            if (located(files, word, kind)) return word;
    return words_of(part).front();
}

fs::path required(const idx_files& files, split part, std::string_view kind) {
    const auto word = word_of(files, part);
    if (const auto path = located(files, word, kind)) return *path;
    std::vector<std::string> names;
    for (const auto& ending : endings_of(kind))
        names.push_back(fmt::format("{}{}-{}{}", files.prefix, word, kind, ending));
    throw file_error(files.folder.string(), fmt::format("holds none of {}", fmt::join(names, ", ")));
}

std::vector<std::int64_t> labels_in(const fs::path& file) {
    if (file.filename().string().find(extended_labels) != std::string::npos) {
        const auto rows = read_idx_integers(file, 2);
        if (rows.shape[1] == 0) throw file_error(file.string(), "holds rows of labels without columns");
        std::vector<std::int64_t> labels;
        for (std::size_t first = 0; first < rows.values.size(); first += rows.shape[1])
            labels.push_back(rows.values[first]);
        return labels;
    }
    const auto array = read_idx(file, 1);
    return {array.bytes.begin(), array.bytes.end()};
}

/// EMNIST's splits and their classes.
const std::map<std::string_view, int> emnist_classes{{"emnist-mnist-", 10},   {"emnist-digits-", 10},
                                                     {"emnist-letters-", 26}, {"emnist-balanced-", 47},
                                                     {"emnist-bymerge-", 47}, {"emnist-byclass-", 62}};
constexpr std::string_view letters = "emnist-letters-";
constexpr int letters_from_0 = 27;  // torchvision's: no letter has the label 0

std::vector<int> classes_of(const std::string& prefix) {
    if (prefix == letters) return {26, letters_from_0};
    const auto found = emnist_classes.find(prefix);
    return found == emnist_classes.end() ? std::vector<int>{} : std::vector{found->second};
}

int first_label_in(const idx_files& files, split part, std::span<const std::int64_t> labels,
                   const expected_images& expected) {
    if (files.prefix == letters) return expected.classes == letters_from_0 ? 0 : 1;
    label_range both;
    both.add(labels);
    if (both.least >= 1 && !expected.first_label)  // the other split must be read alike
        if (const auto file = located(files, word_of(files, other(part)), "labels")) both.add(labels_in(*file));
    return first_label_of(both, expected);
}

labelled_images load_idx(const idx_files& files, split part, const expected_images& expected) {
    const auto image_file = required(files, part, "images");
    const auto label_file = required(files, part, "labels");
    const auto labels = labels_in(label_file);
    labelled_images set;
    const auto known = classes_of(files.prefix);
    if (!known.empty())
        set.classes = files.prefix == letters && expected.classes == letters_from_0 ? letters_from_0 : known.front();
    set_labels(set, labels, first_label_in(files, part, labels, expected), expected, label_file.string());

    auto images = read_idx(image_file, 3, 4, expected.limit_bytes);
    if (images.shape[0] != labels.size())
        throw file_error(label_file.string(), fmt::format("holds {} labels, but {} holds {} images", labels.size(),
                                                          image_file.string(), images.shape[0]));
    const std::vector<std::uint64_t> shape(images.shape.begin(), images.shape.end());
    set_images(
        set, shape, expected, [&](const std::string& reason) { throw file_error(image_file.string(), reason); },
        [&] { return std::move(images.bytes); });
    return set;
}

/// Sets that torchvision's folders, NAME/raw, tell apart, and mean and deviation of their training pixels.
const std::map<std::string_view, channel_scale> by_folder{
    {"MNIST", mnist_scale}, {"FashionMNIST", {0.2860F, 0.3530F}}, {"KMNIST", {0.1918F, 0.3483F}}};

std::string_view name_by_folder(const fs::path& folder) {
    if (folder.filename() == "raw" && folder.has_parent_path())
        if (const auto found = by_folder.find(folder.parent_path().filename().string()); found != by_folder.end())
            return found->first;
    return "MNIST";
}

}  // namespace

found_sets find_idx_sets(const fs::path& folder) {
    std::map<std::string, idx_files> by_prefix;
    std::error_code ignored;
    for (const auto& entry : fs::directory_iterator(folder, ignored))
        if (const auto prefix = idx_prefix_in(entry.path().filename().string()); prefix && !entry.is_directory(ignored))
            by_prefix.try_emplace(*prefix, idx_files{folder, *prefix});
    found_sets found;
    for (const auto& [prefix, files] : by_prefix) {
        const bool is_plain = prefix.empty();
        const auto name = is_plain ? std::string(name_by_folder(folder)) : prefix.substr(0, prefix.size() - 1);
        found.push_back(
            {.name = name,
             .place = is_plain ? folder : folder / name,
             .classes = classes_of(prefix),
             .scale = is_plain ? std::optional<normalisation>(by_folder.at(name)) : std::nullopt,
             .load = [files](split part, const expected_images& expected) { return load_idx(files, part, expected); }});
    }
    return found;
}

}  // namespace cortexpr::data
