#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cortexpr/data/idx.hpp>
#include <cortexpr/data/mnist.hpp>
#include <limits>
#include <string>
#include <system_error>

namespace cortexpr::data {

namespace fs = std::filesystem;

namespace {

constexpr int mnist_classes = 10;

fs::path locate(const fs::path& directory, const std::string& name) {
    std::error_code ignored;
    if (!fs::is_directory(directory, ignored))
        throw file_error(directory.string(), "is not a folder, so it holds no data set");
    for (const fs::path& folder : {directory, directory / "MNIST" / "raw"}) {
        for (const char* ending : {"", ".gz"}) {
            if (fs::exists(folder / (name + ending), ignored)) return folder / (name + ending);
        }
    }
    throw file_error(directory.string(),
                     fmt::format("holds neither {0} nor {0}.gz, nor has it a folder MNIST/raw with one of them", name));
}

}  // namespace

labelled_images load_mnist(const fs::path& directory, split part) {
    const std::string prefix = part == split::train ? "train" : "t10k";
    const fs::path image_file = locate(directory, prefix + "-images-idx3-ubyte");
    const fs::path label_file = locate(directory, prefix + "-labels-idx1-ubyte");
    idx_array labels = read_idx(label_file, 1);
    idx_array images = read_idx(image_file, 3);

    constexpr std::uint32_t largest = std::numeric_limits<int>::max();
    if (std::ranges::any_of(images.shape, [](std::uint32_t size) { return size == 0 || size > largest; })) {
        throw file_error(image_file.string(),
                         fmt::format("holds no images: its sizes are {}", fmt::join(images.shape, "x")));
    }
    if (images.shape[0] != labels.shape[0]) {
        throw file_error(label_file.string(), fmt::format("holds {} labels, but {} holds {} images", labels.shape[0],
                                                          image_file.string(), images.shape[0]));
    }
    const auto wrong = std::ranges::find_if(labels.bytes, [](std::uint8_t label) { return label >= mnist_classes; });
    if (wrong != labels.bytes.end()) {
        throw file_error(label_file.string(), fmt::format("has the label {} at index {}, labels below {} were expected",
                                                          *wrong, wrong - labels.bytes.begin(), mnist_classes));
    }

    labelled_images set;
    set.count = static_cast<int>(images.shape[0]);
    set.channels = 1;
    set.height = static_cast<int>(images.shape[1]);
    set.width = static_cast<int>(images.shape[2]);
    set.classes = mnist_classes;
    set.pixels = std::move(images.bytes);
    set.labels = std::move(labels.bytes);
    set.scale = mnist_scale;
    set.source = fmt::format("MNIST {}, {}", part == split::train ? "train" : "test", directory.string());
    return set;
}

}  // namespace cortexpr::data
