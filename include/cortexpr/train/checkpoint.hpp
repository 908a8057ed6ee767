#pragma once
// A training run on disk, in one safetensors file: parameters, what the optimiser keeps, how far it has come, its log.

#include <cortexpr/compiler.hpp>

#include <cortexpr/train/trainer.hpp>

#include <filesystem>
#include <map>
#include <string>

namespace cortexpr {

/// Strings that the caller wants back with a checkpoint: its own settings.
using checkpoint_notes = std::map<std::string, std::string>;

/// Writes the run atomically: a reader sees the last checkpoint or this one, whole.
/// \throws file_error  the file can't be written; the last one stays
void save_checkpoint(const std::filesystem::path& file, const parameter_set& network, const training_options& options,
                     const training_state& state, const checkpoint_notes& notes = {});

/// What a checkpoint says about its run, besides the tensors.
struct checkpoint_head {
    std::string network;       ///< the name of the declaration
    training_options options;  ///< those of the run
    checkpoint_notes notes;    ///< what an application kept beside them
};

/// Reads only what is needed to make the network that the checkpoint belongs to. \throws file_error
checkpoint_head read_checkpoint_head(const std::filesystem::path& file);

/// Reads a run into the network (parameters and step gains); returns how far it has come.
/// \throws file_error  not a sound checkpoint, or one of another network; the network stays as it was
training_state load_checkpoint(const std::filesystem::path& file, parameter_set& network);

/// The last two checkpoints of a run: a file and the one before it, "checkpoint.safetensors" and
/// "checkpoint.previous.safetensors". Whatever happens to the newest, on its way to the disk or on the disk, a run is
/// continued from the other.
class checkpoint_pair {
  public:
    /// For a run that begins. \param newest  where checkpoints are written
    explicit checkpoint_pair(std::filesystem::path newest);
    /// For a run that is continued: finds the newest that is sound, checksums included.
    /// \throws file_error  neither is; the text says why of both
    static checkpoint_pair found(std::filesystem::path newest);
    /// Where the one before the newest stands: "checkpoint.previous.safetensors" beside "checkpoint.safetensors".
    static std::filesystem::path previous(const std::filesystem::path& newest);
    /// Whether there is either of the two, sound or not.
    static bool any(const std::filesystem::path& newest);

    /// The checkpoint that was found.
    const std::filesystem::path& file() const noexcept { return file_; }
    /// A sentence about the newest where the other was found; else empty.
    const std::string& passed_over() const noexcept { return passed_over_; }

    /// Keeps the newest as the one before, unless that is the sounder of the two, and writes a new one.
    /// \throws file_error  it can't be written; what was found, or saved last, stays in one of the two files
    void save(const parameter_set& network, const training_options& options, const training_state& state,
              const checkpoint_notes& notes = {});

  private:
    std::filesystem::path newest_, file_;
    std::string passed_over_;
    bool newest_is_sound_ = false;
};

}  // namespace cortexpr
