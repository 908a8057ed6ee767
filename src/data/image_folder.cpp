// Pictures in a folder for each class, as torchvision's ImageFolder reads them.

#include "../ending.hpp"
#include "labels.hpp"
#include "picture.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <system_error>

namespace cortexpr::data {

namespace fs = std::filesystem;

namespace {

/// The folder of a split, if there is one: also Train or TEST.
std::optional<fs::path> folder_of(const fs::path& root, split part) {
    std::error_code ignored;
    std::vector<fs::path> folders;
    for (const auto& entry : fs::directory_iterator(root, ignored))
        if (entry.is_directory(ignored)) folders.push_back(entry.path());
    std::ranges::sort(folders);
    for (const auto& name : names_of(part)) {
        if (fs::is_directory(root / name, ignored)) return root / name;
        const auto found = std::ranges::find(
            folders, name, [](const fs::path& folder) { return in_lower_case(folder.filename().string()); });
        if (found != folders.end()) return *found;
    }
    return std::nullopt;
}

/// What editors, notebooks and archivers keep beside images.
bool is_hidden(const fs::path& path) {
    const auto name = path.filename().string();
    return name.starts_with('.') || name == "__MACOSX";
}

/// Names of the classes, sorted as Python sorts them: by code point.
std::vector<std::string> classes_in(const fs::path& folder) {
    std::vector<std::string> names;
    for (const auto& entry : fs::directory_iterator(folder))
        if (entry.is_directory() && !is_hidden(entry.path())) names.push_back(entry.path().filename().string());
    std::ranges::sort(names);
    return names;
}

/// Whether a link below `root` leads to a folder in which it lies itself, so that a walk would have no end.
bool leads_above(const fs::path& link, const fs::path& root) {
    for (auto folder = link.parent_path();; folder = folder.parent_path()) {
        if (fs::equivalent(folder, link)) return true;
        if (folder == root || folder.empty()) break;
    }
    const auto target = fs::canonical(link), whole = fs::canonical(root);
    return std::ranges::mismatch(target, whole).in1 == target.end();
}

std::vector<fs::path> pictures_in(const fs::path& folder) {
    std::vector<fs::path> files;
    fs::recursive_directory_iterator walk(folder, fs::directory_options::follow_directory_symlink);
    for (; walk != fs::recursive_directory_iterator(); ++walk) {
        const auto& entry = *walk;
        if (is_hidden(entry.path())) {
            walk.disable_recursion_pending();
            continue;
        }
        if (entry.is_directory()) {
            if (entry.is_symlink() && leads_above(entry.path(), folder))
                throw file_error(entry.path().string(), "is a link to a folder above it");
            continue;
        }
        const bool is_file = entry.is_regular_file();
        if (!is_file && (is_picture(entry.path()) || is_foreign_picture(entry.path())))
            throw file_error(entry.path().string(), entry.is_symlink() ? "is a link that leads to no file"
                                                                       : "has the name of a picture, but is no file");
        if (!is_file) continue;
        if (is_foreign_picture(entry.path()))
            throw file_error(entry.path().string(), "is a picture in a format that isn't read; PNG and JPEG are");
        if (is_picture(entry.path())) files.push_back(entry.path());
    }
    std::ranges::sort(files);
    if (files.empty()) throw file_error(folder.string(), "is the folder of a class without a PNG or JPEG image");
    return files;
}

/// The training split's classes, where it is there, so that labels mean the same in both.
std::vector<std::string> classes_of(const fs::path& root, const fs::path& folder) {
    const auto train = folder_of(root, split::train);
    auto classes = classes_in(train.value_or(folder));
    if (std::ssize(classes) > most_classes)
        throw file_error(root.string(),
                         fmt::format("has {} classes, but at most {} can be read", classes.size(), most_classes));
    for (const auto& name : classes_in(folder))
        if (std::ranges::find(classes, name) == classes.end())
            throw file_error((folder / name).string(), "is a class that the training split doesn't have");
    return classes;
}

/// Grey is enough for a network of as many inputs as there are pixels.
int channels_for(const expected_images& expected, const picture& read) {
    const auto pixels = static_cast<std::int64_t>(read.height) * read.width;
    return expected.channels == 1 || (expected.inputs > 0 && expected.inputs == pixels) ? 1 : 3;
}

struct labelled_file {
    fs::path file;
    std::uint8_t label = 0;
    std::size_t number = 0;  ///< within its class
};

/// One of each class after the other, so that the first images of a set are of all classes, as in the other formats.
std::vector<labelled_file> files_in(const fs::path& folder, const std::vector<std::string>& classes) {
    std::vector<labelled_file> all;
    for (std::size_t label = 0; label < classes.size(); ++label) {
        if (!fs::is_directory(folder / classes[label])) continue;  // a small split may lack a class
        std::size_t number = 0;
        for (auto& file : pictures_in(folder / classes[label]))
            all.push_back({std::move(file), static_cast<std::uint8_t>(label), number++});
    }
    std::ranges::stable_sort(all, {}, &labelled_file::number);
    return all;
}

labelled_images load(const fs::path& root, split part, const expected_images& expected) {
    const auto folder = folder_of(root, part);
    if (!folder)
        throw file_error(root.string(), fmt::format("has no folder {} with images", fmt::join(names_of(part), " or ")));
    const auto classes = classes_of(root, *folder);
    const auto all = files_in(*folder, classes);
    labelled_images set;
    set.classes = static_cast<int>(classes.size());
    std::string first;
    for (const auto& [file, label, number] : all) {
        const auto read = read_picture(file, expected.limit_bytes);
        if (first.empty()) {
            first = file.string();
            set.height = read.height;
            set.width = read.width;
            set.channels = channels_for(expected, read);
            if (all.size() * set.image_size() > expected.limit_bytes)
                throw file_error(root.string(), fmt::format("has {} images of {} bytes, more than the limit of {}",
                                                            all.size(), set.image_size(), expected.limit_bytes));
            set.pixels.reserve(all.size() * set.image_size());
        }
        if (read.height != set.height || read.width != set.width)
            throw file_error(file.string(),
                             fmt::format("is {}x{} pixels (height x width), but {} is {}x{}; make all of one size",
                                         read.height, read.width, first, set.height, set.width));
        const auto planes = planes_of(read, set.channels);
        set.pixels.insert(set.pixels.end(), planes.begin(), planes.end());
        set.labels.push_back(label);
    }
    set.count = static_cast<int>(set.labels.size());
    return set;
}

bool has_picture(const fs::path& folder) {
    std::error_code ignored;
    fs::recursive_directory_iterator walk(folder, fs::directory_options::follow_directory_symlink, ignored);
    for (; walk != fs::recursive_directory_iterator(); walk.increment(ignored)) {
        const auto& file = *walk;
        if (is_picture(file.path()) || is_foreign_picture(file.path())) return true;
        if (file.is_symlink(ignored) && file.is_directory(ignored) && leads_above(file.path(), folder))
            walk.disable_recursion_pending();
    }
    return false;
}

/// Folders of other programs are called Testing, too: those of rarer names have to hold pictures.
bool holds_classes(const fs::path& root) {
    for (const auto part : {split::train, split::test}) {
        const auto folder = folder_of(root, part);
        if (!folder) continue;
        const auto name = folder->filename();
        const bool is_common = name == "train" || name == "test" || name == "val";
        std::error_code ignored;
        if (std::ranges::any_of(fs::directory_iterator(*folder, ignored), [&](const fs::directory_entry& entry) {
                return entry.is_directory(ignored) && !is_hidden(entry.path()) &&
                       (is_common || has_picture(entry.path()));
            }))
            return true;
    }
    return false;
}

}  // namespace

found_sets find_image_folder(const fs::path& folder) {
    if (!holds_classes(folder)) return {};
    return {{.name = "images",
             .place = folder,
             .classes = {},
             .scale = {},
             .load = [folder](split part, const expected_images& expected) {
                 try {
                     return load(folder, part, expected);
                 } catch (const fs::filesystem_error& problem) {
                     throw file_error(problem.path1().string(), "can't be read (" + problem.code().message() + ")");
                 }
             }}};
}

}  // namespace cortexpr::data
