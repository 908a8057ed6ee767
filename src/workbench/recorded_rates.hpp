#pragma once
// What figures show of a recording: rates, and no logits.

#include <cortexpr/workbench/record.hpp>

#include <ATen/core/Tensor.h>

#include <optional>
#include <string>
#include <vector>

namespace cortexpr::workbench {

struct recorded_rates {
    std::string name;
    int first_step = 1;
    at::Tensor values;  ///< (images, steps, subtypes, rows, columns); of one image, (steps, ...)
};

/// Of all images, or of one. \throws file_error; usage_error  nothing of the kind was recorded, or no such image
std::vector<recorded_rates> rates_in(const recording_file& recording, std::optional<int> image = {});

}  // namespace cortexpr::workbench
