#pragma once
// The folder of a training run: which one, whose it is while a process works in it, and what lies in it.

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace cortexpr::application {

/// A run's folder, locked against other processes while this lives. The lock ends with the process, however it ends.
/// A folder in which nothing was saved is left as it was found: a new one is removed.
class run_folder {
  public:
    /// The folder of a new run: the one asked for, or else runs/<program>-<number> with the first free number.
    /// \throws file_error  it holds a run already, another process works in it, or it can't be made or written
    static run_folder make(const std::optional<std::string>& wanted, const std::string& program);

    /// The folder of a run that is to be continued. \throws file_error  it holds no checkpoint, another process works
    /// in it, or it can't be written
    static run_folder continued(const std::string& folder);

    run_folder(run_folder&& other) noexcept;
    run_folder(const run_folder&) = delete;
    run_folder& operator=(const run_folder&) = delete;
    run_folder& operator=(run_folder&&) = delete;
    ~run_folder();

    const std::filesystem::path& path() const noexcept { return path_; }
    std::filesystem::path model() const { return path_ / "model.safetensors"; }
    std::filesystem::path checkpoint() const { return path_ / "checkpoint.safetensors"; }
    std::filesystem::path settings() const { return path_ / "settings.toml"; }
    std::filesystem::path curves() const { return path_ / "curves.csv"; }
    std::filesystem::path curve_lines() const { return path_ / "curves.jsonl"; }
    std::filesystem::path events() const { return path_ / "curves.tfevents"; }
    std::filesystem::path plot() const { return path_ / "curves.svg"; }
    std::filesystem::path summary() const { return path_ / "summary.json"; }

  private:
    run_folder(std::filesystem::path path, std::vector<std::filesystem::path> made);
    std::filesystem::path lock_file() const { return path_ / ".lock"; }
    void lock();

    std::filesystem::path path_;
    std::vector<std::filesystem::path> made_;  ///< folders that this process made, from the top
    int lock_ = -1;                            ///< descriptor of the locked file
};

/// Throws where a user gives another file of a run than the one that is meant, and names that.
/// \param meant  one of a run's files: "model.safetensors", "settings.toml"
/// \param what   it is: "model"
void require_no_other_file(const std::filesystem::path& given, const char* meant, const char* what);

/// \throws file_error  the file could not be written
void require_writable(const std::filesystem::path& file);

}  // namespace cortexpr::application
