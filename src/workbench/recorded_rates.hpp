#pragma once
// What figures show of a recording: rates, and no logits.

#include <cortexpr/workbench/record.hpp>

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

namespace cortexpr::workbench {

struct recorded_rates {
    std::string name;
    int first_step = 1;
    at::Tensor
        values;  ///< (images, steps, subtypes, rows, columns), or (images, steps, cells); of one image, (steps, ...)
};

/// The number of the image that was recorded first.
std::int64_t first_image(const recording_file& recording);

/// Visits the rates of all images, or of one, by its number in the set: one array after the other, since a recording
/// may be larger than the memory. \throws file_error; usage_error  nothing of the kind was recorded, or no such image
void for_each_rates(const recording_file& recording, std::optional<std::int64_t> image,
                    const std::function<void(const recorded_rates&)>& visit);

/// The same of a network of areas. \throws usage_error  also where cells without places were recorded
void for_each_map(const recording_file& recording, std::optional<std::int64_t> image,
                  const std::function<void(const recorded_rates&)>& visit);

}  // namespace cortexpr::workbench
