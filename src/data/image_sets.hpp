#pragma once
// What load_images.cpp and the readers of each format share.

#include <cortexpr/data/load_images.hpp>

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace cortexpr::data {

/// A data set that was found by the names of its files, and isn't read yet.
struct found_set {
    std::string name;                    ///< "MNIST", "emnist-letters"
    std::filesystem::path place;         ///< its folder, its file, or FOLDER/NAME
    std::vector<int> classes;            ///< the numbers that its format can have; none: the format doesn't say
    std::optional<normalisation> scale;  ///< its constants, where they are known
    /// Without `scale` and `source`.
    std::function<labelled_images(split, const expected_images&)> load;
    bool is_guess = false;  ///< the file has an ending of data sets, and none of their arrays
};

using found_sets = std::vector<found_set>;

/// Each finds the sets of its format whose files lie in this folder itself.
found_sets find_idx_sets(const std::filesystem::path& folder);
found_sets find_cifar(const std::filesystem::path& folder);
found_sets find_npz_sets(const std::filesystem::path& folder);
found_sets find_image_folder(const std::filesystem::path& folder);

/// CIFAR's Python version in a folder: which set, and the archive of its binary version; empty where there is none.
struct pickled_cifar {
    std::string_view name{}, binary_archive{};
};
pickled_cifar pickled_cifar_in(const std::filesystem::path& folder);

/// An .npz file with both splits. \throws file_error  it isn't one
found_set npz_file_set(const std::filesystem::path& file);

inline const char* name_of(split part) { return part == split::train ? "train" : "test"; }
/// What sets call a split, in the order in which it is taken.
inline std::vector<std::string> names_of(split part) {
    if (part == split::train) return {"train", "training"};
    return {"test", "testing", "val", "valid", "validation"};
}
inline split other(split part) { return part == split::train ? split::test : split::train; }

}  // namespace cortexpr::data
