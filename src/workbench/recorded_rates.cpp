#include "recorded_rates.hpp"

#include "../parsed.hpp"

#include <cortexpr/error.hpp>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstdint>
#include <string_view>
#include <vector>

namespace cortexpr::workbench {

namespace {

/// The images' numbers in the set that they were recorded of.
std::vector<std::int64_t> numbers_in(const recording_file& recording) {
    if (std::ranges::find(recording.names(), "images") == recording.names().end()) return {};
    const auto numbers = recording.array("images").contiguous();
    if (numbers.scalar_type() != at::kLong || numbers.dim() != 1)
        throw usage_error("the recording's array images isn't a list of whole numbers, as cortexpr writes it");
    const auto* first = numbers.const_data_ptr<std::int64_t>();
    return {first, first + numbers.numel()};
}

/// Where an image lies, of which a file of one array knows no other number.
std::int64_t index_of(std::int64_t image, const std::vector<std::int64_t>& numbers, std::int64_t count) {
    const auto found = std::ranges::find(numbers, image);
    if (found != numbers.end()) return found - numbers.begin();
    if (numbers.empty() && image >= 0 && image < count) return image;
    const auto first = numbers.empty() ? 0 : std::ranges::min(numbers);
    const auto last = numbers.empty() ? count - 1 : std::ranges::max(numbers);
    throw usage_error(fmt::format("the recording has {} of the images {} to {} of the set, and no image {}", count,
                                  first, last, image));
}

/// Of "2..5", or of one step.
int first_step_in(std::string_view steps) { return parsed<int>(steps.substr(0, steps.find('.'))).value_or(1); }

}  // namespace

std::int64_t first_image(const recording_file& recording) {
    const auto numbers = numbers_in(recording);
    return numbers.empty() ? 0 : numbers.front();
}

void for_each_rates(const recording_file& recording, std::optional<std::int64_t> image,
                    const std::function<void(const recorded_rates&)>& visit) {
    const auto numbers = image ? numbers_in(recording) : std::vector<std::int64_t>();
    const auto about = nlohmann::ordered_json::parse(recording.description());
    bool found = false;
    for (const auto& [name, entry] : about["arrays"].items()) {
        if (entry.value("of", "") == "logits") continue;
        const auto values = recording.array(name);
        if (values.dim() < 2)
            throw usage_error(
                fmt::format("{} of the recording isn't (images, steps, ...), as cortexpr writes it", name));
        const auto first = first_step_in(entry.value("steps", "1"));
        visit({name, first, image ? values[index_of(*image, numbers, values.size(0))] : values});
        found = true;
    }
    if (!found) throw usage_error("the recording has no rates; record a neuron type, as V1.E, or a cell type");
}

void for_each_map(const recording_file& recording, std::optional<std::int64_t> image,
                  const std::function<void(const recorded_rates&)>& visit) {
    for_each_rates(recording, image, [&](const recorded_rates& one) {
        if (one.values.dim() < (image ? 4 : 5))
            throw usage_error(
                fmt::format("{} was recorded of cells, which have no places on a map; draw plot rates", one.name));
        visit(one);
    });
}

}  // namespace cortexpr::workbench
