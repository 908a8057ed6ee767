// CIFAR-10 and CIFAR-100 (A. Krizhevsky). Source of the format: https://www.cs.toronto.edu/~kriz/cifar.html, "Binary
// version": records of one or two label bytes and 3 x 32 x 32 pixels, channels first.

#include "image_sets.hpp"
#include "labels.hpp"

#include "../io/byte_stream.hpp"

#include <fmt/format.h>

#include <system_error>

namespace cortexpr::data {

namespace fs = std::filesystem;

namespace {

constexpr int channels = 3, side = 32;
constexpr std::size_t image_bytes = std::size_t{channels} * side * side;

/// One of the two sets.
struct variant {
    const char* name;
    std::vector<std::string> train_files, test_files;
    std::size_t label_bytes;  ///< CIFAR-100: coarse, then fine
    std::vector<int> classes;
    normalisation scale;  ///< of the training split
};

const variant cifar_10{
    "CIFAR-10",
    {"data_batch_1.bin", "data_batch_2.bin", "data_batch_3.bin", "data_batch_4.bin", "data_batch_5.bin"},
    {"test_batch.bin"},
    1,
    {10},
    normalisation({{0.4914F, 0.2470F}, {0.4822F, 0.2435F}, {0.4465F, 0.2616F}})};
constexpr int fine_classes = 100, coarse_classes = 20;
const variant cifar_100{"CIFAR-100",
                        {"train.bin"},
                        {"test.bin"},
                        2,
                        {fine_classes, coarse_classes},
                        normalisation({{0.5071F, 0.2673F}, {0.4865F, 0.2564F}, {0.4409F, 0.2762F}})};

/// The file of that name, or its gzipped form; the name itself where neither is there.
fs::path located(const fs::path& folder, const std::string& name) {
    std::error_code ignored;
    for (const char* packed : {"", ".gz"})
        if (const auto path = folder / (name + packed); fs::is_regular_file(path, ignored)) return path;
    return folder / name;
}

/// The files of a split, as they are to be read.
struct record_files {
    const variant& kind;
    const fs::path& folder;
    const expected_images& expected;
    std::vector<fs::path> paths;

    record_files(const variant& of, const fs::path& where, split part, const expected_images& wanted)
        : kind(of), folder(where), expected(wanted), paths() {
        for (const auto& name : part == split::train ? kind.train_files : kind.test_files)
            paths.push_back(located(folder, name));
    }
    std::size_t record() const { return kind.label_bytes + image_bytes; }
    bool is_coarse() const { return kind.label_bytes == 2 && expected.classes == coarse_classes; }

    void check_size(std::uint64_t bytes) const {
        if (bytes > expected.limit_bytes)
            throw file_error(folder.string(), fmt::format("holds {} bytes of images, more than the limit of {}", bytes,
                                                          expected.limit_bytes));
    }
    /// The sum of what files that aren't zipped state, checked before memory is taken.
    std::uint64_t stated_bytes() const {
        std::uint64_t bytes = 0;
        for (const auto& path : paths) {
            const io::byte_stream stream(path);
            const auto size = stream.file().size();
            if (stream.zipped()) continue;
            if (size == 0 || size % record() != 0)
                stream.file().refuse(fmt::format("holds {} bytes, which are no whole number of {}'s records of {}",
                                                 size, kind.name, record()));
            bytes += size;
        }
        check_size(bytes);
        return bytes;
    }
    /// Adds the pixels of a file to the set's, and sets its labels to the file's.
    void read(const fs::path& path, labelled_images& set) const {
        io::byte_stream stream(path);
        std::vector<std::uint8_t> one(record());
        std::vector<std::int64_t> labels;
        while (const auto found = stream.read(one)) {
            if (found < one.size())
                stream.file().refuse(fmt::format("ends within one of {}'s records of {} bytes", kind.name, one.size()));
            labels.push_back(one[is_coarse() ? 0 : kind.label_bytes - 1]);
            set.pixels.insert(set.pixels.end(), one.begin() + static_cast<std::ptrdiff_t>(kind.label_bytes), one.end());
            check_size(set.pixels.size());
        }
        if (labels.empty()) stream.file().refuse("holds no images");
        set_labels(set, labels, 0, expected, path.string());
    }
};

labelled_images load(const variant& kind, const fs::path& folder, split part, const expected_images& expected) {
    const record_files files(kind, folder, part, expected);
    labelled_images set{
        .channels = channels, .height = side, .width = side, .pixels = {}, .labels = {}, .scale = {}, .source = {}};
    set.classes = files.is_coarse() ? coarse_classes : kind.classes.front();
    set.pixels.reserve(files.stated_bytes() / files.record() * image_bytes);
    std::vector<std::uint8_t> labels;
    for (const auto& path : files.paths) {
        files.read(path, set);
        labels.insert(labels.end(), set.labels.begin(), set.labels.end());
    }
    set.labels = std::move(labels);
    set.count = static_cast<int>(set.labels.size());
    return set;
}

bool is_there(const variant& kind, const fs::path& folder) {
    std::error_code ignored;
    for (const auto* names : {&kind.train_files, &kind.test_files})
        for (const auto& name : *names)
            if (fs::is_regular_file(located(folder, name), ignored)) return true;
    return false;
}

}  // namespace

pickled_cifar pickled_cifar_in(const fs::path& folder) {
    std::error_code ignored;
    const auto has = [&](const char* name) { return fs::is_regular_file(folder / name, ignored); };
    if (has("data_batch_1") || has("test_batch")) return {cifar_10.name, "cifar-10-binary.tar.gz"};
    if (has("meta") && (has("train") || has("test"))) return {cifar_100.name, "cifar-100-binary.tar.gz"};
    return {};
}

found_sets find_cifar(const fs::path& folder) {
    found_sets found;
    for (const auto* kind : {&cifar_10, &cifar_100})
        if (is_there(*kind, folder))
            found.push_back({.name = kind->name,
                             .place = folder,
                             .classes = kind->classes,
                             .scale = kind->scale,
                             .load = [kind, folder](split part, const expected_images& expected) {
                                 return load(*kind, folder, part, expected);
                             }});
    return found;
}

}  // namespace cortexpr::data
