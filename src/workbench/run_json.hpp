#pragma once
// JSON that a run or `perturb` has written.

#include <nlohmann/json.hpp>

#include <filesystem>
#include <optional>

namespace cortexpr::workbench {

/// All but the log, which is long. \throws file_error  it is no such file, or would take much memory
nlohmann::json json_in(const std::filesystem::path& file);
/// The same; none where there is no file, or one that is refused.
std::optional<nlohmann::json> json_if_any(const std::filesystem::path& file);

}  // namespace cortexpr::workbench
