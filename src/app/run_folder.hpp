#pragma once
// The folder of a training run: which one, whether it can be written, and what lies in it.

#include <filesystem>
#include <optional>
#include <string>

namespace cortexpr::application {

struct run_folder {
    std::filesystem::path path;

    std::filesystem::path model() const { return path / "model.safetensors"; }
    std::filesystem::path checkpoint() const { return path / "checkpoint.safetensors"; }
    std::filesystem::path curves() const { return path / "curves.csv"; }
    std::filesystem::path plot() const { return path / "curves.svg"; }
    std::filesystem::path summary() const { return path / "summary.json"; }
};

/// Makes the folder of a new run: the one asked for, or else runs/<program>-<number> with the first free number.
/// \throws file_error  it holds a run already, or can't be made or written
run_folder new_run_folder(const std::optional<std::string>& wanted, const std::string& program);

/// The folder of a run that is to be continued. \throws file_error  it holds no checkpoint, or can't be written
run_folder existing_run_folder(const std::string& folder);

/// \throws file_error  the file could not be written
void require_writable(const std::filesystem::path& file);

}  // namespace cortexpr::application
