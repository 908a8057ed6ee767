#include "recorded_rates.hpp"

#include <cortexpr/error.hpp>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace cortexpr::workbench {

std::vector<recorded_rates> rates_in(const recording_file& recording, std::optional<int> image) {
    const auto about = nlohmann::ordered_json::parse(recording.description());
    std::vector<recorded_rates> all;
    for (const auto& [name, entry] : about["arrays"].items()) {
        if (entry.value("of", "") == "logits") continue;
        const auto values = recording.array(name);
        if (image && (*image < 0 || *image >= values.size(0)))
            throw usage_error(
                fmt::format("the recording has images 0 to {}, and no image {}", values.size(0) - 1, *image));
        const auto first = std::stoi(entry.value("steps", "1"));  // "2..5": the digits before the range
        all.push_back({name, first, image ? values[*image] : values});
    }
    if (all.empty()) throw usage_error("the recording has no rates; record a neuron type, as V1.E");
    return all;
}

}  // namespace cortexpr::workbench
