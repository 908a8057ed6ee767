#pragma once
// The names of what lies in a training run's folder, for what writes it and what reads it.

namespace cortexpr::io::run_file {

inline constexpr const char* model = "model.safetensors";
inline constexpr const char* checkpoint = "checkpoint.safetensors";
inline constexpr const char* previous_checkpoint = "checkpoint.previous.safetensors";
inline constexpr const char* settings = "settings.toml";
inline constexpr const char* curves = "curves.csv";
inline constexpr const char* curve_lines = "curves.jsonl";
inline constexpr const char* events = "curves.tfevents";
inline constexpr const char* plot = "curves.svg";
inline constexpr const char* summary = "summary.json";

}  // namespace cortexpr::io::run_file
