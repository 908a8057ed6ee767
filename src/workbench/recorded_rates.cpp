#include "recorded_rates.hpp"

#include <cortexpr/error.hpp>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace cortexpr::workbench {

void for_each_rates(const recording_file& recording, std::optional<int> image,
                    const std::function<void(const recorded_rates&)>& visit) {
    const auto about = nlohmann::ordered_json::parse(recording.description());
    bool found = false;
    for (const auto& [name, entry] : about["arrays"].items()) {
        if (entry.value("of", "") == "logits") continue;
        const auto values = recording.array(name);
        if (image && (*image < 0 || *image >= values.size(0)))
            throw usage_error(
                fmt::format("the recording has images 0 to {}, and no image {}", values.size(0) - 1, *image));
        const auto first = std::stoi(entry.value("steps", "1"));  // "2..5": the digits before the range
        visit({name, first, image ? values[*image] : values});
        found = true;
    }
    if (!found) throw usage_error("the recording has no rates; record a neuron type, as V1.E, or a cell type");
}

void for_each_map(const recording_file& recording, std::optional<int> image,
                  const std::function<void(const recorded_rates&)>& visit) {
    for_each_rates(recording, image, [&](const recorded_rates& one) {
        if (one.values.dim() < (image ? 4 : 5))
            throw usage_error(
                fmt::format("{} was recorded of cells, which have no places on a map; draw plot rates", one.name));
        visit(one);
    });
}

}  // namespace cortexpr::workbench
