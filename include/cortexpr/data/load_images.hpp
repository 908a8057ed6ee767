#pragma once
// Data sets in the files that they are published in.

#include <cortexpr/compiler.hpp>

#include <cortexpr/data/labelled_images.hpp>

#include <cstdint>
#include <filesystem>
#include <optional>

namespace cortexpr::data {

/// What a network takes, where files leave a choice. 0, or nothing: as the files have it.
struct expected_images {
    /// The size of one image.
    int channels = 0, height = 0, width = 0;
    int inputs = 0;   ///< of networks without a grid: numbers of a still example, or of each step of a sequence
    int classes = 0;  ///< of the classifier
    int targets = 0;  ///< of the regressor: each example of a file must have that many, and no labels
    std::optional<int> first_label{};                    ///< how the files call class 0; labelled_images::first_label
    std::optional<normalisation> scale{};                ///< used instead of the set's constants
    std::uint64_t limit_bytes = std::uint64_t{4} << 30;  ///< the most pixels (one byte each) that are read
};

/// Loads one split of the data set that lies at `place`: a folder, or an .npz file. Its files' names say what it is.
///
///  - MNIST and all sets in its files: `train-images-idx3-ubyte`, `train-labels-idx1-ubyte`; `t10k-...` or `test-...`.
///    Images of four axes, `idx4-ubyte` or under the same names, have channels: axis 1 or 3, as in .npz files.
///    `.idx3-ubyte` stands for `-idx3-ubyte` (which goes first), and each may end with `.gz` (the file without goes
///    first). A name may stand before: `emnist-letters-train-images-idx3-ubyte`; `place`/emnist-letters then picks that
///    set among others. Images are as the files store them, so EMNIST's are transposed, as torchvision leaves them.
///  - CIFAR-10's and CIFAR-100's binary files. CIFAR-100's fine labels, or the coarse ones if 20 classes are expected.
///  - NumPy's .npz, with unsigned bytes (N, H, W), (N, C, H, W) or (N, H, W, C) and whole-numbered labels, (N) or
///    (N, 1): one file with `x_train`, `y_train`, `x_test`, `y_test` (Keras) or `train_images`, `train_labels`,
///    `test_images`, `test_labels` (MedMNIST); `train.npz` and `test.npz` with `images`, `labels` or `x`, `y`; or
///    Kuzushiji's `kmnist-train-imgs.npz`, `kmnist-train-labels.npz`, and so on. Where `inputs` are expected, also
///    numbers of any kind, (N, inputs), or (N, T, inputs) for sequences of T steps; they are taken as they are, without
///    constants, but for unsigned bytes, which are pixels. Where `targets` are expected, numbers of any kind, (N) or
///    (N, targets), stand in place of labels: `y_train`, `train_targets`, or `targets` and `y` in `train.npz`. Arrays
///    may be named in capitals: `X_train`.
///  - PNG and JPEG images in `train`/CLASS and `test`/CLASS, also `Train` and `Test`; classes in the order of their
///    names. One channel is luma (ITU-R 601-2, the bits of Python's Pillow) where the network takes one; grey is
///    repeated where it takes three.
///
/// In folders, and in .npz files and their names, `training` stands for `train`, and for `test`, in this order,
/// `testing`, `val`, `valid` and `validation`.
///
/// The files lie in `place`, or else in its `raw` or `gzip`, in `raw` or `gzip` of a folder in it (torchvision's
/// MNIST/raw, EMNIST/raw, EMNIST's own gzip), or in `cifar-10-batches-bin`, `cifar-100-binary`. If several sets are
/// found at once, the one is taken whose number of classes is expected.
///
/// Classes: what the files say (EMNIST's names, CIFAR, folders), else what is expected; a label that has no class is
/// refused. Labels that count from 1 become classes from 0: EMNIST's letters, unless 27 classes are expected, and sets
/// where no label of either split is 0 and the largest is the number of expected classes.
///
/// Constants: `expected.scale`, else those that are published: Fashion-MNIST's, KMNIST's and CIFAR's in the folders
/// above, MNIST's for all other grey files of MNIST's names without another name before. Else they are measured from
/// the training split.
/// \throws file_error   nothing is there that is known (the text lists what was looked for), several sets fit, files
///                      are missing, unsound, larger than the limit, or disagree with one another
/// \throws usage_error  expected.scale is for another number of channels
labelled_images load_images(const std::filesystem::path& place, split part, const expected_images& expected = {});

/// Mean and standard deviation of MNIST's training pixels.
inline constexpr channel_scale mnist_scale{0.1307F, 0.3081F};

}  // namespace cortexpr::data
