#pragma once
// MNIST: 60000 + 10000 handwritten digits of 28x28 pixels (Y. LeCun, C. Cortes, C. J. C. Burges).

#include <cortexpr/compiler.hpp>

#include <cortexpr/data/labelled_images.hpp>
#include <filesystem>

namespace cortexpr::data {

/// Mean and standard deviation of MNIST's training pixels.
inline constexpr normalisation mnist_scale{0.1307F, 0.3081F};

/// Loads one split of MNIST, or of any data set in the same files and classes (a subset, Fashion-MNIST, KMNIST), from
/// `directory` or from torchvision's `directory/MNIST/raw`:
/// `train-images-idx3-ubyte`, `train-labels-idx1-ubyte`, or `t10k-...`, each as it is or with `.gz`.
/// \throws file_error  a file is not there (the text lists what was looked for) or unsound (see read_idx), the numbers
///                     of images and labels differ, there are none, or a label is not below 10
labelled_images load_mnist(const std::filesystem::path& directory, split part);

}  // namespace cortexpr::data
