#include <cortexpr/data/load_images.hpp>

#include "../ending.hpp"
#include "../io/input_file.hpp"
#include "../io/run_file.hpp"
#include "image_sets.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <iterator>
#include <string_view>
#include <system_error>

namespace cortexpr::data {

namespace fs = std::filesystem;

namespace {

found_sets found_in(const fs::path& folder) {
    found_sets all;
    for (const auto find : {find_idx_sets, find_cifar, find_npz_sets, find_image_folder})
        std::ranges::move(find(folder), std::back_inserter(all));
    return all;
}

/// Where unpacking tools and torchvision put files below the folder that they are given.
std::vector<fs::path> folders_below(const fs::path& folder) {
    std::vector<fs::path> below{folder / "cifar-10-batches-bin", folder / "cifar-100-binary"};
    std::error_code ignored;
    for (const auto* name : {"raw", "gzip"}) {  // EMNIST's archive unpacks to gzip
        below.push_back(folder / name);
        for (const auto& entry : fs::directory_iterator(folder, ignored)) below.push_back(entry.path() / name);
    }
    std::erase_if(below, [&](const fs::path& path) { return !fs::is_directory(path, ignored); });
    std::ranges::sort(below);
    return below;
}

found_sets found_under(const fs::path& folder) {
    auto found = found_in(folder);
    if (found.empty())
        for (const auto& below : folders_below(folder)) std::ranges::move(found_in(below), std::back_inserter(found));
    return found;
}

/// What --data would be to mean this set only: FOLDER/NAME, or a file.
fs::path own_place(const found_set& set) {
    std::error_code ignored;
    return fs::is_directory(set.place, ignored) ? set.place / set.name : set.place;
}

/// Of a file that is given in the place of a data set.
std::string what_it_is_instead(const fs::path& file) {
    const auto name = file.filename().string();
    for (const std::string_view own : {io::run_file::model, io::run_file::checkpoint, io::run_file::previous_checkpoint,
                                       io::run_file::settings, io::run_file::curves, io::run_file::curve_lines,
                                       io::run_file::events, io::run_file::plot, io::run_file::summary})
        if (name == own) return "is a file of a run, and no data set; give a folder, or an .npz file, with images";
    std::error_code ignored;
    if (ending_of(file) == ".npy" && fs::exists(file.string() + ".json", ignored))  // where its description lies
        return "is a recording, and no data set; give a folder, or an .npz file, with images";
    constexpr const char* no_set = "is not a folder and no .npz file, so it holds no data set";
    const auto folder = file.has_parent_path() ? file.parent_path() : fs::path(".");
    auto beside = found_in(folder);
    std::erase_if(beside, std::mem_fn(&found_set::is_guess));
    return beside.size() == 1 ? fmt::format("{}; its folder does, {}", no_set, folder.string()) : no_set;
}

found_sets found_at(const fs::path& place) {
    std::error_code ignored;
    if (fs::is_directory(place, ignored)) return found_under(place);
    if (fs::exists(place, ignored)) {
        if (ending_of(place) == ".npz") return {npz_file_set(place)};
        throw file_error(place.string(), what_it_is_instead(place));
    }
    // FOLDER/NAME: of the sets in the folder, that of this name.
    const auto folder = place.has_parent_path() ? place.parent_path() : fs::path(".");
    auto found = fs::is_directory(folder, ignored) ? found_under(folder) : found_sets{};
    std::erase_if(found, [&](const found_set& set) { return own_place(set).filename() != place.filename(); });
    if (found.empty())
        throw file_error(place.string(), "there is no such file or folder; give one that holds a data set");
    return found;
}

bool may_have(const found_set& set, int classes) {
    return set.classes.empty() || std::ranges::find(set.classes, classes) != set.classes.end();
}

/// Of what torchvision unpacks, which is known by its names and not read.
void refuse_pickles(const fs::path& place) {
    for (const auto& folder : {place, place / "cifar-10-batches-py", place / "cifar-100-python"})
        if (const auto pickled = pickled_cifar_in(folder); !pickled.name.empty())
            throw file_error(folder.string(),
                             fmt::format("holds {0} in its Python version, pickles, which are not read; get the binary "
                                         "version, {1}, from https://www.cs.toronto.edu/~kriz/cifar.html",
                                         pickled.name, pickled.binary_archive));
}

found_set the_one(const fs::path& place, found_sets found, int classes) {
    if (found.empty()) refuse_pickles(place);
    if (found.empty())
        throw file_error(place.string(),
                         "holds no data set: neither train-images-idx3-ubyte (or .idx3-ubyte, idx4, .gz, with a name "
                         "before) nor CIFAR's data_batch_1.bin or train.bin, an .npz file, or images in train/CLASS, "
                         "here or in raw, */raw, gzip, */gzip, cifar-10-batches-bin, cifar-100-binary");
    if (!std::ranges::all_of(found, &found_set::is_guess)) std::erase_if(found, std::mem_fn(&found_set::is_guess));
    if (found.size() > 1 && std::ranges::any_of(found, [&](const auto& set) { return may_have(set, classes); }))
        std::erase_if(found, [&](const found_set& set) { return !may_have(set, classes); });
    if (found.size() > 1) {
        std::vector<std::string> places;
        for (const auto& set : found) places.push_back(own_place(set).string());
        throw file_error(place.string(), fmt::format("holds several data sets that may be meant; give one of {}",
                                                     io::first_names(places, 8)));
    }
    return std::move(found.front());
}

normalisation measured(const found_set& set, const labelled_images& loaded, split part,
                       const expected_images& expected) {
    if (loaded.has_numbers()) return {};
    if (part == split::train) return measured_scale(loaded);
    try {
        return measured_scale(set.load(split::train, expected));
    } catch (const file_error& problem) {
        throw file_error(
            set.place.string(),
            fmt::format("needs a training split to measure mean and deviation, or both given ({})", problem.what()));
    }
}

}  // namespace

labelled_images load_images(const fs::path& place, split part, const expected_images& expected) {
    const auto set = the_one(place, found_at(place), expected.classes);
    auto images = set.load(part, expected);
    if (expected.targets > 0 && !images.has_targets())
        throw file_error(place.string(), fmt::format("holds labels ({}), but the network fits {} targets; give an .npz "
                                                     "file with {}_images and {}_targets",
                                                     set.name, expected.targets, name_of(part), name_of(part)));
    images.source = fmt::format("{} {}, {}", set.name, name_of(part), place.string());
    if (expected.scale)
        images.scale = *expected.scale;
    else if (set.scale && set.scale->channels.size() == static_cast<std::size_t>(images.channels))
        images.scale = *set.scale;
    else  // none are published, or for other images: colours in MNIST's files
        images.scale = measured(set, images, part, expected);
    require_scale(images);
    return images;
}

}  // namespace cortexpr::data
