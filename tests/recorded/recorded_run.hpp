#pragma once
// A recorded run of the reference: NAME.json says what was run, NAME.safetensors holds the numbers (what their names
// mean is said in tests/golden/data/README.md).

#include <torch/types.h>

#include <nlohmann/json.hpp>

#include <filesystem>
#include <map>
#include <optional>
#include <string>

namespace cortexpr::recorded {

struct recorded_run {
    nlohmann::json description;
    std::map<std::string, at::Tensor, std::less<>> tensors;

    std::string name() const { return description["name"]; }
    bool has_readout() const { return description["kind"] == "classifier"; }
    bool says(const char* flag) const { return description.value(flag, false); }
    bool holds(const std::string& tensor) const { return tensors.contains(tensor); }
    /// Entries of the area's keyword arguments, or of the network's.
    const nlohmann::json& network() const { return description["rnn"]; }
    const nlohmann::json& area(std::size_t index) const { return network()["area_kwargs"][index]; }
};

/// The run of that name from a folder; nothing where it isn't there.
std::optional<recorded_run> find_run(const std::filesystem::path& folder, const std::string& name);

}  // namespace cortexpr::recorded
