#pragma once
// A training run as JSON, and back: doubles keep all their bits.

#include <cortexpr/train/trainer.hpp>

#include <nlohmann/json_fwd.hpp>

namespace cortexpr {

nlohmann::json to_json(const training_options& options);
nlohmann::json to_json(const training_state& state);  ///< without the moments

/// \throws nlohmann::json::exception  a member is missing or of another type
training_options training_options_from(const nlohmann::json& object);
training_state training_state_from(const nlohmann::json& object);

}  // namespace cortexpr
