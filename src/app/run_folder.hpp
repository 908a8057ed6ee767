#pragma once
// The folder of a training run: which one, whose it is while a process works in it, and what lies in it.

#include "../io/run_file.hpp"

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace cortexpr::application {

namespace run_file = io::run_file;

/// A run's folder, locked against other processes while this lives. The lock ends with the process, however it ends.
/// A folder in which nothing was saved is left as it was found: a new one is removed.
class run_folder {
  public:
    /// The folder of a new run: the one asked for, or else runs/<program>-<number> with the first free number.
    /// \throws file_error  it holds a run, or files with the names of a run's, another process works in it, or it can't
    ///                     be made or written
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
    std::filesystem::path model() const { return path_ / run_file::model; }
    std::filesystem::path checkpoint() const { return path_ / run_file::checkpoint; }
    std::filesystem::path settings() const { return path_ / run_file::settings; }
    std::filesystem::path curves() const { return path_ / run_file::curves; }
    std::filesystem::path curve_lines() const { return path_ / run_file::curve_lines; }
    std::filesystem::path events() const { return path_ / run_file::events; }
    std::filesystem::path plot() const { return path_ / run_file::plot; }
    std::filesystem::path summary() const { return path_ / run_file::summary; }
    /// \throws file_error  the run itself writes this file
    void require_not_of_run(const std::filesystem::path& file) const;
    /// \throws file_error  the folder was moved or replaced since, so that its name may be another run's now
    void require_own() const;

  private:
    run_folder(std::filesystem::path path, std::vector<std::filesystem::path> made);
    std::filesystem::path lock_file() const;
    /// Removes the lock, and what was begun where nothing was saved.
    void leave() const;
    void lock();
    bool is_own() const;

    std::filesystem::path path_;
    std::vector<std::filesystem::path> made_;  ///< folders that this process made, from the top
    bool is_new_ = false;                      ///< nothing of a run lay in it
    bool was_begun_ = false;                   ///< what a run has left lay in it that ended before it saved anything
    int lock_ = -1;                            ///< descriptor of the locked file
    int held_ = -1;                            ///< descriptor of the folder itself
};

/// Throws where a user gives another file of a run than the one that is meant, and names that.
/// \param meant  one of run_file
/// \param what   it is: "model"
void require_no_other_file(const std::filesystem::path& given, const char* meant, const char* what);

/// Throws where a user gives a file of a run in the place of one that no run writes; its settings are told by what they
/// say. \param what  is meant: "sweep"
void require_no_file_of_another_kind(const std::filesystem::path& given, const char* what);

/// Whether two paths name one file, or would once it is written. Devices and pipes may be named twice.
bool is_same_file(const std::filesystem::path& one, const std::filesystem::path& other);

/// \throws file_error  a command was to write over a file by which a run is continued or described; a model may be
///                      imported in place
void require_no_file_of_a_run(const std::filesystem::path& file);

/// \throws file_error  the file could not be written; a pipe is not tried, since its reader would see it end
void require_writable(const std::filesystem::path& file);

}  // namespace cortexpr::application
