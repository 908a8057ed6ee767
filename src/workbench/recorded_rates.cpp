#include "recorded_rates.hpp"

#include "../io/input_file.hpp"
#include "../parsed.hpp"

#include <cortexpr/error.hpp>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace cortexpr::workbench {

namespace {

[[noreturn]] void refuse(const recording_file& recording, const std::string& array, const std::string& reason) {
    throw file_error(recording.path().string(),
                     fmt::format("its array {} {}, so it isn't as it was recorded", io::shown_name(array), reason));
}

/// The images' numbers in the set that they were recorded of.
std::vector<std::int64_t> numbers_in(const recording_file& recording) {
    if (std::ranges::find(recording.names(), "images") == recording.names().end()) return {};
    const auto numbers = recording.array("images").contiguous();
    if (numbers.scalar_type() != at::kLong || numbers.dim() != 1)
        refuse(recording, "images", "isn't a list of whole numbers");
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

/// The ends of "2..5", or of one step; nothing where the text is neither.
std::optional<std::pair<int, int>> steps_in(std::string_view text) {
    const auto dots = text.find("..");
    const auto first = parsed<int>(text.substr(0, dots)),
               last = dots == std::string_view::npos ? first : parsed<int>(text.substr(dots + 2));
    if (!first || !last || *first < 1 || *last < *first) return std::nullopt;
    return std::pair(*first, *last);
}

/// An array of rates that fits what the recording says of it.
recorded_rates rates_in(const recording_file& recording, const nlohmann::ordered_json& about, const std::string& name) {
    const auto& entry = about["arrays"][name];
    const auto values = recording.array(name);
    const auto no = [&](const std::string& reason) { refuse(recording, name, reason); };
    if (values.scalar_type() != at::kDouble) no("holds whole numbers in place of rates");
    if (values.dim() < 2) no(fmt::format("has {} axes, where images and steps are two", values.dim()));
    if (values.numel() == 0) no("is empty");
    const auto require = [&](std::int64_t found, std::int64_t said, const char* what) {
        if (found != said) no(fmt::format("has {} {}, and its description says {}", found, what, said));
    };
    if (entry.contains("axes") && entry["axes"].is_array()) require(values.dim(), std::ssize(entry["axes"]), "axes");
    if (about.contains("images") && about["images"].is_object() && about["images"].contains("count") &&
        about["images"]["count"].is_number_integer())
        require(values.size(0), about["images"]["count"].get<std::int64_t>(), "images");
    if (!entry.contains("steps")) return {name, 1, values};
    const auto text = entry["steps"].get<std::string>();
    const auto steps = steps_in(text);
    if (!steps)
        refuse(recording, name,
               fmt::format("is of the steps {} by its description, which are none", io::shown_name(text)));
    require(values.size(1), std::int64_t{steps->second} - steps->first + 1, "steps");
    return {name, steps->first, values};
}

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
        auto one = rates_in(recording, about, name);
        const auto count = one.values.size(0);
        if (!numbers.empty() && std::ssize(numbers) != count)
            refuse(recording, "images", fmt::format("has {} numbers of {} images", numbers.size(), count));
        if (image) one.values = one.values[index_of(*image, numbers, count)];
        visit(one);
        found = true;
    }
    if (!found)
        throw file_error(recording.path().string(), "has no rates; record a neuron type, as V1.E, or a cell type");
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
