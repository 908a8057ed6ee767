#pragma once
// A recorded run of the reference: NAME.json says what was run, NAME.safetensors holds the numbers (README.md here).

#include <torch/types.h>

#include <nlohmann/json.hpp>

#include <map>
#include <optional>
#include <string>

namespace cortexpr::golden {

struct recorded_run {
    nlohmann::json description;
    std::map<std::string, at::Tensor, std::less<>> tensors;

    bool is_classifier() const { return description["kind"] == "classifier"; }
    bool says(const char* flag) const { return description.value(flag, false); }
    /// Entries of the area's keyword arguments, or of the network's.
    const nlohmann::json& network() const { return description["rnn"]; }
    const nlohmann::json& area(std::size_t index) const { return network()["area_kwargs"][index]; }
};

/// The run of that name from the full set, or from the few that lie beside the tests; nothing where neither has it.
std::optional<recorded_run> find_run(const std::string& name);

}  // namespace cortexpr::golden
