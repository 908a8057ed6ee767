#pragma once
// The data that a command line names.

#include <cortexpr/data/labelled_images.hpp>
#include <cortexpr/data/mnist.hpp>

#include <optional>
#include <string>

namespace cortexpr::application {

/// One split of the set in a folder, or its first `limit` images. \throws file_error
data::labelled_images load_images(const std::string& folder, data::split part, std::optional<int> limit);

/// A short text that tells data sets apart: 16 hexadecimal digits over sizes, pixels and labels.
std::string fingerprint(const data::labelled_images& images);

}  // namespace cortexpr::application
