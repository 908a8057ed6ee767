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

/// What a checkpoint says about its run, beside the tensors.
struct checkpoint_head {
    std::string network;  ///< the name of the declaration
    training_options options;
    checkpoint_notes notes;
};

/// Reads only what is needed to make the network that the checkpoint belongs to. \throws file_error
checkpoint_head read_checkpoint_head(const std::filesystem::path& file);

/// Reads a run into the network (parameters and step gains); returns how far it has come.
/// \throws file_error  not a sound checkpoint, or one of another network; the network stays as it was
training_state load_checkpoint(const std::filesystem::path& file, parameter_set& network);

}  // namespace cortexpr
